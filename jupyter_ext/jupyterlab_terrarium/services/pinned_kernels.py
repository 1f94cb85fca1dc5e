"""Use cases of pinned kernels: a kernel of one version, or one that follows a named pointer."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ..access.principals import Principal
from ..builds import pinned
from ..models.environment import KernelPin, PinnedKernel
from ..models.names import RESERVED_POINTERS
from ..models.problem import Conflict, InvalidRequest, NotFound
from ..models.status import Page
from ..store import events, kernels, pointers
from ..store.tables import KernelRow
from .auditing import audited
from .context import ServiceContext
from .lent_kernels import of_used_shares
from .versions import VersionService


class PinnedKernelService:
    """Pinned kernels of environments that the principal may change."""

    def __init__(self, context: ServiceContext, versions: VersionService) -> None:
        self._context = context
        self._versions = versions

    @audited("kernel.pin")
    def create(
        self, principal: Principal, namespace: str, name: str, request: KernelPin
    ) -> Page[PinnedKernel]:
        """A kernelspec for each kernel of a version; the same ones when they are there already.

        Raises :class:`Conflict` while the version is not ready, :class:`InvalidRequest` when it
        has no kernel, or when there is nothing to pin to.
        """
        wanted = str(request.version)
        if wanted in RESERVED_POINTERS:
            raise InvalidRequest(
                f"a kernel cannot be pinned to '{wanted}', which is another version every time",
                "Give a version's number or the name of a pointer. The environment's own kernels "
                "follow the current version.",
            )
        context = self._context
        with context.database.write() as session:
            record = self._versions.environment(session, principal, namespace, name, "update")
            environment = record.environment
            version = self._versions.record(session, record, wanted)
            if version.prefix is None:
                raise Conflict(
                    f"version {version.version.number} is not ready, so no kernel can run in it",
                    "Build it first.",
                )
            if not version.prefix.kernels:
                raise InvalidRequest(
                    f"version {version.version.number} of '{name}' has no kernel",
                    "Add a kernel package to it, for example `ipykernel`.",
                )
            # "03" is a number, too.
            pin = str(int(wanted)) if wanted.isdigit() else wanted
            rows = pinned.add(session, context.layout, environment, context.platform, pin)
            events.emit(session, "kernels-changed", environment, version=version.version.number)
            items = [_view(session, row) for row in rows]
        return Page[PinnedKernel](items=items, total=len(items), next_cursor=None)

    @audited("kernel.unpin")
    def delete(self, principal: Principal, namespace: str, name: str, kernel: str) -> None:
        """Remove the pinned kernel whose kernelspec is *kernel*; one that runs goes on.

        Raises :class:`NotFound`, also for kernels that are not pinned.
        """
        context = self._context
        with context.database.write() as session:
            record = self._versions.environment(session, principal, namespace, name, "update")
            environment = record.environment
            found = [r for r in kernels.pinned(session, environment.id) if r.name == kernel]
            if not found:
                raise NotFound(f"'{namespace}/{name}' has no pinned kernel '{kernel[:120]}'")
            [row] = found
            if any(lent.name == row.name for lent in of_used_shares(session, context)):
                # Somebody has the same kernel by a link: it stays in sight as long as that lives.
                kernels.remove(session, row)
            else:
                pinned.remove(session, context.layout, environment, row.pinned, row.kernel)
            events.emit(session, "kernels-changed", environment)


def pinned_views(session: Session, environment_id: str) -> list[PinnedKernel]:
    """The pinned kernels of an environment."""
    return [_view(session, row) for row in kernels.pinned(session, environment_id)]


def _view(session: Session, row: KernelRow) -> PinnedKernel:
    version = pointers.version_of(session, row.environment_id, row.pinned)
    return PinnedKernel(
        name=row.name,
        kernel=row.kernel,
        display_name=row.display_name,
        language=row.language,
        pinned=row.pinned,
        version=None if version is None else version.number,
    )
