"""Which package files have a post-link script, known before anything is fetched.

Scripts are named by conda's convention: ``bin/.<name>-post-link.sh`` (Unix),
``Scripts/.<name>-post-link.bat`` (Windows), see "Adding pre-link, post-link, and pre-unlink
scripts" in conda-build's documentation. What cannot be looked at in time counts as having none: the
worker, which has the files, finds out in any case.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..models.lock import CondaPackage, PlatformLock
from .channels import ChannelConfig, local_directory
from .download import make_client

if TYPE_CHECKING:
    from rattler.networking import Client

#: Archives that are read at the same time.
CONCURRENCY = 16
#: Bytes that reading one remote archive may cost; ranges of a ``.conda`` cost far less.
MAX_SPOOL = 4 * 1024 * 1024
#: Seconds in which a package that nobody could look into is not asked for again: a plan that is
#: made at every key stroke would wait for it each time.
PATIENCE = 60.0


def script_paths(name: str) -> tuple[str, str]:
    """Paths in a package file that the post-link script of package *name* may have."""
    return f"bin/.{name}-post-link.sh", f"Scripts/.{name}-post-link.bat"


class LinkScriptDetector:
    """Remembers by SHA-256 in *memory* (JSON lines); looks into *caches* before any network.

    *caches* are layers of the store's package cache (``<layer>/<sha256>/<name-version-build>``).
    """

    def __init__(self, memory: Path, caches: Sequence[Path] = ()) -> None:
        self._memory = memory
        self._caches = list(caches)
        self._known: dict[str, bool] | None = None
        self._silent: dict[str, float] = {}

    async def annotate(
        self, parts: Sequence[PlatformLock], config: ChannelConfig, budget: float
    ) -> list[PlatformLock]:
        """*parts* with ``link_scripts`` filled in, after at most *budget* seconds. Never raises."""
        known = self._load()
        now = time.monotonic()
        # A plan has hundreds of packages of which nothing is to be found out: they pass quickly.
        unknown = {
            one.sha256: one
            for part in parts
            for one in part.conda
            if one.sha256 not in known and now - self._silent.get(one.sha256, -PATIENCE) >= PATIENCE
        }
        if unknown:
            found = await self._inspect(list(unknown.values()), config, budget)
            self._remember(found)
            self._silent.update({sha256: now for sha256 in unknown if sha256 not in found})
        return [
            part.model_copy(
                update={
                    "link_scripts": sorted(
                        one.file_name for one in part.conda if known.get(one.sha256)
                    )
                }
            )
            for part in parts
        ]

    async def _inspect(
        self, packages: list[CondaPackage], config: ChannelConfig, budget: float
    ) -> dict[str, bool]:
        client = make_client(config.mirrors, config.offline)
        gate = asyncio.Semaphore(CONCURRENCY)
        found: dict[str, bool] = {}

        async def look(package: CondaPackage) -> None:
            async with gate:
                answer = await self._has_script(package, client)
            if answer is not None:
                found[package.sha256] = answer

        tasks = [asyncio.create_task(look(package)) for package in packages]
        _, late = await asyncio.wait(tasks, timeout=budget)
        for task in late:
            task.cancel()
        return found

    async def _has_script(self, package: CondaPackage, client: Client | None) -> bool | None:
        """Whether *package* has a script; ``None`` when nobody can tell now."""
        from rattler.package_streaming import PackageArchive

        for layer in self._caches:
            entry = layer / package.sha256 / f"{package.name}-{package.version}-{package.build}"
            if entry.is_dir():
                return any((entry / path).exists() for path in script_paths(package.name))
        try:
            path = local_directory(package.url)
            if path is not None:
                archive = await PackageArchive.from_path(path)
            elif client is None:
                return None
            else:
                archive = await PackageArchive.from_url(
                    client, package.url, max_spool_size=MAX_SPOOL
                )
            paths = await archive.paths_json()
        # Whatever is wrong with the archive, this is not the place where it matters.
        except Exception:
            return None
        wanted = set(script_paths(package.name))
        return any(str(entry.relative_path) in wanted for entry in paths.paths)

    def _load(self) -> dict[str, bool]:
        if self._known is None:
            self._known = {}
            try:
                lines = self._memory.read_text("utf-8").splitlines()
            except (OSError, ValueError):
                lines = []
            for line in lines:
                try:
                    sha256, has = json.loads(line)
                except (ValueError, TypeError):
                    continue
                self._known[str(sha256)] = bool(has)
        return self._known

    def _remember(self, found: dict[str, bool]) -> None:
        self._load().update(found)
        if not found:
            return
        text = "".join(json.dumps(pair) + "\n" for pair in found.items())
        try:
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            # One write of whole lines: several solver processes may share a store.
            descriptor = os.open(self._memory, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                os.write(descriptor, text.encode())
            finally:
                os.close(descriptor)
        except OSError:
            return
