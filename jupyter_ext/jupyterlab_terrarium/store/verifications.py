"""What the last verification of each prefix found. It is about this disk, so it is kept on it."""

from __future__ import annotations

from pydantic import ValidationError

from ..conda.files import write_atomically
from ..models.verification import Verification
from .paths import Layout


def keep(layout: Layout, found: Verification) -> None:
    """Keep *found* until the prefix is verified again or removed."""
    layout.verifications.mkdir(exist_ok=True)
    content = found.model_dump_json(exclude={"restored", "removed"})
    write_atomically(layout.verification(found.digest), content.encode())


def last(layout: Layout, digest: str) -> Verification | None:
    """What was found last, ``None`` when that was never asked or cannot be read any more."""
    try:
        return Verification.model_validate_json(layout.verification(digest).read_bytes())
    except (OSError, ValidationError):
        return None


def drift(layout: Layout, digest: str) -> list[str]:
    """The sentence for people when files of the prefix were changed, else nothing."""
    found = last(layout, digest)
    return [] if found is None else sentence(found)


def sentence(found: Verification) -> list[str]:
    """What *found* says, in one sentence; nothing when no file differs."""
    if not found.differences:
        return []
    counts = [
        (len(found.changed), "changed"),
        (len(found.missing), "missing"),
        (len(found.added), "added"),
    ]
    parts = ", ".join(f"{count} {what}" for count, what in counts if count)
    return [f"Files were changed after this version was built ({parts}): repair them."]
