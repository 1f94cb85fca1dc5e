"""Use cases of namespaces."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from ..access.permissions import grants, require
from ..access.principals import Principal
from ..models.namespace import Namespace, NamespaceCreate, NamespaceUpdate
from ..models.problem import Conflict, Forbidden, NotFound
from ..models.status import Page
from ..store import members, namespaces
from ..store.tables import NamespaceRow
from .auditing import aside, audited
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
        with aside(), database.write() as session:
            return namespaces.personal(session, principal.user) or namespaces.create_personal(
                session, principal.user, principal.display_name
            )

    @contextmanager
    def reading(self, principal: Principal) -> Iterator[Session]:
        """A session for reading in which the principal's own namespace is there."""
        with self._context.database.read() as session:
            if namespaces.personal(session, principal.user) is not None:
                yield session
                return
        self.ensure_personal(principal)
        with self._context.database.read() as session:
            yield session

    def page(self, principal: Principal) -> Page[Namespace]:
        """Every namespace that the principal can see, their own first."""
        own = self.ensure_personal(principal)
        with self._context.database.read() as session:
            items = self._views(session, principal)
        items.sort(key=lambda item: (item.id != own.id, item.name))
        return Page[Namespace](items=items, total=len(items))

    def show(self, principal: Principal, name: str) -> Namespace:
        """One namespace."""
        with self.reading(principal) as session:
            identity = require(session, principal, name, "read").namespace.id
            return self._views(session, principal, {identity})[0]

    def may_create(self, principal: Principal) -> bool:
        """Whether policy lets the principal make shared namespaces."""
        everyone = self._context.policy.create_namespaces == "everyone"
        return principal.limit is None and (everyone or principal.administrator)

    @audited("namespace.create")
    def create(self, principal: Principal, request: NamespaceCreate) -> Namespace:
        """Make a shared namespace; the principal is its first owner.

        Raises :class:`Conflict` when the name is taken, :class:`Forbidden` when policy says so.
        """
        if not self.may_create(principal):
            raise Forbidden(
                "a token may not make namespaces"
                if principal.limit is not None
                else "only administrators of this store may make shared namespaces",
                "Ask an administrator for one.",
            )
        self.ensure_personal(principal)
        with self._context.database.write() as session:
            if namespaces.find(session, request.name) is not None:
                raise Conflict(
                    f"the name '{request.name}' is taken", "Choose another name for the namespace."
                )
            row = namespaces.create_shared(session, request.name, request.title)
            members.put(session, row, "user", principal.user, "owner", by=principal.user)
            return self._views(session, principal, {row.id})[0]

    @audited("namespace.update")
    def update(self, principal: Principal, name: str, request: NamespaceUpdate) -> Namespace:
        """Change the title."""
        with self._context.database.write() as session:
            row = require(session, principal, name, "members").namespace
            row.title = request.title
        return self.show(principal, name)

    def _views(
        self, session: Session, principal: Principal, only: set[str] | None = None
    ) -> list[Namespace]:
        roles = grants(session, principal)
        wanted = set(roles) if only is None else set(roles) & only
        if only and not wanted:
            raise NotFound("there is no such namespace")
        return [
            Namespace(
                id=row.id,
                name=row.name,
                title=row.title,
                kind="personal" if row.kind == "personal" else "shared",
                role=roles[row.id],
                group=row.group,
                environments=count,
            )
            for row, count in namespaces.by_ids(session, wanted)
        ]
