"""The grammar of what is done with environments that are there: run, export, verify, clean up.

Imports nothing heavy, as ``parser.py``.
"""

from __future__ import annotations

import argparse

from .nouns import Nouns
from .options import VERSIONED, common


def add_use(nouns: Nouns) -> None:
    """Add ``run``, ``run-notebook``, ``shell``, ``export``, ``verify`` and ``clean``."""
    _add_run(nouns)
    _add_export(nouns)
    _add_care(nouns)


def _add_run(nouns: Nouns) -> None:
    run = nouns.verb(
        "run",
        "run:run",
        "run a command in an environment",
        usage="jupyter terrarium run [-h] [--root DIR] ENV [--] COMMAND ...",
        parents=[common(server=False)],
    )
    run.add_argument("env", metavar="ENV", help=VERSIONED + "; without a version: the current one")
    run.add_argument("words", metavar="COMMAND", nargs=argparse.REMAINDER)
    notebook = nouns.verb(
        "run-notebook",
        "run_notebook:run_notebook",
        "execute a notebook in exactly the environment that it records",
        description="The version that the notebook was saved on, whatever is current now; built "
        "from its lock when its files are gone. Exit status 1 when a cell fails. Of a capsule: all "
        "of its notebooks, offline; exit status 1 when one gives other results than expected.",
        parents=[common(server=False)],
    )
    notebook.add_argument("notebook", metavar="FILE", help="a notebook (.ipynb) or a capsule")
    notebook.add_argument(
        "-o", "--output", metavar="FILE", help="write the executed notebook there, also on failure"
    )
    shell = nouns.verb(
        "shell",
        "run:shell",
        "start a shell in an environment",
        parents=[common(server=False)],
    )
    shell.add_argument("env", metavar="ENV", help=VERSIONED)


def _add_care(nouns: Nouns) -> None:
    verify = nouns.verb(
        "verify",
        "verify:verify",
        "tell whether files were changed, and restore them; or which version a file is",
        description="Name every changed, missing or added file of a version's prefix, or of all "
        "versions that are ready. With a file (lockfile, bundle, installer, archive, image): tell "
        "which version it is and whether it is whole. Exit status 1 when something differs.",
    )
    verify.add_argument(
        "env",
        metavar="ENV|FILE",
        nargs="?",
        help=VERSIONED + "; default: all that are ready. Or a file that exists",
    )
    verify.add_argument(
        "--repair", action="store_true", help="restore what differs; running kernels go on"
    )
    verify.add_argument(
        "--cache", action="store_true", help="look at the cached packages and wheels instead"
    )
    clean = nouns.verb(
        "clean",
        "clean:clean",
        "report what nobody needs any more, and remove it",
        description="Print what would go, whose it is and what space that really frees. Nothing "
        "is removed without --apply, and never what a kernel or a build holds.",
    )
    clean.add_argument("--apply", action="store_true", help="remove it")


def _add_export(nouns: Nouns) -> None:
    export = nouns.verb(
        "export",
        "export:export",
        "take a version along in another form: lockfile, archive, image, installer, ...",
        description="Write one form of a version to a file. Without --to, list the forms. What "
        "takes longer is made by the store's builders and kept there for the next time.",
    )
    export.add_argument("env", metavar="ENV", help=VERSIONED + "; default: the current version")
    export.add_argument("--to", metavar="FORM", help="which form")
    export.add_argument(
        "--platform", metavar="P", help="for example osx-arm64; default: this server's"
    )
    export.add_argument(
        "-o",
        "--output",
        metavar="PATH",
        help="file or directory; - writes to standard output (default: here, by its own name)",
    )
    export.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="an option of the form; may be repeated",
    )
    export.add_argument(
        "--notebook",
        action="append",
        default=[],
        metavar="FILE",
        help="with --to capsule: a notebook with its results; may be repeated",
    )
