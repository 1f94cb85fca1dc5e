"""Write one ``.conda`` package, the same bytes for the same input.

Format: https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html and CEP 35
(a zip of two zstd-compressed tar files). The index, about, paths and link files follow the same
page; prefix placeholders follow ``paths.json``.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from conda_package_streaming.create import conda_builder

from .cache import scratch

#: What stands for the prefix until the package is linked: as long as conda allows, so that any
#: shorter prefix fits into its place in a binary file.
PLACEHOLDER = ("/opt/terrarium_channel_maker" + "_placehold" * 30)[:255]

#: zstd level of packages: level 3 is several times faster than conda-build's 16 or 19 and gives
#: packages that are about a tenth larger.
ZSTD_LEVEL = 3

_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Entry:
    """One file (or symbolic link) of a package.

    Attributes
    ----------
    path:
        Path in the prefix, with forward slashes.
    read:
        Gives the content, in bytes; not called for a symbolic link.
    executable:
        True gives mode 755, false gives 644.
    target:
        What a symbolic link points at (relative); None for a regular file.
    placeholder:
        How :data:`PLACEHOLDER` is replaced when the file is linked; None when it does not occur.
    """

    path: str
    read: Callable[[], bytes] = bytes
    executable: bool = False
    target: str | None = None
    placeholder: Literal["text", "binary"] | None = None

    @staticmethod
    def of(path: str, data: bytes | str, executable: bool = False) -> Entry:
        """An entry with content at hand; the placeholder is looked for in it."""
        content = data.encode() if isinstance(data, str) else data
        mode: Literal["text", "binary"] | None = None
        if PLACEHOLDER.encode() in content:
            mode = "binary" if b"\0" in content else "text"
        return Entry(path, lambda: content, executable, None, mode)


def package_stem(index: Mapping[str, Any]) -> str:
    """File name of a package without its extension: ``name-version-build``."""
    return f"{index['name']}-{index['version']}-{index['build']}"


def write_package(
    directory: Path,
    index: Mapping[str, Any],
    entries: Iterable[Entry],
    about: Mapping[str, Any],
    link: Mapping[str, Any] | None = None,
) -> Path:
    """Write a package into *directory* and return its path.

    Parameters
    ----------
    directory:
        Where ``name-version-build.conda`` appears, by one rename when it is complete.
    index:
        Content of ``info/index.json``; its ``timestamp`` (milliseconds) is also every file's time.
    entries:
        The files, in any order.
    about:
        Content of ``info/about.json``.
    link:
        Content of ``info/link.json`` (noarch python packages only).
    """
    stem = package_stem(index)
    seconds = int(index["timestamp"]) // 1000
    ordered = sorted(entries, key=lambda entry: entry.path)
    with scratch(directory) as work:
        with conda_builder(stem, work, compression_level=ZSTD_LEVEL) as tar:
            described = _add_files(tar, ordered, seconds)
            info: dict[str, Any] = {
                "info/about.json": about,
                "info/index.json": index,
                "info/paths.json": {"paths": described, "paths_version": 1},
            }
            if link is not None:
                info["info/link.json"] = link
            info["info/files"] = "".join(f"{entry.path}\n" for entry in ordered)
            marked = [entry for entry in ordered if entry.placeholder]
            if marked:
                info["info/has_prefix"] = "".join(
                    f'"{PLACEHOLDER}" "{entry.placeholder}" "{entry.path}"\n' for entry in marked
                )
            for name, value in sorted(info.items()):
                text = value if isinstance(value, str) else json.dumps(value, indent=2) + "\n"
                _add(tar, name, text.encode(), 0o644, seconds)
        final = directory / f"{stem}.conda"
        _without_times(work / f"{stem}.conda").replace(final)
    return final


def _add_files(
    tar: tarfile.TarFile, entries: Iterable[Entry], seconds: int
) -> list[dict[str, Any]]:
    described: list[dict[str, Any]] = []
    for entry in entries:
        if entry.target is not None:
            link = tarfile.TarInfo(entry.path)
            link.type, link.linkname, link.mtime, link.mode = (
                tarfile.SYMTYPE,
                entry.target,
                seconds,
                0o777,
            )
            tar.addfile(link)
            described.append({"_path": entry.path, "path_type": "softlink"})
            continue
        data = entry.read()
        _add(tar, entry.path, data, 0o755 if entry.executable else 0o644, seconds)
        record: dict[str, Any] = {
            "_path": entry.path,
            "path_type": "hardlink",
            "sha256": hashlib.sha256(data).hexdigest(),
            "size_in_bytes": len(data),
        }
        if entry.placeholder:
            record["file_mode"] = entry.placeholder
            record["prefix_placeholder"] = PLACEHOLDER
        described.append(record)
    return described


def _add(tar: tarfile.TarFile, name: str, data: bytes, mode: int, seconds: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = len(data), mode, seconds
    tar.addfile(member, io.BytesIO(data))


def _without_times(path: Path) -> Path:
    """Copy a zip file so that its members carry no time of writing (else no two are equal)."""
    fixed = path.with_suffix(".fixed")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(fixed, "x") as target:
        for member in source.infolist():
            plain = zipfile.ZipInfo(member.filename, _EPOCH)
            plain.external_attr = 0o644 << 16
            with source.open(member) as stream, target.open(plain, "w") as sink:
                while chunk := stream.read(1 << 20):
                    sink.write(chunk)
    return fixed
