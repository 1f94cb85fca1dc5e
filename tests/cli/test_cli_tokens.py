"""``jupyter terrarium token`` and ``join``, as somebody calls them who runs a store."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.served import ServedProcess
from support.servers import free_port

from .conftest import Cli


@pytest.fixture(scope="module")
def served(channel_url: str) -> Iterator[tuple[ServedProcess, str]]:
    """A store that is served on the network, where no hub says who calls; its URL."""
    with tempfile.TemporaryDirectory(prefix="terrarium-") as directory:
        port = free_port()
        server = ServedProcess(Path(directory), channel_url, "--port", str(port)).start()
        yield server, f"http://127.0.0.1:{port}/"
        server.stop()


@pytest.fixture
def at_store(served: tuple[ServedProcess, str], tmp_path: Path) -> Cli:
    """A shell on the machine of the store."""
    return Cli(tmp_path, ["--root", str(served[0].root)], {"HOME": str(tmp_path)})


def test_a_token_is_made_listed_used_and_revoked(
    served: tuple[ServedProcess, str], at_store: Cli, tmp_path: Path
) -> None:
    made = at_store("token", "create", "--name", "CI", "--scope", "build", "--days", "7")
    assert made.status == 0, made.err
    secret = made.out.strip()
    assert secret.startswith("terrarium_")
    assert secret not in made.err
    robot = Cli(tmp_path, ["--server", served[1]], {"TERRARIUM_TOKEN": secret})
    assert robot.here("env", "list").status == 0
    assert robot.here("token", "create").status == 6
    listed = at_store.here("token", "list")
    assert "CI" in listed.out
    assert secret not in listed.everything
    identity = listed.out.split()[0]
    assert at_store.here("token", "revoke", identity).status == 0
    refused = robot.here("env", "list")
    assert refused.status == 6
    assert secret not in refused.everything
    assert secret not in served[0].log.read_text()
    assert at_store.here("token", "revoke", "no-such").status == 4


def test_without_a_token_nobody_on_the_network_is_answered(
    served: tuple[ServedProcess, str], tmp_path: Path
) -> None:
    assert Cli(tmp_path, ["--server", served[1]]).here("env", "list").status == 6


def test_a_join_link_connects_a_colleague_with_one_paste(
    served: tuple[ServedProcess, str], at_store: Cli, tmp_path: Path
) -> None:
    made = at_store.here(
        "token", "create", "--for", "berta", "--scope", "build", "--join", served[1]
    )
    link = made.out.strip()
    assert link.startswith(served[1] + "#terrarium_")
    config = tmp_path / "config"
    config.mkdir()
    name = "jupyter_jupyterlab_terrarium_config.json"
    (config / name).write_text('{"TerrariumSettings": {"pool_size": 3}}')
    berta = Cli(tmp_path, [], {"JUPYTER_CONFIG_DIR": str(config)})
    joined = berta("join", given=link + "\n")
    assert joined.status == 0, joined.err
    assert "You are 'berta'" in joined.out
    settings = json.loads((config / name).read_text())["TerrariumSettings"]
    assert settings == {"pool_size": 3, "store_url": served[1]}
    secret = link.partition("#")[2]
    assert secret not in (config / name).read_text() + joined.everything
    kept = config / "terrarium-store-tokens.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert secret in kept.read_text()


@pytest.mark.parametrize("end", ["", "#not-a-token", "#terrarium_" + "A" * 43])
def test_a_link_that_does_not_work_changes_nothing(
    served: tuple[ServedProcess, str], tmp_path: Path, end: str
) -> None:
    cli = Cli(tmp_path, [], {"JUPYTER_CONFIG_DIR": str(tmp_path / "config")})
    done = cli("join", given=served[1] + end + "\n")
    assert done.status in (2, 6)
    assert "AAAA" not in done.everything
    assert not (tmp_path / "config").exists()


def test_a_proposal_is_made_shown_and_decided(cli: Cli) -> None:
    cli.write("one.yml", "name: data\ndependencies: [terrarium-data =1]\n")
    cli.write("two.yml", "name: data\ndependencies: [terrarium-data =2]\n")
    assert cli("env", "create", "-f", "one.yml", "--wait").status == 0
    for _ in range(3):
        made = cli.here(
            "proposal", "create", "data", "-f", "two.yml", "--reason", "newer", "--json"
        )
        assert made.status == 0, made.err
    identity, declined, withdrawn = (
        one["id"] for one in cli.here("proposal", "list", "--json").document
    )
    shown = cli.here("proposal", "show", identity)
    assert "newer" in shown.out
    assert "1.0 -> 2.0" in shown.out
    assert cli.here("proposal", "show", identity, "--specification").out.endswith("=2]\n")
    asked = cli.here("proposal", "approve", identity)
    assert asked.status == 2
    plan = shown.out.split("Plan ")[1].strip().rstrip(".")
    done = cli.here("proposal", "approve", identity, "--plan", plan)
    assert done.status == 0, done.err
    assert "It is version 2." in done.out
    assert cli.here("proposal", "approve", identity, "--yes").status == 5
    assert "not now" in cli.here("proposal", "decline", declined, "-m", "not now").out
    assert cli.here("proposal", "withdraw", withdrawn).status == 0
    assert cli.here("proposal", "list").out == ""
    assert cli.here("proposal", "list", "--all").out.count("newer") == 3
    assert cli.here("proposal", "show", "nothing").status == 4


def test_the_audit_is_printed_and_exported(cli: Cli) -> None:
    assert cli.here("token", "create", "--scope", "build").status == 0
    assert cli.here("env", "delete", "nothing", "--yes").status == 4
    shown = cli.here("audit", "--limit", "5").out.splitlines()
    assert "token.create" in shown[-1]
    assert "done  (shell)" in shown[-1]
    lines = [json.loads(line) for line in cli.here("audit", "--lines").out.splitlines()]
    assert lines[-1]["action"] == "token.create"
    assert lines[-1]["data"] == {"scopes": ["build"], "expires_days": 90}
