"""A real PostgreSQL server of the tests' own, on a Unix socket in a directory of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FIND = Path(__file__).parents[2] / ".ci" / "postgresql"


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The SQLAlchemy URL of an empty database. The server ends with the context."""
    programs = Path(subprocess.check_output([_FIND], text=True).strip())
    # The server refuses to run as root, and a socket's path must be short.
    user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    home = Path(tempfile.mkdtemp(prefix="terrarium-pg-"))
    shutil.chown(home, user)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [programs / program, "--pgdata", home / "data", *arguments],
            check=True,
            cwd=home,
            user=user if os.geteuid() == 0 else None,
            stdout=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        )

    try:
        run("initdb", "--username=terrarium", "--auth=trust", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={home} -c fsync=off"
        run("pg_ctl", "start", "--wait", "--log", f"{home}/log", "--options", options)
        try:
            yield f"postgresql+psycopg://terrarium@/postgres?host={home}"
        finally:
            run("pg_ctl", "stop", "--mode=immediate")
    finally:
        shutil.rmtree(home)
