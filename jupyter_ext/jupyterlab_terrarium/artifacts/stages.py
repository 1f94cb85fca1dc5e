"""Which files a shell lays down one by one, and which the environment's own Python may unpack.

Told from the lock and from names, never by trial: every server decides alike, for every platform.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .laid_out import LaidOut
from .pieces import Entry

_LIBRARY = re.compile(r"lib/lib[^/]*\.(so(\.[0-9.]+)?|dylib)")
_ZLIB = re.compile(r"lib/libz\.(so\.1|1\.dylib)")


@dataclass(frozen=True)
class Stages:
    """``first`` is for the shell. ``python`` unpacks ``second``; it is empty when there is none.

    ``deflated``: that Python brings what it needs to decompress.
    """

    first: list[Entry]
    second: list[Entry]
    python: str
    deflated: bool


def divide(laid_out: LaidOut, more: list[Entry]) -> Stages:
    """Divide the files and links of a prefix, and *more* of them; directories come before all."""
    entries = [*(one for one in laid_out.entries if one.kind != "directory"), *more]
    paths = {entry.path for entry in entries}
    python = laid_out.python
    if python is None or f"bin/python{python.version}" not in paths:
        return Stages(entries, [], "", False)
    stdlib = re.escape(python.stdlib)
    needed = re.compile(
        rf"bin/python{re.escape(python.version)}"
        rf"|{stdlib}/[^/]+\.py"
        rf"|{stdlib}/(encodings|importlib|collections)/[^/]+\.py"
        rf"|{stdlib}/lib-dynload/zlib\.[^/]+\.so"
    )
    packages = _closure(laid_out)
    deflated = any(map(_ZLIB.fullmatch, paths)) and any(
        path.startswith(f"{python.stdlib}/lib-dynload/zlib.") for path in paths
    )
    first: list[Entry] = []
    second: list[Entry] = []
    for entry in entries:
        library = entry.package in packages and _LIBRARY.fullmatch(entry.path)
        wanted = library or (entry.package == "python" and needed.fullmatch(entry.path))
        (first if wanted else second).append(entry)
    return Stages(first, second, f"bin/python{python.version}", deflated)


def _closure(laid_out: LaidOut) -> set[str]:
    """Python and what it depends on, by name; and whoever brings zlib."""
    depends = {
        package.name: {one.split(maxsplit=1)[0] for one in package.depends if one.strip()}
        for package in laid_out.part.conda
    }
    found: set[str] = set()
    wanted = ["python"]
    wanted += [entry.package for entry in laid_out.entries if _ZLIB.fullmatch(entry.path)]
    while wanted:
        name = wanted.pop()
        if name in depends and name not in found:
            found.add(name)
            wanted += depends[name]
    return found
