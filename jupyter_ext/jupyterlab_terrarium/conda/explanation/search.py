"""What a search for an explanation works with, and the edits that it has verified."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...models.explanation import (
    Cause,
    Explanation,
    Relaxation,
    SpecificationEdit,
    SpecificationLine,
)
from ...models.lock import PlatformLock
from ...models.problem import InvalidSpecification, TerrariumError
from ...models.specification import Specification
from ..channels import ChannelConfig
from ..solver_call import question
from ..specification import read_specification
from .candidates import BUILD, RENAME, WITHOUT, Candidate
from .trials import Budget, SolveWhole, Trials, Verification

if TYPE_CHECKING:
    from rattler import Gateway

#: Relaxations that are offered, and edits that leave a package out among them, at most.
_OFFERED, _LOSSES = 3, 2


@dataclass
class Search:
    """One search: what is asked, what it may use, and what it has found so far."""

    text: str
    specification: Specification
    platforms: list[str]
    gateway: Gateway
    config: ChannelConfig
    solve: SolveWhole
    budget: Budget
    explanation: Explanation = field(init=False)
    #: Candidates that resolve what was looked at while something else still fails.
    partial: list[Candidate] = field(default_factory=list)

    def begin(self, error: TerrariumError) -> None:
        """Start from what *error* alone says."""
        cause: Cause = error.cause or "unsatisfiable"
        self.explanation = error.explanation or Explanation(cause=cause, what=error.message)

    def state(
        self,
        *,
        what: str,
        why: str,
        remedy: str,
        lines: list[SpecificationLine],
        cause: Cause | None = None,
    ) -> None:
        """Say what was found out; relaxations and suggestions stay."""
        self.explanation = self.explanation.model_copy(
            update={
                "cause": cause or self.explanation.cause,
                "what": what,
                "why": why,
                "remedy": remedy,
                "lines": sorted(lines, key=lambda one: one.place.line if one.place else 0),
            }
        )

    def trials(self, platform: str, specification: Specification | None = None) -> Trials:
        """Solves for one platform of the specification (or of an edited one)."""
        return Trials(
            question(specification or self.specification, platform, self.config),
            gateway=self.gateway,
            config=self.config,
            budget=self.budget,
        )

    def suggest(self, edits: list[SpecificationEdit]) -> None:
        """Offer edits that were not solved."""
        self.explanation.suggestions.extend(edits)

    async def verify(self, candidates: Iterable[Candidate]) -> None:
        """Solve *candidates* and offer those that work, small edits first, at most three.

        One line gets one edit: whoever would accept a newer version sees no second button that
        accepts any. Raises :class:`OutOfBudget`.
        """
        verification = Verification(self.solve, self.budget)
        offered = self.explanation.relaxations
        done: set[tuple[int, int]] = set()
        losses = 0
        for candidate in sorted(candidates, key=lambda one: one.rank):
            place = candidate.place
            at = (place.line, place.column) if place else (0, candidate.rank)
            if len(offered) == _OFFERED or (at in done and candidate.rank != WITHOUT):
                continue
            if candidate.rank == WITHOUT and (losses == _LOSSES or at in done):
                continue
            edited = self.read(candidate.text)
            if edited is None:
                continue
            locks = await verification.locks(edited)
            if isinstance(locks, TerrariumError):
                self.partial.append(candidate)
                continue
            done.add(at)
            losses += candidate.rank == WITHOUT
            offered.append(_relaxation(candidate, locks))

    def read(self, text: str) -> Specification | None:
        """An edited text, read; None when the edit made it unreadable or empty."""
        try:
            edited = read_specification(text)
        except InvalidSpecification:
            return None
        return edited if edited.conda or edited.pip else None


def _relaxation(candidate: Candidate, locks: list[PlatformLock]) -> Relaxation:
    changes = [candidate.change] if candidate.change else []
    if changes and candidate.name:
        changes = [f"{candidate.change} → {now}" for now in _now(candidate, locks)] or changes
    return Relaxation(
        label=candidate.label,
        sentence=candidate.sentence,
        specification=candidate.text,
        place=candidate.place,
        before=candidate.before,
        after=candidate.after,
        changes=list(dict.fromkeys(changes)),
    )


def _now(candidate: Candidate, locks: list[PlatformLock]) -> list[str]:
    """What the edited line's package is afterwards, on each platform that has it."""
    found = []
    for part in locks:
        for package in part.conda:
            if package.name == candidate.name:
                now = package.build if candidate.rank == BUILD else package.version
                found.append(f"{package.name} {now}" if candidate.rank == RENAME else now)
        found += [package.version for package in part.pip if package.name == candidate.name]
    return found
