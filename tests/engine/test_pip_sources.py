"""Packages of the `pip:` section without a wheel: refused, or built and locked as a wheel."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from engine_help import refuse_with, serve_files, web_server
from pip_help import Locking, make_wheel

from jupyterlab_terrarium.builds.wheel_builder import WheelBuilder
from jupyterlab_terrarium.conda.pip_sources import BuildWheel, Sdist
from jupyterlab_terrarium.conda.uv_run import Indexes
from jupyterlab_terrarium.models.build_problem import (
    CredentialsMissing,
    PipConflict,
    SourceBuildFailed,
    WheelMissing,
)
from support.sdists import make_sdist

#: What a build would leave behind if its code ran outside of the sandbox.
TRACE = "Path({!r}).write_text('executed')"


@pytest.fixture
def links(tmp_path: Path) -> Path:
    """The directory that `lock` makes uv look into."""
    return tmp_path / "wheels"


@pytest.fixture
def build(tmp_path: Path) -> BuildWheel:
    return WheelBuilder(tmp_path / "store").build


def test_it_is_refused_with_its_name_and_not_run(
    lock: Locking, links: Path, tmp_path: Path
) -> None:
    trace = TRACE.format(str(tmp_path / "trace"))
    archive = make_sdist(links, "onlysource", at_import=trace)
    with pytest.raises(WheelMissing) as caught:
        lock("onlysource", conda="python")
    assert "onlysource has no wheel" in caught.value.message
    assert "administrator to allow building from source" in caught.value.hint
    assert caught.value.errors[0].place is not None
    with pytest.raises(WheelMissing, match="not a wheel; only wheels") as caught:
        lock(f"onlysource @ {archive.as_uri()}", conda="python")
    assert "administrator may allow building from source" in caught.value.hint
    assert not (tmp_path / "trace").exists()


def test_the_wheel_built_is_what_is_locked(
    lock: Locking, links: Path, build: BuildWheel, tmp_path: Path
) -> None:
    for version in ("1.0", "2.0", "3.0"):
        make_sdist(links, "onlysource", version)
    part = lock("onlysource<3", conda="python", build_wheel=build)
    [wheel] = part.pip
    assert (wheel.name, wheel.version, wheel.requested) == ("onlysource", "2.0", "onlysource<3")
    [kept] = (tmp_path / "store").glob("*/*")
    assert wheel.url == kept.as_uri()
    assert wheel.sha256 == hashlib.sha256(kept.read_bytes()).hexdigest() == kept.parent.name
    assert wheel.size == kept.stat().st_size
    # It is pure, so it is the same for another platform.
    assert lock("onlysource<3", conda="python", platform="osx-arm64", build_wheel=build).pip == [
        wheel
    ]


@pytest.mark.parametrize("static", [False, True])
def test_an_address_of_a_source_archive_is_followed(
    lock: Locking, build: BuildWheel, tmp_path: Path, static: bool
) -> None:
    archive = make_sdist(tmp_path / "mine", "mine", needs=["base>1"], static=static)
    make_wheel(tmp_path / "wheels", "base", "2.0")
    part = lock(f"mine @ {archive.as_uri()}", conda="python", build_wheel=build)
    assert {wheel.name: wheel.version for wheel in part.pip} == {"mine": "1.0", "base": "2.0"}
    [mine] = [wheel for wheel in part.pip if wheel.name == "mine"]
    assert mine.file_name == "mine-1.0-py3-none-any.whl"
    assert mine.requested.endswith(".tar.gz")
    with web_server(serve_files(archive.parent)) as web:
        line = f"mine @ {web.url}/{archive.name}"
        fetched = lock(line, conda="python", build_wheel=build, offline=False)
    assert [one.sha256 for one in fetched.pip] == [one.sha256 for one in part.pip]


def test_what_others_need_is_built_too(lock: Locking, links: Path, build: BuildWheel) -> None:
    make_wheel(links, "parent", "1.0", "child<2")
    make_sdist(links, "child", needs=["grandchild"])
    make_sdist(links, "grandchild")
    part = lock("parent", conda="python", build_wheel=build)
    assert [wheel.name for wheel in part.pip] == ["child", "grandchild", "parent"]
    make_sdist(links, "child", "2.0")
    with pytest.raises(PipConflict) as caught:
        lock("parent", conda="python", build_wheel=build)
    assert "child-2.0-py3-none-any.whl was built from the newest" in caught.value.hint
    part = lock("parent", "child<2", conda="python", build_wheel=build)
    assert [wheel.version for wheel in part.pip] == ["1.0", "1.0", "1.0"]


def test_only_what_the_platform_needs_is_built(lock: Locking, tmp_path: Path) -> None:
    asked: list[Sdist] = []

    async def build(sdist: Sdist, indexes: Indexes) -> Path:
        asked.append(sdist)
        return make_wheel(tmp_path / "built", sdist.name, "1.0")

    make_sdist(tmp_path / "wheels", "named")
    make_wheel(tmp_path / "wheels", "named", "0.9")
    archive = make_sdist(tmp_path, "mine")
    line = f"mine @ {archive.as_uri()} ; sys_platform == 'win32'"
    part = lock(line, "named", conda="python", build_wheel=build)
    assert [(wheel.name, wheel.version) for wheel in part.pip] == [("named", "0.9")]
    assert asked == []


@pytest.mark.parametrize("by_name", [True, False])
def test_looking_for_the_archive_runs_nothing_of_it(
    lock: Locking, links: Path, tmp_path: Path, by_name: bool
) -> None:
    trace = TRACE.format(str(tmp_path / "trace"))
    archive = make_sdist(links, "onlysource", at_import=trace)
    asked: list[Sdist] = []

    async def build(sdist: Sdist, indexes: Indexes) -> Path:
        asked.append(sdist)
        return make_wheel(tmp_path / "built", sdist.name, "1.0")

    line = "onlysource" if by_name else f"onlysource @ {archive.as_uri()}"
    assert lock(line, conda="python", build_wheel=build).pip
    sha256 = hashlib.sha256(archive.read_bytes()).hexdigest() if by_name else ""
    assert asked == [Sdist("onlysource", archive.as_uri(), sha256)]
    assert not (tmp_path / "trace").exists()


def test_what_goes_wrong_names_the_line(lock: Locking, links: Path, build: BuildWheel) -> None:
    make_sdist(links, "broken", body="raise RuntimeError('no compiler here')")
    with pytest.raises(SourceBuildFailed) as caught:
        lock("broken", conda="python", build_wheel=build)
    assert "no compiler here" in caught.value.raw
    [finding] = caught.value.errors
    assert finding.place is not None and finding.place.line == 7
    with web_server(refuse_with(401)) as web, pytest.raises(CredentialsMissing):
        line = f"mine @ {web.url}/mine-1.0.tar.gz"
        lock(line, conda="python", build_wheel=build, offline=False)


def test_a_package_that_nobody_has_is_missing_and_not_built(
    lock: Locking, links: Path, build: BuildWheel
) -> None:
    make_wheel(links, "foreign", "1.0", tag="cp311-cp311-win_amd64")
    with pytest.raises(WheelMissing, match="foreign has no wheel"):
        lock("foreign", conda="python", build_wheel=build)
