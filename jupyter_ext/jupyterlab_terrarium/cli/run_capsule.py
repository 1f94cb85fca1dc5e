"""``run-notebook CAPSULE``: run the notebooks of a capsule again, and compare their results."""

from __future__ import annotations

import argparse
import json
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import nbformat

from ..artifacts.capsule import Capsule, read_capsule
from ..artifacts.results import differences, results
from ..models.digest import lock_digest
from ..models.environment import Environment
from ..models.problem import Conflict, InvalidArchive, InvalidRequest, NotFound
from ..models.record import NotebookRecord
from . import texts
from .console import Console
from .exits import FAILED, OK
from .local import LocalPort
from .run_notebook import choose_kernel, execute_to, make_ready

# nbformat has a marker for types and untyped functions.
_NBFORMAT: Any = nbformat


def run_capsule(args: argparse.Namespace, console: Console) -> int:
    """Exit status 0 when every notebook gave what was expected. Needs no network.

    The environment is imported under its name, unless one with the same lock is there already.
    """
    source = Path(args.notebook)
    capsule = read_capsule(source)
    if not capsule.notebooks:
        raise InvalidRequest(
            f"{source.name} is an offline bundle without notebooks",
            "Import it:  jupyter terrarium import FILE",
        )
    with closing(LocalPort(args.root, builds=True)) as port:
        record, status = _ready(port, capsule, args, console)
        if status != OK:
            return status
        kernels = port.recorded_kernels(record)
        found: dict[str, list[str]] = {}
        for name, content in sorted(capsule.notebooks.items()):
            console.note(f"Running {name} in {record.environment}@{record.version}.")
            notebook = _read(name, content)
            registration = choose_kernel(kernels, notebook, record)
            output = _output(args.output, name, len(capsule.notebooks))
            with tempfile.TemporaryDirectory(prefix="terrarium-capsule-") as directory:
                execute_to(notebook, registration, Path(directory), output)
            found[name] = differences(results(content), results(notebook))
    return _tell(found, console)


def _ready(
    port: LocalPort, capsule: Capsule, args: argparse.Namespace, console: Console
) -> tuple[NotebookRecord, int]:
    """The version here that has the lock of the capsule, imported when there is none.

    With the exit status of what was built.
    """
    said = capsule.bundle.identity
    name = said.name if said is not None else "capsule"
    lock = port.read_lockfile(capsule.bundle.lockfile)
    own = port.status().namespace
    # An import may have left out the other platforms.
    part = lock.for_platform(capsule.bundle.platform)
    parts = [] if part is None else [part]
    for one in (lock, lock.model_copy(update={"platforms": parts})):
        record = NotebookRecord(
            environment=f"{own}/{name}", version=1, lock_digest=lock_digest(one)
        )
        try:
            return record, make_ready(port, record, args, console)
        except NotFound:
            continue
    made = _imported(port, Path(args.notebook), name)
    console.note(f"Imported as {made.namespace}/{made.name}.")
    record = NotebookRecord(
        environment=f"{made.namespace}/{made.name}",
        version=made.latest_version.number,
        lock_digest=str(made.latest_version.lock_digest),
    )
    return record, make_ready(port, record, args, console)


def _imported(port: LocalPort, source: Path, name: str) -> Environment:
    """The new environment."""
    for number in range(1, 100):
        wanted = name if number == 1 else f"{name}-{number}"
        try:
            return port.import_bundle(source, None, wanted, "")
        except Conflict:
            continue
    raise Conflict(f"'{name}' and all names like it are taken", "Delete what is not needed.")


def _read(name: str, content: dict[str, Any]) -> Any:
    try:
        return _NBFORMAT.reads(json.dumps(content), as_version=4)
    except (ValueError, LookupError, AttributeError, TypeError):
        raise InvalidArchive(
            f"{name} in the capsule is no notebook of format 4", "Ask for the capsule again."
        ) from None


def _output(given: str | None, name: str, count: int) -> str | None:
    if given is None:
        return None
    if count == 1 and not Path(given).is_dir():
        return given
    Path(given).mkdir(exist_ok=True)
    return str(Path(given) / name)


def _tell(found: dict[str, list[str]], console: Console) -> int:
    same = not any(found.values())
    console.document({"same": same, "differences": found})
    for name, said in found.items():
        if said:
            console.line(f"{name}: not as expected")
            for line in said:
                console.line(f"  {line}")
        else:
            console.line(f"{name}: the same results")
    if not same:
        count = sum(map(bool, found.values()))
        console.line(f"{texts.count(count, 'notebook')} of {len(found)} gave other results.")
    return OK if same else FAILED
