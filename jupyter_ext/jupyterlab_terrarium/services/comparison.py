"""What changes between two locks, package by package."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from ..builds.estimates import USUAL_RATIO
from ..conda.versions import newer
from ..models.lock import CondaPackage, PipPackage, PlatformLock
from ..models.plan import PlanChange, PlanPlatform

Change = Literal["added", "removed", "up", "down", "rebuilt", "channel", "kept"]
_ORDER: dict[Change, int] = {
    "removed": 0,
    "added": 1,
    "up": 1,
    "down": 1,
    "rebuilt": 2,
    "channel": 2,
    "kept": 3,
}
_COUNTED = {"added": "added", "removed": "removed", "kept": "kept"}

KERNEL_PACKAGES = frozenset(
    {
        "ipykernel",
        "xeus-python",
        "r-irkernel",
        "bash_kernel",
        "bash-kernel",
        "ijulia",
        "xeus-cling",
        "xeus-r",
        "xeus-sql",
        "octave_kernel",
        "sos-notebook",
        "metakernel",
        "calysto_bash",
        "sage",
        "spyder-kernels",
    }
)


def has_kernel(part: PlatformLock) -> bool:
    """Whether a package known to bring a kernel is among the package files."""
    return any(package.name in KERNEL_PACKAGES for package in part.conda) or any(
        package.name in KERNEL_PACKAGES for package in part.pip
    )


def _conda_change(before: CondaPackage | None, after: CondaPackage | None) -> Change:
    if before is None:
        return "added"
    if after is None:
        return "removed"
    if before.version != after.version:
        return "up" if newer(after.version, before.version) else "down"
    if before.sha256 == after.sha256:
        return "kept"
    return "rebuilt" if before.channel == after.channel else "channel"


def _pip_change(before: PipPackage | None, after: PipPackage | None) -> Change:
    if before is None:
        return "added"
    if after is None:
        return "removed"
    if before.version != after.version:
        return "up" if newer(after.version, before.version) else "down"
    return "kept" if before.sha256 == after.sha256 else "rebuilt"


def compare(
    base: PlatformLock | None,
    part: PlatformLock,
    cached: set[str],
    unpacked: float = USUAL_RATIO,
) -> PlanPlatform:
    """The changes from *base* (nothing when ``None``) to *part*.

    *cached* holds the SHA-256 of the package files that need no download, *unpacked* is how many
    bytes on disk come of a byte of package file.
    """
    scripted = set(part.link_scripts)
    changes: list[PlanChange] = []
    download = 0
    conda_before = {p.name: p for p in base.conda} if base else {}
    conda_after = {p.name: p for p in part.conda}
    for name in sorted({*conda_before, *conda_after}):
        before, after = conda_before.get(name), conda_after.get(name)
        here = after is not None and after.sha256 in cached
        if after is not None and not here:
            download += after.size
        changes.append(
            PlanChange(
                change=_conda_change(before, after),
                name=name,
                before=before.version if before else "",
                after=after.version if after else "",
                build=after.build if after else "",
                channel=after.channel if after else "",
                build_before=before.build if before else "",
                channel_before=before.channel if before else "",
                size=after.size if after else 0,
                cached=here,
                requested=bool(after and after.requested),
                link_script=bool(after and after.file_name in scripted),
            )
        )
    pip_before = {p.name: p for p in base.pip} if base else {}
    pip_after = {p.name: p for p in part.pip}
    for name in sorted({*pip_before, *pip_after}):
        old, new = pip_before.get(name), pip_after.get(name)
        download += new.size if new else 0
        changes.append(
            PlanChange(
                change=_pip_change(old, new),
                name=name,
                kind="pip",
                before=old.version if old else "",
                after=new.version if new else "",
                size=new.size if new else 0,
                requested=bool(new and new.requested),
            )
        )
    changes.sort(key=lambda item: (_ORDER[item.change], not item.requested, item.kind, item.name))
    count = Counter(_COUNTED.get(item.change, "changed") for item in changes)
    return PlanPlatform(
        platform=part.platform,
        changes=changes,
        added=count["added"],
        changed=count["changed"],
        removed=count["removed"],
        kept=count["kept"],
        download=download,
        disk=round(download * unpacked),
        package_bytes=sum(p.size for p in part.conda) + sum(p.size for p in part.pip),
    )
