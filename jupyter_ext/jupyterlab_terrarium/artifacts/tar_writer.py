"""Writing tar archives that say nothing of the moment or the maker: the same input, the same bytes.

Everything belongs to user and group 0 without names, and has the one time that it is given.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import IO


class TarWriter:
    """Writes members to *stream* in the order of the calls; *epoch* in seconds since 1970."""

    def __init__(self, stream: IO[bytes], epoch: int) -> None:
        # pax: names of any length, and plain ustar headers for those that fit.
        self._tar = tarfile.TarFile(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT)
        self._epoch = epoch
        self._directories: set[str] = set()

    def add_bytes(self, name: str, data: bytes) -> None:
        """A small file."""
        self._parents(name)
        info = self._info(name, len(data))
        self._tar.addfile(info, io.BytesIO(data))

    def add_file(self, name: str, source: Path, on_bytes: Callable[[int], None]) -> None:
        """A file with the content of *source*; *on_bytes* is told of each part."""
        self._parents(name)
        info = self._info(name, source.stat().st_size)
        with source.open("rb") as file:
            self._tar.addfile(info, _Counted(file, on_bytes))

    def close(self) -> None:
        """Write the end. *stream* stays open."""
        self._tar.close()

    def _parents(self, name: str) -> None:
        parts = name.split("/")[:-1]
        for depth in range(1, len(parts) + 1):
            directory = "/".join(parts[:depth])
            if directory not in self._directories:
                self._directories.add(directory)
                info = self._info(directory, 0)
                info.type, info.mode = tarfile.DIRTYPE, 0o755
                self._tar.addfile(info)

    def _info(self, name: str, size: int) -> tarfile.TarInfo:
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = size, self._epoch, 0o644
        return info


class _Counted(io.RawIOBase):
    def __init__(self, file: IO[bytes], on_bytes: Callable[[int], None]) -> None:
        self._file = file
        self._on_bytes = on_bytes

    def read(self, size: int = -1) -> bytes:
        """From the file."""
        data = self._file.read(size)
        self._on_bytes(len(data))
        return data
