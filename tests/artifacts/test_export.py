"""``jupyter terrarium export``: a version in another form, as a file, here and from a server."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from cli.conftest import Cli
from support.servers import TOKEN, JupyterProcess

DATA = "name: {name}\ndependencies: [terrarium-data]\n"


@pytest.fixture
def remote(tmp_path: Path, jupyter_server: JupyterProcess) -> Cli:
    """The command on a server's store."""
    options = ["--server", f"http://127.0.0.1:{jupyter_server.port}/"]
    return Cli(tmp_path, options, {"TERRARIUM_TOKEN": TOKEN})


@pytest.fixture(params=["local", "server"])
def either(request: pytest.FixtureRequest) -> Cli:
    found: Cli = request.getfixturevalue("cli" if request.param == "local" else "remote")
    done = found("env", "create", "-f", "-", "--wait", given=DATA.format(name="travels"))
    if "already" not in done.everything:
        assert done.status == 0, done.err
    return found


def test_a_form_is_written_by_its_name_or_where_one_says(either: Cli) -> None:
    cli = either
    listed = cli("export", "travels")
    assert listed.status == 0 and "offline-bundle" in listed.out
    assert {one["form"] for one in cli("export", "travels", "--json").document} >= {"explicit"}

    shown = cli("export", "travels@1", "--to", "explicit", "-o", "-")
    assert shown.status == 0 and "@EXPLICIT" in shown.out

    made = cli("export", "travels", "--to", "offline-bundle", "--json")
    assert made.status == 0, made.err
    path = Path(made.document["path"])
    assert path.name == "travels-1-linux-64.tar" and path.stat().st_size == made.document["size"]

    again = cli("export", "travels", "--to", "offline-bundle", "-o", "other.tar")
    assert again.status == 0 and again.out.startswith("other.tar ")
    digests = {
        hashlib.sha256(one.read_bytes()).hexdigest() for one in (path, path.with_name("other.tar"))
    }
    assert len(digests) == 1
    assert not list(path.parent.glob(".terrarium-*"))


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("travels", "--to", "nothing"), 2, "There are"),
        (("travels", "--to", "explicit", "--platform", "win-64"), 4, "locked for"),
        (("travels", "--to", "offline-bundle", "--option", "a=b"), 2, "no option"),
        (("travels", "--to", "explicit", "-o", "no/such/place.txt"), 2, "no directory"),
        (("nowhere", "--to", "explicit"), 4, "no environment"),
    ],
)
def test_what_cannot_be_written_is_said(
    either: Cli, words: tuple[str, ...], status: int, says: str
) -> None:
    done = either("export", *words)
    assert (done.status, done.out) == (status, ""), done.err
    assert says in done.err and "Traceback" not in done.err


def test_the_list_says_what_is_not_possible_now_and_why(cli: Cli) -> None:
    failed = cli("env", "create", "-f", "-", "--wait", given="name: x\ndependencies: [nothing-x]\n")
    assert failed.status == 3, failed.everything
    listed = cli("export", "x@1")
    assert listed.status == 5 and "Its build did not get that far" in listed.err
    assert json.loads(cli("export", "x@1", "--json").out)["code"] == "conflict"
