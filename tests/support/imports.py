"""Programs under test start faster the second time, also where no byte code may be written."""

from __future__ import annotations

import tempfile
from pathlib import Path

# Byte code of our own sources is kept out of the source tree, and is there the second time.
FAST_IMPORTS = {
    "PYTHONDONTWRITEBYTECODE": "",
    "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir(), "terrarium-tests-pycache")),
}
