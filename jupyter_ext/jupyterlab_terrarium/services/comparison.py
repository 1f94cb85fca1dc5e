"""What changes between two locks, package by package."""

from __future__ import annotations

from collections import Counter
from typing import Any, Literal

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

#: Packages whose changes are remembered; a plan has some hundred.
_REMEMBERED = 8192

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


class ChangeMemory:
    """What happens to packages, once told: plans of one text after the other have most in common.

    Only where the same package is the same object each time, as in answers of the solver process.
    """

    def __init__(self) -> None:
        # By identity; the packages are held, so that no other can have that of one.
        self._known: dict[tuple[int, int, bool, bool], tuple[object, object, PlanChange]] = {}

    def change(
        self, before: CondaPackage | None, after: CondaPackage | None, cached: bool, script: bool
    ) -> PlanChange:
        """What happens to one conda package; nobody changes the answer."""
        key = id(before), id(after), cached, script
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                # Another thread may be doing the same: nothing is lost but time.
                self._known = {}
            known = before, after, _conda(before, after, cached, script)
            self._known[key] = known
        return known[2]


def _conda(
    before: CondaPackage | None, after: CondaPackage | None, cached: bool, script: bool
) -> PlanChange:
    change: dict[str, Any] = {"change": _conda_change(before, after)}
    if before is not None:
        change["name"] = before.name
        change["before"] = before.version
        change["build_before"] = before.build
        change["channel_before"] = before.channel
    if after is not None:
        change["name"] = after.name
        change["after"] = after.version
        change["build"] = after.build
        change["channel"] = after.channel
        change["size"] = after.size
        change["cached"] = cached
        change["requested"] = bool(after.requested)
        change["link_script"] = script
    return PlanChange.model_validate(change)


def _pip(name: str, old: PipPackage | None, new: PipPackage | None) -> PlanChange:
    change: dict[str, Any] = {"change": _pip_change(old, new), "name": name, "kind": "pip"}
    if old is not None:
        change["before"] = old.version
    if new is not None:
        change["after"] = new.version
        change["size"] = new.size
        change["requested"] = bool(new.requested)
    return PlanChange.model_validate(change)


def compare(
    base: PlatformLock | None,
    part: PlatformLock,
    cached: set[str],
    unpacked: float = USUAL_RATIO,
    memory: ChangeMemory | None = None,
) -> PlanPlatform:
    """The changes from *base* (nothing when ``None``) to *part*.

    *cached* holds the SHA-256 of the package files that need no download, *unpacked* is how many
    bytes on disk come of a byte of package file. With a *memory* what was told before is not
    worked out again.
    """
    memory = memory or ChangeMemory()
    scripted = set(part.link_scripts)
    changes: list[PlanChange] = []
    download = package_bytes = 0
    conda_before = {p.name: p for p in base.conda} if base else {}
    conda_after = {p.name: p for p in part.conda}
    for name in sorted({*conda_before, *conda_after}):
        before, after = conda_before.get(name), conda_after.get(name)
        here = script = False
        if after is not None:
            here = after.sha256 in cached
            script = bool(scripted) and after.file_name in scripted
            package_bytes += after.size
            if not here:
                download += after.size
        changes.append(memory.change(before, after, here, script))
    pip_before = {p.name: p for p in base.pip} if base else {}
    pip_after = {p.name: p for p in part.pip}
    for name in sorted({*pip_before, *pip_after}):
        old, new = pip_before.get(name), pip_after.get(name)
        size = new.size if new else 0
        download, package_bytes = download + size, package_bytes + size
        changes.append(_pip(name, old, new))
    # Those of each kind are in the order of their names, conda's come first.
    changes.sort(key=_place)
    count = Counter(_COUNTED.get(one.change, "changed") for one in changes)
    return PlanPlatform.model_construct(
        platform=part.platform,
        changes=changes,
        added=count["added"],
        changed=count["changed"],
        removed=count["removed"],
        kept=count["kept"],
        download=download,
        disk=round(download * unpacked),
        package_bytes=package_bytes,
    )


def _place(one: PlanChange) -> tuple[int, bool]:
    return _ORDER[one.change], not one.requested
