"""Package the interpreter at hand: ``python`` and ``python_abi``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .archive import Entry
from .cache import CONVERTER_VERSION, digest
from .debian import undo_debian_binary, undo_debian_changes
from .elf import is_elf, relocate
from .interpreter import Interpreter
from .prefixes import prefix_replacer, specific_prefixes
from .python_files import Found, collect

_MADE_BY = "Made by Terrarium's channel maker"


def about_package(summary: str, source: str, **more: Any) -> dict[str, Any]:
    """``about.json`` of a package of ours: it says who made it, and poses as nobody else."""
    return {
        "channels": [],
        "description": f"{_MADE_BY} from {source}. Not a package of any public channel.",
        "extra": {"made_by": _MADE_BY, "source": source, "converter_version": CONVERTER_VERSION},
        "summary": summary,
        **{key: value for key, value in more.items() if value},
    }


def libc_depends(interpreter: Interpreter) -> list[str]:
    """``__glibc >=X.Y`` for the host on which the interpreter was compiled or runs."""
    if interpreter.libc is None:
        return []
    return ["__glibc >={}.{}".format(*interpreter.libc)]


def python_index(interpreter: Interpreter, subdir: str) -> dict[str, Any]:
    """``index.json`` of the python package (CEP 17 for ``python_site_packages_path``)."""
    platform, _, arch = subdir.partition("-")
    mark = digest([CONVERTER_VERSION, interpreter.fingerprint()])[:8]
    short = interpreter.short
    return {
        "arch": {"64": "x86_64"}.get(arch, arch),
        "build": f"h{mark}_0_cpython_local",
        "build_number": 0,
        "constrains": [f"python_abi {short}.* *_{interpreter.tag}"],
        "depends": libc_depends(interpreter),
        "license": "Python-2.0",
        "license_family": "PSF",
        "name": "python",
        "platform": platform,
        "python_site_packages_path": interpreter.site_packages,
        "subdir": subdir,
        "timestamp": interpreter.built_ms,
        "version": interpreter.version,
    }


def python_abi_index(interpreter: Interpreter) -> dict[str, Any]:
    """``index.json`` of python_abi: an empty package that ties compiled packages to one Python."""
    return {
        "arch": None,
        "build": f"0_{interpreter.tag}",
        "build_number": 0,
        "constrains": [f"python {interpreter.short}.* *_cpython*"],
        "depends": [],
        "license": "BSD-3-Clause",
        "name": "python_abi",
        "noarch": "generic",
        "platform": None,
        "subdir": "noarch",
        "timestamp": interpreter.built_ms,
        "version": interpreter.short,
    }


def python_entries(interpreter: Interpreter, work: Path) -> list[Entry]:
    """The files of the python package, made relocatable. *work* is for temporary files."""
    found = collect(interpreter)
    libraries = [Path(item.path).name for item in found if item.path.startswith("lib/lib")]
    old = specific_prefixes(interpreter)
    replace = prefix_replacer(interpreter)
    entries = [_entry(item, libraries, old, replace, work) for item in found]
    # An empty directory cannot be packaged, and Python reports a missing site-packages nowhere.
    note = "Packages of this environment live here.\n"
    entries.append(Entry.of(f"{interpreter.site_packages}/README.txt", note))
    return entries


def _entry(
    item: Found,
    libraries: list[str],
    old: list[str],
    replace: Callable[[str, bytes], bytes],
    work: Path,
) -> Entry:
    if item.target is not None:
        return Entry(item.path, target=item.target)
    data = item.source.read_bytes()
    executable = bool(item.source.stat().st_mode & 0o111)
    if is_elf(data):
        content = relocate(data, item.path, libraries, old, work)
        if _is_interpreter(item.path) and b"dist-packages" in content:
            content = undo_debian_binary(content)
        return Entry(item.path, lambda: content, executable)
    if b"\0" in data:
        return Entry(item.path, lambda: data, executable)
    data = replace(item.path, undo_debian_changes(item.path, data))
    return Entry.of(item.path, data, executable)


def _is_interpreter(path: str) -> bool:
    return path.startswith(("bin/python", "lib/libpython"))


def python_about(interpreter: Interpreter) -> Mapping[str, Any]:
    """``about.json`` of the python package."""
    return about_package(
        "The Python interpreter of the host on which this channel was made",
        f"CPython {interpreter.version}",
        license="Python-2.0",
        home="https://www.python.org/",
    )
