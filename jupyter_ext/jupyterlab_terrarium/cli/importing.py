"""``import``: an environment from a file that somebody sent: bundle, capsule, lockfile."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..artifacts.bundle_reader import is_bundle
from ..models.problem import InvalidRequest
from . import env
from .build import opened
from .console import Console
from .names import Target

_HEAD = 4096


def import_file(args: argparse.Namespace, console: Console) -> int:
    """A bundle brings its package files along; everything else goes the way of ``env create``."""
    target = None if args.name is None else Target.parse(args.name)
    if not _is_bundle(args.file):
        args.namespace = None if target is None else target.namespace
        args.name = None if target is None else target.name
        return env.create(args, console)
    with opened(args, builds=args.wait) as port:
        after = port.status().last_event
        environment = port.import_bundle(
            Path(args.file),
            None if target is None else target.namespace,
            None if target is None else target.name,
            args.title,
        )
        console.notices(environment.latest_version.notices)
        return env.finish(
            args, console, port, environment.namespace, environment.name, environment.build, after
        )


def _is_bundle(file: str) -> bool:
    if file == "-" or "://" in file:
        return False
    try:
        if is_bundle(Path(file)):
            return True
        with Path(file).open("rb") as opened_file:
            head = opened_file.read(_HEAD)
    except OSError as error:
        raise InvalidRequest(
            f"{file} cannot be read: {error.strerror or error}", "Check the path."
        ) from None
    if head.startswith(b"#!") or b"\0" in head:
        raise InvalidRequest(
            f"{file} is neither a bundle nor a lockfile",
            "Archives, installers and images are for use as they are; `jupyter terrarium verify "
            "FILE` tells of which version one is. Ask for the offline bundle or the conda-lock.yml "
            "of that version.",
        )
    return False
