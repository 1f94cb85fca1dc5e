"""Use cases of tokens: make one, list them, revoke one, and who comes with one."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

from ..access.limits import require_person
from ..access.permissions import require, require_administrator
from ..access.principals import Limit, Principal
from ..models.problem import NotFound, TerrariumError, Unauthenticated
from ..models.status import Page
from ..models.token import (
    ROLE_OF_SCOPE,
    TOKEN_PREFIX,
    Token,
    TokenCreate,
    TokenCreated,
    TokenState,
    highest,
    is_api_token,
)
from ..store import tokens
from ..store.shares import token_hash
from ..store.tables import now
from ..store.team_tables import TokenRow
from ..store.tokens import TokenRecord
from .auditing import audited
from .context import ServiceContext

#: Random bytes of a token: 256 bits, 43 characters.
_TOKEN_BYTES = 32
#: How exact "last used" is: looking must not write each time.
_USED_EVERY = timedelta(minutes=1)


def _state(row: TokenRow) -> TokenState:
    if row.revoked is not None:
        return "revoked"
    if row.expires is not None and row.expires <= now():
        return "expired"
    return "active"


class TokenService:
    """Tokens of the principal. Whoever comes with a token handles none."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    @audited("token.create")
    def create(self, principal: Principal, request: TokenCreate) -> TokenCreated:
        """A new token of the principal's, with its secret, which is stored nowhere."""
        require_person(principal, "make tokens")
        return self._create(principal, request)

    @audited("token.create")
    def create_for(self, principal: Principal, user: str, request: TokenCreate) -> TokenCreated:
        """A token of somebody else, for a store without a hub that could tell who they are.

        For whoever has the files of the store in hand, and so no use case of the REST API.
        """
        require_person(principal, "make tokens")
        with self._context.database.read() as session:
            require_administrator(session, principal)
        return self._create(replace(self._context.principal_of(user), limit=None), request)

    def _create(self, owner: Principal, request: TokenCreate) -> TokenCreated:
        secret = TOKEN_PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)
        with self._context.database.write() as session:
            namespace = None
            if request.namespace is not None:
                namespace = require(session, owner, request.namespace, "read").namespace
            row = tokens.add(
                session,
                TokenRow(
                    token_hash=token_hash(secret),
                    user=owner.user,
                    name=request.name.strip(),
                    scopes=list(dict.fromkeys(request.scopes)),
                    namespace_id=None if namespace is None else namespace.id,
                    expires=now() + timedelta(days=request.expires_days),
                ),
            )
            shown = _view(TokenRecord(row, namespace))
        return TokenCreated(**shown.model_dump(), token=secret)

    def page(self, principal: Principal, *, everybody: bool = False) -> Page[Token]:
        """The principal's tokens, newest first; *everybody*'s for an administrator."""
        require_person(principal, "list tokens")
        with self._context.database.read() as session:
            if everybody:
                require_administrator(session, principal)
            rows = tokens.page(session, None if everybody else principal.user)
            items = [_view(row) for row in rows]
        return Page[Token](items=items, total=len(items))

    @audited("token.revoke")
    def revoke(self, principal: Principal, token_id: str) -> None:
        """End a token at once. Its user may, and an administrator. Raises :class:`NotFound`."""
        require_person(principal, "revoke tokens")
        with self._context.database.write() as session:
            record = tokens.get(session, token_id)
            if record is None:
                raise NotFound("there is no such token")
            if record.token.user != principal.user:
                try:
                    require_administrator(session, principal)
                except TerrariumError:
                    raise NotFound("there is no such token") from None
            if record.token.revoked is None:
                record.token.revoked = now()
        # Requests that wait for events by it end now, see `require_alive`.
        self._context.database.wake()

    def require_alive(self, principal: Principal) -> None:
        """Raise :class:`Unauthenticated` when the token that the principal came with has ended."""
        if principal.limit is None:
            return
        with self._context.database.read() as session:
            record = tokens.get(session, principal.limit.token)
            if record is None or _state(record.token) != "active":
                raise _ended()

    def principal(self, secret: str) -> Principal:
        """Who comes with this token, narrowed to what it permits.

        Raises :class:`Unauthenticated`, with the same words whatever is wrong with the token.
        """
        with self._context.database.read() as session:
            row = tokens.find(session, secret) if is_api_token(secret) else None
            if row is None or _state(row) != "active":
                raise _ended()
            scope = highest(row.scopes)
            limit = Limit(ROLE_OF_SCOPE[scope], row.namespace_id, scope == "read", row.id)
            user, token_id = row.user, row.id
            stale = row.last_used is None or row.last_used < now() - _USED_EVERY
        if stale:
            with self._context.database.write() as session:
                tokens.touch(session, token_id)
        return replace(self._context.principal_of(user), limit=limit)


def _ended() -> Unauthenticated:
    return Unauthenticated(
        "this token is not one of this store, or not any more",
        "Make another one: jupyter terrarium token create.",
    )


def _view(record: TokenRecord) -> Token:
    row = record.token
    return Token.model_validate(
        {
            "id": row.id,
            "user": row.user,
            "name": row.name,
            "scopes": row.scopes,
            "namespace": None if record.namespace is None else record.namespace.name,
            "state": _state(row),
            "created": row.created,
            "expires": row.expires,
            "revoked": row.revoked,
            "last_used": row.last_used,
        }
    )
