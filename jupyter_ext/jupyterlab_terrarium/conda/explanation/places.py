"""Channels that cannot be used: their lines in the specification."""

from __future__ import annotations

from ...models.explanation import SpecificationLine
from ...models.problem import TerrariumError
from ..channels import canonical, resolve_channel
from ..specification.edits import SpecificationText
from .search import Search


def explain_channel(search: Search, error: TerrariumError) -> None:
    """Name the line of the channel that *error* speaks of, if the specification has one."""
    text = SpecificationText(search.text)
    lines = []
    for channel in search.specification.channels:
        urls = [canonical(url) for url in resolve_channel(channel, search.config)]
        if any(url in error.message for url in urls):
            place = text.entry_place("channels", channel)
            lines.append(SpecificationLine(place=place, text=channel, why=error.message))
    search.state(
        what=error.message,
        why="A channel is asked by its address before anything can be solved."
        if lines
        else "The store's own settings name this address, not the specification.",
        remedy=error.hint,
        lines=lines,
    )
