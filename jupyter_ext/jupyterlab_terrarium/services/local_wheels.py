"""Packages that were installed from a directory become wheels, which can be kept and locked.

The directory may be gone tomorrow; its wheel lies in the store, and is kept with the lock that
names it. A wheel also of a clean git checkout: what is fetched from a repository has no hash
that a lock could name.
"""

from __future__ import annotations

import asyncio
import gzip
import io
import os
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ..builds.wheel_build import BuildLimits
from ..builds.wheel_builder import WheelBuilder
from ..conda.files import sha256_of
from ..conda.pip_sources import Sdist
from ..conda.uv_run import Indexes
from ..models.problem import InvalidRequest
from ..models.scratch import AddedPackage
from ..models.specification import Specification
from .context import ServiceContext

# What tools leave in a checkout, and no build reads.
_LEFT_OUT = frozenset(
    {".git", ".hg", ".svn", ".venv", "venv", ".tox", ".nox", "__pycache__", "node_modules"}
    | {".ipynb_checkpoints", ".mypy_cache", ".pytest_cache", ".ruff_cache"}
)
_MAX_FILES = 20_000


def wheel_of(
    context: ServiceContext, package: AddedPackage, directory: Path, asked: Specification
) -> Path:
    """The wheel of *package* as *directory* is now, built in the sandbox, in the store.

    What it needs to be built comes from the indexes of *asked*. Raises :class:`InvalidRequest`
    for a directory that cannot be packed, :class:`WheelMissing`, :class:`SourceBuildFailed`.
    """
    limits = BuildLimits()
    indexes = Indexes(context.layout.uv_cache, asked.pip_options)
    builder = WheelBuilder(context.layout.wheels, limits=limits)
    with tempfile.TemporaryDirectory(prefix="terrarium-source-") as name:
        archive = Path(name) / f"{package.name}-{package.version}.tar.gz"
        try:
            _pack(directory, archive, limits.max_archive_bytes)
        except OSError as error:
            raise InvalidRequest(
                f"{directory}, from which {package.name} was installed, cannot be read: "
                f"{error.strerror}",
                "Install it again from where it is now.",
            ) from error
        sdist = Sdist(package.name, archive.as_uri(), sha256_of(archive))
        return asyncio.run(builder.build(sdist, indexes))


def _pack(directory: Path, archive: Path, limit: int) -> None:
    """A source archive of *directory*: the same bytes for the same files."""
    found = list(_files(directory))
    if len(found) > _MAX_FILES or sum(file.stat().st_size for file in found) > limit:
        raise InvalidRequest(
            f"{directory} is too large to make a wheel of it: {len(found)} files",
            f"At most {_MAX_FILES:,} files and {limit >> 20} MB are packed. Make a wheel of it "
            "yourself (`python -m build --wheel`), and list that.",
        )
    top = archive.name.removesuffix(".tar.gz")
    with (
        archive.open("wb") as target,
        gzip.GzipFile("", "wb", 1, target, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for file in found:
            data = file.read_bytes()
            info = tarfile.TarInfo(f"{top}/{file.relative_to(directory).as_posix()}")
            info.size = len(data)
            info.mode = 0o755 if os.access(file, os.X_OK) else 0o644
            tar.addfile(info, io.BytesIO(data))


def _files(directory: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise error

    for parent, names, files in os.walk(directory, onerror=refuse):
        names[:] = sorted(set(names) - _LEFT_OUT)
        for name in sorted(files):
            file = Path(parent, name)
            # A link may lead to what is none of the package's, or nowhere.
            if file.is_file() and not file.is_symlink():
                yield file
