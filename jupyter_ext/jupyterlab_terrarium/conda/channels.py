"""Channels: from the names people write to URLs, mirrors, and whether a channel answers.

Names follow conda's rules for channels ("Managing channels" in conda's documentation); what we do
differently is written down in ``docs/channels.md``.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import url2pathname

from ..models.platforms import PLATFORMS
from ..models.problem import Finding, InvalidRequest, InvalidSpecification, SecretInUrl
from .specification.addresses import url_problem
from .specification.credentials import find_credentials, without_credentials
from .specification.text import shown

if TYPE_CHECKING:
    from rattler.platform import Subdir

DEFAULT_ALIAS = "https://conda.anaconda.org/"
DEFAULTS = ("https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r")
NODEFAULTS = "nodefaults"
INDEX_FILES = ("repodata.json", "repodata.json.zst", "repodata_shards.msgpack.zst")

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_SOMEWHERE = re.compile(r"[^:]+:///*[^/]")
_WINDOWS_PATH = re.compile(r"[A-Za-z]:[\\/]")
_TOKEN = re.compile(r"/t/[^/]+(?=/|$)")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_.-]+)*")
_SUBDIRS = frozenset(PLATFORMS) | {"noarch"}


@dataclass(frozen=True)
class ChannelConfig:
    """Where channel names lead, set by the store's administrator.

    ``default_channels`` serve a specification that names none. ``alias`` is put before plain
    names. ``mirrors`` maps a channel URL prefix to URLs that are asked in its place, in order; a
    lock keeps the canonical URL, so a mirror never shows in a lock or a digest. ``offline``
    forbids the network: indexes come from the cache and from ``file://`` channels.
    """

    default_channels: list[str] = field(default_factory=lambda: ["conda-forge"])
    alias: str = DEFAULT_ALIAS
    mirrors: dict[str, list[str]] = field(default_factory=dict)
    offline: bool = False

    def __post_init__(self) -> None:
        """Refuse what could not work later. Raises ``ValueError`` and :class:`SecretInUrl`."""
        for url in [self.alias, *self.mirrors, *(m for ms in self.mirrors.values() for m in ms)]:
            check_no_secret(url)
            if not _SCHEME.match(url):
                raise ValueError(f"'{url}' is not a URL, which mirrors and the alias must be")
        for targets in self.mirrors.values():
            for mirror in targets:
                if urlsplit(mirror).scheme not in ("http", "https", "oci", "s3", "gcs"):
                    raise ValueError(
                        f"'{mirror}' cannot be a mirror: name a directory as a channel instead"
                    )

    def to_json(self) -> dict[str, Any]:
        """Plain data for :meth:`from_json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ChannelConfig:
        """The configuration that :meth:`to_json` described."""
        return cls(**data)


# A solve asks for the channel of each of its packages, and the next plan for the same ones.
@lru_cache(maxsize=16_384)
def scrub(url: str) -> str:
    """*url* without user name, password and ``/t/<token>/``: what may be stored and shown."""
    if not _SCHEME.match(url):
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return without_credentials(url)
    host = parts.netloc.rsplit("@", 1)[-1]
    path = _TOKEN.sub("", parts.path) if parts.scheme != "file" else parts.path
    return urlunsplit((parts.scheme, host, path, parts.query, parts.fragment))


def check_no_secret(url: str) -> None:
    """Raise :class:`SecretInUrl` when *url* carries a credential; its text is not repeated."""
    if find_credentials(url) is not None:
        clean = without_credentials(url)
        raise SecretInUrl(
            f"the address of {clean} contains a credential",
            f"Take it out and run `jupyter terrarium channel login {clean}`.",
        )


def _bad(channel: str, why: str) -> InvalidSpecification:
    message = f"'{shown(channel)}' is not a channel: {why}"
    return InvalidSpecification(
        message,
        "Write a name such as conda-forge, a URL, or the path of a directory.",
        [Finding(message=message, path="channels")],
    )


def resolve_channel(channel: str, config: ChannelConfig) -> list[str]:
    """URLs of one channel as written, without a trailing slash; several for ``defaults``.

    Raises :class:`InvalidSpecification` when it is no channel and :class:`SecretInUrl` when it
    carries a credential.
    """
    text = channel.strip()
    if not text:
        raise _bad(channel, "it is empty")
    if text == NODEFAULTS:
        return []
    if text == "defaults":
        return list(DEFAULTS)
    if _SCHEME.match(text):
        check_no_secret(text)
        return [_url(channel, text)]
    if text.startswith(("/", "~/")) or _WINDOWS_PATH.match(text):
        try:
            return [_url(channel, Path(text).expanduser().as_uri())]
        except ValueError:
            raise _bad(channel, "this is no path of a directory here") from None
    if text.startswith((".", "~")):
        raise _bad(channel, "a path must be absolute")
    if not _NAME.fullmatch(text):
        raise _bad(channel, "a name has letters, digits, '_', '.', '-' and '/'")
    return [_url(channel, config.alias.rstrip("/") + "/" + text)]


def _url(channel: str, url: str) -> str:
    """*url* as the address of *channel*. Raises :class:`InvalidSpecification`."""
    address = _without_subdir(url.rstrip("/"))
    why = url_problem(url)
    if why is None and not _SOMEWHERE.match(address):
        why = "it names no host or directory"
    if why is None and url.endswith("]"):
        why = "brackets at its end stand for platforms, which belong under `platforms:`"
    if why is not None:
        raise _bad(channel, why)
    return address


def _without_subdir(url: str) -> str:
    head, _, last = url.rpartition("/")
    return head if last in _SUBDIRS else url


def resolve_channels(channels: Iterable[str], config: ChannelConfig) -> list[str]:
    """URLs in order of priority, each once; the store's default channels when there is none."""
    urls: dict[str, None] = {}
    for channel in list(channels) or config.default_channels:
        for url in resolve_channel(channel, config):
            urls[url] = None
    return list(urls)


def subdirs(platform: str) -> list[Subdir]:
    """The parts of a channel that count for *platform*. Raises :class:`InvalidRequest`."""
    from rattler.platform import Subdir

    if platform not in PLATFORMS:
        raise InvalidRequest(
            f"'{platform[:40]}' is not a platform", f"Platforms are {', '.join(PLATFORMS)}."
        )
    return [Subdir(platform), Subdir("noarch")]


def canonical(url: str) -> str:
    """A channel URL as locks record it: without credentials and trailing slash."""
    return scrub(url).rstrip("/")


def local_directory(url: str) -> Path | None:
    """The directory of a ``file://`` channel, or ``None`` for any other."""
    parts = urlsplit(url)
    if parts.scheme != "file":
        return None
    return Path(url2pathname(unquote(parts.path)))


def probe(url: str, timeout: float = 3.0) -> bool:
    """Whether the channel at *url* answers within *timeout* seconds; never raises.

    Any answer counts, a refusal included: the channel can be reached. Blocks the caller.
    """
    if url_problem(url) is not None:
        return False
    directory = local_directory(url)
    if directory is not None:
        return any((directory / "noarch" / name).is_file() for name in INDEX_FILES)
    if urlsplit(url).scheme not in ("http", "https"):
        return False
    return _probe_http(url.rstrip("/") + "/noarch/repodata.json", timeout)


def _probe_http(url: str, timeout: float) -> bool:
    # A thread, because looking up a host name has no time limit of its own; a daemon, because
    # nobody waits for a look-up that hangs when the program ends.
    answers: list[bool] = []
    thread = threading.Thread(target=lambda: answers.append(_head(url, timeout)), daemon=True)
    thread.start()
    thread.join(timeout)
    return bool(answers and answers[0])


def _head(url: str, timeout: float) -> bool:
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    try:
        with urlopen(Request(url, method="HEAD"), timeout=timeout):
            return True
    except HTTPError as answer:
        answer.close()
        return answer.code < 500
    except (OSError, ValueError):
        return False
