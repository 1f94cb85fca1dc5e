"""``python -m jupyterlab_terrarium.conda.channel_maker``."""

from __future__ import annotations

import argparse
import sys

from .command import add_arguments, run


def main() -> int:
    """Parse the command line and make a channel; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m jupyterlab_terrarium.conda.channel_maker",
        description="Make a conda channel from PyPI wheels and a Python interpreter.",
    )
    add_arguments(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
