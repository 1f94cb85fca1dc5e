"""The filter of a list finds environments by what they are called and by what they contain."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command

from jupyterlab_terrarium.models.digest import platform_digest
from jupyterlab_terrarium.models.lock import CondaPackage, Lock, PipPackage, PlatformLock
from jupyterlab_terrarium.store import (
    builds,
    environment_list,
    environments,
    locks,
    migrate,
    namespaces,
)
from jupyterlab_terrarium.store.database import Database
from jupyterlab_terrarium.store.environment_filter import matched_packages
from jupyterlab_terrarium.store.tables import EnvironmentRow

PLATFORM = "linux-64"


def conda(name: str, version: str) -> CondaPackage:
    return CondaPackage(
        name=name,
        version=version,
        build="0",
        subdir="noarch",
        url=f"https://c.example/noarch/{name}-{version}-0.conda",
        channel="https://c.example",
        sha256="a" * 64,
    )


def wheel(name: str, version: str) -> PipPackage:
    file_name = f"{name}-{version}-py3-none-any.whl"
    url = f"https://files.example/{file_name}"
    return PipPackage(name=name, version=version, file_name=file_name, url=url, sha256="b" * 64)


ANALYSIS = PlatformLock(
    platform=PLATFORM,
    conda=[conda("python", "3.12.1"), conda("numpy", "2.1.3"), conda("numpydoc", "1.8")],
    pip=[wheel("Tabulate", "0.9")],
)
REPORT = PlatformLock(
    platform=PLATFORM, conda=[conda("r-base", "4.4.1"), conda("r-ggplot2", "3.5.1")]
)
ELSEWHERE = PlatformLock(platform="osx-arm64", conda=[conda("numba", "0.60")])


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """Anna has `analysis`, a `report` in R, and `numbers`, which has not been solved."""
    made = Database.open(tmp_path / "t.db")
    with made.write() as session:
        anna = namespaces.create_personal(session, "anna", "")
        for name, title, lock in (
            ("analysis", "Sales figures", Lock(platforms=[ANALYSIS, ELSEWHERE])),
            ("report", "", Lock(platforms=[REPORT])),
            ("numbers", "", None),
        ):
            row = environments.add(session, anna, name, title=title, description="", user="anna")
            version = environments.add_version(
                session, row, text="", specification={}, run_link_scripts=[], user="anna"
            )
            if lock is not None:
                locks.attach(session, version, lock)
    return made


def found(database: Database, text: str) -> dict[str, list[str]]:
    """Names of the environments found, and the packages that say why."""
    with database.read() as session:
        mine = namespaces.personal(session, "anna")
        assert mine is not None
        records, total = environment_list.page(session, {mine.id}, PLATFORM, text=text, limit=10)
        assert total == len(records)
        packages = matched_packages(session, text, records)
    return {
        record.name: [" ".join(item) for item in packages.get(record.id, [])] for record in records
    }


def test_a_package_finds_the_environments_that_have_it(database: Database) -> None:
    assert found(database, "numpy") == {"analysis": ["numpy 2.1.3"]}


def test_a_package_is_found_from_pip_too_whatever_its_capitals(database: Database) -> None:
    assert found(database, "TABUL") == {"analysis": ["tabulate 0.9"]}


def test_a_word_begins_a_name_or_a_part_of_it_and_is_not_looked_for_inside(
    database: Database,
) -> None:
    assert found(database, "ggplot2") == {"report": ["r-ggplot2 3.5.1"]}
    assert found(database, "plot2") == {}
    assert found(database, "n_mpy") == {}


def test_a_label_needs_no_package_as_its_reason(database: Database) -> None:
    assert found(database, "num") == {"analysis": ["numpy 2.1.3"], "numbers": []}
    assert found(database, "sales") == {"analysis": []}
    assert found(database, "python 3.12") == {"analysis": []}
    assert found(database, "anna/rep") == {"report": []}


def test_every_word_must_be_found(database: Database) -> None:
    assert found(database, "sales numpydoc tabulate") == {
        "analysis": ["numpydoc 1.8", "tabulate 0.9"]
    }
    assert found(database, "sales ggplot2") == {}


def test_one_letter_is_looked_for_in_labels_only(database: Database) -> None:
    assert found(database, "b") == {"numbers": []}
    assert found(database, "ba") == {"report": ["r-base 4.4.1"]}


def test_packages_of_other_platforms_do_not_count(database: Database) -> None:
    assert found(database, "numba") == {}


def test_pages_of_a_filtered_list_say_how_many_there_are_in_all(database: Database) -> None:
    with database.read() as session:
        mine = namespaces.personal(session, "anna")
        assert mine is not None

        def page(after: tuple[str, str] | None) -> tuple[list[str], int]:
            records, total = environment_list.page(
                session, {mine.id}, PLATFORM, text="num", after=after, limit=1
            )
            return [record.name for record in records], total

        assert page(None) == (["analysis"], 2)
        assert page((mine.name, "analysis")) == (["numbers"], 2)
        assert page((mine.name, "numbers")) == ([], 2)


def test_more_than_are_read_at_once_are_counted(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment_list, "_COUNTED_AT_ONCE", 1)
    with database.read() as session:
        mine = namespaces.personal(session, "anna")
        assert mine is not None
        listed, total = environment_list.page(session, {mine.id}, PLATFORM, text="n", limit=1)
    assert [row.name for row in listed] == ["analysis"]
    assert total == 2


def test_a_row_is_about_the_current_version_and_says_how_the_latest_fares(
    database: Database,
) -> None:
    with database.write() as session:
        mine = namespaces.personal(session, "anna")
        assert mine is not None
        record = environments.find(session, mine.id, "analysis", PLATFORM)
        assert record is not None
        row = record.environment
        row.current_version_id = record.latest.id
        digest = platform_digest(Lock(platforms=[ANALYSIS, ELSEWHERE]), PLATFORM)
        locks.record_prefix(
            session, digest, PLATFORM, size=7, files=1, kernels=[], warnings=["drifted"]
        )
        next_one = environments.add_version(
            session, row, text="", specification={}, run_link_scripts=[], user="anna"
        )
        locks.attach(session, next_one, Lock(platforms=[REPORT]))
        build = builds.add(session, next_one, "anna")
    with database.read() as session:
        listed = environment_list.one(session, row.id, PLATFORM)
    assert (listed.current, listed.latest) == (1, 2)
    assert (listed.conda, listed.pip, listed.headline) == (3, 1, "python 3.12")
    assert (listed.size, listed.warnings, listed.latest_warnings) == (7, ["drifted"], None)
    assert listed.build is not None
    assert (listed.build.id, listed.build.state) == (build.id, "queued")


def test_packages_of_older_stores_are_found_after_the_migration(database: Database) -> None:
    with database.engine.connect() as connection:
        before = connection.exec_driver_sql("SELECT * FROM lock_platform ORDER BY id").all()
    config = migrate.configuration(database.engine)
    command.downgrade(config, "0001")
    with database.engine.connect() as connection:
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars().all()
    assert "lock_package" not in tables
    database.migrate()
    assert found(database, "numpy tabulate") == {"analysis": ["numpy 2.1.3", "tabulate 0.9"]}
    assert found(database, "numba") == {}
    with database.engine.connect() as connection:
        after = connection.exec_driver_sql("SELECT * FROM lock_platform ORDER BY id").all()
    assert [row[1:] for row in after] == sorted(row[1:] for row in before)


def test_what_is_looked_for_is_the_version_that_the_list_shows(database: Database) -> None:
    with database.write() as session:
        mine = namespaces.personal(session, "anna")
        assert mine is not None
        record = environments.find(session, mine.id, "analysis", PLATFORM)
        assert record is not None
        row = record.environment
        next_one = environments.add_version(
            session, row, text="", specification={}, run_link_scripts=[], user="anna"
        )
        locks.attach(session, next_one, Lock(platforms=[REPORT]))
    # Nothing is current yet: the latest version is shown.
    assert found(database, "numpydoc") == {}
    assert set(found(database, "ggplot2")) == {"analysis", "report"}
    with database.write() as session:
        session.get_one(EnvironmentRow, row.id).current_version_id = record.latest.id
    assert set(found(database, "numpydoc")) == {"analysis"}
    assert set(found(database, "ggplot2")) == {"report"}
