"""Wheels from source archives: what is built, what is refused, and what the code can reach."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import socket
import tarfile
import time
import zipfile
from pathlib import Path
from typing import Any

import psutil
import pytest

from jupyterlab_terrarium.builds import wheel_child
from jupyterlab_terrarium.builds.sandbox import probe
from jupyterlab_terrarium.builds.wheel_build import BuildLimits
from jupyterlab_terrarium.builds.wheel_builder import WheelBuilder
from jupyterlab_terrarium.conda.pip_sources import Sdist
from jupyterlab_terrarium.conda.uv_run import Indexes
from jupyterlab_terrarium.models.build_problem import HashMismatch, SourceBuildFailed, WheelMissing
from support.sdists import make_sdist, write_tar

CHILD = Path(wheel_child.__file__)


@pytest.fixture
def indexes(tmp_path: Path) -> Indexes:
    """No network: what building needs comes from a directory."""
    links = tmp_path / "links"
    links.mkdir()
    return Indexes(tmp_path / "uv", {"find-links": [str(links)]}, offline=True)


def build(
    tmp_path: Path, archive: Path, indexes: Indexes, name: str = "sample", **limits: Any
) -> Path:
    builder = WheelBuilder(tmp_path / "wheels", limits=BuildLimits(**limits))
    return asyncio.run(builder.build(Sdist(name, archive.as_uri()), indexes))


def test_the_wheel_is_kept_under_its_hash(tmp_path: Path, indexes: Indexes) -> None:
    wheel = build(tmp_path, make_sdist(tmp_path, "sample"), indexes)
    assert wheel.name == "sample-1.0-py3-none-any.whl"
    assert wheel.parent.name == hashlib.sha256(wheel.read_bytes()).hexdigest()
    assert wheel.parent.parent == tmp_path / "wheels"
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read("sample/__init__.py") == b"VERSION = '1.0'\n"


def test_two_builds_of_one_archive_give_the_same_bytes(tmp_path: Path, indexes: Indexes) -> None:
    archive = make_sdist(tmp_path, "sample")
    first = build(tmp_path / "a", archive, indexes)
    assert build(tmp_path / "b", archive, indexes).read_bytes() == first.read_bytes()
    with zipfile.ZipFile(first) as wheel:
        assert {entry.date_time for entry in wheel.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_setuptools_builds_what_has_only_a_setup_py(tmp_path: Path) -> None:
    """The backend comes from PyPI, before the network is taken away."""
    setup = "from setuptools import setup\nsetup(name='sample', version='3', py_modules=['one'])\n"
    archive = write_tar(
        tmp_path / "sample-3.tar.gz", {"sample-3/setup.py": setup, "sample-3/one.py": "x = 1\n"}
    )
    one, two = (build(tmp_path / n, archive, Indexes(tmp_path / "uv")) for n in "ab")
    assert one.name == "sample-3-py3-none-any.whl"
    assert one.read_bytes() == two.read_bytes()


def test_what_building_needs_is_installed_as_wheels_only(tmp_path: Path, indexes: Indexes) -> None:
    needs = make_sdist(tmp_path, "helper")
    archive = make_sdist(tmp_path, "sample", body="import helper", requires=["helper>=1"])
    with pytest.raises(SourceBuildFailed, match="needs to be built") as caught:
        build(tmp_path, archive, indexes)
    assert "helper" in caught.value.raw
    wheel = build(tmp_path, needs, indexes, "helper")
    (tmp_path / "links" / wheel.name).write_bytes(wheel.read_bytes())
    assert build(tmp_path, archive, indexes).is_file()


def test_an_archive_is_built_once(tmp_path: Path, indexes: Indexes) -> None:
    archive = make_sdist(tmp_path, "sample", body="FILES['sample/n'] = os.urandom(8)")
    builder = WheelBuilder(tmp_path / "wheels")
    sdist = Sdist("sample", archive.as_uri())

    async def work() -> set[Path]:
        at_once = await asyncio.gather(*(builder.build(sdist, indexes) for _ in range(2)))
        return {*at_once, await builder.build(sdist, indexes)}

    [wheel] = asyncio.run(work())
    wheel.write_bytes(b"damaged")
    again = asyncio.run(builder.build(sdist, indexes))
    assert again.parent.name == hashlib.sha256(again.read_bytes()).hexdigest()
    assert again != wheel


def test_an_archive_that_was_replaced_is_not_run(tmp_path: Path, indexes: Indexes) -> None:
    archive = make_sdist(tmp_path, "sample")
    sdist = Sdist("sample", archive.as_uri(), "0" * 64)
    with pytest.raises(HashMismatch, match=r"sample-1.0.tar.gz is not the file"):
        asyncio.run(WheelBuilder(tmp_path / "wheels").build(sdist, indexes))


def test_building_reaches_nothing_outside(
    tmp_path: Path, indexes: Indexes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It tries to write, to read, to speak, and to see the server's environment."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    secret = tmp_path / "secret"
    secret.write_text("hunter2")
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as server:
        body = f"""
