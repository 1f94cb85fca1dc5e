"""Use case: a copy of an environment, at once and without copying a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from ..access.permissions import require
from ..access.principals import Principal
from ..builds import publication
from ..models.environment import Environment, EnvironmentCopy
from ..models.problem import InvalidRequest
from ..store import copies, environments, events
from ..store.environments import EnvironmentRecord
from ..store.tables import EnvironmentRow, VersionRow
from .auditing import audited
from .channel_access import require_versions
from .context import ServiceContext
from .environments import EnvironmentService
from .namespaces import NamespaceService
from .relocation import refuse_taken
from .versions import VersionService


class CopyService:
    """Copies of environments that the principal can see, to where they may create."""

    def __init__(
        self,
        context: ServiceContext,
        namespaces: NamespaceService,
        versions: VersionService,
        shown: EnvironmentService,
    ) -> None:
        self._context = context
        self._namespaces = namespaces
        self._versions = versions
        self._environments = shown

    @audited("environment.copy")
    def make(
        self, principal: Principal, namespace: str, name: str, request: EnvironmentCopy
    ) -> Environment:
        """Copy one version as the first of a new environment, or the whole history.

        Raises :class:`Conflict` when the name is taken.
        """
        if request.history and request.version is not None:
            raise InvalidRequest("a copy of one version has no history", "Ask for one of the two.")
        return self.of_source(
            principal,
            lambda session: (
                self._versions.environment(session, principal, namespace, name),
                request.version,
            ),
            namespace=request.namespace,
            name=request.name,
            history=request.history,
        )

    def of_source(
        self,
        principal: Principal,
        source_of: Callable[[Session], tuple[EnvironmentRecord, str | None]],
        *,
        namespace: str | None,
        name: str | None,
        history: bool = False,
    ) -> Environment:
        """A copy of what *source_of* permits, looked up in the transaction that copies it.

        It answers the environment and the version wanted of it (``None``: the current one).
        """
        own = self._namespaces.ensure_personal(principal)
        place = namespace or own.name
        with self._context.database.write() as session:
            source, version = source_of(session)
            called = name or source.environment.name
            target = require(session, principal, place, "create").namespace
            refuse_taken(session, target, called)
            copy = environments.add(
                session,
                target,
                called,
                title=source.environment.title,
                description=source.environment.description,
                user=principal.user,
            )
            events.emit(session, "environment-created", copy, version=1)
            if history:
                self._copy_history(session, principal, source, copy)
            else:
                self._copy_version(session, principal, source, copy, version)
        self._context.supervisor.poke()
        return self._environments.show(principal, place, called)

    def _copy_history(
        self,
        session: Session,
        principal: Principal,
        source: EnvironmentRecord,
        copy: EnvironmentRow,
    ) -> None:
        versions = copies.all_versions(session, source.environment.id)
        self._require_channels(session, copy, versions)
        made = copies.copy_versions(session, copy, versions, principal.user, renumber=False)
        copies.copy_pointers(session, source.environment, made, principal.user)
        if source.current is not None:
            number = source.current.number
            self._make_current(session, source, number, copy, made[source.current.id])

    def _copy_version(
        self,
        session: Session,
        principal: Principal,
        source: EnvironmentRecord,
        copy: EnvironmentRow,
        wanted: str | None,
    ) -> None:
        shown = source.current or source.latest
        version = self._versions.record(session, source, wanted or shown.number).version
        self._require_channels(session, copy, [version])
        made = copies.copy_versions(session, copy, [version], principal.user, renumber=True)
        first = made[version.id]
        origin = f"{source.namespace.name}/{source.environment.name}@{version.number}"
        first.note = version.note or f"Copied from {origin}."
        # What is current nowhere, because its checks failed, is so only when somebody names it.
        if wanted is not None or source.current is not None:
            self._make_current(session, source, version.number, copy, first)

    def _require_channels(
        self, session: Session, copy: EnvironmentRow, versions: Sequence[VersionRow]
    ) -> None:
        namespace = environments.namespace(session, copy).name
        require_versions(self._context, session, versions, namespace)

    def _make_current(
        self,
        session: Session,
        source: EnvironmentRecord,
        number: int,
        copy: EnvironmentRow,
        version: VersionRow,
    ) -> None:
        """The copy gets kernels of its own, when the files of version *number* are here."""
        found = self._versions.record(session, source, number)
        if found.prefix is not None and found.platform is not None:
            publication.make_current(
                session,
                self._context.layout,
                copy,
                version,
                found.platform.digest,
                found.prefix.kernels,
            )
