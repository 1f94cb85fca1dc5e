"""A team store of another version: refused in words, or a notice in the panel (C1.3)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from connected_help import eventually, here, make

from jupyterlab_terrarium import __version__
from support.other_version import API, PROGRAM
from support.served import ServedProcess
from support.servers import JupyterProcess


@contextmanager
def served_by(team: ServedProcess, channel: str, program: str, api: str) -> Iterator[None]:
    """The same store, meanwhile served by another program."""
    team.stop()
    variables = {PROGRAM: program, API: api, "PYTHONPATH": str(Path(__file__).parents[1])}
    other = ServedProcess(
        team.home, channel, module="support.other_version", variables=variables
    ).start()
    try:
        yield
    finally:
        other.stop()
        team.start()


def test_another_api_is_refused_in_words_and_kernels_stay(
    mine: JupyterProcess, team: ServedProcess, channel_url: str
) -> None:
    path = make(mine, "versions")
    eventually(lambda: here(mine, path))
    with served_by(team, channel_url, "7.0.0", "2"):
        answer = mine.client.get("status")
        assert (answer.status, answer.json["code"]) == (502, "store-mismatch")
        assert "runs Terrarium 7.0.0" in answer.json["detail"]
        assert f"this server {__version__}" in answer.json["detail"]
        assert "Install the same version" in answer.json["hint"]
        # Nothing of what it says is followed: that is in the log, in words.
        eventually(lambda: "runs Terrarium 7.0.0" in mine.log.read_text())
        assert here(mine, path)
    assert "Traceback" not in mine.log.read_text()
    eventually(lambda: mine.client.get("status").status == 200)


def test_another_program_with_the_same_api_is_a_notice(
    mine: JupyterProcess, team: ServedProcess, channel_url: str
) -> None:
    def notices() -> list[str]:
        return [one["message"] for one in mine.client.get("status").json["problems"]]

    assert not any("runs Terrarium" in one for one in notices())
    with served_by(team, channel_url, "0.9.9", "1"):
        status = mine.client.get("status").json
        assert f"the team store runs Terrarium 0.9.9, this server {__version__}" in notices()
        # The page belongs to this server, and compares itself with it.
        assert status["version"] == __version__
        assert mine.client.get("environments").status == 200
