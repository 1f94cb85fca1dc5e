"""From a failure to its explanation: by the solver process, or from the lock that was built."""

from __future__ import annotations

import logging
import threading
from collections import deque

from ..models.explanation import SpecificationLine
from ..models.lock import Lock
from ..models.problem import Problem, SolverUnavailable, TerrariumError
from ..models.specification import CondaRequirement, PipRequirement, Specification
from .solver_client import EXPLAIN_SECONDS, SolverClient

_log = logging.getLogger("jupyterlab_terrarium.builds")


def explain_solve(
    solver: SolverClient,
    text: str,
    error: TerrariumError,
    *,
    locked: Lock | None = None,
    seconds: float = EXPLAIN_SECONDS,
    cancelled: threading.Event | None = None,
) -> TerrariumError:
    """*error*, which solving *text* (keeping to *locked*) raised, with its explanation.

    An explanation is a help and no condition: when the solver process ends over it, the error
    says what it said by itself. Raises :class:`SolveCancelled` soon after *cancelled* is set.
    """
    if error.cause is None:
        return error
    try:
        error.explanation = solver.explain(
            text, error, locked=locked, seconds=seconds, cancelled=cancelled
        )
    except SolverUnavailable as failure:
        _log.warning("Terrarium: no explanation was found: %s", failure.message)
    return error


def name_lines(
    problem: Problem, specification: Specification, lock: Lock | None, platform: str
) -> Problem:
    """*problem* of a build with the lines of the specification that brought the package it names.

    Only package files and names in the problem's own sentence are looked for; a failure that is
    about no package (a full disk) gets no line.
    """
    part = None if lock is None else lock.for_platform(platform)
    explanation = problem.explanation
    if explanation is None or explanation.lines or part is None:
        return problem
    conda = next((one for one in part.conda if one.file_name in problem.detail), None)
    wheel = next((one for one in part.pip if one.file_name in problem.detail), None)
    lines: list[SpecificationLine] = []
    if conda is not None:
        needs = {one.name: [text.split()[0] for text in one.depends] for one in part.conda}
        for one in specification.conda:
            if conda.name == one.name:
                lines = [_line(one, f"This line asks for {conda.name}.")]
                break
            if _leads_to(one.name, conda.name, needs):
                lines.append(_line(one, f"{one.name} needs {conda.name}."))
    elif wheel is not None:
        asked = [one for one in specification.pip if one.name == wheel.name]
        lines = [_line(one, f"This line asks for {wheel.name}.") for one in asked]
    if not lines:
        return problem
    return problem.model_copy(
        update={"explanation": explanation.model_copy(update={"lines": lines[:5]})}
    )


def _leads_to(name: str, wanted: str, needs: dict[str, list[str]]) -> bool:
    seen, ahead = {name}, deque([name])
    while ahead:
        for other in needs.get(ahead.popleft(), []):
            if other == wanted:
                return True
            if other not in seen:
                seen.add(other)
                ahead.append(other)
    return False


def _line(one: CondaRequirement | PipRequirement, why: str) -> SpecificationLine:
    return SpecificationLine(place=one.place, text=one.text.strip(), why=why)
