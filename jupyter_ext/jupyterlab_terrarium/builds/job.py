"""A job: what a supervisor asks of one worker, as JSON."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, Field

from ..artifacts.form import Subject
from ..models.base import BaseModel
from ..models.digest import platform_digest
from ..models.lock import Lock, PlatformLock
from ..models.problem import InvalidLock
from ..models.specification import Check
from ..store.paths import Layout

_SAFE = re.compile(r"[A-Za-z0-9_%][A-Za-z0-9_.+!%~-]{0,254}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Limits(BaseModel):
    """What a build may use; 0 means no limit."""

    model_config = ConfigDict(extra="forbid")

    max_bytes: int = Field(default=0, ge=0, description="Size of the finished prefix, bytes.")
    max_seconds: float = Field(default=0, ge=0, description="Wall-clock time.")
    memory_bytes: int = Field(
        default=0, ge=0, description="Resident memory of the worker and all it started."
    )


class StoreFiles(BaseModel):
    """Where a team store hands out the package files of one version, to whom *token* belongs."""

    url: str = Field(description="What the SHA-256 of a file is put after.")
    unix: Path | None = Field(default=None, description="Then the host in the URL means nothing.")
    token: str = Field(default="", repr=False)


class Job(BaseModel):
    """One build. ``digest`` is the platform digest of ``lock`` for ``platform``.

    Whose post-link scripts run is part of the lock and of the digest; the job cannot change it.
    """

    model_config = ConfigDict(extra="forbid")

    build_id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$")
    root: Path = Field(description="The store's root, absolute.")
    lock: Lock | Path = Field(description="The lock, or a file with its JSON.")
    platform: str
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    beside: str | None = Field(
        default=None,
        pattern=r"^[0-9a-f]{64}$",
        description="Build under this name instead, beside a prefix that is to be repaired.",
    )
    worker: str = Field(default="worker", pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")
    limits: Limits = Field(default_factory=Limits)
    link_script_policy: str = Field(
        default="", description="Why the other scripts do not run, for the warning."
    )
    sandbox: Literal["auto", "bwrap", "namespaces", "plain"] = "auto"
    mirrors: dict[str, list[str]] = Field(
        default_factory=dict, description="Mirror URLs by channel URL."
    )
    auth_file: Path | None = Field(default=None, description="Credentials, rattler's format.")
    offline: bool = False
    store_files: StoreFiles | None = Field(
        default=None, description="Asked for what a channel does not hand out."
    )
    private_channels: list[str] = Field(
        default_factory=list, description="URLs of channels that are not everybody's."
    )
    prove: list[str] = Field(
        default_factory=list,
        description="SHA-256 of package files that count as here only once their own address has "
        "handed them out again.",
    )
    keep_package_files: bool = Field(
        default=False, description="Keep what is fetched, for when its channel has it no more."
    )
    disk_reserve: int = Field(default=0, ge=0, description="Bytes to leave free on the disk.")
    checks: list[Check] = Field(
        default_factory=list, description="To be run when the prefix is complete."
    )
    only: list[str] | None = Field(
        default=None,
        description="SHA-256 of package files to fetch, one at a time, and make no prefix.",
    )
    keep_only: bool = Field(
        default=False,
        description="Have the files of ``only`` among the kept ones; the caches are left alone.",
    )
    nice: int = Field(default=10, ge=0, le=19)

    @property
    def layout(self) -> Layout:
        """The store that the job is for."""
        return Layout(self.root)

    @property
    def where(self) -> str:
        """What the prefix and its flock file are named by: the digest, unless built beside it."""
        return self.beside or self.digest

    def parts(self) -> tuple[Lock, PlatformLock]:
        """The lock and its part for the platform. Raises :class:`InvalidLock`."""
        lock = self.lock
        if isinstance(lock, Path):
            try:
                lock = Lock.model_validate_json(lock.read_bytes())
            except (OSError, ValueError) as error:
                raise InvalidLock(
                    f"The lock in {self.lock} cannot be read.", raw=str(error)
                ) from error
        part = lock.for_platform(self.platform)
        if part is None:
            raise InvalidLock(
                f"The lock has nothing for {self.platform}.",
                hint="Add the platform to the specification and make a new version.",
            )
        if platform_digest(lock, self.platform) != self.digest:
            raise InvalidLock("The lock is not the one that the job's digest names.")
        _check_names(part)
        return lock, part


class ArtifactJob(BaseModel):
    """One form of one version, to be made as a file."""

    model_config = ConfigDict(extra="forbid")

    #: First in the JSON: that is how a worker tells the two kinds of jobs apart.
    kind: Literal["artifact"] = "artifact"
    root: Path
    form: str
    platform: str = Field(description="Empty where there is one for all platforms.")
    options: dict[str, Any] = Field(default_factory=dict)
    subject: Subject
    digest: str = Field(default="", description="Of the prefix, for forms that need it.")
    worker: str = Field(default="worker", pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")
    limits: Limits = Field(default_factory=Limits)
    mirrors: dict[str, list[str]] = Field(default_factory=dict)
    auth_file: Path | None = None
    offline: bool = False
    store_files: StoreFiles | None = None
    private_channels: list[str] = Field(default_factory=list)
    disk_reserve: int = Field(default=0, ge=0)
    keep_package_files: bool = False
    bases: dict[str, str] = Field(default_factory=dict, description="Base images by name.")
    nice: int = Field(default=10, ge=0, le=19)

    @property
    def layout(self) -> Layout:
        """The store that the job is for."""
        return Layout(self.root)


def _check_names(part: PlatformLock) -> None:
    """Refuse what would lead out of the store when it becomes part of a path."""
    words = [
        word
        for package in part.conda
        for word in (package.name, package.version, package.build, package.file_name)
    ]
    words += [word for wheel in part.pip for word in (wheel.name, wheel.version, wheel.file_name)]
    hashes = [package.sha256 for package in part.conda] + [wheel.sha256 for wheel in part.pip]
    for word in words:
        if not _SAFE.fullmatch(word):
            raise InvalidLock(f"The lock holds a name that cannot be a file name: {word!r}.")
    for sha256 in hashes:
        if not _SHA256.fullmatch(sha256):
            raise InvalidLock(f"The lock holds something that is no SHA-256: {sha256!r}.")


_ARTIFACT = b'{"kind":"artifact"'


def read_job(source: str) -> Job | ArtifactJob:
    """The job in the file *source*, or on standard input for ``-``. Raises ``ValueError``."""
    data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    kind = ArtifactJob if data.startswith(_ARTIFACT) else Job
    return kind.model_validate_json(data)
