"""Package the interpreter at hand: ``python`` and ``python_abi``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .archive import PLACEHOLDER, Entry
from .cache import CONVERTER_VERSION, digest
from .debian import undo_debian_changes
from .elf import is_elf, relocate
from .interpreter import Interpreter
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
    old = _old_prefixes(interpreter)
    replace = _replacer(interpreter, old)
    entries = [_entry(item, interpreter, libraries, old, replace, work) for item in found]
    # An empty directory cannot be packaged, and Python reports a missing site-packages nowhere.
    note = "Packages of this environment live here.\n"
    entries.append(Entry.of(f"{interpreter.site_packages}/README.txt", note))
    return entries


def _entry(
    item: Found,
    interpreter: Interpreter,
    libraries: list[str],
    old: list[str],
    replace: Callable[[bytes], bytes],
    work: Path,
) -> Entry:
    if item.target is not None:
        return Entry(item.path, target=item.target)
    data = item.source.read_bytes()
    executable = bool(item.source.stat().st_mode & 0o111)
    if is_elf(data):
        content = relocate(data, item.path, libraries, old, work)
        return Entry(item.path, lambda: content, executable)
    if b"\0" in data:
        return Entry(item.path, lambda: data, executable)
    data = undo_debian_changes(item.path, data)
    if old or _is_configuration(item.path):
        data = replace(data)
    return Entry.of(item.path, data, executable)


def _old_prefixes(interpreter: Interpreter) -> list[str]:
    """Prefixes that are long enough to be replaced wherever they occur, longest first."""
    candidates = {str(interpreter.prefix), str(interpreter.prefix.resolve())}
    if interpreter.built_prefix.startswith("/"):
        candidates.add(interpreter.built_prefix.rstrip("/"))
    specific = {path for path in candidates if path.count("/") >= 3}
    return sorted(specific, key=lambda path: (-len(path), path))


def _is_configuration(path: str) -> bool:
    name = path.rsplit("/", 1)[-1]
    return path.startswith("bin/") or name.startswith("_sysconfigdata") or (
        name in {"Makefile", "python-config.py"} or name.endswith(".pc")
    )


def _replacer(interpreter: Interpreter, old: list[str]) -> Callable[[bytes], bytes]:
    """Replace old prefixes in text by the placeholder.

    A system prefix such as ``/usr`` is only replaced where it names something of Python's own.
    """
    new = PLACEHOLDER.encode()
    short = re.escape(interpreter.short.encode())
    pairs: list[tuple[re.Pattern[bytes], bytes]] = []
    if not old:
        arch = re.escape(interpreter.multiarch.encode()) or b"none"
        for prefix in {str(interpreter.prefix), interpreter.built_prefix or "/usr"}:
            root = rb"(?<![\w.}/-])" + re.escape(prefix.rstrip("/").encode())
            python = rb"/python" + short
            pairs += [
                (re.compile(root + rb"/include/" + arch + python), new + b"/include" + python),
                (re.compile(root + rb"/lib/" + arch + rb"\b"), new + b"/lib"),
                (
                    re.compile(
                        root + rb"(?=/bin\b|/lib/python|/lib['\s]|/include['\s]|/include/python"
                        rb"|/share/man|/share['\s]|/lib/pkgconfig|['\"]|[ \t]*$)",
                        re.MULTILINE,
                    ),
                    new,
                ),
            ]
        python_literal = b"/python" + interpreter.short.encode()
        pairs = [
            (pattern, value.replace(python, python_literal)) for pattern, value in pairs
        ]

    def replace(data: bytes) -> bytes:
        for prefix in old:
            data = data.replace(prefix.encode(), new)
        for pattern, value in pairs:
            data = pattern.sub(lambda _match, value=value: value, data)  # type: ignore[misc]
        return data

    return replace


def python_about(interpreter: Interpreter) -> Mapping[str, Any]:
    """``about.json`` of the python package."""
    return about_package(
        "The Python interpreter of the host on which this channel was made",
        f"CPython {interpreter.version}",
        license="Python-2.0",
        home="https://www.python.org/",
    )
