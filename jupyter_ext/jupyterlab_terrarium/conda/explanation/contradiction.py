"""Requirements that contradict each other: the smallest set of lines, and edits that help."""

from __future__ import annotations

from dataclasses import replace

from ...models.explanation import SpecificationLine
from ...models.specification import CondaRequirement
from ..solve_tree import Branch, read_tree
from ..specification.selectors import SELECTORS
from .candidates import CHANNEL, PLATFORM, Candidate, LineEdits, build_dropped, constraint_text
from .dates import look_later
from .machines import unmet_needs
from .search import Search
from .subsets import smallest_contradiction
from .trials import Trials
from .words import both, line_at_fault, reasons, why_line

_PRIORITY = "strict channel priority"
#: Separate contradictions that are resolved together in one edit, at most.
_DEPTH = 3


async def explain_contradiction(search: Search) -> None:
    """Find the platform, the lines, the reason, and edits that were solved."""
    for platform in search.platforms:
        trials = search.trials(platform)
        if await trials.contradict(trials.asked.requirements):
            await _Contradiction(search, trials, search.text).explain()
            return


class _Contradiction:
    """One contradiction of one platform, in *text* (edited already when it is not the first)."""

    def __init__(self, search: Search, trials: Trials, text: str, depth: int = 1) -> None:
        self._search = search
        self._trials = trials
        self._edits = LineEdits(text)
        self._depth = depth
        self._platform = trials.asked.platform
        self._core: list[CondaRequirement] = []

    async def explain(self, before: Candidate | None = None) -> None:
        """Say what contradicts what, then look for edits."""
        trials, asked = self._trials, self._trials.asked
        whole = await trials.solve(asked.requirements)
        roots = {branch.name for branch in read_tree(whole.said)}
        suspects = [one for one in asked.requirements if one.name in roots]
        self._core = await smallest_contradiction(asked.requirements, trials.contradict, suspects)
        said = (await trials.solve(self._core)).said
        branches = read_tree(said)
        later = await look_later(trials, self._core, self._edits)
        if before is None:
            self._state(branches, said, later.line)
        else:
            self._also(branches, later.line)
        candidates = [*later.candidates, *self._machine(branches), *self._channels(said)]
        candidates += [*await self._lines(), *self._platforms()]
        if before is not None:
            candidates = [_joined(before, one) for one in candidates]
        await self._search.verify(candidates)
        if not self._search.explanation.relaxations and self._depth < _DEPTH:
            await self._go_on(before)

    async def _go_on(self, before: Candidate | None) -> None:
        """No single edit is enough: take one that resolves this, and look at what is left."""
        partial, self._search.partial = self._search.partial, []
        if before is not None:
            partial = [
                one if one.label.startswith(before.label) else _joined(before, one)
                for one in partial
            ]
        for candidate in sorted(partial, key=lambda one: one.rank)[:2]:
            edited = self._search.read(candidate.text)
            if edited is None:
                continue
            trials = self._search.trials(self._platform, edited)
            if await trials.contradict(trials.asked.requirements):
                deeper = _Contradiction(self._search, trials, candidate.text, self._depth + 1)
                await deeper.explain(candidate)
            if self._search.explanation.relaxations:
                return

    def _state(self, branches: list[Branch], said: str, dated: SpecificationLine | None) -> None:
        search = self._search
        names = both([f"`{one.text.strip()}`" for one in self._core])
        many = len(self._core) > 1
        what = f"{names} cannot be installed{' together' if many else ''} for {self._platform}."
        needs = unmet_needs(branches, self._trials.asked.virtual)
        if needs:
            why = needs[0].sentence(self._platform)
            search.state(
                cause="platform" if needs[0].foreign else "virtual-package",
                what=what,
                why=why,
                remedy="Take the platform out, or the package."
                if needs[0].foreign
                else "Say under *Runs on* which machine the environment is for.",
                lines=[line_at_fault(one, why) for one in self._core],
            )
            return
        lines = [line_at_fault(one, why_line(one, branches)) for one in self._core]
        if dated is not None:
            search.state(
                what=f"{what} `{dated.text}` leaves out what would fit.",
                why=dated.why,
                remedy="Take a later date, or loosen or remove one of the lines.",
                lines=[*lines, dated],
            )
            return
        if _PRIORITY in said:
            search.state(
                cause="wrong-channel",
                what=what,
                why="A channel that stands further up has the package too, but not what is asked "
                "for; with strict priority only that channel counts for it.",
                remedy="Name the channel of the package, reorder the channels, or let all count.",
                lines=lines,
            )
            return
        search.state(
            what=what,
            why=reasons(lines),
            remedy=f"Loosen or remove {'one of these lines' if many else 'this line'}; the others "
            "do not matter.",
            lines=lines,
        )

    def _also(self, branches: list[Branch], dated: SpecificationLine | None) -> None:
        """Another contradiction beside the first one."""
        known = self._search.explanation
        names = both([f"`{one.text.strip()}`" for one in self._core])
        lines = [line_at_fault(one, why_line(one, branches)) for one in self._core]
        lines += [dated] if dated is not None else []
        more = f"{names} contradict each other too: {reasons(lines)}"
        if more not in known.why:
            self._search.state(
                what=known.what,
                why=f"{known.why} {more}".strip(),
                remedy="Loosen or remove one line of each contradiction.",
                lines=[*known.lines, *(one for one in lines if one not in known.lines)],
            )

    def _machine(self, branches: list[Branch]) -> list[Candidate]:
        """Another machine to solve for, as ``runs-on``."""
        needs = unmet_needs(branches, self._trials.asked.virtual)
        made = (need.candidate(self._edits) for need in needs)
        return [candidate for candidate in made if candidate is not None]

    def _channels(self, said: str) -> list[Candidate]:
        """Another channel for one package, or all channels, when strict priority hides some."""
        if _PRIORITY not in said:
            return []
        made = [
            self._edits.rewrite(
                one,
                CHANNEL,
                constraint_text(one),
                f"Take {one.name} from {channel}",
                f"{one.name} comes from {channel}, everything else as before.",
                channel=channel,
            )
            for one in self._core
            if not one.channel
            for channel in self._search.specification.channels[1:]
        ]
        text = self._edits.text.set("channel-priority", "flexible")
        if text is not None:
            made.append(
                Candidate(
                    CHANNEL,
                    "Let all channels count",
                    "A package may come from any of the channels: `channel-priority: flexible`.",
                    text,
                    None,
                    after="channel-priority: flexible",
                    change="all channels count",
                )
            )
        return [candidate for candidate in made if candidate is not None]

    async def _lines(self) -> list[Candidate]:
        """Edits of the lines at fault, with the versions that the others lead to."""
        made: list[Candidate] = []
        for one in self._core:
            whole = self._trials.asked.requirements
            any_build = self._edits.any_build(one)
            if any_build is not None:
                dropped = build_dropped(one)
                if not await self._trials.contradict([dropped if r is one else r for r in whole]):
                    made.append(any_build)
                    continue
            bare = one.model_copy(update={"matchspec": one.name})
            answer = await self._trials.solve([bare if r is one else r for r in whole])
            if answer.records is not None:
                made += self._edits.versions(one, answer.version(one.name))
            else:
                # Something else fails too: this line's edit can only be one of several.
                answer = await self._trials.solve([bare if r is one else r for r in self._core])
                self._search.partial += self._edits.versions(one, answer.version(one.name))
            removed = self._edits.without(one)
            if removed is not None:
                made.append(removed)
        return made

    def _platforms(self) -> list[Candidate]:
        """The platform is left out, or a line counts on the others only."""
        search = self._search
        if len(search.platforms) < 2:
            return []
        others = set(search.platforms) - {self._platform}
        place = self._edits.text.entry_place("platforms", self._platform)
        text = self._edits.text.remove(place) if place else None
        made = []
        if text is not None:
            made.append(
                Candidate(
                    PLATFORM + 1,
                    f"Leave out {self._platform}",
                    f"The environment is made for {both(sorted(others))} only.",
                    text,
                    place,
                    self._platform,
                    change=f"without {self._platform}",
                )
            )
        return made + platform_limits(self._edits, self._core, others, self._platform)


def platform_limits(
    edits: LineEdits, lines: list[CondaRequirement], others: set[str], platform: str
) -> list[Candidate]:
    """Each of *lines* counts on *others* only, by a selector that leaves out *platform*."""
    made = []
    for one in lines:
        word = next(
            (
                word
                for word, names in SELECTORS.items()
                if others <= set(names) and platform not in names
            ),
            None,
        )
        text = edits.text.limit(one.place, word) if one.place and word else None
        if text is not None:
            made.append(
                Candidate(
                    PLATFORM,
                    f"Take {one.name} on {both(sorted(others))} only",
                    f"`# [{word}]` behind the line limits it to these platforms.",
                    text,
                    one.place,
                    one.text.strip(),
                    f"{one.text.strip()}  # [{word}]",
                )
            )
    return made


def _joined(before: Candidate, after: Candidate) -> Candidate:
    """Two edits of one text as one."""
    return replace(
        after,
        label=f"{before.label}; {after.label[:1].lower()}{after.label[1:]}",
        sentence=f"{before.sentence} {after.sentence}",
        place=before.place,
        before=before.before,
        after=", ".join(part for part in (before.after, after.after) if part),
        change=", ".join(part for part in (before.change, after.change) if part),
        name="",
    )
