"""The same schema and queries on a real PostgreSQL server."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jupyterlab_terrarium.store import (
    audit,
    builds,
    environment_list,
    environments,
    events,
    namespaces,
)
from jupyterlab_terrarium.store.audit import protect
from jupyterlab_terrarium.store.database import Database
from jupyterlab_terrarium.store.tables import EnvironmentRow, NamespaceRow
from jupyterlab_terrarium.store.team_tables import AuditRow, Base
from support.postgresql import postgresql_server
from support.query_plans import query_plan


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    with postgresql_server() as url:
        database = Database(url)
        database.migrate()
        yield database
        database.close()


def test_migrations_make_the_tables_that_the_program_uses(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


def _environment(database: Database, user: str) -> tuple[str, str]:
    with database.write() as session:
        namespace = namespaces.create_personal(session, user, "")
        environment = environments.add(
            session, namespace, "data", title="Figures", description="", user=user
        )
        return namespace.id, environment.id


def test_an_environment_is_made_listed_built_and_found_again(database: Database) -> None:
    owner, identity = _environment(database, "anna")
    with database.write() as session:
        version = environments.add_version(
            session,
            session.get_one(EnvironmentRow, identity),
            text="dependencies: [python]",
            specification={},
            run_link_scripts=[],
            user="anna",
        )
        build = builds.add(session, version, "anna")
        assert builds.waiting(session) == [(build.id, "anna", 0)]
        assert builds.claim(session, build.id, "somebody") == 1
        assert builds.running(session) == {"anna": 1}
    with database.read() as session:
        found, total = environment_list.page(session, {owner}, "linux-64", text="DAT", limit=10)
        assert total == 1
        assert found[0].updated.tzinfo is not None
        assert found[0].build is not None
        assert environment_list.page(session, {owner}, "linux-64", text="fig", limit=10)[1] == 1
        assert builds.counts(session) == (1, 0)


def test_events_are_numbered_in_the_order_of_their_commits(database: Database) -> None:
    owner, identity = _environment(database, "ben")
    with database.read() as session:
        begin = events.last_sequence(session)
    numbered, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with database.write() as session:
            environment = session.get_one(EnvironmentRow, identity)
            events.emit(session, "environment-updated", environment, data={"who": "slow"})
            session.flush()
            numbered.set()
            assert may_commit.wait(10)

    def fast() -> None:
        other = Database(database.url)
        with other.write() as session:
            environment = session.get_one(EnvironmentRow, identity)
            events.emit(session, "environment-updated", environment, data={"who": "fast"})
        other.close()

    writers = [threading.Thread(target=slow), threading.Thread(target=fast)]
    writers[0].start()
    assert numbered.wait(10)
    writers[1].start()
    # Whoever reads now must not be led past what the slow writer has not committed yet.
    writers[1].join(0.5)
    ben = events.Listener(
        "ben", namespaces={owner}, deciding=set(), deciding_on=set(), members=set()
    )
    with database.read() as session:
        seen, after = events.after(session, begin, ben, 10)
    may_commit.set()
    for writer in writers:
        writer.join(10)
    with database.read() as session:
        more, _ = events.after(session, after, ben, 10)
    assert [event.data["who"] for event in [*seen, *more]] == ["slow", "fast"]


def test_the_events_of_a_build_are_found_without_looking_at_all(database: Database) -> None:
    _, identity = _environment(database, "many")
    with database.write() as session:
        environment = session.get_one(EnvironmentRow, identity)
        for number in range(2000):
            events.emit(session, "build-changed", environment, build_id=f"build-{number}")
    with database.engine.begin() as connection:
        connection.execute(text("ANALYZE event"))
    assert "ix_event_build_id" in query_plan(database, events.of_build("build-7"))


def test_names_are_labels_that_only_the_visible_share(database: Database) -> None:
    owner, identity = _environment(database, "carl")
    with database.write() as session:
        row = session.get_one(EnvironmentRow, identity)
        row.deleted = row.updated
        session.flush()
        environments.add(
            session,
            session.get_one(NamespaceRow, owner),
            "data",
            title="",
            description="",
            user="carl",
        )


def test_the_mark_changes_with_every_commit(database: Database) -> None:
    before = database.changes.now()
    assert database.changes.now() == before
    _environment(database, "dora")
    after = database.changes.now()
    assert after != before
    assert database.changes.now() == after


def test_the_database_itself_refuses_to_change_the_audit(database: Database) -> None:
    for _ in range(2):
        protect(database)
    row = AuditRow(user="anna", action="x", outcome="done", data={})
    with database.write() as session:
        audit.add(session, row)
    for change in ("UPDATE audit SET action = 'y'", "DELETE FROM audit", "TRUNCATE audit"):
        with pytest.raises(DBAPIError, match="never changed"), database.write() as session:
            session.execute(text(change))
    with database.read() as session:
        assert [one.action for one in session.query(AuditRow)] == ["x"]
