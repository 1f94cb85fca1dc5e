"""Kernelspecs in the user's Jupyter directory, one per environment and kernel found in it.

A directory is written aside and renamed into place: the next ``GET /api/kernelspecs`` lists it.
Only directories that carry our mark and our root are ever touched.
See https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_data_dir

from . import launcher

MARK = "terrarium"
SPEC_FILE = "kernel.json"
_TEMPORARY = ".terrarium-"
_LAUNCHER = Path(launcher.__file__).absolute()
_KEPT_METADATA = ("debugger", "supported_features", "supported_encryption")


@dataclass(frozen=True)
class KernelRegistration:
    """What one kernelspec is for. ``name`` was minted once and never changes.

    ``prefix`` pins a version by its prefix's name; without it the kernel follows the current one.
    """

    name: str
    root: Path
    environment_id: str
    namespace: str
    environment: str
    kernel: str
    personal: bool = True
    prefix: str | None = None

    @property
    def link(self) -> Path:
        """The stable link, relative to the root."""
        return Path("envs") / self.namespace / "envs" / self.environment


@dataclass(frozen=True)
class RegisteredKernel:
    """What the picker shows."""

    name: str
    display_name: str
    language: str


def mint_name(environment: str, environment_id: str, kernel: str) -> str:
    """A kernelspec name that stays: readable, and unambiguous by the id in it."""
    safe = re.sub(r"[^A-Za-z0-9._-]", "-", kernel)
    return f"{environment}-{environment_id[:8]}-{safe}"


def directory() -> Path:
    """Where kernelspecs of this user live."""
    return Path(jupyter_data_dir()) / "kernels"


def _prefix_of(registration: KernelRegistration) -> Path:
    if registration.prefix is not None:
        return registration.root / "prefixes" / registration.prefix
    return (registration.root / registration.link).resolve()


def spec_of(registration: KernelRegistration, own: dict[str, Any]) -> dict[str, Any]:
    """The ``kernel.json`` to write; *own* is the one inside the prefix."""
    environment = registration.environment
    label = environment if registration.personal else f"{environment} ({registration.namespace})"
    language = str(own.get("language", ""))
    inside = str(own.get("display_name", registration.kernel))
    plain = language == "python" and registration.kernel in ("python3", "python")
    suffix = "" if plain else f" · {inside}"
    pointer = (
        ["--link", str(registration.link)]
        if registration.prefix is None
        else ["--prefix", registration.prefix]
    )
    metadata = {
        key: own["metadata"][key] for key in _KEPT_METADATA if key in own.get("metadata", {})
    }
    metadata |= {
        MARK: {
            "root": str(registration.root),
            "environment_id": registration.environment_id,
            "namespace": registration.namespace,
            "environment": environment,
            "kernel": registration.kernel,
        },
        "conda_env_name": environment,
        "conda_env_path": str(registration.root / registration.link),
        "conda_language": language,
        "conda_raw_kernel_name": registration.kernel,
        "conda_is_base_environment": False,
        "conda_is_currently_running": False,
    }
    return {
        "argv": [
            sys.executable,
            "-I",
            str(_LAUNCHER),
            "--root",
            str(registration.root),
            *pointer,
            "--name",
            f"{registration.namespace}/{environment}",
            "--kernel",
            registration.kernel,
            "{connection_file}",
        ],
        "display_name": f"{label}{suffix}",
        "language": language,
        "interrupt_mode": own.get("interrupt_mode", "signal"),
        "metadata": metadata,
    }


def register(registration: KernelRegistration) -> RegisteredKernel:
    """Write the kernelspec atomically; nothing happens when it is up to date already."""
    source = _prefix_of(registration) / "share" / "jupyter" / "kernels" / registration.kernel
    own: dict[str, Any] = json.loads((source / SPEC_FILE).read_text("utf-8"))
    spec = spec_of(registration, own)
    text = json.dumps(spec, indent=1, ensure_ascii=False)
    home = directory()
    target = home / registration.name
    result = RegisteredKernel(registration.name, spec["display_name"], spec["language"])
    if _read(target / SPEC_FILE) == text:
        return result
    home.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=home))
    aside.chmod(0o755)
    for logo in source.glob("logo-*"):
        shutil.copyfile(logo, aside / logo.name)
    (aside / SPEC_FILE).write_text(text, "utf-8")
    _replace(aside, target)
    return result


def unregister(name: str, *, root: Path) -> None:
    """Remove the kernelspec *name* when it is ours."""
    target = directory() / name
    if _is_ours(target, root):
        aside = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=target.parent))
        target.rename(aside / "gone")
        shutil.rmtree(aside, ignore_errors=True)


def list_ours(root: Path) -> Iterator[str]:
    """Names of the kernelspecs that carry our mark and this *root*."""
    home = directory()
    if not home.is_dir():
        return
    for entry in os.scandir(home):
        if entry.is_dir() and not entry.name.startswith(".") and _is_ours(Path(entry.path), root):
            yield entry.name


def remove_leftovers() -> None:
    """Remove what an interrupted write has left aside."""
    home = directory()
    if home.is_dir():
        for entry in home.glob(_TEMPORARY + "*"):
            shutil.rmtree(entry, ignore_errors=True)


def _replace(aside: Path, target: Path) -> None:
    if target.exists():
        old = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=target.parent))
        target.rename(old / "old")
        aside.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    else:
        aside.rename(target)


def _read(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except OSError:
        return None


def _is_ours(path: Path, root: Path) -> bool:
    text = _read(path / SPEC_FILE)
    if text is None or f'"{MARK}"' not in text:
        return False
    try:
        mark = json.loads(text).get("metadata", {}).get(MARK, {})
    except ValueError:
        return False
    return isinstance(mark, dict) and mark.get("root") == str(root)
