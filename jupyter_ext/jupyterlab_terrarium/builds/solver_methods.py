"""What the solver process can be asked, one method each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from ..conda.channels import probe, resolve_channels
from ..conda.gateways import GatewayPool
from ..conda.link_script_detection import LinkScriptDetector
from ..conda.search import PackageIndex
from ..conda.solve import solve_specification
from ..conda.solver_call import question
from ..conda.uv_run import Indexes
from ..models.build_problem import ChannelUnreachable, CredentialsMissing
from ..models.explanation import Explanation
from ..models.lock import Lock, PlatformLock
from ..models.package import PackageHit, PackageVersions
from ..models.platforms import host_platform
from ..models.problem import InvalidRequest
from ..models.specification import Specification
from ..models.told_problem import error_of
from ..store.paths import Layout
from .solution_wire import Solution
from .solver_requests import (
    ExplainRequest,
    FormTextRequest,
    LockfileLock,
    LockfileText,
    Nothing,
    ProbeRequest,
    RefreshRequest,
    SearchRequest,
    SolveRequest,
    VersionsRequest,
)

if TYPE_CHECKING:
    from ..conda.explicit_list import ExplicitList
    from ..conda.python_locks import PythonLock
    from .wheel_builder import WheelBuilder


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
        self._methods: dict[str, tuple[type[BaseModel], Callable[..., Awaitable[Any]]]] = {
            "ping": (Nothing, self.ping),
            "solve": (SolveRequest, self.solve),
            "explain": (ExplainRequest, self.explain),
            "search": (SearchRequest, self.search),
            "versions": (VersionsRequest, self.versions),
            "lockfile_read": (LockfileText, self.lockfile_read),
            "lockfile_write": (LockfileLock, self.lockfile_write),
            "form_text": (FormTextRequest, self.form_text),
            "refresh": (RefreshRequest, self.refresh),
            "probe": (ProbeRequest, self.probe),
        }

    async def call(self, method: str, params: bytes, locks: Mapping[int, Lock]) -> Any:
        """The answer of *method*, models included. Raises :class:`TerrariumError` and others.

        *locks* are those that *params* may name by number.
        """
        known = self._methods.get(method)
        if known is None:
            raise InvalidRequest(f"the solver process has no method '{method}'")
        model, function = known
        asked = model.model_validate_json(params)
        if isinstance(asked, SolveRequest) and asked.lock_number is not None:
            asked.locked = locks[asked.lock_number]
        return await function(asked)

    async def ping(self, asked: Nothing) -> str:
        """Load what every solve needs."""
        import_module("rattler")
        return "pong"

    async def solve(self, asked: SolveRequest) -> Solution:
        """A lock, with the packages that have post-link scripts marked."""
        started = time.monotonic()
        spec = asked.specification
        parts = await self._parts(asked, spec, self._limits.request)
        parts = await self._detector.annotate(parts, asked.config, self._limits.link_scripts)
        lock = Lock(
            platforms=parts,
            channels=spec.channels or asked.config.default_channels,
            variables=spec.variables,
        )
        return Solution(lock=lock, seconds=round(time.monotonic() - started, 4))

    async def explain(self, asked: ExplainRequest) -> Explanation:
        """Why there is no solution.

        One at a time: an explanation asks the solver many times, and plans go first. Whoever
        waits uses up the own seconds.
        """
        from ..conda.explanation import explain_specification

        end = time.monotonic() + asked.seconds
        async with self._explaining:
            return await explain_specification(
                asked.text,
                error_of(asked.problem),
                gateway=self._pool.get(asked.config, []),
                config=asked.config,
                solve=lambda edited: self._parts(asked, edited),
                platforms=asked.wanted(asked.specification),
                seconds=end - time.monotonic(),
            )

    async def _parts(
        self, asked: SolveRequest, spec: Specification, timeout: float | None = None
    ) -> list[PlatformLock]:
        """What *spec* (that of *asked*, or an edit of it) is solved to, ``pip:`` included."""
        config, wanted = asked.config, asked.wanted(spec)
        urls = [u for platform in wanted for u in question(spec, platform, config).sources]
        gateway, conversions = self._pool.warm(config, list(dict.fromkeys(urls)))
        parts = await solve_specification(
            spec,
            gateway=gateway,
            config=config,
            platforms=wanted,
            locked=asked.locked,
            conversions=conversions,
            timeout=timeout,
        )
        return await self._with_pip(asked, spec, parts) if spec.pip else parts

    async def _with_pip(
        self, asked: SolveRequest, spec: Specification, parts: list[PlatformLock]
    ) -> list[PlatformLock]:
        from ..conda.pip_lock import lock_pip

        sdists, locked = asked.sdists == "allow", asked.locked
        if sdists and self._builder is None:
            from .wheel_builder import WheelBuilder

            self._builder = WheelBuilder(self._layout.wheels, asked.config.mirrors)
        build_wheel = self._builder.build if sdists and self._builder is not None else None
        return list(
            await asyncio.gather(
                *(
                    lock_pip(
                        spec,
                        part,
                        cache_dir=self._layout.uv_cache,
                        offline=asked.config.offline,
                        exclude_newer=spec.as_of.isoformat() if spec.as_of else None,
                        locked=locked.for_platform(part.platform) if locked else None,
                        build_wheel=build_wheel,
                    )
                    for part in parts
                )
            )
        )

    async def search(self, asked: SearchRequest) -> list[PackageHit]:
        """Package hits, best first."""
        return await self._index.search(
            asked.query,
            channels=asked.channels,
            platform=asked.platform,
            limit=asked.limit,
            config=asked.config,
        )

    async def versions(self, asked: VersionsRequest) -> PackageVersions:
        """Versions and builds."""
        return await self._index.versions(
            asked.name, channels=asked.channels, platform=asked.platform, config=asked.config
        )

    async def lockfile_read(self, asked: LockfileText) -> Lock:
        """The lock of a lockfile of any kind."""
        from ..conda.explicit_list import ExplicitList
        from ..conda.lockfile_kinds import read_list, read_lockfile

        listed = await asyncio.to_thread(read_list, asked.text)
        if listed is None:
            return await asyncio.to_thread(read_lockfile, asked.text)
        if isinstance(listed, ExplicitList):
            return await self._explicit(asked, listed)
        return await self._python(asked, listed)

    async def _python(self, asked: LockfileText, listed: PythonLock) -> Lock:
        """A lock of Python packages alone: the Python for them is solved."""
        from ..conda.python_for_lock import lock_with_python

        platform, config = host_platform(), asked.config

        async def solve(spec: Specification) -> PlatformLock:
            wanted = SolveRequest(config=config, specification=spec, platforms=[platform])
            return (await self._parts(wanted, spec, self._limits.request))[0]

        lock = await lock_with_python(
            listed,
            platform,
            solve=solve,
            indexes=Indexes(self._layout.uv_cache, offline=config.offline),
            channels=config.default_channels,
        )
        parts = await self._detector.annotate(lock.platforms, config, self._limits.link_scripts)
        return lock.model_copy(update={"platforms": parts})

    async def _explicit(self, asked: LockfileText, listed: ExplicitList) -> Lock:
        """A list of files says too little: the indexes of its channels are asked, too."""
        from ..conda.explicit_facts import known_files

        gateway, conversions = self._pool.warm(asked.config, listed.channels)
        try:
            known = await known_files(listed, asked.config, gateway, conversions)
        except (ChannelUnreachable, CredentialsMissing):
            if listed.needs_index:
                raise
            known = {}
        return listed.lock(known)

    async def lockfile_write(self, asked: LockfileLock) -> str:
        """The text of a conda-lock file."""
        from ..conda.lockfile import write_conda_lock

        return await asyncio.to_thread(write_conda_lock, asked.lock)

    async def form_text(self, asked: FormTextRequest) -> str:
        """The text that is this form of a version."""
        from ..artifacts.form import TextForm
        from ..artifacts.forms import FORMS

        form = FORMS[asked.form]
        assert isinstance(form, TextForm)
        options = form.options.model_validate(asked.options)
        return await asyncio.to_thread(form.text, asked.subject, asked.platform, options)

    async def refresh(self, asked: RefreshRequest) -> None:
        """Forget the indexes of the channels, or of all."""
        channels, config = asked.channels, asked.config
        self._pool.refresh(resolve_channels(channels, config) if channels else None)

    async def probe(self, asked: ProbeRequest) -> bool:
        """Whether the channel answers."""
        return await asyncio.to_thread(probe, asked.url, asked.timeout)
