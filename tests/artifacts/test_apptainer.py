"""Squashfs files and what Apptainer makes a SIF from."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from prefix_forms import Version, files_below, inside, root_file_system, run, unpack

from install.install_help import PLATFORM
from jupyterlab_terrarium.artifacts.form import Workshop
from jupyterlab_terrarium.artifacts.forms import FORMS
from jupyterlab_terrarium.artifacts.identity import LABEL, identity_of
from jupyterlab_terrarium.artifacts.problem import FormImpossible, ToolMissing
from jupyterlab_terrarium.artifacts.squashfs import identify


@pytest.mark.parametrize("compression", ["zstd", "gzip"])
def test_two_stores_make_the_same_bytes(moving: Version, compression: str) -> None:
    made = [moving.make("squashfs", store, compression=compression) for store in (0, 1)]
    assert made[0].read_bytes() == made[1].read_bytes()


def test_unsquashfs_takes_it_and_programs_run_at_its_place(
    moving: Version, base_image: Path, tmp_path: Path, open_home: Path
) -> None:
    made = moving.make("squashfs")
    archive = unpack(moving.make("archive-gz", path="/opt/env"), open_home / "beside-squashfs")
    root = root_file_system(f"{base_image}:base", tmp_path / "base")
    (root / "opt").mkdir(exist_ok=True)
    run("unsquashfs", "-no-progress", "-dest", root / "opt/env", made)
    assert files_below(root / "opt/env") == files_below(archive)
    assert (root / "opt/env").stat().st_mode & 0o777 == 0o755
    assert inside(root, ["/opt/env/.terrarium/entrypoint", "hello"]) == "1.0\n"
    assert "Pygments" in inside(root, ["/opt/env/bin/pygmentize", "-V"])


def test_it_says_which_version_it_is(moving: Version, tmp_path: Path) -> None:
    assert identify(moving.make("squashfs")) == identity_of(moving.subject, PLATFORM)
    other = tmp_path / "other"
    other.write_bytes(b"hsqs and nothing else")
    assert identify(other) is None


def test_without_the_program_it_says_what_to_install(
    moving: Version, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing) as refused:
        moving.make("squashfs")
    assert "squashfs-tools" in refused.value.hint


def test_what_the_program_says_when_it_fails_is_kept(
    moving: Version, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = tmp_path / "mksquashfs"
    old.write_text("#!/bin/sh\necho 'no such option -tar' >&2\nexit 3\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(FormImpossible) as refused:
        moving.make("squashfs")
    assert "status 3" in refused.value.message
    assert "no such option -tar" in refused.value.raw


def sections(definition: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Header, and text by section (Apptainer user guide, "Definition Files")."""
    head, *rest = re.split(r"^%", definition.read_text(), flags=re.MULTILINE)
    pairs = (line.split(": ", 1) for line in head.splitlines() if line and line[0] != "#")
    return dict(pairs), dict(one.split("\n", 1) for one in rest)


def test_the_steps_of_a_definition_make_a_container_that_runs(
    moving: Version, base_image: Path, tmp_path: Path
) -> None:
    header, section = sections(moving.make("apptainer-def"))
    assert header == {"Bootstrap": "docker", "From": "debian:12-slim"}
    root = root_file_system(f"{base_image}:base", tmp_path / "base")
    archive = moving.make("archive-gz", path="/opt/env")
    beside, target = section["files"].split("#")[0].split()
    assert beside == archive.name
    shutil.copy(archive, root / target.strip("/"))
    inside(root, ["sh", "-ec", section["post"]])
    assert not (root / target.strip("/")).exists()
    inside(root, ["sh", "-ec", section["test"]])
    # As `apptainer exec` and `apptainer run` do it.
    assert inside(root, ["sh", "-c", f"{section['environment']}\nhello"]) == "1.0\n"
    assert inside(root, ["sh", "-c", section["runscript"], "run", "hello"]) == "1.0\n"
    labels = dict(line.split() for line in section["labels"].splitlines() if line)
    assert labels[f"{LABEL}digest"] == moving.subject.digest(PLATFORM)


def test_a_definition_may_take_the_image_instead(moving: Version) -> None:
    header, section = sections(moving.make("apptainer-def", source="image"))
    image = FORMS["oci-image"].file_name(moving.subject, PLATFORM)
    assert header == {"Bootstrap": "oci-archive", "From": image}
    assert "post" not in section and "files" not in section


def test_a_definition_needs_no_prefix_and_refuses_what_is_no_linux(moving: Version) -> None:
    form = FORMS["apptainer-def"]
    assert form.needs == "text"
    lock = moving.subject.lock
    mac = lock.platforms[0].model_copy(update={"platform": "osx-arm64"})
    subject = replace(moving.subject, lock=lock.model_copy(update={"platforms": [mac]}))
    shop = Workshop(moving.home)
    with pytest.raises(FormImpossible) as refused:
        form.make(subject, "osx-arm64", form.options(), shop, moving.home / "never")
    assert "osx-arm64" in refused.value.message
