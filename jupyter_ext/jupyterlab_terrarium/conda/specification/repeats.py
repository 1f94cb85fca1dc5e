"""Packages that are asked for more than once: notices, and errors where both cannot hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from ...models.specification import CondaRequirement, PipRequirement
from .contradictions import conda_clash, conda_clashes_alone, pip_clash, same_marker
from .dependencies import Entry, Requirement
from .reading import Reading
from .text import shown

_COMPARED = 20  # entries of one package that are compared with each other


def check_repeats(
    reading: Reading,
    conda: list[Entry[CondaRequirement]],
    pip: list[Entry[PipRequirement]],
) -> None:
    """Add notices for repeated packages and errors for contradictions that can be seen.

    What only the solver can see (ranges of *other* packages) is the solver's to say.
    """
    for entry in conda:
        if conda_clashes_alone(entry.requirement):
            reading.error(
                entry.node,
                entry.path,
                f"No version can be all that `{shown(entry.requirement.text)}` asks for.",
                "Keep one of the constraints; `|` joins alternatives.",
            )
    _check(reading, conda, conda_clash)
    _check(reading, pip, pip_clash)
    by_name = {entry.requirement.name: entry for entry in reversed(conda)}
    for other in pip:
        first = by_name.get(other.requirement.name)
        if first is not None and _overlap(first.requirement, other.requirement):
            reading.notice(
                other.node,
                other.path,
                f"`{other.requirement.name}` is asked for from conda on line "
                f"{reading.line_of(first.node)} already; the conda package is the one installed.",
                "Keep one of the two entries.",
            )


def _check(
    reading: Reading,
    entries: Iterable[Entry[Requirement]],
    clash: Callable[[Requirement, Requirement], bool],
) -> None:
    groups: dict[str, list[Entry[Requirement]]] = defaultdict(list)
    for entry in entries:
        if entry.requirement.name:
            groups[entry.requirement.name].append(entry)
    for name, group in groups.items():
        for index, entry in enumerate(group[1:_COMPARED], start=1):
            before = [e for e in group[:index] if _overlap(e.requirement, entry.requirement)]
            if not before:
                continue
            against = next((e for e in before if clash(e.requirement, entry.requirement)), None)
            if against is not None:
                reading.error(
                    entry.node,
                    entry.path,
                    f"`{shown(entry.requirement.text)}` contradicts "
                    f"`{shown(against.requirement.text)}` on line "
                    f"{reading.line_of(against.node)}: no version is both.",
                    "Keep one of the two lines.",
                )
            else:
                reading.notice(
                    entry.node,
                    entry.path,
                    f"`{name}` stands on line {reading.line_of(before[0].node)} too; "
                    "what both ask for must hold.",
                    "Keep one of the two lines, with both constraints.",
                )


def _overlap(
    one: CondaRequirement | PipRequirement, other: CondaRequirement | PipRequirement
) -> bool:
    """Whether both count on one platform, under the same marker."""
    if not same_marker(one, other):
        return False
    if one.platforms is None or other.platforms is None:
        return True
    return bool(set(one.platforms) & set(other.platforms))
