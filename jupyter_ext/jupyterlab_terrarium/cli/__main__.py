"""``python -m jupyterlab_terrarium.cli``: the same as ``jupyter terrarium``."""

from __future__ import annotations

import sys

from .main import main

if __name__ == "__main__":
    sys.exit(main())
