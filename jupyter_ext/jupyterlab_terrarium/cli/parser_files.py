"""The grammar of commands that take or give files."""

from __future__ import annotations

from .nouns import Nouns
from .options import add_wait


def add_import(nouns: Nouns) -> None:
    """``import FILE [NAME]``."""
    bring = nouns.verb(
        "import",
        "importing:import_file",
        "make an environment from a file that somebody sent",
        description="FILE is an offline bundle or a capsule, whose package files come along, so "
        "that no channel is needed; or a lockfile or specification. A lock is built as it is; for "
        "one of Python packages alone a Python is solved.",
    )
    bring.add_argument(
        "file",
        metavar="FILE",
        help="the file, or its https address; `-`: standard input. It may come from anybody",
    )
    bring.add_argument(
        "name", metavar="NAME", nargs="?", help="[NAMESPACE/]NAME; default: that in the file"
    )
    bring.add_argument("--title", default="", help="any text")
    add_wait(bring)
