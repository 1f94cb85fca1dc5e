"""Use cases of those who were given a link: see the card, use it, copy it, take its files.

A link needs no role in the namespace and gives none. Whatever is wrong with one, the answer is the
same: :class:`ShareDead`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import cast

from sqlalchemy.orm import Session

from ..access.principals import Principal
from ..models.build import ENDED, BuildState, Priority
from ..models.environment import Environment, Kernel
from ..models.lock import Lock
from ..models.problem import Conflict, Forbidden, NotFound, ShareDead
from ..models.share import (
    Card,
    LentVersion,
    Rights,
    ShareCopy,
    ShareFile,
    ShareUse,
    is_token,
    permits,
)
from ..store import builds, environments, locks, shared_notebooks, shares
from ..store.environments import EnvironmentRecord, VersionRecord
from ..store.shares import ShareRecord
from ..store.tables import now
from ..store.team_tables import ShareRow
from .auditing import audited
from .cards import CardMaker
from .context import ServiceContext
from .copies import CopyService
from .lent_kernels import lent_kernels, lent_version
from .queue import require_room
from .shares import may_still_share


@dataclass(frozen=True)
class OpenedLink:
    """A living link with what it leads to now."""

    share: ShareRow
    environment: EnvironmentRecord
    version: VersionRecord
    lock: Lock

    @property
    def found(self) -> tuple[EnvironmentRecord, VersionRecord, Lock]:
        """What it leads to."""
        return self.environment, self.version, self.lock


def dead() -> ShareDead:
    """The one answer for every link that gives nothing."""
    return ShareDead(
        "this link does not work, or does not work any more",
        "It may have expired, have been revoked or be meant for others. "
        "Ask whoever sent it for a new one.",
    )


class SharedLinkService:
    """Links as their holders use them."""

    def __init__(self, context: ServiceContext, copies: CopyService) -> None:
        self._context = context
        self._copies = copies
        self._cards = CardMaker(context)

    def card(self, principal: Principal | None, token: str) -> Card:
        """What the link shows. Nothing is counted, built or changed.

        *principal* is ``None`` for somebody who has not logged in: they see links for everybody.
        """
        with self._context.database.read() as session:
            opened = self.open(session, principal, token)
            row, version = opened.share, opened.version.version
            environment = opened.environment.environment
            build = opened.version.build
            notebook = shared_notebooks.get(self._context.layout, row.id)
            return Card(
                namespace=opened.environment.namespace.name,
                name=environment.name,
                title=environment.title,
                description=environment.description,
                version=version.number,
                always_current=row.version_id is None,
                shared_by=row.created_by,
                shared=row.created,
                expires=row.expires,
                note=row.note,
                notebook="" if notebook is None else notebook.name,
                rights=cast(Rights, row.rights),
                building=build is not None and BuildState(build.state) not in ENDED,
                **self._cards.of_lock(session, opened.lock),
            )

    @audited("share.use")
    def use(self, principal: Principal, token: str) -> ShareUse:
        """Kernels of the version; when its files are not here, their build is asked for."""
        with self._context.database.write() as session:
            opened = self.open(session, principal, token)
            self._require(opened, "use")
            if opened.version.platform is None:
                raise Conflict(
                    f"'{opened.environment.environment.name}' is not for this server "
                    f"({self._context.platform})",
                    "Download its environment.yml and add the platform to it.",
                )
            shares.record_use(session, opened.share, principal.user)
            kernels = lent_kernels(
                session, self._context, opened.environment, opened.version, opened.share
            )
            ready = opened.version.prefix is not None
            if not ready:
                self._build(session, principal, opened)
        if not ready:
            self._context.supervisor.poke()
        return self._used(opened, ready, kernels)

    def _build(self, session: Session, principal: Principal, opened: OpenedLink) -> None:
        last = opened.version.build
        if last is None or BuildState(last.state) in ENDED:
            builds.add(session, opened.version.version, principal.user, Priority.REBUILD)
            require_room(session, self._context.policy, principal)

    def _used(self, opened: OpenedLink, ready: bool, kernels: list[Kernel]) -> ShareUse:
        version = opened.version.version
        return ShareUse(
            environment_id=opened.environment.environment.id,
            namespace=opened.environment.namespace.name,
            name=opened.environment.environment.name,
            version=version.number,
            lock_digest=version.lock_digest or "",
            ready=ready,
            follows=opened.share.version_id is None,
            kernels=kernels,
        )

    def lent(self, principal: Principal, environment_id: str, version: str) -> LentVersion:
        """A version that the principal uses by a living link, for a server of theirs to run it.

        *version* is a number, or ``current`` for who has a link to whatever is current. Raises
        :class:`NotFound`.
        """
        with self._context.database.read() as session:
            for record in shares.used_by(session, principal.user, environment_id):
                opened = self._opened(session, record, principal)
                if opened is None or not permits(opened.share.rights, "use"):
                    continue
                follows = opened.share.version_id is None
                wanted = "current" if follows else str(opened.version.version.number)
                if version == wanted:
                    return lent_version(session, self._context, *opened.found, follow=follows)
        raise NotFound("no link that works leads there")

    @audited("share.copy")
    def copy(self, principal: Principal, request: ShareCopy) -> Environment:
        """A copy of what the link leads to, where the principal may create. That is a use."""

        def source(session: Session) -> tuple[EnvironmentRecord, str]:
            opened = self.open(session, principal, request.token)
            self._require(opened, "copy")
            shares.record_use(session, opened.share, principal.user)
            return opened.environment, str(opened.version.version.number)

        return self._copies.of_source(
            principal, source, namespace=request.namespace, name=request.name
        )

    def file(
        self,
        principal: Principal | None,
        token: str,
        name: ShareFile,
        platform: str | None = None,
    ) -> str:
        """What the link leads to as a file. Looking is no use, and a file is a look at it.

        *platform* is that of ``explicit.txt``; default: this server's.
        """
        with self._context.database.read() as session:
            opened = self.open(session, principal, token)
        if name == "notebook.ipynb":
            notebook = shared_notebooks.get(self._context.layout, opened.share.id)
            if notebook is None:
                raise NotFound("no notebook goes along with this link")
            return json.dumps(notebook.content, indent=1, ensure_ascii=False, sort_keys=True)
        if name == "environment.yml":
            return opened.version.version.specification_text
        if name == "explicit.txt":
            from ..conda.explicit import explicit_file

            return explicit_file(opened.lock, platform or self._context.platform)
        return self._context.solver.write_lockfile(opened.lock)

    def _require(self, opened: OpenedLink, needed: Rights) -> None:
        if not permits(opened.share.rights, needed):
            words = {"use": "used in a notebook", "copy": "copied"}
            raise Forbidden(
                f"what this link leads to may not be {words[needed]}",
                "Ask whoever sent it for a link that permits it.",
            )

    def open(self, session: Session, principal: Principal | None, token: str) -> OpenedLink:
        """The link with *token* when it works for *principal*; raises :class:`ShareDead`."""
        record = shares.find(session, token) if is_token(token) else None
        opened = None if record is None else self._opened(session, record, principal)
        if opened is None:
            raise dead()
        return opened

    def _opened(
        self, session: Session, record: ShareRecord, principal: Principal | None
    ) -> OpenedLink | None:
        """What a link leads to now; ``None`` when it does not work for *principal*."""
        row = record.share
        if row.revoked is not None or (row.expires is not None and row.expires <= now()):
            return None
        if not self._is_for(session, row, record.uses, principal):
            return None
        if not may_still_share(self._context, session, record):
            return None
        environment = environments.find(
            session, record.namespace.id, record.environment.name, self._context.platform
        )
        if environment is None or environment.environment.id != record.environment.id:
            return None
        shown = record.version or environment.current
        found = (
            []
            if shown is None
            else environments.versions(
                session, record.environment.id, self._context.platform, number=shown.number
            )
        )
        lock = locks.of_version(session, found[0].version) if found else None
        return None if lock is None else OpenedLink(row, environment, found[0], lock)

    def _is_for(
        self, session: Session, row: ShareRow, uses: int, principal: Principal | None
    ) -> bool:
        """Whether the link is meant for *principal*, and not used up by others."""
        if principal is None:
            return not row.subjects and row.max_uses is None
        if principal.user == row.created_by:
            return True
        names = {f"user:{principal.user}", *(f"group:{group}" for group in principal.groups)}
        if row.subjects and names.isdisjoint(row.subjects):
            return False
        return (
            row.max_uses is None
            or uses < row.max_uses
            or shares.has_used(session, row, principal.user)
        )
