"""The channels of a lock as URLs, whatever they are called in its specification."""

from __future__ import annotations

from ..models.lock import Lock
from .channels import DEFAULT_ALIAS, canonical


def channel_urls(lock: Lock) -> list[str]:
    """In the order of the specification, then those that only a package names.

    A plain name leads where the packages of the lock are from; one that none is from leads to
    where conda looks for it.
    """
    used = sorted({package.channel for part in lock.platforms for package in part.conda})
    urls = []
    for channel in lock.channels:
        if "://" in channel:
            urls.append(canonical(channel))
            continue
        found = [url for url in used if url.endswith("/" + channel)]
        urls += found or [DEFAULT_ALIAS + channel]
    return list(dict.fromkeys([*urls, *used]))
