"""Lockfiles of every kind that is read, brought by service, shell and REST."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from artifacts.conftest import MakeText, subject_in
from cli.conftest import Cli
from jupyterlab_terrarium.artifacts.form import Subject
from jupyterlab_terrarium.cli.names import read_source
from jupyterlab_terrarium.models.build import BuildState
from jupyterlab_terrarium.models.digest import lock_digest
from jupyterlab_terrarium.models.environment import EnvironmentCreate, VersionCreate
from jupyterlab_terrarium.models.problem import InvalidLock, InvalidRequest, InvalidSpecification
from jupyterlab_terrarium.services.opening import OpenStore
from support.builds import ANNA, create, ended
from support.servers import JupyterProcess
from support.waiting import wait_for_build

TEXT = "name: plain\ndependencies: [terrarium-data, terrarium-activate]\nvariables: {A: '1'}\n"
KINDS = ["conda-lock", "pixi-lock", "explicit"]
PYTHON_KINDS = ["pylock", "requirements"]
WHEELS = "dependencies:\n  - python\n  - pip: [six==1.17.0]\n"


@pytest.fixture(scope="module")
def plain(built: OpenStore) -> Subject:
    """A small environment without wheels."""
    build = create(built, TEXT)
    assert build.state is BuildState.READY, build.problem
    return subject_in(built, "plain", TEXT)


@pytest.fixture(scope="module")
def wheels(built: OpenStore) -> Subject:
    """A small environment with a wheel that lies where everybody finds it."""
    build = create(built, WHEELS, name="wheels")
    assert build.state is BuildState.READY, build.problem
    return subject_in(built, "wheels", WHEELS)


@pytest.mark.parametrize("form", KINDS)
def test_a_lockfile_becomes_the_same_environment_unsolved(
    make_text: MakeText, plain: Subject, built: OpenStore, form: str
) -> None:
    services = built.services
    made = services.environments.create(
        ANNA, EnvironmentCreate(name=f"of-{form}", lockfile=make_text(form, of=plain))
    )
    assert made.build is not None
    build = ended(built, made.build.id)
    # The same digest is the same prefix: there is nothing to do.
    assert (build.state, build.reused) == (BuildState.READY, True)
    lock = services.versions.lock(ANNA, "anna", f"of-{form}", "1")
    assert lock_digest(lock) == plain.lock_digest
    again = VersionCreate(lockfile=make_text(form, of=plain))
    assert services.versions.create(ANNA, "anna", f"of-{form}", again).number == 2


def test_the_shell_knows_the_kind_by_the_content(
    make_text: MakeText, plain: Subject, cli: Cli, tmp_path: Path
) -> None:
    for form in ("pixi-lock", "explicit"):
        path = tmp_path / f"{form}.txt"
        path.write_text(make_text(form, of=plain))
        done = cli("env", "create", "--name", f"of-{form}", "-f", str(path), "--wait")
        assert done.status == 0, done.everything
        shown = cli("env", "show", f"of-{form}", "--json")
        assert plain.lock_digest in shown.out


def test_rest_takes_them_where_it_takes_lockfiles(
    make_text: MakeText, plain: Subject, jupyter_server: JupyterProcess
) -> None:
    asked = {"name": "of-pixi", "lockfile": make_text("pixi-lock", of=plain)}
    made = jupyter_server.client.post("environments", asked)
    assert made.status == 201, made.json
    assert wait_for_build(jupyter_server.client, made.json["build"]["id"])["state"] == "ready"
    shown = jupyter_server.client.get(f"environments/{made.json['namespace']}/of-pixi")
    assert shown.json["current_version"]["lock_digest"] == plain.lock_digest


@pytest.mark.parametrize("form", ["pixi-lock", "explicit"])
def test_a_file_that_is_not_the_one_with_that_hash_is_never_installed(
    make_text: MakeText, plain: Subject, built: OpenStore, form: str
) -> None:
    package = next(one for one in plain.part("linux-64").conda if one.name == "terrarium-data")
    text = make_text(form, of=plain).replace(package.sha256, "ab" * 32)
    made = built.services.environments.create(
        ANNA, EnvironmentCreate(name=f"wrong-{form}", lockfile=text)
    )
    assert made.build is not None
    build = ended(built, made.build.id)
    assert build.state is BuildState.FAILED
    assert build.problem is not None
    assert package.file_name in build.problem.detail


@pytest.mark.parametrize("form", PYTHON_KINDS)
def test_wheels_that_we_wrote_bring_their_conda_packages_along(
    make_text: MakeText, wheels: Subject, built: OpenStore, form: str
) -> None:
    text = make_text(form, of=wheels)
    made = built.services.environments.create(
        ANNA, EnvironmentCreate(name=f"of-{form}", lockfile=text)
    )
    assert made.build is not None and made.latest_version.notices == []
    build = ended(built, made.build.id)
    assert (build.state, build.reused) == (BuildState.READY, True)
    lock = built.services.versions.lock(ANNA, "anna", f"of-{form}", "1")
    assert lock_digest(lock) == wheels.lock_digest


@pytest.mark.parametrize("form", PYTHON_KINDS)
def test_wheels_of_others_are_taken_as_they_are_and_python_is_solved(
    make_text: MakeText, wheels: Subject, built: OpenStore, form: str
) -> None:
    text = as_of_others(make_text(form, of=wheels))
    made = built.services.environments.create(
        ANNA, EnvironmentCreate(name=f"others-{form}", lockfile=text)
    )
    (notice,) = made.latest_version.notices
    assert re.search(r"Python 3\.\d+\.\d+ was solved for it", notice.message)
    assert "1 wheels" in notice.message
    # Here the channel has one Python, so nothing else can have come of it.
    lock = built.services.versions.lock(ANNA, "anna", f"others-{form}", "1")
    assert lock_digest(lock) == wheels.lock_digest
    assert made.build is not None
    assert ended(built, made.build.id).state is BuildState.READY
    asked = made.latest_version.specification_text
    assert "- python=3" in asked and "- six==1.17.0" in asked


@pytest.mark.parametrize("form", PYTHON_KINDS)
def test_wheels_of_a_strangers_machine_are_refused(
    make_text: MakeText, subject: Subject, built: OpenStore, form: str
) -> None:
    text = make_text(form)
    for wheel in subject.part("linux-64").pip:
        # Not one of those that the store has already, whatever their address.
        text = text.replace(wheel.sha256, "0" * 64)
    for one in (text, as_of_others(text, addresses=True)):
        with pytest.raises(InvalidLock) as caught:
            built.services.environments.create(ANNA, EnvironmentCreate(name="evil", lockfile=one))
        why = "a file of the machine that builds|`--find-links` is not read"
        assert re.search(why, caught.value.message)


def test_the_shell_imports_wheels_of_others_and_says_what_it_solved(
    make_text: MakeText, wheels: Subject, cli: Cli, tmp_path: Path
) -> None:
    path = tmp_path / "pylock.toml"
    path.write_text(as_of_others(make_text("pylock", of=wheels)))
    done = cli("import", str(path), "of-pylock", "--wait")
    assert done.status == 0, done.everything
    assert "was solved for it" in done.everything


def test_the_shell_reads_an_address_like_a_file_unless_it_leads_inside() -> None:
    at = "https://h.example/explicit.txt"
    source = read_source(at, {at: "@EXPLICIT\n"}.__getitem__)
    assert (source.lockfile, source.specification, source.shown) == ("@EXPLICIT\n", None, at)
    for url in ("http://127.0.0.1:1/x.lock", "https://localhost/x.lock", "https://[::1]/x.lock"):
        with pytest.raises(InvalidRequest, match="cannot be fetched"):
            read_source(url)


def as_of_others(text: str, addresses: bool = False) -> str:
    """*text* without what only Terrarium reads in it; *addresses* are for everybody."""
    lines = text.partition("\n[tool.terrarium]")[0].splitlines()
    kept = [one for one in lines if not one.startswith("# ")]
    return "\n".join(one if addresses else one.partition("  # ")[0] for one in kept) + "\n"


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ("file:///srv/elsewhere", "a file of the machine"),
        ("http://localhost:8888/c", "the machine that builds"),
        ("http://127.1/c", "the machine that builds"),
        ("http://2130706433/c", "the machine that builds"),
        ("http://[::ffff:127.0.0.1]/c", "the machine that builds"),
        ("http://[::1]:80/c", "the machine that builds"),
        ("http://169.254.169.254/latest", "the network of the machine"),
        ("file:///srv/elsewhere/%2e%2e/c", "characters that have no place"),
    ],
)
@pytest.mark.parametrize("form", ["conda-lock", "pixi-lock"])
def test_the_machine_that_builds_is_no_place_for_a_strangers_files(
    make_text: MakeText,
    plain: Subject,
    built: OpenStore,
    channel_url: str,
    form: str,
    place: str,
    what: str,
) -> None:
    text = make_text(form, of=plain).replace(channel_url, place)
    # Not one of those that the store has already, whatever their address.
    for package in plain.part("linux-64").conda:
        text = text.replace(package.sha256, "0" * 64)
    with pytest.raises(InvalidLock, match=what) as caught:
        built.services.environments.create(ANNA, EnvironmentCreate(name="evil", lockfile=text))
    assert caught.value.errors


def test_an_index_behind_a_pip_section_is_no_secret_way(built: OpenStore) -> None:
    for line in ("--trusted-host evil.example", "-r http://evil.example/r.txt", "-i ftp://evil/x"):
        text = f"dependencies:\n  - python\n  - pip:\n      - {line}\n"
        with pytest.raises(InvalidSpecification):
            built.services.environments.create(
                ANNA, EnvironmentCreate(name="evil", specification=text)
            )
