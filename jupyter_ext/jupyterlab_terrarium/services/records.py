"""Use cases of records: which version a kernel runs, and that a notebook was saved on it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ..access.permissions import grants
from ..access.principals import Principal
from ..models.problem import NotFound
from ..models.record import NotebookRecord, RecordCreate, RunningKernel
from ..store import environments, records
from ..store.tables import EnvironmentRow, NamespaceRow, VersionRow
from .context import ServiceContext
from .versions import VersionService

_KERNEL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class RecordService:
    """Records of notebooks that the principal saves."""

    def __init__(self, context: ServiceContext, versions: VersionService) -> None:
        self._context = context
        self._versions = versions

    def add(
        self, principal: Principal, namespace: str, name: str, number: str, request: RecordCreate
    ) -> None:
        """A notebook was saved on a version: clean-up keeps it. Whoever may read it may."""
        with self._context.database.write() as session:
            environment = self._versions.environment(session, principal, namespace, name)
            version = self._versions.record(session, environment, number).version
            records.put(session, version, principal.user, request.notebook)


@dataclass(frozen=True)
class Noted:
    """What a kernel runs, as its launcher has noted it."""

    environment: EnvironmentRow
    namespace: NamespaceRow
    version: VersionRow
    scratch: bool

    def shown(self, store: str) -> RunningKernel:
        """The record of a notebook that is saved on this kernel, of the store at *store*."""
        return RunningKernel(
            environment_id=self.environment.id,
            record=NotebookRecord(
                environment=f"{self.namespace.name}/{self.environment.name}",
                version=self.version.number,
                lock_digest=self.version.lock_digest or "",
                store=store,
                scratch=self.scratch,
            ),
        )


def noted(session: Session, context: ServiceContext, kernel: str) -> Noted:
    """What the kernel with this id runs. Raises :class:`NotFound` when it is none of ours.

    Of several versions with these files: the one that it is pinned to, else the current one.
    """
    try:
        if not _KERNEL_ID.fullmatch(kernel):
            raise ValueError("no id of a kernel")
        found = json.loads(context.layout.running_kernel(kernel).read_bytes())
        identity, digest = str(found["id"]), str(found["digest"])
        pinned, scratch = str(found["version"]), bool(found["scratch"])
    except (OSError, ValueError, LookupError, TypeError):
        raise NotFound("this kernel is not one of Terrarium's") from None
    rows = records.running(session, identity, digest)
    if not rows:
        raise NotFound("what this kernel runs is not in the store any more")
    environment = environments.get(session, identity)
    if environment.deleted is not None:
        raise NotFound("the environment that this kernel runs was deleted")

    def preference(row: VersionRow) -> tuple[bool, bool]:
        return str(row.number) == pinned, row.id == environment.current_version_id

    version = max(rows, key=preference)
    return Noted(environment, environments.namespace(session, environment), version, scratch)


def running(
    session: Session, context: ServiceContext, principal: Principal, kernel: str
) -> RunningKernel:
    """What a kernel runs, when the principal can see it; else raises :class:`NotFound`."""
    found = noted(session, context, kernel)
    if found.namespace.id not in grants(session, principal):
        raise NotFound("this kernel is not one of Terrarium's")
    return found.shown(context.public_url)
