"""Installers: their own checksum, and the lock that stands behind their script."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from ..conda.lockfile import read_conda_lock
from .examination import Examination
from .identity import identify_text
from .installer_script import DIGITS

_VALUE = re.compile(rb"^(header|lock|checksum)=([0-9a-f]{1,64})$", re.MULTILINE)
_MAX_LOCK = 16 * 1024 * 1024
_CHUNK = 1 << 20


def examine(path: Path, head: bytes) -> Examination | None:
    """The installer at *path*; ``None`` when it is none. Raises :class:`InvalidLock`."""
    if not head.startswith(b"#!/bin/sh\n# terrarium: installer "):
        return None
    found = Examination("installer", identify_text(head.decode("utf-8", "replace")))
    values = dict(_VALUE.findall(head))
    checksum = values.get(b"checksum", b"")
    numbers = [values.get(key, b"") for key in (b"header", b"lock")]
    if len(checksum) != DIGITS or not all(one.isdigit() and len(one) < 10 for one in numbers):
        found.wrong.append("its script was changed: its checksum or its parts are not named")
        return found
    header, size = map(int, numbers)
    place = head.index(b"\nchecksum=" + checksum) + len(b"\nchecksum=")
    if _checksum(path, place) != checksum.decode():
        found.wrong.append("its checksum is another one: it is damaged or incomplete")
        return found
    found.compared += 1
    with path.open("rb") as file:
        file.seek(header)
        lock = file.read(min(size, _MAX_LOCK)).decode("utf-8", "replace")
    platform = None if found.identity is None else found.identity.platform
    found.follows_from(read_conda_lock(lock), platform)
    return found


def _checksum(path: Path, place: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        digest.update(file.read(place))
        file.seek(DIGITS, 1)
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
