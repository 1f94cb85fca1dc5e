"""conda itself, as a command: conda-lock carries the whole of it, in a package of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import conda_lock

_COMMAND = """#!{python}
import sys
sys.path.insert(0, {packages!r})
from conda.cli import main
if __name__ == "__main__":
    sys.exit(main())
"""
# The only part that is not carried along: what makes `activate` a command of a shell.
_FUNCTION = """conda() {{
  case "$1" in
    activate | deactivate) eval "$("{program}" shell.posix "$@")" ;;
    *) "{program}" "$@" ;;
  esac
}}
"""

# For root, conda looks into the homes of all users instead of its own.
_AS_USER = ["bwrap", "--dev-bind", "/", "/", "--unshare-user", "--uid", "1000", "--gid", "1000"]
if os.geteuid() != 0:
    _AS_USER = []


@dataclass(frozen=True)
class Conda:
    """The command *program*, of a user whose home directory is *home*."""

    program: Path
    home: Path

    def __call__(self, *words: str | Path, ok: bool = True) -> str:
        """What ``conda`` with *words* writes to standard output; or to both, when it must fail."""
        done = subprocess.run(
            [*_AS_USER, self.program, *map(str, words)],
            env={
                "PATH": f"{self.program.parent}:{os.environ['PATH']}",
                "HOME": str(self.home),
                "CONDA_EXE": str(self.program),
                "CONDA_PKGS_DIRS": str(self.home / "pkgs"),
                # What PyPI has; its other solver is not there.
                "CONDA_SOLVER": "classic",
                "CONDA_SAT_SOLVER": "pysat",
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (done.returncode == 0) == ok, (done.returncode, done.stdout, done.stderr)
        return done.stdout if ok else done.stdout + done.stderr


def make_conda(directory: Path, home: Path) -> Conda:
    """Put a command ``conda`` into *directory*."""
    package, program = directory / "packages/conda", directory / "bin/conda"
    function = package / "shell/etc/profile.d/conda.sh"
    function.parent.mkdir(parents=True)
    function.write_text(_FUNCTION.format(program=program))
    for part in (Path(conda_lock.__file__).parent / "_vendor/conda").iterdir():
        (package / part.name).symlink_to(part)
    program.parent.mkdir()
    program.write_text(_COMMAND.format(python=sys.executable, packages=str(package.parent)))
    program.chmod(0o755)
    home.mkdir(exist_ok=True)
    return Conda(program, home)
