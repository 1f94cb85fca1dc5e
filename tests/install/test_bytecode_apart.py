"""Nothing of one environment has a say in the byte code that others get."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import uuid
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hostile_help import hostile_package
from install_help import Outcome, build, make_lock

from jupyterlab_terrarium.conda import bytecode, compile_sources
from jupyterlab_terrarium.conda.runner import Completed, Workplace, find_python
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


def test_byte_code_is_the_same_whatever_is_compiled_beside_it(tmp_path: Path) -> None:
    sources = {
        # Names and sets of constants: what byte code depends on beyond its source.
        "one.py": "def f(ftp, code='226'):\n    return code in {'225', '226', 'x y'}\n",
        "other.py": "ftp = '226'\n\n\ndef g(x):\n    return x in {'x y', '225'}\n",
    }
    for name, text in sources.items():
        (tmp_path / name).write_text(text)

    def compiled(*chunks: list[str]) -> bytes:
        home = tmp_path / uuid.uuid4().hex
        home.mkdir()
        listing = home / "listing.json"
        work = [[[f"{tmp_path}/{name}", f"{home}/{name}c", name] for name in one] for one in chunks]
        listing.write_text(json.dumps({"chunks": work}))
        command = [sys.executable, "-s", "-S", compile_sources.__file__, str(listing)]
        subprocess.run(command, env={"PYTHONHASHSEED": "0"}, check=True)
        return (home / "one.pyc").read_bytes()

    alone = compiled(["one.py"])
    assert compiled(["other.py"], ["one.py"]) == alone


def test_sets_of_constants_have_one_order(python_lock: Lock, channel: Path) -> None:
    # Python before 3.11 writes them in the order of their hashes.
    seen: list[tuple[Sequence[str], dict[str, str]]] = []

    def run(argv: Sequence[str], **more: Any) -> Completed:
        seen.append((argv, dict(more["env_extra"])))
        return Completed(0, "")

    place = Workplace(
        channel, channel, channel, python_lock.platforms[0], run, lambda _: None, lambda _: None
    )
    channel.mkdir(parents=True)
    (channel / "compiler").mkdir()
    bytecode._run_compiler(place, "python", channel / "compiler/x.py", [], [])
    ((command, variables),) = seen
    assert variables == {"PYTHONHASHSEED": "0"}
    assert not {"-I", "-E"} & set(command)
