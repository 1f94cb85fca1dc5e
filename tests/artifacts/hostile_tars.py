"""Tar archives as nobody's program should write them."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import zstandard

#: Adds what is wrong to an archive.
Make = Callable[[tarfile.TarFile], None]


def member(name: str, data: bytes = b"x", kind: bytes = tarfile.REGTYPE, target: str = "") -> Make:
    def make(tar: tarfile.TarFile) -> None:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, target
        info.size = len(data) if kind == tarfile.REGTYPE else 0
        tar.addfile(info, io.BytesIO(data))

    return make


def both(*makes: Make) -> Make:
    def make(tar: tarfile.TarFile) -> None:
        for one in makes:
            one(tar)

    return make


def raw_header(kind: bytes, size: int, name: str = "x") -> bytes:
    """One header that says *size*, with nothing behind it."""
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, size
    return info.tobuf(tarfile.GNU_FORMAT)


def archive(path: Path, make: Make, compressed: str = "") -> Path:
    """The archive of *make* at *path*, *compressed* with ``gz`` or ``zst``."""
    buffer = io.BytesIO()
    with tarfile.TarFile(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        make(tar)
    data = buffer.getvalue()
    if compressed == "gz":
        data = gzip.compress(data)
    elif compressed == "zst":
        data = zstandard.compress(data)
    path.write_bytes(data)
    return path
