"""Colleagues on a real JupyterHub with a team store: environments, kernels, rights."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from jupyterlab_terrarium.store.flock import is_locked
from support.http import Client
from support.hub import Hub

KERNEL = {"name": "analysis", "specification": "dependencies: [python, ipykernel]"}


def eventually(ask: Callable[[], Any], seconds: float = 90) -> Any:
    """What *ask* gives as soon as it is true."""
    end = time.monotonic() + seconds
    while not (found := ask()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)
    return found


def here(server: Client, path: str) -> dict[str, Any] | None:
    """The environment when it is ready on the server's machine."""
    found: dict[str, Any] = server.get(f"local/environments/{path}").json
    return found if found.get("state") == "ready" else None


@pytest.fixture(scope="module")
def anna(hub: Hub) -> Client:
    """Anna's own server, where she has made an environment."""
    server = hub.server("anna")
    made = server.post("environments", KERNEL)
    assert made.status == 201, made.body
    return server


@pytest.fixture(scope="module")
def carla(hub: Hub) -> Client:
    """The server of somebody who has no role anywhere."""
    return hub.server("carla")


def test_the_store_knows_users_of_the_hub(hub: Hub) -> None:
    status = hub.store("berta").get("status").json
    assert (status["user"], status["namespace"]) == ("berta", "berta")
    assert hub.store("berta").anonymous().get("status").status == 401
    assert Client(hub.store("berta").url, "no-token-of-anybody").get("status").status == 401


def test_a_kernel_of_the_team_store_runs_in_the_user_s_own_session(hub: Hub, anna: Client) -> None:
    found = eventually(lambda: here(anna, "anna/analysis"))
    assert found["adopted"]
    listed = hub.jupyter("anna", "GET", "kernelspecs")["kernelspecs"]
    assert set(found["kernels"]) <= set(listed)
    kernel = hub.jupyter("anna", "POST", "kernels", {"name": found["kernels"][0]})
    locks = hub.store_root / "locks"
    # The store's own clean-up sees that its files are in use.
    eventually(lambda: any(is_locked(lock) for lock in locks.iterdir()), 30)
    hub.jupyter("anna", "DELETE", f"kernels/{kernel['id']}")
    assert not list((hub.store_root.parent / "service").glob("**/kernel.json"))


def test_the_connected_server_says_to_which_store(hub: Hub, anna: Client) -> None:
    status = anna.get("status").json
    assert status["store"] == hub.store_url
    assert status["user"] == "anna"
    assert str(hub.store_root) not in status["shell_command"]


def test_what_is_anna_s_does_not_exist_for_berta(hub: Hub, anna: Client) -> None:
    berta = hub.store("berta")
    assert berta.get("environments/anna/analysis").status == 404
    assert berta.get("environments").json["total"] == 0
    assert berta.get("events").json["events"] == []


def test_a_member_of_a_shared_namespace_gets_its_kernel(hub: Hub, anna: Client) -> None:
    assert anna.post("namespaces", {"name": "team"}).status < 300
    made = anna.post("environments", {**KERNEL, "namespace": "team", "name": "shared"})
    assert made.status == 201, made.body
    berta = hub.server("berta")
    assert berta.get("environments/team/shared").status == 404
    member = anna.request("PUT", "namespaces/team/members/user/berta", {"role": "viewer"})
    assert member.status < 300, member.body
    eventually(lambda: anna.get("environments/team/shared").json["current"])
    assert berta.request("PUT", "local/environments/team/shared").status == 200
    found = eventually(lambda: here(berta, "team/shared"))
    assert found["adopted"]
    kernel = hub.jupyter("berta", "POST", "kernels", {"name": found["kernels"][0]})
    hub.jupyter("berta", "DELETE", f"kernels/{kernel['id']}")
    refused = berta.request("DELETE", "environments/team/shared")
    assert refused.status == 403


