"""Commands on the local store: what they do, what they say, how they end."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

from support.leftovers import processes_of

from .conftest import Cli

DATA = "name: data\ndependencies:\n  - terrarium-data{pin}\n"
# Packages that cannot be linked in no time: something to interrupt and to cancel.
SLOW = "name: slow\ndependencies:\n  - python\n  - numpy\n"


def created(cli: Cli, pin: str = "", *options: str) -> str:
    """A small environment `data`, built to the end; the id of its build."""
    done = cli("env", "create", "-f", "-", "--wait", "--json", *options, given=DATA.format(pin=pin))
    assert done.status == 0, done.err
    build: str = done.document["build"]["id"]
    return build


def test_create_and_wait_says_what_was_built(cli: Cli) -> None:
    file = cli.write("environment.yml", DATA.format(pin=" =1"))
    done = cli("env", "create", "-f", file, "--wait")
    assert done.status == 0, done.err
    assert "/data@1 is ready" in done.out
    assert "1 package" in done.out
    assert "solving" in done.err


def test_a_created_environment_is_listed_and_shown(built: Cli) -> None:
    listed = built.here("env", "list", "--json").document
    assert [
        (item["name"], item["state"], item["current"]) for item in listed if item["name"] == "data"
    ] == [("data", "ready", 1)]
    assert "data" in built.here("env", "list").out
    shown = built.here("env", "show", "data", "--json").document
    assert shown["current_version"]["prefix"].startswith(
        str(built.directory / "store" / "prefixes")
    )
    assert built.here("env", "show", "data@1", "--json").document["number"] == 1
    text = built.here("env", "show", "data@latest", "--specification").out
    assert text == DATA.format(pin=" =1")
    builds = built.here("build", "list", "--json").document
    assert built.here("build", "show", builds[-1]["id"]).status == 0


def test_the_list_can_be_filtered_by_package(built: Cli) -> None:
    found = built.here("env", "list", "--filter", "terrarium-d", "--json").document
    [item] = [item for item in found if item["name"] == "data"]
    assert [text.split()[0] for text in item["matched_packages"]] == ["terrarium-data"]
    assert built.here("env", "list", "--filter", "no-such-thing", "--json").document == []


def test_the_lockfile_of_an_environment_makes_the_same_one(built: Cli) -> None:
    lockfile = built.write("conda-lock.yml", built.here("env", "show", "data", "--lockfile").out)
    done = built("env", "create", "-f", lockfile, "--name", "copy", "--wait", "--json")
    assert done.status == 0, done.err
    original = built.here("env", "show", "data", "--json").document
    copy = done.document["current_version"]
    assert copy["lock_digest"] == original["current_version"]["lock_digest"]
    assert copy["prefix"] == original["current_version"]["prefix"]


def test_update_builds_the_next_version_and_goes_back(cli: Cli) -> None:
    created(cli, " =1")
    file = cli.write("next.yml", DATA.format(pin=" =2"))
    assert cli("env", "update", "data", "-f", file, "--wait").status == 0
    assert cli.here("env", "show", "data", "--json").document["current"] == 2
    assert cli("env", "update", "data", "--current", "1").status == 0
    assert cli.here("env", "show", "data", "--json").document["current"] == 1
    assert cli("env", "update", "data", "--current", "7").status == 4


def test_delete_asks_somebody_or_is_told(cli: Cli) -> None:
    created(cli)
    refused = cli.here("env", "delete", "data")
    assert refused.status == 2
    assert "--yes" in refused.err
    assert cli.here("env", "delete", "data", "--yes").status == 0
    assert cli.here("env", "list", "--json").document == []
    assert cli.here("env", "delete", "data", "--yes").status == 4


def test_a_taken_name_is_a_conflict(built: Cli) -> None:
    done = built("env", "create", "-f", "-", given=DATA.format(pin=""))
    assert done.status == 5
    assert "already" in done.err


def test_an_error_in_the_file_is_told_with_its_place(cli: Cli) -> None:
    file = cli.write("bad.yml", 'name: bad\ndependencies:\n  - python\n  - "num py ==="\n')
    done = cli("env", "create", "-f", file)
    assert done.status == 3
    assert f"{file}:4:5: error:" in done.err
    assert done.out == ""
    assert cli.here("env", "list", "--json").document == []


def test_an_error_as_json_is_the_problem(cli: Cli) -> None:
    done = cli("plan", "-f", "-", "--json", given="dependencies: [\n")
    assert done.status == 3
    assert done.document["code"] == "invalid-specification"
    assert done.document["errors"][0]["place"]["line"] >= 1
    assert "<stdin>:" in done.err


def test_a_file_that_is_no_text_is_told_with_its_place(cli: Cli) -> None:
    done = cli("plan", "-f", "-", given=b"name: a\nx: \xff\n")
    assert done.status == 3
    assert "<stdin>:2:4: error: Byte 0xff is not UTF-8" in done.err


def test_a_file_that_is_not_there_is_wrong_usage(cli: Cli) -> None:
    done = cli("env", "create", "-f", "nowhere.yml")
    assert done.status == 2
    assert "nowhere.yml" in done.err


def test_a_plan_is_compared_with_the_current_version(built: Cli) -> None:
    file = built.write("next.yml", DATA.format(pin=" =2"))
    plan = built("plan", "-f", file, "--for", "data", "--json").document
    changes = plan["platforms"][0]["changes"]
    assert [(c["name"], c["change"], c["before"], c["after"]) for c in changes] == [
        ("terrarium-data", "up", "1.0", "2.0")
    ]
    assert "1.0 -> 2.0" in built("plan", "-f", file, "--for", "data").out
    assert built.here("env", "show", "data", "--json").document["latest"] == 1


def test_an_edit_keeps_what_works_unless_it_refreshes(built: Cli) -> None:
    text = "name: data\ndependencies: [terrarium-data, terrarium-conflict-a]\n"
    kept = built("plan", "-f", "-", "--for", "data", given=text).out
    assert "keeps what works of version 1" in kept and ": 1 new; download" in kept
    text = "name: data\ndependencies: [terrarium-data]\n"
    fresh = built("plan", "-f", "-", "--for", "data", "--mode", "refresh", given=text).out
    assert "refreshes everything, against version 1" in fresh and "1.0 -> 2.0" in fresh
    wrong = built("env", "update", "data", "--current", "1", "--mode", "keep")
    assert wrong.status == 2 and "new version" in wrong.err


def test_what_cannot_be_satisfied_is_status_3(cli: Cli) -> None:
    text = "name: no\ndependencies:\n  - terrarium-data =1\n  - terrarium-nowhere\n"
    planned = cli("plan", "-f", "-", given=text)
    assert planned.status == 3
    assert "terrarium-nowhere" in planned.err
    built = cli("env", "create", "-f", "-", "--wait", given=text)
    assert built.status == 3
    assert "terrarium-nowhere" in built.err
    assert cli.here("env", "list", "--json").document[0]["state"] == "failed"


def test_the_log_of_a_build_can_be_read(built: Cli) -> None:
    build = built.here("env", "show", "data", "--json").document["build"]["id"]
    done = built.here("build", "log", build)
    assert done.status == 0
    assert "-- ready" in done.out
    events = built.here("build", "log", "-f", build, "--json").document["events"]
    assert events[-1]["kind"] == "result"
    assert built.here("build", "log", "nothing").status == 4


def test_a_command_runs_in_the_environment(built: Cli) -> None:
    done = built("run", "data", "--", "sh", "-c", "echo $CONDA_PREFIX; exit 7")
    assert done.status == 7
    assert Path(done.out.strip()).parent == built.directory / "store" / "prefixes"
    assert built("run", "data@1", "true").status == 0
    assert built("run", "data@2", "true").status == 4
    assert built("run", "data").status == 2
    assert built("run", "none", "true").status == 4


def test_without_wait_the_build_happens_in_the_background(cli: Cli, root: Path) -> None:
    done = cli("env", "create", "-f", "-", "--json", given=DATA.format(pin=""))
    assert done.status == 0, done.err
    watched = cli("build", "watch", done.document["build"]["id"])
    assert watched.status == 0, watched.err
    wait_for_nobody(root)


def wait_for_nobody(root: Path) -> None:
    """Fails when something still works on *root* after 20 s."""
    end = time.monotonic() + 20
    while left := processes_of(root):
        assert time.monotonic() < end, left
        time.sleep(0.1)


def test_who_stops_watching_does_not_stop_the_build(cli: Cli, root: Path) -> None:
    file = cli.write("slow.yml", SLOW)
    process = cli.start("env", "create", "-f", file, "--wait")
    build = running_build(cli)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert f"build watch {build}" in err
    assert "Traceback" not in err
    watched = cli("build", "watch", build)
    assert watched.status == 0, watched.err
    wait_for_nobody(root)


def running_build(cli: Cli) -> str:
    """The id of the first build, as soon as it fetches or links."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for build in cli.here("build", "list", "--active", "--json").document:
            if build["state"] in ("fetching", "linking", "finishing"):
                found: str = build["id"]
                return found
    raise AssertionError("no build runs")


