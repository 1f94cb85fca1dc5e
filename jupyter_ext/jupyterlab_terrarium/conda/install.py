"""Linking verified packages into a prefix with py-rattler, and setting right what it leaves.

py-rattler looks packages up in cache layers by name, version and build. Ours are stored by
SHA-256, so each build gets a *view*: a directory of symbolic links to exactly the entries that its
lock names. The view is the build's own cache layer: builds run side by side, and two files of the
same name from different channels never meet.
"""

from __future__ import annotations

import json
import os
import secrets
import struct
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ..models.build_problem import BuildFailed
from ..models.lock import CondaPackage
from .files import write_atomically
from .seal import Entry, entry_name

if TYPE_CHECKING:
    from rattler import RepoDataRecord
    from rattler.install import InstallerReporter

REVISION = struct.pack(">Q", 1)


@dataclass(frozen=True)
class View:
    """The cache layers of one build: *strict* is read in full before linking, *lenient* is not."""

    root: Path
    entries: Mapping[str, Entry]

    @property
    def strict(self) -> Path:
        """Packages whose ``paths.json`` vouches for every file."""
        return self.root / "strict"

    @property
    def lenient(self) -> Path:
        """Packages whose files were compared with the seal just now."""
        return self.root / "lenient"


def make_view(own: Path, entries: Mapping[str, Entry]) -> View:
    """Make the layers under the worker's *own* directory."""
    view = View(own / f"view-{secrets.token_hex(6)}", entries)
    view.strict.mkdir(parents=True)
    view.lenient.mkdir()
    for entry in entries.values():
        layer = view.lenient if entry.lenient else view.strict
        name = entry.directory.name
        (layer / name).symlink_to(entry.directory)
        # py-rattler's record of an entry: revision and SHA-256 (rattler_cache, cache_lock.rs).
        (layer / f"{name}.lock").write_bytes(REVISION + bytes.fromhex(entry.sha256))
    return view


def make_record(package: CondaPackage, url: str) -> RepoDataRecord:
    """The repodata record of a locked package, to be taken from *url*."""
    from rattler import NoArchType, PackageRecord, RepoDataRecord
    from rattler.package import BuildString

    record = PackageRecord(
        name=package.name,
        version=package.version,
        build=BuildString.new_unchecked(package.build),
        build_number=package.build_number,
        subdir=package.subdir,
        noarch=NoArchType("python" if package.noarch == "python" else "generic")
        if package.noarch
        else None,
        depends=list(package.depends),
        constrains=list(package.constrains),
        sha256=bytes.fromhex(package.sha256),
        md5=bytes.fromhex(package.md5) if package.md5 else None,
        size=package.size or None,
        license=package.license or None,
        python_site_packages_path=package.python_site_packages_path or None,
    )
    return RepoDataRecord(record, package.file_name, url, package.channel)


class LinkReporter:
    """py-rattler's reporter: counts linked packages. Called from py-rattler's threads."""

    def __init__(self, on_linked: Callable[[int, str], None]) -> None:
        self._on_linked = on_linked
        self._names: dict[int, str] = {}
        self._linked = 0

    def on_link_start(self, operation: int, package_name: str) -> int:
        """A package is being linked."""
        self._names[operation] = package_name
        return operation

    def on_link_complete(self, index: int) -> None:
        """A package was linked."""
        self._linked += 1
        self._on_linked(self._linked, self._names.get(index, ""))


