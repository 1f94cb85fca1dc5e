"""Where the files of packages come from: kept ones, their channels, or somewhere else instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from ..models.build_problem import ChannelUnreachable, CredentialsMissing, PackageMissing
from ..models.lock import CondaPackage, PipPackage
from ..models.problem import TerrariumError
from .download import download
from .kept_files import KeptFiles
from .private_files import PrivateFiles

if TYPE_CHECKING:
    from rattler.networking import Client


class Elsewhere(Protocol):
    """Who may have package files that their channels do not hand out."""

    async def __call__(
        self, package: CondaPackage | PipPackage, target: Path, on_bytes: Callable[[int], None]
    ) -> str | None:
        """Write the file to *target*; its SHA-256, or ``None`` when it is not to be had here."""


@dataclass
class PackageSources:
    """Gets package files for one build. Whoever asks compares the hash with that of the lock.

    *elsewhere* is asked for what a channel does not hand out: because it does not answer, wants a
    login, or has the file no more.
    """

    client: Client | None = None
    kept: KeptFiles | None = None
    elsewhere: Elsewhere | None = None
    private: PrivateFiles | None = None
    log: Callable[[str], None] = print
    #: Why hosts are not asked again in this build.
    _refusing: dict[str, TerrariumError] = field(default_factory=dict, init=False)

    async def get(
        self, package: CondaPackage | PipPackage, target: Path, on_bytes: Callable[[int], None]
    ) -> str:
        """Write the file of *package* to *target* and give its SHA-256.

        Raises what :func:`.download.download` raises, about the channel.
        """
        file = None if self.kept is None else self.kept.find(package.sha256)
        if file is not None:
            self.log(f"{package.file_name} was kept: taken from the store")
            return await download(self.client, file.as_uri(), target, on_bytes)
        if self.elsewhere is None:
            return await self._from_channel(package, target, on_bytes)
        host = urlsplit(package.url).netloc
        problem = self._refusing.get(host)
        if problem is None:
            try:
                return await self._from_channel(package, target, on_bytes)
            except (ChannelUnreachable, CredentialsMissing) as error:
                problem = self._refusing[host] = error
            except PackageMissing as error:
                problem = error
        found = await self.elsewhere(package, target, on_bytes)
        if found is None:
            raise problem
        self.log(f"{package.file_name} comes from the team store: {problem.message}")
        return found

    async def _from_channel(
        self, package: CondaPackage | PipPackage, target: Path, on_bytes: Callable[[int], None]
    ) -> str:
        found = await download(self.client, package.url, target, on_bytes)
        if self.private is not None:
            # Before anybody can find the file in a cache.
            self.private.came_from(found, package.url)
        return found

    def keep(self, file: Path, sha256: str) -> None:
        """Keep the verified *file* where package files are kept."""
        if self.kept is not None:
            self.kept.add(file, sha256)
