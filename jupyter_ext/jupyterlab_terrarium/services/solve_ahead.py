"""A plan's solve that is begun before its base has been looked up."""

from __future__ import annotations

import contextlib
from types import TracebackType

from ..builds.solver_client import BegunSolve, SolverClient
from ..models.lock import Lock
from ..models.problem import TerrariumError
from ..models.specification import Specification


class SolveAhead:
    """Solves with *guess*, what the plan before this one kept; with no guess it does nothing.

    While somebody types it is the same lock each time. A context: when the look-up fails, or finds
    that something else is to be kept, the solve is dropped and nobody sees its answer.
    """

    def __init__(
        self, solver: SolverClient, specification: Specification, guess: Lock | None
    ) -> None:
        self._guess = guess
        self.begun: BegunSolve | None = None
        if guess is not None:
            # What is wrong now is wrong again when it is asked for once more, and said then.
            with contextlib.suppress(TerrariumError):
                self.begun = solver.begin_solve(specification, locked=guess)

    def __enter__(self) -> SolveAhead:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._drop()

    def keep(self, lock: Lock | None) -> Lock | None:
        """*lock*, which really is to be kept."""
        if lock is not self._guess:
            self._drop()
        return lock

    def _drop(self) -> None:
        begun, self.begun = self.begun, None
        if begun is not None:
            begun.drop()
