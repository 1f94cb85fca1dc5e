"""Wheels laid into a prefix without any program of it (PyPA, "Binary distribution format")."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from ..conda.entry_points import commands
from ..conda.runner import PythonInfo
from ..conda.wheel_files import WheelFiles, read_wheel
from ..models.build_problem import BuildFailed
from ..models.lock import PipPackage
from .pieces import STAND_IN

#: What pip would write "pip" into.
_INSTALLER = b"terrarium\n"
_SCRIPT = """\
#!{python}
import re
import sys

from {module} import {first}

if __name__ == "__main__":
    sys.argv[0] = re.sub(r"(-script\\.pyw?|\\.exe)?$", "", sys.argv[0])
    sys.exit({function}())
"""


def lay_out_wheels(
    prefix: Path, python: PythonInfo | None, wheels: Sequence[tuple[PipPackage, Path]]
) -> list[str]:
    """Unpack *wheels*; the paths of what was written in which :data:`STAND_IN` is the prefix.

    Raises :class:`BuildFailed` when there is no Python for them, or one is broken.
    """
    if wheels and python is None:
        raise BuildFailed(
            "The specification has a pip section but no Python.",
            hint="Add `python` to the dependencies.",
        )
    found: list[str] = []
    for package, file in wheels:
        assert python is not None
        found += _Layout(prefix, python, package, file).write()
    return found


class _Layout:
    """One wheel on its way into a prefix."""

    def __init__(self, prefix: Path, python: PythonInfo, package: PipPackage, file: Path) -> None:
        self._prefix = prefix
        self._python = python
        self._package = package
        self._file = file
        self._record: dict[str, str] = {}

    def write(self) -> list[str]:
        """All files of the wheel; the scripts among them."""
        try:
            known = read_wheel(self._file, self._python)
            info = next(
                path.rpartition("/")[0]
                for path in known.members
                if path.endswith(".dist-info/WHEEL")
            )
            with zipfile.ZipFile(self._file) as archive:
                for path, member in sorted(known.members.items()):
                    executable = bool(archive.getinfo(member).external_attr >> 16 & 0o100)
                    self._put(path, archive.read(member), executable)
            scripts = sorted(self._scripts(known))
        except (zipfile.BadZipFile, OSError, StopIteration, KeyError, UnicodeDecodeError) as error:
            raise BuildFailed(
                f"{self._package.file_name} has the right SHA-256 but cannot be unpacked.",
                hint="The index has a broken file: exclude this version of it.",
                raw=str(error),
            ) from error
        self._put(f"{info}/INSTALLER", _INSTALLER, False)
        self._write_record(f"{info}/RECORD", set(scripts))
        return scripts

    def _scripts(self, known: WheelFiles) -> list[str]:
        python = f"{STAND_IN}/bin/python{self._python.version}"
        found = []
        for name, content in known.scripts.items():
            path = f"bin/{name}"
            first, end, rest = content.partition(b"\n")
            if first.startswith(b"#!python"):
                content = f"#!{python}".encode() + end + rest
                found.append(path)
            self._put(path, content, True)
        for name, target in self._commands(known).items():
            module, _, function = target.partition("[")[0].strip().partition(":")
            text = _SCRIPT.format(
                python=python,
                module=module.strip(),
                first=function.strip().partition(".")[0],
                function=function.strip(),
            )
            self._put(f"bin/{name}", text.encode(), True)
            found.append(f"bin/{name}")
        return found

    def _commands(self, known: WheelFiles) -> dict[str, str]:
        for path in known.members:
            if path.endswith(".dist-info/entry_points.txt"):
                found = commands((self._prefix / path).read_text("utf-8"))
                return {name: found[name] for name in sorted(known.commands & found.keys())}
        return {}

    def _put(self, path: str, data: bytes, executable: bool) -> None:
        file = self._prefix / path
        root = self._prefix.resolve()
        if ".." in path.split("/") or not file.parent.resolve().is_relative_to(root):
            # Its own name, or a link of a package where a directory should be.
            raise OSError(f"{path} leads out of the prefix")
        file.parent.mkdir(parents=True, exist_ok=True)
        # It may be a link into the unpacked package whose file is overwritten.
        file.unlink(missing_ok=True)
        file.write_bytes(data)
        file.chmod(0o755 if executable else 0o644)
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        self._record[path] = f"sha256={digest},{len(data)}"

    def _write_record(self, path: str, scripts: set[str]) -> None:
        """What was installed; of files with the prefix in them neither hash nor size."""
        up = "../" * (self._python.site_packages.count("/") + 1)
        text = io.StringIO(newline="")
        rows = csv.writer(text, lineterminator="\n")
        listed = {name: value for name, value in self._record.items() if name != path}
        for name, value in sorted(listed.items()):
            inside = name.startswith(f"{self._python.site_packages}/")
            shown = name[len(self._python.site_packages) + 1 :] if inside else up + name
            hashed = ["", ""] if name in scripts else value.split(",")
            rows.writerow([shown, *hashed])
        rows.writerow([path[len(self._python.site_packages) + 1 :], "", ""])
        file = self._prefix / path
        file.unlink(missing_ok=True)
        file.write_text(text.getvalue(), "utf-8")
