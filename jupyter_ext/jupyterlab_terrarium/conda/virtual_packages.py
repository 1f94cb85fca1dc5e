"""Virtual packages: what the solver may assume about the machine that an environment runs on.

See CEP 30 (virtual packages). The baselines and the reasons for them are in ``docs/channels.md``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ..models.lock import PlatformLock
from ..models.platforms import host_platform
from ..models.problem import Finding, InvalidSpecification
from ..models.specification import RunsOn

if TYPE_CHECKING:
    from rattler import GenericVirtualPackage

#: What a machine of this kind has at least: the oldest that conda-forge still builds for.
LINUX_BASELINE = {"__linux": "4.18", "__glibc": "2.28"}
OSX_BASELINE = {"osx-64": "13.0", "osx-arm64": "13.0"}
WIN_BASELINE = "10.0"
ARCHSPEC_BASELINE = {
    "linux-64": "x86_64",
    "linux-aarch64": "aarch64",
    "linux-ppc64le": "ppc64le",
    "osx-64": "x86_64",
    "osx-arm64": "m1",
    "win-64": "x86_64",
    "win-arm64": "aarch64",
}

#: Packages whose presence is the whole message; they have version 0.
_MARKERS = frozenset({"__unix", "__archspec"})
_FAMILY = {"__linux": "linux", "__glibc": "linux", "__osx": "osx", "__win": "win"}


@lru_cache(maxsize=1)
def detect_host() -> dict[str, str]:
    """Virtual packages of this very machine, as conda would detect them: name to version.

    The value of ``__archspec`` is the microarchitecture's name.
    """
    from rattler import VirtualPackage

    found: dict[str, str] = {}
    for package in VirtualPackage.detect():
        generic = package.into_generic()
        name = generic.name.normalized
        build = str(generic.build_string)
        found[name] = build if name == "__archspec" else str(generic.version)
    return found


def _baseline(platform: str) -> dict[str, str]:
    system = platform.split("-", 1)[0]
    packages = {"__archspec": ARCHSPEC_BASELINE.get(platform, platform.split("-", 1)[-1])}
    if system == "linux":
        packages |= {"__unix": "0", **LINUX_BASELINE}
    elif system == "osx":
        packages |= {"__unix": "0", "__osx": OSX_BASELINE.get(platform, "13.0")}
    elif system == "win":
        packages["__win"] = WIN_BASELINE
    return packages


def virtual_packages(
    platform: str, runs_on: RunsOn | None = None, host: str | None = None
) -> dict[str, str]:
    """Name to version of what is offered to the solver for *platform*.

    For the host's own platform the detected kernel, libc and system versions count, so that a
    local channel made on this machine can be used; for any other platform the baseline does.
    ``__archspec`` is always the platform's baseline and there is no ``__cuda``, unless *runs_on*
    says otherwise: what a solve answers must not depend on the processor or the GPU at hand.

    Raises :class:`InvalidSpecification` when an override is not a version.
    """
    packages = _baseline(platform)
    if platform == (host or host_platform()):
        detected = detect_host()
        packages |= {
            name: version
            for name, version in detected.items()
            if name in packages and name not in _MARKERS
        }
    for name, value in _overrides(platform, runs_on or RunsOn()).items():
        packages[name] = value
    return dict(sorted(packages.items()))


def _overrides(platform: str, runs_on: RunsOn) -> dict[str, str]:
    system = platform.split("-", 1)[0]
    chosen: dict[str, str] = {}
    for key, value in runs_on.model_dump().items():
        name = f"__{key}"
        if not value or _FAMILY.get(name, system) != system:
            continue
        if name != "__archspec":
            _check_version(key, value)
        chosen[name] = value
    if system == "osx":
        chosen.pop("__cuda", None)
    return chosen


def _check_version(key: str, value: str) -> None:
    from rattler import Version
    from rattler.exceptions import InvalidVersionError

    try:
        Version(value)
    except InvalidVersionError:
        message = f"'{value}' is not a version for '{key}'"
        raise InvalidSpecification(
            message,
            f'Write a version in quotes, such as {key}: "2.28".',
            [Finding(message=message, path=f"runs-on/{key}")],
        ) from None


def generic(packages: dict[str, str]) -> list[GenericVirtualPackage]:
    """The form that py-rattler wants."""
    from rattler import GenericVirtualPackage, PackageName, Version
    from rattler.package.build_string import BuildString

    answer = []
    for name, value in packages.items():
        version, build = _alternatives(name, value)[0]
        answer.append(
            GenericVirtualPackage(PackageName(name), Version(version), BuildString(build))
        )
    return answer


def unmet_requirements(
    part: PlatformLock, machine: dict[str, str] | None = None
) -> list[tuple[str, str]]:
    """What packages of *part* need of the machine and *machine* (default: this host) has not.

    Pairs of package name and requirement, such as ``("numpy", "__glibc >=2.34")``. Whoever uses
    a lock that was made elsewhere asks this first.
    """
    from rattler import MatchSpec, PackageRecord
    from rattler.package.build_string import BuildString

    offered = detect_host() if machine is None else machine
    records = {
        name: [
            PackageRecord(name, *pair, 0, part.platform)
            for pair in [
                (version, BuildString(build)) for version, build in _alternatives(name, value)
            ]
        ]
        for name, value in offered.items()
    }
    unmet: set[tuple[str, str]] = set()
    for package in part.conda:
        for text in package.depends:
            if text.startswith("__"):
                wanted = MatchSpec(text)
                if not any(wanted.matches(one) for one in records.get(text.split()[0], [])):
                    unmet.add((package.name, text))
    return sorted(unmet)


def _alternatives(name: str, value: str) -> list[tuple[str, str]]:
    """Version and build of a virtual package; a newer x86-64 level stands for older ones too."""
    if name != "__archspec":
        return [(value, "0")]
    levels = ["x86_64", "x86_64_v2", "x86_64_v3", "x86_64_v4"]
    below = levels[: levels.index(value)] if value in levels else []
    return [("1", value), *(("1", level) for level in below)]
