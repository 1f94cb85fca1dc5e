"""The manifest is the same wherever a lock is built; what differs here is in the other file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from install_help import (
    PLACEHOLDER,
    Outcome,
    build,
    make_lock,
    make_package,
    sha256,
)

from jupyterlab_terrarium.conda.files import sha256_of
from jupyterlab_terrarium.conda.manifest import (
    InstalledInfo,
    find_kernels,
    read_digest,
    read_installed,
    read_manifest,
)
from jupyterlab_terrarium.models.lock import Lock
from support.wheels import make_wheel

MANIFEST = ".terrarium/manifest.json"


@pytest.fixture(scope="module")
def two_roots(
    python_build: Outcome, python_lock: Lock, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Outcome, Outcome]:
    """One lock with conda packages, a wheel and variables, built under two roots."""
    directory = tmp_path_factory.mktemp("wheels")
    wheel = make_wheel(directory, "tiny-thing", "1.0", script=True)
    kernel = make_package(
        directory, "kernel", {"share/jupyter/kernels/tiny/kernel.json": f'["{PLACEHOLDER}/bin/x"]'}
    )
    part = python_lock.platforms[0]
    lock = make_lock([*part.conda, kernel], [wheel], {"COLOUR": "chartreuse"})
    elsewhere = tmp_path_factory.mktemp("a-root-with-a-much-longer-name") / "store"
    return build(python_build.layout.root, lock).ready(), build(elsewhere, lock).ready()


def test_manifests_of_two_roots_are_byte_identical(two_roots: tuple[Outcome, Outcome]) -> None:
    here, there = two_roots
    assert here.prefix != there.prefix
    assert (here.prefix / MANIFEST).read_bytes() == (there.prefix / MANIFEST).read_bytes()
    assert len(read_manifest(here.prefix).files) > 900


def test_the_manifest_names_no_place_url_or_time(two_roots: tuple[Outcome, Outcome]) -> None:
    text = (two_roots[0].prefix / MANIFEST).read_text()
    for secret in (str(two_roots[0].layout.root), "file://", "http://", "COLOUR", "chartreuse"):
        assert secret not in text


def test_the_manifest_lists_every_file_with_its_original_content(
    two_roots: tuple[Outcome, Outcome],
) -> None:
    prefix = two_roots[0].prefix
    rows = {file.path: file for file in read_manifest(prefix).files}
    installed = read_installed(prefix)
    assert installed is not None
    found = {
        path.relative_to(prefix).as_posix()
        for path in prefix.rglob("*")
        if path.is_symlink() or path.is_file()
    }
    found = {
        path for path in found if not path.startswith(".terrarium/") and not path.endswith(".pyc")
    }
    assert found == set(rows)
    for path, row in rows.items():
        if path in installed.differing:
            here, size, mode = installed.differing[path]
            status = (prefix / path).stat()
            assert (here, size) == (sha256_of(prefix / path), status.st_size)
            assert mode == status.st_mode & 0o7777
            assert row.type in ("prefix", "generated")
        elif row.type != "link":
            assert row.sha256 == sha256_of(prefix / path), path


def test_the_other_file_says_where_this_copy_lies(two_roots: tuple[Outcome, Outcome]) -> None:
    for outcome in two_roots:
        installed = read_installed(outcome.prefix)
        assert installed is not None
        assert installed.path == str(outcome.prefix)
        assert installed.kernels == ["tiny"] == find_kernels(outcome.prefix)
        assert installed.bytecode
        size = sum(
            path.lstat().st_size
            for path in outcome.prefix.rglob("*")
            if (path.is_file() or path.is_symlink()) and ".terrarium" not in path.parts
        )
        assert abs(installed.size - size) < size / 100


def test_the_digest_is_read_without_reading_the_rest(two_roots: tuple[Outcome, Outcome]) -> None:
    prefix = two_roots[0].prefix
    assert read_digest(prefix) == two_roots[0].job["digest"] == read_manifest(prefix).digest
    assert read_digest(prefix / "lib") is None


def test_a_broken_file_is_no_information(tmp_path: Path) -> None:
    (tmp_path / ".terrarium").mkdir()
    assert read_installed(tmp_path) is None
    (tmp_path / ".terrarium/installed.json").write_text("{}")
    (tmp_path / MANIFEST).write_text("nonsense")
    assert read_installed(tmp_path) is None
    assert read_digest(tmp_path) is None
    assert InstalledInfo("d", "p", "/x").kernels == []


def test_a_path_that_two_packages_claim_is_listed_as_it_lies_there(
    channel: Path, root: Path
) -> None:
    lock = make_lock(
        [
            make_package(channel, "first", {"share/both": "first"}),
            make_package(channel, "second", {"share/both": "second"}),
        ]
    )
    done = build(root, lock).ready()
    (row,) = [file for file in read_manifest(done.prefix).files if file.path == "share/both"]
    content = (done.prefix / "share/both").read_bytes()
    assert row.sha256 == sha256(content)
    assert row.package == content.decode()
    paths = [row[0] for row in json.loads((done.prefix / MANIFEST).read_text())["files"]]
    assert paths == sorted(set(paths))


def test_files_with_the_prefix_in_them_keep_their_original_hash(channel: Path, root: Path) -> None:
    text = f"home = {PLACEHOLDER}\n"
    done = build(root, make_lock([make_package(channel, "one", {"etc/one": text})])).ready()
    (row,) = [file for file in read_manifest(done.prefix).files if file.path == "etc/one"]
    assert row.sha256 == sha256(text.encode())
    installed = read_installed(done.prefix)
    assert installed is not None
    assert installed.differing["etc/one"][0] == sha256(f"home = {done.prefix}\n".encode())
