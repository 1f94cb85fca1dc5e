"""Use cases of proposals: propose, look, approve, decline, withdraw."""

from __future__ import annotations

from typing import cast

from sqlalchemy.orm import Session

from ..access.permissions import may, reach, require, role_on
from ..access.principals import Principal
from ..conda.specification import read_specification
from ..models.namespace import Role
from ..models.plan import Mode
from ..models.problem import Conflict, Forbidden, NotFound
from ..models.proposal import (
    Proposal,
    ProposalAnswer,
    ProposalApproval,
    ProposalCreate,
    ProposalDetail,
    ProposalState,
)
from ..models.status import Page
from ..store import environments, events, proposals
from ..store.proposals import ProposalRecord
from ..store.tables import now
from ..store.team_tables import ProposalRow
from .acceptance import accept, edit_conflict, with_plan
from .auditing import audited
from .bases import based
from .context import ServiceContext
from .versions import VersionService

PAGE = 500
#: Proposals that may wait of one person: an inbox is for reading.
MAX_OPEN = 50


class ProposalService:
    """Proposals: one's own, and those that one may decide about. Others do not exist."""

    def __init__(self, context: ServiceContext, versions: VersionService) -> None:
        self._context = context
        self._versions = versions

    @audited("proposal.create")
    def create(
        self, principal: Principal, namespace: str, name: str, request: ProposalCreate
    ) -> ProposalDetail:
        """Propose a change. Raises :class:`EditConflict` when there is a newer version already."""
        read_specification(request.specification)
        with self._context.database.write() as session:
            found = self._versions.environment(session, principal, namespace, name, "propose")
            latest = found.latest
            if request.base_version is not None and request.base_version != latest.number:
                raise edit_conflict(f"{namespace}/{name}", request.base_version, latest)
            if request.specification == latest.specification_text:
                raise Conflict(
                    "the text is the one of the latest version", "Change it, then propose it."
                )
            if proposals.count_open(session, principal.user) >= MAX_OPEN:
                raise Conflict(
                    f"{MAX_OPEN} of your proposals wait already",
                    "Withdraw those that are of no use any more.",
                )
            row = proposals.add(
                session,
                ProposalRow(
                    environment_id=found.environment.id,
                    base_version_id=latest.id,
                    user=principal.user,
                    specification_text=request.specification,
                    mode=request.mode,
                    reason=request.reason.strip(),
                ),
            )
            return self._told(session, principal, row.id)

    def page(
        self,
        principal: Principal,
        *,
        namespace: str | None = None,
        name: str | None = None,
        state: ProposalState | None = None,
    ) -> Page[Proposal]:
        """The newest 500, and how many there are; of one environment when it is named."""
        with self._context.database.read() as session:
            environment_id = None
            if namespace is not None and name is not None:
                found = self._versions.environment(session, principal, namespace, name)
                environment_id = found.environment.id
            roles = reach(session, principal)
            deciding, deciding_on = roles.where("decide")
            rows, total = proposals.page(
                session,
                user=principal.user,
                visible=set(roles.namespaces),
                deciding=deciding,
                deciding_on=deciding_on,
                environment_id=environment_id,
                state=state,
                limit=PAGE,
            )
            items = [
                _view(row, roles.role(row.namespace.id, row.environment.id) or "viewer")
                for row in rows
            ]
        return Page[Proposal](items=items, total=total)

    def show(self, principal: Principal, proposal_id: str) -> ProposalDetail:
        """One proposal with its text."""
        with self._context.database.read() as session:
            return self._detail(session, principal, proposal_id)

    @audited("proposal.approve")
    def approve(
        self, principal: Principal, proposal_id: str, request: ProposalApproval
    ) -> ProposalDetail:
        """Build exactly the plan that was looked at, as the next version.

        It becomes current by itself unless the environment is held. Raises :class:`Conflict` when
        somebody else has decided or the plan is not of this text, :class:`EditConflict`, with the
        newer text, when the environment has moved on and whoever approves has not said so.
        """
        with self._context.database.read() as session:
            proposed, _ = self._find(session, principal, proposal_id, decide=True)
            text = request.specification or proposed.proposal.specification_text
        accepted = accept(self._context, specification=text, lockfile=None, plan=request.plan)
        with self._context.database.write() as session:
            record = self._undecided(session, principal, proposal_id, decide=True)
            row = record.proposal
            found = environments.find(
                session, record.namespace.id, record.environment.name, self._context.platform
            )
            assert found is not None
            latest = found.latest
            seen = request.base_version
            if seen is None and record.base is not None:
                seen = record.base.number
            if seen != latest.number:
                label = f"{record.namespace.name}/{record.environment.name}"
                raise edit_conflict(label, seen or 0, latest)
            accepted = with_plan(session, principal, accepted, request.plan, latest.id)
            accepted = based(session, found, accepted, None)
            build = self._versions.add(
                session, principal, found.environment, accepted, latest.run_link_scripts
            )
            version = environments.version(session, build.version_id)
            version.note = f"{row.reason} (proposed by {row.user})"
            row.version_id = version.id
            _decide(row, principal, "approved", request.answer)
            events.emit(
                session,
                "version-created",
                found.environment,
                version=version.number,
                build_id=build.id,
            )
            shown = self._told(session, principal, proposal_id)
        self._versions.begin(build.id)
        return shown

    @audited("proposal.decline")
    def decline(
        self, principal: Principal, proposal_id: str, request: ProposalAnswer
    ) -> ProposalDetail:
        """Say no, with a word."""
        with self._context.database.write() as session:
            record = self._undecided(session, principal, proposal_id, decide=True)
            _decide(record.proposal, principal, "declined", request.answer)
            return self._told(session, principal, proposal_id)

    @audited("proposal.withdraw")
    def withdraw(self, principal: Principal, proposal_id: str) -> ProposalDetail:
        """Take one's own proposal back."""
        with self._context.database.write() as session:
            record = self._undecided(session, principal, proposal_id)
            if record.proposal.user != principal.user:
                raise Forbidden(
                    f"this is a proposal of {record.proposal.user}", "Decline it with a word."
                )
            _decide(record.proposal, principal, "withdrawn", "")
            return self._told(session, principal, proposal_id)

    def _find(
        self, session: Session, principal: Principal, proposal_id: str, *, decide: bool = False
    ) -> tuple[ProposalRecord, Role]:
        """A proposal and the principal's role on its environment."""
        record = proposals.get(session, proposal_id)
        role = None
        if record is not None:
            role = role_on(session, principal, record.namespace, record.environment.name)
        if record is None or role is None:
            raise NotFound("there is no such proposal")
        if record.proposal.user != principal.user and not may(role, "decide"):
            raise NotFound("there is no such proposal")
        if decide:
            name = record.environment.name
            require(session, principal, record.namespace.name, "decide", name)
        return record, role

    def _undecided(
        self, session: Session, principal: Principal, proposal_id: str, *, decide: bool = False
    ) -> ProposalRecord:
        record, _ = self._find(session, principal, proposal_id, decide=decide)
        row = record.proposal
        if row.state != "open":
            raise Conflict(
                f"this proposal is {row.state} already"
                + (f", by {row.decided_by}" if row.decided_by else ""),
                "Look at it again.",
            )
        return record

    def _detail(self, session: Session, principal: Principal, proposal_id: str) -> ProposalDetail:
        record, role = self._find(session, principal, proposal_id)
        return ProposalDetail(
            **_view(record, role).model_dump(),
            specification_text=record.proposal.specification_text,
            base_text="" if record.base is None else record.base.specification_text,
        )

    def _told(self, session: Session, principal: Principal, proposal_id: str) -> ProposalDetail:
        """The proposal as it is now, and an event for those whom it concerns."""
        session.flush()
        shown = self._detail(session, principal, proposal_id)
        events.emit(
            session,
            "proposal-changed",
            environments.get(session, shown.environment_id),
            version=shown.version,
            data={"proposal": shown.id, "state": shown.state, "user": shown.user},
        )
        return shown


def _decide(row: ProposalRow, principal: Principal, state: ProposalState, answer: str) -> None:
    row.state = state
    row.answer = answer.strip()
    row.decided_by = principal.user
    row.decided = now()


def _view(record: ProposalRecord, role: Role) -> Proposal:
    row = record.proposal
    base = None if record.base is None else record.base.number
    return Proposal(
        id=row.id,
        namespace=record.namespace.name,
        environment=record.environment.name,
        environment_id=record.environment.id,
        user=row.user,
        reason=row.reason,
        mode=cast(Mode, row.mode),
        state=cast(ProposalState, row.state),
        base_version=base,
        latest_version=record.latest.number,
        moved_on=base != record.latest.number,
        created=row.created,
        may_decide=may(role, "decide"),
        answer=row.answer,
        decided_by=row.decided_by,
        decided=row.decided,
        version=None if record.made is None else record.made.number,
    )
