"""Interpreters of every layout run from wherever they are linked."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from channel_help import install_from, interpreters, make_wheel, run_in

from jupyterlab_terrarium.conda.channel_maker import create_channel

_ABILITIES = """
import importlib, json, sys
names = "ssl sqlite3 ctypes zlib lzma bz2 readline tkinter hashlib curses uuid venv".split()
found = []
for name in names:
    try:
        importlib.import_module(name)
        found.append(name)
    except ImportError:
        pass
print(json.dumps([sys.version, found]))
"""

_PLACES = """
import json, one, site, sys, sysconfig
print(json.dumps([sys.prefix, sysconfig.get_path("purelib"), sysconfig.get_path("scripts"),
    one.__file__, sysconfig.get_makefile_filename(), *sys.path]))
"""


def packaged(python: Path, tmp_path: Path, lines: list[str]) -> Path:
    """Prefix with what was packaged from *python*, and one wheel."""
    make_wheel(tmp_path / "wheels", "one", files={"one.py": "x = 1\n"})
    report = create_channel(tmp_path / "channel", python=python, requirements=lines)
    assert report.seconds < 60
    prefix = tmp_path / "prefix"
    install_from(report.directory, prefix, "python", "one")
    return prefix


@pytest.mark.parametrize("python", interpreters(), ids=lambda path: path.parents[1].name)
def test_the_packaged_interpreter_can_do_what_its_source_can(
    python: Path, tmp_path: Path, wheels: Callable[..., list[str]]
) -> None:
    prefix = packaged(python, tmp_path, wheels("one"))
    source = subprocess.run(
        [python, "-I", "-c", _ABILITIES], capture_output=True, text=True, check=True
    )
    assert json.loads(run_in(prefix, "python", "-c", _ABILITIES)) == json.loads(source.stdout)
    # -I: not even the current directory helps to find what was installed.
    for path in json.loads(run_in(prefix, "python", "-I", "-c", _PLACES)):
        assert Path(path).is_relative_to(prefix)
    directory = next(prefix.glob("lib/python3.*"))
    assert not (directory / "EXTERNALLY-MANAGED").exists()
    assert not (directory / "ensurepip").exists()
    assert not (directory / "test").exists()
    run_in(prefix, "python3", "-m", "venv", "--without-pip", str(tmp_path / "venv"))
    version = directory.name.removeprefix("python")
    assert "-I" + str(prefix) in run_in(prefix, f"python{version}-config", "--includes")


def test_a_moved_interpreter_with_its_own_libraries_is_packaged(
    channel: Path, tmp_path: Path, wheels: Callable[..., list[str]]
) -> None:
    """The layout of relocatable builds, such as those that uv installs."""
    moved = tmp_path / "elsewhere" / "cpython"
    install_from(channel, tmp_path / "built", "python")
    shutil.copytree(tmp_path / "built", moved, symlinks=True)
    library = next(moved.glob("lib/python3.*"))
    for file in library.glob("_sysconfigdata*.py"):
        file.write_text(file.read_text().replace(str(tmp_path / "built"), "/install"))
    (library / "EXTERNALLY-MANAGED").write_text("[externally-managed]\nError=no\n")
    (library / "site-packages" / "left_behind.py").write_text("")
    (moved / "share/terminfo/x").mkdir(parents=True)
    (moved / "share/terminfo/x/xterm").write_bytes(b"\x1a\x01\0description")
    (moved / "share/jupyter/kernels/other").mkdir(parents=True)
    (moved / "share/jupyter/kernels/other/kernel.json").write_text("{}")
    shutil.rmtree(tmp_path / "built")
    prefix = packaged(moved / "bin/python3", tmp_path, wheels("one"))
    shutil.rmtree(moved)
    code = "import sysconfig, ssl, one; print(sysconfig.get_config_var('INCLUDEPY'))"
    assert run_in(prefix, "python", "-I", "-c", code).startswith(f"{prefix}/include/python3")
    assert (prefix / "share/terminfo/x/xterm").exists()
    assert not (prefix / "share/jupyter").exists()
    assert not next(prefix.glob("lib/python3.*/site-packages")).joinpath("left_behind.py").exists()
    text = next(prefix.glob("lib/python3.*/_sysconfigdata*.py")).read_text()
    assert "'prefix': '/install'" not in text
