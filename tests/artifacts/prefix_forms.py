"""A version with everything that is hard to move, built in two stores, and forms made of it."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from install.install_help import PLACEHOLDER, PLATFORM, build, make_lock, make_package, solve_lock
from jupyterlab_terrarium.artifacts.debian_base import PACKAGES as PACKAGES_OF_BASE
from jupyterlab_terrarium.artifacts.debian_base import make_base
from jupyterlab_terrarium.artifacts.form import Subject, Workshop
from jupyterlab_terrarium.artifacts.forms import FORMS
from jupyterlab_terrarium.conda.specification import read_specification
from jupyterlab_terrarium.models.digest import lock_digest
from jupyterlab_terrarium.models.lock import Lock
from support.wheels import make_wheel

PACKAGES = ("python", "pygments", "terrarium-data", "terrarium-activate", "terrarium-postlink")
_numbers = count()


@dataclass(frozen=True)
class Version:
    """A version and its complete prefixes: in a store, and in one with a very long path."""

    subject: Subject
    prefixes: tuple[Path, ...]
    home: Path

    def make(
        self, name: str, store: int = 0, subject: Subject | None = None, **options: Any
    ) -> Path:
        """The form *name*, made in one of the stores."""
        return self.make_in(self.prefixes[store], name, subject or self.subject, **options)

    def make_in(
        self, prefix: Path, name: str, subject: Subject, shop: Any = None, **options: Any
    ) -> Path:
        form = FORMS[name]
        place = self.home / f"made-{next(_numbers)}"
        (place / "work").mkdir(parents=True)
        target = place / form.file_name(subject, PLATFORM)
        more = {"byte_code": prefix.parent.parent / "bytecode", **(shop or {})}
        form.make(
            subject,
            PLATFORM,
            form.options.model_validate(options),
            Workshop(place / "work", prefix, **more),
            target,
        )
        return target


def subject_of(lock: Lock, name: str = "analysis", number: int = 3) -> Subject:
    text = f"name: {name}\ndependencies: [python]\n"
    return Subject(
        "team", name, number, lock, read_specification(text), text, lock_digest=lock_digest(lock)
    )


def build_version(home: Path, lock: Lock, roots: Sequence[str], **more: Any) -> Version:
    prefixes = tuple(build(home / root, lock).ready().prefix for root in roots)
    return Version(subject_of(lock, **more), prefixes, home)


@pytest.fixture(scope="session")
def open_home() -> Iterator[Path]:
    """A directory that other users may enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="terrarium-forms-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="session")
def moving(open_home: Path, channel_url: str) -> Version:
    """Python, scripts of conda packages and wheels, variables, activation, a binary file."""
    wheel = make_wheel(open_home / "wheels", "hello", "1.0", script=True)
    conda = solve_lock(channel_url, PACKAGES).platforms[0].conda
    variables = {"GREETING": 'it\'s a "$HOME"'}
    lock = make_lock(conda, [wheel], variables, ["terrarium-postlink"])
    # In the second, the line for the kernel is too long for every script.
    return build_version(open_home, lock, ["store", "long" * 30])


@pytest.fixture(scope="session")
def without_python(open_home: Path) -> Version:
    """Scripts and a program, but no Python."""
    files = {
        "bin/tool": f"#!/bin/sh\necho {PLACEHOLDER}/share $#\n",
        "etc/conda/activate.d/tool.sh": 'export TOOL_HOME="$CONDA_PREFIX/share"\n',
        "etc/conda/deactivate.d/tool.sh": "unset TOOL_HOME\n",
        "bin/greet": f"#!{PLACEHOLDER}/bin/tool one\n",
        "share/tool/a 'name' & more.txt": f"{PLACEHOLDER}/x\nand {PLACEHOLDER}",
    }
    program = b"\x7fELF%d\0" + PLACEHOLDER.encode() + b"/a:" + PLACEHOLDER.encode() + b"/%s\0\xff\0"
    channel = open_home / "channel"
    packages = [
        make_package(channel, "tool", files),
        make_package(channel, "program", {"lib/program.so": program + b"END"}, binary=True),
    ]
    return build_version(open_home, make_lock(packages), ["bare", "bare" * 30], name="tools")


@contextmanager
def changed(file: Path, data: bytes | None) -> Iterator[None]:
    """*file* replaced by one with *data*, or away for ``None``; then it is what it was."""
    aside = file.with_name(f"{file.name}.aside")
    file.rename(aside)
    try:
        if data is not None:
            file.write_bytes(data)
        yield
    finally:
        aside.replace(file)


def as_nobody(
    command: Sequence[str | Path], env: Mapping[str, str] | None = None, ok: bool = True
) -> str:
    """What *command* prints, run by another user of the system, with nothing of our environment."""
    more: dict[str, Any] = {}
    if os.geteuid() == 0:
        more = {"user": "nobody", "group": "nogroup", "extra_groups": []}
    done = subprocess.run(
        list(map(str, command)),
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **(env or {})},
        cwd="/",
        capture_output=True,
        text=True,
        **more,
    )
    assert (done.returncode == 0) == ok, (done.returncode, done.stdout, done.stderr)
    return done.stdout if ok else done.stderr


def unpack(archive: Path, place: Path) -> Path:
    """*archive* unpacked at *place* by another user."""
    place.mkdir(parents=True)
    if os.geteuid() == 0:
        place.chmod(0o777)
    as_nobody(["tar", "xf", archive, "-C", place])
    return place


def files_below(directory: Path) -> dict[str, bytes | str]:
    """Content, or target of a link, by path."""
    return {
        str(path.relative_to(directory)): str(path.readlink())
        if path.is_symlink()
        else path.read_bytes()
        for path in directory.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }


@dataclass
class Cache:
    """Keeps parts of forms in a directory; *made* and *used* are the keys of layers."""

    directory: Path
    made: list[str] = field(default_factory=list)
    used: list[str] = field(default_factory=list)

    def get(self, key: str) -> Path | None:
        path = self.directory / key
        if not path.exists():
            return None
        self.used += [key] * (not key.endswith(".json"))
        return path

    def put(self, key: str, path: Path) -> None:
        self.made += [key] * (not key.endswith(".json"))
        (self.directory / key).unlink(missing_ok=True)
        os.link(path, self.directory / key)


@pytest.fixture(scope="session")
def base_image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An OCI layout with a shell, coreutils and what Python needs, of Debian packages."""
    target = tmp_path_factory.mktemp("base") / "layout"
    make_base(target, [*PACKAGES_OF_BASE, "zlib1g", "tar", "gzip"])
    return target


def inside(root: Path, command: Sequence[str], ok: bool = True) -> str:
    """What *command* prints in the root file system *root*, with nothing of the host's."""
    bwrap = ["bwrap", "--unshare-all", "--die-with-parent", "--clearenv", "--bind", root, "/"]
    done = subprocess.run(
        [*map(str, bwrap), "--dev", "/dev", "--proc", "/proc", *command],
        capture_output=True,
        text=True,
    )
    assert (done.returncode == 0) == ok, (done.returncode, done.stdout, done.stderr)
    return done.stdout


def run(*command: str | Path) -> str:
    """What *command* prints."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert done.returncode == 0, (done.stdout, done.stderr)
    return done.stdout


def root_file_system(image: str, place: Path) -> Path:
    """The files of *image*, a layout and a tag, unpacked by umoci."""
    more = [] if os.geteuid() == 0 else ["--rootless"]
    run("umoci", "unpack", *more, "--image", image, place)
    return place / "rootfs"
