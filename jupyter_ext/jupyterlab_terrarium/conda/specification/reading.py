"""What a reading gathers on its way: errors, notices, and whether a secret was among them."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from ...models.problem import Finding, InvalidSpecification, SecretInUrl
from .limits import MAX_FINDINGS
from .text import Lines


class Placed(Protocol):
    """Anything that begins somewhere in the text."""

    start: int


class Reading:
    """One reading of one text. Sections add what they find; nothing is raised on the way."""

    def __init__(self, text: str, base_directory: Path | None = None) -> None:
        self.lines = Lines(text)
        self.base_directory = base_directory
        self.errors: list[Finding] = []
        self.notices: list[Finding] = []
        self.secrets: list[Finding] = []
        self._uncounted = 0
        self._taken: set[int] = set()

    @property
    def text(self) -> str:
        """The text being read."""
        return self.lines.text

    def add(self, finding: Finding) -> None:
        """Add an error that is complete already."""
        if len(self.errors) < MAX_FINDINGS:
            self.errors.append(finding)
        else:
            self._uncounted += 1

    def leak(self, at: int, path: str, message: str, hint: str) -> None:
        """Add the error for a credential; the reading then ends in :class:`SecretInUrl`."""
        self._taken.discard(at)
        self.error(at, path, message, hint)
        self.secrets.append(
            Finding(message=message, hint=hint, path=path, place=self.lines.place(at))
        )

    def error(self, at: Placed | int, path: str, message: str, hint: str = "") -> None:
        """Add an error; only the first one at a place is kept, the others follow from it."""
        offset = at if isinstance(at, int) else at.start
        if offset in self._taken:
            return
        self._taken.add(offset)
        self.add(Finding(message=message, hint=hint, path=path, place=self.lines.place(offset)))

    def notice(self, at: Placed | int, path: str, message: str, hint: str = "") -> None:
        """Add a notice: something the reader should know that stops nothing."""
        if len(self.notices) < MAX_FINDINGS:
            offset = at if isinstance(at, int) else at.start
            place = self.lines.place(offset)
            self.notices.append(Finding(message=message, hint=hint, path=path, place=place))

    def line_of(self, at: Placed) -> int:
        """The line (from 1) on which *at* begins."""
        return self.lines.place(at.start).line

    def stop_on_errors(self) -> None:
        """Raise what was found, if anything was."""
        if not self.errors:
            return
        found = sorted(
            self.errors, key=lambda e: (e.place.line, e.place.column) if e.place else (0, 0)
        )
        first = self.secrets[0] if self.secrets else found[0]
        count = len(found) + self._uncounted
        if self._uncounted:
            found.append(Finding(message=f"{self._uncounted} more errors are not listed."))
        where = f"Line {first.place.line}: " if first.place else ""
        message = where + first.message
        if count > 1:
            message += f" ({count - 1} more)"
        kind = SecretInUrl if self.secrets else InvalidSpecification
        raise kind(message, hint=first.hint, errors=found)
