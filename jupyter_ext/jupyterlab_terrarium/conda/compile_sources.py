"""Compiles Python sources to byte code. Runs in the sandbox, with the prefix's own Python.

``python -I -S compile_sources.py LISTING``; the listing is JSON: ``prefix`` and ``files``, a list
of ``[source relative to the prefix, byte-code file]``. Only the standard library of Python 3.7 and
later is used.
"""

from __future__ import annotations

import json
import py_compile
import sys
from pathlib import Path


def main(listing: str) -> None:
    """Compile everything in *listing*; sources that do not compile are none of our business."""
    work = json.loads(Path(listing).read_text("utf-8"))
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    prefix = Path(work["prefix"])
    for source, target in work["files"]:
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        try:
            py_compile.compile(
                str(prefix / source),
                cfile=target,
                dfile=source,
                doraise=True,
                invalidation_mode=mode,
            )
        except (py_compile.PyCompileError, OSError, ValueError, RecursionError):
            continue


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main(sys.argv[1])
