"""Which version a form is: what texts, trees of files and images say, and how it is read back."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass

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
FORMAT = 1
#: Where trees of files (archive, image, squashfs) say it, relative to their prefix.
PATH = ".terrarium/version.json"
#: Labels of images, and fields of texts, begin with this.
LABEL = "io.github.jupyterlab-terrarium."


@dataclass(frozen=True)
class Identity:
    """What a form says that it is. Nothing of it is proven by being said.

    ``digest`` is the platform digest where ``platform`` is given, else the lock digest. Trees of
    files (archive, image, squashfs) name no ``form``, and the ``lock_digest`` as well.
    """

    namespace: str
    name: str
    number: int
    platform: str | None
    digest: str
    lock_digest: str = ""
    form: str = ""

    @property
    def reference(self) -> str:
        """``namespace/name@number``."""
        return f"{self.namespace}/{self.name}@{self.number}"


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


def identity_of(subject: Subject, platform: str) -> Identity:
    """What a form of *subject* for *platform* says of itself. Raises :class:`NotFound`."""
    return Identity(
        namespace=subject.namespace,
        name=subject.name,
        number=subject.number,
        platform=platform,
        digest=subject.digest(platform),
        lock_digest=subject.lock_digest,
    )


def identity_bytes(identity: Identity) -> bytes:
    """*identity* as the JSON of :data:`PATH`."""
    return (json.dumps({"format": FORMAT, **_told(identity)}, indent=1) + "\n").encode()


def read_identity(data: bytes) -> Identity | None:
    """What :func:`identity_bytes` made, or ``None`` if *data* is something else."""
    try:
        document = json.loads(data)
        if document.pop("format") != FORMAT:
            return None
        found = Identity(**document)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    texts = (found.namespace, found.name, found.platform, found.digest, found.lock_digest)
    return found if isinstance(found.number, int) and all(map(_is_text, texts)) else None


def labels(identity: Identity) -> dict[str, str]:
    """*identity* as labels of an image."""
    return {f"{LABEL}{key}": str(value) for key, value in _told(identity).items()}


def from_labels(found: dict[str, str]) -> Identity | None:
    """What :func:`labels` made, or ``None``."""
    try:
        return Identity(
            namespace=found[f"{LABEL}namespace"],
            name=found[f"{LABEL}name"],
            number=int(found[f"{LABEL}number"]),
            platform=found[f"{LABEL}platform"],
            digest=found[f"{LABEL}digest"],
            lock_digest=found[f"{LABEL}lock_digest"],
        )
    except (KeyError, ValueError):
        return None


def _told(identity: Identity) -> dict[str, object]:
    return {key: value for key, value in asdict(identity).items() if key != "form"}


def _is_text(value: object) -> bool:
    return isinstance(value, str)
