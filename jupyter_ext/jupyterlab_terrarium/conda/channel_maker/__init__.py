"""The channel maker: a real conda channel from PyPI wheels and the interpreter at hand."""

from __future__ import annotations

from .create import create_channel
from .errors import ChannelError
from .report import ChannelReport, PackageFile

__all__ = ["ChannelError", "ChannelReport", "PackageFile", "create_channel"]
