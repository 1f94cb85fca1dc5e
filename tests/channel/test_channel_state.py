"""Repeated, parallel and interrupted calls leave a whole channel or none."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from channel_help import make_wheel, solve_in

from jupyterlab_terrarium.conda.channel_maker import ChannelError, cached, create_channel
from jupyterlab_terrarium.conda.channel_maker.interpreter import base_interpreter

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "jupyterlab_terrarium.conda.channel_maker"]


def environment() -> dict[str, str]:
    """Variables of a child process; the cache that the test chose is among them."""
    return {**os.environ, "PYTHONPATH": str(ROOT / "jupyter_ext")}


def whole_packages(directory: Path) -> list[str]:
    """Names of all packages below *directory*; fails on a truncated one."""
    found = sorted(directory.rglob("*.conda"))
    for path in found:
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
    return [path.name for path in found]


def test_a_second_call_with_the_same_input_writes_nothing(
    tmp_path: Path, wheels: Callable[..., list[str]], private_cache: Path
) -> None:
    make_wheel(tmp_path / "wheels", "one")
    first = create_channel(tmp_path / "channel", requirements=wheels("one"))
    before = {path: path.stat().st_mtime_ns for path in first.directory.rglob("*")}
    second = create_channel(tmp_path / "channel", requirements=wheels("one"))
    assert second.unchanged
    assert second.seconds < 2
    assert second.packages == first.packages
    assert {path: path.stat().st_mtime_ns for path in first.directory.rglob("*")} == before


def test_a_new_requirement_is_added_and_the_old_package_stays(
    tmp_path: Path, wheels: Callable[..., list[str]], private_cache: Path
) -> None:
    make_wheel(tmp_path / "wheels", "one")
    create_channel(tmp_path / "channel", requirements=wheels("one"))
    make_wheel(tmp_path / "wheels", "one", "2.0")
    make_wheel(tmp_path / "wheels", "two")
    report = create_channel(tmp_path / "channel", requirements=wheels("one", "two"))
    assert not report.unchanged
    repodata = json.loads((report.directory / "noarch/repodata.json").read_text())
    versions = sorted((r["name"], r["version"]) for r in repodata["packages.conda"].values())
    assert versions == [("one", "1.0"), ("one", "2.0"), ("two", "1.0")]


def test_a_lost_package_is_put_back(
    tmp_path: Path, wheels: Callable[..., list[str]], private_cache: Path
) -> None:
    make_wheel(tmp_path / "wheels", "one")
    first = create_channel(tmp_path / "channel", requirements=wheels("one"))
    [item] = first.packages
    (first.directory / item.subdir / item.file_name).write_bytes(b"")
    again = create_channel(tmp_path / "channel", requirements=wheels("one"))
    assert not again.unchanged
    assert again.packages == first.packages


def test_a_damaged_package_of_somebody_else_is_named(
    tmp_path: Path, wheels: Callable[..., list[str]], private_cache: Path
) -> None:
    make_wheel(tmp_path / "wheels", "one")
    (tmp_path / "channel/noarch").mkdir(parents=True)
    (tmp_path / "channel/noarch/other-1.0-0.conda").write_bytes(b"half")
    with pytest.raises(ChannelError, match=r"other-1.0-0.conda is not a whole package"):
        create_channel(tmp_path / "channel", requirements=wheels("one"))


def test_editing_a_channel_does_not_change_the_cache(
    tmp_path: Path, wheels: Callable[..., list[str]], private_cache: Path
) -> None:
    make_wheel(tmp_path / "wheels", "one")
    first = create_channel(tmp_path / "channel", requirements=wheels("one"))
    [item] = first.packages
    (first.directory / item.subdir / item.file_name).write_bytes(b"spoiled")
    other = create_channel(tmp_path / "other", requirements=wheels("one"))
    assert other.packages == first.packages


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_call_leaves_no_half_package_and_the_next_one_completes(
    tmp_path: Path, private_cache: Path, number: signal.Signals
) -> None:
    channel = tmp_path / "channel"
    command = [*COMMAND, str(channel), "--python", "--test-packages"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("Packaging Python")
    time.sleep(0.4)
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert "Traceback" not in errors
    if number == signal.SIGINT:
        assert process.returncode == 130
        assert errors.startswith("Interrupted.")
    assert whole_packages(channel) == []
    assert whole_packages(private_cache) == []
    done = subprocess.run(command, capture_output=True, text=True, env=environment())
    assert done.returncode == 0, done.stderr
    assert len(whole_packages(channel)) == 11
    assert solve_in(channel, "python", "terrarium-data")


def test_of_two_processes_one_makes_the_shared_channel(
    tmp_path: Path, private_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = (
        "import pathlib, sys\n"
        "from jupyterlab_terrarium.conda.channel_maker import cached\n"
        f"cached.REQUIREMENTS = pathlib.Path({str(tmp_path / 'list.txt')!r})\n"
        "print(cached.ensure_cached_channel(progress=lambda line: print(line, file=sys.stderr)))"
    )
    make_wheel(tmp_path / "wheels", "one")
    (tmp_path / "list.txt").write_text("--no-index\n--find-links wheels\none\n")
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
        )
        for _ in range(2)
    ]
    answers = [process.communicate(timeout=120) for process in started]
    assert answers[0][0] == answers[1][0]
    assert sum("Writing the index" in errors for _, errors in answers) == 1
    channel = Path(answers[0][0].strip())
    assert solve_in(channel, "one", "python")
    assert not list(channel.parent.glob(".tmp-*"))


def test_the_shipped_list_is_the_one_in_the_examples() -> None:
    example = ROOT / "examples/channel/requirements.txt"
    assert cached.REQUIREMENTS.read_text() == example.read_text()


def test_the_shared_channel_packages_the_running_interpreter(channel: Path) -> None:
    [record] = solve_in(channel, "python")
    answer = subprocess.run(
        [base_interpreter(), "-c", "import platform; print(platform.python_version())"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(record.version) == answer.stdout.strip()
