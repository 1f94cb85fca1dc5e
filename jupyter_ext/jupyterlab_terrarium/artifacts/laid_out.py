"""A prefix of any platform, laid out from package files without being anywhere.

Nothing of a package is executed, so a server makes the files for every platform of a lock. Where
the prefix would stand in a file, :data:`.pieces.STAND_IN` does.
"""

from __future__ import annotations

import asyncio
import json
import mmap
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..conda import install
from ..conda.download import download
from ..conda.fetch import Fetcher
from ..conda.link_scripts import find as find_scripts
from ..conda.package_facts import true_part
from ..conda.runner import PythonInfo, find_python
from ..conda.seal import Entry as CacheEntry
from ..conda.seal import entry_name
from ..conda.sources import PackageSources
from ..models.lock import CondaPackage, PipPackage, PlatformLock
from .form import Subject, Workshop
from .pieces import STAND_IN, Entry, Piece, in_binary, in_text, whole
from .records import conda_record
from .wheel_layout import lay_out_wheels


@dataclass(frozen=True)
class LaidOut:
    """A prefix as *entries*, sorted by path.

    ``scripted`` names packages with a post-link script, which nobody runs.
    """

    prefix: Path
    part: PlatformLock
    python: PythonInfo | None
    entries: tuple[Entry, ...]
    scripted: tuple[str, ...]


def lay_out(subject: Subject, platform: str, shop: Workshop) -> LaidOut:
    """The prefix of *subject* for *platform*, below ``shop.work``.

    Raises :class:`NotFound`, and :class:`BuildFailed` for a broken package.
    """
    prefix = shop.work / "prefix"
    part, cached = asyncio.run(_link(subject.part(platform), shop, prefix))
    rows = dict(_settle_records(prefix, part))
    moment = time.gmtime(subject.epoch)
    (prefix / "conda-meta/history").write_text(install.history_text(part.conda, moment), "utf-8")
    install.write_state(prefix, subject.lock.variables)
    (prefix / "CACHEDIR.TAG").unlink(missing_ok=True)
    python = find_python(part)
    relocated = {path: _mode(row) for path, (_, row) in rows.items()}
    wheels = [(one, shop.file(one)) for one in part.pip]
    for path in lay_out_wheels(prefix, python, wheels):
        # What it overwrites of a conda package is no longer that package's.
        rows.pop(path, None)
        relocated[path] = 0
    owners = {path: name for path, (name, _) in rows.items()}
    return LaidOut(
        prefix,
        part,
        python,
        tuple(_entries(prefix, relocated, owners)),
        tuple(sorted(one.name for one in find_scripts(part.conda, cached))),
    )


@dataclass
class _Given(PackageSources):
    """Package files that the workshop has: nothing is fetched."""

    files: Mapping[str, Path] = field(default_factory=dict)

    async def get(
        self, package: CondaPackage | PipPackage, target: Path, on_bytes: Callable[[int], None]
    ) -> str:
        """A copy; its hash is compared once more."""
        return await download(None, self.files[package.sha256].as_uri(), target, on_bytes)


async def _link(
    part: PlatformLock, shop: Workshop, prefix: Path
) -> tuple[PlatformLock, dict[str, CacheEntry]]:
    packages, own = shop.work / "packages", shop.work / "own"
    packages.mkdir()
    own.mkdir()
    sources = _Given(log=_quiet, files=shop.files)
    fetcher = Fetcher(packages, own, shop.work / "trash", sources, log=_quiet)
    total = 2 * len(part.conda)

    def on_unpacked(packages: int, received: int, current: str) -> None:
        shop.report(packages, total, current)

    def on_linked(done: int, current: str) -> None:
        shop.report(len(part.conda) + done, total, current)

    fetcher.on_progress = on_unpacked
    cached = await fetcher.fetch(part.conda)
    part = true_part(part, cached)
    view = install.make_view(own, cached)
    await install.link(part.conda, view, prefix, part.platform, on_linked, stand_in=STAND_IN)
    return part, cached


def _quiet(line: str) -> None:
    return None


def _settle_records(
    prefix: Path, part: PlatformLock
) -> Iterator[tuple[str, tuple[str, dict[str, Any]]]]:
    """Write ``conda-meta`` as it is everywhere; name and row of each path that packages have."""
    for package in part.conda:
        path = prefix / "conda-meta" / f"{entry_name(package)}.json"
        record = json.loads(path.read_bytes())
        rows = sorted(record["paths_data"]["paths"], key=lambda row: str(row["_path"]))
        for row in rows:
            yield row["_path"], (package.name, row)
        record["paths_data"]["paths"] = rows
        record["files"] = sorted(record["files"])
        path.unlink()
        path.write_bytes(conda_record(record, package))


def _mode(row: Mapping[str, Any]) -> int | None:
    """``None``: names no prefix; 0: a text that does; else the room that a program has for it."""
    if row["path_type"] == "unix_python_entry_point":
        return 0
    placeholder = row.get("prefix_placeholder")
    if not placeholder:
        return None
    return len(placeholder.encode()) if row.get("file_mode") == "binary" else 0


def _entries(
    prefix: Path, relocated: Mapping[str, int | None], owners: Mapping[str, str]
) -> Iterator[Entry]:
    found: list[Entry] = []
    for directory, names, files in os.walk(prefix):
        for name in [*names, *files]:
            full = Path(directory, name)
            path = full.relative_to(prefix).as_posix()
            owner = owners.get(path, "")
            if full.is_symlink():
                target = str(full.readlink())
                found.append(Entry(path, "link", target=target, package=owner))
            elif full.is_dir():
                found.append(Entry(path, "directory"))
            else:
                pieces = _pieces(full, relocated.get(path))
                executable = bool(full.stat().st_mode & 0o100)
                found.append(Entry(path, "file", executable, full, pieces, package=owner))
    yield from sorted(found, key=lambda entry: entry.path)


def _pieces(file: Path, mode: int | None) -> tuple[Piece, ...]:
    size = file.stat().st_size
    if mode is None or size == 0:
        return whole(size)
    if not mode:
        return in_text(file.read_bytes())
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return in_binary(data, mode)
