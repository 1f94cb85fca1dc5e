"""Which version a form is: one line that texts carry, and what it says when it is read back."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..models.digest import lock_digest
from .form import Subject

#: In JSON forms the same text stands under this key.
KEY = "terrarium"
_LINE = re.compile(
    r"(?P<form>[a-z][a-z0-9-]{0,40}) (?P<namespace>[a-z0-9._-]{1,63})/(?P<name>[a-z0-9._-]{1,63})"
    r"@(?P<number>\d{1,9})(?: (?P<platform>[a-z0-9-]{1,30}))? sha256:(?P<digest>[0-9a-f]{64})"
)
#: As a comment, as a key, or as the name and value of a property.
_MARKED = re.compile(rf'{KEY}(?:"?:|",\s*"value":)\s*"?(?P<said>{_LINE.pattern})')
_HEAD = 16_384


@dataclass(frozen=True)
class Identity:
    """What a form says that it is. Nothing of it is proven by being said.

    ``digest`` is the platform digest where ``platform`` is given, else the lock digest.
    """

    form: str
    namespace: str
    name: str
    number: int
    platform: str | None
    digest: str


def identity_text(form: str, subject: Subject, platform: str | None = None) -> str:
    """``FORM NAMESPACE/NAME@NUMBER [PLATFORM ]sha256:DIGEST``, of the whole lock or one platform.

    Raises :class:`NotFound`.
    """
    where = "" if platform is None else f"{platform} "
    digest = (
        subject.lock_digest or lock_digest(subject.lock)
        if platform is None
        else subject.digest(platform)
    )
    return f"{form} {subject.namespace}/{subject.name}@{subject.number} {where}sha256:{digest}"


def identity_line(form: str, subject: Subject, platform: str | None = None) -> str:
    """The identity as a comment: the first line of texts in which ``#`` begins one."""
    return f"# {KEY}: {identity_text(form, subject, platform)}"


def identify_text(text: str) -> Identity | None:
    """What the beginning of *text* says that it is; ``None`` where it says nothing."""
    marked = _MARKED.search(text[:_HEAD])
    found = None if marked is None else _LINE.fullmatch(marked["said"])
    if found is None:
        return None
    return Identity(
        form=found["form"],
        namespace=found["namespace"],
        name=found["name"],
        number=int(found["number"]),
        platform=found["platform"],
        digest=found["digest"],
    )
