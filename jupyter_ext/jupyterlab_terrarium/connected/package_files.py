"""Package files that channels do not hand out: the team store has those of what is built here."""

from __future__ import annotations

from urllib.parse import quote

from sqlalchemy.orm import Session

from ..builds.job import StoreFiles
from ..store import environments
from ..store.tables import VersionRow
from .address import StoreAddress
from .credentials import background_token
from .there import VERSION


def store_files(address: StoreAddress, session: Session, version: VersionRow) -> StoreFiles:
    """Where the store at *address* hands out the package files of a version that is built here."""
    environment = environments.get(session, version.environment_id)
    names = environments.namespace(session, environment).name, environment.name
    path = (VERSION + "/files/").format(*(quote(name, safe="") for name in names), version.number)
    token = background_token(address)
    return StoreFiles(url=address.base + path, unix=address.unix, token=token)