def digest(server: Client, kernel: str) -> str:
    """The lock digest of what a running kernel runs."""
    found = eventually(lambda: server.get(f"local/kernels/{kernel}").json.get("record"))
    return str(found["lock_digest"])


@pytest.mark.parametrize("version", ["1", None], ids=["one version", "always current"])
def test_a_link_gives_its_kernel_to_somebody_without_a_role(
    hub: Hub, anna: Client, carla: Client, version: str | None
) -> None:
    eventually(lambda: here(anna, "anna/analysis"))
    made = anna.post("environments/anna/analysis/shares", {"version": version}).json
    used = carla.post("shared-link/use", {"token": made["token"]}).json
    assert used["ready"]
    name = used["kernels"][0]["name"]
    assert name in hub.jupyter("carla", "GET", "kernelspecs")["kernelspecs"]
    kernel = hub.jupyter("carla", "POST", "kernels", {"name": name})
    assert digest(carla, kernel["id"]) == used["lock_digest"]
    hub.jupyter("carla", "DELETE", f"kernels/{kernel['id']}")
    assert carla.get("environments/anna/analysis").status == 404

    hub.restart_server("carla")
    assert name in hub.jupyter("carla", "GET", "kernelspecs")["kernelspecs"]
    anna.request("DELETE", f"shares/{made['id']}")
    assert carla.post("shared-link/use", {"token": made["token"]}).status == 404
    hub.restart_server("carla")
    eventually(lambda: name not in hub.jupyter("carla", "GET", "kernelspecs")["kernelspecs"])


def test_a_notebook_s_version_runs_though_another_one_is_current(hub: Hub, anna: Client) -> None:
    before = anna.get("environments/anna/analysis/versions/1").json
    changed = {"specification": "dependencies: [python, ipykernel, terrarium-data]"}
    made = anna.post("environments/anna/analysis/versions", {**changed, "base_version": 1})
    assert made.status == 201, made.body
    eventually(lambda: (here(anna, "anna/analysis") or {}).get("version") == 2)
    record = {"environment": "anna/analysis", "version": 1, "lock_digest": before["lock_digest"]}
    used = anna.post("recorded-environment/use", record).json
    kernel = hub.jupyter("anna", "POST", "kernels", {"name": used["kernels"][0]["name"]})
    assert digest(anna, kernel["id"]) == before["lock_digest"]
    hub.jupyter("anna", "DELETE", f"kernels/{kernel['id']}")


def test_a_visitor_acts_with_their_own_token(hub: Hub, anna: Client) -> None:
    stranger = Client(anna.url, hub.token("berta"))
    # The hub does not let berta onto anna's server at all.
    assert stranger.get("environments").status in (401, 403)


def test_a_revoked_token_changes_nothing_more(hub: Hub) -> None:
    made = hub.api("POST", "users/berta/tokens", {})
    berta = Client(hub.store("berta").url, made["token"])
    assert berta.get("environments").status == 200
    hub.api("DELETE", f"users/berta/tokens/{made['id']}")
    refused = berta.post("environments", {"name": "late", "specification": "dependencies: []"})
    assert refused.status == 401
    assert hub.store("berta").get("environments/berta/late").status == 404


def test_nothing_is_lost_when_the_store_ends_and_starts_again(hub: Hub, anna: Client) -> None:
    before = eventually(lambda: here(anna, "anna/analysis"))
    hub.end_store()
    away = anna.get("environments")
    assert (away.status, away.json["code"]) == (503, "store-away")
    assert "work as before" in away.json["hint"]
    kernel = hub.jupyter("anna", "POST", "kernels", {"name": before["kernels"][0]})
    hub.jupyter("anna", "DELETE", f"kernels/{kernel['id']}")
    hub.wait_for_store()
    assert anna.get("environments").json["items"][0]["id"] == before["id"]
    assert here(anna, "anna/analysis") == before


def test_no_token_is_in_the_log(hub: Hub) -> None:
    assert hub.token("berta") not in hub.log.read_text()
