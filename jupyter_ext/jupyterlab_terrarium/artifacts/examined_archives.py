"""Archives: bundles and capsules, trees of files with their manifest, layouts of OCI images."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from ..conda.lockfile import read_conda_lock
from ..models.problem import InvalidArchive
from . import squashfs
from .bundle_reader import is_bundle, read_bundle
from .capsule import CONTENT, NOTEBOOKS, content_differences
from .examination import Examination
from .identity import PATH, Identity, from_labels, read_identity
from .safe_tar import Member, SafeTar, open_tar

_COMPRESSED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd")
_MANIFEST = ".terrarium/manifest.json"
_MAX_IDENTITY = 64 * 1024
_MAX_MANIFEST = 64 * 1024 * 1024
_MAX_CONFIG = 4 * 1024 * 1024
_BLOB = re.compile(r"blobs/sha256/([0-9a-f]{64})")


def examine(path: Path, head: bytes) -> Examination | None:
    """The archive at *path*; ``None`` when it is none. Raises :class:`InvalidArchive`."""
    if head[257:262] == b"ustar":
        if is_bundle(path):
            return _bundle(path)
    elif head.startswith(squashfs.MAGIC):
        return _squashfs(path)
    elif not head.startswith(_COMPRESSED):
        return None
    with open_tar(path, links=True) as tar:
        return _Members(tar).examined()


def _bundle(path: Path) -> Examination:
    bundle = read_bundle(path, texts=(CONTENT, NOTEBOOKS))
    said = bundle.identity
    found = Examination(said.form if said is not None else "offline-bundle", said)
    lock = read_conda_lock(bundle.lockfile)
    platform = bundle.platform
    found.follows_from(lock, platform or None)
    found.wrong += [*bundle.differences(lock, platform), *content_differences(bundle)]
    found.compared += len(bundle.texts)
    return found


def _squashfs(path: Path) -> Examination:
    """Only what it says of itself: its content is for `unsquashfs`, which anybody may have."""
    found = Examination("squashfs", squashfs.identify(path))
    found.notes.append("what is in it was not compared: `unsquashfs` tells when it is damaged")
    if found.identity is None:
        found.notes.append("it does not say which version it is, or `unsquashfs` is not installed")
    return found


class _Members:
    """Goes through the members of an archive once."""

    def __init__(self, tar: SafeTar) -> None:
        self._tar = tar
        self._hashes: dict[str, str] = {}
        self._identity: Identity | None = None
        self._manifest: dict[str, Any] | None = None
        self._wrong: list[str] = []
        self._blobs = 0

    def examined(self) -> Examination | None:
        """What they are; ``None`` when nothing says which version."""
        for member in self._tar.members():
            if member.kind == "file":
                self._take(member)
        if self._blobs:
            return Examination("oci-image", self._identity, compared=self._blobs, wrong=self._wrong)
        if self._identity is None and self._manifest is None:
            return None
        found = Examination("archive", self._identity)
        self._compare(found)
        return found

    def _take(self, member: Member) -> None:
        """Hash one file; read those that tell something."""
        blob = _BLOB.fullmatch(member.name)
        limit = self._limit(member.name, blob is not None)
        digest = hashlib.sha256()
        kept = bytearray()
        for chunk in self._tar.chunks():
            digest.update(chunk)
            if member.size <= limit:
                kept += chunk
        if blob is not None:
            self._blobs += 1
            if blob[1] != digest.hexdigest():
                self._wrong.append(f"{member.name} has other content than its name says")
            self._identity = self._identity or _of_config(bytes(kept))
        else:
            self._hashes[member.name] = digest.hexdigest()
        if member.name.endswith(PATH):
            self._identity = read_identity(bytes(kept))
        elif member.name.endswith(_MANIFEST):
            self._manifest = _json(bytes(kept))

    def _limit(self, name: str, blob: bool) -> int:
        if name.endswith(_MANIFEST):
            return _MAX_MANIFEST
        return _MAX_CONFIG if blob else _MAX_IDENTITY if name.endswith(PATH) else 0

    def _compare(self, found: Examination) -> None:
        """With the manifest: files that are the same everywhere, and the digest."""
        manifest = self._manifest
        rows = manifest.get("files") if manifest is not None else None
        if manifest is None or not isinstance(rows, list):
            found.wrong.append(f"it has no {_MANIFEST} that could be read")
            return
        found.digest, found.platform = str(manifest.get("digest")), str(manifest.get("platform"))
        said = found.identity
        if said is not None and (said.platform, said.digest) != (found.platform, found.digest):
            found.wrong.append("its manifest has another digest than it says of itself")
        top = next(name for name in self._hashes if name.endswith(_MANIFEST))[: -len(_MANIFEST)]
        for row in rows:
            path, sha256, kind = _row(row)
            if kind != "file" or not sha256:
                continue
            found.compared += 1
            there = self._hashes.get(top + path)
            if there is None:
                found.wrong.append(f"{path} is missing")
            elif there != sha256:
                found.wrong.append(f"{path} has other content than the manifest says")


def _row(row: object) -> tuple[str, str, str]:
    if isinstance(row, list) and len(row) == 4:
        return str(row[0]), str(row[1]), str(row[3])
    raise InvalidArchive("The archive's manifest cannot be read.", "Ask for the file again.")


def _of_config(data: bytes) -> Identity | None:
    """What the configuration of an image says in its labels."""
    config = (_json(data) or {}).get("config")
    found = config.get("Labels") if isinstance(config, dict) else None
    if not isinstance(found, dict):
        return None
    return from_labels({str(key): str(text) for key, text in found.items()})


def _json(data: bytes) -> dict[str, Any] | None:
    if not data.startswith(b"{"):
        return None
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
