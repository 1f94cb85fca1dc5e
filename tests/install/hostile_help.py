"""Makes packages as an attacker would: any member, any row of ``paths.json``, any index."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from install_help import sha256

from jupyterlab_terrarium.models.lock import CondaPackage


def row(path: str, data: bytes | None = None, **more: Any) -> dict[str, Any]:
    """A row of ``paths.json`` for a file, with its hash when *data* is given."""
    known = {} if data is None else {"sha256": sha256(data), "size_in_bytes": len(data)}
    return {"_path": path, "path_type": "hardlink", **known, **more}


def hostile_package(
    channel: Path,
    name: str,
    files: Mapping[str, bytes],
    *,
    rows: Sequence[Any] | None = None,
    links: Mapping[str, str] | None = None,
    index: Mapping[str, Any] | None = None,
) -> CondaPackage:
    """A package with *files* and symbolic *links*; *rows* replaces the right ``paths.json``."""
    if rows is None:
        rows = [row(path, data) for path, data in files.items()]
        rows += [{"_path": path, "path_type": "softlink"} for path in links or {}]
    facts = {
        **{"name": name, "version": "1.0", "build": "0", "build_number": 0},
        **{"subdir": "noarch", "noarch": "generic", "depends": [], **(index or {})},
    }
    contents = {
        **files,
        "info/index.json": json.dumps(facts).encode(),
        "info/paths.json": json.dumps({"paths": rows, "paths_version": 1}).encode(),
    }
    archive = channel / "noarch" / f"{name}-{facts['version']}-0.tar.bz2"
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive, "w:bz2") as tar:
        for path, data in contents.items():
            info = tarfile.TarInfo(path)
            info.size, info.mode, info.mtime = len(data), 0o644, 1_700_000_000
            tar.addfile(info, io.BytesIO(data))
        for path, target in (links or {}).items():
            info = tarfile.TarInfo(path)
            info.type, info.linkname = tarfile.SYMTYPE, target
            tar.addfile(info)
    data = archive.read_bytes()
    return CondaPackage(
        name=name,
        version=str(facts["version"]),
        build="0",
        subdir="noarch",
        url=archive.as_uri(),
        channel=channel.as_uri(),
        sha256=sha256(data),
        size=len(data),
        noarch="generic",
        requested=name,
    )
