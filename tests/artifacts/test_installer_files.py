"""What an installer lays down is what py-rattler would have installed there."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from artifacts.conftest import MakeForm
from artifacts.small_versions import subject_of
from cli.conftest import Cli
from install.install_help import PLACEHOLDER, make_lock, make_package, solve_lock
from jupyterlab_terrarium.artifacts.form import Subject
from jupyterlab_terrarium.artifacts.problem import FormImpossible
from jupyterlab_terrarium.conda.install import make_record
from jupyterlab_terrarium.kernels.headless import KernelSpecManager
from jupyterlab_terrarium.models.lock import Lock
from support.builds import seed

P = PLACEHOLDER.encode()
PROGRAM = (
    b"\x7fELF\0" + P + b"/lib\0other\0" + P + b"/a:" + P + b"/b\0\0\0tail" + P + b"\0" + bytes(300)
)
KERNEL = {"argv": ["toy", "-f", "{connection_file}"], "display_name": "Toy", "language": "toy"}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    """A version without Python: programs, scripts, links and names of all kinds."""
    channel = tmp_path_factory.mktemp("channel")
    tool = make_package(
        channel,
        "tool",
        {
            "bin/tool": f"#!{PLACEHOLDER}/bin/sh\necho {PLACEHOLDER}/share {PLACEHOLDER}\n",
            "bin/plain": "#!/bin/sh\necho plain\n",
            "share/empty": "",
            'share/with blank\'s "quotes" $HOME `x` *': "odd",
            "-dash": "a name that looks like an option",
            "share/ünïcode": "ü" * 100,
            "share/large": b"0123456789abcdef" * 200_000,
            "share/only-the-prefix": PLACEHOLDER,
            "share/jupyter/kernels/toy/kernel.json": json.dumps(KERNEL),
            "share/jupyter/kernels/toy/logo-64x64.png": b"PNG",
            "share/jupyter/kernels/$(touch evil) '`x`/kernel.json": json.dumps(KERNEL),
        },
        links={"bin/other": "tool", "share/up": "../bin/tool", "share/nowhere": "not there"},
    )
    program = make_package(channel, "program", {"bin/program": PROGRAM}, binary=True)
    return subject_of(make_lock([tool, program]))


def install_with_rattler(lock: Lock, prefix: Path, cache: Path) -> None:
    from rattler.install import install

    records = [make_record(one, one.url) for one in lock.platforms[0].conda]
    asyncio.run(install(records, prefix, cache_dir=cache, show_progress=False))


def tree(prefix: Path) -> dict[str, tuple[str, object]]:
    """Everything but what tells of the installation itself."""
    found: dict[str, tuple[str, object]] = {}
    for directory, names, files in os.walk(prefix):
        for name in [*names, *files]:
            path = Path(directory, name)
            shown = path.relative_to(prefix).as_posix()
            ours = (".terrarium", "conda-meta", "CACHEDIR.TAG", "bin/activate", "bin/deactivate")
            if shown.startswith(ours):
                continue
            if path.is_symlink():
                found[shown] = ("link", str(path.readlink()))
            elif path.is_dir():
                found[shown] = ("directory", None)
            else:
                kind = "program" if path.stat().st_mode & 0o100 else "file"
                found[shown] = (kind, path.read_bytes())
    return found


def run(
    installer: Path, *words: str, shell: tuple[str, ...] = ("/bin/sh",), **variables: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*shell, installer, *words],
        env={"PATH": "/usr/bin:/bin", **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def both_ways(subject: Subject, installer: Path, directory: Path) -> Path:
    """Install twice at one path; what py-rattler has made is compared, the installer's is left."""
    prefix = directory / "env"
    install_with_rattler(subject.lock, prefix, directory / "cache")
    expected = tree(prefix)
    prefix.rename(directory / "by-rattler")
    done = run(installer, "--prefix", str(prefix))
    assert done.returncode == 0, done.stderr
    found = tree(prefix)
    assert found.keys() == expected.keys()
    assert [path for path in expected if found[path] != expected[path]] == []
    return prefix


def test_without_python_the_shell_lays_down_the_same_files(
    small: Subject, make_form: MakeForm, tmp_path: Path
) -> None:
    prefix = both_ways(small, make_form("installer", of=small), tmp_path)
    assert (prefix / "bin/program").stat().st_size == len(PROGRAM)
    history = (prefix / "conda-meta/history").read_text()
    assert "::program-1.0-0" in history


def test_the_shell_of_macos_lays_them_down_as_well(
    small: Subject, make_form: MakeForm, tmp_path: Path
) -> None:
    # There, `sh` is bash 3.2 in its POSIX mode.
    installer, bash = make_form("installer", of=small), ("bash", "--posix")
    refused = run(installer, "--prefix", f"{tmp_path}/a [b]", shell=bash)
    assert "has a blank or another character" in refused.stderr
    done = run(installer, "--prefix", f"{tmp_path}/ü", shell=bash)
    assert done.returncode == 0, done.stderr
    assert run(installer, "--prefix", f"{tmp_path}/v").returncode == 0
    found, expected = (tree(tmp_path / name) for name in ("ü", "v"))
    assert found.keys() == expected.keys()
    assert found["share/large"] == expected["share/large"]
    # A character of two bytes: the program has kept its size.
    assert (tmp_path / "ü/bin/program").stat().st_size == len(PROGRAM)
    assert f"{tmp_path}/ü/lib\0".encode() in (tmp_path / "ü/bin/program").read_bytes()


