"""The pip part: wheels verified by us, installed by uv, unable to harm what is shared."""

from __future__ import annotations

import json
import subprocess
from functools import partial
from pathlib import Path

import pytest
from install_help import Outcome, build, make_lock, make_package
from test_verification import QuietHandler, http_server

from jupyterlab_terrarium.conda.manifest import read_manifest
from jupyterlab_terrarium.conda.runner import find_python
from jupyterlab_terrarium.conda.wheel_files import read_wheel
from jupyterlab_terrarium.models.lock import CondaPackage, Lock, PipPackage
from support.wheels import make_wheel


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def based(channel: Path, python_lock: Lock) -> CondaPackage:
    """A conda package with a Python distribution in it."""
    python = find_python(python_lock.platforms[0])
    assert python is not None
    info = f"{python.site_packages}/based-2.0.dist-info"
    files = {
        f"{python.site_packages}/based.py": "x = 1\n",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: based\nVersion: 2.0\n",
        f"{info}/INSTALLER": "conda\n",
    }
    return make_package(channel, "based", files, version="2.0")


def with_wheels(lock: Lock, *wheels: PipPackage) -> Lock:
    return make_lock(lock.platforms[0].conda, wheels)


def run(done: Outcome, *argv: str) -> str:
    command = [str(done.prefix / argv[0]), *argv[1:]]
    return subprocess.run(command, capture_output=True, text=True, check=True, env={}).stdout


def test_wheels_are_installed_and_listed(
    python_build: Outcome, python_lock: Lock, wheels: Path
) -> None:
    wheel = make_wheel(wheels, "tiny-thing", "1.2", script=True)
    done = build(python_build.layout.root, with_wheels(python_lock, wheel)).ready()
    assert run(done, "bin/tiny-thing") == "1.2\n"
    rows = {file.path: file for file in read_manifest(done.prefix).files}
    module = next(path for path in rows if path.endswith("tiny_thing/__init__.py"))
    assert (rows[module].package, rows[module].type) == ("tiny-thing", "file")
    assert rows["bin/tiny-thing"].type == "generated"
    assert not any(path.endswith("dist-info/direct_url.json") for path in rows)
    byte_code = list((done.prefix / module).parent.glob("__pycache__/*.pyc"))
    assert len(byte_code) == 1
    assert not done.result.warnings


def test_a_wheel_over_http_is_fetched_with_its_hash(
    python_build: Outcome, python_lock: Lock, wheels: Path
) -> None:
    wheel = make_wheel(wheels, "tiny-web", "1.0")
    with http_server(partial(QuietHandler, directory=str(wheels))) as url:
        remote = wheel.model_copy(update={"url": f"{url}/{wheel.file_name}"})
        done = build(python_build.layout.root, with_wheels(python_lock, remote)).ready()
    kept = done.layout.wheels / wheel.sha256 / wheel.file_name
    assert kept.is_file()


def test_an_exchanged_wheel_is_refused(
    python_build: Outcome, python_lock: Lock, wheels: Path
) -> None:
    wheel = make_wheel(wheels, "tiny-evil", "1.0")
    make_wheel(wheels, "tiny-evil", "1.0", files={"extra.py": "evil = True\n"})
    done = build(python_build.layout.root, with_wheels(python_lock, wheel))
    assert (done.code, done.problem) == (1, "hash-mismatch")
    assert not done.prefix.exists()


def test_an_altered_kept_wheel_is_fetched_again(
    python_build: Outcome, python_lock: Lock, wheels: Path
) -> None:
    wheel = make_wheel(wheels, "tiny-kept", "1.0")
    kept = python_build.layout.wheels / wheel.sha256 / wheel.file_name
    kept.parent.mkdir()
    kept.write_bytes(b"not a wheel")
    build(python_build.layout.root, with_wheels(python_lock, wheel)).ready()
    assert kept.read_bytes() == (wheels / wheel.file_name).read_bytes()


