"""What installing wrote about itself, as it is everywhere: without a place, a time, a cache."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from ..models.lock import CondaPackage

#: Made by uv for wheels of a directory; holds when the wheel was written.
CACHE_NOTE = "uv_cache.json"
# The three ways in which py-rattler and uv begin a script of Python.
_PYTHON_LINE = re.compile(
    rb"(?:#!/bin/sh\n'''exec' (?P<quote>['\"])(?P<long>[^\n]*?/bin/[^/\s]+)(?P=quote) "
    rb'"\$0" "\$@"(?: #\'\'\'\n|\n\' \'\'\'\n)'
    rb"|#!(?P<plain>[^\n]*/bin/[^/\s]+)\n)"
)


def conda_record(found: Mapping[str, Any], package: CondaPackage) -> bytes:
    """A record of ``conda-meta``: what the lock says, and the paths that *found* lists.

    Without hash and size of files that hold a prefix: they are other ones at each place.
    """
    record = {key: value for key, value in found.items() if key not in _OF_THE_LOCK}
    record |= {
        "url": package.url,
        "channel": package.channel,
        "fn": package.file_name,
        "depends": list(package.depends),
        "constrains": list(package.constrains),
        "requested_specs": [package.requested] if package.requested else [],
        "license": package.license or None,
        "timestamp": package.timestamp or None,
        "extracted_package_dir": "",
        "link": {"source": "", "type": 1},
    }
    rows = [dict(row) for row in found["paths_data"]["paths"]]
    for row in rows:
        row.pop("sha256_in_prefix", None)
        if row["path_type"] in _GENERATED:
            row.pop("sha256", None)
        if row["path_type"] in _GENERATED or row.get("prefix_placeholder"):
            row.pop("size_in_bytes", None)
    record["paths_data"] = {**found["paths_data"], "paths": rows}
    kept = {key: value for key, value in record.items() if value is not None}
    # With an indent Python would take its slow encoder: half of what an archive costs.
    return (json.dumps(kept, sort_keys=True) + "\n").encode()


_GENERATED = frozenset({"unix_python_entry_point", "pyc_file"})
_OF_THE_LOCK = frozenset(
    {"requested_spec", "requested_specs", "package_tarball_full_path", "extracted_package_dir"}
)


def wheel_record(data: bytes, base: str, generated: Collection[str]) -> bytes:
    """``RECORD`` of a wheel (PyPA, "Recording installed projects") without hashes of *generated*.

    *base* is the directory of Python packages; paths are relative to the prefix.
    """
    rows = []
    for row in csv.reader(io.StringIO(data.decode("utf-8"), newline="")):
        if not row or row[0].endswith(f".dist-info/{CACHE_NOTE}"):
            continue
        rows.append([row[0], "", ""] if _joined(base, row[0]) in generated else row)
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(sorted(rows))
    return text.getvalue().encode("utf-8")


def wheel_paths(data: bytes, base: str) -> list[str]:
    """The files that ``RECORD`` of a wheel lists; *base* and paths as of :func:`wheel_record`."""
    rows = csv.reader(io.StringIO(data.decode("utf-8"), newline=""))
    return [_joined(base, row[0]) for row in rows if row]


def _joined(base: str, path: str) -> str:
    parts: list[str] = []
    for part in [*base.split("/"), *path.split("/")]:
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def plain_script(data: bytes, store: bytes, placeholder: bytes) -> bytes:
    """A script that was made for the prefix *store*, with *placeholder* for it, in one form."""
    found = _PYTHON_LINE.match(data)
    if found is not None:
        program = found["plain"] or found["long"]
        if program.startswith(store):
            data = b"#!" + program + b"\n" + data[found.end() :]
    return data.replace(store, placeholder)
