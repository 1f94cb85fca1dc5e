"""The JupyterHub that the browser tests talk to: that of the Python tests.

``SIGUSR1`` ends the team store's process, whose id is in the file ``hub.pid``; the hub starts it
again within half a minute. Never use it elsewhere: everybody may log in as anybody.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from jupyterlab_terrarium.conda.channel_maker.cached import ensure_cached_channel
from support.hub import Hub

# No questions about news from the network; tests ask the page through its application.
CONFIGURATION = """
c.Spawner.args += ["--LabApp.expose_app_in_browser=True"]
c.Spawner.environment["JUPYTER_CONFIG_PATH"] = {directory!r}
"""
PAGE = '{"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": true}}'


def main() -> None:
    """Serve until ``SIGTERM``."""
    directory = Path(os.environ["TERRARIUM_UI_DIR"])
    channel = os.environ.get("TERRARIUM_UI_CHANNEL") or ensure_cached_channel().as_uri()
    page = directory / "lab/labconfig/page_config.json"
    page.parent.mkdir(parents=True)
    page.write_text(PAGE)
    lines = CONFIGURATION.format(directory=str(page.parents[1]))
    hub = Hub(directory, channel, lines, int(os.environ["TERRARIUM_UI_PORT"]))
    ending = False

    def end(*_: object) -> None:
        nonlocal ending
        ending = True

    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, end)
    signal.signal(signal.SIGUSR1, lambda *_: hub.end_store())
    try:
        hub.start()
        (directory / "hub.pid").write_text(str(os.getpid()))
        while not ending:
            signal.pause()
    finally:
        hub.stop()


main()
