"""Compressing streams so that the same bytes in give the same bytes out.

Compressors answer differently to the same data in other pieces, so what they get is cut into
blocks of one size. Zstandard is of `zstandard`'s own library, gzip of `isal`'s (level 2 of ISA-L,
ten times as fast as zlib 6): versions of these are part of what makes a file the same. ISA-L has
the same output on every x86-64 processor with SSE 4.2, and on every ARM one; a prefix is only ever
packed on its own kind of processor.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from types import TracebackType
from typing import BinaryIO, Literal, Protocol

Method = Literal["gzip", "zstd"]
ZSTD_LEVEL = 3
# A thread more changes nothing of the output, as long as there is one.
ZSTD_THREADS = 2
GZIP_LEVEL = 2
_BLOCK = 1 << 20


class _Compressor(Protocol):
    def compress(self, data: bytes) -> bytes: ...

    def flush(self) -> bytes: ...


class Compressed:
    """Writes what is given to *target*, compressed; ``sha256`` and ``size`` are of the result.

    ``plain_sha256`` is that of what was given (the *diff id* of a layer, OCI image config).
    """

    def __init__(self, target: BinaryIO, method: Method, hashed: bool = False) -> None:
        self._target = target
        self._compressor = _compressor(method)
        self._waiting = bytearray()
        self._plain = hashlib.sha256() if hashed else None
        self._out = hashlib.sha256() if hashed else None
        self.size = 0

    def write(self, data: bytes) -> None:
        """Take *data*."""
        waiting = self._waiting
        waiting += data
        if len(waiting) >= _BLOCK:
            whole = len(waiting) // _BLOCK * _BLOCK
            with memoryview(waiting) as view:
                for start in range(0, whole, _BLOCK):
                    self._give(bytes(view[start : start + _BLOCK]))
            del waiting[:whole]

    def close(self) -> None:
        """Write what is left; *target* stays open."""
        if self._waiting:
            self._give(bytes(self._waiting))
            self._waiting.clear()
        self._put(self._compressor.flush())

    @property
    def sha256(self) -> str:
        """Of the compressed bytes."""
        assert self._out is not None
        return self._out.hexdigest()

    @property
    def plain_sha256(self) -> str:
        """Of the bytes before."""
        assert self._plain is not None
        return self._plain.hexdigest()

    def _give(self, block: bytes) -> None:
        if self._plain is not None:
            self._plain.update(block)
        self._put(self._compressor.compress(block))

    def _put(self, data: bytes) -> None:
        if data:
            self.size += len(data)
            if self._out is not None:
                self._out.update(data)
            self._target.write(data)

    def __enter__(self) -> Compressed:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()


def _compressor(method: Method) -> _Compressor:
    make: Callable[[], _Compressor] = _zstd if method == "zstd" else _gzip
    return make()


def _zstd() -> _Compressor:
    import zstandard

    return zstandard.ZstdCompressor(
        level=ZSTD_LEVEL, threads=ZSTD_THREADS, write_checksum=True
    ).compressobj()


def _gzip() -> _Compressor:
    from isal import isal_zlib

    # 31: with the header and sum of gzip (RFC 1952), without name and time.
    return isal_zlib.compressobj(GZIP_LEVEL, wbits=31)
