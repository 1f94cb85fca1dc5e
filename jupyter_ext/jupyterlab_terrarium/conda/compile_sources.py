"""Compiles Python sources to byte code. Runs in the sandbox, with the Python of a package.

``python -I -S compile_sources.py LISTING``; the listing is JSON: ``files``, a list of ``[source,
byte-code file, path of the source relative to a prefix]``. Only the standard library of Python
3.7 and later is used.
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
    for source, target, shown in work["files"]:
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
    main(sys.argv[1])
