"""What can be wrong with a store's root, told at start and in words."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from ..models.build_problem import DiskFull
from ..models.problem import Finding, StoreUnusable
from .paths import Layout

# Conda packages reserve this many bytes for the prefix's path (CEP 20, conda-build's placeholder).
PLACEHOLDER_BYTES = 255
PREFIX_NAME_BYTES = 32
LOW_DISK_BYTES = 2 * 1024**3
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "lustre", "gpfs", "beegfs", "ceph", "fuse.sshfs", "9p"}
)


def file_system(path: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """Type of the file system that holds *path*, or an empty text where that cannot be told."""
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    target = os.path.realpath(path)
    for line in lines:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = fields[1].replace("\\040", " ")
        inside = target == point or target.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind


def is_network(path: Path) -> bool:
    """Whether *path* lies on a network file system, where SQLite's WAL mode must not be used."""
    return file_system(path) in _NETWORK


def prepare_root(layout: Layout) -> list[Finding]:
    """Make the directories of a store and look for trouble.

    Returns notices that permit work. Raises :class:`StoreUnusable` for what does not.
    """
    root = layout.root
    length = len(os.fsencode(layout.prefixes)) + 1 + PREFIX_NAME_BYTES
    if length > PLACEHOLDER_BYTES:
        raise StoreUnusable(
            f"the store's path is too long: a prefix in it has {length} bytes, and conda packages "
            f"have room for {PLACEHOLDER_BYTES}",
            "Set `TerrariumSettings.root` to a shorter path.",
        )
    try:
        layout.create()
        probe = root / f".write-test-{os.getpid()}"
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        raise StoreUnusable(
            f"the store's directory cannot be written: {root} ({error.strerror})",
            "Free space there, mend its permissions, or set `TerrariumSettings.root` to another "
            "directory.",
        ) from None
    return _notices(layout)


def require_space(root: Path, needed: int, reserve: int) -> None:
    """Refuse to begin what would need *needed* bytes and leave less than *reserve* free.

    Raises :class:`DiskFull` with what is free and what is needed.
    """
    free = shutil.disk_usage(root).free
    if free - needed >= reserve:
        return
    kept = f", and {_megabytes(reserve)} are to stay free" if reserve else ""
    wanted = f"needs about {_megabytes(needed)}" if needed else "cannot begin"
    raise DiskFull(
        f"The build {wanted}: {_megabytes(free)} are free on the disk that holds {root}{kept}.",
        hint="`jupyter terrarium clean` tells what nobody needs any more. Remove that, delete "
        "environments, or give the store another disk; then build again.",
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


def _notices(layout: Layout) -> list[Finding]:
    notices = []
    free = shutil.disk_usage(layout.root).free
    if free < LOW_DISK_BYTES:
        notices.append(
            Finding(
                message=f"only {_megabytes(free)} are free where the store lies ({layout.root})",
                hint="`jupyter terrarium clean` tells what nobody needs any more. Or set "
                "`TerrariumSettings.root` to a larger disk.",
            )
        )
    if is_network(layout.root):
        notices.append(
            Finding(
                message=f"the store lies on a network file system ({file_system(layout.root)}): "
                "its database works there without WAL, slower and for one machine only",
                hint="Set `TerrariumSettings.root` to a local disk, or use a team store.",
            )
        )
    devices = {path.stat().st_dev for path in (layout.packages, layout.workers, layout.prefixes)}
    if len(devices) > 1:
        notices.append(
            Finding(
                message="the package cache and the prefixes lie on different devices: files are "
                "copied instead of linked, which takes more time and space",
                hint="Put both on one device.",
            )
        )
    return notices
