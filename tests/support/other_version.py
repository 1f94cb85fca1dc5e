"""``jupyter terrarium serve`` of another version, which is told in two variables."""

from __future__ import annotations

import os
import sys

from jupyterlab_terrarium.cli.main import main
from jupyterlab_terrarium.models.status import Status
from jupyterlab_terrarium.services import status

PROGRAM, API = "TERRARIUM_TEST_PROGRAM", "TERRARIUM_TEST_API"

if __name__ == "__main__":
    vars(status)["__version__"] = os.environ[PROGRAM]
    Status.model_fields["api_version"].default = os.environ[API]
    Status.model_rebuild(force=True)
    sys.exit(main(sys.argv[1:]))
