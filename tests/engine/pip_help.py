"""Hand-made wheels, and what locks `pip:` sections in tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

from jupyterlab_terrarium.models.lock import PlatformLock

#: (what `pip:` lists, conda's dependencies) -> the part for this platform
Locking = Callable[..., PlatformLock]


def make_wheel(
    directory: Path, name: str, version: str, *needs: str, tag: str = "py3-none-any"
) -> Path:
    """A wheel with metadata only."""
    directory.mkdir(parents=True, exist_ok=True)
    stem = f"{name}-{version}"
    path = directory / f"{stem}-{tag}.whl"
    requires = "".join(f"Requires-Dist: {need}\n" for need in needs)
    with ZipFile(path, "w") as archive:
        head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        extras = "Provides-Extra: more\n"
        archive.writestr(f"{stem}.dist-info/METADATA", head + extras + requires)
        archive.writestr(
            f"{stem}.dist-info/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n"
        )
        archive.writestr(f"{stem}.dist-info/RECORD", "")
    return path
