"""Package search in the channels' indexes: names at once, versions of those that are shown."""

from __future__ import annotations

import bisect
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, islice
from typing import TYPE_CHECKING

from ..models.build_problem import PackageMissing
from ..models.package import PackageHit, PackageVersions
from .channels import ChannelConfig, resolve_channel, subdirs
from .solve_errors import explain_gateway
from .solver_call import Question

if TYPE_CHECKING:
    from rattler import Gateway, RepoDataRecord

    from .gateways import GatewayPool

MAX_INDEXES = 8


class NameList:
    """Names, searched as one text: short ones stand first, so the first found are the best."""

    def __init__(self, names: Iterable[str]) -> None:
        ordered = sorted(((_fold(name), name) for name in names), key=lambda p: (len(p[0]), p))
        self._names = [name for _, name in ordered]
        # Every name between two line ends: one that begins with a text is found by both.
        self._text = "\n" + "".join(f"{folded}\n" for folded, _ in ordered)
        self._starts = list(accumulate((len(folded) + 1 for folded, _ in ordered), initial=1))

    def best(self, query: str, limit: int) -> list[str]:
        """The *limit* best names: those that begin with *query*, then those that contain it."""
        wanted = _fold(query)
        if "\n" in wanted:
            return []
        best = list(islice(self._found("\n" + wanted), limit))
        if len(best) < limit:
            known = set(best)
            inside = (name for name in self._found(wanted) if name not in known)
            best += islice(inside, limit - len(best))
        return best

    def _found(self, text: str) -> Iterator[str]:
        at = self._text.find(text)
        while at >= 0:
            # The line end before a name belongs to the name that it begins.
            index = bisect.bisect_right(self._starts, at + (text[0] == "\n")) - 1
            yield self._names[index]
            at = self._text.find(text, self._starts[index + 1] - 1)


@dataclass
class _Names:
    """The names of some channels for one platform."""

    generation: int
    names: NameList
    owner: dict[str, str]
    latest: dict[str, str] = field(default_factory=dict)


def _fold(text: str) -> str:
    return text.strip().lower().replace("_", "-").replace(" ", "-")


class PackageIndex:
    """Names are read once per set of channels and platform, latest versions once per name."""

    def __init__(self, pool: GatewayPool) -> None:
        self._pool = pool
        self._indexes: OrderedDict[tuple[str, ...], _Names] = OrderedDict()

    async def search(
        self,
        query: str,
        *,
        channels: Sequence[str],
        platform: str,
        limit: int,
        config: ChannelConfig,
    ) -> list[PackageHit]:
        """Names that are, begin with or contain *query*, in this order; short ones first.

        Case, ``-`` and ``_`` make no difference. Each name is shown for the first channel that
        has it. Raises :class:`ChannelUnreachable` or :class:`CredentialsMissing`.
        """
        if not _fold(query) or limit < 1:
            return []
        gateway, names = await self._names(channels, platform, config)
        shown = names.names.best(query, limit)
        await self._add_latest(gateway, names, shown, platform, config)
        return [
            PackageHit(name=name, channel=names.owner[name], latest=names.latest.get(name, ""))
            for name in shown
        ]

    async def versions(
        self, name: str, *, channels: Sequence[str], platform: str, config: ChannelConfig
    ) -> PackageVersions:
        """Versions of *name* in the first channel that has it, newest first, with their builds.

        Builds of a version come newest first too; the licence is the newest version's. Raises
        :class:`PackageMissing`, :class:`ChannelUnreachable` or :class:`CredentialsMissing`.
        """
        gateway, names = await self._names(channels, platform, config)
        channel = names.owner.get(name)
        if channel is None:
            raise PackageMissing(
                f"There is no package '{name}' for {platform} in {', '.join(channels)}.",
                "Check the spelling, or search for a part of the name.",
            )
        records = await self._records(gateway, [name], channel, platform, config)
        records.sort(key=lambda record: (record.version, record.build_number), reverse=True)
        builds: dict[str, list[str]] = {}
        for record in records:
            listed = builds.setdefault(str(record.version), [])
            if str(record.build) not in listed:
                listed.append(str(record.build))
        return PackageVersions(
            name=name,
            channel=channel,
            versions=list(builds),
            builds=builds,
            license=(records[0].license or "") if records else "",
        )

    async def _names(
        self, channels: Sequence[str], platform: str, config: ChannelConfig
    ) -> tuple[Gateway, _Names]:
        urls = {channel: resolve_channel(channel, config) for channel in channels}
        flat = [url for found in urls.values() for url in found]
        gateway = self._pool.get(config, flat)
        key = (self._pool.key(config), platform, *channels)
        names = self._indexes.get(key)
        if names is None or names.generation != self._pool.generation:
            names = await self._read_names(gateway, urls, platform)
            self._indexes[key] = names
            while len(self._indexes) > MAX_INDEXES:
                self._indexes.popitem(last=False)
        self._indexes.move_to_end(key)
        return gateway, names

    async def _read_names(
        self, gateway: Gateway, urls: dict[str, list[str]], platform: str
    ) -> _Names:
        from rattler import Channel
        from rattler.exceptions import GatewayError

        generation = self._pool.generation
        owner: dict[str, str] = {}
        for channel, found in urls.items():
            try:
                names = await gateway.names(
                    [Channel(url) for url in found],
                    subdirs(platform),
                )
            except GatewayError as error:
                raise explain_gateway(
                    str(error), Question(platform, found, [], {}, True)
                ) from error
            for name in names:
                owner.setdefault(name.normalized, channel)
        return _Names(generation, NameList(owner), owner)

    async def _add_latest(
        self,
        gateway: Gateway,
        names: _Names,
        shown: list[str],
        platform: str,
        config: ChannelConfig,
    ) -> None:
        unknown: dict[str, list[str]] = {}
        for name in shown:
            if name not in names.latest:
                unknown.setdefault(names.owner[name], []).append(name)
        for channel, some in unknown.items():
            best: dict[str, RepoDataRecord] = {}
            for record in await self._records(gateway, some, channel, platform, config):
                name = record.name.normalized
                if name not in best or record.version > best[name].version:
                    best[name] = record
            names.latest.update({name: str(record.version) for name, record in best.items()})

    async def _records(
        self,
        gateway: Gateway,
        names: list[str],
        channel: str,
        platform: str,
        config: ChannelConfig,
    ) -> list[RepoDataRecord]:
        from rattler import Channel, MatchSpec

        answer = await gateway.query(
            [Channel(url) for url in resolve_channel(channel, config)],
            subdirs(platform),
            [MatchSpec(name) for name in names],
            recursive=False,
        )
        return [record for source in answer for record in source]
