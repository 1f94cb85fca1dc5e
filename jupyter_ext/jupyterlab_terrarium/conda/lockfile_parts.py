"""A lock put together from checked entries, the same way for every kind of lockfile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from ..models.lock import CondaPackage, Lock, PipPackage, PlatformLock
from ..models.platforms import PLATFORMS
from .channels import canonical
from .lockfile_entries import Entry, check_url, conda_package, fail, pip_package, refuse
from .lockfile_extras import Extras

MAX_PACKAGES = 20_000

_Package = TypeVar("_Package", CondaPackage, PipPackage)


def checked_platforms(platforms: Iterable[str]) -> list[str]:
    """*platforms* without repetitions. Raises :class:`InvalidLock`."""
    listed = list(dict.fromkeys(platforms))
    if not listed:
        refuse("The lockfile names no platform.")
    for platform in listed:
        if platform not in PLATFORMS:
            refuse(
                f"The lockfile names the platform {platform[:40]!r}, which there is not.",
                f"Platforms are {', '.join(PLATFORMS)}.",
            )
    return listed


def check_number(packages: int) -> None:
    """Raise :class:`InvalidLock` when a lockfile lists too many packages to be meant."""
    if packages > MAX_PACKAGES:
        refuse(f"The lockfile lists {packages:,} packages; {MAX_PACKAGES:,} is the limit.")


def lock_of(
    entries: Iterable[Entry], *, platforms: Sequence[str], channels: Sequence[str], extras: Extras
) -> Lock:
    """The lock of *entries*, each of them checked; *extras* go before *channels* and facts.

    Raises :class:`InvalidLock`, naming the package concerned.
    """
    parts = {
        platform: (dict[str, CondaPackage](), dict[str, PipPackage]()) for platform in platforms
    }
    for entry in entries:
        if entry.platform not in parts:
            fail(entry, f"it is for '{entry.platform[:40]}', which `platforms` does not list")
        conda, pip = parts[entry.platform]
        if entry.manager == "conda":
            if not entry.name.startswith("__"):
                _add(conda, entry, conda_package(entry, extras))
        else:
            wheel = pip_package(entry, extras)
            _add(pip, entry, wheel)
    channels = extras.channels or list(channels)
    for channel in channels:
        check_url(channel, f"channel {canonical(channel)}")
    return Lock(
        platforms=[
            PlatformLock(
                platform=platform,
                conda=[conda[name] for name in sorted(conda)],
                pip=[pip[name] for name in sorted(pip)],
                virtual_packages=extras.virtual_packages.get(platform, {}),
                link_scripts=extras.link_scripts.get(platform, []),
            )
            for platform, (conda, pip) in parts.items()
        ],
        channels=channels,
        variables=extras.variables,
        run_link_scripts=extras.run_link_scripts,
    )


def _add(known: dict[str, _Package], entry: Entry, package: _Package) -> None:
    if package.name in known:
        fail(entry, "it is listed twice", "An environment has one version of each package.")
    known[package.name] = package
