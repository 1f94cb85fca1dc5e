"""Things on disk that nothing refers to. Finding only: whoever removes one decides again."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .paths import MANIFEST, Layout

_SHA256 = re.compile(r"[0-9a-f]{64}")
_KEY = re.compile(r"([0-9a-f]{64})-.+")
_HALF_WRITTEN_SECONDS = 3600.0
_DAY_SECONDS = 86_400.0


@dataclass(frozen=True)
class Orphan:
    """A path that may go, and why."""

    path: Path
    reason: str


def prefixes(layout: Layout, known: set[str]) -> Iterator[Orphan]:
    """Prefixes whose names are not *known*: leftovers of builds, or of versions that are gone."""
    for entry in _entries(layout.prefixes):
        if entry.name in known:
            continue
        complete = (entry / MANIFEST).exists()
        why = "no version refers to it" if complete else "it was never completed"
        yield Orphan(entry, why)


def packages(layout: Layout, needed: set[str], days: float) -> Iterator[Orphan]:
    """Cached packages, by SHA-256, that are not *needed* and older than *days*."""
    for entry in _entries(layout.packages):
        if not _SHA256.fullmatch(entry.name):
            if _age(entry) > _HALF_WRITTEN_SECONDS:
                yield Orphan(entry, "an interrupted program left it")
        elif entry.name not in needed and _age(entry) > days * _DAY_SECONDS:
            yield Orphan(entry, "no version needs it")


def wheels(layout: Layout, needed: set[str], days: float) -> Iterator[Orphan]:
    """Cached wheels, by SHA-256, that are not *needed* and older than *days*."""
    for entry in _entries(layout.wheels):
        if entry.name not in needed and _age(entry) > days * _DAY_SECONDS:
            yield Orphan(entry, "no version needs it")


def bytecode(layout: Layout, needed: set[str], days: float) -> Iterator[Orphan]:
    """Byte code of packages that are not *needed* any more and older than *days*."""
    for entry in _entries(layout.bytecode):
        key = _KEY.fullmatch(entry.name)
        if (key is None or key[1] not in needed) and _age(entry) > days * _DAY_SECONDS:
            yield Orphan(entry, "no version needs it")


def blobs(layout: Layout, needed: set[str]) -> Iterator[Orphan]:
    """Kept package files and artifacts, by SHA-256, that nothing needs any more."""
    for entry in sorted(layout.blobs.glob("sha256/*/*")):
        if entry.name not in needed and _age(entry) > _HALF_WRITTEN_SECONDS:
            yield Orphan(entry, "no version that stays needs it")


def unkept_notes(layout: Layout, lasting: set[str]) -> Iterator[Orphan]:
    """Notes of files that could not be kept, and that are here by now or not *lasting*."""
    for entry in _entries(layout.unkept):
        if entry.name not in lasting or layout.blob(entry.name).exists():
            yield Orphan(entry, "it is about a file that nothing misses any more")


def parts(layout: Layout, days: float) -> Iterator[Orphan]:
    """Parts of artifacts that no artifact was made of for *days*."""
    for entry in _entries(layout.parts):
        if _age(entry) > days * _DAY_SECONDS:
            yield Orphan(entry, "it was not used lately")


def logs(layout: Layout, builds: set[str]) -> Iterator[Orphan]:
    """Logs of builds that are not among *builds* (ids)."""
    for entry in _entries(layout.logs):
        if entry.name.removesuffix(".jsonl") not in builds and _age(entry) > _HALF_WRITTEN_SECONDS:
            yield Orphan(entry, "its build is gone")


def scratches(layout: Layout, known: set[str]) -> Iterator[Orphan]:
    """Scratch layers whose ids are not *known*, and what an interrupted program left of one."""
    for entry in _entries(layout.scratches):
        if entry.name not in known and _age(entry) > _HALF_WRITTEN_SECONDS:
            yield Orphan(entry, "its environment is gone")


def links(layout: Layout, environments: set[tuple[str, str]]) -> Iterator[Orphan]:
    """Stable links of what is not among *environments* (namespace and name)."""
    for link in layout.envs.glob("*/envs/*"):
        if (link.parent.parent.name, link.name) not in environments:
            yield Orphan(link, "its environment is gone")


def notes(layout: Layout) -> Iterator[Orphan]:
    """Results of verifications and files for locking of prefixes that are gone."""
    present = {entry.name for entry in _entries(layout.prefixes)}
    for entry in _entries(layout.verifications):
        if entry.name.removesuffix(".json") not in present:
            yield Orphan(entry, "its prefix is gone")
    for entry in _entries(layout.locks):
        gone = entry.name.removesuffix(".repair") not in present
        if gone and _age(entry) > _DAY_SECONDS:
            yield Orphan(entry, "its prefix is gone")


def uv_cache(layout: Layout, days: float) -> Iterator[Orphan]:
    """uv's index cache when nothing was written to it for *days*."""
    if layout.uv_cache.is_dir():
        ages = [_age(entry) for entry in layout.uv_cache.iterdir()] or [_age(layout.uv_cache)]
        if min(ages) > days * _DAY_SECONDS:
            yield Orphan(layout.uv_cache, "it was not used lately")


def worker_layers(layout: Layout) -> Iterator[Orphan]:
    """Directories of workers, living or dead, and the lock files beside them."""
    for entry in _entries(layout.workers):
        yield Orphan(entry, "its worker is gone")


def _entries(directory: Path) -> list[Path]:
    try:
        return sorted(directory.iterdir())
    except FileNotFoundError:
        return []


def _age(path: Path) -> float:
    """Seconds since *path* was last changed; 0 for what is gone or of the future."""
    try:
        return max(0.0, time.time() - path.lstat().st_mtime)
    except FileNotFoundError:
        return 0.0
