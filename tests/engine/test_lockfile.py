from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from engine_help import Solver

from jupyterlab_terrarium.conda.lockfile import read_conda_lock, write_conda_lock
from jupyterlab_terrarium.models.digest import lock_digest, platform_digest
from jupyterlab_terrarium.models.lock import CondaPackage, Lock, PipPackage, PlatformLock
from jupyterlab_terrarium.models.problem import InvalidLock

WHEEL = PipPackage(
    name="six",
    version="1.17.0",
    file_name="six-1.17.0-py2.py3-none-any.whl",
    url="https://files.example/six-1.17.0-py2.py3-none-any.whl",
    sha256="5" * 64,
    size=11050,
    requested="six>=1",
)


@pytest.fixture
def lock(solver: Solver, channel_url: str) -> Lock:
    text = f"channels: [{channel_url}]\nplatforms: [linux-64, osx-arm64]\n"
    parts = solver.solve_all(text + "dependencies: [python, numpy>=2]\n")
    parts[0] = parts[0].model_copy(
        update={"pip": [WHEEL], "link_scripts": [parts[0].conda[0].file_name]}
    )
    return Lock(
        platforms=parts,
        channels=[channel_url],
        variables={"OMP_NUM_THREADS": "1", "GREETING": "it's: {ä}"},
        run_link_scripts=[parts[0].conda[0].name],
    )


def test_the_file_alone_reproduces_the_digest(lock: Lock) -> None:
    back = read_conda_lock(write_conda_lock(lock))
    assert lock_digest(back) == lock_digest(lock)
    for part in lock.platforms:
        assert platform_digest(back, part.platform) == platform_digest(lock, part.platform)


def test_everything_that_a_build_or_a_plan_uses_survives(lock: Lock) -> None:
    back = read_conda_lock(write_conda_lock(lock))

    assert back == lock


def test_the_same_lock_gives_the_same_text(lock: Lock) -> None:
    text = write_conda_lock(lock)
    assert write_conda_lock(read_conda_lock(text)) == text


def test_conda_lock_itself_renders_it_for_both_platforms(lock: Lock, tmp_path: Path) -> None:
    (tmp_path / "conda-lock.yml").write_text(write_conda_lock(lock))
    program = Path(sys.executable).with_name("conda-lock")
    done = subprocess.run(
        [program, "render", "-k", "explicit", "-p", "linux-64", "-p", "osx-arm64"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for part in lock.platforms:
        rendered = (tmp_path / f"conda-{part.platform}.lock").read_text().splitlines()
        explicit = rendered[rendered.index("@EXPLICIT") + 1 :]
        expected = {f"{one.url}#{one.md5}" for one in part.conda}
        assert expected <= set(explicit)
    assert "six-1.17.0" in (tmp_path / "conda-linux-64.lock").read_text()


def test_a_file_that_conda_lock_wrote_is_read(lock: Lock, tmp_path: Path) -> None:
    path = tmp_path / "conda-lock.yml"
    path.write_text(write_conda_lock(lock))
    program = (
        "import pathlib, sys\n"
        "from conda_lock.lockfile import parse_conda_lock_file, write_conda_lock_file\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "content = parse_conda_lock_file(path)\n"
        "content.metadata.custom_metadata = None\n"
        "write_conda_lock_file(content, path, metadata_choices=None)\n"
    )
    subprocess.run([sys.executable, "-c", program, path], check=True)
    back = read_conda_lock(path.read_text())
    numpy = next(one for one in back.platforms[0].conda if one.name == "numpy")
    wanted = next(one for one in lock.platforms[0].conda if one.name == "numpy")
    assert (numpy.build, numpy.subdir, numpy.channel) == (
        wanted.build,
        wanted.subdir,
        wanted.channel,
    )
    bare = lock.model_copy(update={"variables": {}, "run_link_scripts": []})
    assert lock_digest(back) == lock_digest(bare)


def test_hashes_of_digits_only_stay_texts_for_every_reader(lock: Lock) -> None:
    digits = (
        lock.platforms[0]
        .conda[0]
        .model_copy(
            update={"sha256": "0123456789" * 6 + "0123", "md5": "12e45678901234567890123456789012"}
        )
    )
    part = lock.platforms[0].model_copy(update={"conda": [digits]})
    text = write_conda_lock(Lock(platforms=[part]))
    assert f"sha256: '{digits.sha256}'" in text and f"md5: '{digits.md5}'" in text
    entry = next(one for one in yaml.safe_load(text)["package"] if one["manager"] == "conda")
    assert entry["hash"]["sha256"] == digits.sha256
    unquoted = text.replace(f"'{digits.sha256}'", digits.sha256)
    assert read_conda_lock(unquoted).platforms[0].conda[0].sha256 == digits.sha256


def test_versions_that_look_like_numbers_stay_as_written() -> None:
    odd = _odd(version="1.10", url="https://h.example/c/noarch/odd-1.10-py_3.conda")
    part = PlatformLock(platform="linux-64", conda=[odd])
    text = write_conda_lock(Lock(platforms=[part]))
    assert "version: '1.10'" in text
    unquoted = text.replace("version: '1.10'", "version: 1.10")
    assert read_conda_lock(unquoted).platforms[0].conda[0].version == "1.10"


def _odd(**more: object) -> CondaPackage:
    base = CondaPackage(
        name="odd",
        version="1",
        build="py_3",
        subdir="noarch",
        url="https://h.example/c/noarch/odd-1-py_3.conda",
        channel="https://h.example/c",
        sha256="a" * 64,
        md5="b" * 32,
    )
    return base.model_copy(update=more)


@pytest.mark.parametrize(
    "package",
    [
        _odd(build_number=3, noarch="generic"),
        _odd(build_number=1003, noarch="python", depends=["six"]),
        _odd(noarch="python", depends=["python >=3.8", "python <4", "six"]),
        _odd(url="https://h.example/c/noarch/odd-1-py_3.tar.bz2", noarch="generic"),
        _odd(channel="https://other.example/c", noarch="generic", size=7, requested="odd 1.*"),
    ],
)
def test_what_cannot_be_guessed_is_written_down(package: CondaPackage) -> None:
    lock = Lock(platforms=[PlatformLock(platform="linux-64", conda=[package])])
    (back,) = read_conda_lock(write_conda_lock(lock)).platforms[0].conda
    assert back.noarch == package.noarch
    assert back.build_number == package.build_number
    assert back.channel == package.channel
    assert (back.size, back.requested) == (package.size, package.requested)
    assert {one.split()[0] for one in back.depends} == {one.split()[0] for one in package.depends}


def test_a_missing_md5_is_computed_where_the_file_is_at_hand(lock: Lock) -> None:
    local = lock.platforms[0].conda[0]
    for package in (local.model_copy(update={"md5": ""}), local):
        part = PlatformLock(platform="linux-64", conda=[package])
        assert local.md5 in write_conda_lock(Lock(platforms=[part]))
    remote = PlatformLock(platform="linux-64", conda=[_odd(md5="")])
    with pytest.raises(InvalidLock, match="no MD5"):
        write_conda_lock(Lock(platforms=[remote]))
