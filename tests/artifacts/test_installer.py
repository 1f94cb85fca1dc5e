"""The installer runs where there is a shell and the core utilities, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest

from artifacts.bare_root import BareRoot, make_bare_root
from artifacts.conftest import MakeForm
from jupyterlab_terrarium.artifacts.form import Subject
from jupyterlab_terrarium.artifacts.identity import read_identity
from jupyterlab_terrarium.artifacts.problem import FormImpossible
from jupyterlab_terrarium.conda.lockfile import read_conda_lock
from jupyterlab_terrarium.models.digest import platform_digest

SOMEBODY = "1234:1234"
RUN = ("/bin/sh", "/install.sh")


@pytest.fixture(scope="module")
def installer(make_form: MakeForm) -> Path:
    return make_form("installer")


@pytest.fixture
def bare(tmp_path: Path, installer: Path) -> BareRoot:
    root = make_bare_root(tmp_path / "root")
    root.add(installer, "install.sh")
    return root


def test_it_installs_without_rights_and_everything_runs(bare: BareRoot, subject: Subject) -> None:
    done = bare.run(*RUN, "--prefix", "/opt/env", user=SOMEBODY)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == "Installed anna/data@1 into /opt/env\n"
    python = bare.run(
        "/opt/env/bin/python", "-c", "import idna, sys; print(sys.prefix)", user=SOMEBODY
    )
    assert python.stdout == "/opt/env\n", python.stderr
    assert bare.run("/opt/env/bin/hello", user=SOMEBODY).stdout == "2.1\n"
    active = '. /opt/env/bin/activate && echo "$CONDA_PREFIX" "$THREADS" "$(hello)"'
    assert bare.run("/bin/sh", "-c", active, user=SOMEBODY).stdout == "/opt/env 1 2.1\n"
    own = bare.path / "opt/env/.terrarium"
    lock = read_conda_lock((own / "conda-lock.yml").read_text())
    assert platform_digest(lock, "linux-64") == subject.digest("linux-64")
    said = read_identity((own / "version.json").read_bytes())
    assert said is not None
    assert (said.form, said.name, said.digest) == ("installer", "data", subject.digest("linux-64"))
    assert not (bare.path / "opt/env/.installing").exists()


def test_pip_and_conda_know_what_is_installed(bare: BareRoot, subject: Subject) -> None:
    assert bare.run(*RUN, "--prefix", "/opt/env").returncode == 0
    packages = bare.path / "opt/env/lib/python3.11/site-packages"
    [hello] = metadata.distributions(name="hello", path=[str(packages)])
    assert (hello.version, hello.read_text("INSTALLER")) == ("2.1", "terrarium\n")
    assert {str(file) for file in hello.files or ()} >= {"hello/__init__.py", "../../../bin/hello"}
    assert [file for file in hello.files or () if not file.locate().exists()] == []
    records = {path.stem for path in (bare.path / "opt/env/conda-meta").glob("*.json")}
    part = subject.part("linux-64")
    assert records == {f"{one.name}-{one.version}-{one.build}" for one in part.conda}
    state = json.loads((bare.path / "opt/env/conda-meta/state").read_text())
    assert state["env_vars"] == subject.lock.variables


def test_help_and_verification_write_nothing(bare: BareRoot) -> None:
    before = sorted(bare.path.rglob("*"))
    told = bare.run(*RUN, "--help").stdout
    assert "--prefix DIR" in told
    assert "anna/data@1 for linux-64" in told
    assert bare.run(*RUN, "--verify").stdout == "anna/data@1 for linux-64, intact.\n"
    told = bare.run(*RUN, "--prefix", "/opt/env", "--kernel").stderr
    assert told == "Error: this environment has no kernel to list\n"
    assert (
        bare.run(*RUN, "--frobnicate").stderr == "Error: '--frobnicate' is no option: see --help\n"
    )
    assert sorted(bare.path.rglob("*")) == before


def _flip(at: float) -> Callable[[bytearray], None]:
    def change(data: bytearray) -> None:
        data[int(len(data) * at) - 1] ^= 1

    return change


def _flip_comment(data: bytearray) -> None:
    data[data.index(b"verifies itself")] ^= 1


def _cut(data: bytearray) -> None:
    del data[-1]


def _append(data: bytearray) -> None:
    data += b"x"


DAMAGES: dict[str, Callable[[bytearray], None]] = {
    "the script": _flip_comment,
    "the middle": _flip(0.5),
    "the last byte": _flip(1.0),
    "a byte missing": _cut,
    "a byte too many": _append,
}


@pytest.mark.parametrize("where", DAMAGES)
def test_damage_is_found_before_anything_is_written(bare: BareRoot, where: str) -> None:
    data = bytearray((bare.path / "install.sh").read_bytes())
    DAMAGES[where](data)
    (bare.path / "install.sh").write_bytes(data)
    before = sorted(bare.path.rglob("*"))
    done = bare.run(*RUN, "--prefix", "/opt/env")
    assert done.returncode == 1
    assert "damaged or incomplete" in done.stderr
    assert sorted(bare.path.rglob("*")) == before


BAD_PLACES = {
    "/opt/full": "/opt/full is not empty",
    "/opt/file": "/opt/file is there already, and no directory",
    "/opt/with blank": "has a blank or another character",
    "/opt/quo'te": "has a blank or another character",
    "/opt/$HOME": "has a blank or another character",
    "/opt/[a]": "has a blank or another character",
    "/opt/a:b": "has a blank or another character",
    "/opt/new\nline": "has a blank or another character",
    "/opt/../etc": "without . and ..",
    "/" + "a" * 200: "choose a shorter one",
    "/": "no place for an environment",
    "/dev-null/x": "could not be made",
}


@pytest.mark.parametrize("place", BAD_PLACES)
def test_places_where_nothing_can_be_are_refused(bare: BareRoot, place: str) -> None:
    (bare.path / "opt/full").mkdir()
    (bare.path / "opt/full/.hidden").touch()
    (bare.path / "opt/file").touch()
    (bare.path / "dev-null").touch()
    before = sorted(bare.path.rglob("*"))
    done = bare.run(*RUN, "--prefix", place)
    assert done.returncode == 1
    assert BAD_PLACES[place] in done.stderr
    assert sorted(bare.path.rglob("*")) == before


def test_the_place_is_asked_for(bare: BareRoot) -> None:
    done = bare.run(*RUN, user=SOMEBODY, given="\n")
    assert "Install anna/data@1 into [/home/somebody/data-1]: " in done.stdout
    assert (bare.path / "home/somebody/data-1/bin/hello").exists(), done.stderr
    done = bare.run(*RUN, user=SOMEBODY, given="~/other\n")
    assert (bare.path / "home/somebody/other/bin/hello").exists(), done.stderr
    assert "nobody answers" in bare.run(*RUN, user=SOMEBODY).stderr
    assert "is not empty" in bare.run(*RUN, "--yes", user=SOMEBODY).stderr


@pytest.mark.parametrize("there", [True, False])
def test_after_an_error_nothing_is_left(bare: BareRoot, there: bool) -> None:
    if there:
        (bare.path / "opt/env").mkdir()
    before = sorted(bare.path.rglob("*"))
    # No file may have more than 512 kB: the disk is full, so to say.
    limited = "ulimit -f 1024; exec /bin/sh /install.sh --prefix /opt/env"
    done = bare.run("/bin/sh", "-c", limited)
    assert done.returncode != 0
    assert "could not be written" in done.stderr
    assert "What was written has been removed again." in done.stderr
    assert sorted(bare.path.rglob("*")) == before


def test_where_its_python_does_not_start_that_is_said(bare: BareRoot) -> None:
    for libm in bare.path.rglob("libm.so.6"):
        libm.unlink()
    done = bare.run(*RUN, "--prefix", "/opt/env")
    assert done.returncode == 1
    assert "libm.so.6" in done.stderr
    assert "this machine lacks what the environment needs" in done.stderr
    assert not (bare.path / "opt/env").exists()


def test_it_is_the_same_bytes_each_time_and_names_no_place_of_the_store(
    installer: Path, make_form: MakeForm
) -> None:
    again = make_form("installer")
    assert again.read_bytes() == installer.read_bytes()
    for place in (installer.parent, again.parent):
        assert str(place).encode() not in installer.read_bytes()


def test_it_is_made_for_macos_and_refuses_another_machine(
    bare: BareRoot, make_form: MakeForm
) -> None:
    bare.add(make_form("installer", "osx-arm64"), "mac.sh")
    done = bare.run("/bin/sh", "/mac.sh", "--prefix", "/opt/env")
    assert done.returncode == 1
    assert "this is for osx-arm64, and this machine is Linux" in done.stderr
    assert bare.run("/bin/sh", "/mac.sh", "--verify").returncode == 0


def test_for_windows_another_form_is_named(subject: Subject, make_form: MakeForm) -> None:
    [part] = [one for one in subject.lock.platforms if one.platform == "linux-64"]
    windows = part.model_copy(update={"platform": "win-64"})
    lock = subject.lock.model_copy(update={"platforms": [windows]})
    with pytest.raises(FormImpossible, match="no installer for win-64") as refused:
        make_form("installer", "win-64", of=replace(subject, lock=lock))
    assert "offline bundle" in refused.value.hint
