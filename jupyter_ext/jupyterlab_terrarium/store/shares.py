"""Share links in the database: made, found by the hash of their token, used, revoked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, func, or_, select
from sqlalchemy.orm import Session
from typing_extensions import Unpack

from .tables import EnvironmentRow, NamespaceRow, VersionRow, now
from .team_tables import ShareRow, ShareUseRow


@dataclass(frozen=True)
class ShareRecord:
    """A link with its environment; ``version`` is ``None`` for "always current".

    ``uses`` counts the people who have used it, its maker not among them.
    """

    share: ShareRow
    environment: EnvironmentRow
    namespace: NamespaceRow
    version: VersionRow | None
    uses: int


def token_hash(token: str) -> str:
    """What is stored of a token: its SHA-256. Looking it up compares no byte of the token."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


def add(session: Session, row: ShareRow) -> ShareRow:
    """A new link."""
    session.add(row)
    session.flush()
    return row


def _records() -> Select[Unpack[tuple[Any, ...]]]:
    uses = (
        select(func.count())
        .where(ShareUseRow.share_id == ShareRow.id, ShareUseRow.user != ShareRow.created_by)
        .correlate(ShareRow)
        .scalar_subquery()
    )
    return (
        select(ShareRow, EnvironmentRow, NamespaceRow, VersionRow, uses)
        .join(EnvironmentRow, EnvironmentRow.id == ShareRow.environment_id)
        .join(NamespaceRow, NamespaceRow.id == EnvironmentRow.namespace_id)
        .outerjoin(VersionRow, VersionRow.id == ShareRow.version_id)
    )


def find(session: Session, token: str) -> ShareRecord | None:
    """The link with this token, dead or alive."""
    row = session.execute(_records().where(ShareRow.token_hash == token_hash(token))).first()
    return None if row is None else ShareRecord(*row)


def get(session: Session, share_id: str) -> ShareRecord | None:
    """The link with this id."""
    row = session.execute(_records().where(ShareRow.id == share_id)).first()
    return None if row is None else ShareRecord(*row)


def of_user(session: Session, user: str) -> Sequence[ShareRecord]:
    """The links that *user* has made to what is not deleted, newest first."""
    return _list(session, ShareRow.created_by == user)


def of_environment(session: Session, environment_id: str) -> Sequence[ShareRecord]:
    """The links to an environment, newest first."""
    return _list(session, ShareRow.environment_id == environment_id)


def _list(session: Session, condition: ColumnElement[bool]) -> Sequence[ShareRecord]:
    rows = session.execute(
        _records()
        .where(condition, EnvironmentRow.deleted.is_(None))
        .order_by(ShareRow.created.desc(), ShareRow.id)
    )
    return [ShareRecord(*row) for row in rows]


def has_used(session: Session, share: ShareRow, user: str) -> bool:
    """Whether *user* has used this link before."""
    return session.get(ShareUseRow, (share.id, user)) is not None


def record_use(session: Session, share: ShareRow, user: str) -> None:
    """That *user* uses the link now."""
    moment = now()
    row = session.get(ShareUseRow, (share.id, user))
    if row is None:
        session.add(ShareUseRow(share_id=share.id, user=user, first=moment, last=moment))
    else:
        row.count += 1
        row.last = moment
    share.last_used = moment
    session.flush()


def used_by(session: Session, user: str, environment_id: str) -> Sequence[ShareRecord]:
    """The living links to an environment that *user* has used."""
    used = select(ShareUseRow.share_id).where(ShareUseRow.user == user)
    return _list(
        session,
        (ShareRow.environment_id == environment_id) & ShareRow.id.in_(used) & _alive(now()),
    )


def _alive(moment: datetime) -> ColumnElement[bool]:
    return ShareRow.revoked.is_(None) & or_(ShareRow.expires.is_(None), ShareRow.expires > moment)


def alive_ids(session: Session) -> set[str]:
    """Ids of the links that have neither expired nor been revoked."""
    return set(session.scalars(select(ShareRow.id).where(_alive(now()))))


def pinned_and_used(session: Session) -> Sequence[ShareRecord]:
    """Living links to one version that somebody has used: their kernels are to be there."""
    rows = session.execute(
        _records().where(
            _alive(now()),
            ShareRow.version_id.is_not(None),
            ShareRow.last_used.is_not(None),
            EnvironmentRow.deleted.is_(None),
        )
    )
    return [ShareRecord(*row) for row in rows]


@dataclass(frozen=True)
class GivenForm:
    """A form that a living link gives; of the current version where that changes by itself."""

    share_id: str
    user: str
    namespace: str
    environment: str
    about: tuple[str, str]
    version_id: str
    number: int
    form: str


def given_forms(session: Session) -> Sequence[GivenForm]:
    """The forms of all living links, with the user who has made the link.

    ``about`` are the environment's title and description, which stand in forms.
    """
    version_id = func.coalesce(ShareRow.version_id, EnvironmentRow.current_version_id)
    rows = session.execute(
        select(ShareRow, NamespaceRow.name, EnvironmentRow, VersionRow)
        .join(EnvironmentRow, EnvironmentRow.id == ShareRow.environment_id)
        .join(NamespaceRow, NamespaceRow.id == EnvironmentRow.namespace_id)
        .join(VersionRow, VersionRow.id == version_id)
        .where(_alive(now()), cast(ShareRow.forms, Text) != "[]", EnvironmentRow.deleted.is_(None))
        .order_by(ShareRow.created, ShareRow.id)
    )
    return [
        GivenForm(
            share_id=share.id,
            user=share.created_by,
            namespace=namespace,
            environment=environment.name,
            about=(environment.title, environment.description),
            version_id=version.id,
            number=version.number,
            form=form,
        )
        for share, namespace, environment, version in rows
        for form in share.forms
    ]


def keeper(session: Session) -> dict[str, str]:
    """Clean-up keeps the versions that a living link leads to."""
    rows = session.scalars(
        select(ShareRow.version_id).where(_alive(now()), ShareRow.version_id.is_not(None))
    )
    return {version_id: "a share link leads to it" for version_id in rows if version_id}
