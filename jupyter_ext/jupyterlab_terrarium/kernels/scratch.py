"""Scratch layers on disk: a virtual environment (PEP 405) over the prefix, made of files only.

Nothing of the prefix is executed to make one and nothing in it is changed; what ``pip install``
writes goes into ``scratch/<id>`` and shadows what the prefix has.
"""

from __future__ import annotations

import importlib.util
import json
import secrets
import shutil
from collections.abc import Iterator
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

from ..conda.runner import PythonInfo
from ..faults import fault_point
from ..models.problem import InvalidRequest
from ..models.scratch import AddedPackage
from ..store.paths import Layout

_PIP = "terrarium-pip.pth"
_LONGEST_METADATA = 1_000_000


def create(layout: Layout, identity: str, prefix: Path, python: PythonInfo) -> None:
    """Make the layer *identity* over *prefix*, whole or not at all.

    Raises :class:`InvalidRequest` on systems whose Pythons are laid out otherwise, ``OSError``.
    """
    if not python.executable.startswith("bin/"):
        raise InvalidRequest("trying out is not there for this platform yet")
    target = layout.scratch(identity)
    aside = target.with_name(f".{identity}-{secrets.token_hex(4)}")
    try:
        _fill(aside, target, prefix, python)
        fault_point("scratch.made")
        aside.rename(target)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def _fill(directory: Path, final: Path, prefix: Path, python: PythonInfo) -> None:
    programs, packages = directory / "bin", directory / python.site_packages
    programs.mkdir(parents=True)
    packages.mkdir(parents=True)
    (programs / "python").symlink_to(prefix / python.executable)
    for name in ("python3", f"python{python.version}"):
        (programs / name).symlink_to("python")
    (directory / "pyvenv.cfg").write_text(
        f"home = {prefix / 'bin'}\n"
        "include-system-site-packages = true\n"
        f"version = {python.version}\n",
        "utf-8",
    )
    _offer_pip(packages, prefix, python)
    # The prefix's own pip works for the prefix; this name must lead to the layer.
    for name in ("pip", "pip3"):
        script = programs / name
        script.write_text(f'#!/bin/sh\nexec "{final}/bin/python" -m pip "$@"\n', "utf-8")
        script.chmod(0o755)


def _offer_pip(packages: Path, prefix: Path, python: PythonInfo) -> None:
    """``%pip`` works though the environment has no pip: Python's bundled one, or the server's."""
    if (prefix / python.site_packages / "pip").is_dir():
        return
    bundled = sorted((prefix / python.stdlib / "ensurepip/_bundled").glob("pip-*.whl"))
    if bundled:
        (packages / _PIP).write_text(f"{bundled[-1]}\n", "utf-8")
        return
    own = importlib.util.find_spec("pip")
    if own is not None and own.origin is not None:
        shutil.copytree(
            Path(own.origin).parent, packages / "pip", ignore=shutil.ignore_patterns("*.pyc")
        )


def discard(layout: Layout, identity: str) -> None:
    """Put the layer out of sight by one rename; a running kernel keeps the files it has open."""
    target = layout.scratch(identity)
    if target.exists():
        target.rename(layout.trash / f"scratch-{identity}-{secrets.token_hex(4)}")


def added(layout: Layout, identity: str) -> list[AddedPackage]:
    """What was installed into the layer by hand, by name."""
    found = {}
    for information in _informations(layout.scratch(identity)):
        package = _package(information)
        if package is not None:
            found[package.name.lower()] = package
    return [found[name] for name in sorted(found)]


def _informations(directory: Path) -> Iterator[Path]:
    yield from directory.glob("lib/python*/site-packages/*.dist-info")


def _package(information: Path) -> AddedPackage | None:
    # The layer is the user's own to write: what cannot be read is left out.
    try:
        with (information / "METADATA").open("rb") as file:
            headers = HeaderParser().parsestr(file.read(_LONGEST_METADATA).decode("utf-8"))
    except (OSError, ValueError):
        return None
    name, version = str(headers.get("Name", "")), str(headers.get("Version", ""))
    if not name or not version:
        return None
    direct = _direct(information)
    details = direct.get("dir_info")
    return AddedPackage(
        name=name,
        version=version,
        source=str(direct.get("url", "")),
        editable=isinstance(details, dict) and details.get("editable") is True,
    )


def _direct(information: Path) -> dict[str, Any]:
    """``direct_url.json`` (PEP 610): where it came from when that was no index."""
    try:
        document = json.loads((information / "direct_url.json").read_bytes()[:_LONGEST_METADATA])
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}
