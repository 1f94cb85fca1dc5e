"""Environment modules as a cluster has them: a login node with one of the two systems."""

from __future__ import annotations

import subprocess
from pathlib import Path

from prefix_forms import PACKAGES_OF_BASE, root_file_system

from jupyterlab_terrarium.artifacts.debian_base import make_base

# They cannot be installed together, not even beside each other.
SYSTEMS = {
    "lmod": (
        ("lmod", "lua-filesystem", "lua-json", "lua-lpeg", "lua-posix", "lua-term", "lua5.3"),
        "/usr/share/lmod/lmod/init/bash",
    ),
    "environment-modules": (("environment-modules",), "/usr/share/modules/init/bash"),
}
#: What they and their scripts need.
ALSO = ("tcl", "tcl8.6", "sed", "grep", "procps", "debianutils", "zlib1g")


class Cluster:
    """A login node with one of the two, the store's files, and whatever else lies in *home*."""

    def __init__(self, root: Path, start: str, home: Path) -> None:
        self.root, self.start, self.home = root, start, home

    def shell(self, script: str, ok: bool = True) -> list[str]:
        """The lines that *script* prints in a new shell of somebody on the cluster."""
        command = ["bwrap", "--unshare-all", "--die-with-parent", "--clearenv"]
        command += ["--ro-bind", str(self.root), "/", "--tmpfs", "/tmp"]
        command += ["--ro-bind", str(self.home), str(self.home), "--dev", "/dev", "--proc", "/proc"]
        for name, value in {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8"}.items():
            command += ["--setenv", name, value]
        text = f". {self.start} >/dev/null\n{script}"
        done = subprocess.run(
            [*command, "bash", "--norc", "-c", text], capture_output=True, text=True
        )
        assert (done.returncode == 0) == ok, (done.returncode, done.stdout, done.stderr)
        return (done.stdout if ok else done.stderr).splitlines()


def make_cluster(system: str, place: Path, home: Path) -> Cluster:
    """One with *system*, made in *place*."""
    packages, start = SYSTEMS[system]
    make_base(place / "layout", [*PACKAGES_OF_BASE, *ALSO, *packages])
    return Cluster(root_file_system(f"{place}/layout:base", place / "unpacked"), start, home)
