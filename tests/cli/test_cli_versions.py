"""Versions on the command line: notes, hold, pointers, comparisons, other names and places."""

from __future__ import annotations

import pytest

from .conftest import Cli

DATA = "name: data\ndependencies:\n  - terrarium-data ={number}\n"


@pytest.fixture(params=["local", "server"])
def either(request: pytest.FixtureRequest) -> Cli:
    """The command on a store of its own, and on a server's."""
    found: Cli = request.getfixturevalue("cli" if request.param == "local" else "remote")
    return found


def make(cli: Cli, name: str) -> None:
    """Two versions of the environment *name*."""
    first, second = (DATA.format(number=number) for number in (1, 2))
    done = cli("env", "create", "-f", "-", "--name", name, "--wait", given=first)
    assert done.status == 0, done.err
    update = ("env", "update", name, "-f", "-", "--base", "1", "--note", "newer data", "--wait")
    done = cli(*update, given=second)
    assert done.status == 0, done.err


def shown(cli: Cli, name: str) -> dict[str, object]:
    document: dict[str, object] = cli.here("env", "show", name, "--json").document
    return document


def test_versions_are_named_held_compared_and_copied(either: Cli) -> None:
    cli = either
    make(cli, "trust")
    assert shown(cli, "trust@2")["note"] == "newer data"

    assert cli.here("env", "point", "trust", "stable", "1").status == 0
    assert shown(cli, "trust@stable")["number"] == 1
    assert "stable = @1" in cli.here("env", "show", "trust").out
    assert cli.here("env", "point", "trust", "7", "1").status == 2
    assert cli.here("env", "point", "trust", "stable").status == 2
    assert cli.here("env", "point", "trust", "stable", "9").status == 4

    refused = cli.here("env", "pin-kernel", "trust", "stable")
    assert refused.status == 2 and "has no kernel" in refused.err
    assert cli.here("env", "pin-kernel", "trust", "stable", "--remove").status == 4

    assert cli.here("env", "update", "trust", "--current", "stable").status == 0
    assert shown(cli, "trust")["current"] == 1
    assert "on hold" in cli.here("env", "update", "trust", "--hold").out
    assert shown(cli, "trust")["hold"] is True
    assert "not on hold" in cli.here("env", "update", "trust", "--no-hold").out
    noted = cli.here("env", "update", "trust@1", "--note", "for the paper")
    assert "trust@1: for the paper" in noted.out
    assert cli.here("env", "update", "trust").status == 2

    compared = cli.here("env", "compare", "trust@stable", "trust@2")
    assert "-  - terrarium-data =1" in compared.out
    assert "^  terrarium-data" in compared.out
    document = cli.here("env", "compare", "trust@2", "trust@1", "--json").document
    assert (document["before"]["number"], document["after"]["number"]) == (2, 1)
    assert cli.here("env", "compare", "trust@1", "other@2").status == 2

    assert cli.here("env", "copy", "trust@stable", "trust").status == 5
    assert cli.here("env", "copy", "trust@stable", "fork").status == 0
    assert shown(cli, "fork@1")["lock_digest"] == shown(cli, "trust@1")["lock_digest"]
    assert cli.here("env", "copy", "trust", "whole", "--history").status == 0
    assert shown(cli, "whole")["latest"] == 2
    assert cli.here("env", "rename", "fork", "trust").status == 5
    assert cli.here("env", "rename", "fork", "renamed").status == 0
    assert cli.here("env", "show", "fork").status == 4
    assert cli.here("env", "move", "renamed", "nowhere").status == 4
    assert cli.here("env", "point", "trust", "stable", "--remove").status == 0
    assert cli.here("env", "show", "trust@stable").status == 4
    for name in ("trust", "renamed", "whole"):
        assert cli.here("env", "delete", name, "--yes").status == 0


def test_a_newer_version_is_not_overwritten(either: Cli) -> None:
    make(either, "faster")
    text = DATA.format(number=1)
    late = either("env", "update", "faster", "-f", "-", "--base", "1", "--json", given=text)
    assert late.status == 5
    assert late.document["conflict"]["version"] == 2
    assert late.document["conflict"]["specification_text"] == DATA.format(number=2)
    assert "you edited version 1" in late.err
    assert either.here("env", "delete", "faster", "--yes").status == 0


def test_a_kernel_of_a_version_is_listed_and_removed(remote: Cli) -> None:
    text = "dependencies: [python, ipykernel]\n"
    done = remote("env", "create", "-f", "-", "--name", "pinned", "--wait", given=text)
    assert done.status == 0, done.err
    made = remote.here("env", "pin-kernel", "pinned", "1", "--json")
    [kernel] = made.document
    assert (kernel["pinned"], kernel["version"]) == ("1", 1)
    assert shown(remote, "pinned")["pinned_kernels"] == [kernel]
    assert remote.here("env", "pin-kernel", "pinned", "1", "--remove").status == 0
    assert shown(remote, "pinned")["pinned_kernels"] == []
    assert remote.here("env", "delete", "pinned", "--yes").status == 0


def test_a_command_runs_in_the_version_that_a_pointer_leads_to(cli: Cli) -> None:
    make(cli, "pointed")
    assert cli.here("env", "point", "pointed", "stable", "1").status == 0
    printed = cli("run", "pointed@stable", "--", "sh", "-c", "echo $TERRARIUM_VERSION")
    assert printed.out.strip() == "1"
