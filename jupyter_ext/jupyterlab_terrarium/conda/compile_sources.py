"""Compiles Python sources to byte code. Runs in the sandbox, with the Python of a package.

``python -S compile_sources.py LISTING``; the listing is JSON: ``chunks``, lists of ``[source,
byte-code file, path of the source relative to a prefix]``. Only the standard library of Python
3.7 and later is used.

Byte code says of each name whether something else in the process had it, too (``FLAG_REF`` of
``marshal``). So each chunk is compiled by a process of its own that has compiled nothing before.
"""

from __future__ import annotations

import json
import os
import py_compile
import sys
from pathlib import Path


def main(listing: str) -> int:
    """Compile everything in *listing*; how the first process that failed ended."""
    failed = 0
    for chunk in json.loads(Path(listing).read_text("utf-8"))["chunks"]:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                compile_all(chunk)
                status = 0
            finally:
                os._exit(status)
        _, status = os.waitpid(child, 0)
        failed = failed or status
    return 1 if failed else 0


def compile_all(chunk: list[list[str]]) -> None:
    """Compile a chunk; sources that do not compile are none of our business."""
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    for source, target, shown in chunk:
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        try:
            py_compile.compile(
                source,
                cfile=target,
                dfile=shown,
                doraise=True,
                invalidation_mode=mode,
            )
        except (py_compile.PyCompileError, OSError, ValueError, RecursionError):
            continue


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.exit(main(sys.argv[1]))
