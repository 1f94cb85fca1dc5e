"""Use cases of namespaces."""

from __future__ import annotations

from ..access.permissions import grants
from ..access.principals import Principal
from ..models.environment import Namespace
from ..models.status import Page
from ..store import namespaces
from ..store.tables import NamespaceRow
from .context import ServiceContext


class NamespaceService:
    """Namespaces of a principal; the personal one is there from the first request."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def ensure_personal(self, principal: Principal) -> NamespaceRow:
        """The principal's own namespace, made when it is missing."""
        database = self._context.database
        with database.read() as session:
            row = namespaces.personal(session, principal.user)
        if row is not None:
            return row
        with database.write() as session:
            return namespaces.personal(session, principal.user) or namespaces.create_personal(
                session, principal.user, principal.display_name
            )

    def page(self, principal: Principal) -> Page[Namespace]:
        """Every namespace that the principal can see, their own first."""
        own = self.ensure_personal(principal)
        with self._context.database.read() as session:
            roles = grants(session, principal)
            rows = namespaces.by_ids(session, set(roles))
        items = [
            Namespace(
                id=row.id,
                name=row.name,
                title=row.title,
                kind="personal" if row.kind == "personal" else "shared",
                role=roles[row.id],
                environments=count,
            )
            for row, count in rows
        ]
        items.sort(key=lambda item: (item.id != own.id, item.name))
        return Page[Namespace](items=items, total=len(items))
