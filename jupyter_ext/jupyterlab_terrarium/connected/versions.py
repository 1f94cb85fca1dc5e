"""Whether a team store and this server fit together: told by the store's status."""

from __future__ import annotations

import json

from pydantic import ValidationError

from .._version import __version__
from ..models.away import StoreMismatch
from ..models.problem import Finding
from ..models.status import Status
from .address import StoreAddress

API_VERSION: str = Status.model_fields["api_version"].default


def read_status(content: bytes, address: StoreAddress) -> Status:
    """The status of a store, in its own words; another program version is a notice in it.

    Raises :class:`StoreMismatch` when it speaks another API, naming both versions.
    """
    try:
        found = json.loads(content)
        if found["api_version"] != API_VERSION:
            raise _mismatch(address, str(found.get("version", "of another version")))
        status = Status.model_validate(found)
    except (ValueError, TypeError, LookupError, AttributeError, ValidationError):
        raise _mismatch(address, "of another version") from None
    if status.version != __version__:
        status.problems.append(
            Finding(
                message=f"the team store runs Terrarium {status.version}, "
                f"this server {__version__}",
                hint="They work together; install the same version at both when you can.",
            )
        )
    return status


def _mismatch(address: StoreAddress, version: str) -> StoreMismatch:
    return StoreMismatch(
        f"the team store at {address.url} runs Terrarium {version[:40]}, this server {__version__}",
        "Install the same version of jupyterlab-terrarium at both. Kernels that are on this "
        "machine work as before.",
    )
