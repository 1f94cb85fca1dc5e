"""``channels`` and ``platforms``: where packages come from, and for which machines."""

from __future__ import annotations

import difflib
import re

from ...models.platforms import PLATFORMS
from .addresses import url_problem
from .document import Node, Scalar, Sequence
from .limits import MAX_ENTRY
from .reading import Reading
from .text import shown

_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.+~-]*)(?:/[A-Za-z0-9_.+~-]+)*/?")
_URL = re.compile(r"(https?|file|s3|oci)://.*", re.IGNORECASE)
_TEMPLATE = re.compile(r"\$\{|\$[A-Za-z_]|\{\{|%\w+%")


def texts(reading: Reading, node: Node, path: str, what: str, example: str) -> list[Scalar]:
    """The texts of a list that must hold nothing else; empty ones and others are errors."""
    if isinstance(node, Scalar) and node.kind == "nothing":
        return []
    if not isinstance(node, Sequence):
        reading.error(
            node,
            path,
            f"`{path}` must be a list, not a {node.kind}.",
            f"Write each {what} on a line of its own, e.g. `- {example}`.",
        )
        return []
    found = []
    for index, item in enumerate(node.items):
        here = f"{path}/{index}"
        if isinstance(item, Scalar) and item.kind == "text" and item.text.strip():
            found.append(item)
        elif isinstance(item, Scalar) and item.kind in ("nothing", "text"):
            reading.error(item, here, f"This {what} is empty.", "Remove the `-` or complete it.")
        else:
            reading.error(
                item,
                here,
                f"A {what} must be a text, not a {item.kind}.",
                f"Write it like `- {example}`.",
            )
    return found


def read_channels(reading: Reading, node: Node, path: str) -> list[str]:
    """Channels as written, in order; repeated ones keep their first place."""
    channels: list[str] = []
    for index, item in enumerate(texts(reading, node, path, "channel", "conda-forge")):
        channel = item.text.strip()
        here = f"{path}/{index}"
        if channel in channels:
            reading.notice(
                item, here, f"The channel `{shown(channel)}` stands here a second time.",
                "Its first place counts.",
            )  # fmt: skip
        elif check_channel(reading, item, here, channel):
            channels.append(channel)
    return channels


def check_channel(reading: Reading, at: Scalar, path: str, channel: str) -> bool:
    """Whether *channel* may name a channel; adds the error when not."""
    problem = _problem(channel)
    if problem is None:
        return True
    message, hint = problem
    reading.error(at, path, message, hint)
    return False


def _problem(channel: str) -> tuple[str, str] | None:
    name = shown(channel)
    if len(channel) > MAX_ENTRY:
        return f"This channel has {len(channel):,} characters.", "Write its name or its URL."
    if _TEMPLATE.search(channel):
        return (
            f"`{name}` holds a placeholder; nothing fills it in.",
            "Write the channel's name or URL out. A credential is given to "
            "`jupyter terrarium channel login URL`.",
        )
    url = _URL.fullmatch(channel)
    if "::" in re.sub(r"\[[^\]]*\]", "", channel):
        return f"`{name}` is a package with its channel.", "List it under `dependencies`."
    last = channel.rstrip("/").rsplit("/", 1)[-1]
    if last in PLATFORMS or last == "noarch":
        return (
            f"`{name}` ends with a platform.",
            f"Leave `/{last}` off; platforms belong under `platforms:`.",
        )
    if url is None and re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", channel):
        return (
            f"`{name}` has a kind of URL that channels do not have.",
            "Channels are reached by https, http, file, s3 or oci.",
        )
    if url is not None:
        rest = channel[channel.index("://") + 3 :]
        if not channel.isprintable() or re.search(r"[\\\s]", channel) or not rest.strip("/"):
            return f"`{name}` is not a URL.", "Write it like `https://host/channel`."
        why = url_problem(channel)
        if why is not None:
            return f"`{name}` is not a URL: {why}.", "Write it like `https://host/channel`."
        return None
    if channel.startswith("/") and channel.isprintable() and ".." not in channel.split("/"):
        return None
    if channel.startswith((".", "~")) or "\\" in channel:
        return (
            f"`{name}` is a path relative to somewhere.",
            "Write a directory's full URL, e.g. `file:///srv/channel`.",
        )
    if _NAME.fullmatch(channel) is None or ".." in channel:
        return (
            f"`{name}` is not the name of a channel.",
            "A channel is a name such as `conda-forge`, `conda-forge/label/dev`, or a URL.",
        )
    return None


def read_platforms(reading: Reading, node: Node, path: str) -> list[str]:
    """Conda platforms (subdirs), in order, each once."""
    platforms: list[str] = []
    for index, item in enumerate(texts(reading, node, path, "platform", "linux-64")):
        here, platform = f"{path}/{index}", item.text.strip()
        if platform not in PLATFORMS:
            near = difflib.get_close_matches(platform.lower(), PLATFORMS, 1, 0.6)
            hint = f"Did you mean `{near[0]}`? " if near else ""
            reading.error(
                item,
                here,
                f"`{shown(platform, 30)}` is not a platform that can be solved for.",
                f"{hint}Platforms are: {', '.join(PLATFORMS)}.",
            )
        elif platform in platforms:
            reading.notice(item, here, f"The platform `{platform}` stands here a second time.", "")
        else:
            platforms.append(platform)
    return platforms
