"""Channels that are not everybody's, where something comes into a namespace."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy.orm import Session

from ..builds.channel_access import ChannelAccess
from ..conda.channels import resolve_channels
from ..conda.files import write_atomically
from ..conda.private_files import PrivateFiles
from ..store import copies, locks
from ..store.tables import EnvironmentRow, VersionRow
from .acceptance import Accepted
from .context import ServiceContext


def access(context: ServiceContext) -> ChannelAccess:
    """The rule as this store's policy has it."""
    return ChannelAccess(context.layout, context.policy)


def require_accepted(context: ServiceContext, namespace: str, accepted: Accepted) -> list[str]:
    """What :meth:`ChannelAccess.require` says of what is about to be built in *namespace*."""
    rule = access(context)
    if not context.policy.private_channels:
        return []
    if accepted.lock is not None:
        return rule.require(namespace, accepted.lock)
    rule.require_channels(
        namespace, resolve_channels(accepted.specification.channels, context.channels)
    )
    return []


def require_versions(
    context: ServiceContext, session: Session, versions: Iterable[VersionRow], namespace: str
) -> None:
    """Raise :class:`ChannelForbidden` unless all *versions* may come into *namespace*."""
    if not context.policy.private_channels:
        return
    for version in versions:
        lock = locks.of_version(session, version)
        if lock is not None:
            access(context).require_here(namespace, lock)


def require_environment(
    context: ServiceContext, session: Session, environment: EnvironmentRow, namespace: str
) -> None:
    """Raise :class:`ChannelForbidden` unless the whole history may come into *namespace*."""
    if context.policy.private_channels:
        versions = copies.all_versions(session, environment.id)
        require_versions(context, session, versions, namespace)


def note_what_is_here(context: ServiceContext) -> None:
    """Note the files that were fetched before their channels became private; once for each list.

    By where the locks of this store say that they are from.
    """
    channels = tuple(sorted(context.policy.private_channels))
    mark = context.layout.root / "private-channels"
    wanted = hashlib.sha256("\n".join(channels).encode()).hexdigest().encode()
    if not channels or (mark.is_file() and mark.read_bytes() == wanted):
        return
    files = PrivateFiles(context.layout.private, channels)
    with context.database.read() as session:
        for lock in locks.all_of_them(session):
            for part in lock.platforms:
                for package in part.files:
                    files.came_from(package.sha256, package.url)
    write_atomically(mark, wanted)
