"""A served store on a Unix socket, for tests that only use it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.builds import seed
from support.served import ServedProcess


@pytest.fixture(scope="module")
def served(channel_url: str, warm_root: Path) -> Iterator[ServedProcess]:
    """Where every user of the system may reach its socket."""
    # pytest's own directories are for its user only, and a socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="terrarium-") as directory:
        home = Path(directory)
        home.chmod(0o755)
        seed(home / "store", warm_root)
        server = ServedProcess(home, channel_url).start()
        yield server
        if server.process is not None:
            server.stop()
