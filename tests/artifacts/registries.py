"""A registry of images on this machine: the one that Docker's own is made of, as Debian has it."""

from __future__ import annotations

import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.servers import free_port
from support.waiting import soon

_CONFIGURATION = """version: 0.1
storage:
  filesystem:
    rootdirectory: {directory}
http:
  addr: 127.0.0.1:{port}
"""
# It speaks plain HTTP, which programs take from nobody unless they are told so.
_INSECURE = '[[registry]]\nlocation = "127.0.0.1:{port}"\ninsecure = true\n'


@contextmanager
def registry(directory: Path) -> Iterator[str]:
    """Its address. Who has *directory* as home directory may use it."""
    port = free_port()
    (directory / "images").mkdir(parents=True)
    configuration = directory / "config.yml"
    registries = directory / ".config/containers/registries.conf"
    registries.parent.mkdir(parents=True)
    configuration.write_text(_CONFIGURATION.format(directory=directory / "images", port=port))
    registries.write_text(_INSECURE.format(port=port))
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(
            ["docker-registry", "serve", configuration], stdout=log, stderr=log
        )

    def answers() -> bool:
        assert process.poll() is None, (directory / "log").read_text()
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/v2/").close()
        except urllib.error.URLError:
            return False
        return True

    try:
        assert soon(answers), (directory / "log").read_text()
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
