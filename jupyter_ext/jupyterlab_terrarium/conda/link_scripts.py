"""Post-link scripts: which packages have one, and running those that the lock permits.

They come from conda's early days (conda docs, "Link scripts"): ``bin/.<name>-post-link.sh`` is run
after linking with PREFIX, PKG_NAME, PKG_VERSION and PKG_BUILDNUM, and writes what it wants to say
to ``$PREFIX/.messages.txt``.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from ..models.lock import CondaPackage
from .manifest import FileList
from .runner import Workplace
from .seal import Entry

TIMEOUT = 600.0
MESSAGES = ".messages.txt"


def script_path(name: str) -> str:
    """Where the post-link script of the package *name* lies, relative to the prefix."""
    return f"bin/.{name}-post-link.sh"


def find(packages: Sequence[CondaPackage], entries: Mapping[str, Entry]) -> list[CondaPackage]:
    """The packages that have a post-link script, told from their cached files."""
    return [
        package
        for package in packages
        if (entries[package.sha256].directory / script_path(package.name)).exists()
    ]


def run(
    place: Workplace,
    scripts: Sequence[CondaPackage],
    permitted: Collection[str],
    policy: str,
    files: FileList,
) -> None:
    """Run the scripts of *permitted* packages; warn about every other one and about failures.

    The files of the prefix must be copies and not links into the cache: scripts change them.
    """
    before = snapshot(place.prefix) if any(p.name in permitted for p in scripts) else {}
    for package in scripts:
        if package.name in permitted:
            _run_one(place, package)
        else:
            reason = f" ({policy})" if policy else ""
            place.warn(
                f"The post-link script of {package.name} was not run{reason}: the package may not "
                "work as it should."
            )
    if before:
        _note_changes(place.prefix, before, files)


def _run_one(place: Workplace, package: CondaPackage) -> None:
    place.log(f"running the post-link script of {package.name}")
    prefix = place.prefix
    variables = {
        "PREFIX": str(prefix),
        "CONDA_PREFIX": str(prefix),
        "ROOT_PREFIX": str(prefix),
        "PKG_NAME": package.name,
        "PKG_VERSION": package.version,
        "PKG_BUILDNUM": str(package.build_number),
        # Byte code of ours is linked already; what a script would write is bound to its time.
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = place.run(
        ["/bin/sh", str(prefix / script_path(package.name))],
        writable=[prefix],
        timeout=TIMEOUT,
        env_extra=variables,
        on_line=lambda line: place.log(f"{package.name}: {line}"),
    )
    messages = prefix / MESSAGES
    if messages.is_file() and not messages.is_symlink():
        for line in messages.read_text("utf-8", "replace").splitlines():
            place.log(f"{package.name}: {line}")
        messages.unlink()
    if done.timed_out:
        place.warn(f"The post-link script of {package.name} was ended after {TIMEOUT:.0f} seconds.")
    elif done.returncode != 0:
        place.warn(
            f"The post-link script of {package.name} failed (status {done.returncode}): the "
            "package may not work as it should. Its output is in the build's log."
        )


def snapshot(prefix: Path) -> dict[str, tuple[int, int, int]]:
    """Inode, size and time of the last change of every file in *prefix*, by relative path."""
    found: dict[str, tuple[int, int, int]] = {}
    start = len(str(prefix)) + 1
    waiting = [str(prefix)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    status = entry.stat(follow_symlinks=False)
                    found[entry.path[start:]] = (status.st_ino, status.st_size, status.st_ctime_ns)
    return found


def _note_changes(
    prefix: Path, before: Mapping[str, tuple[int, int, int]], files: FileList
) -> None:
    after = snapshot(prefix)
    added = sorted(after.keys() - before.keys())
    changed = [path for path, state in after.items() if path in before and before[path] != state]
    files.add_generated(prefix, added)
    for path in changed:
        if path in files.files:
            files.note_difference(prefix, path)
    for path in before.keys() - after.keys():
        files.differing[path] = ["", 0, 0]
