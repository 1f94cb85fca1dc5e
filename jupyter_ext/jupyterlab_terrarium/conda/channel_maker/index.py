"""Write the repodata of a channel.

The indexer is rattler's; before it runs, the times at which packages entered the index are set to
the times at which their sources were published.
"""

from __future__ import annotations

import asyncio
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .cache import scratch
from .errors import ChannelError


def index_channel(directory: Path, records: Mapping[tuple[str, str], Mapping[str, Any]]) -> None:
    """Index every subdir of the channel in *directory* (repodata, its zst form, CEP 16 shards).

    Parameters
    ----------
    directory:
        The channel.
    records:
        ``index.json`` of the packages that this call made, with size and SHA-256, by subdir and
        file name.
    """
    from rattler.index import index_fs

    for subdir in sorted({subdir for subdir, _name in records}):
        mine = {name: record for (place, name), record in records.items() if place == subdir}
        _seed(directory / subdir, mine)
    _check(directory, records)
    try:
        # force: a package may have been replaced by another one of the same name.
        asyncio.run(index_fs(directory, force=True))
    except Exception as error:
        raise ChannelError(
            f"The channel could not be indexed: {str(error).splitlines()[0]}.",
            "Remove what does not belong there, or take an empty directory.",
        ) from error
    leftover = directory / ".tmp"
    if leftover.is_dir() and not any(leftover.iterdir()):
        leftover.rmdir()


def _check(directory: Path, records: Mapping[tuple[str, str], Mapping[str, Any]]) -> None:
    """Refuse packages of others that are damaged: the indexer would abort without naming them."""
    for path in sorted(directory.glob("*/*.conda")):
        if (path.parent.name, path.name) not in records and not zipfile.is_zipfile(path):
            raise ChannelError(f"{path} is not a whole package.", "Remove it, then call again.")


def _seed(subdir: Path, mine: Mapping[str, Mapping[str, Any]]) -> None:
    """Have ``indexed_timestamp`` (CEP 47) of new packages say when their sources were published.

    The indexer would write the time of now, and every as-of date would exclude the whole channel.
    It keeps what an earlier index says, also when it is forced to read all packages again.
    """
    path = subdir / "repodata.json"
    try:
        repodata = json.loads(path.read_text(encoding="utf-8"))
        records = repodata["packages.conda"]
    except (OSError, ValueError, KeyError):
        records = {}
        repodata = {"info": {"subdir": subdir.name}, "packages": {}, "packages.conda": records}
        repodata["repodata_version"] = 1
    for name, record in mine.items():
        records[name] = {**record, "indexed_timestamp": record["timestamp"]}
    with scratch(subdir) as work:
        (work / path.name).write_text(json.dumps(repodata), encoding="utf-8")
        (work / path.name).replace(path)
