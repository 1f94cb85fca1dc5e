"""Which version a form is: what every form that can hold it says of itself.

Texts carry one line, trees of files (archive, image, squashfs, an installed prefix) a small JSON
file, images labels as well. Nothing of it is proven by being said: see :mod:`.examination`.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass

from ..models.digest import lock_digest
from .form import Subject

FORMAT = 1
#: Texts say it behind this word; in JSON forms the same text stands under this key.
KEY = "terrarium"
#: Where trees of files say it, relative to their prefix.
PATH = ".terrarium/version.json"
#: Labels of images begin with this.
LABEL = "io.github.jupyterlab-terrarium."

_LINE = re.compile(
    r"(?P<form>[a-z][a-z0-9-]{0,40}) (?P<namespace>[a-z0-9._-]{1,63})/(?P<name>[a-z0-9._-]{1,63})"
    r"@(?P<number>\d{1,9})(?: (?P<platform>[a-z0-9-]{1,30}))? sha256:(?P<digest>[0-9a-f]{64})"
)
#: As a comment, as a key, or as the name and value of a property.
_MARKED = re.compile(rf'{KEY}(?:"?:|",\s*"value":)\s*"?(?P<said>{_LINE.pattern})')
_HEAD = 16_384


@dataclass(frozen=True)
class Identity:
    """What a form says that it is.

    ``digest`` is the platform digest where ``platform`` is given, else the lock digest. ``form``
    is empty where a tree of files does not say in which form it came; ``lock_digest`` is that of
    all platforms, where it is said beside that of one.
    """

    form: str
    namespace: str
    name: str
    number: int
    platform: str | None
    digest: str
    lock_digest: str = ""

    @property
    def reference(self) -> str:
        """``namespace/name@number``."""
        return f"{self.namespace}/{self.name}@{self.number}"

    @property
    def text(self) -> str:
        """``FORM NAMESPACE/NAME@NUMBER [PLATFORM ]sha256:DIGEST``."""
        where = "" if self.platform is None else f"{self.platform} "
        return f"{self.form} {self.reference} {where}sha256:{self.digest}"


def identity_of(subject: Subject, platform: str | None, form: str = "") -> Identity:
    """What a form of *subject* says of itself, for one platform or for all.

    Raises :class:`NotFound`.
    """
    whole = subject.lock_digest or lock_digest(subject.lock)
    return Identity(
        form=form,
        namespace=subject.namespace,
        name=subject.name,
        number=subject.number,
        platform=platform,
        digest=whole if platform is None else subject.digest(platform),
        lock_digest="" if platform is None else whole,
    )


def identity_text(form: str, subject: Subject, platform: str | None = None) -> str:
    """The identity as one line, of the whole lock or one platform. Raises :class:`NotFound`."""
    return identity_of(subject, platform, form).text


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


def identity_bytes(identity: Identity) -> bytes:
    """*identity* as the JSON of :data:`PATH`."""
    return (json.dumps({"format": FORMAT, **asdict(identity)}, indent=1) + "\n").encode()


def read_identity(data: bytes) -> Identity | None:
    """What :func:`identity_bytes` made, or ``None`` if *data* is something else."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        return None
    return _checked({key: "" if value is None else str(value) for key, value in document.items()})


def labels(identity: Identity) -> dict[str, str]:
    """*identity* as labels of an image."""
    return {f"{LABEL}{key}": str(value) for key, value in asdict(identity).items() if value}


def from_labels(found: dict[str, str]) -> Identity | None:
    """What :func:`labels` made, or ``None``."""
    own = {key.removeprefix(LABEL): text for key, text in found.items() if key.startswith(LABEL)}
    return _checked(own)


def _checked(found: dict[str, str]) -> Identity | None:
    """The identity of *found*, which anybody may have written."""
    line = (
        f"{found.get('form') or 'tree'} {found.get('namespace')}/{found.get('name')}"
        f"@{found.get('number')} {found.get('platform')} sha256:{found.get('digest')}"
    )
    whole = found.get("lock_digest", "")
    if _LINE.fullmatch(line) is None or (whole and not re.fullmatch("[0-9a-f]{64}", whole)):
        return None
    return Identity(
        form=found.get("form", ""),
        namespace=found["namespace"],
        name=found["name"],
        number=int(found["number"]),
        platform=found["platform"],
        digest=found["digest"],
        lock_digest=whole,
    )
