"""Groups of the system, over the Unix socket: their shared namespace, and links made in it."""

from __future__ import annotations

import grp
import pwd
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.served import ServedProcess

# Two users whose group of the system is one group, and one who is not in it.
GROUP = "nogroup"
IN_IT, ALSO_IN_IT, OUTSIDE = "nobody", "sync", "daemon"


@pytest.fixture(scope="module")
def served(channel_url: str) -> Iterator[ServedProcess]:
    with tempfile.TemporaryDirectory(prefix="terrarium-") as directory:
        home = Path(directory)
        home.chmod(0o755)
        (home / "config").mkdir()
        (home / "config/jupyter_server_config.py").write_text(
            f"c.TerrariumSettings.group_namespaces = {{{GROUP!r}}}\n"
        )
        server = ServedProcess(home, channel_url).start()
        yield server
        if server.process is not None:
            server.stop()


def ids(user: str) -> tuple[int, int, list[int]]:
    entry = pwd.getpwnam(user)
    assert (entry.pw_gid == grp.getgrnam(GROUP).gr_gid) == (user != OUTSIDE)
    return entry.pw_uid, entry.pw_gid, []


def test_a_group_of_the_system_has_a_namespace_and_links_of_its_members_work(
    served: ServedProcess,
) -> None:
    def call(user: str, method: str, path: str, body: object = None) -> tuple[int, object]:
        answer = served.as_user(*ids(user), method, path, body)
        return answer.status, answer.json

    listed = served.as_user(*ids(IN_IT), "GET", "namespaces").json["items"]
    [shared] = [item for item in listed if item["kind"] == "shared"]
    assert (shared["name"], shared["group"], shared["role"]) == (GROUP, GROUP, "editor")

    body = {
        "namespace": GROUP,
        "name": "ours",
        "specification": "dependencies: [terrarium-data]",
    }
    assert call(ALSO_IN_IT, "POST", "environments", body)[0] == 201
    path = f"environments/{GROUP}/ours"
    end = time.monotonic() + 90
    while served.as_user(*ids(IN_IT), "GET", path).json["current"] is None:
        assert time.monotonic() < end
        time.sleep(0.1)
    assert call(OUTSIDE, "GET", path)[0] == 404
    assert call(OUTSIDE, "GET", f"namespaces/{GROUP}/members")[0] == 404

    # Its maker is an editor only through the group, and does not call when it is opened.
    made = served.as_user(*ids(ALSO_IN_IT), "POST", f"{path}/shares", {"rights": "use"})
    assert made.status == 201, made.body
    token = {"token": made.json["token"]}
    assert call(OUTSIDE, "POST", "shared-link/use", token)[0] == 200
    served.stop()
    served.start()
    assert call(OUTSIDE, "POST", "shared-link/use", token)[0] == 200
