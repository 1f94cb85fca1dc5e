"""What a Jupyter server loads for us before anybody has asked for anything."""

from __future__ import annotations

import subprocess
import sys


def run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_extension_loads_no_database_and_no_solver() -> None:
    program = (
        "import sys, jupyterlab_terrarium.extension\n"
        "print([m for m in ('sqlalchemy', 'rattler', 'alembic') if m in sys.modules])"
    )
    assert run(program) == "[]\n"


def test_no_validator_is_built_before_it_is_used_or_the_store_is_open() -> None:
    program = (
        "import jupyterlab_terrarium.extension\n"
        "from jupyterlab_terrarium.models import base\n"
        "found = list(base._below(base.BaseModel))\n"
        # Pydantic builds what is generic when it is given its parameters.
        "models = [m for m in found if not m.__pydantic_generic_metadata__['parameters']]\n"
        "print(len(models) > 100, [m.__name__ for m in models if m.__pydantic_complete__])\n"
        "base.complete()\n"
        "print([m.__name__ for m in models if not m.__pydantic_complete__])"
    )
    assert run(program) == "True []\n[]\n"
