"""Turn PEP 440 version specifiers and PEP 508 requirements into conda MatchSpecs.

MatchSpec syntax: CEP 29. Version order: CEP 33.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import Specifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version


def conda_version(text: str) -> str:
    """A PEP 440 version as conda writes it (normalised; epoch and local part are kept)."""
    try:
        return str(Version(text)).replace("-", "_")
    except InvalidVersion:
        return text.replace("-", "_")


def match_version(specifiers: SpecifierSet) -> str:
    """Version part of a MatchSpec, such as ``>=1.2,<2.0a0``; empty when anything goes."""
    parts = [_one(item) for item in sorted(specifiers, key=_order)]
    return ",".join(part for part in parts if part)


def _order(item: Specifier) -> tuple[int, str, str]:
    first = {">=": 0, ">": 0, "~=": 0, "==": 1, "===": 1, "<": 2, "<=": 2, "!=": 3}
    return first.get(item.operator, 4), item.operator, item.version


def _one(item: Specifier) -> str:
    operator, text = item.operator, item.version
    if operator == "===":
        return f"=={conda_version(text)}"
    if text.endswith(".*"):
        base = conda_version(text[:-2])
        return f"{base}.*" if operator == "==" else f"!={base}.*"
    version = Version(text)
    if operator == "~=":
        release = ".".join(str(number) for number in version.release[:-1])
        epoch = f"{version.epoch}!" if version.epoch else ""
        return f">={conda_version(text)},{epoch}{release}.*"
    if operator == "<" and not (version.is_prerelease or version.is_postrelease):
        # PEP 440: "<2" does not admit 2.0rc1, although 2.0rc1 sorts before 2 (as in conda).
        return f"<{conda_version(text)}a0"
    return f"{operator}{conda_version(text)}"


def match_spec(name: str, specifiers: SpecifierSet) -> str:
    """A dependency as ``index.json`` writes it: ``name`` or ``name version``."""
    return f"{name} {match_version(specifiers)}".strip()


def applicable(
    lines: Iterable[str], environment: Mapping[str, str], extras: Iterable[str]
) -> list[Requirement]:
    """Those ``Requires-Dist`` lines that hold in *environment* with the given extras."""
    wanted = ["", *sorted(extras)]
    found: list[Requirement] = []
    for line in lines:
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            # Old wheels carry lines that no tool reads any more; uv and pip skip them as well.
            continue
        marker = requirement.marker
        if marker is None or any(
            marker.evaluate({**environment, "extra": extra}) for extra in wanted
        ):
            found.append(requirement)
    return found


def depends_of(
    lines: Iterable[str],
    environment: Mapping[str, str],
    extras: Iterable[str],
    name_of: Callable[[str], str],
    lines_of: Callable[[str], Iterable[str]],
) -> list[str]:
    """MatchSpecs for a project's requirements.

    A dependency written ``other[extra]`` becomes ``other`` and what that extra asks for: conda
    packages have no extras. *name_of* maps a normalised PyPI name to a conda name; *lines_of* gives
    another project's ``Requires-Dist`` lines.
    """
    found: set[str] = set()
    seen: set[tuple[str, frozenset[str]]] = set()

    def walk(requirements: Iterable[Requirement]) -> None:
        for requirement in requirements:
            project = canonicalize_name(requirement.name)
            found.add(match_spec(name_of(project), requirement.specifier))
            key = (project, frozenset(requirement.extras))
            if requirement.extras and key not in seen:
                seen.add(key)
                plain = {str(r) for r in applicable(lines_of(project), environment, ())}
                more = applicable(lines_of(project), environment, requirement.extras)
                walk(r for r in more if str(r) not in plain)

    walk(applicable(lines, environment, extras))
    return sorted(found)
