from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import tomli
from uv import find_uv_bin

from artifacts.conftest import MakeText
from jupyterlab_terrarium.artifacts.form import Subject
from jupyterlab_terrarium.artifacts.forms import FORMS
from jupyterlab_terrarium.artifacts.identity import Identity, identify_text
from jupyterlab_terrarium.artifacts.problem import FormImpossible


def uv_installs(file: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """What `uv pip install` does with *file*, without a network."""
    command = [find_uv_bin(), "pip", "install", "--offline", "--no-config", *options]
    where = ["--python", sys.executable, "--target", str(file.parent / "target")]
    cache = ["--cache-dir", str(file.parent / "cache")]
    return subprocess.run(
        [*command, *where, *cache, "-r", file.name],
        cwd=file.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def installed(said: str) -> set[str]:
    return set(re.findall(r"^ \+ (\S+==\S+)", said, re.MULTILINE))


FILES = {
    "pylock": "pylock.data-1-linux-64.toml",
    "requirements": "data-1-linux-64.requirements.txt",
}


@pytest.mark.parametrize(
    ("form", "options"),
    [("pylock", ["--preview"]), ("requirements", ["--no-deps", "--require-hashes"])],
)
def test_uv_would_install_exactly_the_wheels_and_checks_their_hashes(
    make_text: MakeText, subject: Subject, tmp_path: Path, form: str, options: list[str]
) -> None:
    text = make_text(form)
    file = tmp_path / FORMS[form].file_name(subject, "linux-64")
    assert file.name == FILES[form]
    file.write_text(text)
    done = uv_installs(file, "--dry-run", *options)
    assert done.returncode == 0, done.stderr
    wheels = subject.part("linux-64").pip
    assert installed(done.stderr) == {f"{one.name}=={one.version}" for one in wheels}
    assert identify_text(text) == Identity(
        form, "anna", "data", 1, "linux-64", subject.digest("linux-64")
    )
    file.write_text(text.replace(wheels[0].sha256, "0" * 64))
    assert "Hash mismatch" in uv_installs(file, *options).stderr
    file.write_text(text)
    assert uv_installs(file, *options).returncode == 0
    assert (tmp_path / "target" / "hello_core" / "__init__.py").is_file()


def test_pylock_is_what_pep_751_describes(make_text: MakeText, subject: Subject) -> None:
    lock = tomli.loads(make_text("pylock"))
    assert lock["lock-version"] == "1.0"
    assert lock["requires-python"] == "==3.11.*"
    assert [one["name"] for one in lock["packages"]] == ["hello", "hello-core"]
    (wheel,) = lock["packages"][0]["wheels"]
    hello = subject.part("linux-64").pip[0]
    assert wheel["hashes"] == {"sha256": hello.sha256}
    assert lock["tool"]["terrarium"]["identity"].startswith("pylock anna/data@1 linux-64 sha256:")


@pytest.mark.parametrize("form", ["pylock", "requirements"])
def test_an_environment_without_wheels_has_no_such_form(
    make_text: MakeText, subject: Subject, form: str
) -> None:
    parts = [part.model_copy(update={"pip": []}) for part in subject.lock.platforms]
    bare = replace(subject, lock=subject.lock.model_copy(update={"platforms": parts}))
    with pytest.raises(FormImpossible, match="no wheels") as caught:
        make_text(form, of=bare)
    assert "conda-lock" in caught.value.hint
