"""``jupyter terrarium serve`` with the probe of :mod:`.loop_probe` in its event loop."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from bench.loop_probe import probe
from jupyterlab_terrarium.cli.main import main

_run = asyncio.run


def _probed(served: Coroutine[Any, Any, Any]) -> Any:
    async def both() -> Any:
        watching = asyncio.ensure_future(probe(Path(os.environ["TERRARIUM_LOOP_PROBE"])))
        try:
            return await served
        finally:
            watching.cancel()

    return _run(both())


if __name__ == "__main__":
    vars(asyncio)["run"] = _probed
    sys.exit(main(sys.argv[1:]))
