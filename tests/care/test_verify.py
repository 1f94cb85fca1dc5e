"""Verification names every file that differs; repair restores them while kernels run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from damage import edit, verify

from jupyterlab_terrarium.access.principals import Principal
from jupyterlab_terrarium.builds.repair import name_beside
from jupyterlab_terrarium.models.environment import EnvironmentCopy, VersionState
from jupyterlab_terrarium.models.problem import Conflict, NotFound
from jupyterlab_terrarium.services.opening import OpenStore
from jupyterlab_terrarium.store.flock import try_lock
from support.builds import ANNA, KERNEL, create

PYTHON = "lib/python{}.{}".format(*sys.version_info[:2])


def own(prefix: Path, path: str) -> Path:
    """A file of the prefix that shares its content with no other store of this test run."""
    file = prefix / path
    copy = file.with_name("copy-of-a-link")
    shutil.copy2(file, copy)
    copy.replace(file)
    return file


def state_of(shared_store: OpenStore) -> VersionState:
    return shared_store.services.environments.show(ANNA, "anna", "kernel").state


def test_of_versions_with_the_same_files_one_is_to_be_verified(
    shared_store: OpenStore, kernel: Path
) -> None:
    services = shared_store.services
    services.copies.make(ANNA, "anna", "kernel", EnvironmentCopy(name="twin"))
    found = services.verification.verifiable(ANNA).items
    assert [(one.namespace, one.environment, one.version) for one in found] == [
        ("anna", "kernel", 1)
    ]
    assert services.verification.verifiable(Principal("ben")).items == []
    services.environments.delete(ANNA, "anna", "twin")


def test_what_was_just_built_has_no_differences(shared_store: OpenStore, kernel: Path) -> None:
    found = verify(shared_store, "kernel")
    assert (found.changed, found.missing, found.added, found.bytecode) == ([], [], [], [])
    assert found.files > 1000


def test_a_used_environment_has_none_either(shared_store: OpenStore, kernel: Path) -> None:
    code = "import sysconfig, IPython, ipykernel.kernelapp; sysconfig.get_config_vars()"
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([kernel / "bin/python", "-c", code], check=True, env=environment)
    found = verify(shared_store, "kernel")
    assert found.differences == 0, (found.changed, found.missing, found.added)
    # We compile nothing that has the prefix in it: Python wrote that itself.
    assert [path for path in found.bytecode if "_sysconfigdata" in path]


def test_it_names_changed_missing_and_added_files(shared_store: OpenStore, kernel: Path) -> None:
    edit(own(kernel, f"{PYTHON}/json/decoder.py"))
    edit(kernel / "conda-meta/history")
    (kernel / f"{PYTHON}/this.py").unlink()
    (kernel / "bin/python").unlink()
    (kernel / f"{PYTHON}/site-packages/by_hand").mkdir()
    (kernel / f"{PYTHON}/site-packages/by_hand/__init__.py").write_text("x = 1\n")
    (kernel / "bin/a-link").symlink_to("/etc/passwd")
    found = verify(shared_store, "kernel")
    assert found.changed == ["conda-meta/history", f"{PYTHON}/json/decoder.py"]
    assert found.missing == ["bin/python", f"{PYTHON}/this.py"]
    assert found.added == ["bin/a-link", f"{PYTHON}/site-packages/by_hand/__init__.py"]


def test_files_in_the_place_of_others_are_differences(
    shared_store: OpenStore, kernel: Path
) -> None:
    shutil.rmtree(kernel / f"{PYTHON}/json")
    (kernel / f"{PYTHON}/json").symlink_to("/tmp")
    (kernel / f"{PYTHON}/this.py").unlink()
    (kernel / f"{PYTHON}/this.py").symlink_to("antigravity.py")
    (kernel / "conda-meta/history").chmod(0o666)
    found = verify(shared_store, "kernel")
    assert found.added == [f"{PYTHON}/json"]
    assert f"{PYTHON}/json/decoder.py" in found.missing
    assert found.changed == ["conda-meta/history", f"{PYTHON}/this.py"]


def test_byte_code_that_hides_behind_its_source_is_added(
    shared_store: OpenStore, kernel: Path
) -> None:
    source = next((kernel / PYTHON).glob("_sysconfigdata*.py"))
    evil = source.parent / "__pycache__" / f"{source.stem}.{sys.implementation.cache_tag}.pyc"
    evil.write_bytes(b"\0" * 4 + b"\x01\0\0\0" + b"\0" * 40)
    assert verify(shared_store, "kernel").added == [evil.relative_to(kernel).as_posix()]


def test_a_changed_environment_shows_it_until_it_is_repaired(
    shared_store: OpenStore, kernel: Path
) -> None:
    assert state_of(shared_store) is VersionState.READY
    (kernel / f"{PYTHON}/this.py").unlink()
    verify(shared_store, "kernel")
    assert state_of(shared_store) is VersionState.WARNING
    [row] = shared_store.services.environments.page(ANNA).items
    assert row.warnings == [
        "Files were changed after this version was built (1 missing): repair them."
    ]
    kept = shared_store.services.verification.last(ANNA, "anna", "kernel", "1")
    assert kept.missing == [f"{PYTHON}/this.py"]
    # Another environment of the same lock has the same files.
    create(shared_store, KERNEL, name="twin")
    assert (
        shared_store.services.environments.show(ANNA, "anna", "twin").state is VersionState.WARNING
    )
    verify(shared_store, "kernel", repair=True)
    assert state_of(shared_store) is VersionState.READY
    assert shared_store.services.environments.show(ANNA, "anna", "twin").state is VersionState.READY


def test_what_was_never_verified_has_no_result(shared_store: OpenStore, kernel: Path) -> None:
    (shared_store.layout.verifications / f"{kernel.name}.json").unlink(missing_ok=True)
    with pytest.raises(NotFound):
        shared_store.services.verification.last(ANNA, "anna", "kernel", "1")


def test_repair_restores_every_kind_of_file(shared_store: OpenStore, kernel: Path) -> None:
    before = {
        path.relative_to(kernel): path.read_bytes()
        for path in kernel.rglob("*")
        if path.is_file() and not path.is_symlink()
    }
    meta = next(path for path in (kernel / "conda-meta").glob("python-3*.json"))
    prefixed = kernel / "bin/jupyter-kernelspec"
    damaged = [meta, prefixed, kernel / ".terrarium/installed.json", kernel / "conda-meta/history"]
    damaged.append(own(kernel, f"{PYTHON}/json/decoder.py"))
    for file in damaged:
        assert file.is_file(), file
        edit(file)
    (kernel / "bin/python").unlink()
    shutil.rmtree(kernel / f"{PYTHON}/asyncio")
    (kernel / f"{PYTHON}/asyncio").symlink_to("/tmp")
    (kernel / "bin/added").write_text("added")
    found = verify(shared_store, "kernel", repair=True)
    assert found.differences == 0
    assert {f"{PYTHON}/asyncio", "bin/added"} <= set(found.removed)
    assert {"bin/python", "bin/jupyter-kernelspec"} <= set(found.restored)
    after = {path: (kernel / path).read_bytes() for path in before}
    # The history has a time in it; `installed.json` the hash of that history.
    different = {str(path) for path in before if before[path] != after[path]}
    assert different == {"conda-meta/history", ".terrarium/installed.json"}
    assert not shared_store.layout.prefix(name_beside(found.digest)).exists()
    assert verify(shared_store, "kernel").differences == 0


def test_repair_of_a_prefix_without_its_manifest(shared_store: OpenStore, kernel: Path) -> None:
    (kernel / ".terrarium/manifest.json").unlink()
    assert verify(shared_store, "kernel").missing == [".terrarium/manifest.json"]
    assert verify(shared_store, "kernel", repair=True).differences == 0


def test_repair_of_a_prefix_that_is_gone(shared_store: OpenStore, kernel: Path) -> None:
    kernel.rename(shared_store.layout.trash / "by-hand")
    assert verify(shared_store, "kernel", repair=True).differences == 0
    assert (kernel / "bin/python").exists()


def test_a_running_kernel_keeps_what_it_has_mapped(shared_store: OpenStore, kernel: Path) -> None:
    library = next((kernel / "lib").glob("libpython3*.so.1.0"))
    edit(own(kernel, f"{PYTHON}/this.py"))
    held = try_lock(shared_store.layout.locks / kernel.name, shared=True)
    assert held is not None
    code = "import sys; print('up', flush=True); sys.stdin.readline(); import colorsys; print('on')"
    with (
        held,
        library.open("rb") as mapped,
        subprocess.Popen(
            [kernel / "bin/python", "-c", code], stdin=-1, stdout=subprocess.PIPE, text=True
        ) as process,
    ):
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        content = mapped.read(64)
        library.unlink()
        assert verify(shared_store, "kernel", repair=True).differences == 0
        mapped.seek(0)
        assert mapped.read(64) == content == library.read_bytes()[:64]
        out, _ = process.communicate("\n", timeout=20)
    assert (out, process.returncode) == ("on\n", 0)


def test_two_repairs_do_not_meet(shared_store: OpenStore, kernel: Path) -> None:
    (kernel / f"{PYTHON}/this.py").unlink()
    digest = verify(shared_store, "kernel").digest
    held = try_lock(shared_store.layout.repair_lock(digest))
    assert held is not None
    with held, pytest.raises(Conflict, match="being repaired"):
        verify(shared_store, "kernel", repair=True)


KILLED = """
import sys, os, signal
from pathlib import Path
from jupyterlab_terrarium.conda import restoration
count = int(sys.argv[1])
def put(self, *args, _put=restoration._Restoration._put):
    global count
    count -= 1
    if count < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    _put(self, *args)
restoration._Restoration._put = put
from jupyterlab_terrarium.cli.main import main
main(["verify", "--root", sys.argv[2], sys.argv[3], "--repair"])
"""


@pytest.mark.parametrize("restored", [0, 2])
def test_a_repair_that_is_killed_is_done_again(
    shared_store: OpenStore, kernel: Path, restored: int
) -> None:
    for name in ("this", "colorsys", "antigravity", "sched"):
        (kernel / f"{PYTHON}/{name}.py").unlink()
    (kernel / "bin/added").write_text("added")
    user = os.environ | {"LOGNAME": "anna", "USER": "anna"}
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(restored), str(shared_store.layout.root), "anna/kernel"],
        env=user,
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    found = verify(shared_store, "kernel")
    assert len(found.missing) == 4 - restored
    assert found.added == []
    assert verify(shared_store, "kernel", repair=True).differences == 0
    assert not shared_store.layout.prefix(name_beside(found.digest)).exists()
