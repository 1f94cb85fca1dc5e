from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from engine_help import refuse_with, web_server
from pip_help import Locking, make_wheel

from jupyterlab_terrarium.models.build_problem import (
    ChannelUnreachable,
    CredentialsMissing,
    PackageMissing,
    PipConflict,
    SolveError,
    WheelMissing,
)
from jupyterlab_terrarium.models.lock import PlatformLock
from jupyterlab_terrarium.models.problem import TerrariumError


def _names(part: PlatformLock) -> dict[str, str]:
    return {wheel.name: wheel.version for wheel in part.pip}


def test_a_package_of_pypi_is_locked_with_url_hash_and_size(lock: Locking) -> None:
    (wheel,) = lock("six==1.17.0", links=False).pip
    assert wheel.file_name == "six-1.17.0-py2.py3-none-any.whl"
    assert wheel.sha256 == "4721f391ed90541fddacab5acf947aa0d3dc7d27b2e1e8eda2be8970586c3274"
    assert wheel.url.startswith("https://") and wheel.url.endswith(wheel.file_name)
    assert wheel.size == 11050
    assert wheel.requested == "six==1.17.0"


def test_the_wheel_is_the_one_for_the_platform_not_for_this_host(lock: Locking) -> None:
    for platform, part_of_name in (("linux-64", "manylinux"), ("osx-arm64", "macosx")):
        part = lock("markupsafe==3.0.2", conda="python", platform=platform, links=False)
        (wheel,) = part.pip
        assert "-cp311-cp311-" in wheel.file_name and part_of_name in wheel.file_name


def test_markers_are_those_of_the_platform(lock: Locking, tmp_path: Path) -> None:
    make_wheel(tmp_path / "wheels", "win_only", "1.0")
    make_wheel(tmp_path / "wheels", "mac_only", "1.0")
    lines = ("win_only; sys_platform == 'win32'", "mac_only; sys_platform == 'darwin'")
    assert _names(lock(*lines, conda="python")) == {}
    assert _names(lock(*lines, conda="python", platform="osx-arm64")) == {"mac-only": "1.0"}


def test_what_conda_provides_is_not_fetched_from_an_index(lock: Locking, tmp_path: Path) -> None:
    make_wheel(tmp_path / "wheels", "needy", "1.0", "requests>=2", "urllib3", "extra_one")
    make_wheel(tmp_path / "wheels", "extra_one", "1.0")
    assert _names(lock("needy", "requests")) == {"needy": "1.0", "extra-one": "1.0"}


def test_a_conflict_with_a_conda_package_names_line_package_and_version(
    lock: Locking, tmp_path: Path
) -> None:
    with pytest.raises(PipConflict) as caught:
        lock("requests<2")
    error = caught.value
    assert "`requests<2`" in error.message and "requests 2." in error.message
    assert error.errors[0].message.startswith("conda provides requests 2.")
    assert error.errors[0].place is not None and error.errors[0].place.line == 8
    make_wheel(tmp_path / "wheels", "needy", "1.0", "requests<2")
    with pytest.raises(PipConflict, match=r"needy.* beside requests 2\."):
        lock("needy")


def test_pip_lines_that_contradict_each_other_are_both_named(lock: Locking, tmp_path: Path) -> None:
    make_wheel(tmp_path / "wheels", "first", "1.0", "base<2")
    make_wheel(tmp_path / "wheels", "second", "1.0", "base>=2")
    for version in ("1.0", "2.0"):
        make_wheel(tmp_path / "wheels", "base", version)
    with pytest.raises(PipConflict) as caught:
        lock("first", "second", conda="python")
    assert [one.place.line for one in caught.value.errors if one.place] == [7, 8]


def test_extras_of_a_conda_package_bring_what_they_need(lock: Locking) -> None:
    part = lock("requests[socks]", links=False)
    assert _names(part) == {"pysocks": "1.7.1"}


def test_without_python_there_is_nothing_to_lock_for(lock: Locking) -> None:
    with pytest.raises(SolveError) as caught:
        lock("six", conda="terrarium-data")
    assert "Add `python`" in caught.value.hint


