"""Digests of locks: the identity of a prefix. Specified with test vectors in ``docs/digest.md``."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from .lock import Lock, PlatformLock

FORMAT = 1
_PREFIX_NAME_BITS = 160


def platform_document(lock: Lock, part: PlatformLock) -> dict[str, Any]:
    """The document that is hashed for one platform. No URL, channel, time or id is in it."""
    present = {package.name for package in part.conda}
    return {
        "format": FORMAT,
        "platform": part.platform,
        "conda": sorted(
            [package.name, package.version, package.build, package.subdir, package.sha256.lower()]
            for package in part.conda
        ),
        "pip": sorted(
            [package.name, package.version, package.file_name, package.sha256.lower()]
            for package in part.pip
        ),
        "variables": dict(lock.variables),
        "link_scripts": sorted(set(lock.run_link_scripts) & present),
    }


def canonical_json(document: object) -> bytes:
    """RFC 8785 form of *document*, which holds only strings, integers, lists and objects.

    Keys are sorted by code point; for the names in use this equals RFC 8785's UTF-16 order.
    """
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8")


def platform_digest(lock: Lock, platform: str) -> str:
    """SHA-256 of the platform's canonical document, 64 hexadecimal digits.

    Raises ``KeyError`` when the lock has no such platform.
    """
    part = lock.for_platform(platform)
    if part is None:
        raise KeyError(platform)
    return hashlib.sha256(canonical_json(platform_document(lock, part))).hexdigest()


def platform_digests(lock: Lock) -> dict[str, str]:
    """The platform digest of each platform of *lock*."""
    return {part.platform: platform_digest(lock, part.platform) for part in lock.platforms}


def combined_digest(digests: Iterable[str]) -> str:
    """SHA-256 over sorted platform digests joined by newlines, 64 hexadecimal digits."""
    return hashlib.sha256("\n".join(sorted(digests)).encode("ascii")).hexdigest()


def lock_digest(lock: Lock) -> str:
    """The digest of the whole *lock*, 64 hexadecimal digits."""
    return combined_digest(platform_digests(lock).values())


def prefix_name(digest: str) -> str:
    """Directory name of the prefix with this platform digest: base32 of its first 160 bits."""
    raw = bytes.fromhex(digest)[: _PREFIX_NAME_BITS // 8]
    return base64.b32encode(raw).decode("ascii").lower()
