"""The command line of the channel maker: ``jupyter terrarium channel create``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .create import STATE_FILE, create_channel
from .errors import ChannelError
from .interpreter import base_interpreter


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to *parser*."""
    parser.add_argument("directory", type=Path, metavar="DIR", help="where the channel is made")
    parser.add_argument(
        "--python",
        nargs="?",
        const=Path(),
        default=None,
        type=Path,
        metavar="PATH",
        help="package a Python interpreter too; without PATH the one that runs this command",
    )
    parser.add_argument(
        "--from-requirements",
        type=Path,
        metavar="FILE",
        help="convert the wheels of these requirements and of what they depend on",
    )
    parser.add_argument(
        "--require",
        action="append",
        default=[],
        metavar="REQUIREMENT",
        help="a requirement more, such as 'numpy>=2' (can be given several times)",
    )
    parser.add_argument(
        "--test-packages",
        action="store_true",
        help="add small packages for trying things out, and stubs for osx-arm64",
    )
    parser.add_argument(
        "--refresh",
        action="store_true",
        help="look for newer versions even when the requirements are the same as last time",
    )
    parser.add_argument("--quiet", action="store_true", help="print the result only")


def run(args: argparse.Namespace) -> int:
    """Make the channel and print what was made.

    Returns 0, or 1 after a sentence on standard error, or 130 when interrupted.
    """
    if args.python is None and not (args.from_requirements or args.require or args.test_packages):
        return _refuse("Nothing to make.", "Give --python, --from-requirements FILE, or both.")
    python: Path | None = args.python
    if python == Path():
        python = base_interpreter()
    try:
        if args.refresh:
            (args.directory / STATE_FILE).unlink(missing_ok=True)
        report = create_channel(
            args.directory,
            python=python,
            requirements=args.require,
            requirements_file=args.from_requirements,
            extras=args.test_packages,
            progress=None if args.quiet else _print_line,
        )
    except ChannelError as error:
        return _refuse(error.message, error.hint)
    except OSError as error:
        return _refuse(f"The channel could not be written: {error.strerror}.", "")
    except KeyboardInterrupt:
        _refuse("Interrupted.", "Finished packages are kept: the next call goes on from there.")
        return 130
    for warning in report.warnings:
        print(f"Warning: {warning}", file=sys.stderr)
    size = sum(item.size for item in report.packages) / 1e6
    print(f"{len(report.packages)} packages, {size:.1f} MB, in {report.seconds:.1f} s")
    print(f"Channel: {report.directory.as_uri()}")
    return 0


def _print_line(line: str) -> None:
    print(line, flush=True)


def _refuse(message: str, hint: str) -> int:
    print(message, file=sys.stderr)
    if hint:
        print(hint, file=sys.stderr)
    return 1
