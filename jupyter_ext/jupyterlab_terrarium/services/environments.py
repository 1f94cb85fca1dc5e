"""Use cases of environments: create, list, show, change, delete."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ..access.permissions import Action, Grant, reach, require
from ..access.principals import Principal
from ..builds import pinned, publication
from ..faults import fault_point
from ..models.environment import (
    Environment,
    EnvironmentCreate,
    EnvironmentSummary,
    EnvironmentUpdate,
)
from ..models.names import suggest_name
from ..models.problem import Conflict, InvalidRequest, NotFound
from ..models.status import Page
from ..store import environment_list, environments, events, pointers
from ..store.environment_filter import matched_packages
from ..store.environments import EnvironmentRecord
from ..store.tables import now
from .acceptance import accept, with_plan
from .auditing import audited
from .context import ServiceContext
from .cursors import decode, encode
from .namespaces import NamespaceService
from .pinned_kernels import pinned_views
from .relocation import refuse_taken, relocate
from .versions import VersionService, interpreter_path
from .views import environment_view, summary_view


class EnvironmentService:
    """Environments in the namespaces that the principal can see."""

    def __init__(
        self, context: ServiceContext, namespaces: NamespaceService, versions: VersionService
    ) -> None:
        self._context = context
        self._namespaces = namespaces
        self._versions = versions

    def page(
        self,
        principal: Principal,
        *,
        namespace: str | None = None,
        text: str = "",
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page[EnvironmentSummary]:
        """A page of environments by namespace and name.

        Every word of *text* is part of the name, title or headline, or begins the name (or a part
        of the name) of a package that the environment has.
        """
        after = None if cursor is None else decode(cursor, 2)
        with self._namespaces.reading(principal) as session:
            roles = reach(session, principal)
            if namespace is None:
                ids = set(roles.namespaces)
            else:
                ids = {require(session, principal, namespace, "read").namespace.id}
            rows, total = environment_list.page(
                session,
                ids,
                self._context.platform,
                text=text,
                after=None if after is None else (after[0], after[1]),
                limit=limit + 1,
            )
            listed = rows[:limit]
            kernels = environment_list.kernels(session, [row.id for row in listed])
            packages = matched_packages(session, text, listed)
        items = [
            summary_view(
                row,
                kernels.get(row.id, []),
                role=roles.role(row.namespace_id, row.id) or "viewer",
                packages=packages.get(row.id, []),
            )
            for row in listed
        ]
        more = len(rows) > limit
        last = items[-1] if more else None
        return Page[EnvironmentSummary](
            items=items,
            total=total,
            next_cursor=None if last is None else encode([last.namespace, last.name]),
        )

    def find(
        self, session: Session, principal: Principal, namespace: str, name: str, action: Action
    ) -> tuple[Grant, EnvironmentRecord]:
        """The environment when the principal may do *action* to it; else raises."""
        grant = require(session, principal, namespace, action, name)
        record = environments.find(session, grant.namespace.id, name, self._context.platform)
        if record is None:
            raise NotFound(f"there is no environment '{namespace}/{name}'")
        return grant, record

    def show(self, principal: Principal, namespace: str, name: str) -> Environment:
        """Everything about one environment."""
        with self._namespaces.reading(principal) as session:
            grant, record = self.find(session, principal, namespace, name, "read")
            identity = record.environment.id
            row = environment_list.one(session, identity, self._context.platform)
            kernels = environment_list.kernels(session, [identity])
            latest = self._versions.view(session, record, record.latest.number)
            current = None
            if record.current is not None:
                same = record.current.id == record.latest.id
                current = (
                    latest if same else self._versions.view(session, record, record.current.number)
                )
            link = self._context.layout.environment_link(namespace, name)
            return environment_view(
                summary_view(row, kernels.get(identity, []), role=grant.role),
                record,
                interpreter=interpreter_path(link, current),
                current=current,
                latest=latest,
                pointers=pointers.of(session, identity),
                pinned=pinned_views(session, identity),
            )

    @audited("environment.create")
    def create(self, principal: Principal, request: EnvironmentCreate) -> Environment:
        """Accept a new environment with its first version and queue its build.

        Raises :class:`Conflict` when the name is taken; nothing is stored on any error.
        """
        own = self._namespaces.ensure_personal(principal)
        accepted = accept(
            self._context,
            specification=request.specification,
            lockfile=request.lockfile,
            plan=request.plan,
        )
        namespace = request.namespace or own.name
        name = request.name or suggest_name(accepted.specification.name or "")
        if not name:
            raise InvalidRequest(
                "the environment has no name", "Give one, or write `name:` into the specification."
            )
        with self._context.database.write() as session:
            grant = require(session, principal, namespace, "create")
            refuse_taken(session, grant.namespace, name)
            accepted = with_plan(session, principal, accepted, request.plan, None)
            row = environments.add(
                session,
                grant.namespace,
                name,
                title=request.title,
                description=request.description,
                user=principal.user,
            )
            build = self._versions.add(
                session, principal, row, accepted, request.run_link_scripts or []
            )
            events.emit(session, "environment-created", row, version=1, build_id=build.id)
            fault_point("acceptance.rows")
        fault_point("acceptance.committed")
        self._versions.begin(build.id)
        return self.show(principal, namespace, name)

    @audited("environment.update")
    def update(
        self, principal: Principal, namespace: str, name: str, request: EnvironmentUpdate
    ) -> Environment:
        """Change title, description, marks, the current version, name or namespace.

        Raises :class:`Conflict` when the version is not ready, or the name is taken.
        """
        if request.current is not None:
            self._versions.forget_if_gone(principal, namespace, name, request.current)
        with self._context.database.write() as session:
            _, record = self.find(session, principal, namespace, name, "update")
            row = record.environment
            if request.recommended is not None:
                require(session, principal, namespace, "recommend", name)
            relocate(session, self._context, principal, record, request)
            if request.title is not None:
                row.title = request.title
            if request.description is not None:
                row.description = request.description
            if request.recommended is not None:
                row.recommended = request.recommended
            if request.hold is not None:
                row.hold = request.hold
            row.updated = now()
            events.emit(session, "environment-updated", row)
            if request.current is not None:
                version = self._versions.record(session, record, request.current)
                if version.prefix is None or version.platform is None:
                    raise Conflict(
                        f"version {request.current} is not ready, so it cannot become current",
                        "Build it first.",
                    )
                publication.make_current(
                    session,
                    self._context.layout,
                    row,
                    version.version,
                    version.platform.digest,
                    version.prefix.kernels,
                )
        return self.show(principal, request.namespace or namespace, request.name or name)

    @audited("environment.delete")
    def delete(self, principal: Principal, namespace: str, name: str) -> None:
        """Delete softly: out of sight with its kernels; running kernels keep their files."""
        with self._context.database.write() as session:
            _, record = self.find(session, principal, namespace, name, "delete")
            row = record.environment
            row.deleted = row.updated = now()
            running = publication.withdraw(session, self._context.layout, row)
            pinned.hide(session, self._context.layout, row)
            events.emit(session, "environment-deleted", row)
            fault_point("deletion.withdrawn")
        for build_id in running:
            self._context.supervisor.cancel(build_id)
