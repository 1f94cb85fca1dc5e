"""Use cases of builds: follow, read the log, cancel."""

from __future__ import annotations

from datetime import datetime, timezone

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from ..access.permissions import grants, may, role_on
from ..access.principals import Principal
from ..models.build import ENDED, Build, BuildLog, BuildState, WorkerEvent
from ..models.problem import Forbidden, InvalidRequest, NotFound
from ..models.status import Page
from ..store import builds
from ..store.builds import BuildRecord
from .auditing import audited
from .context import ServiceContext
from .cursors import decode, encode
from .namespaces import NamespaceService
from .queue import outlooks
from .views import build_view

LOG_PART_BYTES = 512 * 1024
_EVENT: TypeAdapter[WorkerEvent] = TypeAdapter(WorkerEvent)


class BuildService:
    """Builds of environments that the principal can see."""

    def __init__(self, context: ServiceContext, namespaces: NamespaceService) -> None:
        self._context = context
        self._namespaces = namespaces

    def _find(
        self, session: Session, principal: Principal, build_id: str, *, change: bool = False
    ) -> BuildRecord:
        record = builds.get(session, build_id)
        role = None
        if record is not None and record.environment.deleted is None:
            role = role_on(session, principal, record.namespace, record.environment.name)
        if record is None or role is None:
            raise NotFound("there is no such build")
        if change and not may(role, "build"):
            raise Forbidden(f"your role in '{record.namespace.name}' is {role}")
        return record

    def page(
        self,
        principal: Principal,
        *,
        active: bool | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page[Build]:
        """A page of builds, newest first; only active or only ended ones when asked."""
        before = None
        if cursor is not None:
            created, last = decode(cursor, 2)
            try:
                before = (datetime.fromisoformat(created).astimezone(timezone.utc), last)
            except (ValueError, OverflowError):
                raise InvalidRequest("the cursor is not one that this list has given out") from None
        with self._namespaces.reading(principal) as session:
            rows, total = builds.page(
                session,
                set(grants(session, principal)),
                active=active,
                before=before,
                limit=limit + 1,
            )
            ahead = outlooks(session, self._context.supervisor)
        items = [build_view(row, ahead.get(row.build.id)) for row in rows[:limit]]
        more = len(rows) > limit
        return Page[Build](
            items=items,
            total=total,
            next_cursor=encode([items[-1].created.isoformat(), items[-1].id]) if more else None,
        )

    def show(self, principal: Principal, build_id: str) -> Build:
        """One build."""
        with self._context.database.read() as session:
            record = self._find(session, principal, build_id)
            if BuildState(record.build.state) in ENDED:
                return build_view(record)
            return build_view(record, outlooks(session, self._context.supervisor).get(build_id))

    @audited("build.cancel")
    def cancel(self, principal: Principal, build_id: str) -> Build:
        """Ask a build to end, in any phase. A build that has ended stays as it is."""
        with self._context.database.write() as session:
            record = self._find(session, principal, build_id, change=True)
            if BuildState(record.build.state) not in ENDED:
                record.build.cancel_requested = True
                if record.build.owner is None:
                    builds.enter(session, record.build, BuildState.CANCELLED)
        self._context.supervisor.cancel(build_id)
        return self.show(principal, build_id)

    def log(self, principal: Principal, build_id: str, offset: int) -> BuildLog:
        """A part of the log from *offset* (bytes), whole lines only, at most 512 KiB."""
        with self._context.database.read() as session:
            record = self._find(session, principal, build_id)
            ended = BuildState(record.build.state) in ENDED
        try:
            with self._context.layout.log(build_id).open("rb") as stream:
                stream.seek(offset)
                part = stream.read(LOG_PART_BYTES)
        except FileNotFoundError:
            part = b""
        whole = part[: part.rfind(b"\n") + 1]
        if not whole and len(part) == LOG_PART_BYTES:
            # One line longer than a part: nobody can show it, so it is passed over.
            whole = part
        events: list[WorkerEvent] = []
        for line in whole.splitlines():
            try:
                events.append(_EVENT.validate_json(line))
            except ValidationError:
                continue
        complete = ended and len(part) < LOG_PART_BYTES
        return BuildLog(events=events, next_offset=offset + len(whole), complete=complete)
