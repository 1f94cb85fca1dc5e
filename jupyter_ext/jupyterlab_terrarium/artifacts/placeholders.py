"""The prefix inside files: back to what the package holds, and to what another place needs.

A file of a package that names its prefix holds a placeholder for it (conda-build, "Making packages
relocatable"; CEP 34, ``prefix_placeholder`` and ``file_mode``). Installing wrote this store's path
there. A form starts from the original again, found by its hash, so that nothing of the store stays
in it, and not even the length of the store's path shows.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .problem import FormImpossible, altered

#: Stands for the prefix in files that we write ourselves.
PLACEHOLDER = "/opt/terrarium-archive-not-unpacked"
#: Longer lines are cut off by the kernels of Linux before 5.1 (``execve(2)``).
SHEBANG_BYTES = 127
_SHEBANG = re.compile(rb"#![ \t]*(?P<place>/[^\s\n]*/)?(?P<program>[^/\s]+)(?P<rest>[^\n]*)")


@dataclass(frozen=True)
class Original:
    """A file as its package has it: *placeholder* stands for the prefix."""

    data: bytes
    placeholder: bytes
    binary: bool


def recover(
    installed: bytes, store: bytes, placeholder: bytes, binary: bool, sha256: str, cached: Path
) -> Original:
    """The original of a file that is *installed* with the prefix *store* in it.

    *sha256* is that of the original, *cached* where the package cache has it. Raises
    :class:`FormImpossible` when it is found in neither.
    """
    undo = _undo_binary if binary else _undo_text
    for candidate in undo(installed, store, placeholder):
        if hashlib.sha256(candidate).hexdigest() == sha256:
            return Original(candidate, placeholder, binary)
    try:
        candidate = cached.read_bytes()
    except OSError:
        candidate = b""
    if hashlib.sha256(candidate).hexdigest() == sha256:
        return Original(candidate, placeholder, binary)
    raise altered(cached.name)


def _undo_text(data: bytes, store: bytes, placeholder: bytes) -> Iterator[bytes]:
    plain = data.replace(store, placeholder)
    yield plain
    # A line for the kernel that would have become too long was made to ask the PATH.
    start = b"#!/usr/bin/env "
    if plain.startswith(start):
        yield b"#!" + placeholder + b"/bin/" + plain[len(start) :]


def _undo_binary(data: bytes, store: bytes, placeholder: bytes) -> Iterator[bytes]:
    longer = len(placeholder) - len(store)
    parts, done = [], 0
    for found in re.finditer(re.escape(store) + rb"[^\0]*", data):
        if found.start() < done:
            continue
        text = found[0].replace(store, placeholder)
        padding = longer * found[0].count(store)
        end = found.end() + padding
        if padding < 0 or data[found.end() : end].strip(b"\0"):
            return
        parts += [data[done : found.start()], text]
        done = end
    yield b"".join([*parts, data[done:]])


def shebang_for(line: bytes, old: bytes, new: bytes) -> bytes:
    """The first *line* of a script, without its end, with *new* for *old*.

    Where the kernel would not take it, Python is started by way of the shell, and others are
    looked for on the PATH.
    """
    if old not in line:
        return line
    result = line.replace(old, new)
    if len(result) <= SHEBANG_BYTES and b" " not in new:
        return result
    found = _SHEBANG.fullmatch(line)
    if found is None:
        return result
    if not found["program"].startswith(b"python"):
        return b"#!/usr/bin/env " + found["program"] + found["rest"]
    place = (found["place"] or b"").replace(old, new)
    command = b'"' + place + found["program"] + b'"' + found["rest"]
    return b"#!/bin/sh\n'''exec' " + command + b' "$0" "$@"\n' + b"' '''"


def on_path(line: bytes, old: bytes) -> bytes:
    """The first *line* of a script so that it works before *old* was replaced."""
    found = _SHEBANG.fullmatch(line)
    if old not in line or found is None:
        return line
    return b"#!/usr/bin/env " + found["program"] + found["rest"]


def write_prefix(original: Original, prefix: bytes, shown: str) -> bytes:
    """The file with *prefix* in it, as an installation there would have it.

    *shown* names the file. Raises :class:`FormImpossible` when a program has no room for it.
    """
    data, placeholder = original.data, original.placeholder
    if original.binary:
        if len(prefix) > len(placeholder):
            raise FormImpossible(
                f"The path has {len(prefix)} characters; {shown} has room for "
                f"{len(placeholder)} only.",
                "Choose a shorter path.",
            )
        return pad(data, placeholder, prefix)
    if not data.startswith(b"#!"):
        return data.replace(placeholder, prefix)
    line, end, rest = data.partition(b"\n")
    return shebang_for(line, placeholder, prefix) + end + rest.replace(placeholder, prefix)


def pad(data: bytes, placeholder: bytes, prefix: bytes) -> bytes:
    """C strings with *prefix* for *placeholder*, padded so that everything stays at its offset."""
    shorter = len(placeholder) - len(prefix)

    def replaced(found: re.Match[bytes]) -> bytes:
        count = found[0].count(placeholder)
        return found[0].replace(placeholder, prefix) + b"\0" * (shorter * count)

    return re.sub(re.escape(placeholder) + rb"[^\0]*", replaced, data)