import socket
def attempt(what, call):
    try:
        FILES["sample/" + what] = repr(call())
    except OSError:
        FILES["sample/" + what] = "refused"
attempt("write", lambda: Path({str(tmp_path / "outside")!r}).write_text("x"))
attempt("store", lambda: Path({str(wheels / "x")!r}).write_text("x"))
attempt("read", lambda: Path({str(secret)!r}).read_text())
attempt("speak", lambda: socket.create_connection({server.getsockname()}, 2))
attempt("environment", lambda: dict(os.environ))
attempt("home", lambda: Path.home().joinpath("x").write_text("x"))
"""
        wheel = build(tmp_path, make_sdist(tmp_path, "sample", body=body), indexes)
    with zipfile.ZipFile(wheel) as archive:
        found = {
            name: archive.read(f"sample/{name}").decode()
            for name in ("write", "store", "read", "speak", "environment", "home")
        }
    assert found["home"] == "1"
    assert "hunter2" not in found["environment"]
    enforced = set(probe())
    if {"files", "bwrap"} & enforced:
        assert [found[name] for name in ("write", "store", "read")] == ["refused"] * 3
        assert not (tmp_path / "outside").exists()
        assert [path.name for path in wheels.iterdir()] == [wheel.parent.name]
    if {"no-network", "bwrap"} & enforced:
        assert found["speak"] == "refused"


@pytest.mark.parametrize("body", ["raise RuntimeError('no compiler here')", "os._exit(3)"])
def test_a_build_that_fails_says_so_with_the_end_of_its_output(
    tmp_path: Path, indexes: Indexes, body: str
) -> None:
    archive = make_sdist(tmp_path, "sample", body=f"print('compiling', flush=True)\n{body}")
    with pytest.raises(SourceBuildFailed) as caught:
        build(tmp_path, archive, indexes)
    assert caught.value.message == "Building a wheel from sample-1.0.tar.gz failed."
    assert "compiling" in caught.value.raw
    assert ("no compiler here" in caught.value.raw) == ("RuntimeError" in body)


def test_a_build_that_takes_too_long_is_ended(tmp_path: Path, indexes: Indexes) -> None:
    archive = make_sdist(tmp_path, "sample", body="time.sleep(271.82)")
    with pytest.raises(SourceBuildFailed, match="was ended after 3 seconds"):
        build(tmp_path, archive, indexes, seconds=3)


def test_memory_and_file_sizes_are_bounded(tmp_path: Path, indexes: Indexes) -> None:
    for body, said in (
        ("held = bytearray(1 << 30)", "MemoryError"),
        ("Path('big').write_bytes(bytes(3 << 20))", "File too large"),
    ):
        archive = make_sdist(tmp_path, "sample", body=body)
        with pytest.raises(SourceBuildFailed) as caught:
            build(tmp_path, archive, indexes, memory_bytes=512 << 20, max_file_bytes=2 << 20)
        assert said in caught.value.raw


def building() -> list[psutil.Process]:
    """The backends that run now."""
    ours = {process.pid for process in psutil.Process().children(recursive=True)}
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if process.pid in ours and (process.info["cmdline"] or [])[-6:-4] == [str(CHILD), "build"]
    ]


def test_whoever_goes_away_leaves_nothing_running(tmp_path: Path, indexes: Indexes) -> None:
    archive = make_sdist(tmp_path, "sample", body="time.sleep(271.82)")

    def wait() -> list[psutil.Process]:
        while not (found := building()):
            time.sleep(0.05)
        return found

    async def work() -> list[psutil.Process]:
        task = asyncio.create_task(
            WheelBuilder(tmp_path / "wheels").build(Sdist("sample", archive.as_uri()), indexes)
        )
        found = await asyncio.wait_for(asyncio.to_thread(wait), 60)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return found

    found = asyncio.run(work())
    assert psutil.wait_procs(found, timeout=5)[1] == []


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"tag": "cp311-cp311-linux_x86_64"}, "does not fit every platform"),
        ({"tag": "py3-none-linux_x86_64"}, "does not fit every platform"),
        ({"tag": "cp311-none-any"}, "every Python 3"),
        ({"files": {"sample/fast.cpython-311-x86_64-linux-gnu.so": b"x"}}, "compiled code"),
        ({"files": {"sample/tool": b"\x7fELF\x02"}}, "compiled code"),
        ({"body": "global NAME; NAME = 'other'"}, "not one of sample"),
        ({"body": "global VERSION; VERSION = '?'"}, "not named like a wheel"),
    ],
)
def test_only_a_pure_wheel_of_that_name_is_accepted(
    tmp_path: Path, indexes: Indexes, more: dict[str, Any], why: str
) -> None:
    with pytest.raises(WheelMissing, match=why) as caught:
        build(tmp_path, make_sdist(tmp_path, "sample", **more), indexes)
    assert "compiled code must come from conda or as a wheel" in caught.value.hint
    assert not (tmp_path / "wheels").exists()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("os.symlink(__file__, directory + '/a-1-py3-none-any.whl'); os._exit(0)", "builder"),
        ("os.mkfifo(directory + '/a-1-py3-none-any.whl'); os._exit(0)", "no file"),
        ("os._exit(0)", "made 0 wheels"),
        ("Path(directory, 'a-1-py3-none-any.whl').touch()", "made 2 wheels"),
    ],
)
def test_what_is_no_file_is_not_taken_for_a_wheel(
    tmp_path: Path, indexes: Indexes, body: str, why: str
) -> None:
    with pytest.raises(WheelMissing, match=why):
        build(tmp_path, make_sdist(tmp_path, "sample", body=body), indexes)


def member(name: str, kind: bytes, link: str = "", mode: int = 0o644) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode = kind, link, mode
    return info


TOP = "sample-1.0"
GOOD = {f"{TOP}/pyproject.toml": "[build-system]\nrequires=[]\nbuild-backend='b'\n"}


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"../outside": "x"}, "outside of it"),
        ({"/tmp/terrarium-outside": "x"}, "outside of it"),
        ({f"{TOP}/a/../../../outside": "x"}, "outside of it"),
        ({"l": member(f"{TOP}/l", tarfile.SYMTYPE, "/etc/passwd")}, "a link to what"),
        ({"l": member(f"{TOP}/l", tarfile.SYMTYPE, "../../../etc/passwd")}, "a link to what"),
        ({"l": member(f"{TOP}/l", tarfile.LNKTYPE, "/etc/passwd")}, "a link to what"),
        ({"l": member(f"{TOP}/l", tarfile.SYMTYPE, "l")}, "a link to what"),
        ({"l": member(f"{TOP}/d", tarfile.CHRTYPE)}, "neither file nor directory"),
        ({"l": member(f"{TOP}/p", tarfile.FIFOTYPE)}, "neither file nor directory"),
        ({"more/x": "x"}, "one directory"),
        ({f"{TOP}/pyproject.toml": "[build-system"}, "cannot be read"),
        ({f"{TOP}/pyproject.toml": "[build-system]\nrequires = ['x @ file:///x']"}, "no index"),
    ],
)
def test_a_hostile_archive_is_refused_in_words(
    tmp_path: Path, indexes: Indexes, files: dict[str, str | tarfile.TarInfo], why: str
) -> None:
    archive = write_tar(tmp_path / "sample-1.0.tar.gz", {**GOOD, **files})
    with pytest.raises(WheelMissing, match=why) as caught:
        build(tmp_path, archive, indexes)
    assert caught.value.message.startswith("The source archive sample-1.0.tar.gz is refused: ")


def test_links_within_an_archive_are_followed(tmp_path: Path, indexes: Indexes) -> None:
    archive = make_sdist(tmp_path, "sample", body="Path('README').read_text()[0]")
    files: dict[str, Any] = {}
    with tarfile.open(archive) as tar:
        for one in tar:
            content = tar.extractfile(one)
            assert content is not None
            files[one.name] = content.read().decode()
    files["link"] = member(f"{TOP}/README", tarfile.SYMTYPE, "src/module.py")
    assert build(tmp_path, write_tar(archive, files), indexes).is_file()


def test_a_zip_is_refused_unread(tmp_path: Path, indexes: Indexes) -> None:
    archive = make_sdist(tmp_path, "sample").rename(tmp_path / "sample-1.0.zip")
    with pytest.raises(WheelMissing, match="only tar archives"):
        build(tmp_path, archive, indexes)


@pytest.mark.parametrize("kind", ["not gzip", "cut off", "bomb", "huge header", "too large"])
def test_a_broken_archive_or_a_bomb_is_refused(tmp_path: Path, indexes: Indexes, kind: str) -> None:
    archive = make_sdist(tmp_path, "sample")
    limits: dict[str, Any] = {}
    if kind == "not gzip":
        archive.write_bytes(b"PK" + os.urandom(2000))
    elif kind == "cut off":
        archive.write_bytes(archive.read_bytes()[:-300])
    elif kind == "too large":
        limits["max_archive_bytes"] = 10
    else:
        info = member(f"{TOP}/zeros", tarfile.REGTYPE if kind == "bomb" else tarfile.XHDTYPE)
        info.size = 400 << 20
        with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
            tar.addfile(info, io.BytesIO(bytes(info.size)))
        limits = {"memory_bytes": 256 << 20, "max_file_bytes": 10 << 20}
    with pytest.raises(WheelMissing, match=r"source archive sample-1\.0\.tar\.gz is refused"):
        build(tmp_path, archive, indexes, **limits)
