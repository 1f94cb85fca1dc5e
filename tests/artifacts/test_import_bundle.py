"""A bundle becomes an environment where there is no channel; a bad one changes nothing."""

from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from artifacts.conftest import MakeForm
from cli.conftest import Cli
from jupyterlab_terrarium.artifacts.form import Subject
from jupyterlab_terrarium.models.build import BuildState
from jupyterlab_terrarium.models.digest import platform_digest
from jupyterlab_terrarium.models.lock import Lock
from jupyterlab_terrarium.models.policy import Retention
from jupyterlab_terrarium.models.problem import InvalidArchive, InvalidRequest, TerrariumError
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from support.builds import ANNA, ended

GONE = "https://gone.invalid/channel"


def from_nowhere(lock: Lock) -> Lock:
    """The same package files, from a channel and an index that there are not."""
    parts = []
    for part in lock.platforms:
        conda = [
            one.model_copy(update={"url": f"{GONE}/{one.subdir}/{one.file_name}", "channel": GONE})
            for one in part.conda
        ]
        pip = [one.model_copy(update={"url": f"{GONE}/{one.file_name}"}) for one in part.pip]
        parts.append(part.model_copy(update={"conda": conda, "pip": pip}))
    return lock.model_copy(update={"platforms": parts, "channels": [GONE]})


@pytest.fixture(scope="module")
def bundle(make_form: MakeForm, subject: Subject) -> Path:
    return make_form("offline-bundle", of=replace(subject, lock=from_nowhere(subject.lock)))


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenStore]:
    """A store that has built nothing and knows no channel that answers."""
    root = tmp_path_factory.mktemp("blank") / "store"
    store = OpenStore(StoreOptions(root=root, default_channels=[GONE]))
    yield store
    store.close()


def kept(store: OpenStore) -> set[str]:
    return {path.name for path in store.layout.blobs.glob("sha256/*/*")}


def test_it_is_imported_where_there_is_no_channel_with_the_same_digest(
    blank: OpenStore, bundle: Path, subject: Subject
) -> None:
    made, imported = blank.services.bundles.create(ANNA, bundle)
    assert made.build is not None
    build = ended(blank, made.build.id, 240)
    assert build.state is BuildState.READY, build.problem
    assert (made.namespace, made.name) == ("anna", "data")
    lock = blank.services.versions.lock(ANNA, "anna", "data", "1")
    digest = platform_digest(lock, "linux-64")
    assert digest == platform_digest(subject.lock, "linux-64")
    assert (blank.layout.prefix(digest) / "bin/hello").exists()
    assert kept(blank) == {one.sha256 for one in subject.part("linux-64").files}
    assert (imported.files, imported.new) == (len(kept(blank)), len(kept(blank)))
    assert imported.identity is not None
    assert (imported.identity.name, imported.identity.number) == ("data", 1)


def test_a_second_time_nothing_is_new_and_nothing_is_left_behind(
    blank: OpenStore, bundle: Path
) -> None:
    blank.services.bundles.accept(ANNA, bundle)
    again = blank.services.bundles.accept(ANNA, bundle)
    assert again.new == 0
    assert [path for path in blank.layout.workers.iterdir() if "import" in path.name] == []


def test_files_of_a_channel_on_another_machine_come_along(
    blank: OpenStore, make_form: MakeForm, subject: Subject
) -> None:
    local = make_form("offline-bundle")
    made, imported = blank.services.bundles.create(ANNA, local, name="local")
    assert made.build is not None
    assert ended(blank, made.build.id, 240).state is BuildState.READY
    # What else its lock names lies where nobody here can reach it.
    assert [part.platform for part in imported.lock.platforms] == ["linux-64"]
    assert platform_digest(imported.lock, "linux-64") == subject.digest("linux-64")


Change = Callable[[dict[str, bytes]], object]


def changed(bundle: Path, target: Path, change: Change) -> Path:
    """The bundle with other content."""
    with tarfile.open(bundle) as tar:
        files = {
            one.name: (tar.extractfile(one) or io.BytesIO()).read()
            for one in tar.getmembers()
            if one.isfile()
        }
    change(files)
    with tarfile.open(target, "w") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return target


def _name(files: dict[str, bytes], part: str) -> str:
    return next(name for name in files if part in name)


def flip(files: dict[str, bytes]) -> None:
    name = _name(files, "idna")
    files[name] = files[name][:-1] + bytes([files[name][-1] ^ 1])


def leave_out(files: dict[str, bytes]) -> None:
    del files[_name(files, "hello_core")]


def exchange(files: dict[str, bytes]) -> None:
    one, other = _name(files, "idna"), _name(files, "python-")
    files[one], files[other] = files[other], files[one]


def add(files: dict[str, bytes]) -> None:
    files["channel/noarch/evil-1.0-0.conda"] = b"evil"


def other_hash_in_lock(files: dict[str, bytes]) -> None:
    lock = files["conda-lock.yml"].decode()
    at = lock.index("sha256: '") + len("sha256: '")
    files["conda-lock.yml"] = (lock[:at] + "0" * 64 + lock[at + 64 :]).encode()


def no_lock(files: dict[str, bytes]) -> None:
    del files["conda-lock.yml"]


def no_yaml(files: dict[str, bytes]) -> None:
    files["conda-lock.yml"] = b"{{{"


def no_text(files: dict[str, bytes]) -> None:
    files["conda-lock.yml"] = b"\xff\xfe"


