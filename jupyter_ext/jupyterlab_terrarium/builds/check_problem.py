"""What failed checks amount to: one statement, with the lines of the specification."""

from __future__ import annotations

from collections.abc import Sequence

from ..models.build import CheckResult
from ..models.build_problem import CheckFailed
from ..models.explanation import Explanation, SpecificationLine
from ..models.problem import Finding, Problem
from ..models.specification import Check, CheckKind
from .checks import last_line, words

_REMEDY: dict[CheckKind, str] = {
    "import": "Add the package that brings this module, or write the module's name as Python "
    "imports it.",
    "command": "Read what the command said, below; add what it misses, or correct the command.",
    "notebook": "Read what the notebook said, below; add what it misses, or correct the cell.",
}
_MEANWHILE = (
    " Until then this version can be run and looked at, but it does not become current by itself."
)


def check_problem(checks: Sequence[Check], results: Sequence[CheckResult]) -> Problem | None:
    """The problem of a version of which some of the *results* are bad; ``None`` if none is.

    *results* are those of *checks*, in the same order.
    """
    failed = [
        (check, result) for check, result in zip(checks, results, strict=True) if not result.ok
    ]
    if not failed:
        return None
    _, first = failed[0]
    if len(failed) == 1:
        what = f"The check {words(first)} failed"
    else:
        what = f"{len(failed)} of {len(results)} checks failed, the first of them {words(first)}"
    why = last_line(first.output)
    hint = _REMEDY[first.kind] + _MEANWHILE
    return CheckFailed(
        f"{what}: {why}",
        hint,
        errors=[
            Finding(
                message=f"The check {words(result)} failed: {last_line(result.output)}",
                place=check.place,
            )
            for check, result in failed
        ],
        raw="\n\n".join(f"{words(result)}\n{result.output}".strip() for _, result in failed),
        explanation=Explanation(
            cause="check-failed",
            what=f"{what}.",
            why=why,
            remedy=hint,
            lines=[
                SpecificationLine(place=check.place, text=result.text, why=last_line(result.output))
                for check, result in failed
            ],
        ),
    ).problem()
