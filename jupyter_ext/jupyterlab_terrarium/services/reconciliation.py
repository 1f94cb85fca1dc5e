"""At start: files and database are brought to agree, both ways."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from ..builds import publication
from ..kernels import reconcile
from ..store import environments, kernels, locks, scratches
from ..store.paths import MANIFEST, Layout
from ..store.prefixes import is_complete
from .context import ServiceContext
from .lent_kernels import of_used_shares
from .scratches import registration

LISTED_KERNELS = 200


def reconcile_store(context: ServiceContext) -> None:
    """Mend stable links and kernelspecs from the database, and forget prefixes that are gone."""
    wanted = []
    links: set[Path] = set()
    with context.database.write() as session:
        for known in locks.prefixes(session):
            if not (context.layout.prefix(known) / MANIFEST).exists():
                locks.forget_prefix(session, known)
        for environment, namespace, version in environments.with_current(session):
            digest = _digest(session, context, version.lock_digest)
            if digest is None or is_complete(context.layout, digest) is None:
                if digest is not None:
                    locks.forget_prefix(session, digest)
                continue
            for link in (
                context.layout.environment_link(namespace.name, environment.name),
                context.layout.kernel_link(environment.id),
            ):
                publication.point(link, context.layout.prefix(digest))
                links.add(link)
            for row in kernels.of(session, environment.id):
                wanted.append(
                    publication.registration(
                        context.layout, environment, namespace, row.name, row.kernel
                    )
                )
        _remove_stray_links(context.layout, links)
        layers = [registration(context, session, record) for record in scratches.everybody(session)]
        # Layers first: each is somebody's own work.
        wanted[:0] = [layer for layer in layers if layer is not None]
        wanted.extend(of_used_shares(session, context))
    reconcile.reconcile(wanted[:LISTED_KERNELS], root=context.layout.root)


def _remove_stray_links(layout: Layout, wanted: set[Path]) -> None:
    """What an interrupted rename or deletion has left: links under names that nothing has."""
    for link in (*layout.envs.glob("*/envs/*"), *layout.current.iterdir()):
        if link.is_symlink() and link not in wanted:
            link.unlink(missing_ok=True)


def _digest(session: Session, context: ServiceContext, lock_digest: str | None) -> str | None:
    row = locks.platform(session, lock_digest, context.platform)
    return None if row is None else row.digest
