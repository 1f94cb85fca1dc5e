"""Use cases of the audit: reading it, and what is refused before a use case begins."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ..access.permissions import grants, may, require
from ..access.principals import Principal
from ..models.audit import AuditEntry
from ..models.problem import InvalidRequest, NotFound, TerrariumError
from ..models.status import Page
from ..store import audit, namespaces
from ..store.team_tables import AuditRow
from .context import ServiceContext
from .cursors import decode, encode

MAX_LINES = 10_000


class AuditService:
    """What the principal may read of the audit: owners their namespaces, administrators all."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def page(
        self,
        principal: Principal,
        *,
        namespace: str | None = None,
        user: str | None = None,
        action: str | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page[AuditEntry]:
        """A page of lines, newest first. *action* is one, or the noun of several."""
        before = None if cursor is None else _sequence(cursor)
        with self._context.database.read() as session:
            items, total = audit.page(
                session,
                self._readable(session, principal, namespace),
                before=before,
                user=user,
                action=action,
                limit=limit + 1,
            )
        more = len(items) > limit
        items = list(items[:limit])
        return Page[AuditEntry](
            items=items,
            total=total,
            next_cursor=encode([str(items[-1].sequence)]) if more else None,
        )

    def lines(self, principal: Principal, namespace: str | None = None) -> str:
        """The newest 10,000 lines as JSON lines, newest first."""
        page = self.page(principal, namespace=namespace, limit=MAX_LINES)
        return "".join(item.model_dump_json() + "\n" for item in page.items)

    def refused(self, principal: Principal, action: str, error: TerrariumError) -> None:
        """Note what was refused before its use case began."""
        with self._context.database.write() as session:
            own = namespaces.personal(session, principal.user)
            audit.add(
                session,
                AuditRow(
                    user=principal.user,
                    action=action,
                    namespace_id=None if own is None else own.id,
                    origin=principal.origin,
                    outcome=error.code,
                    data={},
                ),
            )

    def _readable(
        self, session: Session, principal: Principal, namespace: str | None
    ) -> set[str] | None:
        """Ids of the namespaces whose lines may be read; ``None``: all there is."""
        everything = principal.administrator and principal.limit is None
        if namespace is not None and everything:
            row = namespaces.find(session, namespace)
            if row is None:
                raise NotFound(f"there is no namespace '{namespace}'")
            return {row.id}
        if namespace is not None:
            return {require(session, principal, namespace, "audit").namespace.id}
        if everything:
            return None
        roles = grants(session, principal)
        return {identity for identity, role in roles.items() if may(role, "audit")}


def _sequence(cursor: str) -> int:
    text = decode(cursor, 1)[0]
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise InvalidRequest("the cursor is not one that this list has given out")
    return int(text)
