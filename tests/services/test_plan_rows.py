"""A plan is answered before it is stored; nobody can tell."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from jupyterlab_terrarium.models.build_problem import DiskFull
from jupyterlab_terrarium.services.plan_rows import PlanRows


@pytest.fixture
def rows() -> PlanRows:
    return PlanRows()


def test_whoever_asks_for_a_plan_waits_until_it_is_stored(rows: PlanRows) -> None:
    may_write, written = threading.Event(), []

    def write() -> None:
        assert may_write.wait(10)
        written.append("one")

    rows.write("one", write)
    rows.settle("another")
    assert written == []
    asked = threading.Thread(target=rows.settle, args=("one",))
    asked.start()
    assert asked.is_alive()
    may_write.set()
    asked.join(10)
    assert written == ["one"]
    rows.close()


def test_closing_stores_what_waits_and_it_can_go_on(rows: PlanRows, tmp_path: Path) -> None:
    for name in ("one", "two"):
        rows.write(name, (tmp_path / name).touch)
    rows.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]
    rows.write("three", (tmp_path / "three").touch)
    rows.close()
    assert (tmp_path / "three").exists()


def test_what_kept_a_plan_from_being_stored_is_said_when_it_is_asked_for(rows: PlanRows) -> None:
    def full() -> None:
        raise DiskFull("the disk is full")

    for number in range(50):
        rows.write(str(number), full)
    rows.write("good", lambda: None)
    for _ in range(2):
        with pytest.raises(DiskFull):
            rows.settle("49")
    rows.settle("good")
    rows.write("another", lambda: None)
    assert len(rows._waiting) <= 22, "old failures are forgotten"
    rows.close()
