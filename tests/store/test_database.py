"""The database: migrations, transactions, events that wake, a schema newer than the program."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateTable

from jupyterlab_terrarium.models.event import Event
from jupyterlab_terrarium.models.problem import StoreUnusable
from jupyterlab_terrarium.store import environments, events, migrate, namespaces
from jupyterlab_terrarium.store.database import SCHEMA, Database
from jupyterlab_terrarium.store.tables import NamespaceRow
from jupyterlab_terrarium.store.team_tables import Base
from jupyterlab_terrarium.store.watch import ChangeWatcher
from support.query_plans import query_plan


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database.open(tmp_path / "t.db")


def test_the_program_knows_its_newest_migration() -> None:
    assert migrate.head() == SCHEMA


def test_migrations_make_the_tables_that_the_program_uses(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


def test_the_events_of_a_build_are_found_without_looking_at_all(database: Database) -> None:
    assert "USING INDEX ix_event_build_id" in query_plan(database, events.of_build("one"))


def test_every_table_can_be_made_on_postgresql() -> None:
    for table in Base.metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=postgresql.dialect()))


def test_a_database_newer_than_the_program_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    Database.open(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from-the-future'")
    with pytest.raises(StoreUnusable, match="newer than this program") as caught:
        Database.open(path)
    assert "Upgrade" in caught.value.hint


def test_it_runs_in_wal_mode_with_foreign_keys(database: Database) -> None:
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_an_error_rolls_the_whole_transaction_back(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as session:
        namespaces.create_personal(session, "anna", "")
        raise RuntimeError
    with database.read() as session:
        assert namespaces.personal(session, "anna") is None


def test_many_threads_write_without_losing_anything(database: Database) -> None:
    def write(number: int) -> None:
        for item in range(10):
            with database.write() as session:
                namespaces.create_personal(session, f"user-{number}-{item}", "")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert session.query(NamespaceRow).count() == 80


def _after(session: Session, sequence: int, seen: set[str]) -> tuple[list[Event], int]:
    anna = events.Listener("anna", namespaces=seen, deciding=seen, deciding_on=set(), members=set())
    return events.after(session, sequence, anna, 10)


def test_events_wake_and_have_growing_numbers(database: Database) -> None:
    woken = threading.Event()
    remove = database.on_event(woken.set)
    with database.write() as session:
        anna = namespaces.create_personal(session, "anna", "")
        row = environments.add(session, anna, "e", title="", description="", user="anna")
        events.emit(session, "environment-created", row)
        events.emit(session, "environment-updated", row)
    assert woken.is_set()
    remove()
    with database.read() as session:
        found, last = _after(session, 0, {anna.id})
        assert [event.kind for event in found] == ["environment-created", "environment-updated"]
        assert _after(session, last, {anna.id}) == ([], last)
        assert _after(session, 0, {"somebody-else"})[0] == []


def test_what_another_process_writes_wakes_too(tmp_path: Path) -> None:
    ours = Database.open(tmp_path / "t.db")
    woken = threading.Event()
    ours.on_event(woken.set)
    watcher = ChangeWatcher(ours)
    watcher.start()
    threading.Event().wait(1.5)
    assert not woken.is_set()
    theirs = Database.open(tmp_path / "t.db")
    with theirs.write() as session:
        namespaces.create_personal(session, "anna", "")
    assert woken.wait(5)
    watcher.stop()


def test_names_of_users_become_valid_and_unique(database: Database) -> None:
    with database.write() as session:
        names = [
            namespaces.create_personal(session, user, "").name
            for user in ("Anna Müller", "anna.m-ller", "anna m@ller", "@@")
        ]
    assert names == ["anna-m-ller", "anna.m-ller", "anna-m-ller-2", "me"]
