"""Links: what they show, what they give, and to whom (C3.1 to C3.3, C6.1)."""

from __future__ import annotations

import secrets
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from share_help import Person
from sqlalchemy import select, update

from jupyterlab_terrarium.access.principals import Principal
from jupyterlab_terrarium.kernels import kernelspecs
from jupyterlab_terrarium.models.build import BuildState
from jupyterlab_terrarium.services.opening import OpenStore
from jupyterlab_terrarium.store.tables import now
from jupyterlab_terrarium.store.team_tables import ShareRow
from support.builds import ANNA, ended
from support.http import Answer


def is_dead(answer: Answer) -> bool:
    """Whether a link gave nothing, and said nothing about why."""
    return answer.status == 404 and answer.json["code"] == "share-dead"


def test_a_link_shows_a_card_and_needs_no_role(anna: Person, berta: Person) -> None:
    assert berta.client.get("environments/anna/data").status == 404
    made = anna.share(note="for the course")
    card = berta.card(made["token"]).json
    assert (card["namespace"], card["name"], card["version"]) == ("anna", "data", 2)
    assert card["shared_by"] == "anna"
    assert card["note"] == "for the course"
    assert card["packages"][0] == {"name": "terrarium-data", "version": "2.0", "requested": True}
    assert card["ready"] and card["here"] and card["always_current"]
    assert card["size"] > 0
    assert len(card["lock_digest"]) == 64
    # It gives no role either.
    assert berta.client.get("environments/anna/data").status == 404
    assert berta.client.get("environments").json["total"] == 0
    assert berta.client.get("environments/anna/data/shares").status == 404


def test_a_link_to_a_version_keeps_to_it(anna: Person, berta: Person) -> None:
    token = anna.share(version="1")["token"]
    card = berta.card(token).json
    assert (card["version"], card["always_current"]) == (1, False)
    assert "terrarium-data =1" in berta.file(token, "environment.yml").body.decode()


def test_it_expires_in_thirty_days_unless_told_otherwise(anna: Person) -> None:
    made = anna.share()
    (mine,) = [one for one in anna.client.get("shares").json["items"] if one["id"] == made["id"]]
    assert mine["expires"][:10] == str((now() + timedelta(days=30)).date())
    assert mine["state"] == "active"
    assert "token" not in mine


def test_a_token_is_random_and_is_stored_nowhere(anna: Person, lending_store: OpenStore) -> None:
    tokens = {anna.share()["token"] for _ in range(3)}
    assert len(tokens) == 3
    assert all(len(token) >= 32 for token in tokens)
    with lending_store.database.read() as session:
        rows = session.scalars(select(ShareRow)).all()
        kept = " ".join(str(vars(row)) for row in rows)
    assert not any(token in kept for token in tokens)


def test_who_guesses_gets_nothing(anna: Person, berta: Person) -> None:
    token = anna.share()["token"]
    wrong = token[:-1] + ("A" if token[-1] != "A" else "B")
    for guess in (secrets.token_urlsafe(24), wrong, "", "x", "../../etc", "A" * 128):
        assert is_dead(berta.card(guess)), guess
        assert is_dead(berta.use(guess)), guess
        assert is_dead(berta.copy(guess)), guess
        assert is_dead(berta.file(guess, "environment.yml")), guess
    assert anna.client.anonymous().get("shared-link").status == 401


def test_revoking_ends_it_at_once(anna: Person, berta: Person) -> None:
    made = anna.share(rights="copy")
    assert berta.card(made["token"]).status == 200
    assert berta.client.request("DELETE", f"shares/{made['id']}").status == 404
    assert anna.client.request("DELETE", f"shares/{made['id']}").status == 204
    for answer in (
        berta.card(made["token"]),
        berta.use(made["token"]),
        berta.copy(made["token"]),
        berta.file(made["token"], "conda-lock.yml"),
    ):
        assert is_dead(answer)


