"""The caches are compared with their seals; what was altered is fetched again."""

from __future__ import annotations

import shutil

from damage import edit

from jupyterlab_terrarium.services.opening import OpenStore
from support.builds import ANNA, DATA, create


def test_an_altered_package_is_named_removed_and_fetched_again(store: OpenStore) -> None:
    create(store, DATA.format(pin=" =1"))
    lock = store.services.versions.lock(ANNA, "anna", "data", "1")
    sha256 = lock.platforms[0].conda[0].sha256
    entry = store.layout.packages / sha256
    # The fixtures of this test run share their files by hard links.
    shutil.copytree(entry, entry.with_name("own"), symlinks=True)
    shutil.rmtree(entry)
    entry.with_name("own").rename(entry)
    assert store.services.verification.cache(ANNA, repair=False).altered == []
    directory = next(item for item in entry.iterdir() if item.is_dir())
    file = next(item for item in directory.rglob("*") if item.is_file() and "info" not in str(item))
    edit(file)
    found = store.services.verification.cache(ANNA, repair=False)
    [altered] = found.altered
    assert (altered.kind, altered.name) == ("package", directory.name)
    assert altered.path == file.relative_to(store.layout.root).as_posix()
    assert entry.exists()
    assert store.services.verification.cache(ANNA, repair=True).removed
    assert not entry.exists()
    assert store.services.verification.cache(ANNA, repair=False).altered == []


def test_altered_byte_code_and_half_entries_are_named(store: OpenStore) -> None:
    entry = next(store.layout.bytecode.iterdir())
    shutil.copytree(entry, store.layout.bytecode / f"{'0' * 64}-cpython-1")
    half = store.layout.packages / ("0" * 64)
    half.mkdir()
    (store.layout.bytecode / f"{'0' * 64}-cpython-1" / "index.json").write_text("{}")
    found = store.services.verification.cache(ANNA, repair=True)
    assert {(one.kind, one.name) for one in found.altered} == {
        ("bytecode", f"{'0' * 64}-cpython-1"),
        ("package", "0" * 64),
    }
    assert not half.exists()
