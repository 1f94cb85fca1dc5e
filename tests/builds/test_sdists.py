"""A source archive in a specification, from the policy to the import in the environment."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from traitlets.config import Config

from jupyterlab_terrarium.config import TerrariumSettings
from jupyterlab_terrarium.models.build import BuildState
from jupyterlab_terrarium.models.plan import Plan, PlanRequest
from jupyterlab_terrarium.services.opening import OpenStore
from support.builds import ANNA, create, seed
from support.sdists import make_sdist

Opening = Callable[[str], OpenStore]


@pytest.fixture
def opened(tmp_path: Path, channel_url: str, warm_root: Path) -> Iterator[Opening]:
    """Opens a store as its administrator's settings say."""
    with ExitStack() as stack:

        def opening(sdists: str) -> OpenStore:
            root = tmp_path / "store"
            seed(root, warm_root)
            given = {"root": str(root), "default_channels": [channel_url], "sdists": sdists}
            settings = TerrariumSettings(config=Config(TerrariumSettings=given))
            store = OpenStore(settings.options())
            stack.callback(store.close)
            return store

        yield opening


def text(tmp_path: Path, *lines: str) -> str:
    pip = "".join(f"      - {line}\n" for line in lines)
    return (
        f"name: sourced\ndependencies:\n  - python\n  - pip:\n"
        f"      - --find-links {tmp_path / 'links'}\n{pip}"
    )


def planned(store: OpenStore, written: str) -> Plan:
    return store.services.plans.make(ANNA, PlanRequest(specification=written))


def test_it_is_refused_unless_the_administrator_allows_it(store: OpenStore, tmp_path: Path) -> None:
    make_sdist(tmp_path / "links", "onlysource")
    problem = planned(store, text(tmp_path, "onlysource")).problem
    assert problem is not None
    assert (problem.code, problem.errors[0].place is None) == ("wheel-missing", False)
    assert "onlysource has no wheel" in problem.detail
    assert "administrator to allow building from source" in problem.hint


def test_where_it_is_allowed_the_built_wheel_is_locked_installed_and_imported(
    opened: Opening, tmp_path: Path
) -> None:
    store = opened("allow")
    make_sdist(tmp_path / "links", "onlysource", "1.5")
    addressed = make_sdist(tmp_path / "mine", "addressed")
    written = text(tmp_path, "onlysource", f"addressed @ {addressed.as_uri()}")
    build = create(store, written, plan=planned(store, written).id)
    assert build.state is BuildState.READY, build.problem
    shown = store.services.environments.show(ANNA, "anna", "sourced")
    assert shown.interpreter is not None
    program = "import addressed, onlysource; print(addressed.VERSION, onlysource.VERSION)"
    done = subprocess.run(
        [shown.interpreter, "-I", "-c", program], capture_output=True, text=True, check=True, env={}
    )
    assert done.stdout == "1.0 1.5\n"
    wheels = {path.name: path.parent.name for path in store.layout.wheels.glob("*/*")}
    lockfile = store.services.versions.lockfile(ANNA, "anna", "sourced", "1")
    for name in ("onlysource-1.5-py3-none-any.whl", "addressed-1.0-py3-none-any.whl"):
        assert (store.layout.wheels / wheels[name] / name).as_uri() in lockfile
        assert wheels[name] in lockfile


def test_a_build_that_fails_reaches_the_user_with_its_output(
    opened: Opening, tmp_path: Path
) -> None:
    store = opened("allow")
    make_sdist(tmp_path / "links", "broken", body="raise RuntimeError('no compiler here')")
    problem = planned(store, text(tmp_path, "broken")).problem
    assert problem is not None
    assert problem.code == "source-build-failed"
    assert problem.detail == "Building a wheel from broken-1.0.tar.gz failed."
    assert "no compiler here" in problem.raw
    assert problem.errors[0].place is not None
