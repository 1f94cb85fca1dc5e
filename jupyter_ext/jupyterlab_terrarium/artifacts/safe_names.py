"""Names inside archives that anybody may have made: relative, plain, and inside."""

from __future__ import annotations

import unicodedata

from ..models.problem import InvalidArchive

_MAX_NAME = 1024
_MAX_PART = 255
_HINT = "Whoever made it did so by mistake or means harm: do not use it."


def check_name(name: str) -> str:
    """*name* without a leading ``./``, when it is one that is safe on every system.

    Raises :class:`InvalidArchive` for ``..``, absolute names, drives, backslashes, control and
    formatting characters (marks that turn the direction of text among them), and what is too long.
    """
    plain = name.removeprefix("./")
    parts = plain.split("/")
    why = ""
    if plain.startswith("/") or (len(plain) > 1 and plain[1] == ":"):
        why = "is absolute"
    elif ".." in parts:
        why = "leads out of it"
    elif "\\" in plain:
        why = "has a backslash"
    elif not plain or "" in parts or "." in parts:
        why = "has an empty part"
    elif any(unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp") for one in plain):
        why = "has characters that cannot be seen"
    elif len(plain.encode()) > _MAX_NAME or any(len(one.encode()) > _MAX_PART for one in parts):
        why = "is too long"
    if why:
        raise InvalidArchive(f"The archive is refused: the name {name[:200]!a} {why}.", _HINT)
    return plain


def check_target(name: str, target: str, *, hard: bool = False) -> None:
    """Raise :class:`InvalidArchive` unless the link *name* leads to something inside.

    Targets of symbolic links are relative to the link, those of hard links to the archive.
    """
    at = [] if hard else name.split("/")[:-1]
    for part in target.split("/"):
        if part == "..":
            if not at:
                break
            at.pop()
        elif part not in ("", "."):
            at.append(part)
    else:
        if target and not target.startswith("/") and "\\" not in target and "\0" not in target:
            return
    raise InvalidArchive(
        f"The archive is refused: the link {name[:200]!a} leads out of it, to {target[:200]!a}.",
        _HINT,
    )


def folded(name: str) -> str:
    """The same for names that file systems of macOS or Windows take for one."""
    return unicodedata.normalize("NFC", name).casefold()
