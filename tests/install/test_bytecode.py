"""Byte code is compiled once per package, linked afterwards, and makes the first start fast."""

from __future__ import annotations

import importlib.util
import marshal
import os
import statistics
import subprocess
from pathlib import Path

from install_help import Outcome, another, build, make_lock, make_package

from jupyterlab_terrarium.conda.bytecode import SKIPPED
from jupyterlab_terrarium.conda.manifest import read_installed, read_manifest
from jupyterlab_terrarium.conda.runner import find_python
from jupyterlab_terrarium.models.lock import Lock

# What a kernel imports of the standard library, without a kernel's thousands of other files.
START = (
    "import asyncio, concurrent.futures, ctypes, dataclasses, doctest, email.message, html.parser, "
    "http.client, importlib.metadata, inspect, json, logging.config, multiprocessing, pdb, pydoc, "
    "sqlite3, subprocess, tempfile, typing, unittest.mock, urllib.request, uuid, xml.dom.minidom"
)


def start_seconds(prefix: Path) -> float:
    """Processor time of a start: what else the machine does must not count."""
    python = str(prefix / "bin/python")
    process = os.posix_spawn(python, [python, "-c", START], {})
    _, status, used = os.wait4(process, 0)
    assert status == 0
    return used.ru_utime + used.ru_stime


def test_the_first_start_in_a_new_prefix_is_as_fast_as_later_ones(
    python_build: Outcome, python_lock: Lock
) -> None:
    first: list[float] = []
    later: list[float] = []
    for _ in range(3):
        done = build(python_build.layout.root, another(python_lock)).ready()
        first.append(start_seconds(done.prefix))
        later += [start_seconds(done.prefix), start_seconds(done.prefix)]
        written = {path.name for path in done.prefix.rglob("*.pyc") if path.stat().st_nlink == 1}
        # This one source has the prefix in it, so no byte code of it can be shared.
        written = {name for name in written if not name.startswith("_sysconfigdata")}
        assert not written, "a start wrote byte code that the build should have linked"
    assert min(first) <= 1.3 * statistics.median(later)


def test_a_later_build_compiles_nothing(python_build: Outcome, python_lock: Lock) -> None:
    assert "compiling byte code" in python_build.log
    done = build(python_build.layout.root, another(python_lock)).ready()
    assert "compiling byte code" not in done.log
    installed = read_installed(done.prefix)
    assert installed is not None
    assert len(installed.bytecode) == 1


def test_every_module_that_is_no_test_has_byte_code_of_its_source(python_build: Outcome) -> None:
    python = find_python(Lock.model_validate(python_build.job["lock"]).platforms[0])
    assert python is not None
    sources = [
        path
        for path in (python_build.prefix / python.stdlib).rglob("*.py")
        if not SKIPPED & set(path.parts)
        and str(python_build.prefix) not in path.read_text("utf-8", "replace")
    ]
    assert len(sources) > 300
    lacking = []
    for source in sources:
        compiled = source.parent / "__pycache__" / f"{source.stem}.{python.cache_tag}.pyc"
        if not compiled.exists():
            lacking.append(source)
            continue
        data = compiled.read_bytes()
        assert int.from_bytes(data[4:8], "little") == 0b01, "not unchecked-hash (PEP 552)"
        assert data[8:16] == importlib.util.source_hash(source.read_bytes())
    assert not lacking


def test_byte_code_holds_no_path_of_this_machine(python_build: Outcome) -> None:
    root = str(python_build.layout.root).encode()
    files = list(python_build.layout.bytecode.rglob("*.pyc"))
    assert len(files) > 300
    for path in files:
        assert root not in path.read_bytes(), path


def test_tracebacks_show_the_path_of_the_prefix(python_build: Outcome) -> None:
    command = "import json, sys; print(json.loads.__code__.co_filename)"
    python = str(python_build.prefix / "bin/python")
    shown = subprocess.run([python, "-c", command], capture_output=True, text=True, env={}).stdout
    assert Path(shown.strip()).is_relative_to(python_build.prefix)


def test_altered_byte_code_is_not_linked(python_build: Outcome, python_lock: Lock) -> None:
    evil = compile("raise SystemExit('evil')", "evil", "exec")
    path = next(python_build.layout.bytecode.glob("*/lib/python*/json/__pycache__/__init__.*.pyc"))
    status = path.stat()
    changed = path.read_bytes()[:16] + marshal.dumps(evil)
    changed += b"\0" * (status.st_size - len(changed))
    copy = path.with_suffix(".new")
    copy.write_bytes(changed)
    copy.replace(path)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    done = build(python_build.layout.root, another(python_lock)).ready()
    python = str(done.prefix / "bin/python")
    subprocess.run([python, "-c", "import json; json.dumps(1)"], check=True, env={})
    assert "compiling byte code of 1 packages" in done.log


def test_compiling_executes_nothing_of_the_environment(
    python_build: Outcome, python_lock: Lock, channel: Path
) -> None:
    python = find_python(python_lock.platforms[0])
    assert python is not None
    hostile = make_package(
        channel,
        "hostile",
        {
            f"{python.site_packages}/hostile.pth": "import hostile_module\n",
            f"{python.site_packages}/sitecustomize.py": "import hostile_module\n",
            f"{python.site_packages}/hostile_module.py": "print('executed')\nraise SystemExit(3)\n",
        },
    )
    lock = make_lock([*python_lock.platforms[0].conda, hostile])
    done = build(python_build.layout.root, lock).ready()
    assert "compiling byte code of 1 packages" in done.log
    assert "executed" not in done.log
    assert not any(file.path.endswith(".pyc") for file in read_manifest(done.prefix).files)


def test_sources_that_do_not_compile_are_left_out(
    python_build: Outcome, python_lock: Lock, channel: Path
) -> None:
    python = find_python(python_lock.platforms[0])
    assert python is not None
    odd = make_package(
        channel,
        "odd",
        {
            f"{python.site_packages}/good_one.py": "x = 1\n",
            f"{python.site_packages}/template.py": "def {{ jinja }}:\n",
        },
    )
    done = build(
        python_build.layout.root, make_lock([*python_lock.platforms[0].conda, odd])
    ).ready()
    cache = done.prefix / python.site_packages / "__pycache__"
    names = {path.name.split(".")[0] for path in cache.iterdir()}
    assert "good_one" in names
    assert "template" not in names


def test_byte_code_of_another_interpreter_is_not_used(python_lock: Lock) -> None:
    part = python_lock.platforms[0]
    python = find_python(part)
    other = [
        package.model_copy(update={"sha256": "0" * 64}) if package.name == "python" else package
        for package in part.conda
    ]
    another_python = find_python(part.model_copy(update={"conda": other}))
    assert python is not None
    assert another_python is not None
    assert python.cache_tag == another_python.cache_tag
    assert python.tag != another_python.tag
    assert find_python(part.model_copy(update={"conda": []})) is None
