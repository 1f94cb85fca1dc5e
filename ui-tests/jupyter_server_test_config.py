"""Configuration of the Jupyter server that the browser tests talk to.

Never use it elsewhere: it opens the server to everybody on this machine.
"""

from __future__ import annotations

import os

from jupyterlab.galata import configure_jupyter_server

c = get_config()  # type: ignore[name-defined]  # noqa: F821

configure_jupyter_server(c)
c.ServerApp.port = int(os.environ.get("TERRARIUM_UI_PORT", "8888"))
c.ServerApp.port_retries = 0
