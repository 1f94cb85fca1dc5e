"""Read a wheel: its metadata, and its files with the places where an installer puts them.

Standard: https://packaging.python.org/en/latest/specifications/binary-distribution-format/
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from email.message import Message
from email.parser import Parser
from functools import cached_property
from pathlib import Path, PurePosixPath

from packaging.tags import Tag
from packaging.utils import canonicalize_name, parse_wheel_filename

from ..entry_points import commands
from .archive import PLACEHOLDER, Entry
from .errors import ChannelError


@dataclass(frozen=True)
class Layout:
    """Where the parts of a wheel go in a package (paths in the prefix)."""

    site_packages: str
    scripts: str
    headers: str


#: conda's noarch layout: the installer moves both directories to the right place.
NOARCH = Layout("site-packages", "python-scripts", "include")


def platform_layout(short: str) -> Layout:
    """Layout of a package for one Python, given as ``3.11``."""
    return Layout(f"lib/python{short}/site-packages", "bin", f"include/python{short}")


class WheelFile:
    """An opened wheel (context manager)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        name, self.version, _, tags = parse_wheel_filename(path.name)
        self.project = canonicalize_name(name)
        self.tags: frozenset[Tag] = tags
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise ChannelError(f"{path.name} is not a wheel.", "Download it again.") from error

    def __enter__(self) -> WheelFile:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._zip.close()

    @cached_property
    def dist_info(self) -> str:
        """Name of the wheel's ``.dist-info`` directory."""
        for name in self._zip.namelist():
            top = name.split("/", 1)[0]
            if top.endswith(".dist-info") and name == f"{top}/METADATA":
                return top
        raise ChannelError(f"{self.path.name} has no metadata.", "Download it again.")

    def text(self, name: str) -> str:
        """A text file of ``.dist-info``; empty when there is none."""
        try:
            return self._zip.read(f"{self.dist_info}/{name}").decode("utf-8", "replace")
        except KeyError:
            return ""

    @cached_property
    def metadata(self) -> Message:
        """Core metadata of the project."""
        return Parser().parsestr(self.text("METADATA"))

    def requires(self) -> list[str]:
        """``Requires-Dist`` lines."""
        return [str(line) for line in self.metadata.get_all("Requires-Dist", [])]

    @property
    def is_pure(self) -> bool:
        """True when one package serves every platform and every Python 3."""
        return all(
            tag.platform == "any" and tag.abi == "none" and tag.interpreter in {"py3", "py2"}
            for tag in self.tags
        ) and any(tag.interpreter == "py3" for tag in self.tags)

    def entry_points(self) -> list[str]:
        """Commands to generate, as ``name = module:function``, sorted."""
        found = commands(self.text("entry_points.txt"))
        return sorted(f"{name} = {target.split('[')[0].strip()}" for name, target in found.items())

    def newest_ms(self) -> int:
        """Latest time of a file inside, in milliseconds; a fixed day when the wheel has none."""
        latest = max(info.date_time for info in self._zip.infolist())
        moment = datetime(*latest, tzinfo=timezone.utc)
        if moment.year < 2000:
            moment = datetime(2020, 1, 1, tzinfo=timezone.utc)
        return int(moment.timestamp()) * 1000

    def entries(self, layout: Layout) -> list[Entry]:
        """The wheel's own files in their places; RECORD and INSTALLER are the caller's."""
        data_directory = self.dist_info.removesuffix(".dist-info") + ".data"
        rewritten = ("RECORD", "INSTALLER", "direct_url.json")
        dropped = {f"{self.dist_info}/{name}" for name in rewritten}
        found: list[Entry] = []
        for info in self._zip.infolist():
            name = info.filename
            parts = PurePosixPath(name).parts
            if info.is_dir() or name in dropped or "__pycache__" in parts:
                continue
            if name.startswith("/") or ".." in parts or "\\" in name:
                raise ChannelError(
                    f"{self.path.name} holds a file outside of its own tree ({name}).",
                    "Do not use this wheel.",
                )
            if parts[0] == data_directory and len(parts) > 2:
                entry = self._data_entry(info, parts[1], "/".join(parts[2:]), layout)
            else:
                entry = self._entry(info, f"{layout.site_packages}/{name}")
            found.append(entry)
        return found

    def _entry(self, info: zipfile.ZipInfo, path: str) -> Entry:
        executable = bool((info.external_attr >> 16) & 0o111)
        return Entry(path, self._reader(info), executable)

    def _reader(self, info: zipfile.ZipInfo) -> Callable[[], bytes]:
        return lambda: self._zip.read(info)

    def _data_entry(self, info: zipfile.ZipInfo, kind: str, rest: str, layout: Layout) -> Entry:
        if kind in {"purelib", "platlib"}:
            return self._entry(info, f"{layout.site_packages}/{rest}")
        if kind == "headers":
            return self._entry(info, f"{layout.headers}/{self.project}/{rest}")
        if kind == "data":
            return self._entry(info, rest)
        if kind == "scripts":
            data = self._zip.read(info)
            first, newline, body = data.partition(b"\n")
            if first.startswith(b"#!python"):
                # "#!python" (or pythonw) is the wheel's own placeholder for the interpreter.
                arguments = first.removeprefix(b"#!pythonw").removeprefix(b"#!python")
                data = f"#!{PLACEHOLDER}/bin/python".encode() + arguments + newline + body
            return Entry.of(f"{layout.scripts}/{rest}", data, executable=True)
        raise ChannelError(
            f"{self.path.name} has data of an unknown kind ({kind}).",
            "The wheel does not follow the standard; choose another version.",
        )


def script_entry(definition: str, short: str, layout: Layout) -> Entry:
    """The script of an entry point (``name = module:function``) in a package for one Python."""
    name, _, target = (part.strip() for part in definition.partition("="))
    module, _, function = (part.strip() for part in target.partition(":"))
    text = (
        f"#!{PLACEHOLDER}/bin/python{short}\n"
        "import sys\n\n"
        f"from {module} import {function.split('.')[0]}\n\n"
        'if __name__ == "__main__":\n'
        f"    sys.exit({function}())\n"
    )
    return Entry.of(f"{layout.scripts}/{name}", text, executable=True)


def record_entry(dist_info: str, entries: list[Entry], layout: Layout) -> Entry:
    """RECORD for the files as they will be installed (PEP 627).

    Files whose content changes at installation (a shebang with the prefix) carry no hash.
    """
    record = f"{layout.site_packages}/{dist_info}/RECORD"
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    for entry in sorted(entries, key=lambda entry: entry.path):
        name = _recorded(entry.path, layout)
        if entry.placeholder:
            writer.writerow([name, "", ""])
        else:
            data = entry.read()
            hashed = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=")
            writer.writerow([name, f"sha256={hashed.decode()}", len(data)])
    writer.writerow([_recorded(record, layout), "", ""])
    return Entry.of(record, output.getvalue())


def _recorded(path: str, layout: Layout) -> str:
    inside = f"{layout.site_packages}/"
    if path.startswith(inside):
        return path.removeprefix(inside)
    if path.startswith(f"{layout.scripts}/"):
        path = "bin/" + path.removeprefix(f"{layout.scripts}/")
    # From lib/pythonX.Y/site-packages up to the prefix.
    return f"../../../{path}"
