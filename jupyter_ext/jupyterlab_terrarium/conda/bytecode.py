"""Byte code, compiled once per package and Python, linked into every prefix that has both.

A prefix is immutable, so what is not compiled while it is made is compiled in memory at every
start. The files are made with *unchecked-hash* invalidation (PEP 552) and hold a path relative to
the prefix: they are valid for the same source wherever it lies, and the import system puts the
real path into tracebacks. The same sources give the same bytes in every store, whatever is compiled
beside them. Test suites are left out: they are a third of the work, and nobody's kernel imports
them. So are sources with the prefix written into them (`_sysconfigdata`, 7 ms a start): their byte
code would carry it elsewhere.

What is compiled serves every prefix with that package and that Python, so nothing of the prefix at
hand may have a say in it: the interpreter runs in its own cache entry, where only the `python`
package lies, and the sources come from the package's entry or wheel, read and compared again.

An entry is ``<bytecode>/<sha256 of the package file>-<tag>/``, with ``index.json`` (path, size and
SHA-256 of each file), and appears by one rename. Files are compared with the index before they are
linked.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ..faults import fault_point
from ..models.lock import PlatformLock
from .bytecode_sources import Origin
from .files import move_to_trash, sha256_of, write_atomically
from .runner import PythonInfo, Workplace, find_python

INDEX = "index.json"
# 2: compiled apart from the prefix.
FORMAT = 2
SKIPPED = frozenset({"test", "tests", "idlelib", "lib2to3", "turtledemo"})
TIMEOUT = 1800.0
_COMPILER = Path(__file__).with_name("compile_sources.py")


#: Sources that are compiled by one process after the other.
CHUNK = 100
# Source, byte-code file, path that tracebacks begin with.
_Chunk = list[list[str]]
# Of one entry: size and SHA-256 by path.
Index = dict[str, tuple[int, str]]


@dataclass(frozen=True)
class Linked:
    """Names of the cache entries that were linked; number and bytes of their files."""

    keys: list[str]
    files: int
    size: int


@dataclass
class _Task:
    """One package: its sources by the path of their byte code, both relative to the prefix."""

    key: str
    sources: dict[str, str]
    origin: Origin


def verified(store: Path, part: PlatformLock) -> dict[str, Index]:
    """The entries for the packages of *part* that are there, after reading all their files."""
    python = find_python(part)
    if python is None:
        return {}
    hashes = [package.sha256 for package in part.conda] + [wheel.sha256 for wheel in part.pip]
    keys = [f"{sha256}-{python.tag}" for sha256 in hashes]
    return {key: index for key in keys if (index := _usable(store, key)) is not None}


def add_bytecode(
    place: Workplace,
    store: Path,
    origins: Sequence[Origin],
    cached: Mapping[str, Index],
) -> Linked:
    """Link byte code for all packages into the prefix, compiling what is not *cached*.

    *origins* are the packages of the prefix; *cached* comes from :func:`verified`. Raises
    ``OSError``; sources that do not compile are left out.
    """
    python = place.python
    if python is None or not python.cache_tag.startswith("cpython-"):
        return Linked([], 0, 0)
    tasks = [
        _Task(f"{origin.sha256}-{python.tag}", sources, origin)
        for origin in origins
        if (sources := find_sources(list(origin.files), python))
    ]
    missing = [task for task in tasks if task.key not in cached]
    indexes = {task.key: cached[task.key] for task in tasks if task.key in cached}
    if missing:
        place.log(f"compiling byte code of {len(missing)} packages, for this and later builds")
        interpreter = next(one for one in origins if one.name == "python")
        _compile(place, python, interpreter, store, missing)
        indexes.update(verified(store, place.part))
    made: set[str] = set()
    # Where two packages claim one path, it is not told here whose source lies there.
    claims = Counter(path for task in tasks for path in task.sources)
    for key, index in indexes.items():
        for path in index:
            if claims[path] == 1:
                _link(f"{store}/{key}/{path}", f"{place.prefix}/{path}", made)
    return Linked(
        sorted(indexes),
        sum(len(index) for index in indexes.values()),
        sum(size for index in indexes.values() for size, _ in index.values()),
    )


def find_sources(paths: Sequence[str], python: PythonInfo) -> dict[str, str]:
    """Which of a package's *paths* to compile: byte-code path to source path, in order."""
    present = set(paths)
    found: dict[str, str] = {}
    start = f"{python.stdlib}/"
    for path in paths:
        if not path.endswith(".py") or not path.startswith(start):
            continue
        directory, _, name = path.rpartition("/")
        if not SKIPPED.isdisjoint(directory.split("/")):
            continue
        target = f"{directory}/__pycache__/{name[:-3]}.{python.cache_tag}.pyc"
        if target not in present:
            found[target] = path
    return found


