"""``jupyter terrarium serve``."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..access.principals import Principal
from ..builds.sandbox import probe
from ..cli.settings import load_settings
from ..models.problem import StoreUnusable
from ..store.checks import prepare_root
from ..store.paths import Layout
from . import hub
from .modes import jupyter_directory
from .peers import principal_of_name
from .server import Listening, ServedStore

if TYPE_CHECKING:
    from tornado.web import RequestHandler

    from ..api.hosts import Who
    from ..cli.console import Console
    from .application import Pages

_DEFAULT_PORT = 10100
_SEEN = "hub-access"
_SECRET = "cookie-secret"


def serve(args: argparse.Namespace, console: Console) -> int:
    """Serve the store until it is asked to end."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    settings = load_settings(args.root)
    # A served store is connected to no other.
    settings.store_url = ""
    options = settings.options()
    _require_sandbox(args.without_sandbox)
    # What the store's builds find becomes kernels of those who use it, and none of this account.
    os.environ["JUPYTER_DATA_DIR"] = str(jupyter_directory(Layout(options.root)))
    listening = _listening(args)
    network: Who = _nobody
    known: Callable[[str], Principal] | None = principal_of_name
    browsers: Pages | None = None
    if hub.is_service():
        users = hub.Hub(options.root / _SEEN)
        users.check()
        # What the hub knows of somebody who does not call, it does not tell a service.
        network, known = users.principal, None
        browsers = _pages(users, options.root, listening.base_url)
    elif listening.port is not None and listening.unix is None:
        console.note(
            "There is no hub that knows callers: only those with a token of this store are "
            "answered (jupyter terrarium token create). On one machine, --socket needs no tokens."
        )
    asyncio.run(ServedStore(options, listening, network, known, browsers).run())
    return 0


def _pages(users: hub.Hub, root: Path, base_url: str) -> Pages:
    from .pages import pages

    prepare_root(Layout(root))
    return pages(users, base_url, root / _SECRET)


async def _nobody(handler: RequestHandler) -> Principal | None:
    """Without a hub, nobody on the network is known."""
    return None


def _listening(args: argparse.Namespace) -> Listening:
    """Where to listen: as asked, else where the hub wants its service, else a port of our own."""
    told = urlsplit(os.environ.get("JUPYTERHUB_SERVICE_URL", ""))
    unix = None if args.socket is None else Path(args.socket).absolute()
    port, ip = args.port, args.ip
    if port is None and hub.is_service():
        port = told.port
        ip = ip or told.hostname
    if port is None and unix is None:
        port = _DEFAULT_PORT
    prefix = args.base_url or os.environ.get("JUPYTERHUB_SERVICE_PREFIX") or "/"
    return Listening(
        ip=ip or "127.0.0.1",
        port=port,
        unix=unix,
        base_url="/" + prefix.strip("/") + "/" if prefix.strip("/") else "/",
    )


def _require_sandbox(without: bool) -> None:
    found = probe()
    if "bwrap" in found or "namespaces" in found or without:
        return
    raise StoreUnusable(
        "this system gives no sandbox, so code from packages would run with the store's own rights",
        "Install bubblewrap or permit user namespaces; or, where everybody who may build is "
        "trusted with the store, add --without-sandbox.",
    )
