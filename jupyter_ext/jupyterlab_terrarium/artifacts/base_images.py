"""Whether the base image that a name leads to is still the one that an image was made upon."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from .form import FormOptions
from .oci_image import ImageOptions


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
