"""Where a lock that somebody brings may have its package files fetched from.

A specification names channels; a lock names files, and whoever made it is often not who uses it.
So the files and the own addresses of the machine that builds are no place for them, unless the
administrator has made them one.
"""

from __future__ import annotations

from ..conda.kept_files import KeptFiles
from ..conda.own_addresses import configured_places, own_address
from ..conda.specification.text import shown
from ..models.lock import Lock
from ..models.problem import Finding, InvalidLock
from .context import ServiceContext


def require_addresses(context: ServiceContext, lock: Lock) -> None:
    """Raise :class:`InvalidLock` for package files that lie on the building machine itself.

    Those of the store's own channels may, and those that the store has already.
    """
    allowed: tuple[str, ...] | None = None
    kept = KeptFiles(context.layout.blobs, context.layout.trash, keep=True)
    for part in lock.platforms:
        for package in part.files:
            why = own_address(package.url)
            if why is None:
                continue
            allowed = allowed or _allowed(context)
            if package.url.startswith(allowed) or kept.find(package.sha256) is not None:
                continue
            message = f"{package.name} for {part.platform} is to be fetched from {why}"
            hint = (
                "Ask for a lockfile with addresses that others reach; or have the administrator "
                "of the store add the channel to `TerrariumSettings.default_channels`."
            )
            finding = Finding(message=f"{message}: {shown(package.url)}", hint=hint)
            raise InvalidLock(f"The lockfile is refused: {finding.message}.", hint, [finding])


def _allowed(context: ServiceContext) -> tuple[str, ...]:
    more = [*context.policy.private_channels, context.layout.wheels.absolute().as_uri()]
    return configured_places(context.channels, more)
