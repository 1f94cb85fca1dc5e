"""Use cases of clean-up: report what would go, and remove what a report said."""

from __future__ import annotations

import hashlib

from ..access.permissions import require_administrator
from ..access.principals import Principal
from ..builds.cleanup import Cleanup
from ..builds.cleanup_findings import Findings
from ..builds.keeping import keep_cached
from ..faults import fault_point
from ..models.cleanup import CleanupDone, CleanupReport, UnkeptFile
from ..models.problem import Conflict
from ..store import shared_notebooks
from ..store.space import Space
from ..store.tables import now
from .auditing import audited
from .context import ServiceContext
from .namespaces import NamespaceService

_TRASH = "trash"


class CleanupService:
    """For the administrator of the store, or who has it for themselves alone."""

    def __init__(self, context: ServiceContext, namespace_service: NamespaceService) -> None:
        self._context = context
        self._namespaces = namespace_service

    def _require_administrator(self, principal: Principal) -> None:
        """Clean-up looks into everybody's environments."""
        self._namespaces.ensure_personal(principal)
        with self._context.database.read() as session:
            require_administrator(session, principal)

    def _look(self) -> Findings:
        context = self._context
        rules = context.policy.retention
        return Cleanup(context.layout, context.database, rules).look()

    def report(self, principal: Principal) -> CleanupReport:
        """What would go, why, whose it is, and what that really frees. Removes nothing."""
        self._require_administrator(principal)
        return self._report(self._look())

    def _report(self, findings: Findings) -> CleanupReport:
        space = Space()
        for index, found in enumerate(findings.found):
            space.add(str(index), found.paths)
        # What was put away before goes as well, and its links count.
        space.add(_TRASH, [self._context.layout.trash])
        alone = space.alone()
        items = [
            found.item.model_copy(update={"size": alone.get(str(index), 0)})
            for index, found in enumerate(findings.found)
        ]
        return CleanupReport(
            id=_identity(findings),
            made=now(),
            items=items,
            freed=space.total(),
            in_use=findings.in_use,
            kept=findings.kept,
            unkept=[
                UnkeptFile(file_name=one.file_name, version=one.shown, why=one.why)
                for one in findings.unkept
            ],
        )

    @audited("cleanup.apply")
    def apply(self, principal: Principal, report: str) -> CleanupDone:
        """Remove what the report with this id said; the disk has its space back a little later.

        Raises :class:`Conflict` when something else would go by now.
        """
        self._require_administrator(principal)
        findings = self._look()
        if _identity(findings) != report:
            raise Conflict(
                "the store has changed since the report was made", "Look at the new report."
            )
        freed = self._report(findings).freed
        # Before anything goes from a cache.
        keep_cached(self._context.layout, self._context.database, findings.lasting)
        done = []
        for found in findings.found:
            done.append((found.item, found.remove()))
            fault_point("cleanup.removed")
        with self._context.database.read() as session:
            shared_notebooks.remove_dead(session, self._context.layout)
        self._context.database.wake()
        return CleanupDone(
            removed=sum(1 for _, gone in done if gone),
            skipped=[item.shown for item, gone in done if not gone],
            freed=freed,
        )


def _identity(findings: Findings) -> str:
    """Names exactly the things that would go, whatever their size."""
    text = "\n".join(sorted(f"{one.item.kind} {one.item.name}" for one in findings.found))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
