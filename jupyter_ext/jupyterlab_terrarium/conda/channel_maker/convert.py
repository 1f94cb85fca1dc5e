"""Turn a wheel into a conda package.

Pure wheels become ``noarch: python`` packages (layout: CEP 20 / conda-build's noarch), all others
packages of the host's platform for one Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from .archive import Entry, package_stem, write_package
from .cache import CONVERTER_VERSION, cache_root, digest
from .interpreter import Interpreter
from .names import conda_name
from .python_package import about_package
from .recipes import extra_entries
from .report import Made
from .resolve import Wheel
from .specs import conda_version, depends_of, match_spec
from .wheel import NOARCH, WheelFile, platform_layout, record_entry, script_entry


@dataclass(frozen=True)
class Metadata:
    """What dependency conversion needs of a wheel, read once."""

    project: str
    name: str
    requires: tuple[str, ...]


def read_metadata(path: Path) -> Metadata:
    """Name and requirements of a wheel."""
    with WheelFile(path) as wheel:
        name = str(wheel.metadata.get("Name", wheel.project))
        return Metadata(wheel.project, conda_name(name), tuple(wheel.requires()))


def wheel_index(
    wheel: WheelFile,
    source: Wheel,
    interpreter: Interpreter,
    subdir: str,
    extras: Iterable[str],
    known: Mapping[str, Metadata],
) -> dict[str, Any]:
    """``index.json`` for a wheel; *known* holds the other wheels by normalised name."""

    def name_of(project: str) -> str:
        return known[project].name if project in known else conda_name(project)

    def lines_of(project: str) -> Iterable[str]:
        return known[project].requires if project in known else ()

    depends = depends_of(wheel.requires(), interpreter.environment, extras, name_of, lines_of)
    platform, _, arch = subdir.partition("-")
    index: dict[str, Any] = {
        "build_number": 0,
        "license": _license(wheel),
        "name": known[wheel.project].name,
        "timestamp": source.uploaded_ms or wheel.newest_ms(),
        "version": conda_version(str(wheel.version)),
    }
    if wheel.is_pure:
        depends.append(_python_range(wheel))
        prefix = "pyh"
        index.update(arch=None, platform=None, noarch="python", subdir="noarch")
    else:
        short = interpreter.short
        major, minor = short.split(".")
        depends.append(f"python >={short},<{major}.{int(minor) + 1}.0a0")
        depends.append(f"python_abi {short}.* *_{interpreter.tag}")
        depends += _libc(wheel)
        prefix = f"py{major}{minor}h"
        index.update(arch={"64": "x86_64"}.get(arch, arch), platform=platform, subdir=subdir)
    index["depends"] = sorted(set(depends))
    # The hash keeps packages apart that differ in anything but their version: package caches name
    # their directories by the file name.
    mark = digest([CONVERTER_VERSION, source.sha256, index])[:7]
    index["build"] = f"{prefix}{mark}_0"
    return dict(sorted(index.items()))


def convert(
    path: Path,
    source: Wheel,
    interpreter: Interpreter,
    subdir: str,
    extras: Iterable[str],
    known: Mapping[str, Metadata],
) -> Made:
    """The conda package of the wheel at *path*, from the cache when it was made before."""
    with WheelFile(path) as wheel:
        index = wheel_index(wheel, source, interpreter, subdir, extras, known)
        home = cache_root() / "packages" / digest([CONVERTER_VERSION, source.sha256, index])
        target = home / f"{package_stem(index)}.conda"
        if target.exists():
            return Made(target, index, True)
        layout = NOARCH if wheel.is_pure else platform_layout(interpreter.short)
        entries = wheel.entries(layout)
        entries += extra_entries(wheel, entries, layout)
        commands = wheel.entry_points()
        if not wheel.is_pure:
            scripts = [script_entry(item, interpreter.short, layout) for item in commands]
            taken = {entry.path for entry in entries}
            entries += [entry for entry in scripts if entry.path not in taken]
        info = f"{layout.site_packages}/{wheel.dist_info}"
        entries.append(Entry.of(f"{info}/INSTALLER", "conda\n"))
        entries.append(record_entry(wheel.dist_info, entries, layout))
        link = None
        if wheel.is_pure:
            link = {
                "noarch": {"entry_points": commands, "type": "python"},
                "package_metadata_version": 1,
            }
        return Made(write_package(home, index, entries, _about(wheel), link), index, False)


def _python_range(wheel: WheelFile) -> str:
    text = str(wheel.metadata.get("Requires-Python", "") or "")
    try:
        return match_spec("python", SpecifierSet(text) or SpecifierSet(">=3"))
    except InvalidSpecifier:
        return "python >=3"


def _libc(wheel: WheelFile) -> list[str]:
    """``__glibc`` bound from the wheel's lowest manylinux tag (PEP 600)."""
    legacy = {"manylinux1": (2, 5), "manylinux2010": (2, 12), "manylinux2014": (2, 17)}
    found: list[tuple[int, int]] = []
    for tag in wheel.tags:
        match = re.match(r"manylinux_(\d+)_(\d+)_", tag.platform)
        if match:
            found.append((int(match[1]), int(match[2])))
        elif tag.platform.split("_")[0] in legacy:
            found.append(legacy[tag.platform.split("_")[0]])
    return ["__glibc >={}.{}".format(*min(found))] if found else []


def _license(wheel: WheelFile) -> str:
    stated = wheel.metadata.get("License-Expression") or ""
    if stated:
        return str(stated)
    short = str(wheel.metadata.get("License") or "").strip()
    if short and "\n" not in short and len(short) < 80:
        return short
    for line in wheel.metadata.get_all("Classifier", []):
        if str(line).startswith("License ::"):
            return str(line).rsplit("::", 1)[-1].strip()
    return "unknown"


def _about(wheel: WheelFile) -> dict[str, Any]:
    metadata = wheel.metadata
    links: dict[str, str] = {}
    for line in metadata.get_all("Project-URL", []):
        label, _, url = str(line).partition(",")
        links[label.strip().lower()] = url.strip()

    def link(*labels: str) -> str:
        return next((links[label] for label in labels if label in links), "")

    return about_package(
        str(metadata.get("Summary") or ""),
        wheel.path.name,
        license=_license(wheel),
        home=str(metadata.get("Home-page") or "") or link("homepage", "home"),
        dev_url=link("source", "repository", "source code", "github"),
        doc_url=link("documentation", "docs"),
    )
