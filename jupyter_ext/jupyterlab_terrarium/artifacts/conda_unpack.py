"""Writes the place of an unpacked archive into its files: ``bin/conda-unpack`` is made of this.

Run by the archive's own Python, of whatever version (3.7 and later), with its standard library
only. ``TABLE`` gets the archive's files: path, placeholder, whether it is a program, and the first
line that a script gets in place of the one that works before.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

TABLE = "[]"
# Longer lines are cut off by the kernels of Linux before 5.1.
LONGEST = 127


def first_line(line: bytes, old: bytes, new: bytes) -> bytes:
    """The first *line* of a script with *new* for *old*, so that the kernel takes it."""
    result = line.replace(old, new)
    found = re.fullmatch(rb"#![ \t]*(\S*/)?([^/\s]+)([^\n]*)", line)
    if found is None or (len(result) <= LONGEST and b" " not in new):
        return result
    place, program, rest = found[1] or b"", found[2], found[3]
    if not program.startswith(b"python"):
        return b"#!/usr/bin/env " + program + rest
    command = b'"' + place.replace(old, new) + program + b'"' + rest
    return b"#!/bin/sh\n'''exec' " + command + b' "$0" "$@"\n' + b"' '''"


def padded(data: bytes, old: bytes, new: bytes) -> bytes:
    """C strings with *new* for *old*, padded so that everything stays at its offset."""

    def replaced(found: re.Match[bytes]) -> bytes:
        count = found[0].count(old)
        return found[0].replace(old, new) + b"\0" * (count * (len(old) - len(new)))

    return re.sub(re.escape(old) + rb"[^\0]*", replaced, data)


def relocated(data: bytes, entry: dict[str, Any], new: bytes) -> bytes:
    """The content *data* of a file with the prefix *new* in it."""
    old = entry["placeholder"].encode("latin-1")
    if entry["binary"]:
        return padded(data, old, new)
    if entry["first"]:
        _, end, rest = data.partition(b"\n")
        start = first_line(entry["first"].encode("latin-1"), old, new)
        return start + end + rest.replace(old, new)
    return data.replace(old, new)


def fail(words: str) -> None:
    """End with a sentence."""
    sys.exit("conda-unpack: " + words)


def check(prefix: str, files: list[dict[str, Any]]) -> None:
    """End when the files cannot be used at *prefix*."""
    if set(prefix) & set("'\"\\`$&|\n"):
        fail(f"{prefix} has a quote, a backslash or the like in it: choose another path.")
    length = len(os.fsencode(prefix))
    for entry in files:
        room = len(entry["placeholder"])
        if entry["binary"] and length > room:
            fail(
                f"the path {prefix} has {length} characters; {entry['path']} has room for "
                f"{room} only: choose a shorter path."
            )


def write(path: Path, data: bytes) -> None:
    """Exchange the content of *path* by one rename."""
    new = path.with_name(path.name + ".unpacked")
    new.write_bytes(data)
    new.chmod(path.stat().st_mode & 0o7777)
    new.replace(path)


def main() -> None:
    """Do it for the directory above that of this file."""
    top = Path(__file__).resolve().parent.parent
    prefix, note = str(top), top / ".terrarium" / "unpacked"
    if note.exists():
        before = os.fsdecode(note.read_bytes())
        if before != prefix:
            fail(f"this was unpacked at {before} and moved: unpack the archive once more.")
        return
    files = json.loads(TABLE)
    check(prefix, files)
    for entry in files:
        path = top / entry["path"]
        write(path, relocated(path.read_bytes(), entry, os.fsencode(prefix)))
        if entry["binary"] and sys.platform == "darwin":
            command = ["/usr/bin/codesign", "--sign", "-", "--force", str(path)]
            subprocess.run(command, check=False, stderr=subprocess.DEVNULL)
    note.write_bytes(os.fsencode(prefix))


if __name__ == "__main__":
    main()
