"""Trying something out: a kernel with a private writable layer over a read-only version."""

from __future__ import annotations

import shutil
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpecManager

from jupyterlab_terrarium.access.principals import Principal
from jupyterlab_terrarium.conda.specification import read_specification
from jupyterlab_terrarium.models.build import BuildState
from jupyterlab_terrarium.models.build_problem import SourceBuildFailed
from jupyterlab_terrarium.models.environment import EnvironmentUpdate
from jupyterlab_terrarium.models.problem import InvalidRequest, NotFound
from jupyterlab_terrarium.models.scratch import KeptScratch
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from jupyterlab_terrarium.services.reconciliation import reconcile_store
from jupyterlab_terrarium.services.scratches import with_pip
from support.builds import ANNA, KERNEL, create, ended, next_version
from support.sdists import make_sdist
from support.speed import quickest
from support.wheels import make_wheel

from .sessions import Session

BEN = Principal("ben", "Ben")


@pytest.fixture
def ready(store: OpenStore) -> OpenStore:
    assert create(store, KERNEL).state is BuildState.READY
    return store


@pytest.fixture
def session(ready: OpenStore) -> Iterator[Session]:
    layer = ready.services.scratches.create(ANNA, "anna", "kernel", "current")
    running = Session(layer.kernel, {})
    yield running
    running.close()


def files_of(prefix: str) -> dict[str, int]:
    return {
        str(path): path.lstat().st_mtime_ns for path in Path(prefix).rglob("*") if not path.is_dir()
    }


def pip(session: Session, arguments: str) -> str:
    run = "import subprocess, sys; print(subprocess.run([sys.executable, '-m', 'pip', 'install',"
    options = "'--no-index', '--disable-pip-version-check', '--no-build-isolation',"
    return session.run(f"{run} {options} {arguments}], capture_output=True, text=True))")


def test_a_package_can_be_installed_at_once_and_the_version_stays_untouched(
    ready: OpenStore, session: Session, tmp_path: Path
) -> None:
    prefix = str(ready.services.versions.show(ANNA, "anna", "kernel", "1").prefix)
    before = files_of(prefix)
    wheel = make_wheel(tmp_path, "tried", "1.5")
    said = pip(session, f"'{tmp_path / wheel.file_name}'")
    assert "Successfully installed tried-1.5" in said
    assert session.run("import tried; print(tried.VERSION)") == "1.5"
    # The packages of the prefix are there as well, and its own files are as they were.
    assert session.run("import ipykernel; print(ipykernel.__file__)").startswith(prefix)
    assert files_of(prefix) == before

    [layer] = ready.services.scratches.page(ANNA).items
    assert [(one.name, one.version) for one in layer.added] == [("tried", "1.5")]
    kept = ready.services.scratches.keep(ANNA, layer.id)
    wanted = read_specification(kept.specification)
    assert [one.name for one in wanted.pip] == ["tried"]
    assert wanted.pip[0].url.endswith("tried-1.5-py3-none-any.whl")
    assert kept.notices == []


def checkout(tmp_path: Path, name: str, **how: str) -> Path:
    """A directory with the source of the package *name*."""
    with tarfile.open(make_sdist(tmp_path, name, "2.0", **how)) as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path / f"{name}-2.0"


def keep(store: OpenStore) -> KeptScratch:
    [layer] = store.services.scratches.page(ANNA).items
    return store.services.scratches.keep(ANNA, layer.id)


def test_a_package_from_a_directory_becomes_its_wheel_and_outlives_the_directory(
    ready: OpenStore, session: Session, tmp_path: Path
) -> None:
    source = checkout(tmp_path, "mypkg")
    assert "Successfully installed mypkg-2.0" in pip(session, f"'-e', '{source}'")
    [layer] = ready.services.scratches.page(ANNA).items
    assert layer.added[0].editable
    # What is kept is the directory as it is now, with what was changed since.
    (source / "src/module.py").write_text("VERSION = 'changed'\n")
    kept = keep(ready)
    assert kept.notices == []
    [asked] = read_specification(kept.specification).pip
    assert asked.url.startswith(ready.layout.wheels.as_uri())
    assert keep(ready) == kept

    shutil.rmtree(source)
    ready.services.scratches.discard(ANNA, layer.id)
    built = next_version(ready, "kernel", kept.specification)
    assert built.state is BuildState.READY, built.problem
    prefix = Path(str(ready.services.versions.show(ANNA, "anna", "kernel", "2").prefix))
    [module] = prefix.glob("lib/python*/site-packages/mypkg/__init__.py")
    assert module.read_text() == "VERSION = 'changed'\n"

    # For years: neither the wheel beside the caches nor the files of the version are there.
    shutil.rmtree(ready.layout.wheels / Path(asked.url).parent.name)
    shutil.rmtree(prefix)
    again = ready.services.versions.rebuild(ANNA, "anna", "kernel", "2")
    assert ended(ready, again).state is BuildState.READY
    assert module.is_file()


