"""The `pip:` part of a lock: wheels, verified by us, unpacked by uv into the prefix.

uv gets only files that we fetched and hashed, no network and no index. It asks the prefix's
interpreter about itself, so it runs in the sandbox, where that interpreter can write to uv's
cache. Each build has its own one therefore, and what was installed is compared with the verified
wheels file by file.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from ..faults import fault_point
from ..models.build_problem import BuildFailed, HashMismatch, PipConflict
from ..models.lock import PipPackage
from .files import break_hard_link, move_to_trash, sha256_of
from .manifest import FileList
from .runner import Completed, PythonInfo, Workplace
from .sources import PackageSources
from .wheel_files import WheelFiles, read_wheel

TIMEOUT = 1800.0
CHECK_TIMEOUT = 120.0


def wheel_path(wheels: Path, package: PipPackage) -> Path:
    """Where a verified wheel is kept."""
    return wheels / package.sha256 / package.file_name


async def fetch_wheels(
    sources: PackageSources,
    wheels: Path,
    own: Path,
    trash: Path,
    packages: Sequence[PipPackage],
    on_bytes: Callable[[int, str], None],
) -> None:
    """Make sure that every wheel is in *wheels*, with the SHA-256 of the lock.

    Wheels that are there already are hashed again. Raises what
    :meth:`.PackageSources.get` raises, and :class:`HashMismatch`.
    """
    for package in packages:
        target = wheel_path(wheels, package)
        if target.is_file():
            if sha256_of(target) == package.sha256:
                sources.keep(target, package.sha256)
                on_bytes(package.size, package.name)
                continue
            move_to_trash(target.parent, trash)
        staged = own / f"wheel-{package.sha256[:12]}"
        staged.mkdir()
        file = staged / package.file_name
        found = await sources.get(package, file, partial(_name_last, on_bytes, package.name))
        if found != package.sha256:
            raise HashMismatch(
                f"{package.file_name} is not the file that the lock names: its SHA-256 is "
                f"{found}, the lock says {package.sha256}.",
                hint="The wheel was replaced after the environment was solved. If that was "
                "intended, make a new version; if not, tell the index's owner.",
            )
        sources.keep(file, package.sha256)
        fault_point("wheel.fetched")
        try:
            staged.rename(target.parent)
        except OSError:
            move_to_trash(staged, trash)
        fault_point("wheel.stored")


def _name_last(on_bytes: Callable[[int, str], None], name: str, count: int) -> None:
    on_bytes(count, name)


def install(place: Workplace, wheels: Path, files: FileList) -> dict[str, list[str]]:
    """Install the wheels of the lock; gives the paths in the prefix by package name.

    Raises :class:`PipConflict` when they contradict what is installed, :class:`BuildFailed`,
    :class:`HashMismatch`.
    """
    packages = place.part.pip
    python = place.python
    if not packages:
        return {}
    if python is None:
        raise BuildFailed(
            "The specification has a pip section but no Python.",
            hint="Add `python` to the dependencies.",
        )
    # Not shared: programs of this prefix can write to it.
    uv_cache = place.own / "uv-cache"
    uv_cache.mkdir()
    known = {package.name: read_wheel(wheel_path(wheels, package), python) for package in packages}
    _protect_cache(place, python, wheels, packages)
    _run_uv(place, python, wheels, uv_cache, packages)
    installed = _read_installed(place.prefix, python, packages)
    for name, paths in installed.items():
        for path in paths:
            if not known[name].is_installed(place.prefix, path):
                raise HashMismatch(
                    f"What was installed for {name} is not what its wheel holds: {path}.",
                    hint="A package of the environment changes what is installed, or another "
                    "program writes to the store's directory.",
                )
    for name, paths in installed.items():
        _add(place.prefix, name, paths, known[name], files)
    _check(place, python, uv_cache, {package.name for package in packages})
    return installed


def _run_uv(
    place: Workplace,
    python: PythonInfo,
    wheels: Path,
    uv_cache: Path,
    packages: Sequence[PipPackage],
) -> None:
    requirements = place.own / "requirements.txt"
    # Not as direct references: an installed direct_url.json would hold a path of this machine.
    lines = [f"--find-links {wheel_path(wheels, package).parent.as_uri()}" for package in packages]
    lines += [f"{p.name}=={p.version} --hash=sha256:{p.sha256}" for p in packages]
    requirements.write_text("\n".join(lines) + "\n", "utf-8")
    done = _uv(
        place,
        python,
        uv_cache,
        [
            *("install", "--requirement", str(requirements), "--no-index"),
            *("--offline", "--no-deps", "--require-hashes", "--no-build"),
            *("--link-mode", "copy", "--no-config", "--strict"),
        ],
        [place.own, wheels],
        TIMEOUT,
    )
    if done.returncode != 0:
        raise BuildFailed(
            "uv could not install the pip section"
            + (f" within {TIMEOUT:.0f} seconds." if done.timed_out else "."),
            hint="The log has uv's own words. A wheel for another Python or platform in the lock "
            "is the usual cause: make a new version, so that it is locked again.",
            raw=done.output,
        )


def _uv(
    place: Workplace,
    python: PythonInfo,
    uv_cache: Path,
    arguments: Sequence[str],
    read: Sequence[Path],
    timeout: float,
) -> Completed:
    from uv import find_uv_bin

    program = find_uv_bin()
    return place.run(
        [program, "pip", *arguments, "--python", str(place.prefix / python.executable)],
        writable=[place.prefix, uv_cache],
        read=[Path(program), *read],
        timeout=timeout,
        env_extra={
            "UV_CACHE_DIR": str(uv_cache),
            "UV_PYTHON_DOWNLOADS": "never",
            "UV_NO_PROGRESS": "1",
            "UV_BREAK_SYSTEM_PACKAGES": "1",
            "NO_COLOR": "1",
        },
        on_line=place.log,
    )


def _protect_cache(
    place: Workplace, python: PythonInfo, wheels: Path, packages: Iterable[PipPackage]
) -> None:
    """Copy files that a wheel will overwrite: they are hard links into the package cache."""
    for package in packages:
        with zipfile.ZipFile(wheel_path(wheels, package)) as archive:
            for name in archive.namelist():
                target = place.prefix / python.site_packages / name
                if target.is_file():
                    place.warn(f"{package.file_name} overwrites {name} of a conda package.")
                    break_hard_link(target)


def _read_installed(
    prefix: Path, python: PythonInfo, packages: Sequence[PipPackage]
) -> dict[str, list[str]]:
    """Paths by package, from the RECORD files (PyPA, "Recording installed projects")."""
    site_packages = prefix / python.site_packages
    records = {
        _normal(path.parent.name.split("-", 1)[0]): path
        for path in site_packages.glob("*.dist-info/RECORD")
    }
    found: dict[str, list[str]] = {}
    for package in packages:
        record = records.get(_normal(package.name))
        if record is None:
            raise BuildFailed(f"uv did not install {package.name}.", hint="See the log.")
        rows = csv.reader(io.StringIO(record.read_text("utf-8")))
        paths = [(site_packages / row[0]).resolve() for row in rows if row]
        root = prefix.resolve()
        found[package.name] = sorted(
            path.relative_to(root).as_posix() for path in paths if path.is_relative_to(root)
        )
    return found


def _add(
    prefix: Path, package: str, paths: Iterable[str], known: WheelFiles, files: FileList
) -> None:
    for path in paths:
        expected = known.hashes.get(path)
        if expected is None and (script := known.scripts.get(path.rpartition("/")[2])) is not None:
            # One without a line for Python in it is the same everywhere.
            original = hashlib.sha256(script).hexdigest()
            expected = original if sha256_of(prefix / path) == original else None
        if expected is not None:
            files.add_file(path, expected, package, "file", (prefix / path).stat().st_size)
        else:
            files.add_generated(prefix, [path], package)


def _check(place: Workplace, python: PythonInfo, uv_cache: Path, ours: set[str]) -> None:
    """`uv pip check`: what the pip part contradicts is an error, the rest a warning."""
    done = _uv(place, python, uv_cache, ["check"], [], CHECK_TIMEOUT)
    if done.returncode == 0:
        return
    names = {_normal(name) for name in ours}
    complaints = [line for line in done.output.splitlines() if line.startswith("The package `")]
    introduced = [line for line in complaints if names & set(map(_normal, line.split("`")[1::2]))]
    if introduced:
        raise PipConflict(
            "The pip section contradicts what is installed: " + " ".join(introduced),
            hint="Loosen the requirement, or take the package from a conda channel.",
            raw=done.output,
        )
    place.warn("`uv pip check` complains: " + " ".join(complaints or [done.output.strip()[-300:]]))


def _normal(name: str) -> str:
    """PEP 503, so that spellings of one name are equal; a requirement's version is cut off."""
    head = "".join(c if c.isalnum() or c in "-_." else " " for c in name).split()
    return (head[0] if head else "").lower().replace("_", "-").replace(".", "-")