def test_its_kernels_are_listed_when_asked_for(
    small: Subject, make_form: MakeForm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installer, data = make_form("installer", of=small), tmp_path / "jupyter"
    # A package has chosen the words, and one of them is meant for the shell.
    assert "small-7-touch-evil-x, small-7-toy" in run(installer, "--help").stdout
    prefix = tmp_path / "env"
    done = run(installer, "--prefix", str(prefix), "--kernel", JUPYTER_DATA_DIR=str(data))
    assert f"Kernel: {data}/kernels/small-7-toy" in done.stdout, done.stderr
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(data))
    spec = KernelSpecManager().get_kernel_spec("small-7-toy")
    assert spec.argv == [f"{prefix}/bin/toy", "-f", "{connection_file}"]
    assert spec.display_name == "small 7 · Toy"
    assert spec.env["CONDA_PREFIX"] == str(prefix)
    assert (data / "kernels/small-7-toy/logo-64x64.png").read_bytes() == b"PNG"


@pytest.fixture(scope="module")
def notebooks(channel_url: str) -> Subject:
    """A version with a real kernel."""
    return subject_of(solve_lock(channel_url, ["python", "ipykernel"]), "notebooks", 1)


def test_python_unpacks_the_rest_the_same_and_its_kernel_runs(
    notebooks: Subject, make_form: MakeForm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jupyter_client.manager import run_kernel

    installer = make_form("installer", of=notebooks)
    prefix = both_ways(notebooks, installer, tmp_path)
    data = tmp_path / "jupyter"
    again = run(installer, "--prefix", f"{tmp_path}/second", "--kernel", JUPYTER_DATA_DIR=str(data))
    assert again.returncode == 0, again.stderr
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(data))
    said: list[str] = []
    with run_kernel(kernel_name="notebooks-1") as client:
        client.execute_interactive(
            "import sys; print(sys.prefix)",
            timeout=60,
            output_hook=lambda message: said.append(message["content"].get("text", "")),
        )
    assert "".join(said) == f"{tmp_path}/second\n"
    assert (prefix / "bin/jupyter").read_text().startswith(f"#!{prefix}/bin/python3.11\n")


def libz() -> bytes:
    listed = subprocess.check_output(["ldconfig", "-p"], text=True)
    found = re.search(r"libz\.so\.1 .*x86-64.* => (\S+)", listed)
    assert found is not None
    return Path(found[1]).read_bytes()


def test_where_python_brings_zlib_the_rest_is_compressed(
    subject: Subject, make_form: MakeForm, tmp_path: Path
) -> None:
    zlib = make_package(tmp_path / "channel", "zlib", {"lib/libz.so.1": libz()})
    part = subject.part("linux-64")
    more = part.model_copy(update={"conda": [*part.conda, zlib], "pip": []})
    of = replace(subject, lock=Lock(platforms=[more]))
    plain = replace(subject, lock=Lock(platforms=[more.model_copy(update={"conda": part.conda})]))
    small, large = make_form("installer", of=of), make_form("installer", of=plain)
    assert small.stat().st_size < 0.8 * large.stat().st_size
    both_ways(of, small, tmp_path)


def test_scripts_that_would_have_to_run_are_refused_and_others_are_named(
    channel_url: str, make_form: MakeForm, tmp_path: Path
) -> None:
    lock = solve_lock(channel_url, ["terrarium-postlink"])
    installer = make_form("installer", of=subject_of(lock))
    done = run(installer, "--prefix", f"{tmp_path}/env")
    assert "Post-link scripts were not run, as in Terrarium: terrarium-postlink." in done.stdout
    permitted = subject_of(lock.permitting(["terrarium-postlink"]))
    with pytest.raises(FormImpossible, match="an installer runs none"):
        make_form("installer", of=permitted)


def test_from_the_shell_an_installer_is_exported_and_run(
    cli: Cli, tmp_path: Path, warm_root: Path
) -> None:
    seed(tmp_path / "store", warm_root)
    cli.write("environment.yml", "name: report\ndependencies: [python, terrarium-data]\n")
    assert cli("env", "create", "-f", "environment.yml", "--wait").status == 0
    done = cli("export", "report", "--to", "installer")
    assert done.status == 0, done.everything
    [made] = tmp_path.glob("*.sh")
    subprocess.run([made, "--prefix", tmp_path / "env"], check=True, stdin=subprocess.DEVNULL)
    assert subprocess.check_output([tmp_path / "env/bin/python", "-c", "print(1)"]) == b"1\n"
