"""Solving a specification with py-rattler, for every platform that it names."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING

from ..models.lock import Lock, PlatformLock
from ..models.platforms import host_platform
from ..models.specification import Specification
from .as_of import dated
from .channels import ChannelConfig, canonical
from .keep import kept_conda, requests
from .records import Conversions
from .solver_call import Question, ask, question

if TYPE_CHECKING:
    from rattler import Gateway


async def solve_specification(
    spec: Specification,
    *,
    gateway: Gateway,
    config: ChannelConfig,
    platforms: Sequence[str] | None = None,
    locked: Lock | None = None,
    exclude_newer: datetime.datetime | None = None,
    conversions: Conversions | None = None,
    timeout: float | None = None,
) -> list[PlatformLock]:
    """Exact package files for each platform of *spec* (none named: this host's), in order.

    Parameters
    ----------
    platforms:
        Overrides the platforms of *spec*.
    locked:
        Its package files are preferred where they still satisfy *spec*; see ``conda.keep``.
    exclude_newer:
        Package files published after this moment do not exist; those without a date do. By
        default the ``as-of`` of *spec*.
    conversions:
        What was converted before from records of *gateway*.
    timeout:
        Seconds that the solver may take for one platform.

    Raises
    ------
    :class:`PackageMissing`, :class:`SolveError`, :class:`ChannelUnreachable`,
    :class:`CredentialsMissing` or :class:`InvalidSpecification`, with the lines concerned;
    :class:`SolverUnavailable` after *timeout*.
    """
    wanted = list(platforms or spec.platforms) or [host_platform()]
    conversions = conversions or Conversions()

    def solve(platform: str) -> Awaitable[PlatformLock]:
        return _solve_platform(
            question(spec, platform, config, exclude_newer),
            gateway=gateway,
            config=config,
            locked=locked.for_platform(platform) if locked else None,
            conversions=conversions,
            timeout=timeout,
        )

    if len(wanted) == 1:
        return [await solve(wanted[0])]
    answers = await asyncio.gather(*map(solve, wanted), return_exceptions=True)
    locks: list[PlatformLock] = []
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
        locks.append(answer)
    return locks


async def _solve_platform(
    asked: Question,
    *,
    gateway: Gateway,
    config: ChannelConfig,
    locked: PlatformLock | None,
    conversions: Conversions,
    timeout: float | None,
) -> PlatformLock:
    from rattler.exceptions import GatewayError, SolverError

    from .solve_errors import explain_failure, explain_gateway

    named = requests(
        (one.name, f"{one.channel}::{one.matchspec}" if one.channel else one.matchspec)
        for one in asked.requirements
    )
    channels = map(canonical, asked.sources)
    kept = kept_conda(locked.conda, named, channels, asked.newest) if locked else []
    try:
        records = await ask(
            asked,
            gateway=gateway,
            config=config,
            preferred=[conversions.record(one) for one in kept],
            timeout=timeout,
        )
    except GatewayError as error:
        raise explain_gateway(str(error), asked) from error
    except SolverError as error:
        explained = await explain_failure(str(error), asked, gateway, config)
        raise dated(explained, asked.newest) from error
    return PlatformLock(
        platform=asked.platform,
        conda=conversions.packages(records, named, kept),
        virtual_packages=asked.virtual,
    )
