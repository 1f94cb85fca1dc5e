"""Which version a file is: what every form that can hold it says of itself."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from .form import Subject

FORMAT = 1
#: Where trees of files (archive, image, squashfs) say it, relative to their prefix.
PATH = ".terrarium/version.json"
#: Labels of images, and fields of texts, begin with this.
LABEL = "io.github.jupyterlab-terrarium."


@dataclass(frozen=True)
class Identity:
    """``digest`` is the platform digest of *platform*, ``lock_digest`` that of all platforms."""

    namespace: str
    name: str
    number: int
    platform: str
    digest: str
    lock_digest: str = ""

    @property
    def reference(self) -> str:
        """``namespace/name@number``."""
        return f"{self.namespace}/{self.name}@{self.number}"


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
    return (json.dumps({"format": FORMAT, **asdict(identity)}, indent=1) + "\n").encode()


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
    return {f"{LABEL}{key}": str(value) for key, value in asdict(identity).items()}


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


def _is_text(value: object) -> bool:
    return isinstance(value, str)
