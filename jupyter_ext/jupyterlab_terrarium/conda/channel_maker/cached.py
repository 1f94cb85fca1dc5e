"""The channel that the demo and the tests share: made once, then found in the cache."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .cache import CONVERTER_VERSION, cache_root, digest, locked, make_directory, scratch
from .create import create_channel
from .interpreter import base_interpreter, inspect_interpreter

#: The requirement list of the demo and the tests, shipped with the package.
REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def ensure_cached_channel(
    cache_dir: Path | None = None, progress: Callable[[str], None] | None = None
) -> Path:
    """Directory of a complete channel for the running interpreter, with the test packages.

    It is made in a temporary directory and appears by one rename; of several processes one makes
    it and the others wait.

    Parameters
    ----------
    cache_dir:
        Where channels are kept; None means the channel maker's own cache directory.
    progress:
        Called with one sentence a step while the channel is made.

    Raises
    ------
    ChannelError
        As :func:`create_channel`.
    """
    home = make_directory(cache_dir if cache_dir is not None else cache_root() / "channels")
    python = base_interpreter()
    interpreter = inspect_interpreter(python)
    text = REQUIREMENTS.read_text(encoding="utf-8")
    key = digest([CONVERTER_VERSION, interpreter.fingerprint(), text])[:16]
    channel = home / f"py{interpreter.short}-{key}"
    if channel.is_dir():
        return channel
    with locked(home / ".lock"):
        if not channel.is_dir():
            with scratch(home) as work:
                create_channel(
                    work / "channel",
                    python=python,
                    requirements_file=REQUIREMENTS,
                    extras=True,
                    progress=progress,
                )
                (work / "channel").replace(channel)
    return channel
