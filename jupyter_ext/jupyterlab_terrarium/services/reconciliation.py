"""At start: files and database are brought to agree, both ways."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ..builds import pinned
from ..builds.undoable import point
from ..kernels import reconcile
from ..kernels.kernelspecs import KernelRegistration
from ..store import links, locks, scratches
from ..store.paths import Layout
from ..store.prefixes import is_complete
from .context import ServiceContext
from .lent_kernels import of_used_shares
from .scratches import registration

LISTED_KERNELS = 200


def reconcile_store(context: ServiceContext) -> None:
    """Mend stable links and kernelspecs from the database, and forget prefixes that are gone."""
    layout = context.layout
    wanted: list[KernelRegistration] = []
    kept: set[str] = set()
    with context.database.write() as session:
        complete = _complete_prefixes(session, layout)
        names = links.minted(session)
        for one in links.linked(session, context.platform):
            if one.digest not in complete:
                complete[one.digest] = is_complete(layout, one.digest) is not None
            if not complete[one.digest]:
                continue
            for link in (
                layout.environment_link(one.namespace, one.environment),
                layout.kernel_link(one.environment_id),
            ):
                point(link, layout.prefix(one.digest))
                kept.add(str(link))
            # Kernels of the environments that were changed last come first, and few are listed.
            if len(wanted) < LISTED_KERNELS:
                wanted += [
                    KernelRegistration(
                        name=name,
                        root=layout.root,
                        environment_id=one.environment_id,
                        namespace=one.namespace,
                        environment=one.environment,
                        kernel=kernel,
                        personal=one.personal,
                    )
                    for name, kernel in names.get(one.environment_id, [])
                ]
        links_of_pins, pins = pinned.of_everybody(session, layout, context.platform)
        for link, target in links_of_pins.items():
            point(link, target)
            kept.add(str(link))
        _remove_stray_links(layout, kept)
        layers = [registration(context, session, record) for record in scratches.everybody(session)]
        # Layers first: each is somebody's own work. Then what somebody has asked for.
        wanted[:0] = [*(layer for layer in layers if layer is not None), *pins]
        wanted.extend(of_used_shares(session, context))
    reconcile.reconcile(wanted[:LISTED_KERNELS], root=layout.root)


def _complete_prefixes(session: Session, layout: Layout) -> dict[str, bool]:
    """Which prefixes of the database are complete; those that are not are forgotten."""
    complete = {
        digest: is_complete(layout, digest) is not None for digest in locks.prefixes(session)
    }
    for digest, here in complete.items():
        if not here:
            locks.forget_prefix(session, digest)
    return complete


def _remove_stray_links(layout: Layout, wanted: set[str]) -> None:
    """What an interrupted rename or deletion has left: links under names that nothing has."""
    for link in (*layout.envs.glob("*/envs/*"), *layout.current.iterdir()):
        if str(link) not in wanted and link.is_symlink():
            link.unlink(missing_ok=True)