def test_an_expired_link_is_as_dead_as_a_guessed_one(
    anna: Person, berta: Person, lending_store: OpenStore
) -> None:
    made = anna.share()
    with lending_store.database.write() as session:
        session.execute(
            update(ShareRow)
            .where(ShareRow.id == made["id"])
            .values(expires=now() - timedelta(seconds=1))
        )
    expired, guessed = berta.card(made["token"]), berta.card(secrets.token_urlsafe(24))
    assert is_dead(expired)
    assert expired.body == guessed.body
    states = {one["id"]: one["state"] for one in anna.client.get("shares").json["items"]}
    assert states[made["id"]] == "expired"


def test_a_link_for_named_people_is_dead_for_others(
    anna: Person, berta: Person, carl: Person
) -> None:
    token = anna.share(subjects=["user:carl"])["token"]
    assert is_dead(berta.card(token))
    assert is_dead(berta.use(token))
    assert carl.card(token).status == 200
    assert anna.card(token).status == 200


def test_a_link_for_a_group_is_for_its_members(lending_store: OpenStore, anna: Person) -> None:
    token = anna.share(subjects=["group:geo"])["token"]
    links = lending_store.services.shared_links
    member = Principal("dora", groups=frozenset({"geo"}))
    assert links.card(member, token).name == "data"
    with pytest.raises(Exception, match="does not work"):
        links.card(replace(member, groups=frozenset({"geology"})), token)


def test_people_are_counted_once_and_whoever_has_used_it_may_again(
    anna: Person, berta: Person, carl: Person
) -> None:
    made = anna.share(max_uses=1)
    assert anna.use(made["token"]).status == 200
    assert carl.card(made["token"]).status == 200, "looking is no use"
    assert berta.use(made["token"]).status == 200
    assert berta.use(made["token"]).status == 200
    assert is_dead(carl.use(made["token"]))
    assert is_dead(carl.card(made["token"]))
    listed = anna.client.get("environments/anna/data/shares").json["items"]
    (mine,) = [one for one in listed if one["id"] == made["id"]]
    assert (mine["uses"], mine["state"]) == (1, "used-up")
    assert mine["last_used"] is not None


def test_looking_changes_nothing(anna: Person, berta: Person) -> None:
    made = anna.share()
    for _ in range(2):
        berta.card(made["token"])
        berta.file(made["token"], "environment.yml")
    (mine,) = [one for one in anna.client.get("shares").json["items"] if one["id"] == made["id"]]
    assert (mine["uses"], mine["last_used"]) == (0, None)


@pytest.mark.parametrize(
    ("rights", "use", "copy"), [("view", 403, 403), ("use", 200, 403), ("copy", 200, 201)]
)
def test_rights_include_those_before(
    anna: Person, berta: Person, rights: str, use: int, copy: int
) -> None:
    token = anna.share(rights=rights)["token"]
    assert berta.file(token, "environment.yml").status == 200
    assert berta.use(token).status == use
    assert berta.copy(token, name=f"from-{rights}").status == copy


def test_a_copy_is_ones_own_and_outlives_the_link(anna: Person, berta: Person) -> None:
    made = anna.share(rights="copy", version="1")
    copied = berta.copy(made["token"], name="mine").json
    assert (copied["namespace"], copied["state"]) == ("berta", "ready")
    assert copied["current_version"]["lock_digest"] == berta.card(made["token"]).json["lock_digest"]
    anna.client.request("DELETE", f"shares/{made['id']}")
    assert berta.client.get("environments/berta/mine").json["current"] == 1
    assert berta.copy(made["token"], name="again").status == 404
    assert berta.client.get("environments/berta/again").status == 404


def test_nobody_copies_into_what_is_not_theirs(anna: Person, berta: Person) -> None:
    token = anna.share(rights="copy")["token"]
    assert berta.copy(token, namespace="anna", name="planted").status == 404
    assert anna.client.get("environments/anna/planted").status == 404