def test_builds_share_no_cache_of_uv(
    python_build: Outcome, python_lock: Lock, wheels: Path
) -> None:
    wheel = make_wheel(wheels, "tiny-cached", "1.0")
    done = build(python_build.layout.root, with_wheels(python_lock, wheel)).ready()
    # Programs of a prefix can write to the cache of the uv that asks them about themselves.
    left = list(done.layout.root.rglob("tiny_cached/__init__.py"))
    assert left == [path for path in left if path.is_relative_to(done.layout.prefixes)]


def test_what_was_installed_is_compared_with_the_wheel_path_by_path(
    tmp_path: Path, wheels: Path, python_lock: Lock
) -> None:
    python = find_python(python_lock.platforms[0])
    assert python is not None
    wheel = make_wheel(
        wheels,
        "tiny-tool",
        "1.0",
        script=True,
        files={
            "tiny_tool/other.py": "x = 1\n",
            "tiny_tool-1.0.data/scripts/plain": "#!/bin/sh\necho right\n",
            "tiny_tool-1.0.data/scripts/filled": "#!python\nprint(1)\n",
        },
    )
    known = read_wheel(wheels / wheel.file_name, python)
    prefix = tmp_path / "prefix"

    def accepts(path: str, content: str) -> bool:
        file = prefix / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
        return known.is_installed(prefix, path)

    packages = python.site_packages
    assert accepts(f"{packages}/tiny_tool/other.py", "x = 1\n")
    assert accepts(f"{packages}/tiny_tool-1.0.dist-info/INSTALLER", "uv")
    assert accepts("bin/plain", "#!/bin/sh\necho right\n")
    assert accepts("bin/filled", "#!/prefix/bin/python\nprint(1)\n")
    assert accepts("bin/tiny-tool", "#!/prefix/bin/python\nimport tiny_tool\n")
    # The content of another file of the same wheel is not right either.
    assert not accepts(f"{packages}/tiny_tool/__init__.py", "x = 1\n")
    assert not accepts(f"{packages}/tiny_tool/more.py", "x = 1\n")
    assert not accepts("bin/plain", "#!/bin/sh\necho evil\n")
    assert not accepts("bin/filled", "#!/prefix/bin/python\nprint(2)\n")
    assert not accepts("bin/ls", "#!/bin/sh\n")
    assert not accepts("bin/tiny-tool", "no program of ours")


def test_a_wheel_that_overwrites_a_conda_file_does_not_reach_the_cache(
    python_build: Outcome, python_lock: Lock, wheels: Path, based: CondaPackage
) -> None:
    rude = make_wheel(wheels, "tiny-rude", "1.0", files={"based.py": "RUDE = 1\n"})
    lock = make_lock([*python_lock.platforms[0].conda, based], [rude])
    done = build(python_build.layout.root, lock).ready()
    target = next(done.prefix.glob("lib/python*/site-packages/based.py"))
    assert target.read_text() == "RUDE = 1\n"
    assert any("overwrites based.py" in line for line in done.result.warnings)
    (cached,) = done.layout.packages.glob(f"{based.sha256}/*/lib/python*/site-packages/based.py")
    assert cached.read_text() == "x = 1\n"


def test_what_contradicts_the_conda_packages_is_a_conflict(
    python_build: Outcome, python_lock: Lock, wheels: Path, based: CondaPackage
) -> None:
    wheel = make_wheel(wheels, "tiny-picky", "1.0", requires=["based<1"])
    lock = make_lock([*python_lock.platforms[0].conda, based], [wheel])
    done = build(python_build.layout.root, lock)
    assert (done.code, done.problem) == (1, "pip-conflict")
    assert done.result.problem is not None
    assert "tiny-picky" in done.result.problem.detail
    assert "based<1" in done.result.problem.detail


def test_a_pip_part_without_python_is_explained(root: Path, wheels: Path) -> None:
    done = build(root, make_lock([], [make_wheel(wheels, "tiny-alone", "1.0")]))
    assert done.code == 1
    assert done.result.problem is not None
    assert "no Python" in done.result.problem.detail
    assert json.loads(done.result.model_dump_json())["ok"] is False
