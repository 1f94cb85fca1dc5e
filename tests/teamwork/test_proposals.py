"""Proposals (C5.1): a viewer proposes, an editor looks at the plan and decides."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from team_help import Team

from support.http import Answer, Client
from support.waiting import wait_for_build

TWO = "name: data\ndependencies:\n  - terrarium-data =2\n"
ANY = "name: data\ndependencies:\n  - terrarium-data\n"


def propose(team: Team, name: str, who: str = "viewer", **more: object) -> Answer:
    body = {"specification": TWO, "reason": "We need the new data.", **more}
    return team.client(who).post(f"environments/team/{name}/proposals", body)


def plan(client: Client, name: str, text: str = TWO, mode: str = "keep") -> Any:
    body = {"specification": text, "namespace": "team", "environment": name, "mode": mode}
    answer = client.post("plans", body)
    assert answer.json["problem"] is None, answer.body
    return answer.json


def approve(client: Client, proposal: Any, **more: object) -> Answer:
    return client.post(f"proposals/{proposal['id']}/approve", more)


def ready(team: Team, name: str, number: int) -> Any:
    """The version when its build has ended."""
    path = f"environments/team/{name}/versions/{number}"
    client = team.client("viewer")
    wait_for_build(client, client.get(path).json["build"]["id"])
    return client.get(path).json


@pytest.fixture
def name(team: Team) -> str:
    return team.copy()


def test_what_a_viewer_proposes_is_built_as_planned_and_becomes_current(
    team: Team, name: str
) -> None:
    made = propose(team, name, base_version=1)
    assert made.status == 201, made.body
    editor = team.client("editor")
    inbox = editor.get("proposals?state=open").json["items"]
    mine = next(one for one in inbox if one["id"] == made.json["id"])
    assert (mine["user"], mine["may_decide"], mine["moved_on"]) == ("viewer", True, False)
    text = editor.get(f"proposals/{mine['id']}").json["specification_text"]
    looked_at = plan(editor, name, text)
    done = approve(editor, mine, plan=looked_at["id"], answer="Thanks!")
    assert done.status == 200, done.body
    assert (done.json["state"], done.json["version"]) == ("approved", 2)
    version = ready(team, name, 2)
    assert version["lock_digest"] == looked_at["lock_digest"]
    assert version["current"]
    assert version["specification_text"] == TWO
    assert version["note"] == "We need the new data. (proposed by viewer)"


def test_held_environments_wait_to_be_made_current(team: Team, name: str) -> None:
    editor = team.client("editor")
    editor.request("PATCH", f"environments/team/{name}", {"hold": True})
    made = propose(team, name).json
    assert approve(editor, made, plan=plan(editor, name)["id"]).status == 200
    assert ready(team, name, 2)["current"] is False


def test_the_proposer_is_told(team: Team, name: str) -> None:
    viewer = team.client("viewer")
    made = propose(team, name).json
    after = viewer.get("events").json["last"]
    path = f"proposals/{made['id']}/decline"
    assert team.client("editor").post(path, {"answer": "Not before the release."}).status == 200
    events = viewer.get(f"events?after={after}").json["events"]
    told = [event for event in events if event["kind"] == "proposal-changed"]
    assert [event["data"]["state"] for event in told] == ["declined"]
    seen = viewer.get(f"proposals/{made['id']}").json
    assert (seen["state"], seen["answer"], seen["decided_by"]) == (
        "declined",
        "Not before the release.",
        "editor",
    )
    assert team.client("editor").post(path, {"answer": ""}).status == 400


def test_an_editor_adjusts_the_text_before_approving(team: Team, name: str) -> None:
    editor, made = team.client("editor"), propose(team, name).json
    looked_at = plan(editor, name, ANY)
    # A plan of another text than the one that is approved is refused.
    assert approve(editor, made, plan=looked_at["id"]).status == 409
    done = approve(editor, made, plan=looked_at["id"], specification=ANY)
    assert done.status == 200, done.body
    version = ready(team, name, 2)
    assert version["specification_text"] == ANY
    assert editor.get(f"proposals/{made['id']}").json["specification_text"] == TWO


def test_only_the_proposer_withdraws(team: Team, name: str) -> None:
    made = propose(team, name).json
    path = f"proposals/{made['id']}/withdraw"
    assert team.client("editor").post(path).status == 403
    assert team.client("viewer").post(path).json["state"] == "withdrawn"
    editor = team.client("editor")
    answer = approve(editor, made, plan=plan(editor, name)["id"])
    assert answer.status == 409
    assert "withdrawn already, by viewer" in answer.json["detail"]


def test_a_viewer_does_not_decide(team: Team, name: str) -> None:
    viewer, made = team.client("viewer"), propose(team, name).json
    assert approve(viewer, made, plan=plan(viewer, name)["id"]).status == 403
    assert viewer.post(f"proposals/{made['id']}/decline", {"answer": "x"}).status == 403


def test_two_who_approve_at_once_make_one_version(team: Team, name: str) -> None:
    made = propose(team, name).json
    people = [team.client("editor"), team.client("owner")]
    plans = [plan(client, name)["id"] for client in people]
    answers: list[Answer] = []

    def decide(client: Client, plan_id: str) -> None:
        answers.append(approve(client, made, plan=plan_id))

    threads = [
        threading.Thread(target=decide, args=pair) for pair in zip(people, plans, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status for answer in answers) == [200, 409]
    lost = next(answer for answer in answers if answer.status == 409)
    assert "approved already, by" in lost.json["detail"]
    assert team.client("viewer").get(f"environments/team/{name}").json["latest"] == 2


def test_an_environment_that_has_moved_on_is_said_in_words(team: Team, name: str) -> None:
    editor, made = team.client("editor"), propose(team, name).json
    old = plan(editor, name)
    newer = {"specification": ANY + "  - tzdata\n"}
    built = editor.post(f"environments/team/{name}/versions", newer).json["build"]
    assert wait_for_build(editor, built["id"])["state"] == "ready"
    assert editor.get(f"proposals/{made['id']}").json["moved_on"] is True
    refused = approve(editor, made, plan=old["id"])
    assert refused.status == 409
    assert refused.json["code"] == "edit-conflict"
    assert "has version 2 now, by editor" in refused.json["detail"]
    assert refused.json["conflict"]["specification_text"] == newer["specification"]
    # The plan that was seen before is no way round; the new one, looked at, is.
    assert approve(editor, made, plan=old["id"], base_version=2).status == 409
    new = plan(editor, name)
    removed = {
        change["name"] for change in new["platforms"][0]["changes"] if change["change"] == "removed"
    }
    assert "tzdata" in removed
    done = approve(editor, made, plan=new["id"], base_version=2)
    assert (done.status, done.json["version"]) == (200, 3)


def test_a_text_that_somebody_has_overtaken_is_not_proposed(team: Team, name: str) -> None:
    editor = team.client("editor")
    editor.post(f"environments/team/{name}/versions", {"specification": ANY})
    answer = propose(team, name, base_version=1)
    assert (answer.status, answer.json["code"]) == (409, "edit-conflict")
    assert propose(team, name, specification=ANY).status == 409
    assert propose(team, name, specification="dependencies: [=]").status == 422
    assert propose(team, name, reason="").status == 400


def test_what_one_may_not_see_does_not_exist(team: Team, name: str) -> None:
    before = team.client("stranger").get("events").json["last"]
    made = propose(team, name, who="editor").json
    for person in ("viewer", "stranger"):
        client = team.client(person)
        assert client.get(f"proposals/{made['id']}").status == 404
        assert approve(client, made, plan="x").status == 404
        assert client.post(f"proposals/{made['id']}/decline", {"answer": "x"}).status == 404
        assert client.post(f"proposals/{made['id']}/withdraw").status == 404
        listed = client.get("proposals").json["items"]
        assert made["id"] not in {one["id"] for one in listed}
        events = client.get(f"events?after={before}").json["events"]
        assert made["id"] not in {event["data"].get("proposal") for event in events}
    assert propose(team, name, who="stranger").status == 404
    listed = team.client("viewer").get(f"environments/team/{name}/proposals").json
    assert listed["total"] == 0
    team.client("owner").request("DELETE", f"environments/team/{name}")
    assert team.client("editor").get(f"proposals/{made['id']}").status == 404


def test_a_script_proposes_with_a_token_that_may_do_no_more(team: Team, name: str) -> None:
    robot = team.token("viewer", scopes=["propose"])
    body = {"specification": TWO, "reason": "A newer version is out."}
    made = robot.post(f"environments/team/{name}/proposals", body)
    assert made.status == 201
    reader = team.token("viewer", scopes=["read"])
    assert reader.post(f"proposals/{made.json['id']}/withdraw").status == 403
    assert reader.get(f"proposals/{made.json['id']}").status == 200


def test_an_editor_of_one_environment_decides_about_that_one_only(team: Team, name: str) -> None:
    other = team.copy()
    owner, helper = team.client("owner"), team.client("stranger")
    namespace, alone = "namespaces/team/members/user/stranger", f"environments/team/{name}/members"
    assert owner.request("PUT", namespace, {"role": "viewer"}).status == 200
    try:
        after = helper.get("events").json["last"]
        here, there = propose(team, name).json, propose(team, other).json
        assert helper.get("proposals").json["total"] == 0
        told = helper.get(f"events?after={after}").json["events"]
        assert not [event for event in told if event["kind"] == "proposal-changed"]

        assert owner.request("PUT", f"{alone}/user/stranger", {"role": "editor"}).status == 200
        (inbox,) = helper.get("proposals").json["items"]
        assert (inbox["id"], inbox["may_decide"]) == (here["id"], True)
        told = helper.get(f"events?after={after}").json["events"]
        proposed = [event for event in told if event["kind"] == "proposal-changed"]
        assert [event["data"]["proposal"] for event in proposed] == [here["id"]]
        assert helper.get(f"proposals/{there['id']}").status == 404
        assert approve(helper, there, plan="x").status == 404
        done = approve(helper, here, plan=plan(helper, name)["id"])
        assert done.status == 200, done.body
        ready(team, name, 2)
    finally:
        assert owner.request("DELETE", namespace).status == 204
    assert helper.get(f"proposals/{here['id']}").status == 404
