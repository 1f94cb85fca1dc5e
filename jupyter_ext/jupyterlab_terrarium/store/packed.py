"""A column for large documents that are written often and seldom read: compressed JSON."""

from __future__ import annotations

import base64
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import JSON, TypeDecorator
from sqlalchemy.engine import Dialect

_KEY = "zstd"
_LEVEL = 1
#: Bytes from which on it is worth the work.
_WORTH = 4096


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
        from zstandard import ZstdCompressor

        packed = ZstdCompressor(level=_LEVEL).compress(text)
        return {_KEY: base64.b64encode(packed).decode("ascii")}

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """The document as it was."""
        if not isinstance(value, dict) or list(value) != [_KEY]:
            return value
        from zstandard import ZstdDecompressor

        return from_json(ZstdDecompressor().decompress(base64.b64decode(value[_KEY])))