def large_lock(files: dict[str, bytes]) -> None:
    files["conda-lock.yml"] = b" " * (17 << 20)


def other_platform(files: dict[str, bytes]) -> None:
    said = json.loads(files["terrarium.json"])
    files["terrarium.json"] = json.dumps(
        {"terrarium": said["terrarium"].replace("linux-64", "osx-arm64")}
    ).encode()


def outside(files: dict[str, bytes]) -> None:
    files["channel/noarch/../../../evil.conda"] = b"evil"


BAD: dict[str, tuple[Change, type[TerrariumError], str]] = {
    "a flipped bit": (flip, InvalidArchive, "idna.* is not the file that the lock names"),
    "a file left out": (leave_out, InvalidArchive, "hello_core.* is missing"),
    "two files exchanged": (exchange, InvalidArchive, "is not the file that the lock names"),
    "a file too many": (add, InvalidArchive, "evil-1.0-0.conda is not in the lock"),
    "another hash": (other_hash_in_lock, InvalidArchive, "is not the file that the lock names"),
    "no lock": (no_lock, InvalidArchive, "has no conda-lock.yml"),
    "a lock that is no YAML": (no_yaml, TerrariumError, "not YAML"),
    "a lock that is no text": (no_text, InvalidArchive, "not UTF-8"),
    "a lock without end": (large_lock, InvalidArchive, "16,777,216 is the limit"),
    "another platform": (other_platform, InvalidRequest, "is for osx-arm64"),
    "a name that leads out": (outside, InvalidArchive, "leads out"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_bundle_is_refused_and_nothing_of_it_is_kept(
    blank: OpenStore, bundle: Path, tmp_path: Path, name: str
) -> None:
    change, problem, reason = BAD[name]
    before = kept(blank)
    with pytest.raises(problem, match=reason):
        blank.services.bundles.create(ANNA, changed(bundle, tmp_path / "bad.tar", change))
    assert kept(blank) == before
    assert [path for path in blank.layout.workers.iterdir() if "import" in path.name] == []


def test_from_the_shell_a_bundle_becomes_an_environment(cli: Cli, bundle: Path) -> None:
    cli.environment["JUPYTERLAB_TERRARIUM_CHANNELS"] = GONE
    done = cli("import", str(bundle), "mine", "--wait")
    assert done.status == 0, done.everything
    assert "/mine@1" in done.out
    assert cli("run", "mine", "--", "hello").out == "2.1\n"


def test_from_the_shell_a_bad_one_is_a_sentence(cli: Cli, bundle: Path, tmp_path: Path) -> None:
    done = cli("import", str(changed(bundle, tmp_path / "bad.tar", flip)))
    assert done.status == 3
    assert "is not the file that the lock names" in done.err
    missing = cli("import", "not-there.tar")
    assert (missing.status, "cannot be read" in missing.err) == (2, True)
    (tmp_path / "data-1-linux-64.sh").write_bytes(b"#!/bin/sh\nexit\n")
    installer = cli("import", str(tmp_path / "data-1-linux-64.sh"))
    assert (installer.status, "Ask for the offline bundle" in installer.err) == (2, True)


def test_from_the_shell_a_lockfile_is_imported_by_the_same_command(cli: Cli) -> None:
    cli.write("environment.yml", "name: plain\ndependencies: [terrarium-data]\n")
    assert cli("import", "environment.yml", "--wait").status == 0
    lockfile = cli("env", "show", "plain", "--lockfile").out
    cli.write("conda-lock.yml", lockfile)
    done = cli("import", "conda-lock.yml", "again", "--wait")
    assert done.status == 0, done.err
    assert "/again@1" in done.out


def test_from_the_shell_a_bundle_is_sent_to_a_server(
    remote: Cli, bundle: Path, tmp_path: Path
) -> None:
    done = remote("import", str(bundle), "sent", "--title", "Sent there", "--wait")
    assert done.status == 0, done.everything
    told = remote.here("env", "show", "sent", "--json").document
    assert (told["title"], told["latest_version"]["state"]) == ("Sent there", "ready")
    bad = remote("import", str(changed(bundle, tmp_path / "bad.tar", flip)))
    assert (bad.status, "is not the file that the lock names" in bad.err) == (3, True)


def test_what_was_brought_stays_as_long_as_its_version(blank: OpenStore, bundle: Path) -> None:
    made, _ = blank.services.bundles.create(ANNA, bundle, name="years")
    assert made.build is not None
    assert ended(blank, made.build.id, 240).state is BuildState.READY
    rules = Retention(package_files=False, cache_days=0, keep_days=0, used_days=0, deleted_days=0)
    object.__setattr__(blank.context.policy, "retention", rules)
    brought = kept(blank)
    for sha256 in brought:
        os.utime(blank.layout.blob(sha256), (1, 1))
    blank.services.cleanup.apply(ANNA, blank.services.cleanup.report(ANNA).id)
    assert kept(blank) == brought
    for one in blank.services.environments.page(ANNA).items:
        blank.services.environments.delete(ANNA, one.namespace, one.name)
    for _ in range(2):
        # The first time the environments go, and with them what their versions consist of.
        blank.services.cleanup.apply(ANNA, blank.services.cleanup.report(ANNA).id)
    assert kept(blank) == set()
    assert list(blank.layout.brought.iterdir()) == []
