"""Words for people that the shell command and reports share."""

from __future__ import annotations

_UNITS = (("GB", 1e9), ("MB", 1e6), ("kB", 1e3))


def size(count: int) -> str:
    """*count* bytes with a decimal unit, e.g. ``226 MB``."""
    for unit, factor in _UNITS:
        if count >= factor:
            number = count / factor
            return f"{number:.0f} {unit}" if number >= 100 else f"{number:.1f} {unit}"
    return f"{count} B"


def sentence(text: str) -> str:
    """*text* with a capital letter and a full stop, unless it begins with something quoted."""
    text = text.strip()
    if not text:
        return text
    if text[0].islower() and text.split(" ", 1)[0].isalpha():
        text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?:" else text + "."
