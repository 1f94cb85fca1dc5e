"""Keeping what lies in the caches already, of versions that stay.

A wheel in its cache is the file as it was fetched. Of a conda package the cache has what was in the
file, from which the same bytes cannot be made: that one is kept when it is fetched once more.
"""

from __future__ import annotations

from collections.abc import Collection

from ..conda.files import sha256_of
from ..conda.kept_files import KeptFiles
from ..store import package_files
from ..store.database import Database
from ..store.paths import Layout


def keep_cached(layout: Layout, database: Database, lasting: Collection[str]) -> int:
    """Keep the cached files among *lasting* (SHA-256), each once; how many were kept now.

    One that is not what its name says stays where it is, and is not kept.
    """
    kept = KeptFiles(layout.blobs, layout.trash, keep=True)
    count = 0
    for directory in sorted(layout.wheels.iterdir()):
        sha256 = directory.name
        if sha256 not in lasting or layout.blob(sha256).exists():
            continue
        for wheel in directory.glob("*.whl"):
            if sha256_of(wheel) != sha256:
                continue
            kept.add(wheel, sha256)
            with database.write() as session:
                package_files.add(session, layout, "pip", sha256, wheel.name)
            count += 1
    return count
