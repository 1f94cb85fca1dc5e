"""``export``: a version in another form, as a file."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..artifacts.bundle import OfflineBundle
from ..artifacts.capsule import NAME as CAPSULE
from ..artifacts.capsule import file_name, make_capsule, read_notebook
from ..models.artifact import UNDER_WAY, Artifact, ArtifactChoice, ArtifactState, FormView
from ..models.problem import Conflict, InvalidRequest
from ..models.told_problem import error_of
from . import texts
from .artifact_port import ArtifactPort, open_artifacts
from .console import Console
from .env import namespace_of
from .exits import OK
from .names import Target
from .progress import Line

#: An event may have come between two looks: no longer than this is waited for the next.
_WAIT_SECONDS = 2.0


def export(args: argparse.Namespace, console: Console) -> int:
    """Have the form made, wait, write the file; without ``--to`` list the forms."""
    target = Target.parse(args.env, version=True)
    with contextlib.closing(open_artifacts(args)) as port:
        namespace = namespace_of(port, target)
        number = target.version or "current"
        forms = port.forms(namespace, target.name, number)
        if args.to is None:
            return _tell(forms, console)
        notebooks = _notebooks(args)
        wanted = OfflineBundle.name if args.to == CAPSULE else args.to
        form = next((one for one in forms if one.form == wanted), None)
        if form is None:
            raise InvalidRequest(
                f"there is no form '{args.to[:40]}'",
                f"There are {', '.join([*(one.form for one in forms), CAPSULE])}.",
            )
        choice = ArtifactChoice(platform=args.platform, options=options(form, args.option))
        where = (namespace, target.name, number, form.form)
        if form.needs != "text":
            _wait(port, where, choice)
        path, size = _save(port, where, choice, args.output, notebooks)
    if path is None:
        return OK
    console.document({"form": args.to, "path": str(path), "size": size})
    console.line(f"{path}  ({texts.size(size)})")
    return OK


_Where = tuple[str, str, str, str]


def _notebooks(args: argparse.Namespace) -> list[Path]:
    """Those of a capsule, looked at before anything is made. Raises :class:`InvalidRequest`."""
    paths = [Path(one) for one in args.notebook]
    if (args.to == CAPSULE) != bool(paths):
        raise InvalidRequest(
            "a capsule has notebooks, and other forms have none",
            f"Write --to {CAPSULE} --notebook FILE.ipynb.",
        )
    for path in paths:
        read_notebook(path)
    return paths


def options(form: FormView, given: Sequence[str]) -> dict[str, Any]:
    """``KEY=VALUE`` as the form's schema wants it. Raises :class:`InvalidRequest`."""
    found: dict[str, Any] = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not equals or key not in form.options:
            known = ", ".join(form.options) or "none"
            raise InvalidRequest(
                f"'{text[:60]}' is no option of {form.form}", f"Its options: {known}."
            )
        kind = form.options[key].get("type")
        if kind == "array":
            found.setdefault(key, []).append(value)
        elif kind == "boolean":
            found[key] = value.lower() in ("1", "yes", "true", "on")
        else:
            found[key] = value
    return found


def _tell(forms: Sequence[FormView], console: Console) -> int:
    console.document(forms)
    width = max(len(form.form) for form in forms)
    for form in forms:
        console.line(f"{form.form:{width}}  {form.purpose}")
        known = ", ".join(f"{key}=..." for key in form.options)
        if known:
            console.line(f"{'':{width}}  options: {known}")
        if form.unavailable:
            console.line(f"{'':{width}}  not now: {form.unavailable}")
    console.line(
        f"{CAPSULE:{width}}  For results that others can have again: --notebook FILE.ipynb"
    )
    return OK


def _wait(port: ArtifactPort, where: _Where, choice: ArtifactChoice) -> None:
    """Until it is made. Interrupted, it is not made any more."""
    after = port.status().last_event
    artifact = port.make_artifact(*where, choice)
    namespace, name, number, _ = where
    try:
        with Line() as line:
            while artifact.state in UNDER_WAY:
                line.show(_progress(artifact))
                after = port.changed(after, _WAIT_SECONDS)
                made = [
                    one for form in port.forms(namespace, name, number) for one in form.artifacts
                ]
                artifact = next((one for one in made if one.id == artifact.id), artifact)
    except KeyboardInterrupt:
        port.cancel_artifact(*where, choice)
        raise
    if artifact.problem is not None:
        raise error_of(artifact.problem)
    if artifact.state is not ArtifactState.READY:
        raise Conflict(f"{artifact.file_name} was cancelled", "Ask for it again.")


def _progress(artifact: Artifact) -> str:
    done = artifact.progress
    if artifact.state is ArtifactState.QUEUED:
        return f"{artifact.file_name}: waiting for its turn"
    share = f" {100 * done.done // done.total} %" if done.total else ""
    return f"{artifact.file_name}:{share} {done.current}".rstrip()


def _save(
    port: ArtifactPort,
    where: _Where,
    choice: ArtifactChoice,
    output: str | None,
    notebooks: Sequence[Path],
) -> tuple[Path | None, int]:
    """Write the file aside, then give it its name; standard output for ``-``."""
    wanted = None if output in (None, "-") else Path(str(output))
    directory = Path.cwd() if wanted is None else wanted.absolute()
    if wanted is not None and not wanted.is_dir():
        directory = directory.parent
    if not directory.is_dir():
        raise InvalidRequest(f"there is no directory {directory}", "Make it first.")
    base = None if output == "-" else directory
    with tempfile.TemporaryDirectory(prefix=".terrarium-", dir=base) as aside:
        file, name = port.save_artifact(*where, choice, Path(aside))
        if notebooks:
            bundle, file, name = file, Path(aside, CAPSULE), file_name(name)
            make_capsule(bundle, notebooks, file)
        size = file.stat().st_size
        if output == "-":
            with file.open("rb") as source:
                shutil.copyfileobj(source, sys.stdout.buffer)
            return None, size
        target = directory / Path(name).name if wanted is None or wanted.is_dir() else wanted
        umask = os.umask(0)
        os.umask(umask)
        file.chmod((0o777 if name.endswith(".sh") else 0o666) & ~umask)
        file.replace(target)
    return target, size
