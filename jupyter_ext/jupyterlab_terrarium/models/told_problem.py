"""An error that another process has told as a problem, as the error that it was there."""

from __future__ import annotations

from . import build_problem, problem
from .explanation import Explanation
from .problem import Finding, OtherVersion, Problem, TerrariumError

_KINDS: dict[str, type[TerrariumError]] = {
    kind.code: kind
    for module in (problem, build_problem)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, TerrariumError)
}


class ToldError(TerrariumError):
    """A problem of a server that is newer than we and has causes that we do not know."""

    def __init__(self, told: Problem) -> None:
        super().__init__(*_parts(told))
        self.code = told.code
        self.title = told.title
        self.status = told.status


def error_of(told: Problem) -> TerrariumError:
    """The error of the class that :meth:`TerrariumError.problem` was called on, if we have it."""
    kind = _KINDS.get(told.code)
    if kind is None or kind.status != told.status:
        return ToldError(told)
    return kind(*_parts(told))


_Parts = tuple[str, str, list[Finding], str, OtherVersion | None, Explanation | None]


def _parts(told: Problem) -> _Parts:
    """What the constructor of an error takes."""
    return told.detail, told.hint, told.errors, told.raw, told.conflict, told.explanation
