"""A root with a shell, the core utilities and the C library, and nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

#: What the GNU core utilities are for an installer; none of sed, grep, tar, gzip, awk, python.
TOOLS = (
    *("cat", "chmod", "cp", "dd", "head", "ln", "ls", "mkdir", "printf", "rm", "sha256sum"),
    *("tail", "uname", "wc", "env"),
)
_LIBRARY = re.compile(r"(/\S*/(?:lib[^/\s]*|ld-linux[^/\s]*)\.so[.0-9]*)")


@dataclass(frozen=True)
class BareRoot:
    """The directory of such a root; commands run in it by ``chroot``."""

    path: Path

    def run(
        self, *words: str, user: str = "0:0", given: str = "", home: str = "/home/somebody"
    ) -> subprocess.CompletedProcess[str]:
        """Run *words* there as *user*, with no environment but HOME and PATH."""
        return subprocess.run(
            [*_chroot(user), self.path, *words],
            # Without /proc, programs do not know where they are, by which they find libraries.
            env={"HOME": home, "PATH": "/bin", "LD_LIBRARY_PATH": "/opt/env/lib"},
            input=given,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def add(self, file: Path, name: str) -> None:
        """Put *file* there, as an ordinary file that others can read."""
        shutil.copyfile(file, self.path / name)
        (self.path / name).chmod(0o644)


def _chroot(user: str) -> list[str]:
    chroot = shutil.which("chroot", path="/usr/sbin:/usr/bin:/sbin:/bin")
    assert chroot is not None
    if os.geteuid() == 0:
        return [chroot, f"--userspec={user}"]
    # Somebody else is root in a name space of their own only, where no other user is.
    return ["unshare", "--map-root-user", chroot]


def make_bare_root(path: Path, owner: int = 1234) -> BareRoot:
    """Make one at *path*, with a home directory of the user *owner*."""
    (path / "bin").mkdir(parents=True)
    shell = shutil.which("dash")
    assert shell is not None
    programs = [Path(shutil.which(tool) or f"/usr/bin/{tool}") for tool in TOOLS]
    for program in (*programs, Path(shell)):
        _copy(path, program, f"bin/{program.name}")
    (path / "bin/sh").symlink_to("dash")
    # The C library's other halves, which programs of packages are linked with.
    _copy_library(path, "libm.so.6")
    for name in ("tmp", "home/somebody", "opt"):
        (path / name).mkdir(parents=True)
    if os.geteuid() == 0:
        for home in (path / "home/somebody", path / "opt"):
            shutil.chown(home, owner, owner)
    return BareRoot(path)


def _copy(root: Path, program: Path, name: str) -> None:
    shutil.copy(program.resolve(), root / name)
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
    for library in set(_LIBRARY.findall(listed)):
        target = root / library.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            shutil.copy(library, target)


def _copy_library(root: Path, name: str) -> None:
    for libc in root.rglob("libc.so.6"):
        beside = Path("/", libc.relative_to(root)).with_name(name)
        shutil.copy(beside, libc.with_name(name))
