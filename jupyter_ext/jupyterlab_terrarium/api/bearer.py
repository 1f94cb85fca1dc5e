"""Requests that come with a token of the API in their ``Authorization`` header (RFC 6750)."""

from __future__ import annotations

import re

from tornado.web import RequestHandler

from ..access.principals import Principal
from ..models.token import TOKEN_PREFIX
from .base import TerrariumHandler

_HEADER = re.compile(rf"(?:bearer|token)\s+({TOKEN_PREFIX}.*)", re.IGNORECASE)


def bearer(handler: RequestHandler) -> str | None:
    """What the request carries in the place of a token of ours, valid or not.

    Such a request is its token's alone: no cookie and no other login is looked at, so that it
    needs no XSRF token, and gains nothing when the token is wrong.
    """
    header = handler.request.headers.get("Authorization", "")
    found = _HEADER.fullmatch(header.strip())
    return None if found is None else found[1]


async def principal_of(handler: RequestHandler) -> Principal | None:
    """Whose token the request carries; ``None`` without one of ours.

    Raises :class:`Unauthenticated` for one that is not valid.
    """
    token = bearer(handler)
    if token is None:
        return None
    assert isinstance(handler, TerrariumHandler)
    await handler.opened()
    return await handler.run(handler.services.tokens.principal, token)
