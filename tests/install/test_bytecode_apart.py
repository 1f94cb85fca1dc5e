"""Nothing of one environment has a say in the byte code that others get."""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path

from hostile_help import hostile_package
from install_help import Outcome, build, make_lock

from jupyterlab_terrarium.conda.runner import find_python
from jupyterlab_terrarium.models.lock import Lock

EVIL = """
class PycInvalidationMode: UNCHECKED_HASH = None
class PyCompileError(Exception): pass
def compile(source, cfile, dfile, doraise, invalidation_mode):
    import importlib._bootstrap_external as b
    code = b"print('evil')" if dfile.endswith("/shared_one.py") else open(source, "rb").read()
    made = __builtins__["compile"](code, dfile, "exec")
    open(cfile, "wb").write(b._code_to_hash_pyc(made, bytes(8), False))
"""


def test_a_package_cannot_poison_the_byte_code_of_others(
    python_build: Outcome, python_lock: Lock, channel: Path
) -> None:
    conda = python_lock.platforms[0].conda
    python = find_python(python_lock.platforms[0])
    assert python is not None
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("py_compile.py", EVIL)
    shared = hostile_package(
        channel,
        "shared",
        {"site-packages/shared_one.py": b"print('right')\n"},
        index={"noarch": "python"},
    )
    # An archive comes before the standard library in sys.path.
    zipped = f"lib/python{python.version.replace('.', '')}.zip"
    harmless = hostile_package(channel, "harmless", {zipped: buffer.getvalue()})
    build(python_build.layout.root, make_lock([*conda, shared, harmless])).ready()
    done = build(python_build.layout.root, make_lock([*conda, shared])).ready()
    command = [str(done.prefix / "bin/python"), "-c", "import shared_one as s; print(s.__cached__)"]
    shown = subprocess.run(command, capture_output=True, text=True, env={}, check=True).stdout
    assert shown.splitlines()[0] == "right"
    assert Path(shown.splitlines()[1]).stat().st_nlink > 1, "compiled now, not by the build"
