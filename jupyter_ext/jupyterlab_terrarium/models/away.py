"""What may be the matter between a Jupyter server and the team store that it is connected to."""

from __future__ import annotations

from .problem import TerrariumError


class StoreAway(TerrariumError):
    """The team store, or the hub that knows its users, does not answer."""

    code = "store-away"
    title = "The team store does not answer"
    status = 503


class StoreMismatch(TerrariumError):
    """The team store runs a program that this one cannot work with."""

    code = "store-mismatch"
    title = "The team store and this server do not fit together"
    status = 502
