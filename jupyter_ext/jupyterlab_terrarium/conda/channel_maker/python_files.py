"""Which files of an interpreter go into the python package, and under which path."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .elf import is_elf, needed_of
from .interpreter import Interpreter

#: Directories of the standard library that an environment does not need: other packages' places,
#: tests, the IDLE editor, and ensurepip (pip is an ordinary package of the channel).
SKIPPED_DIRECTORIES = frozenset(
    {
        "__pycache__",
        "dist-packages",
        "ensurepip",
        "idle_test",
        "idlelib",
        "site-packages",
        "test",
        "tests",
        "turtledemo",
    }
)
_SKIPPED_FILES = re.compile(
    r"EXTERNALLY-MANAGED|_distutils_system_mod\.py|sitecustomize\.py|usercustomize\.py"
    r"|(_test|_ctypes_test|_xxtest|xxlimited|xxsubtype).*\.so|.*\.(a|o|pyc|whl)|libpython.*\.so.*"
)


@dataclass(frozen=True)
class Found:
    """A file to package: where it is, where it goes, and its link target inside the prefix."""

    source: Path
    path: str
    target: str | None = None


def collect(interpreter: Interpreter) -> list[Found]:
    """All files of the python package, without changes to their content, sorted by path."""
    found: dict[str, Found] = {}
    for item in (
        *_executables(interpreter),
        *_tree(interpreter.stdlib, f"lib/python{interpreter.short}"),
        *_headers(interpreter),
        *_extra(interpreter),
    ):
        found.setdefault(item.path, item)
    for item in _libraries(interpreter, list(found.values())):
        found.setdefault(item.path, item)
    return [found[path] for path in sorted(found)]


def _executables(interpreter: Interpreter) -> Iterator[Found]:
    short = interpreter.short
    yield Found(interpreter.executable, f"bin/python{short}")
    for alias in ("python", "python3"):
        yield Found(interpreter.executable, f"bin/{alias}", f"python{short}")
    directory = interpreter.prefix / "bin"
    for name in (f"python{short}-config", f"pydoc{short}", f"2to3-{short}"):
        script = directory / name
        if script.exists():
            yield Found(script.resolve(), f"bin/{name}")
            alias = re.sub(r"-?3\.\d+", "3" if name.startswith("p") else "", name)
            if name != f"2to3-{short}":
                yield Found(script, f"bin/{alias}", name)


def _tree(root: Path, path: str) -> Iterator[Found]:
    for directory, names, files in os.walk(root):
        names[:] = sorted(set(names) - SKIPPED_DIRECTORIES)
        here = Path(directory)
        relative = here.relative_to(root).as_posix()
        for name in sorted(files):
            source = here / name
            # Distributions link parts of the library to other places (/etc, /usr/share).
            if _SKIPPED_FILES.fullmatch(name) or not source.is_file():
                continue
            yield Found(source.resolve(), f"{path}/{relative}/{name}".replace("/./", "/"))


def _headers(interpreter: Interpreter) -> Iterator[Found]:
    if not interpreter.include.is_dir():
        return
    path = f"include/python{interpreter.short}"
    # Debian's pyconfig.h only points at the real one in a directory named after the platform.
    special = interpreter.prefix / "include" / interpreter.multiarch / interpreter.include.name
    if interpreter.multiarch and special.is_dir():
        yield from _tree(special, path)
    yield from _tree(interpreter.include, path)


def _extra(interpreter: Interpreter) -> Iterator[Found]:
    """What relocatable builds bring along: Tcl/Tk, terminal descriptions, certificates."""
    prefix, short = interpreter.prefix, interpreter.short
    for source in sorted(prefix.glob(f"lib/pkgconfig/python-{short}*.pc")):
        yield Found(source.resolve(), f"lib/pkgconfig/{source.name}")
    if interpreter.is_system:
        return
    for pattern in ("tcl*", "tk*", "itcl*", "thread*", "tdbc*", "sqlite3*", "Tix*"):
        for directory in sorted(prefix.glob(f"lib/{pattern}")):
            if directory.is_dir():
                yield from _tree(directory, f"lib/{directory.name}")
    for name in ("share/terminfo", "ssl"):
        if (prefix / name).is_dir():
            yield from _tree(prefix / name, name)


def _libraries(interpreter: Interpreter, files: list[Found]) -> Iterator[Found]:
    """Shared libraries that lie in the interpreter's prefix, and are used from it.

    What the host's own loader finds elsewhere (OpenSSL, SQLite, readline) stays on the host.
    """
    directories = [interpreter.prefix / "lib"]
    pattern = "*.so*"
    if interpreter.is_system:
        pattern = "libpython3*.so*"
        directories.append(interpreter.prefix / "lib" / interpreter.multiarch)
    known: dict[str, Path] = {}
    for directory in directories:
        for library in sorted(directory.glob(pattern)):
            if library.is_file():
                known.setdefault(library.name, library)
    own = f"libpython{interpreter.short}"
    wanted = {name for name in known if name.startswith(own) or name == "libpython3.so"}
    queue = [item.source for item in files if item.target is None]
    queue += [known[name] for name in sorted(wanted)]
    while queue:
        data = queue.pop().read_bytes()
        if is_elf(data):
            more = needed_of(data, known) - wanted
            wanted |= more
            queue += [known[name] for name in sorted(more)]
    for name in sorted(wanted):
        real = known[name].resolve()
        if real.name != name and real.name in known:
            yield Found(real, f"lib/{real.name}")
            yield Found(real, f"lib/{name}", real.name)
        else:
            yield Found(real, f"lib/{name}")
