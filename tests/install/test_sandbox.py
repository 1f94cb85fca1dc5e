"""The one place that executes anything from a prefix takes away what it can."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jupyterlab_terrarium.builds.sandbox import Mode, probe, run_sandboxed

MODES: list[Mode] = ["auto", "namespaces", "plain"]


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    directory = tmp_path / "prefix"
    directory.mkdir()
    return directory


@pytest.mark.parametrize("mode", MODES)
def test_the_environment_is_empty_and_home_is_temporary(
    mode: Mode, prefix: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    done = run_sandboxed(["/bin/sh", "-c", "env; pwd"], prefix=prefix, mode=mode)
    names = {line.partition("=")[0] for line in done.output.splitlines() if "=" in line}
    assert names <= {"PATH", "HOME", "TMPDIR", "LANG", "PYTHONNOUSERSITE", "PWD", "SHLVL", "_"}
    home = next(line[5:] for line in done.output.splitlines() if line.startswith("HOME="))
    assert home != str(Path.home())
    assert done.output.splitlines()[-1] == home
    assert not Path(home).exists()


@pytest.mark.parametrize("mode", MODES)
def test_lines_status_and_time_limit(mode: Mode, prefix: Path) -> None:
    lines: list[str] = []
    script = "echo one; echo two >&2; printf three; exit 3"
    done = run_sandboxed(["/bin/sh", "-c", script], prefix=prefix, mode=mode, on_line=lines.append)
    assert (done.returncode, lines) == (3, ["one", "two", "three"])
    start = time.monotonic()
    script = "sleep 27.182 & sleep 27.182"
    done = run_sandboxed(["/bin/sh", "-c", script], prefix=prefix, mode=mode, timeout=0.5)
    assert done.timed_out
    assert time.monotonic() - start < 5
    listing = subprocess.run(["ps", "-eo", "stat=,args="], capture_output=True, text=True).stdout
    alive = [line for line in listing.splitlines() if "27.182" in line and "Z" not in line[:4]]
    assert not [line for line in alive if "sleep 27.182 &" not in line and "ps -eo" not in line]


@pytest.mark.parametrize("mode", MODES)
def test_a_program_that_is_missing_has_status_127(mode: Mode, prefix: Path) -> None:
    done = run_sandboxed([str(prefix / "bin/nothing")], prefix=prefix, mode=mode)
    assert done.returncode == (127 if mode != "auto" or "bwrap" not in probe() else 1)


@pytest.mark.parametrize("mode", ["auto", "namespaces"])
def test_only_named_directories_are_writable_and_readable(
    mode: Mode, prefix: Path, tmp_path: Path, enforced: tuple[str, ...]
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    script = f"cat {secret}; echo x > {tmp_path}/outside; echo x > {prefix}/inside"
    run_sandboxed(["/bin/sh", "-c", script], prefix=prefix, mode=mode)
    done = run_sandboxed(["/bin/sh", "-c", script], prefix=prefix, mode=mode, writable=[prefix])
    assert (prefix / "inside").exists()
    if "files" in enforced or (mode == "auto" and "bwrap" in enforced):
        assert not (tmp_path / "outside").exists()
        assert "secret\n" not in done.output
        (prefix / "inside").unlink()
        run_sandboxed(["/bin/sh", "-c", script], prefix=prefix, mode=mode)
        assert not (prefix / "inside").exists()


@pytest.mark.parametrize("mode", ["auto", "namespaces"])
def test_there_is_no_network_unless_asked_for(
    mode: Mode, prefix: Path, enforced: tuple[str, ...]
) -> None:
    read = [Path(sys.base_prefix), Path(sys.prefix)]
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        program = f"import socket; socket.create_connection({address}, 2); print('connected')"
        command = [os.path.realpath(sys.executable), "-I", "-S", "-c", program]
        allowed = run_sandboxed(command, prefix=prefix, mode=mode, read=read, network=True)
        refused = run_sandboxed(command, prefix=prefix, mode=mode, read=read)
    assert "connected" in allowed.output
    if {"no-network", "bwrap"} & set(enforced):
        assert "connected" not in refused.output


def test_limits_on_file_size_hold(prefix: Path) -> None:
    script = f"head -c 100000 /dev/zero > {prefix}/big"
    done = run_sandboxed(
        ["/bin/sh", "-c", script], prefix=prefix, writable=[prefix], max_file_bytes=1000
    )
    assert done.returncode != 0
    assert (prefix / "big").stat().st_size <= 1000


def test_importing_the_sandbox_is_cheap() -> None:
    program = (
        "import sys; import jupyterlab_terrarium.builds.sandbox;"
        "assert not {'rattler', 'asyncio', 'psutil', 'ctypes'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
