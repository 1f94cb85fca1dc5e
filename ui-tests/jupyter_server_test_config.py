"""Configuration of the Jupyter server that the browser tests talk to.

Never use it elsewhere: it opens the server to everybody on this machine.
"""

from __future__ import annotations

import os
from pathlib import Path

from jupyterlab.galata import configure_jupyter_server

from jupyterlab_terrarium.conda.channel_maker.cached import ensure_cached_channel

c = get_config()

configure_jupyter_server(c)
c.ServerApp.port = int(os.environ.get("TERRARIUM_UI_PORT", "8888"))
c.Application.log_level = "ERROR"
c.ServerApp.jpserver_extensions = {"jupyterlab_terrarium": True}

# A store of its own, and packages that are there without a network.
directory = Path(os.environ["TERRARIUM_UI_DIR"])
c.TerrariumSettings.root = str(directory / "store")
c.TerrariumSettings.default_channels = [
    os.environ.get("TERRARIUM_UI_CHANNEL") or ensure_cached_channel().as_uri()
]
# One build at a time, so that a test can see one wait for another.
c.TerrariumSettings.pool_size = 1
# Versions that nothing keeps may go at once, so that a test can see it.
c.TerrariumSettings.keep_last = 1
c.TerrariumSettings.keep_days = 0.0
c.TerrariumSettings.keep_used_days = 0.0
