"""Reading ``environment.yml``: what was asked for, or every error at its line.

The vocabulary is described for users in ``docs/specification.md``.
"""

from __future__ import annotations

from .credentials import find_credentials, scrub_text, scrub_url
from .limits import MAX_BYTES, MAX_DEPTH, MAX_NODES
from .reader import read_specification

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_NODES",
    "find_credentials",
    "read_specification",
    "scrub_text",
    "scrub_url",
]
