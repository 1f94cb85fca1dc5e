"""What the solver process can be asked, one method each."""

from __future__ import annotations

import asyncio
import datetime
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..conda.channels import ChannelConfig, probe, resolve_channels
from ..conda.gateways import GatewayPool
from ..conda.link_script_detection import LinkScriptDetector
from ..conda.search import PackageIndex
from ..conda.solve import question, solve_specification
from ..conda.specification import read_specification
from ..models.lock import Lock, PlatformLock
from ..models.platforms import host_platform
from ..models.problem import InvalidRequest
from ..models.specification import Specification
from ..store.paths import Layout
from .solver_protocol import rebuild

if TYPE_CHECKING:
    from .wheel_builder import WheelBuilder

Params = dict[str, Any]
Method = Callable[[Params], Awaitable[Any]]


@dataclass
class Limits:
    """Seconds that a whole request, and looking for post-link scripts, may take."""

    request: float = 300.0
    link_scripts: float = 5.0


class SolverMethods:
    """The methods of one solver process; for its event loop only."""

    def __init__(self, root: Path, limits: Limits | None = None) -> None:
        layout = Layout(root)
        self._layout = layout
        self._limits = limits or Limits()
        self._pool = GatewayPool(layout.repodata)
        self._index = PackageIndex(self._pool)
        self._explaining = asyncio.Semaphore(1)
        self._detector = LinkScriptDetector(
            layout.repodata / "link-scripts.jsonl", [layout.packages]
        )
        self._builder: WheelBuilder | None = None
        self.methods: dict[str, Method] = {
            "ping": self.ping,
            "solve": self.solve,
            "explain": self.explain,
            "search": self.search,
            "versions": self.versions,
            "lockfile_read": self.lockfile_read,
            "lockfile_write": self.lockfile_write,
            "refresh": self.refresh,
            "probe": self.probe,
        }

    async def call(self, method: str, params: Params) -> Any:
        """The answer of *method* as plain data. Raises :class:`TerrariumError` and others."""
        function = self.methods.get(method)
        if function is None:
            raise InvalidRequest(f"the solver process has no method '{method}'")
        return await function(params)

    async def ping(self, params: Params) -> str:
        """Load what every solve needs."""
        import_module("rattler")
        return "pong"

    async def solve(self, params: Params) -> Params:
        """``specification``, ``config`` -> ``lock`` and ``seconds``.

        Optional: ``locked``, ``platforms``, ``exclude_newer``, ``sdists`` (a policy).
        """
        started = time.monotonic()
        spec = Specification.model_validate(params["specification"])
        config = ChannelConfig.from_json(params["config"])
        locked = Lock.model_validate(params["locked"]) if params.get("locked") else None
        newest = params.get("exclude_newer")
        if newest is None and spec.as_of is not None:
            newest = spec.as_of.isoformat()
        platforms = params.get("platforms") or spec.platforms or [host_platform()]
        urls = [u for platform in platforms for u in question(spec, platform, config).sources]
        gateway = self._pool.get(config, list(dict.fromkeys(urls)))
        parts = await solve_specification(
            spec,
            gateway=gateway,
            config=config,
            platforms=platforms,
            locked=locked,
            exclude_newer=_moment(newest),
            timeout=self._limits.request,
        )
        if spec.pip:
            sdists = params.get("sdists") == "allow"
            parts = await self._with_pip(spec, parts, config, newest, locked, sdists)
        parts = await self._detector.annotate(parts, config, self._limits.link_scripts)
        lock = Lock(
            platforms=parts,
            channels=spec.channels or config.default_channels,
            variables=spec.variables,
        )
        return {
            "lock": lock.model_dump(mode="json"),
            "seconds": round(time.monotonic() - started, 4),
        }

    async def explain(self, params: Params) -> Params:
        """``text``, ``error``, ``config``, ``platforms``, ``seconds`` -> explanation.

        One at a time: an explanation asks the solver many times, and plans go first. Whoever
        waits uses up the own seconds.
        """
        from ..conda.explanation import explain_specification

        end = time.monotonic() + float(params["seconds"])
        config = ChannelConfig.from_json(params["config"])
        error = rebuild(params["error"])
        newest = params.get("exclude_newer")
        spec = read_specification(str(params["text"]))
        platforms = list(params.get("platforms") or spec.platforms or [host_platform()])

        async def solve_whole(edited: Specification) -> list[PlatformLock]:
            wanted = [p for p in platforms if not edited.platforms or p in edited.platforms]
            urls = [u for platform in wanted for u in question(edited, platform, config).sources]
            parts = await solve_specification(
                edited,
                gateway=self._pool.get(config, list(dict.fromkeys(urls))),
                config=config,
                platforms=wanted,
                exclude_newer=_moment(newest),
            )
            if not edited.pip:
                return parts
            sdists = params.get("sdists") == "allow"
            return await self._with_pip(edited, parts, config, newest, None, sdists)

        async with self._explaining:
            explanation = await explain_specification(
                str(params["text"]),
                error,
                gateway=self._pool.get(config, []),
                config=config,
                solve=solve_whole,
                platforms=platforms,
                exclude_newer=_moment(newest),
                seconds=end - time.monotonic(),
            )
        return explanation.model_dump(mode="json")

    async def _with_pip(
        self,
        spec: Specification,
        parts: list[PlatformLock],
        config: ChannelConfig,
        exclude_newer: str | None,
        locked: Lock | None,
        sdists: bool,
    ) -> list[PlatformLock]:
        from ..conda.pip_lock import lock_pip

        if sdists and self._builder is None:
            from .wheel_builder import WheelBuilder

            self._builder = WheelBuilder(self._layout.wheels, config.mirrors)
        build_wheel = self._builder.build if sdists and self._builder is not None else None
        return list(
            await asyncio.gather(
                *(
                    lock_pip(
                        spec,
                        part,
                        cache_dir=self._layout.uv_cache,
                        offline=config.offline,
                        exclude_newer=exclude_newer,
                        locked=locked.for_platform(part.platform) if locked else None,
                        build_wheel=build_wheel,
                    )
                    for part in parts
                )
            )
        )

    async def search(self, params: Params) -> list[Params]:
        """``query``, ``channels``, ``platform``, ``limit``, ``config`` -> package hits."""
        hits = await self._index.search(
            str(params["query"]),
            channels=list(params["channels"]),
            platform=str(params["platform"]),
            limit=int(params["limit"]),
            config=ChannelConfig.from_json(params["config"]),
        )
        return [hit.model_dump(mode="json") for hit in hits]

    async def versions(self, params: Params) -> Params:
        """``name``, ``channels``, ``platform``, ``config`` -> versions and builds."""
        answer = await self._index.versions(
            str(params["name"]),
            channels=list(params["channels"]),
            platform=str(params["platform"]),
            config=ChannelConfig.from_json(params["config"]),
        )
        return answer.model_dump(mode="json")

    async def lockfile_read(self, params: Params) -> Params:
        """``text`` of a conda-lock file -> lock."""
        from ..conda.lockfile import read_conda_lock

        lock = await asyncio.to_thread(read_conda_lock, str(params["text"]))
        return lock.model_dump(mode="json")

    async def lockfile_write(self, params: Params) -> str:
        """``lock`` -> text of a conda-lock file."""
        from ..conda.lockfile import write_conda_lock

        lock = Lock.model_validate(params["lock"])
        return await asyncio.to_thread(write_conda_lock, lock)

    async def refresh(self, params: Params) -> None:
        """Forget the indexes of ``channels``, or of all."""
        channels = params.get("channels")
        config = ChannelConfig.from_json(params["config"])
        self._pool.refresh(resolve_channels(channels, config) if channels else None)

    async def probe(self, params: Params) -> bool:
        """Whether the channel ``url`` answers within ``timeout`` seconds."""
        return await asyncio.to_thread(probe, str(params["url"]), float(params["timeout"]))


def _moment(text: str | None) -> datetime.datetime | None:
    return datetime.datetime.fromisoformat(text) if text else None
