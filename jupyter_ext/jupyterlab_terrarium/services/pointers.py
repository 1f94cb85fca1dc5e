"""Use cases of named pointers: names that lead to a version, `stable` for example."""

from __future__ import annotations

from ..access.principals import Principal
from ..builds import pinned
from ..models.environment import Pointer, PointerUpdate
from ..models.names import check_pointer
from ..models.problem import Conflict, InvalidRequest, NotFound
from ..store import events, pointers
from ..store.pointers import PointerRecord
from .auditing import audited
from .context import ServiceContext
from .versions import VersionService
from .views import pointer_view


class PointerService:
    """Named pointers of environments that the principal may change."""

    def __init__(self, context: ServiceContext, versions: VersionService) -> None:
        self._context = context
        self._versions = versions

    @audited("pointer.put")
    def put(
        self, principal: Principal, namespace: str, name: str, pointer: str, request: PointerUpdate
    ) -> Pointer:
        """Let *pointer* lead to a version, which must be ready: whoever follows it wants to work.

        Raises :class:`InvalidRequest` for a name that no pointer may have, :class:`Conflict`.
        """
        try:
            check_pointer(pointer)
        except ValueError as error:
            raise InvalidRequest(f"'{pointer[:80]}' cannot name a pointer: {error}") from None
        with self._context.database.write() as session:
            environment = self._versions.environment(session, principal, namespace, name, "update")
            record = self._versions.record(session, environment, request.version)
            if record.prefix is None:
                raise Conflict(
                    f"version {request.version} is not ready, so '{pointer}' cannot lead to it",
                    "Build it first.",
                )
            row = pointers.put(session, record.version, pointer, principal.user)
            context = self._context
            if pinned.show(session, context.layout, environment.environment, context.platform):
                events.emit(session, "kernels-changed", environment.environment)
            events.emit(
                session,
                "environment-updated",
                environment.environment,
                version=request.version,
                data={"pointer": pointer},
            )
            return pointer_view(PointerRecord(row, record.version))

    @audited("pointer.delete")
    def delete(self, principal: Principal, namespace: str, name: str, pointer: str) -> None:
        """Remove *pointer* with the kernels that follow it; the version stays.

        Raises :class:`NotFound`.
        """
        with self._context.database.write() as session:
            environment = self._versions.environment(session, principal, namespace, name, "update")
            found = pointers.find(session, environment.environment.id, pointer)
            if found is None:
                raise NotFound(f"'{namespace}/{name}' has no pointer '{pointer[:80]}'")
            if pinned.remove(session, self._context.layout, environment.environment, pointer):
                events.emit(session, "kernels-changed", environment.environment)
            pointers.remove(session, found.pointer)
            events.emit(
                session,
                "environment-updated",
                environment.environment,
                data={"pointer": pointer},
            )
