"""``run-notebook``: execute a notebook in exactly the environment that it records."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from pydantic import ValidationError

from ..artifacts.bundle_reader import is_bundle
from ..models.build import BuildState
from ..models.problem import Conflict, InvalidRequest, StoreUnusable
from ..models.record import RECORD_KEY, NotebookRecord
from .build import going_on, tell_result
from .console import Console
from .exits import FAILED, INTERRUPTED, OK
from .local import LocalPort
from .progress import follow

if TYPE_CHECKING:
    from ..kernels.registration import KernelRegistration

# nbformat has a marker for types and untyped functions.
_NBFORMAT: Any = nbformat


def run_notebook(args: argparse.Namespace, console: Console) -> int:
    """Exit status 0 when all cells ran. The output is written also when one failed."""
    source = Path(args.notebook)
    if source.is_file() and is_bundle(source):
        from .run_capsule import run_capsule

        return run_capsule(args, console)
    notebook = _read(source)
    record = _record(notebook, args.notebook)
    port = LocalPort(args.root, builds=True)
    try:
        status = make_ready(port, record, args, console)
        if status != OK:
            return status
        registration = choose_kernel(port.recorded_kernels(record), notebook, record)
    finally:
        port.close()
    console.note(f"Running {source.name} in {record.environment}@{record.version}.")
    return _execute(notebook, registration, source, args.output, console)


def _read(source: Path) -> Any:
    try:
        return _NBFORMAT.read(source, as_version=4)
    except OSError as error:
        raise InvalidRequest(
            f"{source} cannot be read: {error.strerror or error}", "Check the name."
        ) from None
    except (ValueError, LookupError, AttributeError, _NBFORMAT.reader.NotJSONError):
        raise InvalidRequest(
            f"{source} is no notebook", "Give the name of an .ipynb file."
        ) from None


def _record(notebook: Any, name: str) -> NotebookRecord:
    found = notebook.metadata.get(RECORD_KEY)
    if found is None:
        raise InvalidRequest(
            f"{name} does not say what it was made with",
            "Save it in JupyterLab while it runs in an environment of Terrarium.",
        )
    try:
        return NotebookRecord.model_validate(found)
    except ValidationError:
        raise InvalidRequest(
            f"what {name} says about its environment cannot be read",
            "Choose *Update the Notebook's Record* in JupyterLab and save it.",
        ) from None


def make_ready(
    port: LocalPort, record: NotebookRecord, args: argparse.Namespace, console: Console
) -> int:
    """Build the recorded lock when its files are gone. Raises :class:`NotFound`."""
    if record.scratch:
        console.note(
            "Warning: packages were tried out by hand on top when this was saved; "
            "they are not in the environment."
        )
    after = port.status().last_event
    used = port.use_recorded(record)
    if used.ready:
        return OK
    build = port.version(used.namespace, used.name, str(used.version)).build
    if build is None:
        raise Conflict(f"version {used.version} of '{used.name}' is not ready", "Build it first.")
    console.note(f"The files of {used.namespace}/{used.name}@{used.version} are built again.")
    try:
        ended = follow(port, build.id, after)
    except KeyboardInterrupt:
        console.note(going_on(build.id, args))
        return INTERRUPTED
    return OK if ended.state is BuildState.READY else tell_result(ended, console)


def choose_kernel(
    kernels: list[KernelRegistration], notebook: Any, record: NotebookRecord
) -> KernelRegistration:
    """The one of *kernels* that *notebook* was made with. Raises :class:`Conflict` without any."""
    from ..kernels.headless import choose

    if not kernels:
        raise Conflict(
            f"{record.environment}@{record.version} has no kernel",
            "Add one to it, for example `ipykernel`.",
        )
    metadata = notebook.metadata
    spec, language = metadata.get("kernelspec", {}), metadata.get("language_info", {})
    return choose(kernels, str(spec.get("name", "")), str(language.get("name", "")))


def _execute(
    notebook: Any,
    registration: KernelRegistration,
    source: Path,
    output: str | None,
    console: Console,
) -> int:
    error = execute_to(notebook, registration, source.absolute().parent, output)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    ran = sum(cell.get("execution_count") is not None for cell in cells)
    console.document({"cells": len(cells), "ran": ran, "error": error, "output": output})
    if error:
        console.note(f"Error: cell {ran} failed: {error.splitlines()[0]}")
        return FAILED
    console.line(f"{len(cells)} cells ran." + (f" Written to {output}." if output else ""))
    return OK


def execute_to(
    notebook: Any, registration: KernelRegistration, directory: Path, output: str | None
) -> str:
    """Execute *notebook* in place and write it to *output*; the error of a cell that failed, or ''.

    Raises :class:`StoreUnusable` when the kernel ends.
    """
    from ..kernels.headless import execute

    try:
        return execute(notebook, registration, directory)
    except RuntimeError as problem:
        raise StoreUnusable(
            f"the kernel of {registration.environment} ended: {problem}",
            "Its last words are above.",
        ) from None
    finally:
        if output is not None:
            _NBFORMAT.write(notebook, output)
