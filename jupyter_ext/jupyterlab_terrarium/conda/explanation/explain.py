"""From an error to its explanation: the one entrance of this package."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ...models.build_problem import (
    ChannelUnreachable,
    CredentialsMissing,
    PackageMissing,
    PipConflict,
    SolveError,
    WheelMissing,
)
from ...models.explanation import Explanation
from ...models.platforms import host_platform
from ...models.problem import TerrariumError
from ..channels import ChannelConfig
from ..specification import read_specification
from .contradiction import explain_contradiction
from .missing import explain_missing
from .pip import explain_pip
from .places import explain_channel
from .search import Search
from .trials import Budget, OutOfBudget, SolveWhole

if TYPE_CHECKING:
    from rattler import Gateway


async def explain_specification(
    text: str,
    error: TerrariumError,
    *,
    gateway: Gateway,
    config: ChannelConfig,
    solve: SolveWhole,
    platforms: list[str] | None = None,
    seconds: float = 1.5,
) -> Explanation:
    """Why the specification *text* cannot be solved, as far as *seconds* allow to find out.

    Parameters
    ----------
    error:
        What the solve of *text* raised.
    solve:
        The whole way to a lock; only edits for which it succeeds become relaxations.
    platforms:
        Overrides those of the specification.

    The answer says itself whether the search was finished (``complete``). Raises
    :class:`InvalidSpecification` when *text* cannot be read.
    """
    specification = read_specification(text)
    search = Search(
        text,
        specification,
        list(platforms or specification.platforms) or [host_platform()],
        gateway,
        config,
        solve,
        Budget(seconds),
    )
    search.begin(error)
    try:
        await asyncio.wait_for(_explain(search, error), max(0.0, seconds))
    except (OutOfBudget, asyncio.TimeoutError):
        search.explanation.complete = False
    return search.explanation


async def _explain(search: Search, error: TerrariumError) -> None:
    if isinstance(error, ChannelUnreachable | CredentialsMissing):
        explain_channel(search, error)
    elif isinstance(error, PipConflict | WheelMissing) or _is_pip(error):
        await explain_pip(search, error)
    elif isinstance(error, SolveError) and not (
        isinstance(error, PackageMissing) and await explain_missing(search)
    ):
        await explain_contradiction(search)


def _is_pip(error: TerrariumError) -> bool:
    return any(finding.path == "pip" for finding in error.errors)
