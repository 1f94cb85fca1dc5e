"""Locks as conda-lock v1 files, the form in which they are exchanged.

Written and read through the conda-lock package's own models; importing it costs a second or two,
so it is imported only here and only when a file is really read or written. What its format has no
field for travels in ``custom_metadata`` (see :mod:`.lockfile_extras`), so that the file alone
reproduces the digest.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import md5
from typing import TYPE_CHECKING

from ..models.digest import platform_digest
from ..models.lock import CondaPackage, Lock
from ..models.problem import InvalidLock
from ..models.specification import Specification
from .channels import local_directory
from .lockfile_entries import Entry, not_valid, refuse
from .lockfile_extras import KEY, Extras
from .lockfile_parts import check_number, checked_platforms, lock_of
from .lockfile_text import dump_text, load_text

if TYPE_CHECKING:
    from conda_lock.lockfile.v2prelim.models import LockedDependency, Lockfile

_HEADER = """\
# A conda-lock v1 file: exact package files with their hashes, one list for all platforms.
# Written by jupyterlab-terrarium; read by it, by conda-lock, mamba, micromamba and pixi.
#     conda-lock install --name YOURENV conda-lock.yml
"""
#: What `conda-lock install` installs when it is not told otherwise.
CATEGORIES = frozenset({"main", "dev"})


def write_conda_lock(lock: Lock, spec: Specification | None = None) -> str:
    """*lock* as the text of a conda-lock v1 file, the same for the same lock.

    *spec* only adds the name that `conda-lock` may show. Raises :class:`InvalidLock` when a
    package has no MD5, which that format demands.
    """
    from conda_lock.lockfile.v2prelim.models import LockedDependency, Lockfile, LockMeta

    packages: list[LockedDependency] = []
    for part in lock.platforms:
        for package in part.conda:
            packages.append(
                LockedDependency(
                    name=package.name,
                    version=package.version,
                    manager="conda",
                    platform=part.platform,
                    dependencies=_dependencies(package.depends),
                    url=package.url,
                    hash={"md5": _md5(package), "sha256": package.sha256},
                    categories={"main"},
                    build=package.build,
                )
            )
        for wheel in part.pip:
            packages.append(
                LockedDependency(
                    name=wheel.name,
                    version=wheel.version,
                    manager="pip",
                    platform=part.platform,
                    dependencies=_dependencies(wheel.depends),
                    url=wheel.url,
                    hash={"sha256": wheel.sha256},
                    categories={"main"},
                )
            )
    content = Lockfile(
        package=packages,
        metadata=LockMeta(
            content_hash={
                part.platform: platform_digest(lock, part.platform) for part in lock.platforms
            },
            channels=list(lock.channels),
            platforms=[part.platform for part in lock.platforms],
            sources=[f"{spec.name}.yml" if spec and spec.name else "environment.yml"],
            custom_metadata={KEY: Extras.of(lock).to_text()},
        ),
    )
    content.alphasort_inplace()
    return _HEADER + dump_text(content.to_v1().dict_for_output())


def read_conda_lock(text: str) -> Lock:
    """The lock that a conda-lock v1 file holds. The text may come from anybody.

    Raises :class:`InvalidLock`, naming the package concerned.
    """
    extras_text, lockfile = _parse(text)
    return lock_of(
        (_entry(one) for one in lockfile.package if one.categories & CATEGORIES),
        platforms=checked_platforms(lockfile.metadata.platforms),
        channels=[channel.url for channel in lockfile.metadata.channels],
        extras=Extras.from_text(extras_text),
    )


def _parse(text: str) -> tuple[str | None, Lockfile]:
    content = load_text(text)
    version = content.pop("version", None)
    if version != "1":
        refuse(
            f"This is no conda-lock file of version 1 (`version` is {version or 'not there'}).",
            "Make one with `conda-lock lock` or export one from Terrarium.",
        )
    packages = content.get("package")
    check_number(len(packages) if isinstance(packages, list) else 0)
    from conda_lock.lockfile.v1.models import Lockfile as LockfileV1
    from conda_lock.lockfile.v2prelim.models import lockfile_v1_to_v2
    from pydantic import ValidationError

    try:
        first = LockfileV1.model_validate(content)
    except ValidationError as error:
        raise not_valid(error) from None
    except KeyError:
        # conda-lock's own check of hashes looks at the manager before that was checked.
        refuse("The lockfile has a package whose `manager` is neither conda nor pip.")
    try:
        lockfile = lockfile_v1_to_v2(first)
    except AssertionError:
        refuse("The lockfile lists a package twice for the same platform and category.")
    custom = lockfile.metadata.custom_metadata or {}
    return custom.get(KEY), lockfile


def _entry(one: LockedDependency) -> Entry:
    return Entry(
        manager="conda" if one.manager == "conda" else "pip",
        name=one.name,
        version=one.version,
        platform=one.platform,
        url=str(one.url),
        sha256=str(one.hash.sha256 or ""),
        md5=one.hash.md5 or "",
        depends=[f"{key} {value}".strip() for key, value in one.dependencies.items()],
    )


def _md5(package: CondaPackage) -> str:
    if package.md5:
        return package.md5
    path = local_directory(package.url)
    if path is not None and path.is_file():
        return md5(path.read_bytes(), usedforsecurity=False).hexdigest()
    raise InvalidLock(
        f"{package.file_name} has no MD5 in its channel's index; conda-lock's format wants one.",
        "Index the channel again with a tool that writes MD5.",
    )


def _dependencies(depends: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in depends:
        name, _, constraint = text.partition(" ")
        before = found.get(name)
        found[name] = (
            f"{before},{constraint}" if before and constraint else constraint or before or ""
        )
    return found
