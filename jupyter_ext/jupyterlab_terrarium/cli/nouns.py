"""Nouns and their verbs: how the grammar of ``jupyter terrarium`` is put together."""

from __future__ import annotations

import argparse
from typing import Any

from .options import common


class Nouns:
    """Adds nouns and their verbs to a parser."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._actions = parser.add_subparsers(metavar="COMMAND", required=True, dest="command")

    def verb(
        self, name: str, handler: str, summary: str | None, **options: Any
    ) -> argparse.ArgumentParser:
        """A command that does something. Without *summary* it is not listed."""
        options.setdefault("parents", [common()])
        if summary is not None:
            options["help"] = summary
        parser: argparse.ArgumentParser = self._actions.add_parser(
            name, description=options.pop("description", summary), **options
        )
        parser.set_defaults(handler=handler)
        return parser

    def noun(self, name: str, summary: str) -> Nouns:
        """A command that has commands of its own."""
        return Nouns(self._actions.add_parser(name, help=summary, description=summary))
