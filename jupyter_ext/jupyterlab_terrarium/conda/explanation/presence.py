"""What the channels have of a package that was not found: where else, and which versions."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...models.platforms import PLATFORMS
from ...models.specification import CondaRequirement
from ..channels import ChannelConfig, resolve_channel, subdirs
from ..solver_call import Question
from .candidates import build_dropped
from .names import near_names

if TYPE_CHECKING:
    from rattler import Gateway, RepoDataRecord

#: Channels that a package may be in when the channels of the specification do not have it.
KNOWN_CHANNELS = ("conda-forge", "bioconda")
#: Seconds that a channel which the specification does not name may take to answer, and that one
#: which did not answer is left alone.
PATIENCE, FORGET = 0.8, 600.0
_silent: dict[str, float] = {}


@dataclass
class Absence:
    """A requirement that nothing in the channels matches.

    ``versions`` (newest first) is empty when there is no such package at all; then ``near``,
    ``channels`` and ``platforms`` say what there is instead. ``builds`` are those of the version
    asked for, when only the build is not there; then that version is the first one.
    """

    requirement: CondaRequirement
    versions: list[str] = field(default_factory=list)
    builds: list[str] = field(default_factory=list)
    near: list[str] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    platforms: list[str] = field(default_factory=list)


async def absences(asked: Question, gateway: Gateway, config: ChannelConfig) -> list[Absence]:
    """The requirements of *asked* that no package file matches, in order."""
    found = []
    for one in asked.requirements:
        if one.name.startswith("__") or "*" in one.name:
            continue
        urls = resolve_channel(one.channel, config) if one.channel else asked.sources
        records = await _records(gateway, urls, asked.platform, one.name)
        if records:
            if not _matching(records, one):
                some = _matching(records, build_dropped(one))
                builds = sorted({str(record.build) for record in some})
                found.append(Absence(one, _versions(some or records), builds))
            continue
        absence = Absence(one)
        absence.platforms = await _platforms(gateway, urls, asked.platform, one.name)
        if not absence.platforms:
            absence.channels = await _elsewhere(gateway, asked, config, one)
            names = await _names(gateway, urls, asked.platform)
            absence.near = await asyncio.to_thread(near_names, one.name, names)
        found.append(absence)
    return found


async def package_names(asked: Question, gateway: Gateway) -> set[str]:
    """All names of packages in the channels of *asked*."""
    return await _names(gateway, asked.sources, asked.platform)


async def _names(gateway: Gateway, urls: list[str], platform: str) -> set[str]:
    from rattler import Channel

    names = await gateway.names([Channel(url) for url in urls], subdirs(platform))
    return {name.normalized for name in names}


async def _records(
    gateway: Gateway, urls: list[str], platform: str, name: str
) -> list[RepoDataRecord]:
    from rattler import Channel, MatchSpec

    answer = await gateway.query(
        [Channel(url) for url in urls], subdirs(platform), [MatchSpec(name)], recursive=False
    )
    return [record for source in answer for record in source]


def _matching(records: list[RepoDataRecord], one: CondaRequirement) -> list[RepoDataRecord]:
    from rattler import MatchSpec

    wanted = MatchSpec(one.matchspec)
    return [record for record in records if wanted.matches(record)]


def _versions(records: list[RepoDataRecord]) -> list[str]:
    return [str(version) for version in sorted({r.version for r in records}, reverse=True)]


async def _platforms(gateway: Gateway, urls: list[str], platform: str, name: str) -> list[str]:
    """Other platforms for which these very channels have the package."""
    from rattler import Channel, MatchSpec
    from rattler.exceptions import GatewayError
    from rattler.platform import Subdir

    try:
        answer = await asyncio.wait_for(
            gateway.query(
                [Channel(url) for url in urls],
                [Subdir(other) for other in PLATFORMS if other != platform],
                [MatchSpec(name)],
                recursive=False,
            ),
            PATIENCE,
        )
    except (GatewayError, asyncio.TimeoutError):
        return []
    has = {record.subdir for source in answer for record in source}
    return [other for other in PLATFORMS if other in has]


async def _elsewhere(
    gateway: Gateway, asked: Question, config: ChannelConfig, one: CondaRequirement
) -> list[str]:
    """Channels that are not asked, by name, and have what *one* asks for."""
    known = () if config.offline else KNOWN_CHANNELS
    others: dict[str, list[str]] = {}
    for channel in dict.fromkeys([*config.default_channels, *known]):
        urls = [url for url in resolve_channel(channel, config) if url not in asked.sources]
        if urls and all(time.monotonic() >= _silent.get(url, 0) for url in urls):
            others[channel] = urls
    has = await asyncio.gather(
        *(_has(gateway, urls, asked.platform, one) for urls in others.values())
    )
    return [channel for channel, there in zip(others, has, strict=True) if there]


async def _has(gateway: Gateway, urls: list[str], platform: str, one: CondaRequirement) -> bool:
    from rattler.exceptions import GatewayError

    try:
        records = await asyncio.wait_for(_records(gateway, urls, platform, one.name), PATIENCE)
    except (GatewayError, asyncio.TimeoutError):
        _silent.update(dict.fromkeys(urls, time.monotonic() + FORGET))
        return False
    return bool(_matching(records, one))
