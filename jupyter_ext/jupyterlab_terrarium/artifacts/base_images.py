"""Base images that the administrator names: which there are, and whether one has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .form import FormOptions
from .oci_image import ImageOptions


def described(options: type[FormOptions], bases: Mapping[str, str]) -> dict[str, Any]:
    """JSON schema of each of *options*; where one names a base image, with the names that lead
    to one here.
    """
    found: dict[str, Any] = options.model_json_schema().get("properties", {})
    if issubclass(options, ImageOptions):
        found["base"]["enum"] = ["", *sorted(bases)]
    return found


def content_of_base(options: FormOptions, bases: Mapping[str, str]) -> str:
    """A text that changes when the base image that *options* name has other content.

    *bases* has where each name leads to. Empty without a base, and for a reference to a registry:
    only one that has a digest in it (``NAME@sha256:...``) always leads to the same image.
    """
    source = bases.get(options.base, "") if isinstance(options, ImageOptions) else ""
    if not source:
        return ""
    if "://" in source:
        return source
    path = Path(source)
    try:
        if path.is_dir():
            # It has the digests of the manifests, and these all others.
            return hashlib.sha256((path / "index.json").read_bytes()).hexdigest()
        found = path.stat()
    except OSError:
        # Whoever makes the image says what is wrong with it.
        return ""
    return f"{found.st_size} {found.st_mtime_ns}"
