"""Use cases of those who share: make a link, list links, revoke one."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import cast

from sqlalchemy.orm import Session

from ..access.permissions import Action, require
from ..access.principals import Principal
from ..artifacts.form import TextForm
from ..artifacts.forms import FORMS
from ..models.artifact import ArtifactChoice
from ..models.problem import Conflict, Forbidden, InvalidRequest, NotFound, TerrariumError
from ..models.share import Rights, Share, ShareCreate, ShareCreated, ShareState
from ..models.status import Page
from ..store import shared_notebooks, shares
from ..store.shares import ShareRecord, token_hash
from ..store.tables import now
from ..store.team_tables import ShareRow
from .artifacts import ArtifactService
from .auditing import audited
from .context import ServiceContext
from .notebooks import prepared
from .versions import VersionService

#: What whoever makes a link must be permitted, then and at each use.
SHARE: Action = "share"
#: Random bytes of a token: 192 bits, 32 characters.
_TOKEN_BYTES = 24


def may_still_share(context: ServiceContext, session: Session, record: ShareRecord) -> bool:
    """Whether whoever made the link could make it now. A lost role ends their links."""
    maker = context.principal_of(record.share.created_by)
    if maker.user in context.policy.administrators:
        maker = maker.as_administrator()
    try:
        require(session, maker, record.namespace.name, SHARE, record.environment.name)
    except (NotFound, Forbidden):
        return False
    return True


def share_state(context: ServiceContext, session: Session, record: ShareRecord) -> ShareState:
    """Whether a link works, and if not, why; only its maker and owners are told."""
    row = record.share
    if row.revoked is not None:
        return "revoked"
    if row.expires is not None and row.expires <= now():
        return "expired"
    if record.environment.deleted is not None or not may_still_share(context, session, record):
        return "void"
    if row.max_uses is not None and record.uses >= row.max_uses:
        return "used-up"
    return "active"


def _within(principal: Principal, record: ShareRecord) -> bool:
    """Whether the token that the principal acts by, if any, reaches the link's namespace."""
    limit = principal.limit
    return limit is None or (
        limit.role != "viewer" and limit.namespace_id in (None, record.namespace.id)
    )


class ShareService:
    """Links to environments that the principal may share."""

    def __init__(
        self, context: ServiceContext, versions: VersionService, artifacts: ArtifactService
    ) -> None:
        self._context = context
        self._versions = versions
        self._artifacts = artifacts

    @audited("share.create")
    def create(
        self, principal: Principal, namespace: str, name: str, request: ShareCreate
    ) -> ShareCreated:
        """A new link, with its token, which is stored nowhere.

        Raises :class:`Conflict` while there is nothing to show.
        """
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        notebook = None if request.notebook is None else prepared(request.notebook)
        if notebook is not None and request.version is None:
            raise InvalidRequest(
                "a notebook is shared with one version", "Name the version that it was made with."
            )
        made = self._made(principal, namespace, name, request)
        with self._context.database.write() as session:
            environment = self._versions.environment(session, principal, namespace, name, SHARE)
            wanted = request.version or "current"
            try:
                version = self._versions.record(session, environment, wanted).version
            except NotFound:
                if request.version is not None:
                    raise
                raise Conflict(
                    f"'{name}' has no current version yet",
                    "Wait until its first build is ready, or share one of its versions.",
                ) from None
            if version.lock_digest is None:
                raise Conflict(
                    f"version {version.number} of '{name}' has not been solved yet",
                    "Share it when its build is ready.",
                )
            row = shares.add(
                session,
                ShareRow(
                    token_hash=token_hash(token),
                    environment_id=environment.environment.id,
                    version_id=None if request.version is None else version.id,
                    rights=request.rights,
                    note=request.note.strip(),
                    subjects=list(dict.fromkeys(request.subjects)),
                    max_uses=request.max_uses,
                    created_by=principal.user,
                    expires=now() + timedelta(days=request.expires_days),
                    forms=made,
                ),
            )
            if notebook is not None:
                shared_notebooks.put(self._context.layout, row.id, notebook)
            record = shares.get(session, row.id)
            assert record is not None
            shown = self._view(session, record)
        return ShareCreated(**shown.model_dump(), token=token, page=self._page(shown, token))

    def _made(
        self, principal: Principal, namespace: str, name: str, request: ShareCreate
    ) -> list[str]:
        """The forms of a link, each made or under way. Raises what making them raises."""
        found = list(dict.fromkeys(request.forms))
        if found:
            with self._context.database.read() as session:
                self._versions.environment(session, principal, namespace, name, SHARE)
        number = request.version or "current"
        for form in found:
            if not isinstance(FORMS.get(form), TextForm):
                self._artifacts.make(principal, namespace, name, number, form, ArtifactChoice())
        return found

    def _page(self, share: Share, token: str) -> str | None:
        """Where anybody sees the link without a login: links for some have no such page."""
        everybody = not share.subjects and share.max_uses is None
        url = self._context.public_url
        return f"{url}/s/{token}" if url and everybody else None

    def page(self, principal: Principal) -> Page[Share]:
        """The links that the principal has made, newest first."""
        with self._context.database.read() as session:
            items = [
                self._view(session, one)
                for one in shares.of_user(session, principal.user)
                if _within(principal, one)
            ]
        return Page[Share](items=items, total=len(items))

    def page_of(self, principal: Principal, namespace: str, name: str) -> Page[Share]:
        """The links to one environment: the principal's own, and everybody's for an owner."""
        with self._context.database.read() as session:
            environment = self._versions.environment(session, principal, namespace, name)
            everybody = self._is_owner(session, principal, namespace, name)
            items = [
                self._view(session, one)
                for one in shares.of_environment(session, environment.environment.id)
                if everybody or one.share.created_by == principal.user
            ]
        return Page[Share](items=items, total=len(items))

    @audited("share.revoke")
    def revoke(self, principal: Principal, share_id: str) -> None:
        """End a link at once. Its maker may, also without a role, and the namespace's owners.

        Notebooks that run keep their kernel; nobody gets a new one. Raises :class:`NotFound`.
        """
        with self._context.database.write() as session:
            record = shares.get(session, share_id)
            if record is None or not (
                (record.share.created_by == principal.user and _within(principal, record))
                or self._is_owner(
                    session, principal, record.namespace.name, record.environment.name
                )
            ):
                raise NotFound("there is no such link")
            if record.share.revoked is None:
                record.share.revoked = now()
                shared_notebooks.remove(self._context.layout, share_id)

    def _is_owner(
        self, session: Session, principal: Principal, namespace: str, environment: str
    ) -> bool:
        try:
            require(session, principal, namespace, "delete", environment)
        except TerrariumError:
            return False
        return True

    def _view(self, session: Session, record: ShareRecord) -> Share:
        row = record.share
        return Share(
            id=row.id,
            namespace=record.namespace.name,
            environment=record.environment.name,
            version=None if record.version is None else record.version.number,
            rights=cast(Rights, row.rights),
            note=row.note,
            subjects=row.subjects,
            max_uses=row.max_uses,
            uses=record.uses,
            state=share_state(self._context, session, record),
            created=row.created,
            created_by=row.created_by,
            expires=row.expires,
            revoked=row.revoked,
            last_used=row.last_used,
            forms=row.forms,
        )
