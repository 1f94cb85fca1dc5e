"""`verify`, `clean`, `env list --deleted` and `env restore`, as a user calls them."""

from __future__ import annotations

from pathlib import Path

from .conftest import Cli
from .test_cli_local import created


def test_verify_names_a_file_and_repair_restores_it(cli: Cli) -> None:
    created(cli, " =1")
    assert cli.here("verify", "data").status == 0
    prefix = Path(cli.here("env", "show", "data", "--json").document["current_version"]["prefix"])
    file = next(path for path in (prefix / "share").rglob("*") if path.is_file())
    content = file.read_bytes()
    file.unlink()
    found = cli.here("verify")
    assert found.status == 1
    assert f"missing   {file}" in found.out
    assert "--repair" in found.err
    assert "files were changed" in cli.here("env", "show", "data").out.lower()
    repaired = cli("verify", "data@1", "--repair", "--json")
    assert repaired.status == 0, repaired.err
    assert repaired.document[0]["restored"] == [file.relative_to(prefix).as_posix()]
    assert file.read_bytes() == content
    assert cli.here("verify", "--cache").status == 0
    assert cli.here("verify", "data", "--cache").status == 2


def test_a_deleted_environment_is_listed_and_restored(cli: Cli) -> None:
    created(cli, " =1")
    assert "env restore" in cli.here("env", "delete", "data", "--yes").out
    [listed] = cli.here("env", "list", "--deleted", "--json").document
    assert listed["name"] == "data"
    assert listed["id"] in cli.here("env", "list", "--deleted").out
    assert cli.here("env", "restore", "data", "--name", "again").status == 0
    assert cli.here("env", "show", "again", "--json").document["current"] == 1
    assert cli.here("env", "restore", "data").status == 4


def test_clean_reports_and_removes_only_when_told(cli: Cli) -> None:
    created(cli, " =1")
    half = cli.directory / "store" / "prefixes" / "half"
    half.mkdir()
    said = cli.here("clean")
    assert said.status == 0
    assert "half" in said.out
    assert "never completed" in said.out
    assert "--apply" in said.out
    assert half.exists()
    listed = cli.here("clean", "--json").document["items"]
    assert cli("clean", "--apply", "--json").document["removed"] == len(listed)
    assert not half.exists()
    assert "Nothing to remove" in cli.here("clean").out