async def link(
    packages: Sequence[CondaPackage],
    view: View,
    prefix: Path,
    platform: str,
    on_linked: Callable[[int, str], None],
    copy: bool = False,
    stand_in: str | None = None,
) -> None:
    """Verify every file of *packages* and link it into *prefix*.

    *copy* makes copies instead of hard links, for prefixes in which programs will change files.
    *stand_in* is written into files in place of *prefix*, which then only holds them.
    Raises py-rattler's error when a cached file is not what its package says; *prefix* is then
    incomplete, and :func:`jupyterlab_terrarium.conda.seal.altered_file` tells which one it was.
    """
    from rattler import Subdir
    from rattler.config import Config
    from rattler.install import install
    from rattler.match_spec import MatchSpec
    from rattler.package_cache import PackageCache, PackageCacheLayer, ValidationMode

    # An entry that fails validation would be fetched again by py-rattler, from file:// without a
    # look at its hash. A URL where nothing is turns that into an error.
    nowhere = view.root / "absent"
    records = [make_record(p, (nowhere / p.sha256 / p.file_name).as_uri()) for p in packages]
    cache = PackageCache.from_layers(
        [
            PackageCacheLayer(view.strict).with_validation_mode(ValidationMode.full()),
            PackageCacheLayer(view.lenient).with_validation_mode(ValidationMode.skip()),
        ]
    )
    requested = []
    for package in packages:
        if package.requested:
            try:
                # Strings as they are would be parsed strictly; 0.28 wants the inner object.
                requested.append(MatchSpec(package.requested)._match_spec)
            except Exception:
                continue
    options = "allow-hard-links = false\nallow-ref-links = true\n" if copy else ""
    await install(
        records,
        prefix,
        package_cache=cache,
        platform=Subdir(platform),
        execute_link_scripts=False,
        show_progress=False,
        requested_specs=requested,
        reporter=cast("InstallerReporter", LinkReporter(on_linked)),
        alternative_target_prefix=stand_in,
        config=Config.from_toml(options) if options else None,
    )


def settle_conda_meta(
    prefix: Path, packages: Sequence[CondaPackage], view: View
) -> list[dict[str, Any]]:
    """Correct ``conda-meta`` after :func:`link` and give its records, parsed.

    Mode 0644 instead of 0600 (other users read it), the real URL and cache directory instead of
    the view's, a history that conda understands. Removes ``CACHEDIR.TAG``, which makes backup
    programs skip the prefix.
    """
    meta = prefix / "conda-meta"
    if meta.is_symlink() or any(entry.is_symlink() for entry in os.scandir(meta)):
        raise BuildFailed("A package redirects conda-meta by a symbolic link: do not use it.")
    (prefix / "CACHEDIR.TAG").unlink(missing_ok=True)
    records: list[dict[str, Any]] = []
    for package in packages:
        path = prefix / "conda-meta" / f"{entry_name(package)}.json"
        data = path.read_bytes()
        entry = view.entries[package.sha256]
        layer = view.lenient if entry.lenient else view.strict
        absent = (view.root / "absent" / package.sha256 / package.file_name).as_uri()
        data = data.replace(absent.encode(), package.url.encode(), 1)
        data = data.replace(_quoted(layer / entry.directory.name), _quoted(entry.directory))
        record = json.loads(data)
        path.write_bytes(data)
        path.chmod(0o644)
        records.append(record)
    write_history(prefix, packages)
    return records


def true_hashes(
    packages: Sequence[CondaPackage], entries: Mapping[str, Entry]
) -> dict[str, dict[str, str]]:
    """Hashes by installed path, for packages whose ``paths.json`` has none or wrong ones."""
    found: dict[str, dict[str, str]] = {}
    for package in packages:
        extra = entries[package.sha256].extra
        if extra:
            found[package.name] = dict(extra)
    return found


def write_history(prefix: Path, packages: Sequence[CondaPackage]) -> None:
    """Write ``conda-meta/history`` in conda's format: one revision that installs everything."""
    text = history_text(packages, time.localtime())
    write_atomically(prefix / "conda-meta/history", text.encode())


def history_text(packages: Sequence[CondaPackage], moment: time.struct_time) -> str:
    """``conda-meta/history`` of a prefix into which *packages* were installed at *moment*."""
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", moment)
    lines = [f"==> {stamp} <==", "# cmd: jupyter terrarium"]
    lines += [
        f"+{package.channel.rstrip('/')}/{package.subdir}::{entry_name(package)}"
        for package in sorted(packages, key=lambda package: package.name)
    ]
    requested = [package.requested for package in packages if package.requested]
    lines.append(f"# update specs: {requested!r}")
    return "\n".join(lines) + "\n"


def write_state(prefix: Path, variables: Mapping[str, str]) -> None:
    """Write ``conda-meta/state``, from which conda's activation takes variables."""
    if variables:
        write_atomically(prefix / "conda-meta/state", state_text(variables).encode())


def state_text(variables: Mapping[str, str]) -> str:
    """``conda-meta/state`` of a prefix with these *variables*."""
    return json.dumps({"version": 1, "env_vars": dict(variables)}, indent=2)


def _quoted(path: Path) -> bytes:
    return json.dumps(str(path), ensure_ascii=False)[1:-1].encode()
