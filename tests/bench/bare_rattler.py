"""The baseline: one process that solves and links with py-rattler and does nothing else.

``python bare_rattler.py CHANNEL_URL CACHE_DIR PREFIX PACKAGE...``
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from rattler import Gateway, MatchSpec, PackageCache, VirtualPackage, install, solve


async def main(channel: str, cache: Path, prefix: Path, packages: list[str]) -> None:
    """Solve *packages* in *channel* for this host and link them into *prefix*."""
    records = await solve(
        [channel],
        [MatchSpec(package) for package in packages],
        gateway=Gateway(cache_dir=cache / "repodata"),
        platforms=["linux-64", "noarch"],
        virtual_packages=VirtualPackage.detect(),
    )
    await install(
        records, prefix, package_cache=PackageCache(cache / "packages"), show_progress=False
    )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4:]))
    os._exit(0)