def test_a_local_wheel_is_hashed(lock: Locking, tmp_path: Path) -> None:
    path = make_wheel(tmp_path / "mine", "mine", "2.0")
    (wheel,) = lock(f"mine @ {path.as_uri()}", conda="python").pip
    assert (wheel.name, wheel.version, wheel.url) == ("mine", "2.0", path.as_uri())
    assert wheel.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert wheel.size == path.stat().st_size


def test_a_wheel_for_another_machine_is_refused(lock: Locking, tmp_path: Path) -> None:
    make_wheel(tmp_path / "wheels", "foreign", "1.0", tag="cp311-cp311-win_amd64")
    with pytest.raises(WheelMissing, match="foreign"):
        lock("foreign", conda="python")


def test_an_unknown_package_and_an_unknown_version_are_told_apart(lock: Locking) -> None:
    with pytest.raises(PackageMissing, match="no terrarium-there-is-no-such-package"):
        lock("terrarium-there-is-no-such-package", conda="python", links=False)
    with pytest.raises(PipConflict, match="no such version"):
        lock("six==99", conda="python", links=False)


@pytest.mark.parametrize(
    ("code", "kind"),
    [(401, CredentialsMissing), (403, CredentialsMissing), (500, ChannelUnreachable)],
)
def test_what_an_index_answers_becomes_the_right_error(
    lock: Locking, code: int, kind: type[TerrariumError]
) -> None:
    with web_server(refuse_with(code)) as web, pytest.raises(kind) as caught:
        lock(f"--index-url {web.url}/simple", "six", conda="python", offline=False)
    assert web.url in caught.value.message + caught.value.hint


def test_nothing_of_the_callers_environment_steers_uv(
    lock: Locking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = tmp_path / "prefix/bin"
    trap.mkdir(parents=True)
    for name in ("python", "python3", "python3.11"):
        (trap / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/executed\n")
        (trap / name).chmod(0o755)
    monkeypatch.setenv("VIRTUAL_ENV", str(trap.parent))
    monkeypatch.setenv("CONDA_PREFIX", str(trap.parent))
    monkeypatch.setenv("PATH", str(trap))
    monkeypatch.setenv("UV_PRERELEASE", "allow")
    make_wheel(tmp_path / "wheels", "base", "1.0")
    make_wheel(tmp_path / "wheels", "base", "2.0a1")
    assert _names(lock("base", conda="python")) == {"base": "1.0"}
    assert not (tmp_path / "executed").exists()


def test_an_index_in_the_administrators_environment_that_is_no_url_is_told_by_uv(
    lock: Locking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_INDEX_URL", "https://[")
    with pytest.raises(TerrariumError) as caught:
        lock("six", conda="python", links=False)
    assert "IPv6" in caught.value.raw


def test_wheels_that_still_fit_are_kept(lock: Locking, tmp_path: Path) -> None:
    """A changed line moves its wheel; the others stay, and what nothing needs goes."""
    links = tmp_path / "wheels"
    for version in ("1.0", "2.0"):
        make_wheel(links, "plain", version)
        make_wheel(links, "other", version, "deep")
        make_wheel(links, "deep", version)
    old = lock("plain==1.0", "other==1.0", "deep==1.0", conda="python")
    old = old.model_copy(
        update={"pip": [one.model_copy(update={"requested": one.name}) for one in old.pip]}
    )

    def found(*pip: str) -> dict[str, str]:
        return {one.name: one.version for one in lock(*pip, conda="python", locked=old).pip}

    assert found("plain", "other") == {"plain": "1.0", "other": "1.0", "deep": "1.0"}
    assert found("plain>=1", "other") == {"plain": "2.0", "other": "1.0", "deep": "1.0"}
    assert found("plain") == {"plain": "1.0"}
    # A version that is not to be had any more moves instead of standing in the way.
    for path in links.glob("plain-1.0-*"):
        path.unlink()
    assert found("plain", "other")["plain"] == "2.0"
