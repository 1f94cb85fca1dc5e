"""What a worker makes of a lock, and what it says about it."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from install_help import (
    PLACEHOLDER,
    another,
    build,
    finish,
    make_job,
    make_lock,
    make_package,
    start_worker,
)

from jupyterlab_terrarium.conda.manifest import read_manifest
from jupyterlab_terrarium.models.digest import platform_digest
from jupyterlab_terrarium.models.lock import Lock, PlatformLock
from jupyterlab_terrarium.store.paths import Layout
from jupyterlab_terrarium.store.prefixes import is_complete


def test_a_lock_becomes_a_complete_prefix(channel: Path, root: Path) -> None:
    lock = make_lock(
        [
            make_package(channel, "one", {"share/one.txt": "1"}, links={"share/link": "one.txt"}),
            make_package(channel, "two", {"etc/two": f"{PLACEHOLDER}/bin/sh\n"}),
        ]
    )
    done = build(root, lock).ready()
    assert (done.prefix / "share/link").read_text() == "1"
    assert (done.prefix / "etc/two").read_text() == f"{done.prefix}/bin/sh\n"
    installed = is_complete(done.layout, done.job["digest"])
    assert installed is not None
    assert installed.path == str(done.prefix)
    assert installed.size == done.result.size > 0
    rows = {file.path: file for file in read_manifest(done.prefix).files}
    assert rows["share/one.txt"].type == "file"
    assert rows["etc/two"].type == "prefix"
    assert "etc/two" in installed.differing
    assert "share/one.txt" not in installed.differing


def test_conda_and_other_users_can_read_what_was_installed(channel: Path, root: Path) -> None:
    package = make_package(channel, "one", {"share/one.txt": "1"})
    done = build(root, make_lock([package], variables={"COLOUR": "green"})).ready()
    meta = done.prefix / "conda-meta"
    record = json.loads((meta / "one-1.0-0.json").read_text())
    assert record["url"] == package.url
    assert record["requested_specs"] == ["one"]
    assert Path(record["extracted_package_dir"], "share/one.txt").is_file()
    assert "::one-1.0-0\n" in (meta / "history").read_text()
    assert json.loads((meta / "state").read_text())["env_vars"] == {"COLOUR": "green"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in meta.iterdir()} == {0o644}
    assert not (done.prefix / "CACHEDIR.TAG").exists()


def test_events_tell_phases_progress_and_result_in_order(channel: Path, root: Path) -> None:
    packages = [make_package(channel, f"p{n}", {f"share/{n}": str(n)}) for n in range(5)]
    done = build(root, make_lock(packages)).ready()
    phases = [event.phase.value for event in done.events if event.kind == "phase"]
    assert phases == ["fetching", "linking", "finishing"]
    fetching = [event for event in done.progress if event.phase.value == "fetching"][-1]
    assert (fetching.packages_done, fetching.packages_total) == (5, 5)
    assert fetching.bytes_done == fetching.bytes_total == sum(p.size for p in packages)
    linking = [event for event in done.progress if event.phase.value == "linking"][-1]
    assert linking.packages_done == 5
    lines = done.layout.log(done.job["build_id"]).read_bytes().splitlines()
    assert len(lines) == len(done.events)
    assert json.loads(lines[-1])["kind"] == "result"


def test_what_is_there_already_is_used_at_once(channel: Path, root: Path) -> None:
    lock = make_lock([make_package(channel, "one", {"share/one.txt": "1"})])
    first = build(root, lock).ready()
    before = (first.prefix / ".terrarium/manifest.json").stat().st_ino
    second = build(root, lock).ready()
    assert second.result.reused
    assert not first.result.reused
    assert (second.prefix / ".terrarium/manifest.json").stat().st_ino == before
    assert (second.result.size, second.result.files) == (first.result.size, first.result.files)


def test_a_prefix_seen_at_another_path_is_not_complete(channel: Path, root: Path) -> None:
    lock = make_lock([make_package(channel, "one", {"share/one.txt": "1"})])
    done = build(root, lock).ready()
    moved = root.with_name("moved")
    root.rename(moved)
    assert is_complete(Layout(moved), done.job["digest"]) is None


def test_the_cache_serves_the_next_lock_without_the_channel(channel: Path, root: Path) -> None:
    lock = make_lock([make_package(channel, "one", {"share/one.txt": "1"})])
    build(root, lock).ready()
    channel.rename(channel.with_name("gone"))
    done = build(root, another(lock), offline=True).ready()
    assert (done.prefix / "share/one.txt").stat().st_nlink >= 3


def test_same_name_from_two_channels_does_not_mix(tmp_path: Path, root: Path) -> None:
    ours = make_package(tmp_path / "ours", "one", {"share/one.txt": "ours"})
    theirs = make_package(tmp_path / "theirs", "one", {"share/one.txt": "theirs"})
    first = build(root, make_lock([ours])).ready()
    second = build(root, make_lock([theirs])).ready()
    assert (first.prefix / "share/one.txt").read_text() == "ours"
    assert (second.prefix / "share/one.txt").read_text() == "theirs"


def test_a_lock_that_is_not_what_the_digest_says_is_refused(channel: Path, root: Path) -> None:
    lock = make_lock([make_package(channel, "one", {"share/one.txt": "1"})])
    done = build(root, lock, digest="0" * 64)
    assert (done.code, done.problem) == (1, "invalid-lock")


def test_another_platform_is_refused_in_words(channel: Path, root: Path) -> None:
    package = make_package(channel, "one", {"share/one.txt": "1"})
    lock = Lock(platforms=[PlatformLock(platform="win-arm64", conda=[package])])
    digest = platform_digest(lock, "win-arm64")
    job = {**make_job(root, make_lock([])), "lock": lock.model_dump()}
    job |= {"platform": "win-arm64", "digest": digest}
    done = finish(start_worker(job), job)
    assert done.code == 1
    assert done.result.problem is not None
    assert "win-arm64" in done.result.problem.detail


@pytest.mark.parametrize(
    "change",
    [{"build": "../../x"}, {"name": "a/b"}, {"sha256": "../../../etc"}, {"url": "file:///.."}],
)
def test_a_lock_cannot_lead_out_of_the_store(
    change: dict[str, str], channel: Path, root: Path
) -> None:
    package = make_package(channel, "one", {"share/one.txt": "1"})
    done = build(root, make_lock([package.model_copy(update=change)]))
    assert (done.code, done.problem) == (1, "invalid-lock")


def test_a_package_cannot_write_outside_of_its_prefix(channel: Path, root: Path) -> None:
    package = make_package(channel, "escape", {"share/one.txt": "1"}, also=["../../../escaped"])
    done = build(root, make_lock([package]))
    assert done.code == 1
    assert done.result.problem is not None
    assert "outside of its prefix" in done.result.problem.detail


def test_a_prefix_whose_path_is_too_long_is_explained(channel: Path, tmp_path: Path) -> None:
    root = tmp_path / ("long" * 50)
    binary = b"\0\1" + PLACEHOLDER.encode() + b"\0"
    package = make_package(channel, "binary", {"lib/binary": binary}, binary=True)
    done = build(root, make_lock([package]))
    assert done.code == 1
    assert done.result.problem is not None
    assert "too long" in done.result.problem.detail
    assert not done.prefix.exists()


def test_a_job_that_cannot_be_read_ends_with_status_2(tmp_path: Path) -> None:
    bad = tmp_path / "job.json"
    bad.write_text("{}")
    command = [sys.executable, "-m", "jupyterlab_terrarium.builds.worker", str(bad)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert "build_id" in done.stderr


def test_the_lock_may_lie_in_a_file(channel: Path, root: Path, tmp_path: Path) -> None:
    lock = make_lock([make_package(channel, "one", {"share/one.txt": "1"})])
    path = tmp_path / "lock.json"
    path.write_text(lock.model_dump_json())
    job = {**make_job(root, lock), "lock": str(path)}
    file = tmp_path / "job.json"
    file.write_text(json.dumps(job))
    command = [sys.executable, "-m", "jupyterlab_terrarium.builds.worker", str(file)]
    assert subprocess.run(command, capture_output=True).returncode == 0
    assert is_complete(Layout(root), job["digest"])
