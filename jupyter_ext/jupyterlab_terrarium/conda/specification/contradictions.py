"""Whether two requirements of one package can be seen to exclude each other.

Only what is certain counts: an answer of "no contradiction" leaves it to the solver.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

from ...models.specification import CondaRequirement, PipRequirement

if TYPE_CHECKING:
    from packaging.requirements import Requirement

_BOUND = re.compile(r"(>=|<=|>|<)([^,|*]+)")
_EXACT = re.compile(r"==([^,|*]+)")
_STARTS = re.compile(r"([^,|*=<>!~]+)\.\*")
_MANY = 12  # parts of a version constraint that are compared with each other


def conda_clash(one: CondaRequirement, other: CondaRequirement) -> bool:
    """Whether no package can be both *one* and *other*."""
    from rattler import MatchSpec

    first, second = MatchSpec(one.matchspec), MatchSpec(other.matchspec)
    builds = [spec.build for spec in (first, second) if spec.build]
    if len(set(builds)) == 2 and not any("*" in b or b.startswith("^") for b in builds):
        return True
    return _exclude(f"{first.version or '*'},{second.version or '*'}") or _exact_excluded(
        first.version or "*", second.version or "*"
    )


def conda_clashes_alone(requirement: CondaRequirement) -> bool:
    """Whether one entry asks for what no version is, e.g. ``python =3.9,=3.10``."""
    if "," not in requirement.matchspec:
        return False
    from rattler import MatchSpec

    return _exclude(MatchSpec(requirement.matchspec).version or "*")


def _exact_excluded(one: str, other: str) -> bool:
    """An exact version against any constraint, alternatives (``|``) included."""
    from rattler import Version, VersionSpec

    for pin, spec in ((one, other), (other, one)):
        exact = _EXACT.fullmatch(pin)
        if exact and not VersionSpec(spec).matches(Version(exact[1])):
            return True
    return False


def _exclude(constraints: str) -> bool:
    """Whether two of the comma-joined *constraints* exclude each other."""
    if "|" in constraints:
        return False
    parts = [part for part in constraints.split(",") if part and part != "*"][:_MANY]
    return any(
        _parts_exclude(one, other) or _parts_exclude(other, one)
        for one, other in combinations(parts, 2)
    )


def _parts_exclude(one: str, other: str) -> bool:
    from rattler import Version, VersionSpec

    exact, starts, bound = (p.fullmatch(one) for p in (_EXACT, _STARTS, _BOUND))
    if exact:
        return not VersionSpec(other).matches(Version(exact[1]))
    other_starts, other_bound = _STARTS.fullmatch(other), _BOUND.fullmatch(other)
    if starts and other_starts:
        mine, theirs = Version(starts[1]), Version(other_starts[1])
        return not (mine.starts_with(theirs) or theirs.starts_with(mine))
    if starts and other_bound:
        edge, mine = Version(other_bound[2]), Version(starts[1])
        if edge.starts_with(mine) or mine.starts_with(edge):
            return False
        return edge > mine if other_bound[1][0] == ">" else edge < mine
    if bound and other_bound and bound[1][0] == ">" and other_bound[1][0] == "<":
        low, high = Version(bound[2]), Version(other_bound[2])
        both_closed = bound[1] == ">=" and other_bound[1] == "<="
        return high < low or (high == low and not both_closed)
    return False


def same_marker(
    one: CondaRequirement | PipRequirement, other: CondaRequirement | PipRequirement
) -> bool:
    """Whether two entries count under the same PEP 508 marker; conda entries have none."""
    from packaging.requirements import Requirement

    markers = [
        str(Requirement(entry.requirement).marker or "")
        if isinstance(entry, PipRequirement)
        else ""
        for entry in (one, other)
    ]
    return markers[0] == markers[1]


def pip_clash(one: PipRequirement, other: PipRequirement) -> bool:
    """Whether two entries of ``pip:`` pin different files, or a pin is outside the other's range.

    Both have the same marker; what other combinations allow is the resolver's to say.
    """
    from packaging.requirements import Requirement

    first, second = Requirement(one.requirement), Requirement(other.requirement)
    if first.url and second.url:
        return first.url != second.url
    return _pin_outside(first, second) or _pin_outside(second, first)


def _pin_outside(pinned: Requirement, other: Requirement) -> bool:
    pins = [
        s.version for s in pinned.specifier if s.operator == "==" and not s.version.endswith(".*")
    ]
    return any(not other.specifier.contains(pin, prereleases=True) for pin in pins)
