"""Packages that the channels do not have: what was meant, where it is, and edits that help."""

from __future__ import annotations

from ...models.explanation import Cause, SpecificationEdit, SpecificationLine
from ...models.specification import CondaRequirement
from .candidates import CHANNEL, PLATFORM, RENAME, Candidate, LineEdits, build_dropped
from .contradiction import platform_limits
from .presence import Absence, absences
from .search import Search


async def explain_missing(search: Search) -> bool:
    """Look for requirements that nothing matches; False when there is none."""
    for platform in search.platforms:
        trials = search.trials(platform)
        found = await absences(trials.asked, search.gateway, search.config)
        if found:
            await _Missing(search, platform, found).explain()
            return True
    return False


class _Missing:
    """What one platform lacks."""

    def __init__(self, search: Search, platform: str, found: list[Absence]) -> None:
        self._search = search
        self._platform = platform
        self._found = found
        self._edits = LineEdits(search.text)

    async def explain(self) -> None:
        """Say what is missing and what there is instead; offer it."""
        search, found = self._search, self._found
        lines = [
            SpecificationLine(
                place=one.requirement.place,
                text=one.requirement.text.strip(),
                why=self._why(one),
            )
            for one in found
        ]
        first = found[0]
        name = f"`{first.requirement.text.strip()}`"
        search.state(
            cause=self._cause(first),
            what=f"There is no {name} for {self._platform} in the channels."
            if len(found) == 1
            else f"{len(found)} lines ask for what the channels do not have for {self._platform}.",
            why=lines[0].why if len(found) == 1 else "",
            remedy=_remedy(first) if len(found) == 1 else "Correct or remove these lines.",
            lines=lines,
        )
        search.suggest([edit for one in found for edit in self._suggestions(one)])
        if len(found) == 1:
            await search.verify(await self._candidates(first))
        else:
            await search.verify(self._all())
        kept = {one.specification for one in search.explanation.relaxations}
        search.explanation.suggestions[:] = [
            edit for edit in search.explanation.suggestions if edit.specification not in kept
        ]

    def _cause(self, one: Absence) -> Cause:
        if one.platforms:
            return "platform"
        return "wrong-channel" if one.channels else "package-missing"

    def _why(self, one: Absence) -> str:
        name = one.requirement.name
        if one.builds:
            return f"{name} {one.versions[0]} has the builds {', '.join(one.builds[:5])}."
        if one.versions:
            shown = ", ".join(one.versions[:5])
            rest = len(one.versions) - 5
            return f"Of {name} there is {shown}{f' and {rest} older' if rest > 0 else ''}."
        if one.platforms:
            return (
                f"{name} is there for {', '.join(one.platforms)}, but has no build for "
                f"{self._platform}."
            )
        if one.channels:
            return f"{name} is in the channel {one.channels[0]}, which is not asked."
        if one.near:
            return f"No package is called {name}. Did you mean {' or '.join(one.near)}?"
        return f"No package is called {name}."

    def _suggestions(self, one: Absence) -> list[SpecificationEdit]:
        return [
            SpecificationEdit(
                label=near,
                specification=made.text,
                place=made.place,
                before=made.before,
                after=made.after,
            )
            for near in one.near
            if (made := self._rename(self._edits, one.requirement, near)) is not None
        ]

    def _rename(self, edits: LineEdits, one: CondaRequirement, near: str) -> Candidate | None:
        after = one.text.strip().lower().replace(one.name, near, 1)
        text = edits.text.replace(one.place, after) if one.place else None
        if text is None:
            return None
        return Candidate(
            RENAME,
            f"Use {near}",
            f"`{near}` is asked for in place of `{one.name}`.",
            text,
            one.place,
            one.text.strip(),
            after,
            near,
            one.name,
        )

    async def _candidates(self, one: Absence) -> list[Candidate]:
        requirement = one.requirement
        made: list[Candidate | None] = []
        if one.versions:
            made += await self._versions(requirement)
        for channel in one.channels:
            text = self._edits.text.append(
                "channels", channel, list(self._search.config.default_channels)
            )
            if text is not None:
                made.append(
                    Candidate(
                        CHANNEL,
                        f"Add the channel {channel}",
                        f"{requirement.name} comes from {channel}; the other channels still come "
                        "first.",
                        text,
                        None,
                        after=channel,
                        change=f"{requirement.name} from {channel}",
                    )
                )
        made += [self._rename(self._edits, requirement, near) for near in one.near]
        others = set(self._search.platforms) - {self._platform}
        if one.platforms and others:
            made += platform_limits(self._edits, [requirement], others, self._platform)
            place = self._edits.text.entry_place("platforms", self._platform)
            text = self._edits.text.remove(place) if place else None
            if text is not None:
                made.append(
                    Candidate(
                        PLATFORM + 1,
                        f"Leave out {self._platform}",
                        f"The environment is not made for {self._platform}.",
                        text,
                        place,
                        self._platform,
                        change=f"without {self._platform}",
                    )
                )
        made.append(self._edits.without(requirement))
        return [candidate for candidate in made if candidate is not None]

    async def _versions(self, requirement: CondaRequirement) -> list[Candidate | None]:
        """Versions that there are, and that go with the rest."""
        any_build = self._edits.any_build(requirement)
        trials = self._search.trials(self._platform)
        if any_build is not None and not await trials.contradict(
            [build_dropped(one) if one is requirement else one for one in trials.asked.requirements]
        ):
            return [any_build]
        bare = requirement.model_copy(update={"matchspec": requirement.name})
        answer = await trials.solve(
            [bare if one is requirement else one for one in trials.asked.requirements]
        )
        return [*self._edits.versions(requirement, answer.version(requirement.name))]

    def _all(self) -> list[Candidate]:
        """One edit that corrects every line, when each has something likely to be meant."""
        text, labels = self._search.text, []
        for one in self._found:
            if not one.near:
                return []
            # The edits before this one were on other lines: places stay as they are.
            made = self._rename(LineEdits(text), one.requirement, one.near[0])
            if made is None:
                return []
            text = made.text
            labels.append(f"{one.requirement.name} → {one.near[0]}")
        place = self._found[0].requirement.place
        return [
            Candidate(
                RENAME,
                f"Correct {len(labels)} names",
                "The names are corrected: " + ", ".join(labels) + ".",
                text,
                place,
                change=", ".join(labels),
            )
        ]


def _remedy(one: Absence) -> str:
    if one.versions:
        return "Ask for a version that there is."
    if one.platforms:
        return "Limit the line to the platforms that have it, or take the platform out."
    if one.channels:
        return f"Add the channel {one.channels[0]}."
    if one.near:
        return "Check the spelling."
    return "Check the spelling and the channels; a package of PyPI belongs under `pip:`."
