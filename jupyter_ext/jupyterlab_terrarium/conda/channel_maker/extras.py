"""Small real packages that tests and the demo need: scripts, variables, conflicts, a big file.

They follow conda's conventions: post-link scripts are ``bin/.<name>-post-link.sh`` (conda-build,
link scripts), activation scripts live in ``etc/conda/activate.d`` and ``deactivate.d``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from .archive import PLACEHOLDER, Entry, package_stem, write_package
from .cache import CONVERTER_VERSION, cache_root, digest
from .python_package import about_package
from .report import Made

_2024 = 1705276800000  # 2024-01-15
_2025 = 1749945600000  # 2025-06-15
_BIG = 20 * 1000 * 1000

_POST_LINK = """\
#!/bin/bash
# Run by the installer after linking, with PREFIX, PKG_NAME, PKG_VERSION and PKG_BUILDNUM set.
mkdir -p "$PREFIX/etc"
printf '%s %s was linked into %s\\n' "$PKG_NAME" "$PKG_VERSION" "$PREFIX" \\
  > "$PREFIX/etc/terrarium-postlink.txt"
"""


def small_packages() -> Iterator[Made]:
    """Make the packages (or find them in the cache), all of them ``noarch: generic``."""
    yield _package(
        "terrarium-postlink",
        "1.0",
        "Writes a file when it is linked, by a post-link script",
        [Entry.of("bin/.terrarium-postlink-post-link.sh", _POST_LINK, executable=True)],
    )
    yield _package(
        "terrarium-activate",
        "1.0",
        "Sets TERRARIUM_ACTIVATED=1 in an activated environment",
        [
            Entry.of(
                "etc/conda/activate.d/terrarium-activate.sh", "export TERRARIUM_ACTIVATED=1\n"
            ),
            Entry.of("etc/conda/deactivate.d/terrarium-activate.sh", "unset TERRARIUM_ACTIVATED\n"),
        ],
    )
    for version, moment in (("1.0", _2024), ("2.0", _2025)):
        yield _package(
            "terrarium-data",
            version,
            "A text and a binary file that name their prefix",
            _data(version),
            moment=moment,
        )
    yield _package(
        "terrarium-needs-cuda",
        "1.0",
        "Can be installed only where CUDA 12 or later is",
        [Entry.of("share/terrarium-needs-cuda/README.txt", "CUDA 12 or later was found.\n")],
        ["__cuda >=12"],
    )
    for letter, wanted in (("a", "1.*"), ("b", "2.*")):
        name = f"terrarium-conflict-{letter}"
        yield _package(
            name,
            "1.0",
            f"Needs terrarium-data {wanted}, so that a and b exclude each other",
            [Entry.of(f"share/{name}/README.txt", f"Needs terrarium-data {wanted}\n")],
            [f"terrarium-data {wanted}"],
        )
    yield _package(
        "terrarium-big",
        "1.0",
        "Twenty megabytes that do not compress, so that a download can be watched",
        [
            Entry(
                "share/terrarium-big/noise.bin",
                lambda: hashlib.shake_256(b"terrarium-big").digest(_BIG),
            )
        ],
    )


def stub_package(index: dict[str, Any], subdir: str) -> Made:
    """A package for another platform that can be solved for, and holds a text file only.

    *index* is the ``index.json`` of the host's package. The library bound becomes the other
    platform's.
    """
    platform, _, arch = subdir.partition("-")
    depends = [item for item in index["depends"] if not item.startswith("__glibc")]
    other = {
        **index,
        "arch": arch,
        "depends": sorted([*depends, "__osx >=11.0"]),
        "platform": platform,
        "subdir": subdir,
    }
    text = (
        f"This is a stub of {index['name']} {index['version']} for {subdir}: it takes part in "
        "solving, and runs nothing.\n"
    )
    return _write(
        other,
        [Entry.of(f"share/terrarium-stub/{index['name']}.txt", text)],
        f"A stub for solving; no {subdir} files",
        f"the {index['subdir']} package of the same name",
    )


def _data(version: str) -> list[Entry]:
    text = f"version = {version}\nprefix = {PLACEHOLDER}\nshare = {PLACEHOLDER}/share\n"
    # A C string with something behind it: what a linker must pad, so that all offsets stay.
    binary = (
        b"TERRARIUM\0" + version.encode() + b"\0" + PLACEHOLDER.encode() + b"/share\0" + b"END\0"
    )
    return [
        Entry.of("share/terrarium-data/prefix.txt", text),
        Entry.of("share/terrarium-data/prefix.bin", binary),
    ]


def _package(
    name: str,
    version: str,
    summary: str,
    entries: Sequence[Entry],
    depends: Sequence[str] = (),
    moment: int = _2024,
) -> Made:
    index = {
        "arch": None,
        "build": "0",
        "build_number": 0,
        "depends": sorted(depends),
        "license": "BSD-3-Clause",
        "name": name,
        "noarch": "generic",
        "platform": None,
        "subdir": "noarch",
        "timestamp": moment,
        "version": version,
    }
    return _write(index, entries, summary, "scratch, for tests and the demo")


def _write(index: dict[str, Any], entries: Sequence[Entry], summary: str, source: str) -> Made:
    home = cache_root() / "packages" / digest([CONVERTER_VERSION, "extra", index])
    target = home / f"{package_stem(index)}.conda"
    if target.exists():
        return Made(target, index, True)
    about = about_package(summary, source, license=index["license"])
    return Made(write_package(home, index, entries, about), index, False)
