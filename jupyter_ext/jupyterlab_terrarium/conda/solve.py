"""Solving a specification with py-rattler, for every platform that it names."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..models.lock import CondaPackage, Lock, PlatformLock, is_site_packages
from ..models.platforms import host_platform
from ..models.problem import Finding, InvalidSpecification, SolveError
from ..models.specification import CondaRequirement, Specification
from .as_of import dated
from .channels import ChannelConfig, canonical, resolve_channel, resolve_channels, scrub, subdirs
from .keep import kept_conda, requests
from .virtual_packages import generic, virtual_packages

if TYPE_CHECKING:
    from rattler import Gateway, MatchSpec, RepoDataRecord


@dataclass(frozen=True)
class Question:
    """What is asked of the solver for one platform."""

    platform: str
    sources: list[str]
    requirements: list[CondaRequirement]
    virtual: dict[str, str]
    strict: bool


def question(spec: Specification, platform: str, config: ChannelConfig) -> Question:
    """The part of *spec* that counts for *platform*, with channels as URLs.

    A channel that only ``chan::pkg`` names comes after all others.
    """
    requirements = [one for one in spec.conda if one.platforms is None or platform in one.platforms]
    sources = resolve_channels(spec.channels, config)
    for one in requirements:
        if one.channel:
            sources += [u for u in resolve_channel(one.channel, config) if u not in sources]
    return Question(
        platform,
        sources,
        requirements,
        virtual_packages(platform, spec.runs_on),
        spec.channel_priority != "flexible",
    )


async def solve_specification(
    spec: Specification,
    *,
    gateway: Gateway,
    config: ChannelConfig,
    platforms: Sequence[str] | None = None,
    locked: Lock | None = None,
    exclude_newer: datetime.datetime | None = None,
    timeout: float | None = None,
) -> list[PlatformLock]:
    """Exact package files for each platform of *spec* (none named: this host's), in order.

    Parameters
    ----------
    platforms:
        Overrides the platforms of *spec*.
    locked:
        Its package files are preferred where they still satisfy *spec*; see ``conda.keep``.
    exclude_newer:
        Package files published after this moment do not exist; those without a date do. By
        default the ``as-of`` of *spec*.
    timeout:
        Seconds that the solver may take for one platform.

    Raises
    ------
    :class:`PackageMissing`, :class:`SolveError`, :class:`ChannelUnreachable`,
    :class:`CredentialsMissing` or :class:`InvalidSpecification`, with the lines concerned;
    :class:`SolverUnavailable` after *timeout*.
    """
    wanted = list(platforms or spec.platforms) or [host_platform()]
    exclude_newer = exclude_newer or spec.as_of
    answers = await asyncio.gather(
        *(
            _solve_platform(
                question(spec, platform, config),
                gateway=gateway,
                config=config,
                locked=locked.for_platform(platform) if locked else None,
                exclude_newer=exclude_newer,
                timeout=timeout,
            )
            for platform in wanted
        ),
        return_exceptions=True,
    )
    locks: list[PlatformLock] = []
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
        locks.append(answer)
    return locks


def match_specs(asked: Question, config: ChannelConfig) -> list[MatchSpec]:
    """The requirements, and each name once more without a constraint.

    Without the bare names py-rattler's gateway drops records that no requirement matches before
    the solver sees them: strict priority would fall through to the next channel whenever the
    first one lacks a version, and conflicts would read "no candidates were found".
    """
    from rattler import MatchSpec
    from rattler.exceptions import InvalidMatchSpecError

    specs = []
    for one in asked.requirements:
        try:
            for prefix in _channel_prefixes(one, config):
                specs.append(MatchSpec(prefix + one.matchspec))
        except InvalidMatchSpecError as error:
            message = f"'{one.text}' is not a package requirement: {error}"
            raise InvalidSpecification(
                message,
                "Write it like numpy, numpy>=1.20 or numpy=1.26=py312*.",
                [Finding(message=message, place=one.place)],
            ) from None
    bare = {one.name for one in asked.requirements if not one.name.startswith("__")}
    specs += [MatchSpec(name) for name in sorted(bare) if "*" not in name]
    return specs


def _channel_prefixes(one: CondaRequirement, config: ChannelConfig) -> list[str]:
    # py-rattler does not match private and file channels by their last name: full URLs only.
    if not one.channel:
        return [""]
    return [f"{url}::" for url in resolve_channel(one.channel, config)[:1]]


async def _solve_platform(
    asked: Question,
    *,
    gateway: Gateway,
    config: ChannelConfig,
    locked: PlatformLock | None,
    exclude_newer: datetime.datetime | None,
    timeout: float | None,
) -> PlatformLock:
    from rattler import Channel, ChannelPriority, solve
    from rattler.exceptions import GatewayError, SolverError

    from .install import make_record
    from .solve_errors import explain_failure, explain_gateway

    specs = match_specs(asked, config)
    named = requests(
        (one.name, f"{one.channel}::{one.matchspec}" if one.channel else one.matchspec)
        for one in asked.requirements
    )
    channels = map(canonical, asked.sources)
    kept = kept_conda(locked.conda, named, channels, exclude_newer) if locked else []
    if exclude_newer is not None:
        # py-rattler takes the wall-clock reading for UTC whatever its zone.
        exclude_newer = exclude_newer.astimezone(datetime.timezone.utc)
    try:
        records = await solve(
            [Channel(url) for url in asked.sources],
            specs,
            gateway=gateway,
            platforms=subdirs(asked.platform),
            locked_packages=[make_record(one, one.url) for one in kept],
            virtual_packages=generic(asked.virtual),
            channel_priority=ChannelPriority.Strict if asked.strict else ChannelPriority.Flexible,
            exclude_newer=exclude_newer,
            timestamp_policy="allow-missing",
            timeout=datetime.timedelta(seconds=timeout) if timeout else None,
        )
    except GatewayError as error:
        raise explain_gateway(str(error), asked) from error
    except SolverError as error:
        explained = await explain_failure(str(error), asked, gateway, config)
        raise dated(explained, exclude_newer) from error
    known = {one.sha256: one for one in kept}
    packages = [_package(record, named.get(_name(record), ""), known) for record in records]
    return PlatformLock(
        platform=asked.platform,
        conda=sorted(packages, key=lambda package: package.name),
        virtual_packages=asked.virtual,
    )


def _name(record: RepoDataRecord) -> str:
    return str(record.name.normalized)


def _package(
    record: RepoDataRecord, requested: str, known: Mapping[str, CondaPackage]
) -> CondaPackage:
    """The record of a package file as a lock keeps it. Raises :class:`SolveError`.

    *known* are the preferred package files by SHA-256: a record made from one has lost its date.
    """
    sha256 = record.sha256
    if sha256 is not None and sha256.hex() in known:
        return known[sha256.hex()].model_copy(update={"requested": requested})
    if sha256 is None:
        raise SolveError(
            f"{scrub(record.url)} has no SHA-256 in its channel's index, so what would be "
            "installed could not be verified.",
            "Index the channel again with a tool that writes SHA-256 "
            "(rattler-index or conda-index).",
        )
    noarch = "python" if record.noarch.python else "generic" if record.noarch.generic else ""
    timestamp = record.timestamp
    url = scrub(record.url)
    channel = canonical(record.channel or url.rsplit("/", 2)[0])
    name, version, build = _name(record), str(record.version), str(record.build)
    site_packages = record.python_site_packages_path or ""
    if not is_site_packages(site_packages, name, version, build, record.subdir):
        # Anybody may write an index: what it says of other places is not followed.
        site_packages = ""
    return CondaPackage(
        name=name,
        version=version,
        build=build,
        build_number=record.build_number,
        subdir=record.subdir,
        url=url,
        channel=channel,
        sha256=sha256.hex(),
        md5=record.md5.hex() if record.md5 else "",
        size=record.size or 0,
        noarch=noarch,
        depends=list(record.depends),
        constrains=list(record.constrains),
        timestamp=int(timestamp.timestamp() * 1000) if timestamp else 0,
        license=record.license or "",
        requested=requested,
        python_site_packages_path=site_packages,
    )
