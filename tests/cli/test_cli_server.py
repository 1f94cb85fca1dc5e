"""Commands on a server, and a server and a command on one store."""

from __future__ import annotations

import concurrent.futures
from pathlib import Path

from jupyterlab_terrarium.store.paths import Layout
from support.leftovers import half_prefixes
from support.servers import TOKEN, JupyterProcess

from .conftest import Cli, Done

TEXT = "name: {name}\ndependencies:\n  - terrarium-data{pin}\n"


def test_an_environment_from_beginning_to_end_on_a_server(remote: Cli) -> None:
    text = TEXT.format(name="far", pin=" =1")
    done = remote("env", "create", "-f", "-", "--wait", "--json", given=text)
    assert done.status == 0, done.err
    build = done.document["build"]["id"]
    assert any(item["name"] == "far" for item in remote.here("env", "list", "--json").document)
    assert remote.here("env", "show", "far@1", "--json").document["number"] == 1
    assert "terrarium-data" in remote.here("env", "show", "far", "--lockfile").out
    assert "-- ready" in remote.here("build", "log", build).out
    newer = TEXT.format(name="far", pin=" =2")
    assert "1.0 -> 2.0" in remote("plan", "-f", "-", "--for", "far", given=newer).out
    assert remote("env", "update", "far", "-f", "-", "--wait", given=newer).status == 0
    assert remote.here("env", "delete", "far", "--yes").status == 0


def test_errors_of_a_server_are_the_same_as_local_ones(remote: Cli) -> None:
    done = remote("env", "create", "-f", "-", given="name: bad\ndependencies:\n  - 'num py =='\n")
    assert done.status == 3
    assert "<stdin>:3:5: error:" in done.err
    assert remote.here("env", "show", "nothing").status == 4
    assert remote.here("build", "show", "nothing").status == 4


def test_without_the_token_a_server_lets_nobody_in(remote: Cli) -> None:
    remote.environment = {"TERRARIUM_TOKEN": "", "JUPYTER_TOKEN": ""}
    done = remote.here("env", "list")
    assert done.status == 6
    assert "TERRARIUM_TOKEN" in done.err
    remote.environment = {"TERRARIUM_TOKEN": "wrong"}
    assert remote.here("env", "list").status == 6


def test_a_token_in_the_url_is_refused_and_not_repeated(
    tmp_path: Path, jupyter_server: JupyterProcess
) -> None:
    url = f"http://127.0.0.1:{jupyter_server.port}/lab?token={TOKEN}"
    done = Cli(tmp_path, ["--server", url])("env", "list")
    assert done.status == 2
    assert TOKEN not in done.everything


def test_the_address_of_the_browser_will_do(tmp_path: Path, jupyter_server: JupyterProcess) -> None:
    url = f"http://127.0.0.1:{jupyter_server.port}/lab/tree/analysis.ipynb"
    cli = Cli(tmp_path, ["--server", url], {"JUPYTER_TOKEN": TOKEN})
    assert cli.here("env", "list").status == 0


def test_a_server_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    done = Cli(tmp_path, ["--server", "http://127.0.0.1:9/"])("env", "list")
    assert done.status == 1
    assert "does not answer: connection refused" in done.err


def test_a_server_and_commands_on_one_store_do_no_harm(
    tmp_path: Path, root: Path, cli: Cli, channel_url: str
) -> None:
    server = JupyterProcess(tmp_path / "home", root, channel_url).start()
    try:
        cli.environment |= {
            "JUPYTER_DATA_DIR": str(server.data),
            "TERRARIUM_TOKEN": TOKEN,
        }
        far = Cli(
            tmp_path, ["--server", f"http://127.0.0.1:{server.port}"], {"TERRARIUM_TOKEN": TOKEN}
        )

        def create(number: int) -> Done:
            text = TEXT.format(name=f"both-{number}", pin=" =1" if number % 3 else " =2")
            return (far if number % 2 else cli)(
                "env", "create", "-f", "-", "--wait", "--json", given=text
            )

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            done = list(pool.map(create, range(4)))
        assert [item.status for item in done] == [0] * 4, [item.err for item in done]
        assert len({item.document["current_version"]["prefix"] for item in done}) == 2
        here = cli.here("env", "list", "--json").document
        there = far.here("env", "list", "--json").document
        assert here == there
        assert half_prefixes(Layout(root)) == []
        queued = cli("env", "create", "-f", "-", "--json", given=TEXT.format(name="z", pin=""))
        assert cli("build", "watch", queued.document["build"]["id"]).status == 0
        assert not (root / "logs" / "background.log").exists(), "the server builds what is queued"
    finally:
        server.stop()
