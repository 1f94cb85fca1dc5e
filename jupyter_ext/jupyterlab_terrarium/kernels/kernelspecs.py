"""Kernelspecs in the user's Jupyter directory, one per environment and kernel found in it.

A new directory is written aside and renamed into place, a changed one gets its files replaced one
by one, ``kernel.json`` last: a session that lists kernelspecs meanwhile sees the old or the new
one. Only directories that carry our mark and our root are ever touched.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_data_dir

from ..faults import fault_point
from ..models.problem import Conflict, NotFound
from ..store.flock import is_locked
from ..store.paths import Layout
from .registration import MARK, KernelRegistration, Pin, document, mint_name

__all__ = [
    "Installed",
    "KernelRegistration",
    "Pin",
    "RegisteredKernel",
    "directory",
    "is_registered",
    "list_ours",
    "mint_name",
    "register",
    "remove_leftovers",
    "remove_unused_pins",
    "unregister",
]

SPEC_FILE = "kernel.json"
# Inside the kernels directory, hence on its file system; without a kernel.json it is no kernelspec.
_ASIDE = ".terrarium"
_LEFTOVER_AGE_S = 60.0
_MAX_LOGO_BYTES = 1_000_000


@dataclass(frozen=True)
class RegisteredKernel:
    """What the picker shows. ``changed`` tells whether anything had to be written."""

    name: str
    display_name: str
    language: str
    changed: bool = True


@dataclass(frozen=True)
class Installed:
    """A kernelspec of ours as found on disk; ``version`` is set when it is pinned to one."""

    name: str
    environment_id: str
    kernel: str
    prefix: str
    version: int | None
    text: bytes


def directory() -> Path:
    """Where kernelspecs of this user live."""
    return Path(jupyter_data_dir()) / "kernels"


def register(registration: KernelRegistration) -> RegisteredKernel:
    """Write the kernelspec; nothing happens when it is up to date already.

    Raises :class:`NotFound` when the prefix has no such kernel, :class:`Conflict` when a kernelspec
    of this name is somebody else's, ``OSError``.
    """
    source = registration.resources
    try:
        own: dict[str, Any] = json.loads((source / SPEC_FILE).read_bytes())
        if not isinstance(own, dict):
            raise ValueError("not a JSON object")
    except (OSError, ValueError) as error:
        raise NotFound(
            f"'{registration.environment}' has no kernel '{registration.kernel}' that can be read",
            "Build the environment again, or add a kernel package to it.",
        ) from error
    spec = document(registration, own)
    text = json.dumps(spec, indent=1, ensure_ascii=False, sort_keys=True).encode()
    home, target = directory(), directory() / registration.name
    before = _read(target)
    changed = before != text
    if changed:
        if os.path.lexists(target) and _ours(target, registration.root) is None:
            raise Conflict(
                f"there is a kernelspec '{registration.name}' that Terrarium did not write",
                f"Remove or rename {target}.",
            )
        files = [*_logos(source), (SPEC_FILE, text)]
        if target.is_dir():
            _replace_files(target, files)
        else:
            _write_new(home, target, files)
    return RegisteredKernel(registration.name, spec["display_name"], spec["language"], changed)


def unregister(name: str, *, root: Path) -> bool:
    """Remove the kernelspec *name* if it is ours and of *root*; tells whether it was."""
    target = directory() / name
    if _ours(target, root) is None:
        return False
    aside = _aside(directory())
    target.rename(aside)
    fault_point("kernelspec.removed")
    shutil.rmtree(aside, ignore_errors=True)
    return True


def is_registered(name: str, root: Path) -> bool:
    """Whether there is a kernelspec *name*, and it is ours and of *root*."""
    return _ours(directory() / name, root) is not None


def list_ours(root: Path) -> Iterator[Installed]:
    """The kernelspecs that carry our mark and this *root*."""
    try:
        entries = list(os.scandir(directory()))
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.name != _ASIDE and entry.is_dir(follow_symlinks=False):
            found = _ours(Path(entry.path), root)
            if found is not None:
                yield found


def remove_unused_pins(root: Path, *, keep: Iterable[str] = (), min_age_s: float = 3600.0) -> int:
    """Remove pinned kernelspecs in which nothing runs; tells how many.

    *keep* has names that are wanted (open notebooks). One younger than *min_age_s* seconds
    stays: it may have been written for a kernel that is about to start.
    """
    layout, kept, removed = Layout(root), set(keep), 0
    for found in list(list_ours(root)):
        if found.version is None or found.name in kept or is_locked(layout.locks / found.prefix):
            continue
        if _age(directory() / found.name / SPEC_FILE) >= min_age_s:
            removed += unregister(found.name, root=root)
    return removed


def remove_leftovers() -> None:
    """Remove what an interrupted write has left aside."""
    aside = directory() / _ASIDE
    if aside.is_dir():
        for entry in aside.iterdir():
            if _age(entry) > _LEFTOVER_AGE_S:
                shutil.rmtree(entry, ignore_errors=True)


def _logos(source: Path) -> Iterator[tuple[str, bytes]]:
    """Pictures only: other files, such as ``kernel.js``, would be code in the user's session."""
    for logo in sorted(source.glob("logo-*")):
        plain = logo.is_file() and not logo.is_symlink()
        if plain and logo.suffix in {".png", ".svg"} and logo.stat().st_size <= _MAX_LOGO_BYTES:
            yield logo.name, logo.read_bytes()


def _write_new(home: Path, target: Path, files: Iterable[tuple[str, bytes]]) -> None:
    aside = _aside(home)
    try:
        aside.mkdir()
        for name, data in files:
            (aside / name).write_bytes(data)
        fault_point("kernelspec.aside")
        aside.rename(target)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def _replace_files(target: Path, files: Iterable[tuple[str, bytes]]) -> None:
    aside = _aside(target.parent)
    try:
        aside.mkdir()
        written = set()
        for name, data in files:
            (aside / name).write_bytes(data)
            (aside / name).replace(target / name)
            written.add(name)
            fault_point("kernelspec.replacing")
        for entry in target.iterdir():
            if entry.name not in written and entry.is_file():
                entry.unlink()
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _aside(home: Path) -> Path:
    """A path that is not there yet, in a directory that is."""
    (home / _ASIDE).mkdir(parents=True, exist_ok=True)
    return home / _ASIDE / f"{os.getpid()}-{secrets.token_hex(6)}"


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _read(path: Path) -> bytes | None:
    try:
        return None if path.is_symlink() else (path / SPEC_FILE).read_bytes()
    except OSError:
        return None


def _ours(path: Path, root: Path) -> Installed | None:
    text = _read(path)
    if text is None or f'"{MARK}"'.encode() not in text:
        return None
    try:
        mark = json.loads(text)["metadata"][MARK]
        if mark["root"] != str(root):
            return None
        return Installed(
            path.name,
            mark["environment_id"],
            mark["kernel"],
            mark.get("prefix", ""),
            mark.get("version"),
            text,
        )
    except (ValueError, LookupError, TypeError):
        return None
