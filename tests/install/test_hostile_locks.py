"""A lock names package files; it does not say where their files go."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hostile_help import hostile_package
from install_help import PLATFORM, Outcome, build, make_lock

from jupyterlab_terrarium.conda.package_facts import true_part
from jupyterlab_terrarium.conda.seal import Entry
from jupyterlab_terrarium.models.lock import CondaPackage, Lock, PlatformLock


def changed(lock: Lock, name: str, **fields: Any) -> Lock:
    conda = [
        package.model_copy(update=fields) if package.name == name else package
        for package in lock.platforms[0].conda
    ]
    return make_lock(conda, variables={"CHANGED": repr(sorted(fields.items()))})


@pytest.mark.parametrize(("own", "expected"), [("lib/python3.11/site-packages",) * 2, (None, "")])
def test_the_lock_does_not_say_where_python_packages_go(
    tmp_path: Path, own: str | None, expected: str
) -> None:
    locked = CondaPackage(
        name="python",
        version="3.11.7",
        build="0_cpython",
        subdir=PLATFORM,
        url="file:///channel/python-3.11.7-0_cpython.conda",
        channel="file:///channel",
        sha256="0" * 64,
    )
    index = {**locked.model_dump(include={"name", "version", "build"}), "depends": ["zlib"]}
    (tmp_path / "info").mkdir()
    (tmp_path / "info/index.json").write_text(
        json.dumps({**index, "python_site_packages_path": own})
    )
    # model_copy: however it came about, the lock's own field is not used.
    claimed = locked.model_copy(
        update={"python_site_packages_path": "lib/../../victim", "depends": ["evil"]}
    )
    part = PlatformLock(platform=PLATFORM, conda=[locked]).model_copy(update={"conda": [claimed]})
    true = true_part(part, {locked.sha256: Entry(locked.sha256, tmp_path)})
    assert true.conda[0].python_site_packages_path == expected
    assert true.conda[0].depends == ["zlib"]


@pytest.mark.parametrize(
    "path", ["../victim/lib/site-packages", "lib/python3.11/../x/site-packages", 5, "lib"]
)
def test_a_python_with_an_odd_directory_is_refused(root: Path, channel: Path, path: object) -> None:
    python = hostile_package(
        channel,
        "python",
        {"share/x": b"x"},
        index={"version": "3.11.0", "python_site_packages_path": path},
    )
    done = build(root, make_lock([python]))
    assert done.problem == "build-failed"
    assert "wants Python packages in a directory" in done.result.model_dump_json()
    assert not done.prefix.exists()


def test_noarch_of_the_lock_does_not_count(
    python_build: Outcome, python_lock: Lock, channel: Path
) -> None:
    generic = hostile_package(channel, "plain", {"site-packages/plain.txt": b"x"})
    lock = make_lock([*python_lock.platforms[0].conda, generic])
    done = build(python_build.layout.root, changed(lock, "plain", noarch="python")).ready()
    assert (done.prefix / "site-packages/plain.txt").is_file()


def test_a_package_under_a_false_name_is_refused(root: Path, channel: Path) -> None:
    package = hostile_package(channel, "mine", {"share/x": b"x"})
    lock = make_lock([package.model_copy(update={"name": "python", "version": "3.11.0"})])
    done = build(root, lock)
    assert done.problem == "build-failed"
    assert "the package itself says mine 1.0 0" in done.result.model_dump_json()
