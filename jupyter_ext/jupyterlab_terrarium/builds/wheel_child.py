"""The steps of building a wheel that meet hostile input. Standard library only.

Run in the sandbox, by ``builds/wheel_build.py``, with the Python of a build environment:
``unpack ARCHIVE DIRECTORY``, ``requires`` and ``build`` with ``SOURCE BACKEND PATHS OUTPUT``
(PEP 517), ``inspect WHEEL``. When ``unpack`` or ``inspect`` refuse, they end with status 2, and
the last line of their output says why.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import IO, Any, NoReturn

MAX_MEMBERS = 50_000
MAX_BYTES = 1 << 30
#: 1980, the oldest time that a zip file can hold.
EPOCH = 315_532_800
_COMPILED_NAMES = (".so", ".pyd", ".dylib", ".dll")
_COMPILED_HEADS = (
    *(b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf"),
    *(b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"),
)


def refuse(why: str) -> NoReturn:
    """End with the reason."""
    print(why, flush=True)
    sys.exit(2)


def unpack(archive: str, directory: str) -> None:
    """Write the files of *archive* below *directory*; links become copies of what they name."""
    members, left = 0, MAX_BYTES
    with tarfile.open(archive, "r:*") as tar:
        for member in tar:
            members += 1
            if members > MAX_MEMBERS:
                refuse(f"it holds more than {MAX_MEMBERS:,} files")
            target = Path(directory, _inside(member.name))
            if member.isdir():
                target.mkdir(parents=True, exist_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            left -= _copy(_content(tar, member), target, left)
            # Independent of the umask and of the clock: both could end up in the wheel.
            target.chmod(0o755 if member.mode & 0o100 else 0o644)
            os.utime(target, (EPOCH, EPOCH))


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name:
        refuse(f"it holds a file that would lie outside of it: {name[:200]!r}")
    return path


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    if not (member.isreg() or member.issym() or member.islnk()):
        refuse(f"it holds what is neither file nor directory: {member.name[:200]!r}")
    content = None
    with contextlib.suppress(KeyError, RecursionError):
        # What a link names is looked for among the members of the archive, never on the disk.
        content = tar.extractfile(member)
    if content is None:
        refuse(f"it holds a link to what is no file of it: {member.name[:200]!r}")
    return content


def _copy(source: IO[bytes], target: Path, left: int) -> int:
    written = 0
    with target.open("wb") as file:
        while chunk := source.read(1 << 20):
            written += len(chunk)
            if written > left:
                refuse(f"its files have more than {MAX_BYTES >> 20} MB")
            file.write(chunk)
    return written


def backend(name: str, paths: list[str]) -> Any:
    """The object that *name* names, looked for in *paths* of the working directory first."""
    sys.path[:0] = [str(Path.cwd() / path) for path in paths]
    module, _, attributes = name.partition(":")
    found: Any = importlib.import_module(module)
    for attribute in attributes.split(".") if attributes else []:
        found = getattr(found, attribute)
    return found


def requires(source: str, name: str, paths: str, output: str) -> None:
    """Write what the backend needs beyond `build-system.requires` as JSON into *output*."""
    _enter(source)
    hook = getattr(backend(name, json.loads(paths)), "get_requires_for_build_wheel", None)
    wanted = [] if hook is None else list(hook())
    Path(output, "requires.json").write_text(json.dumps(wanted), "utf-8")


def build(source: str, name: str, paths: str, output: str) -> None:
    """Have the backend put a wheel into *output*."""
    _enter(source)
    backend(name, json.loads(paths)).build_wheel(output)


def _enter(source: str) -> None:
    # What the environment holds is imported, and not what lies beside this file.
    del sys.path[0]
    os.chdir(source)
    sys.argv = ["setup.py"]


def inspect(wheel: str) -> None:
    """Refuse a *wheel* that is none, is too large, or holds compiled code."""
    with zipfile.ZipFile(wheel) as archive:
        entries = archive.infolist()
        if len(entries) > MAX_MEMBERS:
            refuse(f"it holds more than {MAX_MEMBERS:,} files")
        if sum(entry.file_size for entry in entries) > MAX_BYTES:
            refuse(f"its files have more than {MAX_BYTES >> 20} MB")
        for entry in entries:
            with archive.open(entry) as file:
                head = file.read(4)
            name = entry.filename.lower()
            if name.endswith(_COMPILED_NAMES) or ".so." in name or head in _COMPILED_HEADS:
                refuse(f"it holds compiled code: {entry.filename[:200]!r}")


def main() -> None:
    """Do the step that the arguments name."""
    step, *arguments = sys.argv[1:]
    if step in ("requires", "build"):
        run: Callable[..., None] = requires if step == "requires" else build
        run(*arguments)
        return
    try:
        (unpack if step == "unpack" else inspect)(*arguments)
    except MemoryError:
        refuse("reading it needs more memory than it may use")
    except tarfile.ReadError:
        refuse("it is broken, or no tar archive")
    except Exception as error:
        # What a broken or hostile archive provokes in the readers cannot be listed.
        refuse(f"it cannot be read: {type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
