"""What changes between two locks, package by package."""

from __future__ import annotations

from collections import Counter
from typing import Any, Literal

from ..builds.estimates import USUAL_RATIO
from ..conda.versions import newer
from ..models.lock import CondaPackage, PipPackage, PlatformLock
from ..models.plan import PlanPlatform

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
    # Plain data, made into models in one go: people type, and every plan has hundreds of these.
    changes: list[dict[str, Any]] = []
    download = 0
    conda_before = {p.name: p for p in base.conda} if base else {}
    conda_after = {p.name: p for p in part.conda}
    for name in sorted({*conda_before, *conda_after}):
        before, after = conda_before.get(name), conda_after.get(name)
        here = after is not None and after.sha256 in cached
        if after is not None and not here:
            download += after.size
        change: dict[str, Any] = {"change": _conda_change(before, after), "name": name}
        if before is not None:
            change["before"] = before.version
            change["build_before"] = before.build
            change["channel_before"] = before.channel
        if after is not None:
            change["after"] = after.version
            change["build"] = after.build
            change["channel"] = after.channel
            change["size"] = after.size
            change["cached"] = here
            change["requested"] = bool(after.requested)
            change["link_script"] = bool(scripted) and after.file_name in scripted
        changes.append(change)
    pip_before = {p.name: p for p in base.pip} if base else {}
    pip_after = {p.name: p for p in part.pip}
    for name in sorted({*pip_before, *pip_after}):
        old, new = pip_before.get(name), pip_after.get(name)
        download += new.size if new else 0
        change = {"change": _pip_change(old, new), "name": name, "kind": "pip"}
        if old is not None:
            change["before"] = old.version
        if new is not None:
            change["after"] = new.version
            change["size"] = new.size
            change["requested"] = bool(new.requested)
        changes.append(change)
    # Those of each kind are in the order of their names, conda's come first.
    changes.sort(key=lambda one: (_ORDER[one["change"]], not one.get("requested")))
    count = Counter(_COUNTED.get(one["change"], "changed") for one in changes)
    return PlanPlatform.model_validate(
        {
            "platform": part.platform,
            "changes": changes,
            "added": count["added"],
            "changed": count["changed"],
            "removed": count["removed"],
            "kept": count["kept"],
            "download": download,
            "disk": round(download * unpacked),
            "package_bytes": sum(p.size for p in part.conda) + sum(p.size for p in part.pip),
        }
    )
