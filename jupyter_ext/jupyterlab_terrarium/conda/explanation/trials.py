"""Solving parts of a specification to learn from it, within a budget."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ...models.lock import PlatformLock
from ...models.problem import TerrariumError
from ...models.specification import CondaRequirement, Specification
from ..channels import ChannelConfig
from ..solver_call import Question, ask

if TYPE_CHECKING:
    from rattler import Gateway, RepoDataRecord

#: The whole way to a lock, the ``pip:`` section included.
SolveWhole = Callable[[Specification], Awaitable[list[PlatformLock]]]


class OutOfBudget(Exception):
    """The time or the number of solves is used up."""


@dataclass
class Budget:
    """How long a search may go on: ``seconds`` from now on, ``solves`` at most."""

    seconds: float
    solves: int = 200
    _end: float = field(init=False)

    def __post_init__(self) -> None:
        self._end = time.monotonic() + self.seconds

    def take(self) -> float:
        """One more solve; the seconds that are left for it. Raises :class:`OutOfBudget`."""
        left = self._end - time.monotonic()
        if left <= 0 or self.solves <= 0:
            raise OutOfBudget
        self.solves -= 1
        return left


@dataclass(frozen=True)
class Answer:
    """What the solver said: the records, or (``None``) why there are none."""

    records: list[RepoDataRecord] | None
    said: str = ""

    def version(self, name: str) -> str:
        """Version of the package *name* in the solution; empty when it is not in it."""
        return next((str(r.version) for r in self.records or [] if r.name.normalized == name), "")


class Trials:
    """Solves of one platform of one specification; the same question is asked once."""

    def __init__(
        self,
        asked: Question,
        *,
        gateway: Gateway,
        config: ChannelConfig,
        budget: Budget,
    ) -> None:
        self.asked = asked
        self.gateway = gateway
        self.config = config
        self._budget = budget
        self._known: dict[tuple[object, ...], Answer] = {}

    async def contradict(self, requirements: Sequence[CondaRequirement]) -> bool:
        """Whether *requirements* have no solution. Raises :class:`OutOfBudget`."""
        return (await self.solve(requirements)).records is None

    async def solve(
        self, requirements: Sequence[CondaRequirement], virtual: dict[str, str] | None = None
    ) -> Answer:
        """The solution for these requirements alone. Raises :class:`OutOfBudget`."""
        asked = replace(
            self.asked,
            requirements=list(requirements),
            virtual=self.asked.virtual | (virtual or {}),
        )
        key = (
            tuple(sorted((one.channel, one.matchspec) for one in requirements)),
            tuple(sorted(asked.virtual.items())),
        )
        if key not in self._known:
            self._known[key] = await self._solve(asked)
        return self._known[key]

    async def solve_undated(self, requirements: Sequence[CondaRequirement]) -> Answer:
        """The solution that there would be without ``as-of``. Raises :class:`OutOfBudget`."""
        return await self._solve(replace(self.asked, requirements=list(requirements), newest=None))

    async def _solve(self, asked: Question) -> Answer:
        from rattler.exceptions import SolverError

        left = self._budget.take()
        try:
            records = await asyncio.wait_for(
                ask(asked, gateway=self.gateway, config=self.config, timeout=left), left
            )
        except asyncio.TimeoutError:
            raise OutOfBudget from None
        except SolverError as error:
            if "cancelled" in str(error).lower():
                raise OutOfBudget from error
            return Answer(None, str(error))
        return Answer(records)


class Verification:
    """Whole solves of edited specifications: only what passed here may be called a relaxation."""

    def __init__(self, solve: SolveWhole, budget: Budget) -> None:
        self._solve = solve
        self._budget = budget

    async def locks(self, spec: Specification) -> list[PlatformLock] | TerrariumError:
        """The locks of *spec*, or why there are none. Raises :class:`OutOfBudget`."""
        left = self._budget.take()
        try:
            return await asyncio.wait_for(self._solve(spec), left)
        except asyncio.TimeoutError:
            raise OutOfBudget from None
        except TerrariumError as error:
            return error
