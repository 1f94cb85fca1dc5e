"""Clean-up reports first, frees what it says, and touches nothing that anybody holds or wants."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from damage import prefix_of

from jupyterlab_terrarium.access.principals import Principal
from jupyterlab_terrarium.models.build import BuildState
from jupyterlab_terrarium.models.cleanup import CleanupReport
from jupyterlab_terrarium.models.environment import VersionCreate
from jupyterlab_terrarium.models.policy import Policy, Retention
from jupyterlab_terrarium.models.problem import Conflict, Forbidden
from jupyterlab_terrarium.models.record import RecordCreate
from jupyterlab_terrarium.models.share import ShareCreate
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from jupyterlab_terrarium.store.flock import try_lock
from jupyterlab_terrarium.store.prefixes import empty_trash
from jupyterlab_terrarium.store.tables import (
    EnvironmentRow,
    EventRow,
    LockRow,
    PointerRow,
    VersionRow,
    now,
)
from jupyterlab_terrarium.store.team_tables import ShareRow
from support.builds import ANNA, DATA, create, ended

STRICT = Retention(keep_last=1, keep_days=0, used_days=0, cache_days=0, deleted_days=30)


@pytest.fixture
def store(tmp_path: Path, channel_url: str) -> Iterator[OpenStore]:
    """A store that keeps no more than it must, with two versions of `data`, the second current."""
    options = StoreOptions(
        root=tmp_path / "store", default_channels=[channel_url], policy=Policy(retention=STRICT)
    )
    store = OpenStore(options)
    create(store, DATA.format(pin=" =1"))
    update(store, " =2")
    yield store
    store.close()


def update(store: OpenStore, pin: str) -> None:
    made = store.services.versions.create(
        ANNA, "anna", "data", VersionCreate(specification=DATA.format(pin=pin))
    )
    assert made.build is not None
    assert ended(store, made.build.id).state is BuildState.READY


def report(store: OpenStore) -> CleanupReport:
    return store.services.cleanup.report(ANNA)


def kinds(store: OpenStore) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in report(store).items:
        found.setdefault(item.kind, []).append(item.shown)
    return found


def test_a_version_that_no_rule_keeps_goes_with_its_package_files(store: OpenStore) -> None:
    prefix = Path(str(store.services.versions.show(ANNA, "anna", "data", "1").prefix))
    first = report(store)
    assert [item.shown for item in first.items if item.kind == "version"] == ["anna/data@1"]
    assert [item.owners for item in first.items if item.kind == "version"] == [["anna"]]
    assert len([item for item in first.items if item.kind == "package"]) == 1
    assert prefix.exists()
    done = store.services.cleanup.apply(ANNA, first.id)
    assert done.skipped == []
    assert not prefix.exists()
    assert prefix_of(store, "data").exists()
    assert report(store).items == []
    # It builds again, to the same files.
    build = store.services.versions.rebuild(ANNA, "anna", "data", "1")
    assert ended(store, build).state is BuildState.READY
    assert prefix.exists()


def test_it_frees_what_it_says(store: OpenStore) -> None:
    said = report(store)
    before = used(store.layout.root)
    store.services.cleanup.apply(ANNA, said.id)
    assert empty_trash(store.layout, 60) == 0
    freed = before - used(store.layout.root)
    assert said.freed > 0
    # Directories and the database are not counted.
    assert 0 <= freed - said.freed < 200_000
    # The version alone frees less: the cached package file holds the same content.
    [version] = [item for item in said.items if item.kind == "version"]
    assert version.size < said.freed


def used(root: Path) -> int:
    """Bytes on the disk, each inode once."""
    seen = {}
    for path in root.rglob("*"):
        status = path.lstat()
        if not stat.S_ISDIR(status.st_mode) and not path.name.startswith("terrarium.db"):
            seen[status.st_ino] = status.st_blocks * 512
    return sum(seen.values())


@pytest.mark.parametrize("rule", ["pointer", "hold", "last", "young", "used", "current"])
def test_each_rule_keeps_a_version(store: OpenStore, rule: str) -> None:
    rules = STRICT
    with store.database.write() as session:
        environment = session.query(EnvironmentRow).one()
        first = session.query(VersionRow).filter_by(number=1).one()
        if rule == "pointer":
            session.add(
                PointerRow(
                    environment_id=environment.id,
                    name="stable",
                    version_id=first.id,
                    updated_by="anna",
                )
            )
        elif rule == "hold":
            environment.hold = True
        elif rule == "current":
            environment.current_version_id = first.id
    if rule == "last":
        rules = STRICT.model_copy(update={"keep_last": 2})
    elif rule == "young":
        rules = STRICT.model_copy(update={"keep_days": 1})
    elif rule == "used":
        rules = STRICT.model_copy(update={"used_days": 1})
    object.__setattr__(store.context.policy, "retention", rules)
    assert "version" not in kinds(store)


def test_starting_a_kernel_counts_as_use(store: OpenStore) -> None:
    version = store.services.versions.show(ANNA, "anna", "data", "1")
    lock = store.layout.locks / Path(str(version.prefix)).name
    os.utime(lock, (0, 0))
    launcher = "from jupyterlab_terrarium.kernels.launcher import hold; from pathlib import Path; "
    launcher += "hold(Path({!r}), {!r}, 'anna/data')"
    pointer = f"prefixes/{lock.name}"
    subprocess.run(
        [sys.executable, "-c", launcher.format(str(store.layout.root), pointer)], check=True
    )
    assert lock.stat().st_mtime > 1e9


def test_what_a_kernel_holds_stays(store: OpenStore) -> None:
    version = store.services.versions.show(ANNA, "anna", "data", "1")
    said = report(store)
    held = try_lock(store.layout.locks / Path(str(version.prefix)).name, shared=True)
    assert held is not None
    with held:
        assert report(store).in_use == ["anna/data@1"]
        done = store.services.cleanup.apply(ANNA, report(store).id)
        assert Path(str(version.prefix)).exists()
    assert done.skipped == []
    assert "anna/data@1" in [item.shown for item in said.items]


def test_what_changed_since_the_report_is_asked_again(store: OpenStore) -> None:
    said = report(store)
    (store.layout.prefixes / "half").mkdir()
    with pytest.raises(Conflict, match="changed"):
        store.services.cleanup.apply(ANNA, said.id)


def test_orphans_of_every_kind_are_found_and_go(store: OpenStore) -> None:
    layout = store.layout
    store.services.cleanup.apply(ANNA, report(store).id)
    (layout.prefixes / "half" / "lib").mkdir(parents=True)
    (layout.workers / "99999999-aaaaaaaaaaaaaaaa-0" / "x").mkdir(parents=True)
    (layout.workers / "repair" / "99999999-ab").mkdir(parents=True)
    old = [
        layout.packages / ".numpy-1.0-XXXX",
        layout.packages / ("a" * 64),
        layout.bytecode / f"{'a' * 64}-cpython-311",
        layout.wheels / ("b" * 64),
        layout.scratch("of-nobody"),
        layout.uv_cache,
    ]
    for directory in old:
        directory.mkdir(parents=True)
    files = [layout.logs / "gone.jsonl", layout.locks / "gone", layout.verifications / "gone.json"]
    for file in files:
        file.write_text("")
    link = layout.environment_link("anna", "gone")
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to("nowhere")
    for path in [*old, *files]:
        os.utime(path, (1, 1))
    names = {item.name for item in report(store).items}
    expected = [*old, *files, link, layout.workers / "repair"]
    expected.append(layout.workers / "99999999-aaaaaaaaaaaaaaaa-0")
    assert {path.relative_to(layout.root).as_posix() for path in expected} | {"half"} == names
    done = store.services.cleanup.apply(ANNA, report(store).id)
    assert done.skipped == []
    assert not any(path.exists() or path.is_symlink() for path in expected)
    assert report(store).items == []


def test_wheels_that_were_built_here_stay_with_their_lock(store: OpenStore) -> None:
    store.services.cleanup.apply(ANNA, report(store).id)
    wheel = store.layout.wheels / ("b" * 64)
    wheel.mkdir()
    os.utime(wheel, (1, 1))
    assert "wheel" in kinds(store)
    with store.database.write() as session:
        url = (wheel / "built-1.0-py3-none-any.whl").as_uri()
        session.add(LockRow(digest="of-a-version", content={"platforms": [], "url": url}))
    assert "wheel" not in kinds(store)


def test_an_environment_past_its_grace_period_goes_for_good(store: OpenStore) -> None:
    store.services.environments.delete(ANNA, "anna", "data")
    assert "environment" not in kinds(store)
    assert "version" not in kinds(store)
    with store.database.write() as session:
        session.query(EnvironmentRow).one().deleted = now() - timedelta(days=31)
    assert kinds(store)["environment"] == ["anna/data"]
    store.services.cleanup.apply(ANNA, report(store).id)
    with store.database.read() as session:
        assert session.query(VersionRow).count() == 0
    assert list(store.layout.prefixes.iterdir()) == []
    # What only its rows had kept goes with the next report.
    assert set(kinds(store)) <= {"log", "leftover"}


def test_old_history_goes_and_numbers_go_on(store: OpenStore) -> None:
    with store.database.write() as session:
        session.query(EventRow).update({"time": now() - timedelta(days=365)})
    last = store.services.events.after(ANNA, 0).last
    store.services.cleanup.apply(ANNA, report(store).id)
    assert store.services.events.after(ANNA, last).last >= last
    with store.database.read() as session:
        assert session.query(EventRow).filter(EventRow.sequence < last).count() == 0


def test_it_is_for_whoever_owns_everything(store: OpenStore) -> None:
    store.services.namespaces.ensure_personal(Principal("berta", "Berta"))
    with pytest.raises(Forbidden, match="administrator"):
        store.services.cleanup.report(ANNA)


KILLED = """
import os, signal, sys
from jupyterlab_terrarium.conda import files
from jupyterlab_terrarium.builds import cleanup
left = int(sys.argv[1])
real = cleanup.move_to_trash
def move(path, trash):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(path, trash)
cleanup.move_to_trash = move
from pathlib import Path
from jupyterlab_terrarium.models.policy import Retention
from jupyterlab_terrarium.models.record import RecordCreate
from jupyterlab_terrarium.store.database import Database
from jupyterlab_terrarium.store.paths import Layout
layout = Layout(Path(sys.argv[2]))
rules = Retention.model_validate_json(sys.argv[3])
for found in cleanup.Cleanup(layout, Database.open(layout.database), rules).look().found:
    found.remove()
