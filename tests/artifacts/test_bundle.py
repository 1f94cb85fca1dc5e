"""The offline bundle: what is in it, and that others install it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from artifacts.conftest import MakeForm
from jupyterlab_terrarium.artifacts.form import Subject
from jupyterlab_terrarium.artifacts.identity import identify_text
from jupyterlab_terrarium.conda.lockfile import read_conda_lock
from jupyterlab_terrarium.models.digest import lock_digest, platform_digest


@pytest.fixture(scope="module")
def bundle(make_form: MakeForm) -> Path:
    return make_form("offline-bundle")


@pytest.fixture(scope="module")
def unpacked(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("unpacked")
    subprocess.run(["tar", "-xf", bundle, "-C", target], check=True)
    return target


def test_it_has_the_layout_of_pixi_pack(unpacked: Path, subject: Subject) -> None:
    part = subject.part("linux-64")
    assert {path.name for path in unpacked.iterdir()} == {
        "channel",
        "conda-lock.yml",
        "environment.yml",
        "pixi-pack.json",
        "pypi",
        "terrarium.json",
    }
    # What pixi-unpack reads: version "1", its own platform, every subdir with an index,
    # and wheels only.
    assert json.loads((unpacked / "pixi-pack.json").read_text()) == {
        "platform": "linux-64",
        "version": "1",
    }
    assert {path.name for path in (unpacked / "pypi").iterdir()} == {w.file_name for w in part.pip}
    for subdir in (unpacked / "channel").iterdir():
        index = json.loads((subdir / "repodata.json").read_text())
        records = index["packages"] | index["packages.conda"]
        present = {path.name for path in subdir.iterdir()} - {"repodata.json"}
        assert records.keys() == present
        assert {record["sha256"] for record in records.values()} == {
            one.sha256 for one in part.conda if one.subdir == subdir.name
        }


def test_its_channel_solves_and_installs_with_nothing_of_ours(
    unpacked: Path, subject: Subject, tmp_path: Path
) -> None:
    from rattler import Gateway, GenericVirtualPackage, MatchSpec, install, solve

    environment = yaml.safe_load((unpacked / "environment.yml").read_text())
    wanted = [one for one in environment["dependencies"] if isinstance(one, str)]
    assert environment["channels"] == ["./channel", "nodefaults"]
    part = subject.part("linux-64")

    async def run() -> list[Any]:
        from rattler import VirtualPackage

        records = await solve(
            [(unpacked / "channel").as_uri()],
            [MatchSpec(one) for one in wanted],
            gateway=Gateway(cache_dir=tmp_path / "index"),
            platforms=["linux-64", "noarch"],
            virtual_packages=[
                GenericVirtualPackage(one.name, one.version, one.build_string)
                for one in (virtual.into_generic() for virtual in VirtualPackage.detect())
            ],
        )
        await install(records, tmp_path / "env", tmp_path / "cache", show_progress=False)
        return list(records)

    records = asyncio.run(run())
    assert {record.sha256.hex() for record in records} == {one.sha256 for one in part.conda}
    python = tmp_path / "env/bin/python"
    done = subprocess.run([python, "-c", "import idna"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_its_environment_file_installs_the_wheels_offline(
    unpacked: Path, tmp_path: Path, subject: Subject
) -> None:
    environment = yaml.safe_load((unpacked / "environment.yml").read_text())
    [section] = [one["pip"] for one in environment["dependencies"] if isinstance(one, dict)]
    assert environment["variables"] == subject.lock.variables
    (unpacked / "requirements.txt").write_text("\n".join(section))
    from uv import find_uv_bin

    uv = [find_uv_bin(), "--offline", "--cache-dir", tmp_path / "uv"]
    for words in (["venv", tmp_path / "venv"], ["pip", "install", "-r", "requirements.txt"]):
        done = subprocess.run(
            [*uv, *words],
            cwd=unpacked,
            env={"VIRTUAL_ENV": str(tmp_path / "venv"), "HOME": str(tmp_path), "PATH": "/usr/bin"},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert subprocess.check_output([tmp_path / "venv/bin/hello"]) == b"2.1\n"
    (unpacked / "requirements.txt").unlink()


def test_its_lock_gives_the_same_digest(unpacked: Path, subject: Subject) -> None:
    lock = read_conda_lock((unpacked / "conda-lock.yml").read_text())
    assert lock_digest(lock) == lock_digest(subject.lock)
    said = identify_text((unpacked / "terrarium.json").read_text())
    assert said is not None
    assert (said.form, said.namespace, said.name, said.number) == (
        "offline-bundle",
        "anna",
        "data",
        1,
    )
    assert said.digest == platform_digest(subject.lock, "linux-64")


def test_it_is_the_same_bytes_each_time_and_says_nothing_of_who_made_it(
    bundle: Path, make_form: MakeForm, subject: Subject
) -> None:
    again = make_form("offline-bundle")
    assert again.read_bytes() == bundle.read_bytes()
    with tarfile.open(bundle) as tar:
        members = tar.getmembers()
    assert {(one.uid, one.gid, one.uname, one.gname, one.mtime) for one in members} == {
        (0, 0, "", "", subject.epoch)
    }
    # What tells which version it is stands first: nobody reads gigabytes for it.
    assert members[0].name == "terrarium.json"


def test_it_is_made_for_platforms_of_others(make_form: MakeForm, subject: Subject) -> None:
    with tarfile.open(make_form("offline-bundle", "osx-arm64")) as tar:
        names = set(tar.getnames())
    part = subject.part("osx-arm64")
    assert {f"channel/{one.subdir}/{one.file_name}" for one in part.conda} <= names
    assert "channel/osx-arm64/repodata.json" in names
