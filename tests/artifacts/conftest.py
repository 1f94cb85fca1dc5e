"""One environment, really built, that all forms are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from prefix_forms import base_image, moving, open_home, without_python

from cli.conftest import Cli
from jupyterlab_terrarium.artifacts.form import Subject, TextForm, Workshop
from jupyterlab_terrarium.artifacts.forms import FORMS
from jupyterlab_terrarium.conda.specification import read_specification
from jupyterlab_terrarium.models.build import BuildState
from jupyterlab_terrarium.models.digest import lock_digest
from jupyterlab_terrarium.models.lock import Lock
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from support.builds import ANNA, create
from support.servers import TOKEN, JupyterProcess
from support.wheels import make_wheel

__all__ = ["base_image", "moving", "open_home", "without_python"]

PLATFORM = "linux-64"
NAME = "data"

#: (name of a form, platform) -> its text
MakeText = Callable[..., str]
#: (name of a form, platform) -> the file
MakeForm = Callable[..., Path]


@pytest.fixture(scope="session")
def specification_text(tmp_path_factory: pytest.TempPathFactory, channel_url: str) -> str:
    """Two platforms, wheels of a directory, variables, and a package for one platform only."""
    wheels = tmp_path_factory.mktemp("wheels")
    make_wheel(wheels, "hello-core", "1.5")
    make_wheel(wheels, "hello", "2.1", requires=["hello-core>=1"], script=True)
    return (
        f"# What anna asked for.\nname: {NAME}\nchannels: [{channel_url}]\n"
        "platforms: [linux-64, osx-arm64]\n"
        "dependencies:\n  - python\n  - idna\n  - terrarium-activate  # [linux]\n"
        f"  - pip:\n      - --find-links {wheels.as_uri()}\n      - hello\n"
        "variables:\n  GREETING: \"it's: {ä} # 1\"\n  THREADS: '1'\n"
    )


@pytest.fixture(scope="session")
def built(
    tmp_path_factory: pytest.TempPathFactory, channel_url: str, specification_text: str
) -> Iterator[OpenStore]:
    """A store with the environment anna/data, of which version 1 is ready."""
    home = tmp_path_factory.mktemp("forms")
    with pytest.MonkeyPatch.context() as patch:
        for kind in ("DATA", "CONFIG", "RUNTIME"):
            patch.setenv(f"JUPYTER_{kind}_DIR", str(home / kind.lower()))
        store = OpenStore(StoreOptions(root=home / "store", default_channels=[channel_url]))
        build = create(store, specification_text, name=NAME)
        assert build.state is BuildState.READY, build.problem
        yield store
        store.close()


@pytest.fixture(scope="session")
def subject(built: OpenStore, specification_text: str) -> Subject:
    """That version."""
    return subject_in(built, NAME, specification_text, title="Data, and more")


def subject_in(store: OpenStore, name: str, text: str, title: str = "") -> Subject:
    """Version 1 of anna's environment *name*, made from *text*."""
    lock = store.services.versions.lock(ANNA, "anna", name, "1")
    return Subject(
        namespace="anna",
        name=name,
        number=1,
        lock=lock,
        specification=read_specification(text),
        specification_text=text,
        title=title,
        lock_digest=lock_digest(lock),
    )


@pytest.fixture
def make_text(subject: Subject, tmp_path: Path) -> MakeText:
    """Makes a text form of *subject*, or of another one."""

    def make(name: str, platform: str = PLATFORM, of: Subject = subject, **options: object) -> str:
        form = FORMS[name]
        assert isinstance(form, TextForm)
        target = tmp_path / "made" / form.file_name(of, platform)
        target.parent.mkdir(exist_ok=True)
        form.make(
            of, platform, form.options.model_validate(options), Workshop(target.parent), target
        )
        return target.read_text(encoding="utf-8")

    return make


@pytest.fixture(scope="session")
def package_files(subject: Subject) -> Mapping[str, Path]:
    """The package files of *subject* for all platforms, by SHA-256: its lock has local URLs."""
    return files_of(subject.lock)


def files_of(lock: Lock) -> dict[str, Path]:
    """The package files of a lock whose URLs are those of local files."""
    return {
        package.sha256: Path(unquote(urlsplit(package.url).path))
        for part in lock.platforms
        for package in part.files
    }


@pytest.fixture(scope="session")
def make_form(
    subject: Subject, package_files: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> MakeForm:
    """Makes a form of *subject* (or of another one) from its package files.

    *local* is a lock with local URLs for the same files, where that of the subject has others.
    """

    def make(
        name: str,
        platform: str = PLATFORM,
        of: Subject = subject,
        local: Lock | None = None,
        **options: object,
    ) -> Path:
        form = FORMS[name]
        directory = tmp_path_factory.mktemp("made")
        (directory / "work").mkdir()
        target = directory / form.file_name(of, platform)
        files = {**files_of(local or of.lock), **package_files}
        shop = Workshop(directory / "work", files=files)
        form.make(of, platform, form.options.model_validate(options), shop, target)
        return target

    return make


@pytest.fixture
def cli(tmp_path: Path, channel_url: str) -> Cli:
    """The command on a local store of its own."""
    options = ["--root", str(tmp_path / "store")]
    return Cli(tmp_path, options, {"JUPYTERLAB_TERRARIUM_CHANNELS": channel_url})


@pytest.fixture
def remote(tmp_path: Path, jupyter_server: JupyterProcess) -> Cli:
    """The command on a server, with its token."""
    url = f"http://127.0.0.1:{jupyter_server.port}/"
    return Cli(tmp_path, ["--server", url], {"TERRARIUM_TOKEN": TOKEN})