def read_index(store: Path, key: str) -> Index | None:
    """What the index of the entry *key* says, or ``None`` without one that can be read."""
    try:
        index: Index = json.loads((store / key / INDEX).read_bytes())["files"]
        return {path: (size, sha256) for path, (size, sha256) in index.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _usable(store: Path, key: str) -> Index | None:
    """The index of an entry whose files are what it says, else ``None``."""
    directory = store / key
    try:
        document = json.loads((directory / INDEX).read_bytes())
        index: Index = document["files"]
        if document["format"] == FORMAT and all(
            sha256_of(f"{directory}/{path}") == sha256 for path, (_, sha256) in index.items()
        ):
            return index
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return None


def altered_in(entry: Path) -> str | None:
    """The index's name when not all files of a cache *entry* are what it says, else ``None``."""
    return INDEX if _usable(entry.parent, entry.name) is None else None


def _compile(
    place: Workplace,
    python: PythonInfo,
    interpreter: Origin,
    store: Path,
    tasks: Sequence[_Task],
) -> None:
    staging = place.own / f"bytecode-{secrets.token_hex(4)}"
    staging.mkdir()
    home = interpreter.sources(staging / "python")
    if home is None:
        place.log("the interpreter's files were altered: nothing is compiled")
        return
    chunks: list[tuple[int, _Chunk]] = []
    read = [home]
    for number, task in enumerate(tasks):
        top = task.origin.sources(staging / f"sources-{number}")
        if top is None:
            place.log(f"the files of {task.origin.name} were altered: not compiled")
            continue
        read.append(top)
        chunks += _chunks(task, top, staging / task.key)
    chunks.sort(key=_size, reverse=True)
    processes = max(1, min(os.cpu_count() or 1, len(chunks)))
    program = str(home / python.executable)
    # Alone in a directory: Python looks for modules beside it first.
    compiler = staging / "compiler" / _COMPILER.name
    compiler.parent.mkdir()
    shutil.copyfile(_COMPILER, compiler)
    with ThreadPoolExecutor(processes) as pool:
        shares = [[chunk for _, chunk in chunks[start::processes]] for start in range(processes)]
        list(pool.map(lambda share: _run_compiler(place, program, compiler, read, share), shares))
    for task in tasks:
        _store(staging / task.key, store / task.key, task, place.trash)


def _chunks(task: _Task, top: Path, target: Path) -> Iterator[tuple[int, _Chunk]]:
    """The sources of *task* in pieces that are always the same, each with its size in bytes."""
    paths = sorted(task.sources.items())
    for start in range(0, len(paths), CHUNK):
        chunk, size = [], 0
        for compiled, source in paths[start : start + CHUNK]:
            file = top / task.origin.files[source]
            size += file.stat().st_size
            chunk.append([str(file), f"{target}/{compiled}", source])
        yield size, chunk


def _size(item: tuple[int, _Chunk]) -> int:
    return item[0]


def _run_compiler(
    place: Workplace, program: str, compiler: Path, read: Sequence[Path], share: list[_Chunk]
) -> None:
    staging = compiler.parent.parent
    listing = staging / f"{secrets.token_hex(4)}.json"
    listing.write_text(json.dumps({"chunks": share}), "utf-8")
    # -S: no module or .pth file of site-packages is executed. Not -I, which would ignore the seed:
    # without it Python before 3.11 writes sets of constants in another order each time.
    done = place.run(
        [program, "-s", "-S", str(compiler), str(listing)],
        writable=[staging],
        read=read,
        timeout=TIMEOUT,
        env_extra={"PYTHONHASHSEED": "0"},
        on_line=place.log,
    )
    listing.unlink()
    if done.returncode != 0:
        place.log(f"byte code could not be compiled completely (status {done.returncode})")


def _store(staged: Path, target: Path, task: _Task, trash: Path) -> None:
    """Index what was compiled for one package and rename it into the cache."""
    staged.mkdir(exist_ok=True)
    index: Index = {}
    for path in task.sources:
        file = staged / path
        if file.is_file() and not file.is_symlink():
            index[path] = (file.stat().st_size, sha256_of(file))
    if not index:
        return
    document = json.dumps({"format": FORMAT, "files": index}, indent=0, sort_keys=True)
    write_atomically(staged / INDEX, document.encode())
    fault_point("bytecode.compiled")
    try:
        staged.rename(target)
    except OSError:
        # Another worker was faster, or what is there was found to be altered.
        move_to_trash(target, trash)
        staged.rename(target)
    fault_point("bytecode.stored")


def _link(source: str, target: str, made: set[str]) -> None:
    directory = target.rpartition("/")[0]
    if directory not in made:
        Path(directory).mkdir(parents=True, exist_ok=True)
        made.add(directory)
    try:
        os.link(source, target)
    except FileExistsError:
        pass
    except OSError:
        write_atomically(Path(target), Path(source).read_bytes())
