"""Edits of one line that might resolve a contradiction, the smallest change first."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...models.place import Place
from ...models.specification import CondaRequirement
from ..specification.edits import SpecificationText

_PIN = re.compile(r"(?:==|=)?(?P<pin>[0-9][^,|<>=!~*]*?)(?:\.\*)?")
_LOWER = re.compile(r"(>=|>)(.+)")
_UPPER = re.compile(r"(<=|<)(.+)")
#: Packages of which every version is a world of its own: nobody wants "or newer" of them.
_WORLDS = frozenset({"python", "r-base", "perl", "julia", "pypy", "ruby", "nodejs"})
#: Ranks of edits: small ones come first, to lose a package comes last.
BUILD, DATE, CHANNEL, MACHINE, WIDEN, TAKE = range(6)
BOUND, ANY, RENAME, PLATFORM, WITHOUT, ABROAD = range(6, 12)


@dataclass(frozen=True)
class Candidate:
    """An edit that was not solved yet. ``name`` is the package whose version it changes."""

    rank: int
    label: str
    sentence: str
    text: str
    place: Place | None
    before: str = ""
    after: str = ""
    name: str = ""
    change: str = ""


class LineEdits:
    """The edits that one text permits."""

    def __init__(self, text: str) -> None:
        self.text = SpecificationText(text)

    def rewrite(
        self,
        one: CondaRequirement,
        rank: int,
        constraint: str,
        label: str,
        sentence: str,
        *,
        change: str = "",
        channel: str = "",
    ) -> Candidate | None:
        """*one* asks for *constraint* of its package instead (and takes it from *channel*)."""
        head, joined, _ = one.text.partition("[")[0].rpartition("::")
        if channel:
            head, joined = channel, "::"
        after = f"{head}{joined}{one.name}{constraint}"
        if one.place is None or after == one.text.strip():
            return None
        text = self.text.replace(one.place, after)
        if text is None:
            return None
        version = wanted_version(one)
        return Candidate(
            rank,
            label,
            sentence,
            text,
            one.place,
            one.text.strip(),
            after,
            one.name,
            change or (f"{one.name} {version}" if version else f"{one.name} (any)"),
        )

    def without(self, one: CondaRequirement) -> Candidate | None:
        """The line of *one* is gone."""
        text = self.text.remove(one.place) if one.place else None
        if text is None:
            return None
        return Candidate(
            WITHOUT,
            f"Leave out {one.name}",
            f"The line `{one.text.strip()}` is taken out; what needs {one.name} still brings it.",
            text,
            one.place,
            one.text.strip(),
            change=f"without {one.name}",
        )

    def any_build(self, one: CondaRequirement) -> Candidate | None:
        """*one* asks for its version only; None when it names no build."""
        from rattler import MatchSpec

        spec = MatchSpec(one.matchspec)
        version = wanted_version(one)
        if not spec.build or not version:
            return None
        return self.rewrite(
            one,
            BUILD,
            _written(spec.version or ""),
            f"Any build of {one.name} {version}",
            f"The build string `{spec.build}` is dropped, the version stays.",
            change=f"{one.name} {version} {spec.build}",
        )

    def versions(self, one: CondaRequirement, found: str) -> list[Candidate]:
        """Edits of the version (or build) of *one*, with which *found* would be installed.

        *found* is the version that the rest of the specification leads to.
        """
        from rattler import MatchSpec

        spec = MatchSpec(one.matchspec)
        version, build = spec.version or "", spec.build or ""
        if not found or not (version or build):
            return []
        made: list[Candidate | None] = []
        pinned = _PIN.fullmatch(version)
        if pinned:
            made.append(self._pinned(one, pinned["pin"], found))
        else:
            made.append(self._bounds(one, version, found))
        made.append(
            self.rewrite(
                one,
                ANY,
                "",
                f"Any version of {one.name}",
                f"`{one.text.strip()}` asks for no certain version of {one.name} any more.",
            )
        )
        return [candidate for candidate in made if candidate is not None]

    def _pinned(self, one: CondaRequirement, pin: str, found: str) -> Candidate | None:
        if one.name not in _WORLDS and _newer(found, pin):
            return self.rewrite(
                one,
                WIDEN,
                f">={pin}",
                f"Allow {one.name} {pin} or newer",
                f"{one.name} may be newer than {pin}.",
            )
        return self.rewrite(
            one,
            TAKE,
            f"={short(found)}",
            f"Take {one.name} {short(found)}",
            f"{one.name} {short(found)} is used in place of {pin}.",
        )

    def _bounds(self, one: CondaRequirement, version: str, found: str) -> Candidate | None:
        if "|" in version:
            return None
        parts = version.split(",")
        kept, freed, lowered = [], "", ""
        for part in parts:
            if _matches(part, found):
                kept.append(part)
            elif (upper := _UPPER.fullmatch(part)) and not freed:
                freed = upper[2]
            elif (lower := _LOWER.fullmatch(part)) and not lowered:
                lowered = lower[2]
                kept.append(f">={short(found)}")
            else:
                return None
        if not (freed or lowered):
            return None
        label = (
            f"Allow {one.name} {short(found)}" if lowered else f"Allow {one.name} {freed} and newer"
        )
        sentence = (
            f"{one.name} may be older than {lowered}."
            if lowered
            else f"{one.name} may be {freed} or newer."
        )
        return self.rewrite(one, BOUND, ",".join(kept), label, sentence)


def build_dropped(one: CondaRequirement) -> CondaRequirement:
    """*one* without its build string."""
    from rattler import MatchSpec

    spec = MatchSpec(one.matchspec)
    return one.model_copy(update={"matchspec": f"{one.name} {spec.version or '*'}"})


def constraint_text(one: CondaRequirement) -> str:
    """What stands behind the name of *one*, as written."""
    return one.text.strip().rpartition("::")[2][len(one.name) :]


def wanted_version(one: CondaRequirement) -> str:
    """The version that *one* asks for, as people say it."""
    from rattler import MatchSpec

    version = MatchSpec(one.matchspec).version or ""
    pinned = _PIN.fullmatch(version)
    return pinned["pin"] if pinned else version


def short(version: str) -> str:
    """Major and minor number."""
    return ".".join(version.split(".")[:2])


def _written(version: str) -> str:
    """A canonical version constraint as people write it behind a name."""
    pinned = _PIN.fullmatch(version)
    if pinned is None:
        return version
    return f"={pinned['pin']}"


def _matches(constraint: str, version: str) -> bool:
    from rattler import Version, VersionSpec

    return bool(VersionSpec(constraint).matches(Version(version)))


def _newer(one: str, other: str) -> bool:
    from rattler import Version

    return bool(Version(one) > Version(other))
