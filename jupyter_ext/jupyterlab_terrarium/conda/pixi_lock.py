"""Locks as pixi.lock files: version 6 is written, which rattler and every pixi since 0.41 read.

https://pixi.sh/latest/workspace/lockfile/ - written by hand, because py-rattler's writer has no
field for the hash of a wheel and makes paths of ``file:`` URLs; read by py-rattler, which knows all
versions of the format and what they leave to be derived.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.requirements import InvalidRequirement, Requirement

from ..models.lock import CondaPackage, Lock, PipPackage
from .lock_channels import channel_urls
from .lockfile_entries import Entry, refuse
from .lockfile_extras import KNOWN_TO_PIXI, Extras
from .lockfile_parts import check_number, checked_platforms, lock_of
from .lockfile_text import dump_text, load_text

if TYPE_CHECKING:
    from rattler import LockedPackage
    from rattler.lock import Environment

_ENVIRONMENT = "default"
_PYPI = "https://pypi.org/simple"
_MAX_VERSION = 7
_HEADER = """\
# A pixi.lock: exact package files with their hashes, one list for all platforms.
# Beside a pixi.toml: `pixi install --frozen`. The last line is for Terrarium alone.
"""


def write_pixi_lock(lock: Lock, indexes: Sequence[str] = ()) -> str:
    """*lock* as the text of a pixi.lock with one environment, the same for the same lock.

    *indexes* are those of the wheels; default: PyPI.
    """
    packages: dict[str, dict[str, Any]] = {}
    parts: dict[str, list[dict[str, str]]] = {}
    for part in lock.platforms:
        listed = parts[part.platform] = []
        for package in sorted(part.conda, key=lambda one: one.name):
            listed.append({"conda": package.url})
            packages[package.url] = _of_conda(package)
        for wheel in sorted(part.pip, key=lambda one: one.name):
            listed.append({"pypi": wheel.url})
            packages[wheel.url] = _of_pip(wheel)
    environment: dict[str, Any] = {
        "channels": [{"url": url.rstrip("/") + "/"} for url in channel_urls(lock)]
    }
    if any(part.pip for part in lock.platforms):
        environment["indexes"] = list(indexes) or [_PYPI]
    environment["packages"] = parts
    document = {
        "version": 6,
        "environments": {_ENVIRONMENT: environment},
        "packages": sorted(packages.values(), key=lambda one: next(iter(one.items()))),
    }
    return f"{_HEADER}{dump_text(document)}{Extras.of(lock, KNOWN_TO_PIXI).note()}\n"


def _of_conda(package: CondaPackage) -> dict[str, Any]:
    return {
        "conda": package.url,
        "subdir": package.subdir,
        "build_number": package.build_number,
        **({"noarch": package.noarch} if package.noarch else {}),
        "sha256": package.sha256,
        **({"md5": package.md5} if package.md5 else {}),
        **({"depends": list(package.depends)} if package.depends else {}),
        **({"constrains": list(package.constrains)} if package.constrains else {}),
        "channel": package.channel.rstrip("/") + "/",
        **({"license": package.license} if package.license else {}),
        **({"size": package.size} if package.size else {}),
        **({"timestamp": package.timestamp} if package.timestamp else {}),
        **(
            {"python_site_packages_path": package.python_site_packages_path}
            if package.python_site_packages_path
            else {}
        ),
    }


def _of_pip(wheel: PipPackage) -> dict[str, Any]:
    needs = [need for need in wheel.depends if _is_requirement(need)]
    return {
        "pypi": wheel.url,
        "name": wheel.name,
        "version": wheel.version,
        "sha256": wheel.sha256,
        **({"requires_dist": needs} if needs else {}),
    }


def _is_requirement(text: str) -> bool:
    try:
        Requirement(text)
    except InvalidRequirement:
        return False
    return True


def read_pixi_lock(text: str) -> Lock:
    """The lock of the default environment of a pixi.lock. The text may come from anybody.

    Raises :class:`InvalidLock`, naming the package concerned.
    """
    document = load_text(text)
    version = str(document.get("version", ""))
    if not version.isdigit() or not 1 <= int(version[:9]) <= _MAX_VERSION:
        refuse(
            f"This pixi.lock has the version {version[:20]!r}; {_MAX_VERSION} is the newest known.",
            "Write it with another version of pixi, or upgrade jupyterlab-terrarium.",
        )
    packages = document.get("packages")
    check_number(len(packages) if isinstance(packages, list) else 0)
    extras = Extras.noted(text) or Extras()
    environment = _parsed(text)
    # py-rattler has parsed the same text, so the shapes are known; but it tells platforms in any
    # order, and no URLs of channels.
    written = document["environments"][_ENVIRONMENT]
    platforms = {platform.name: platform for platform in environment.platforms()}
    ordered = [name for name in written["packages"] if name in platforms]
    entries = [
        _entry(package, name)
        for name in ordered
        for package in environment.packages(platforms[name]) or []
    ]
    return lock_of(
        entries,
        platforms=checked_platforms(ordered),
        channels=_channels(written),
        extras=extras,
    )


def _channels(environment: dict[str, Any]) -> list[str]:
    listed = [
        one["url"] if isinstance(one, dict) else one for one in environment.get("channels") or []
    ]
    return [url.rstrip("/") for url in listed]


def _parsed(text: str) -> Environment:
    from rattler import LockFile
    from rattler.exceptions import ParseCondaLockError

    with tempfile.TemporaryDirectory(prefix="terrarium-lock-") as directory:
        path = Path(directory) / "pixi.lock"
        path.write_text(text, encoding="utf-8", errors="surrogatepass")
        try:
            lockfile = LockFile.from_path(path)
        except ParseCondaLockError as error:
            refuse(
                f"This pixi.lock is not valid: {error}.",
                "Write it again with `pixi lock`, or export it again from Terrarium.",
            )
    environment = lockfile.environment(_ENVIRONMENT)
    if environment is None:
        names = ", ".join(name for name, _ in list(lockfile.environments())[:20])
        refuse(
            f"This pixi.lock has no environment `{_ENVIRONMENT}`; it has {names or 'none'}.",
            "The environment that Terrarium reads is the one of that name.",
        )
    return environment


def _entry(package: LockedPackage, platform: str) -> Entry:
    from rattler import CondaLockedBinaryPackage, PypiLockedPackage

    sha256 = _sha256(package)
    record = package.package_record if isinstance(package, CondaLockedBinaryPackage) else None
    if isinstance(package, CondaLockedBinaryPackage) and record is not None:
        noarch = record.noarch
        stamp = record.timestamp
        return Entry(
            manager="conda",
            name=record.name.normalized,
            version=str(record.version),
            platform=platform,
            url=package.repo_data_record().url,
            sha256=sha256,
            md5=record.md5.hex() if record.md5 else "",
            depends=list(record.depends),
            facts={
                "build_number": record.build_number,
                "noarch": "python" if noarch.python else "generic" if noarch.generic else "",
                "constrains": list(record.constrains),
                "channel": package.repo_data_record().channel or package.location.rsplit("/", 2)[0],
                "license": record.license or "",
                "size": record.size or 0,
                "timestamp": round(stamp.timestamp() * 1000) if stamp else 0,
                "python_site_packages_path": record.python_site_packages_path or "",
            },
        )
    where = package.location
    if not isinstance(package, PypiLockedPackage):
        refuse(
            f"The lockfile's package '{package.name[:80]}' for {platform} is built from source.",
            "Only package files can be installed from a lock: publish it in a channel.",
        )
    return Entry(
        manager="pip",
        name=package.name,
        version=package.version,
        platform=platform,
        url=Path(where).as_uri() if where.startswith("/") else where,
        sha256=sha256,
        depends=[need.replace(";", " ;") for need in package.requires_dist],
    )


def _sha256(package: LockedPackage) -> str:
    try:
        found = package.hashes.sha256 if package.hashes is not None else None
    except AttributeError:
        # py-rattler 0.28 wraps the hashes of a package that has none, and stumbles over them.
        return ""
    return found.hex() if found else ""
