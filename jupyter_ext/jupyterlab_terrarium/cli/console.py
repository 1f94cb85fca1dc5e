"""What a command says: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from . import texts
from .exits import status_of

if TYPE_CHECKING:
    from ..models.problem import Finding, Problem


class Console:
    """Standard output and error of one command. ``file`` names the text that errors are about."""

    def __init__(self, *, as_json: bool = False, file: str = "") -> None:
        self.as_json = as_json
        self.file = file
        self._documents = 0

    def document(self, value: BaseModel | Sequence[BaseModel] | dict[str, Any]) -> None:
        """The command's result as JSON; once per command, and only with ``--json``."""
        if not self.as_json or self._documents:
            return
        self._documents += 1
        content: Any = value
        if isinstance(value, BaseModel):
            content = value.model_dump(mode="json")
        elif not isinstance(value, dict):
            content = [item.model_dump(mode="json") for item in value]
        print(json.dumps(content, indent=1, ensure_ascii=False), flush=True)

    def line(self, text: str = "") -> None:
        """A line of the result for people."""
        if not self.as_json:
            print(text, flush=True)

    def note(self, text: str) -> None:
        """Something beside the result: progress, advice, a warning."""
        print(text, file=sys.stderr, flush=True)

    def finding(self, finding: Finding, kind: str) -> None:
        """A finding with its place, as compilers write it, and below it what to do."""
        place = ""
        if self.file and finding.place is not None:
            place = f"{self.file}:{finding.place.line}:{finding.place.column}: "
        elif finding.place is not None:
            place = f"line {finding.place.line}, column {finding.place.column}: "
        self.note(f"{place}{kind}: {texts.sentence(finding.message)}")
        if finding.hint:
            self.note(f"    {texts.sentence(finding.hint)}")

    def notices(self, findings: Sequence[Finding]) -> None:
        """Findings that permit work."""
        for finding in findings:
            self.finding(finding, "notice")

    def problem(self, problem: Problem, *, document: bool = True) -> int:
        """Say what went wrong: cause, place and fix. Returns the exit status that fits."""
        if document:
            self.document(problem)
        if not any(finding.message in problem.detail for finding in problem.errors):
            self.note(f"Error: {texts.sentence(problem.detail)}")
        for finding in problem.errors:
            self.finding(finding, "error")
        if problem.hint and problem.hint not in {finding.hint for finding in problem.errors}:
            self.note(f"    {texts.sentence(problem.hint)}")
        return status_of(problem.code, problem.status)
