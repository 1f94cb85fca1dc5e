"""What a Jupyter server loads for us before anybody has asked for anything."""

from __future__ import annotations

import subprocess
import sys


def test_the_extension_loads_no_database_and_no_solver() -> None:
    program = (
        "import sys, jupyterlab_terrarium.extension\n"
        "print([m for m in ('sqlalchemy', 'rattler', 'alembic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr
