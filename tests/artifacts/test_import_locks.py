"""Lockfiles of every kind that is read, brought by service, shell and REST."""

from __future__ import annotations

from pathlib import Path

import pytest

from artifacts.conftest import MakeText, subject_in
from cli.conftest import Cli
from jupyterlab_terrarium.artifacts.form import Subject
from jupyterlab_terrarium.models.build import BuildState
from jupyterlab_terrarium.models.digest import lock_digest
from jupyterlab_terrarium.models.environment import EnvironmentCreate, VersionCreate
from jupyterlab_terrarium.models.problem import InvalidLock, InvalidSpecification
from jupyterlab_terrarium.services.opening import OpenStore
from support.builds import ANNA, create, ended
from support.servers import JupyterProcess
from support.waiting import wait_for_build

TEXT = "name: plain\ndependencies: [terrarium-data, terrarium-activate]\nvariables: {A: '1'}\n"
KINDS = ["conda-lock", "pixi-lock", "explicit"]


@pytest.fixture(scope="module")
def plain(built: OpenStore) -> Subject:
    """A small environment without wheels."""
    build = create(built, TEXT)
    assert build.state is BuildState.READY, build.problem
    return subject_in(built, "plain", TEXT)


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


@pytest.mark.parametrize("form", ["pylock", "requirements"])
def test_python_packages_alone_are_no_environment(
    make_text: MakeText, built: OpenStore, form: str
) -> None:
    request = EnvironmentCreate(name="wheels", lockfile=make_text(form))
    with pytest.raises(InvalidLock, match="names no Python") as caught:
        built.services.environments.create(ANNA, request)
    assert "`pip:`" in caught.value.hint


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
