"""A store with two real versions of one environment, and kernels started from them."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from jupyterlab_terrarium.access.principals import Principal
from jupyterlab_terrarium.kernels.kernelspecs import KernelRegistration, mint_name, register
from jupyterlab_terrarium.models.build import ENDED, BuildState
from jupyterlab_terrarium.models.environment import EnvironmentCreate, VersionCreate
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from jupyterlab_terrarium.store.paths import Layout

from .sessions import Session
from .small import PRINT, SmallPrefix, small_prefix

ANNA = Principal("anna", "Anna")
FIRST = """
name: analysis
dependencies: [python, ipykernel, bash_kernel, terrarium-activate]
variables:
  GREETING: "good morning, $HOME and 'all'"
"""
SECOND = """
name: analysis
dependencies: [python, ipykernel]
"""
_count = itertools.count(1)


@dataclass(frozen=True)
class Version:
    """One built version."""

    number: int
    digest: str
    prefix: Path


@dataclass(frozen=True)
class Built:
    """A store's root and the two versions in it; the second has no bash kernel, no scripts."""

    root: Path
    first: Version
    second: Version

    @property
    def layout(self) -> Layout:
        return Layout(self.root)


@dataclass(frozen=True)
class Registered:
    """A kernelspec with a stable link of its own."""

    registration: KernelRegistration
    link: Path

    @property
    def name(self) -> str:
        return self.registration.name

    def point(self, version: Version) -> None:
        """Make *version* current, atomically as publication does."""
        temporary = self.link.with_name(f".{self.link.name}")
        temporary.symlink_to(version.prefix)
        temporary.replace(self.link)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, channel_url: str) -> Built:
    home = tmp_path_factory.mktemp("built")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_DATA_DIR", str(home / "data"))
        options = StoreOptions(root=home / "store", default_channels=[channel_url], pool_size=2)
        store = OpenStore(options)
        try:
            services = store.services
            made = services.environments.create(ANNA, EnvironmentCreate(specification=FIRST))
            services.versions.create(ANNA, "anna", made.name, VersionCreate(specification=SECOND))
            versions = [_ready(store, number) for number in (1, 2)]
        finally:
            store.close()
    return Built(home / "store", *versions)


def _ready(store: OpenStore, number: int) -> Version:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        version = store.services.versions.show(ANNA, "anna", "analysis", str(number))
        if version.build is not None and version.build.state in ENDED:
            assert version.build.state is BuildState.READY, version.build.problem
            assert version.prefix is not None
            [platform] = version.platforms
            return Version(number, platform.digest, Path(version.prefix))
        time.sleep(0.05)
    raise AssertionError(f"version {number} is not ready")


def make_registration(root: Path, environment: str, kernel: str = "python3") -> KernelRegistration:
    """A registration as the services make it."""
    name = mint_name(environment, f"id-of-{environment}", kernel)
    return KernelRegistration(name, root, f"id-of-{environment}", "anna", environment, kernel)


@pytest.fixture
def registered(built: Built) -> Callable[..., Registered]:
    """Registers a kernel of the first version under an environment name of its own."""

    def do(kernel: str = "python3", version: Version | None = None) -> Registered:
        environment = f"env{next(_count)}"
        registration = make_registration(built.root, environment, kernel)
        link = built.layout.kernel_link(registration.environment_id)
        found = Registered(replace(registration), link)
        found.point(version or built.first)
        register(registration)
        return found

    return do


@pytest.fixture
def start() -> Iterator[Callable[..., Session]]:
    """Starts kernels by name with jupyter_client; they end with the test."""
    sessions: list[Session] = []

    def do(name: str, **environment: str) -> Session:
        sessions.append(Session(name, environment))
        return sessions[-1]

    yield do
    for session in sessions:
        session.close()


@pytest.fixture
def small(tmp_path: Path) -> SmallPrefix:
    """A small prefix with one kernel `sh`, current in the environment `small`."""
    prefix = small_prefix(tmp_path / "root")
    prefix.kernel("sh", PRINT)
    prefix.point()
    return prefix
