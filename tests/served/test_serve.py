"""``jupyter terrarium serve``: who is answered, what is logged, how it ends."""

from __future__ import annotations

import grp
import http.client
import pwd
import socket
import subprocess
import threading

from jupyterlab_terrarium.served.application import masked
from jupyterlab_terrarium.served.peers import principal_of_uid
from support.served import API, ServedProcess


def ids(user: str) -> tuple[int, int]:
    entry = pwd.getpwnam(user)
    return entry.pw_uid, entry.pw_gid


def test_the_system_says_who_calls_over_the_socket(served: ServedProcess) -> None:
    for user in ("nobody", "daemon"):
        status = served.as_user(*ids(user), [], "GET", "status")
        assert status.json["user"] == user


def test_what_one_user_made_another_cannot_see(served: ServedProcess) -> None:
    made = served.as_user(
        *ids("nobody"),
        [],
        "POST",
        "environments",
        {"name": "hers", "specification": "dependencies: [zlib]"},
    )
    assert made.status == 201
    path = f"environments/{made.json['namespace']}/hers"
    assert served.as_user(*ids("nobody"), [], "GET", path).status == 200
    assert served.as_user(*ids("daemon"), [], "GET", path).status == 404
    assert served.as_user(*ids("daemon"), [], "DELETE", path).status == 404


def test_groups_of_the_system_are_the_caller_s(served: ServedProcess) -> None:
    entry = next(user for user in pwd.getpwall() if user.pw_gid != user.pw_uid)
    found = principal_of_uid(entry.pw_uid, entry.pw_gid)
    assert found.user == entry.pw_name
    assert grp.getgrgid(entry.pw_gid).gr_name in found.groups
    own = pwd.getpwnam("daemon")
    assert "daemon" not in principal_of_uid(own.pw_uid, own.pw_gid).groups


def test_kernels_are_known_but_not_put_into_the_store_s_account(served: ServedProcess) -> None:
    made = served.request(
        "POST",
        API + "environments",
        {"name": "kernels", "specification": "dependencies: [python, ipykernel]"},
    )
    path = API + f"environments/{made.json['namespace']}/kernels"
    after = 0
    while not (kernels := served.request("GET", path).json["kernels"]):
        after = served.request("GET", API + f"events?after={after}&wait=5").json["last"]
    assert kernels[0]["display_name"].startswith("kernels")
    assert kernels[0]["language"] == "python"
    assert not (served.home / "data/kernels").exists()


def test_anybody_may_ask_whether_it_is_healthy(served: ServedProcess) -> None:
    answer = served.as_user(*ids("daemon"), [], "GET", "/health")
    assert (answer.status, answer.json) == (200, {"status": "ready"})


def test_no_value_of_a_query_and_no_share_token_is_logged(served: ServedProcess) -> None:
    served.request("GET", API + "status?token=very-secret")
    # A line is written after its answer is sent, and before the next request is looked at.
    served.request("GET", "/health")
    assert "very-secret" not in served.log.read_text()
    assert "/status?token=***" in served.log.read_text()
    token = "a-token-of-22-characters"
    assert masked(f"/services/t/s/{token}/environment.yml?x=1&y=2") == (
        "/services/t/s/[secret]/environment.yml?x=***&y=***"
    )


def test_a_shared_file_system_shows_prefixes_by_name_only(served: ServedProcess) -> None:
    modes = {
        path.name: path.stat().st_mode & 0o777
        for path in (served.root, *served.root.iterdir())
        if not path.name.endswith(("-wal", "-shm"))
    }
    assert {name for name, mode in modes.items() if mode == 0o711} == {
        "store", "prefixes", "locks", "envs",
    }  # fmt: skip
    # `module` finds what it can list; each namespace's directory in it is its own.
    assert modes.pop("modules") == 0o755
    assert modes["terrarium.db"] == 0o600
    assert {name for name, mode in modes.items() if mode not in (0o711, 0o700, 0o600)} == set()
    assert {path.stat().st_mode & 0o777 for path in (served.root / "envs").iterdir()} == {0o700}
    prefix = next((served.root / "prefixes").iterdir())
    for path, status in ((served.root / "prefixes", 2), (prefix / "conda-meta", 0)):
        done = subprocess.run(
            ["setpriv", "--reuid=daemon", "--clear-groups", "ls", str(path)],
            capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == status, done.stderr


def test_a_hundred_megabytes_are_refused_before_they_are_sent(served: ServedProcess) -> None:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(20)
        line.connect(str(served.socket))
        head = (
            f"POST {API}environments HTTP/1.1\r\nHost: store\r\nContent-Length: 100000000\r\n\r\n"
        )
        line.sendall(head.encode())
        assert line.recv(100).startswith(b"HTTP/1.1 400 ")
    slightly = {"lockfile": "x" * 5_000_000}
    answer = served.request("POST", API + "environments", slightly)
    assert (answer.status, "at most 4,194,304" in answer.json["detail"]) == (400, True)


def test_it_ends_in_good_order_while_somebody_waits_for_events(
    served: ServedProcess,
) -> None:
    last = served.request("GET", API + "events").json["last"]

    ends: list[str] = []

    def wait() -> None:
        try:
            ends.append(str(served.request("GET", API + f"events?after={last}&wait=25").status))
        except (OSError, http.client.HTTPException) as error:
            ends.append(type(error).__name__)

    waiter = threading.Thread(target=wait)
    waiter.start()
    assert served.stop() == 0
    waiter.join(10)
    assert ends
    assert not served.socket.exists()
    assert "defect" not in served.log.read_text()
    assert "Traceback" not in served.log.read_text()