def test_a_link_gives_the_kernels_of_the_environment(anna: Person, berta: Person) -> None:
    token = anna.share("kernel")["token"]
    used = berta.use(token).json
    own = anna.client.get("environments/anna/kernel").json["kernels"]
    assert used["ready"]
    assert [one["name"] for one in used["kernels"]] == [one["name"] for one in own]


def test_a_link_to_a_version_gives_a_kernel_pinned_to_it(
    anna: Person, berta: Person, lending_store: OpenStore
) -> None:
    token = anna.share("kernel", version="1")["token"]
    (kernel,) = berta.use(token).json["kernels"]
    assert kernel["display_name"] == "kernel@1 (Terrarium)"
    found = {one.name: one for one in kernelspecs.list_ours(lending_store.layout.root)}
    assert found[kernel["name"]].version == 1


def test_a_maker_without_the_role_shares_nothing_any_more(
    anna: Person, berta: Person, lending_store: OpenStore
) -> None:
    made = anna.share()
    with lending_store.database.write() as session:
        session.execute(
            update(ShareRow).where(ShareRow.id == made["id"]).values(created_by="former")
        )
    assert is_dead(berta.card(made["token"]))
    assert is_dead(berta.use(made["token"]))
    listed = anna.client.get("environments/anna/data/shares").json["items"]
    assert {one["id"]: one["state"] for one in listed}[made["id"]] == "void"


def test_a_link_sleeps_while_its_environment_is_deleted(
    anna: Person, berta: Person, lending_store: OpenStore
) -> None:
    token = anna.share("other")["token"]
    gone = anna.client.get("environments/anna/other").json["id"]
    anna.client.request("DELETE", "environments/anna/other")
    assert is_dead(berta.card(token))
    # Another one under its name is another environment.
    lending_store.services.deletion.restore(ANNA, gone, "other")
    assert berta.card(token).status == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"expires_days": 0}, 400),
        ({"expires_days": 5000}, 400),
        ({"max_uses": 0}, 400),
        ({"rights": "own"}, 400),
        ({"subjects": ["carl"]}, 400),
        ({"subjects": ["user:"]}, 400),
        ({"version": "99"}, 404),
        ({"surprise": 1}, 400),
    ],
)
def test_a_link_that_makes_no_sense_is_not_made(
    anna: Person, body: dict[str, object], status: int
) -> None:
    before = anna.client.get("shares").json["total"]
    assert anna.client.post("environments/anna/data/shares", body).status == status
    assert anna.client.get("shares").json["total"] == before


def test_nobody_shares_what_they_cannot_see(berta: Person) -> None:
    assert berta.client.post("environments/anna/data/shares", {}).status == 404


def test_files_of_a_link(anna: Person, berta: Person) -> None:
    token = anna.share()["token"]
    lock = berta.file(token, "conda-lock.yml")
    assert lock.headers["content-type"].startswith("text/plain")
    assert lock.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in lock.headers["content-security-policy"]
    assert b"terrarium-data" in lock.body
    explicit = berta.file(token, "explicit.txt").body.decode()
    assert "@EXPLICIT" in explicit
    assert berta.file(token, "passwd").status == 404


def test_files_that_are_not_here_are_built_for_whoever_uses_the_link(
    anna: Person, berta: Person, lending_store: OpenStore
) -> None:
    token = anna.share("gone", version="1")["token"]
    digest = berta.card(token).json["lock_digest"]
    lost = lending_store.services.versions.show(ANNA, "anna", "gone", "1")
    shutil.rmtree(str(lost.prefix))
    lending_store.services.versions.forget_if_gone(ANNA, "anna", "gone", 1)
    before = berta.card(token).json
    assert (before["ready"], before["building"]) == (False, False)
    assert before["size"] > 0
    assert berta.use(token).json["ready"] is False
    build = lending_store.services.versions.show(ANNA, "anna", "gone", "1").build
    assert build is not None and build.requested_by == "berta"
    assert ended(lending_store, build.id).state is BuildState.READY
    again = berta.use(token).json
    assert (again["ready"], again["lock_digest"]) == (True, digest)
