"""``verify``: whether files are still what was installed, and putting them right; of a form:
which version it is, and whether it is whole."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from ..models.problem import InvalidRequest
from ..models.verification import CacheVerification, Verification
from . import texts
from .build import opened
from .console import Console
from .env import namespace_of
from .exits import FAILED, OK
from .names import Target
from .port import Port


def verify(args: argparse.Namespace, console: Console) -> int:
    """One version, all that are ready, or the caches."""
    if args.cache and args.env is not None:
        raise InvalidRequest(
            "the caches belong to no environment", "Give either ENV or --cache, not both."
        )
    if args.env is not None and Path(args.env).is_file():
        return verify_file(Path(args.env), console)
    with opened(args) as port:
        if args.cache:
            return _tell_cache(port.verify_cache(args.repair), console)
        found = []
        for namespace, name, number in _versions(port, args.env):
            result = port.verify(namespace, name, number, args.repair)
            _tell(result, console)
            found.append(result)
    console.document(found)
    if not found:
        console.line("No version is ready: there is nothing to verify.")
    return FAILED if any(result.differences for result in found) else OK


def verify_file(path: Path, console: Console) -> int:
    """A form of a version: a lockfile, bundle, installer, archive, image, ..."""
    from ..artifacts.examination import examine

    try:
        found = examine(path)
    except OSError as error:
        raise InvalidRequest(
            f"{path} cannot be read: {error.strerror or error}", "Check the path."
        ) from None
    console.document({**asdict(found), "intact": found.intact})
    said = found.identity
    of = "" if said is None else f" of {said.reference}"
    platform = found.platform or (None if said is None else said.platform)
    console.line(f"{path.name}: {found.form}{of}" + (f" for {platform}" if platform else ""))
    digest = found.digest or ("" if said is None else said.digest)
    if digest:
        source = "" if found.digest else "  (as it says itself)"
        console.line(f"  {'platform' if platform else 'lock'} digest: sha256:{digest}{source}")
    for line in found.notes:
        console.note(f"  {line}")
    for line in found.wrong:
        console.line(f"  {line}")
    if not found.intact:
        console.line(f"{path.name} is not intact: get it again.")
        return FAILED
    console.line(f"  intact; hashes compared: {found.compared}")
    return OK


def _versions(port: Port, env: str | None) -> Iterator[tuple[str, str, str]]:
    if env is not None:
        target = Target.parse(env, version=True)
        yield namespace_of(port, target), target.name, target.version or "current"
        return
    for one in port.verifiable():
        yield one.namespace, one.environment, str(one.version)


def _tell(found: Verification, console: Console) -> None:
    name = f"{found.namespace}/{found.environment}@{found.version}"
    for what, paths in (
        ("restored", found.restored),
        ("removed", found.removed),
        ("changed", found.changed),
        ("missing", found.missing),
        ("added", found.added),
    ):
        for path in paths:
            console.line(f"{what:9} {found.prefix}/{path}")
    took = f"{texts.count(found.files, 'file')}, {texts.seconds(found.seconds)}"
    if found.differences:
        console.line(f"{name}: {texts.count(found.differences, 'difference')} ({took}).")
        console.note(
            "    Restore the files with:  "
            f"jupyter terrarium verify {found.namespace}/{found.environment}@{found.version} "
            "--repair"
        )
    else:
        console.line(f"{name}: as installed ({took}).")


def _tell_cache(found: CacheVerification, console: Console) -> int:
    console.document(found)
    for one in found.altered:
        console.line(f"altered   {one.path}  ({one.kind} {one.name})")
    took = f"entries: {found.entries}, {texts.seconds(found.seconds)}"
    if not found.altered:
        console.line(f"The caches are as they were sealed ({took}).")
        return OK
    count = len(found.altered)
    if found.removed:
        console.line(f"{count} of them removed ({took}); builds fetch them again when needed.")
        return OK
    console.line(f"{count} of them altered ({took}).")
    console.note("    Remove them with:  jupyter terrarium verify --cache --repair")
    return FAILED
