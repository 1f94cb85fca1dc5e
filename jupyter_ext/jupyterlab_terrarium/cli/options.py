"""Options that all commands share. Imports nothing heavy: ``--help`` must answer at once."""

from __future__ import annotations

import argparse
from pathlib import Path

#: How environments, and versions of them, are named on the command line.
TARGET = "[NAMESPACE/]NAME"
VERSIONED = "[NAMESPACE/]NAME[@VERSION]"


def common(*, server: bool = True) -> argparse.ArgumentParser:
    """A parent parser with ``--json``, ``--root`` and ``--server``."""
    parser = argparse.ArgumentParser(add_help=False)
    group = parser.add_argument_group("options of every command")
    group.add_argument(
        "--json", action="store_true", help="write one JSON document to standard output"
    )
    where = group.add_mutually_exclusive_group()
    where.add_argument(
        "--root",
        type=Path,
        metavar="DIR",
        help="directory of the store (default: the one that JupyterLab uses)",
    )
    if server:
        where.add_argument(
            "--server",
            metavar="URL",
            help="work on the store of this Jupyter server; "
            "its token is taken from TERRARIUM_TOKEN or JUPYTER_TOKEN",
        )
    return parser


def add_file(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """Add ``-f FILE``."""
    parser.add_argument(
        "-f",
        "--file",
        required=required,
        metavar="FILE",
        help="specification (environment.yml) or conda-lock file; - reads standard input",
    )


def add_mode(parser: argparse.ArgumentParser) -> None:
    """Add ``--mode keep|refresh``."""
    parser.add_argument(
        "--mode",
        choices=("keep", "refresh"),
        help="keep: only what must move moves; refresh: everything is the newest that fits "
        "(default: keep, where there is something to keep)",
    )


def add_wait(parser: argparse.ArgumentParser) -> None:
    """Add ``--wait``."""
    parser.add_argument(
        "--wait", action="store_true", help="return when the build has ended, with its result"
    )


def add_serving(parser: argparse.ArgumentParser) -> None:
    """Add where a served store listens, and what it may do without."""
    parser.epilog = (
        "As a service of a JupyterHub, address and path are taken from the hub. "
        "See docs/guide/team.md."
    )
    parser.add_argument("--ip", help="address to listen at (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen at (default: 10100)")
    parser.add_argument("--socket", metavar="PATH", help="Unix socket to listen at")
    parser.add_argument("--base-url", metavar="PATH", help="path before the API's (default: /)")
    parser.add_argument(
        "--without-sandbox",
        action="store_true",
        help="serve even where the system lets nobody confine code from packages",
    )
