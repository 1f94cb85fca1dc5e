"""Archives: the same from everywhere, and at home anywhere."""

from __future__ import annotations

import hashlib
import subprocess
import tarfile
from pathlib import Path

import pytest
from prefix_forms import Version, as_nobody, files_below, unpack

from install.install_help import PLATFORM
from jupyterlab_terrarium.artifacts.archive import identify
from jupyterlab_terrarium.artifacts.identity import identity_of
from jupyterlab_terrarium.artifacts.problem import FormImpossible

# What differs between an archive for a place, and one that was unpacked there.
_ABOUT_UNPACKING = {"bin/conda-unpack", ".terrarium/unpacked", ".terrarium/entrypoint"}


@pytest.fixture(scope="module")
def relocatable(moving: Version) -> Path:
    return moving.make("archive-zst")


@pytest.fixture(scope="module")
def unpacked(relocatable: Path, open_home: Path) -> Path:
    """Unpacked by somebody else at a place with a blank in its name, and made at home there."""
    place = unpack(relocatable, open_home / "un packed" / "analysis")
    as_nobody([place / "bin/conda-unpack"])
    return place


@pytest.mark.parametrize("form", ["archive-zst", "archive-gz"])
@pytest.mark.parametrize("path", ["", "/opt/analysis"])
@pytest.mark.parametrize("which", ["moving", "without_python"])
def test_two_stores_make_the_same_bytes(
    form: str, path: str, which: str, request: pytest.FixtureRequest
) -> None:
    version: Version = request.getfixturevalue(which)
    made = [version.make(form, store, path=path) for store in (0, 1)]
    first, second = (hashlib.sha256(file.read_bytes()).hexdigest() for file in made)
    assert first == second


def test_nothing_in_it_tells_of_the_store(moving: Version, tmp_path: Path) -> None:
    with tarfile.open(moving.make("archive-gz", store=1)) as tar:
        members = tar.getmembers()
        tar.extractall(tmp_path, filter="tar")
    assert {(one.uid, one.gid, one.uname, one.gname) for one in members} == {(0, 0, "", "")}
    assert {one.mtime for one in members} == {moving.subject.epoch}
    assert {one.mode for one in members if one.isfile()} == {0o644, 0o755}
    store = str(moving.prefixes[1].parent.parent).encode()
    telling = [
        path
        for path, content in files_below(tmp_path).items()
        if store in (content if isinstance(content, bytes) else content.encode())
    ]
    assert telling == []
    assert not (tmp_path / ".terrarium/installed.json").exists()
    manifest = moving.prefixes[0] / ".terrarium/manifest.json"
    assert (tmp_path / ".terrarium/manifest.json").read_bytes() == manifest.read_bytes()


def test_another_user_runs_it_elsewhere(unpacked: Path) -> None:
    show = "import hello, pygments, sys; print(sys.prefix, sys.flags.no_user_site)"
    activated = f"set -eu; . '{unpacked}/bin/activate'; "
    seen = as_nobody(["bash", "-c", f'{activated} python -c "{show}"; echo "$GREETING"'])
    assert seen.splitlines() == [f"{unpacked} 1", 'it\'s a "$HOME"']
    seen = as_nobody(["dash", "-c", f"{activated} hello; echo $TERRARIUM_ACTIVATED"])
    assert seen.splitlines() == ["1.0", "1"]


def test_commands_start_with_their_own_python(unpacked: Path) -> None:
    # Not activated, and with another Python first on the PATH.
    assert as_nobody([unpacked / "bin/hello"]) == "1.0\n"
    assert "Pygments" in as_nobody([unpacked / "bin/pygmentize", "-V"])
    text = (unpacked / "share/terrarium-data/prefix.txt").read_text()
    assert f"was linked into {unpacked}\n" in (unpacked / "etc/terrarium-postlink.txt").read_text()
    assert f"prefix = {unpacked}\nshare = {unpacked}/share\n" in text


def test_byte_code_goes_along_and_nothing_else_is_written(unpacked: Path) -> None:
    before = set(files_below(unpacked))
    assert any(path.endswith(".pyc") for path in before)
    as_nobody([unpacked / "bin/python", "-c", "import hello, pygments.lexers"])
    assert set(files_below(unpacked)) == before


