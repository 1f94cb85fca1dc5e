"""A column for large documents that are written often and seldom read: compressed JSON."""

from __future__ import annotations

import base64
import threading
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json, to_json
from sqlalchemy import JSON, TypeDecorator
from sqlalchemy.engine import Dialect

if TYPE_CHECKING:
    from zstandard import ZstdCompressor

_KEY = "zstd"
_LEVEL = 1
#: Bytes from which on it is worth the work.
_WORTH = 4096


_local = threading.local()


def _compressor() -> ZstdCompressor:
    """This thread's compressor: making one costs more than what it has to do here."""
    found: ZstdCompressor | None = getattr(_local, "compressor", None)
    if found is None:
        from zstandard import ZstdCompressor

        found = _local.compressor = ZstdCompressor(level=_LEVEL)
    return found


class PackedJson(TypeDecorator[Any]):
    """JSON of a model or plain data; gives plain data back.

    What is large is kept as ``{"zstd": "<base64>"}``, which is JSON too: the column needs no type
    of its own in any database, and what was written plainly before is read as before.
    """

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Compress what is large."""
        if value is None:
            return None
        text = to_json(value)
        if len(text) < _WORTH:
            return from_json(text)
        packed = _compressor().compress(text)
        return {_KEY: base64.b64encode(packed).decode("ascii")}

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """The document as it was."""
        if not isinstance(value, dict) or list(value) != [_KEY]:
            return value
        from zstandard import ZstdDecompressor

        return from_json(ZstdDecompressor().decompress(base64.b64decode(value[_KEY])))
