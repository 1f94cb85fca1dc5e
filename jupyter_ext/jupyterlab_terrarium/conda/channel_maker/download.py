"""Fetch the chosen wheels with pip, and keep them by their hash."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from packaging.utils import parse_wheel_filename

from .cache import cache_root, file_sha256, place, scratch
from .errors import ChannelError
from .interpreter import Interpreter
from .resolve import Wheel, local_path, uv_command


def download(
    wheels: Sequence[Wheel], interpreter: Interpreter, progress: Callable[[str], None]
) -> dict[str, Path]:
    """Have every wheel in the cache; returns the files by SHA-256.

    A file is taken into the cache only after its hash was compared.

    Raises
    ------
    ChannelError
        When the index does not answer, or answers with another file.
    """
    store = cache_root() / "wheels"
    files = {wheel.sha256: store / wheel.sha256 / wheel.file_name for wheel in wheels}
    missing = [wheel for wheel in wheels if not files[wheel.sha256].exists()]
    if not missing:
        return files
    remote = [wheel for wheel in missing if local_path(wheel.url) is None]
    with scratch(store) as work:
        if remote:
            progress(f"Downloading {len(remote)} wheels")
            _fetch(remote, interpreter, work)
        for wheel in missing:
            fetched = local_path(wheel.url) or work / wheel.file_name
            if not fetched.exists() or file_sha256(fetched) != wheel.sha256:
                raise ChannelError(
                    f"{wheel.file_name} is not the file that the index announced.",
                    "Call again; if it stays so, the index or a proxy changes files.",
                )
            place(fetched, files[wheel.sha256])
    return files


def _fetch(wheels: Sequence[Wheel], interpreter: Interpreter, work: Path) -> None:
    listing = work / "wheels.txt"
    listing.write_text(
        "".join(
            f"{parse_wheel_filename(wheel.file_name)[0]} @ {wheel.url}"
            f" --hash=sha256:{wheel.sha256}\n"
            for wheel in wheels
        ),
        encoding="utf-8",
    )
    command = [*_pip(interpreter), "download", "--quiet", "--no-deps", "--require-hashes"]
    command += ["--only-binary", ":all:", "--no-input", "--disable-pip-version-check"]
    command += ["--dest", str(work), "--requirement", str(listing)]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
        raise ChannelError(
            f"The wheels could not be downloaded. {reason.removeprefix('ERROR: ')}",
            "Check the connection to the package index, then call again.",
        )


def _pip(interpreter: Interpreter) -> list[str]:
    # pip judges wheels by the interpreter it runs under; --python makes that the packaged one.
    target = ["--python", str(interpreter.executable)]
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", *target]
    return [*uv_command(), "tool", "run", "--quiet", "pip", *target]
