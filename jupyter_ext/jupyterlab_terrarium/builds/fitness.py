"""Whether what was locked can be installed on this server at all."""

from __future__ import annotations

from ..conda.virtual_packages import unmet_requirements
from ..models.build_problem import WrongMachine, WrongPlatform
from ..models.lock import Lock


def fits(lock: Lock, platform: str) -> bool:
    """Whether :func:`check_host` has nothing against *lock*."""
    try:
        check_host(lock, platform)
    except (WrongPlatform, WrongMachine):
        return False
    return True


def check_host(lock: Lock, platform: str) -> None:
    """Refuse in words what could not even be installed here.

    A GPU is not needed to install: an environment for one may be made ready anywhere. Raises
    :class:`WrongPlatform` or :class:`WrongMachine`.
    """
    part = lock.for_platform(platform)
    if part is None:
        present = ", ".join(part.platform for part in lock.platforms)
        raise WrongPlatform(
            f"this version is locked for {present}, not for this server ({platform})",
            f"Add {platform} to `platforms:`.",
        )
    wanted = unmet_requirements(part)
    unmet = [(package, wish) for package, wish in wanted if not wish.startswith("__cuda")]
    if unmet:
        wishes = ", ".join(f"{package} needs {wish}" for package, wish in unmet[:3])
        raise WrongMachine(
            f"this version is made for another machine: {wishes}",
            "Run it on a machine that has this, or solve its specification for this one.",
        )