def test_a_directory_that_cannot_be_kept_is_a_problem_in_words(
    ready: OpenStore, session: Session, tmp_path: Path
) -> None:
    source = checkout(tmp_path, "broken")
    assert "Successfully installed" in pip(session, f"'{source}'")
    backend = source / "build/backend.py"
    backend.write_text(backend.read_text().replace("def build_wheel", "1 / 0\ndef build_wheel"))
    with pytest.raises(SourceBuildFailed, match="broken") as failure:
        keep(ready)
    assert "ZeroDivisionError" in failure.value.raw
    shutil.rmtree(source)
    with pytest.raises(InvalidRequest, match="cannot be read"):
        keep(ready)


def test_a_store_of_many_reads_no_directory_for_one_of_them(
    ready: OpenStore, session: Session, tmp_path: Path
) -> None:
    assert "Successfully installed" in pip(session, f"'{checkout(tmp_path, 'mine')}'")
    ready.services.namespaces.ensure_personal(BEN)
    kept = keep(ready)
    assert read_specification(kept.specification).pip == []
    assert "Make a wheel of it" in kept.notices[0]


def test_a_layer_goes_by_the_new_name_of_its_environment_and_keeps_its_kernel(
    ready: OpenStore,
) -> None:
    layer = ready.services.scratches.create(ANNA, "anna", "kernel", "1")
    ready.services.environments.update(ANNA, "anna", "kernel", EnvironmentUpdate(name="renamed"))
    [shown] = ready.services.scratches.page(ANNA).items
    assert (shown.kernel, shown.environment) == (layer.kernel, "renamed")
    spec = KernelSpecManager().get_kernel_spec(layer.kernel)
    assert spec.display_name == "renamed@1 · trying out (Terrarium)"

    reconcile_store(ready.services.context)
    assert KernelSpecManager().get_kernel_spec(layer.kernel).argv == spec.argv


def test_the_kernel_of_a_layer_starts_at_once(ready: OpenStore) -> None:
    def seconds() -> float:
        started = time.monotonic()
        ready.services.scratches.create(ANNA, "anna", "kernel", "1")
        return time.monotonic() - started

    assert quickest(0.5, seconds) < 0.5


def test_what_was_thrown_away_is_gone_and_the_version_is_as_it_was(ready: OpenStore) -> None:
    layer = ready.services.scratches.create(ANNA, "anna", "kernel", "1")
    assert layer.kernel in KernelSpecManager().find_kernel_specs()
    assert ready.layout.scratch(layer.id).is_dir()
    ready.services.scratches.discard(ANNA, layer.id)
    assert layer.kernel not in KernelSpecManager().find_kernel_specs()
    assert not ready.layout.scratch(layer.id).exists()
    assert ready.services.scratches.page(ANNA).items == []


def test_a_layer_belongs_to_who_made_it(ready: OpenStore) -> None:
    layer = ready.services.scratches.create(ANNA, "anna", "kernel", "1")
    assert ready.services.scratches.page(BEN).items == []
    with pytest.raises(NotFound):
        ready.services.scratches.show(BEN, layer.id)
    with pytest.raises(NotFound):
        ready.services.scratches.discard(BEN, layer.id)
    with pytest.raises(NotFound):
        ready.services.scratches.create(BEN, "anna", "kernel", "1")


def test_a_layer_is_there_again_after_a_restart(ready: OpenStore, channel_url: str) -> None:
    layer = ready.services.scratches.create(ANNA, "anna", "kernel", "1")
    ready.close()
    again = OpenStore(StoreOptions(root=ready.layout.root, default_channels=[channel_url]))
    try:
        assert layer.kernel in KernelSpecManager().find_kernel_specs()
        assert again.services.scratches.show(ANNA, layer.id).version == 1
    finally:
        again.close()


def test_an_environment_without_a_python_kernel_says_so(store: OpenStore) -> None:
    create(store, "name: data\ndependencies: [terrarium-data]\n")
    with pytest.raises(InvalidRequest, match="no Python kernel"):
        store.services.scratches.create(ANNA, "anna", "data", "1")


@pytest.mark.parametrize(
    ("text", "pip_lines"),
    [
        ("dependencies:\n  - python  # ours\n", ["new==1.0"]),
        ("dependencies:\n  - python\n  - pip:\n      - old==2  # why\n", ["old==2", "new==1.0"]),
        ("dependencies: [python]\n", ["new==1.0"]),
    ],
)
def test_keeping_adds_to_the_text_and_takes_nothing_from_it(
    text: str, pip_lines: list[str]
) -> None:
    kept = with_pip(text, ["new==1.0"])
    assert [one.text for one in read_specification(kept).pip] == pip_lines
    for comment in ("# ours", "# why"):
        assert (comment in kept) == (comment in text)
