"""``jupyter terrarium``: parse, call one command, turn errors into words and an exit status."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .exits import FAILED, INTERRUPTED
from .parser import build_parser

if TYPE_CHECKING:
    import argparse


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status (``exits.py``). Never shows a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    args = build_parser(given).parse_args(given)
    if threading.current_thread() is threading.main_thread():
        # Asked to end, a command ends as by Ctrl-C: what it builds goes back into the queue.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _call(args)
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough (`| head`). Nothing must be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _call(args: argparse.Namespace) -> int:
    from importlib import import_module

    from ..models.disk_problem import disk_problem
    from ..models.problem import TerrariumError
    from .console import Console

    module, function = args.handler.split(":")
    console = Console(
        as_json=getattr(args, "json", False), file=_shown(getattr(args, "file", None))
    )
    try:
        status: int = getattr(import_module(f".{module}", __package__), function)(args, console)
    except TerrariumError as error:
        return console.problem(error.problem())
    except (KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as error:
        disk = disk_problem(error)
        return _defect(error, console) if disk is None else console.problem(disk.problem())
    return status


def _shown(file: str | None) -> str:
    return "<stdin>" if file == "-" else file or ""


def _defect(error: Exception, console: object) -> int:
    """What is no error that users may see is a defect: say where it was noted."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", prefix="terrarium-", suffix=".log", delete=False, encoding="utf-8"
    ) as log:
        log.write("".join(traceback.format_exception(error)))
    print(
        f"Error: Terrarium met a defect of its own: {type(error).__name__}: {error}\n"
        f"    Please report it with {log.name}.",
        file=sys.stderr,
    )
    return FAILED


if __name__ == "__main__":
    sys.exit(main())
