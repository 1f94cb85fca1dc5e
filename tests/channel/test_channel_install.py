"""What is installed from the channel runs, and nothing of it points back at its source."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from channel_help import run_in
from jupyter_client.manager import KernelManager


def test_the_scientific_stack_runs_and_plots(prefix: Path, tmp_path: Path) -> None:
    picture = tmp_path / "plot.png"
    code = (
        "import numpy, pandas, matplotlib; matplotlib.use('agg')\n"
        "import matplotlib.pyplot as plt\n"
        "frame = pandas.DataFrame({'x': numpy.arange(4)})\n"
        f"frame.plot().figure.savefig({str(picture)!r}); print(int(frame.x.sum()))"
    )
    assert run_in(prefix, "python", "-I", "-c", code).strip() == "6"
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_python_finds_only_its_own_prefix(prefix: Path) -> None:
    code = (
        "import json, site, sys, sysconfig\n"
        "print(json.dumps([sys.prefix, sys.base_prefix, sysconfig.get_path('purelib'),"
        " sysconfig.get_path('scripts'), sysconfig.get_config_var('LIBDIR'), *sys.path[:-1]]))"
    )
    for path in json.loads(run_in(prefix, "python", "-I", "-c", code)):
        assert Path(path).is_relative_to(prefix)


def test_no_file_names_the_source_interpreter(prefix: Path) -> None:
    source = sys.base_prefix.encode()
    if source.count(b"/") < 3:
        pytest.skip("the interpreter's prefix is a system directory")
    files = [path for path in prefix.rglob("*") if path.is_file() and not path.is_symlink()]
    assert len(files) > 5000
    assert [path for path in files if source in path.read_bytes()] == []


def test_pip_sees_consistent_packages_installed_by_conda(prefix: Path) -> None:
    assert "No broken requirements" in run_in(prefix, "python", "-I", "-m", "pip", "check")
    code = (
        "from importlib.metadata import distribution as d\n"
        "print(d('numpy').read_text('INSTALLER').strip(),"
        " all(f.locate().exists() for f in d('numpy').files),"
        " all(f.locate().exists() for f in d('ipykernel').files))"
    )
    assert run_in(prefix, "python", "-I", "-c", code).split() == ["conda", "True", "True"]


def test_scripts_start_the_prefix_python(prefix: Path) -> None:
    for name in ("pip", "ipython", "f2py", "jupyter-kernelspec"):
        first = (prefix / "bin" / name).read_text().splitlines()[0]
        assert first.startswith(f"#!{prefix}/bin/python"), name
    assert run_in(prefix, "ipython", "--version")
    assert run_in(prefix, "python3", "--version") == run_in(prefix, "python", "--version")


@pytest.mark.parametrize(
    ("name", "code", "answer"),
    [("python3", "print(6 * 7)", "42"), ("bash", "echo $((6 * 7))", "42")],
)
def test_both_kernels_answer(prefix: Path, name: str, code: str, answer: str) -> None:
    spec = json.loads((prefix / f"share/jupyter/kernels/{name}/kernel.json").read_text())
    assert spec["argv"][0] == "python"
    manager = KernelManager(kernel_name="python3")
    assert manager.kernel_spec is not None
    manager.kernel_spec.argv = [str(prefix / "bin/python"), *spec["argv"][1:]]
    environment = {**os.environ, "PATH": f"{prefix}/bin:/usr/bin:/bin", **spec.get("env", {})}
    manager.start_kernel(env=environment)
    client = manager.blocking_client()
    printed: list[str] = []
    try:
        client.start_channels()
        client.wait_for_ready(timeout=60)
        client.execute_interactive(
            code,
            timeout=60,
            output_hook=lambda message: printed.append(message["content"].get("text", "")),
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert "".join(printed).strip() == answer


def test_placeholders_become_the_prefix_in_text_and_binary(prefix: Path) -> None:
    data = prefix / "share/terrarium-data"
    assert f"prefix = {prefix}\n" in (data / "prefix.txt").read_text()
    binary = (data / "prefix.bin").read_bytes()
    assert f"\0{prefix}/share\0".encode() in binary
    assert len(binary) == len(b"TERRARIUM\0002.0\0") + 255 + len(b"/share\0END\0")
    assert binary.endswith(b"\0END\0")


def test_the_post_link_script_writes_its_file(prefix: Path) -> None:
    script = prefix / "bin/.terrarium-postlink-post-link.sh"
    variables = {"PREFIX": str(prefix), "PKG_NAME": "terrarium-postlink", "PKG_VERSION": "1.0"}
    subprocess.run([script], env={**variables, "PATH": "/usr/bin:/bin"}, check=True)
    written = (prefix / "etc/terrarium-postlink.txt").read_text()
    assert written == f"terrarium-postlink 1.0 was linked into {prefix}\n"


def test_the_activation_script_sets_its_variable(prefix: Path) -> None:
    scripts = prefix / "etc/conda"
    command = (
        f". {scripts}/activate.d/terrarium-activate.sh; echo $TERRARIUM_ACTIVATED;"
        f". {scripts}/deactivate.d/terrarium-activate.sh; echo ${{TERRARIUM_ACTIVATED-unset}}"
    )
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "unset"]
