"""Contradictions of the ``pip:`` section, with itself and with conda."""

from __future__ import annotations

import re
from collections.abc import Sequence

from packaging.requirements import Requirement

from ...models.build_problem import PackageMissing, PipConflict, SolveError, WheelMissing
from ...models.explanation import SpecificationLine
from ...models.problem import TerrariumError
from ...models.specification import CondaRequirement, PipRequirement
from .candidates import ANY, MACHINE, RENAME, TAKE, WITHOUT, Candidate, LineEdits
from .names import near_names
from .presence import package_names
from .search import Search
from .subsets import smallest_contradiction
from .trials import Verification

_BESIDE = re.compile(r"beside (?P<packages>.+) from conda\.$")


async def explain_pip(search: Search, error: TerrariumError) -> None:
    """Find the lines that contradict each other, and edits with which uv finds wheels."""
    await _Pip(search, error).explain()


class _Pip:
    """What uv could not do for one specification."""

    def __init__(self, search: Search, error: TerrariumError) -> None:
        self._search = search
        self._error = error
        self._edits = LineEdits(search.text)
        self._verification = Verification(search.solve, search.budget)

    async def explain(self) -> None:
        """Lines first, then edits of them."""
        search, error = self._search, self._error
        places = [finding.place for finding in error.errors if finding.place]
        named = [one for one in search.specification.pip if one.place in places]
        why = {finding.place.line: finding.message for finding in error.errors if finding.place}
        if isinstance(error, PipConflict) and len(named) > 1:
            named = await smallest_contradiction(named, self._contradict) or named
        met = self._met()
        search.state(
            what=error.message,
            why=" ".join(dict.fromkeys(why.get(_line(one), "") for one in named)).strip(),
            remedy=error.hint,
            lines=[
                SpecificationLine(
                    place=one.place, text=one.text.strip(), why=why.get(_line(one), "")
                )
                for one in named
            ]
            + [
                SpecificationLine(
                    place=one.place,
                    text=one.text.strip(),
                    why=f"conda takes {provided} for this line.",
                )
                for one, provided in met
            ],
        )
        names = await package_names(search.trials(search.platforms[0]).asked, search.gateway)
        candidates = [made for one in named for made in self._candidates(one, names)]
        candidates += [made for one, _ in met if (made := self._otherwise(one)) is not None]
        python = self._with_python(named)
        await search.verify([python, *candidates] if python else candidates)

    def _met(self) -> list[tuple[CondaRequirement, str]]:
        """The conda lines that the error is about, each with the package that conda took."""
        found = _BESIDE.search(self._error.message)
        words = found.group("packages").split(" and ") if found else []
        taken = {word.split()[0]: word for word in words}
        lines = self._search.specification.conda
        return [(one, taken[one.name]) for one in lines if one.name in taken]

    def _otherwise(self, one: CondaRequirement) -> Candidate | None:
        """conda takes the version that the ``pip:`` section needs."""
        needed = re.search(
            rf"(?:depends on|require) {re.escape(one.name)}([<>=!~]=?[^\s,]*\d[^\s,]*)",
            self._error.raw,
        )
        if needed is None:
            return None
        constraint = needed.group(1).rstrip(".")
        return self._edits.rewrite(
            one,
            TAKE,
            constraint,
            f"Take {one.name}{constraint} from conda",
            f"conda is asked for the {one.name} that the `pip:` section needs.",
        )

    def _with_python(self, named: Sequence[PipRequirement]) -> Candidate | None:
        """A ``pip:`` section needs Python, which nothing else asks for."""
        specification = self._search.specification
        if type(self._error) is not SolveError or not named or not specification.conda:
            return None
        text = self._edits.text.prepend("dependencies", "python")
        if text is None:
            return None
        place = named[0].place
        sentence = "The `pip:` section gets the Python that it needs."
        return Candidate(MACHINE, "Add python", sentence, text, place, "", "python", "python")

    async def _contradict(self, some: Sequence[PipRequirement]) -> bool:
        """Whether these lines alone, beside the conda packages, have no solution."""
        edited = self._search.specification.model_copy(update={"pip": list(some)})
        return isinstance(await self._verification.locks(edited), TerrariumError)

    def _candidates(self, one: PipRequirement, names: set[str]) -> list[Candidate]:
        made: list[Candidate | None] = []
        if one.name and not one.url and one.place:
            wanted = Requirement(one.requirement)
            extras = f"[{','.join(sorted(wanted.extras))}]" if wanted.extras else ""
            marker = f"; {wanted.marker}" if wanted.marker else ""
            if wanted.specifier:
                made.append(
                    self._rewrite(
                        one,
                        ANY,
                        f"{wanted.name}{extras}{marker}",
                        f"Any version of {one.name}",
                        f"`{one.text.strip()}` asks for no certain version any more.",
                        one.name,
                    )
                )
            if isinstance(self._error, PackageMissing):
                made += [
                    self._rewrite(
                        one,
                        RENAME,
                        f"{near}{extras}{wanted.specifier}{marker}",
                        f"Take {near}",
                        f"`{near}` is asked for in place of `{one.name}`.",
                        near,
                    )
                    for near in near_names(one.name, names)
                ]
            if isinstance(self._error, PackageMissing | WheelMissing) and one.name in names:
                made.append(self._from_conda(one))
        made.append(self._without(one))
        return [candidate for candidate in made if candidate is not None]

    def _rewrite(
        self, one: PipRequirement, rank: int, after: str, label: str, sentence: str, name: str
    ) -> Candidate | None:
        text = self._edits.text.replace(one.place, after) if one.place else None
        if text is None:
            return None
        return Candidate(
            rank, label, sentence, text, one.place, one.text.strip(), after, name, one.text.strip()
        )

    def _from_conda(self, one: PipRequirement) -> Candidate | None:
        """conda has it too: the line moves out of the ``pip:`` section."""
        without = self._edits.text.remove(one.place) if one.place else None
        if without is None:
            return None
        text = LineEdits(without).text.prepend("dependencies", one.name)
        if text is None:
            return None
        return Candidate(
            MACHINE,
            f"Take {one.name} from conda",
            f"{one.name} is asked for from the channels in place of the package index.",
            text,
            one.place,
            one.text.strip(),
            one.name,
            one.name,
            f"{one.name} from conda",
        )

    def _without(self, one: PipRequirement) -> Candidate | None:
        text = self._edits.text.remove(one.place) if one.place else None
        if text is None:
            return None
        return Candidate(
            WITHOUT,
            f"Leave out {one.name or one.text.strip()}",
            f"The line `{one.text.strip()}` is taken out of the `pip:` section.",
            text,
            one.place,
            one.text.strip(),
        )


def _line(one: PipRequirement) -> int:
    return one.place.line if one.place else 0
