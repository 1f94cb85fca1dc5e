"""``jupyter terrarium join``: one paste connects this user's JupyterLab to a team store."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_core.paths import jupyter_config_dir

from ..cli.connection import Connection
from ..cli.exits import OK
from ..models.problem import InvalidRequest, StoreUnusable
from ..models.status import Status
from ..models.token import is_api_token
from . import credentials
from .address import StoreAddress, parse

if TYPE_CHECKING:
    from ..cli.console import Console

CONFIGURATION = "jupyter_jupyterlab_terrarium_config.json"


def join(args: argparse.Namespace, console: Console) -> int:
    """Try the link, and only when the store answers put down where it is, and the token."""
    link = args.link or _asked()
    address, token = read_link(link)
    connection = Connection(address.base, token)
    if connection.exposes_token:
        console.note("Warning: the token goes to this store unencrypted; use https.")
    status = Status.model_validate_json(connection.request("GET", "status")[1])
    credentials.remember(address, token)
    path = _configure(address)
    console.document({"store_url": address.url, "user": status.user, "namespace": status.namespace})
    console.line(f"You are '{status.user}' at {address.url}.")
    console.line(f"Written to {path}; start JupyterLab again.")
    return OK


def read_link(link: str) -> tuple[StoreAddress, str]:
    """Address and token of a join link. Raises :class:`InvalidRequest`, without repeating it."""
    url, _, token = link.strip().partition("#")
    if not is_api_token(token):
        raise InvalidRequest(
            "this is not a join link",
            "Whoever runs the store makes one: jupyter terrarium token create --for YOU --join URL",
        )
    address = parse(url)
    if address.unix is not None:
        raise InvalidRequest("over a Unix socket the system says who you are: no link is needed")
    return address, token


def _asked() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("Join link: ")
    return sys.stdin.readline()


def _configure(address: StoreAddress) -> Path:
    """Write ``store_url`` beside whatever else the file configures."""
    path = Path(jupyter_config_dir()) / CONFIGURATION
    content: dict[str, Any] = {}
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        content = {}
    except ValueError:
        raise StoreUnusable(f"{path} is not JSON", "Mend or remove the file.") from None
    content.setdefault("TerrariumSettings", {})["store_url"] = address.url
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as new:
        json.dump(content, new, indent=1)
    Path(new.name).replace(path)
    return path
