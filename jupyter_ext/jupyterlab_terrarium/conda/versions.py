"""Order of conda versions (CEP 33: Version Literals and their Ordering)."""

from __future__ import annotations


def newer(first: str, second: str) -> bool:
    """Whether *first* is a higher version than *second*; texts that are no versions are not."""
    from rattler import Version
    from rattler.exceptions import InvalidVersionError

    try:
        return bool(Version(first) > Version(second))
    except InvalidVersionError:
        return False
