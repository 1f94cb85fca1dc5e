"""Builds wheels from source archives, for the solver process where policy permits it.

The wheel is kept like fetched ones (``wheels/<sha256>/``), and its file URL is what is locked.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import tempfile
from pathlib import Path
from weakref import WeakValueDictionary

from ..conda.files import sha256_of, write_atomically
from ..conda.pip_sources import Sdist
from ..conda.uv_run import Indexes
from .wheel_build import BuildLimits, WheelBuild


class WheelBuilder:
    """Builds into the directory *wheels*, and knows what it built. For event loop use."""

    def __init__(
        self,
        wheels: Path,
        mirrors: dict[str, list[str]] | None = None,
        limits: BuildLimits | None = None,
    ) -> None:
        self._wheels = wheels
        self._mirrors = mirrors or {}
        self._limits = limits or BuildLimits()
        self._known: dict[tuple[str, str], Path] = {}
        # The platforms of one lock ask for the same wheel at the same time.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def build(self, sdist: Sdist, indexes: Indexes) -> Path:
        """The wheel for *sdist*; see :data:`jupyterlab_terrarium.conda.pip_sources.BuildWheel`."""
        lock = self._locks.setdefault(sdist.url, asyncio.Lock())
        # What is built depends on which build requirements there are.
        circumstances = json.dumps([indexes.options, indexes.exclude_newer], sort_keys=True)
        async with lock:
            known = await self._kept(sdist.sha256, circumstances)
            if known is not None:
                return known
            # Code that was ended a moment ago may be writing still.
            with tempfile.TemporaryDirectory(
                prefix="terrarium-wheel-", ignore_cleanup_errors=True
            ) as name:
                build = WheelBuild(sdist, Path(name), indexes, self._limits)
                sha256 = await build.fetch(self._mirrors)
                wheel = await self._kept(sha256, circumstances)
                if wheel is None:
                    wheel = await asyncio.to_thread(self._keep, await build.make())
                    self._known[(sha256, circumstances)] = wheel
            return wheel

    async def _kept(self, sha256: str, circumstances: str) -> Path | None:
        known = self._known.get((sha256, circumstances))
        if known is None or not known.is_file():
            return None
        intact = await asyncio.to_thread(sha256_of, known) == known.parent.name
        return known if intact else None

    def _keep(self, wheel: Path) -> Path:
        data = wheel.read_bytes()
        target = self._wheels / hashlib.sha256(data).hexdigest() / wheel.name
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(target, data, sync=True)
        return target