def test_a_background_build_can_be_cancelled(cli: Cli, root: Path) -> None:
    check = """checks:\n  commands: [python -c "import time; time.sleep(120)"]\n"""
    file = cli.write("slow.yml", SLOW + check)
    build = cli("env", "create", "-f", file, "--json").document["build"]["id"]
    running_build(cli)
    done = cli("build", "cancel", build)
    assert done.status == 0
    assert "Cancelled" in done.out
    assert cli("build", "watch", build).status == 1
    assert cli.here("env", "list", "--json").document[0]["state"] == "cancelled"
    wait_for_nobody(root)


def test_wrong_names_are_wrong_usage(cli: Cli) -> None:
    for words in (("env", "show", "Ärger"), ("env", "show", "a/b/c"), ("run", "a@B", "true")):
        done = cli(*words)
        assert done.status == 2, done.everything
        assert "Write" in done.err


def test_a_root_that_cannot_be_used_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a directory")
    done = Cli(tmp_path, ["--root", str(tmp_path / "file")])("env", "list")
    assert done.status == 1
    assert "cannot be written" in done.err


def test_the_doctor_looks_at_everything_and_keeps_secrets(cli: Cli, root: Path) -> None:
    done = cli("doctor", "--json")
    checks = {check["name"]: check["state"] for check in done.document["checks"]}
    for name in ("versions", "store", "database", "uv", "solver", "channel", "kernels", "sandbox"):
        assert checks[name] in ("ok", "warning"), done.out
    assert done.status == (0 if done.document["ok"] else 1)
    cli.environment["JUPYTERLAB_TERRARIUM_CHANNELS"] = "https://user:s3cret@127.0.0.1:9/channel"
    done = cli("doctor")
    assert done.status == 1
    assert "s3cret" not in done.everything


def test_the_configuration_of_the_server_is_used(
    cli: Cli, tmp_path: Path, channel_url: str
) -> None:
    del cli.environment["JUPYTERLAB_TERRARIUM_CHANNELS"]
    config = Path(os.environ["JUPYTER_CONFIG_DIR"])
    config.mkdir(parents=True, exist_ok=True)
    content = {"TerrariumSettings": {"default_channels": [channel_url]}}
    (config / "jupyter_server_config.json").write_text(json.dumps(content))
    assert cli("plan", "-f", "-", given=DATA.format(pin="")).status == 0
    (config / "jupyter_server_config.py").write_text("c.ServerApp.port = \n")
    done = cli("plan", "-f", "-", given=DATA.format(pin=""))
    assert done.status == 1
    assert "jupyter_server_config.py" in done.err