@pytest.mark.parametrize("shell", ["bash", "dash"])
def test_deactivating_restores_everything(unpacked: Path, shell: str) -> None:
    script = f"set -u; env | sort; echo -; . '{unpacked}/bin/activate'; . deactivate; env | sort"
    before, after = as_nobody([shell, "-c", script], {"GREETING": "hi"}).split("-\n")
    assert "GREETING=hi" in before and "PYTHONNOUSERSITE" not in before
    assert after == before


def test_it_works_before_it_is_unpacked_to_the_end(relocatable: Path, open_home: Path) -> None:
    place = unpack(relocatable, open_home / "just-unpacked")
    assert as_nobody(["bash", "-c", f". {place}/bin/activate && hello"]) == "1.0\n"
    words = as_nobody(["dash", "-c", f". {place}/bin/activate"], ok=False)
    assert "run bin/conda-unpack first" in words


def test_unpacking_to_the_end_is_done_once(unpacked: Path, open_home: Path) -> None:
    before = files_below(unpacked)
    as_nobody([unpacked / "bin/conda-unpack"])
    assert files_below(unpacked) == before
    moved = open_home / "moved"
    subprocess.run(["cp", "-a", unpacked, moved], check=True)
    words = as_nobody([moved / "bin/conda-unpack"], ok=False)
    assert str(unpacked) in words and "unpack the archive once more" in words


@pytest.mark.parametrize("which", ["moving", "without_python"])
def test_an_unpacked_archive_is_what_one_for_that_place_holds(
    which: str, open_home: Path, request: pytest.FixtureRequest
) -> None:
    version: Version = request.getfixturevalue(which)
    place = unpack(version.make("archive-zst"), open_home / "at-home" / which)
    as_nobody([place / "bin/conda-unpack"])
    fixed = unpack(version.make("archive-gz", path=str(place)), open_home / "fixed" / which)
    ours, theirs = files_below(place), files_below(fixed)
    for path in _ABOUT_UNPACKING:
        ours.pop(path, None)
        theirs.pop(path, None)
    # It says how to use it, with the place where there is one.
    for files in (ours, theirs):
        activate = files["bin/activate"]
        assert isinstance(activate, bytes)
        files["bin/activate"] = activate.partition(b"\n")[2]
    assert ours.keys() == theirs.keys()
    assert [path for path in ours if ours[path] != theirs[path]] == []


def test_one_without_python_is_unpacked_by_the_shell(
    without_python: Version, open_home: Path
) -> None:
    place = unpack(without_python.make("archive-gz"), open_home / "tools")
    as_nobody(["dash", place / "bin/conda-unpack"])
    assert as_nobody([place / "bin/greet"]) == f"{place}/share 2\n"
    program = (place / "lib/program.so").read_bytes()
    assert f"{place}/a:{place}/%s\0".encode() in program and program.endswith(b"\0\xff\0END")


def test_an_archive_for_a_place_needs_nothing_there(moving: Version, open_home: Path) -> None:
    place = open_home / "fixed-place"
    unpack(moving.make("archive-zst", path=str(place)), place)
    assert not (place / "bin/conda-unpack").exists()
    assert as_nobody([place / "bin/hello"]) == "1.0\n"
    assert as_nobody(["dash", "-c", f". {place}/bin/activate; hello"]) == "1.0\n"
    data = (place / "share/terrarium-data/prefix.bin").read_bytes()
    assert f"\0{place}/share\0".encode() in data


def test_a_path_without_room_is_refused_in_words(moving: Version) -> None:
    long = "/opt/" + "x" * 300
    with pytest.raises(FormImpossible) as refused:
        moving.make("archive-zst", path=long)
    assert "has 305 characters" in refused.value.message
    assert "share/terrarium-data/prefix.bin" in refused.value.message
    assert refused.value.hint == "Choose a shorter path."


@pytest.mark.parametrize("path", ["opt", "/", "/a/../b", "/a b", "/a/./b", "/a'", "/a\n"])
def test_a_path_that_is_none_is_refused(moving: Version, path: str) -> None:
    with pytest.raises(ValueError, match="path"):
        moving.make("archive-zst", path=path)


def test_it_says_which_version_it_is(moving: Version, relocatable: Path, tmp_path: Path) -> None:
    expected = identity_of(moving.subject, PLATFORM)
    assert expected.reference == "team/analysis@3"
    assert identify(relocatable) == expected
    assert identify(moving.make("archive-gz")) == expected
    other = tmp_path / "other.tar.gz"
    with tarfile.open(other, "w:gz") as tar:
        tar.add(__file__, "x")
    assert identify(other) is None
    other.write_bytes(b"\x1f\x8bno")
    assert identify(other) is None
