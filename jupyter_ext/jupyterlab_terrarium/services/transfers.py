"""Use case of handing over everything that a person owns, in one step."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from ..access.permissions import grants, higher, may, require
from ..access.principals import Principal
from ..builds import publication
from ..models.names import MAX_NAME_LENGTH
from ..models.problem import Forbidden, InvalidRequest, NotFound
from ..models.transfer import Transfer, TransferredEnvironment, TransferredRole, TransferRequest
from ..store import members, namespaces, transfers
from ..store.tables import EnvironmentRow, NamespaceRow
from .auditing import audited
from .channel_access import require_environment
from .context import ServiceContext
from .members import role_of
from .scratches import refresh_labels


class TransferService:
    """Off-boarding: nothing that a person made is lost, and nobody has to ask them any more."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    @audited("person.transfer")
    def run(self, principal: Principal, user: str, request: TransferRequest) -> Transfer:
        """Hand over what *user* owns; done in one transaction, and done again it changes nothing.

        Environments of the personal namespace move as by hand: versions, kernels and links stay;
        a name that is taken gets a number. Raises :class:`Forbidden` for anybody but the person
        and an administrator, :class:`NotFound`, :class:`InvalidRequest`.
        """
        _refuse_others(principal, user)
        if request.to_user is None and request.to_namespace is None:
            raise InvalidRequest(
                "nobody is named who takes over", "Give `to_user`, `to_namespace`, or both."
            )
        if request.to_user == user:
            raise InvalidRequest(f"'{user}' cannot take over from themselves")
        done = Transfer(user=user)
        with self._context.database.write() as session:
            if not transfers.is_known(session, user):
                raise NotFound(f"nobody called '{user}' has been here")
            target = self._target(session, principal, user, request)
            moved = self._move(session, user, target, done)
            shared = self._hand_over_roles(session, principal, user, request.to_user, done)
            done.links = transfers.hand_over_links(
                session,
                user,
                request.to_user or principal.user,
                environments=[row.id for row in moved],
                namespaces=shared,
            )
        return done

    def _target(
        self, session: Session, principal: Principal, user: str, request: TransferRequest
    ) -> NamespaceRow:
        successor = None
        if request.to_user is not None:
            successor = namespaces.personal(session, request.to_user)
            if successor is None:
                raise NotFound(
                    f"nobody called '{request.to_user}' has been here",
                    "Whoever takes over must have opened the store once.",
                )
        if request.to_namespace is None:
            assert successor is not None
            return successor
        target = require(session, principal, request.to_namespace, "create").namespace
        if target.owner == user:
            raise InvalidRequest(f"'{target.name}' is the namespace of '{user}' themselves")
        return target

    def _move(
        self, session: Session, user: str, target: NamespaceRow, done: Transfer
    ) -> Sequence[EnvironmentRow]:
        source = namespaces.personal(session, user)
        if source is None:
            return []
        moved = transfers.visible(session, source.id)
        taken = {row.name for row in transfers.visible(session, target.id)}
        for row in moved:
            require_environment(self._context, session, row, target.name)
            before = row.name
            name = free_name(before, taken)
            taken.add(name)
            publication.relocate(session, self._context.layout, row, target, name)
            refresh_labels(self._context, session, row.id)
            done.environments.append(
                TransferredEnvironment(
                    id=row.id,
                    before=f"{source.name}/{before}",
                    after=f"{target.name}/{name}",
                    renamed=name != before,
                )
            )
        done.deleted = transfers.move_deleted(session, source, target)
        return moved

    def _hand_over_roles(
        self,
        session: Session,
        principal: Principal,
        user: str,
        successor: str | None,
        done: Transfer,
    ) -> list[str]:
        """Give *successor* the roles; ids of the namespaces where that was done."""
        if successor is None:
            return []
        handed = []
        own = grants(session, principal)
        for row, namespace in transfers.roles(session, user):
            # An editor who leaves does not choose who is editor after them.
            decides = namespace.id in own and may(own[namespace.id], "members")
            done.roles.append(
                TransferredRole(namespace=namespace.name, role=role_of(row), kept=not decides)
            )
            if not decides:
                continue
            had = members.find(session, namespace, "user", successor)
            role = higher(None if had is None else role_of(had), role_of(row))
            members.put(session, namespace, "user", successor, role, by=principal.user)
            members.remove(session, row)
            handed.append(namespace.id)
        return handed


def free_name(name: str, taken: set[str]) -> str:
    """*name*, or with the smallest number behind it that makes it free."""
    found, number = name, 1
    while found in taken:
        number += 1
        suffix = f"-{number}"
        found = name[: MAX_NAME_LENGTH - len(suffix)].rstrip("._-") + suffix
    return found


def _refuse_others(principal: Principal, user: str) -> None:
    oneself = principal.user == user
    if principal.limit is not None or not (oneself or principal.administrator):
        raise Forbidden(
            "only they themselves and the administrators of this store hand over what somebody owns"
            if principal.limit is None
            else "a token may not hand over what its user owns",
            "Ask an administrator.",
        )
