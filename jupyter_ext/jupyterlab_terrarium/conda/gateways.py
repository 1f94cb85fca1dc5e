"""py-rattler's gateways (channel indexes in memory), one per set of credentials and mirrors."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections import OrderedDict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..models.platforms import PLATFORMS
from .channels import INDEX_FILES, ChannelConfig, local_directory
from .credentials import credential_files
from .download import make_client
from .records import Conversions

if TYPE_CHECKING:
    from rattler import Gateway

MAX_GATEWAYS = 4
#: Seconds after which a remote channel's index is asked for again (rattler revalidates its copy).
MAX_AGE = 600.0

_Stamp = tuple[tuple[str, int, int, int], ...]


class GatewayPool:
    """Gateways by credentials, mirrors and network permission. For one event loop only.

    A gateway never looks at a channel twice by itself: :meth:`get` makes it forget local channels
    whose index files have changed and remote ones that it read too long ago.
    """

    def __init__(self, cache_dir: Path, max_age: float = MAX_AGE) -> None:
        self._cache_dir = cache_dir
        self._max_age = max_age
        self._gateways: OrderedDict[str, Gateway] = OrderedDict()
        self._seen: dict[tuple[str, str], _Stamp | float] = {}
        self._conversions: dict[str, Conversions] = {}
        self._generation = 0

    def get(self, config: ChannelConfig, urls: list[str]) -> Gateway:
        """The gateway for *config*, fresh enough for the channels *urls*."""
        return self.warm(config, urls)[0]

    def warm(self, config: ChannelConfig, urls: list[str]) -> tuple[Gateway, Conversions]:
        """The same, and what was converted from its records since it forgot any."""
        key = self.key(config)
        gateway = self._gateways.get(key)
        if gateway is None:
            gateway = self._gateways[key] = self._make(config)
            while len(self._gateways) > MAX_GATEWAYS:
                dropped, _ = self._gateways.popitem(last=False)
                self._seen = {at: seen for at, seen in self._seen.items() if at[0] != dropped}
                self._conversions.pop(dropped, None)
        self._gateways.move_to_end(key)
        for url in urls:
            if self._outdated(key, url):
                self._generation += 1
                self._conversions.pop(key, None)
                gateway.clear_repodata_cache(_channel(url))
        return gateway, self._conversions.setdefault(key, Conversions())

    @property
    def generation(self) -> int:
        """Grows whenever anything was forgotten; what was derived before is then outdated."""
        return self._generation

    def refresh(self, urls: list[str] | None = None) -> None:
        """Forget the indexes of *urls* in memory, or everything."""
        self._generation += 1
        self._conversions.clear()
        if urls is None:
            self._gateways.clear()
            self._seen.clear()
            return
        for gateway in self._gateways.values():
            for url in urls:
                gateway.clear_repodata_cache(_channel(url))

    def key(self, config: ChannelConfig) -> str:
        """What one gateway serves: mirrors, network permission and credentials."""
        stamps = [
            (str(path), path.stat().st_mtime_ns) for path in credential_files() if path.exists()
        ]
        text = json.dumps([config.mirrors, config.offline, stamps], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def _make(self, config: ChannelConfig) -> Gateway:
        from rattler import Gateway, SourceConfig

        self._cache_dir.mkdir(parents=True, exist_ok=True)
        source = SourceConfig(
            cache_action="force-cache-only" if config.offline else "cache-or-fetch"
        )
        return Gateway(
            cache_dir=self._cache_dir,
            default_config=source,
            client=make_client(config.mirrors, config.offline),
        )

    def _outdated(self, key: str, url: str) -> bool:
        directory = local_directory(url)
        now = _stamp(directory) if directory else time.monotonic()
        before = self._seen.get((key, url))
        if isinstance(now, float) and isinstance(before, float) and now - before < self._max_age:
            return False
        self._seen[key, url] = now
        return before is not None and before != now


def _channel(url: str) -> str:
    # The gateway compares channels by their URL with a slash at the end.
    return url.rstrip("/") + "/"


def _stamp(directory: Path) -> _Stamp:
    """What tells one state of a local channel's index files from another."""
    found = []
    for subdir, files in _index_files(directory):
        # Most are not there, and this is the cheap way to see it: each plan looks at all of them.
        if not os.access(subdir, os.F_OK):
            continue
        for name, path in files:
            if not os.access(path, os.F_OK):
                continue
            try:
                state = path.stat()
            except OSError:
                continue
            found.append((name, state.st_mtime_ns, state.st_size, state.st_ino))
    return tuple(found)


@lru_cache(maxsize=64)
def _index_files(directory: Path) -> list[tuple[Path, list[tuple[str, Path]]]]:
    """Where index files may be, by name, in each subdirectory that a channel may have."""
    return [
        (
            directory / subdir,
            [(f"{subdir}/{name}", directory / subdir / name) for name in INDEX_FILES],
        )
        for subdir in ("noarch", *PLATFORMS)
    ]
