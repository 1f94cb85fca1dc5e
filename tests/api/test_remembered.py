"""Answers are given again while nothing was written, and never to anybody else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_terrarium.access.principals import Principal
from jupyterlab_terrarium.api.remembered import RememberedAnswers
from jupyterlab_terrarium.models.environment import EnvironmentSummary
from jupyterlab_terrarium.models.problem import NotFound
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


async def _asked(answers: RememberedAnswers, asked: str, mark: int, content: bytes) -> bool:
    """Whether the answer had to be made."""
    made: list[bytes] = []

    async def make() -> bytes:
        await asyncio.sleep(0)
        made.append(content)
        return content

    assert await answers.answer(asked, mark, make, len) == content
    return bool(made)


def test_the_oldest_answers_make_room() -> None:
    async def everything() -> None:
        answers = RememberedAnswers(max_bytes=10)
        assert await _asked(answers, "a", 1, b"aaaa")
        assert await _asked(answers, "b", 1, b"bbbb")
        assert not await _asked(answers, "a", 1, b"aaaa")
        assert await _asked(answers, "c", 1, b"cccc")
        assert await _asked(answers, "b", 1, b"bbbb")
        assert not await _asked(answers, "c", 1, b"cccc")
        assert await _asked(answers, "c", 2, b"c")
        assert not await _asked(answers, "c", 2, b"c")
        assert await _asked(answers, "d", 2, b"x" * 11)
        assert await _asked(answers, "d", 2, b"x" * 11)

    asyncio.run(everything())


def test_whoever_asks_meanwhile_waits_for_the_same_answer() -> None:
    async def everything() -> list[bool]:
        answers = RememberedAnswers()
        return await asyncio.gather(*(_asked(answers, "a", 1, b"a") for _ in range(5)))

    assert sum(asyncio.run(everything())) == 1


def test_an_error_is_everybody_s_and_is_not_remembered() -> None:
    async def fail() -> bytes:
        await asyncio.sleep(0)
        raise NotFound("gone")

    async def everything() -> None:
        answers = RememberedAnswers()
        asked = [answers.answer("a", 1, fail, len) for _ in range(3)]
        found = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(one) for one in found] == [NotFound] * 3
        assert await _asked(answers, "a", 1, b"a")

    asyncio.run(everything())