"""


@pytest.mark.parametrize("moved", [0, 1])
def test_a_clean_up_that_is_killed_leaves_nothing_half(store: OpenStore, moved: int) -> None:
    command = [sys.executable, "-c", KILLED, str(moved), str(store.layout.root)]
    killed = subprocess.run([*command, STRICT.model_dump_json()], capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    # The version is not called ready any more, whether its files are still there or not.
    assert store.services.versions.show(ANNA, "anna", "data", "1").prefix is None
    store.services.cleanup.apply(ANNA, report(store).id)
    assert report(store).items == []
    assert [path.name for path in store.layout.prefixes.iterdir()] == [
        prefix_of(store, "data").name
    ]


def test_a_version_stays_while_a_link_leads_to_it(store: OpenStore) -> None:
    made = store.services.shares.create(ANNA, "anna", "data", ShareCreate(version="1"))
    assert "version" not in kinds(store)
    store.services.shares.revoke(ANNA, made.id)
    assert kinds(store)["version"] == ["anna/data@1"]


def test_a_link_that_has_expired_keeps_nothing(store: OpenStore) -> None:
    made = store.services.shares.create(ANNA, "anna", "data", ShareCreate(version="1"))
    with store.database.write() as session:
        session.get_one(ShareRow, made.id).expires = now() - timedelta(seconds=1)
    assert kinds(store)["version"] == ["anna/data@1"]


def test_a_version_stays_while_a_notebook_was_last_saved_on_it(store: OpenStore) -> None:
    def saved(number: int, notebook: str) -> None:
        request = RecordCreate(notebook=notebook * 16)
        store.services.records.add(ANNA, "anna", "data", str(number), request)

    saved(1, "a")
    saved(1, "b")
    assert "version" not in kinds(store)
    saved(2, "a")
    assert "version" not in kinds(store)
    saved(2, "b")
    assert kinds(store)["version"] == ["anna/data@1"]
