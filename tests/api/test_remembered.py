"""Answers are given again while nothing was written, and never to anybody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_terrarium.access.principals import Principal
from jupyterlab_terrarium.api.remembered import RememberedAnswers
from jupyterlab_terrarium.models.environment import EnvironmentSummary
from jupyterlab_terrarium.models.status import Page
from jupyterlab_terrarium.services.environments import EnvironmentService
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from support.servers import StandaloneServer

EMPTY = "dependencies: []\n"


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[StandaloneServer]:
    """A store in which nothing happens by itself."""
    store = OpenStore(StoreOptions(root=tmp_path / "store"), builds=False)
    server = StandaloneServer(store.services, {"t-anna": "anna", "t-berta": "berta"}).start()
    yield server
    server.stop()
    store.close()


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """For whom the list of environments was read from the database."""
    users: list[str] = []
    page = EnvironmentService.page

    def counted(
        self: EnvironmentService, principal: Principal, **options: Any
    ) -> Page[EnvironmentSummary]:
        users.append(principal.user)
        return page(self, principal, **options)

    monkeypatch.setattr(EnvironmentService, "page", counted)
    return users


def test_a_list_is_read_once_until_somebody_writes(
    quiet: StandaloneServer, read: list[str]
) -> None:
    anna, berta = quiet.client("t-anna"), quiet.client("t-berta")
    for one in (anna, berta):
        one.get("namespaces")
    first = anna.get("environments")
    assert anna.get("environments").body == first.body
    assert read == ["anna"]
    # The same question of somebody else is another question.
    assert berta.get("environments").json["total"] == 0
    assert read == ["anna", "berta"]
    made = anna.post("environments", {"name": "remembered", "specification": EMPTY})
    assert made.status == 201, made.body
    assert [one["name"] for one in anna.get("environments").json["items"]] == ["remembered"]
    assert berta.get("environments").json["total"] == 0


def test_the_oldest_answers_make_room() -> None:
    answers = RememberedAnswers(max_bytes=10)
    answers.keep("a", 1, b"aaaa")
    answers.keep("b", 1, b"bbbb")
    assert answers.find("a", 1) == b"aaaa"
    answers.keep("c", 1, b"cccc")
    assert answers.find("b", 1) is None
    assert (answers.find("a", 1), answers.find("c", 1)) == (b"aaaa", b"cccc")
    answers.keep("a", 2, b"a")
    assert answers.find("a", 1) is None
    assert answers.find("a", 2) == b"a"
    answers.keep("d", 2, b"x" * 11)
    assert answers.find("d", 2) is None
