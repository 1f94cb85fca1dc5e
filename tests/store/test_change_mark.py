"""Equal marks mean equal content, whoever writes."""

from __future__ import annotations

from pathlib import Path

from jupyterlab_terrarium.store import namespaces
from jupyterlab_terrarium.store.database import Database


def test_a_mark_changes_with_every_commit_and_with_nothing_else(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "t.db")
    first = database.changes.now()
    with database.read() as session:
        assert namespaces.personal(session, "anna") is None
    assert database.changes.now() == first
    with database.write() as session:
        namespaces.create_personal(session, "anna", "")
        assert database.changes.now() == first
    second = database.changes.now()
    assert second != first
    assert database.changes.now() == second
    other = Database.open(tmp_path / "t.db")
    with other.write() as session:
        namespaces.create_personal(session, "berta", "")
    assert database.changes.now() not in (first, second)


def test_a_database_that_does_not_answer_has_no_mark_twice(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'nowhere' / 't.db'}")
    assert database.changes.now() != database.changes.now()
