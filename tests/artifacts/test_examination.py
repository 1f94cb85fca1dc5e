"""A form tells which version it is, and damage to it is found."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from artifacts.conftest import MakeForm
from artifacts.prefix_forms import Version
from cli.conftest import Cli
from jupyterlab_terrarium.artifacts.examination import Examination, examine
from jupyterlab_terrarium.artifacts.form import Subject
from jupyterlab_terrarium.models.problem import InvalidArchive, InvalidRequest

#: Forms that hold a lock or all that a digest is made of, and those that only say what they are.
WITH_LOCK = (
    *("offline-bundle", "installer", "conda-lock", "pixi-lock", "explicit"),
    *("pylock", "requirements"),
)
SAYING_ONLY = ("portable-yaml", "pinned-yaml", "cyclonedx", "dockerfile")


@pytest.mark.parametrize("form", WITH_LOCK)
def test_the_digest_follows_from_the_lock_in_it(
    form: str, make_form: MakeForm, subject: Subject
) -> None:
    found = examine(make_form(form))
    assert found.wrong == []
    assert found.identity is not None
    assert (found.form, found.identity.reference) == (form, "anna/data@1")
    whole = found.platform is None
    assert found.digest == (subject.lock_digest if whole else subject.digest("linux-64"))
    assert found.compared > 0


@pytest.mark.parametrize("form", SAYING_ONLY)
def test_a_text_without_a_lock_says_what_it_is_and_that_nothing_was_compared(
    form: str, make_form: MakeForm
) -> None:
    found = examine(make_form(form))
    assert found.identity is not None
    assert (found.form, found.identity.reference) == (form, "anna/data@1")
    assert (found.digest, found.compared, len(found.notes)) == ("", 0, 1)


@pytest.mark.parametrize("form", ["modulefile-lua", "modulefile-tcl", "apptainer-def"])
def test_what_goes_with_an_archive_says_which_version_it_is(moving: Version, form: str) -> None:
    found = examine(moving.make(form))
    assert found.identity is not None
    assert (found.form, found.identity.reference) == (form, "team/analysis@3")


@pytest.mark.parametrize("form", ["archive-zst", "archive-gz"])
def test_an_archive_is_compared_with_its_manifest(moving: Version, form: str) -> None:
    found = examine(moving.make(form))
    assert found.wrong == []
    assert found.identity is not None
    assert found.identity.reference == "team/analysis@3"
    assert found.digest == found.identity.digest
    assert found.compared > 100


def test_an_image_is_compared_blob_by_blob(moving: Version, tmp_path: Path) -> None:
    image = moving.make("oci-image")
    found = examine(image)
    assert (found.form, found.wrong) == ("oci-image", [])
    assert found.identity is not None
    assert found.identity.reference == "team/analysis@3"
    assert found.compared > 3
    data = bytearray(image.read_bytes())
    data[data.rindex(b"\x1f\x8b\x08") + 100] ^= 1
    (tmp_path / "damaged.tar").write_bytes(data)
    [wrong] = examine(tmp_path / "damaged.tar").wrong
    assert "has other content than its name says" in wrong


def test_a_squashfs_file_says_which_version_it_is(moving: Version) -> None:
    found = examine(moving.make("squashfs"))
    assert found.identity is not None
    assert (found.form, found.identity.reference) == ("squashfs", "team/analysis@3")
    assert "was not compared" in found.notes[0]


def _changed(file: Path, target: Path, old: bytes, new: bytes) -> Path:
    data = file.read_bytes()
    assert old in data
    target.write_bytes(data.replace(old, new, 1))
    return target


def _said(digest: str, target: Path, form: Path) -> Examination:
    """The form with another digest in what it says of itself."""
    return examine(_changed(form, target, digest.encode(), digest[::-1].encode()))


def test_what_a_form_says_of_itself_is_compared(
    make_form: MakeForm, subject: Subject, tmp_path: Path
) -> None:
    for form in ("offline-bundle", "conda-lock", "explicit"):
        made = make_form(form)
        said = examine(made).identity
        assert said is not None
        found = _said(said.digest, tmp_path / form, made)
        assert "another digest" in " ".join(found.wrong)
        assert not found.intact


def test_damage_to_an_installer_is_found(make_form: MakeForm, tmp_path: Path) -> None:
    data = bytearray(make_form("installer").read_bytes())
    data[-1] ^= 1
    (tmp_path / "damaged.sh").write_bytes(data)
    found = examine(tmp_path / "damaged.sh")
    assert found.wrong == ["its checksum is another one: it is damaged or incomplete"]
    for value in (b"header=", b"checksum="):
        bad = _changed(make_form("installer"), tmp_path / "changed.sh", b"\n" + value, b"\n#")
        assert "its script was changed" in examine(bad).wrong[0]


def test_damage_to_a_bundle_is_found(make_form: MakeForm, tmp_path: Path) -> None:
    data = bytearray(make_form("offline-bundle").read_bytes())
    at = data.rindex(b"PK\x05\x06")
    data[at + 5] ^= 1
    (tmp_path / "damaged.tar").write_bytes(data)
    found = examine(tmp_path / "damaged.tar")
    [wrong] = found.wrong
    assert "is not the file that the lock names" in wrong


def test_damage_to_an_archive_is_found(moving: Version, tmp_path: Path) -> None:
    plain = tmp_path / "unpacked"
    with tarfile.open(moving.make("archive-gz")) as tar:
        tar.extractall(plain, filter="fully_trusted")
    manifest = next(plain.rglob(".terrarium/manifest.json"))
    top = manifest.parent.parent
    rows: list[Any] = json.loads(manifest.read_bytes())["files"]
    changed, gone = [row[0] for row in rows if row[3] == "file"][:2]
    (top / changed).unlink()
    (top / changed).write_bytes(b"other")
    (top / gone).unlink()
    again = tmp_path / "again.tar.gz"
    with tarfile.open(again, "w:gz") as tar:
        tar.add(plain, ".")
    assert examine(again).wrong == [
        f"{changed} has other content than the manifest says",
        f"{gone} is missing",
    ]


def test_what_is_no_form_is_refused_in_words(tmp_path: Path) -> None:
    for number, data in enumerate((b"", b"hello", b"\0" * 1000, b"PK\x03\x04", b"{}")):
        file = tmp_path / str(number)
        file.write_bytes(data)
        with pytest.raises(InvalidRequest, match="no form of a version"):
            examine(file)
    (tmp_path / "broken.tar.gz").write_bytes(b"\x1f\x8b\x08broken")
    with pytest.raises(InvalidArchive):
        examine(tmp_path / "broken.tar.gz")


def test_from_the_shell_a_file_is_told_apart_from_an_environment(
    cli: Cli, make_form: MakeForm, subject: Subject, tmp_path: Path
) -> None:
    bundle = make_form("offline-bundle")
    done = cli("verify", str(bundle))
    assert done.status == 0, done.err
    assert f"{bundle.name}: offline-bundle of anna/data@1 for linux-64" in done.out
    assert f"platform digest: sha256:{subject.digest('linux-64')}" in done.out
    assert "intact" in done.out
    told = cli("verify", "--json", str(bundle)).document
    assert (told["intact"], told["identity"]["name"]) == (True, "data")
    damaged = bytearray(bundle.read_bytes())
    damaged[damaged.rindex(b"PK\x05\x06") + 5] ^= 1
    (tmp_path / "damaged.tar").write_bytes(damaged)
    done = cli("verify", "damaged.tar")
    assert (done.status, "is not intact: get it again" in done.out) == (1, True)
    assert cli("verify", "no-such-environment").status == 4
