"""Locks in the database: equal package files share a digest, each version keeps its own words."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select

from jupyterlab_terrarium.models.lock import CondaPackage, Lock, PlatformLock
from jupyterlab_terrarium.store import environments, locks, namespaces
from jupyterlab_terrarium.store.database import Database
from jupyterlab_terrarium.store.tables import LockOriginRow, LockRow


def lock(host: str, requested: str = "") -> Lock:
    package = CondaPackage(
        name="tiny",
        version="1.0",
        build="0",
        subdir="noarch",
        url=f"https://{host}/chan/noarch/tiny-1.0-0.conda",
        channel=f"https://{host}/chan",
        sha256="a" * 64,
        requested=requested,
    )
    return Lock(platforms=[PlatformLock(platform="linux-64", conda=[package])])


def test_equal_files_share_a_digest_and_each_version_keeps_its_own_words(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "t.db")
    given = [lock("one.example"), lock("two.example", "tiny"), lock("two.example", "tiny")]
    with database.write() as session:
        namespace = namespaces.create_personal(session, "anna", "")
        environment = environments.add(
            session, namespace, "data", title="", description="", user="anna"
        )
        versions = []
        for one in given:
            version = environments.add_version(
                session, environment, text="", specification={}, run_link_scripts=[], user="anna"
            )
            locks.attach(session, version, one)
            versions.append(version)
    with database.read() as session:
        assert len({version.lock_digest for version in versions}) == 1
        assert [locks.of_version(session, version) for version in versions] == given
        assert session.scalar(select(func.count()).select_from(LockRow)) == 1
        assert session.scalar(select(func.count()).select_from(LockOriginRow)) == 1
    database.close()
