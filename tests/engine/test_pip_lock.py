from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from engine_help import Solver, refuse_with, web_server

from jupyterlab_terrarium.conda.pip_lock import lock_pip
from jupyterlab_terrarium.conda.specification import read_specification
from jupyterlab_terrarium.conda.wheel_tags import Target
from jupyterlab_terrarium.models.lock import PlatformLock
from jupyterlab_terrarium.models.problem import (
    ChannelUnreachable,
    CredentialsMissing,
    PackageMissing,
    PipConflict,
    SolveError,
    TerrariumError,
    WheelMissing,
)

#: (what `pip:` lists, conda's dependencies) -> the part for this platform
Locking = Callable[..., PlatformLock]


def make_wheel(
    directory: Path, name: str, version: str, *needs: str, tag: str = "py3-none-any"
) -> Path:
    """A wheel with metadata only."""
    directory.mkdir(parents=True, exist_ok=True)
    stem = f"{name}-{version}"
    path = directory / f"{stem}-{tag}.whl"
    requires = "".join(f"Requires-Dist: {need}\n" for need in needs)
    with ZipFile(path, "w") as archive:
        head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        extras = "Provides-Extra: more\n"
        archive.writestr(f"{stem}.dist-info/METADATA", head + extras + requires)
        archive.writestr(
            f"{stem}.dist-info/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n"
        )
        archive.writestr(f"{stem}.dist-info/RECORD", "")
    return path


@pytest.fixture
def lock(solver: Solver, channel_url: str, tmp_path: Path) -> Locking:
    """Solves and locks; `links` makes uv look into the directory of hand-made wheels only."""

    def locking(
        *pip: str,
        conda: str = "python, requests",
        platform: str = "linux-64",
        links: bool = True,
        **more: Any,
    ) -> PlatformLock:
        options = [f"--find-links {tmp_path / 'wheels'}"] if links else []
        lines = "".join(f"  - {line!r}\n" for line in [*options, *pip])
        text = (
            f"channels: [{channel_url}]\nplatforms: [{platform}]\n"
            f"dependencies:\n"
            + "".join(f"- {name.strip()}\n" for name in conda.split(","))
            + f"- pip:\n{lines}"
        )
        spec = read_specification(text)
        part = solver.solve(text)
        more.setdefault("offline", links)
        return asyncio.run(lock_pip(spec, part, cache_dir=tmp_path / "uv", **more))

    (tmp_path / "wheels").mkdir()
    return locking


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


def test_a_source_distribution_is_refused_with_its_name(lock: Locking, tmp_path: Path) -> None:
    (tmp_path / "wheels/onlysource-1.0.tar.gz").write_bytes(b"")
    with pytest.raises(WheelMissing) as caught:
        lock("onlysource", conda="python")
    assert "onlysource has no wheel" in caught.value.message
    assert caught.value.errors[0].place is not None
    assert not list((tmp_path / "uv").glob("builds*/*"))


def test_where_policy_allows_it_the_built_wheel_is_what_is_locked(
    lock: Locking, tmp_path: Path
) -> None:
    (tmp_path / "wheels/onlysource-1.0.tar.gz").write_bytes(b"")
    asked: list[tuple[str, str]] = []

    async def build(requirement: str, target: Target) -> Path:
        asked.append((requirement, target.platform))
        return make_wheel(tmp_path / "built", "onlysource", "1.0")

    part = lock("onlysource>=1", conda="python", allow_sdists=True, build_wheel=build)
    (wheel,) = part.pip
    built = tmp_path / "built/onlysource-1.0-py3-none-any.whl"
    assert asked == [("onlysource>=1", "linux-64")]
    assert wheel.url == built.as_uri()
    assert wheel.sha256 == hashlib.sha256(built.read_bytes()).hexdigest()


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
