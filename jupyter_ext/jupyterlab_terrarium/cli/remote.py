"""The store of a Jupyter server, by its REST API."""

from __future__ import annotations

from pathlib import Path

from ..models.build import Build, BuildLog
from ..models.cleanup import CleanupApply, CleanupDone, CleanupReport
from ..models.comparison import Comparison
from ..models.deletion import DeletedEnvironment, EnvironmentRestore
from ..models.environment import (
    Environment,
    EnvironmentCopy,
    EnvironmentCreate,
    EnvironmentSummary,
    EnvironmentUpdate,
    KernelPin,
    PinnedKernel,
    Pointer,
    PointerUpdate,
    Version,
    VersionCreate,
    VersionUpdate,
)
from ..models.event import EventPage
from ..models.explanation import Explanation
from ..models.help import BuildHelp
from ..models.namespace import Member, MemberKind, MemberUpdate, Namespace, NamespaceCreate
from ..models.plan import Plan, PlanRequest
from ..models.status import Page, Status
from ..models.transfer import Transfer, TransferRequest
from ..models.verification import (
    CacheVerification,
    VerifiableVersion,
    Verification,
    VerificationRequest,
)
from .asking import LONG_SECONDS, Asking
from .connection import SECONDS

_LONGEST_WAIT_SECONDS = 20.0


class RemotePort(Asking):
    """A server's store, as whoever holds the token."""

    def import_bundle(
        self, file: Path, namespace: str | None, name: str | None, title: str
    ) -> Environment:
        """Send the bundle, and make an environment from it there."""
        query = {"namespace": namespace, "name": name}
        made = self._send(Environment, "bundles", query=query, file=file)
        if title:
            return self.update(made.namespace, made.name, EnvironmentUpdate(title=title))
        return made

    def status(self) -> Status:
        """What the store says about itself."""
        return self._ask(Status, "GET", "status")

    def namespaces(self) -> list[Namespace]:
        """The caller's own first."""
        return self._ask(Page[Namespace], "GET", "namespaces").items

    def create_namespace(self, request: NamespaceCreate) -> Namespace:
        """Make a shared namespace."""
        return self._ask(Namespace, "POST", "namespaces", body=request)

    def members(self, namespace: str, name: str | None) -> list[Member]:
        """Who has a role there."""
        return self._ask(Page[Member], "GET", *_members(namespace, name)).items

    def put_member(
        self,
        namespace: str,
        name: str | None,
        kind: MemberKind,
        member: str,
        request: MemberUpdate,
    ) -> Member:
        """Give a user or group a role there."""
        steps = (*_members(namespace, name), kind, member)
        return self._ask(Member, "PUT", *steps, body=request)

    def remove_member(
        self, namespace: str, name: str | None, kind: MemberKind, member: str
    ) -> None:
        """Take a role there away."""
        self._text("DELETE", (*_members(namespace, name), kind, member))

    def transfer(self, user: str, request: TransferRequest) -> Transfer:
        """Hand over everything that a person owns."""
        return self._ask(Transfer, "POST", "people", user, "transfer", body=request)

    def environments(self, namespace: str | None, text: str) -> list[EnvironmentSummary]:
        """All pages of the list."""
        found: list[EnvironmentSummary] = []
        query: dict[str, object] = {"namespace": namespace, "filter": text or None, "limit": 500}
        while True:
            page = self._ask(Page[EnvironmentSummary], "GET", "environments", query=query)
            found += page.items
            if page.next_cursor is None:
                return found
            query["cursor"] = page.next_cursor

    def environment(self, namespace: str, name: str) -> Environment:
        """Everything about one environment."""
        return self._ask(Environment, "GET", "environments", namespace, name)

    def create(self, request: EnvironmentCreate) -> Environment:
        """Accept a new environment."""
        return self._ask(Environment, "POST", "environments", body=request)

    def update(self, namespace: str, name: str, request: EnvironmentUpdate) -> Environment:
        """Change title, description, marks, the current version, name or namespace."""
        return self._ask(Environment, "PATCH", "environments", namespace, name, body=request)

    def copy(self, namespace: str, name: str, request: EnvironmentCopy) -> Environment:
        """Copy an environment."""
        return self._ask(
            Environment, "POST", "environments", namespace, name, "copies", body=request
        )

    def delete(self, namespace: str, name: str) -> None:
        """Delete softly."""
        self._text("DELETE", ("environments", namespace, name))

    def deleted(self) -> list[DeletedEnvironment]:
        """Deleted environments that can be restored."""
        return self._ask(Page[DeletedEnvironment], "GET", "deleted-environments").items

    def restore(self, environment_id: str, name: str | None) -> Environment:
        """Undo a deletion."""
        body = EnvironmentRestore(name=name)
        steps = ("deleted-environments", environment_id, "restore")
        return self._ask(Environment, "POST", *steps, body=body)

    def add_version(self, namespace: str, name: str, request: VersionCreate) -> Version:
        """Accept the next version."""
        steps = ("environments", namespace, name, "versions")
        return self._ask(Version, "POST", *steps, body=request)

    def version(self, namespace: str, name: str, number: str) -> Version:
        """One version."""
        return self._ask(Version, "GET", "environments", namespace, name, "versions", number)

    def update_version(
        self, namespace: str, name: str, number: str, request: VersionUpdate
    ) -> Version:
        """Write the note of a version."""
        steps = ("environments", namespace, name, "versions", number)
        return self._ask(Version, "PATCH", *steps, body=request)

    def comparison(self, namespace: str, name: str, before: str, after: str) -> Comparison:
        """What differs between two versions."""
        steps = ("environments", namespace, name, "versions", before, "comparison")
        return self._ask(Comparison, "GET", *steps, query={"with": after})

    def point(self, namespace: str, name: str, pointer: str, request: PointerUpdate) -> Pointer:
        """Let a pointer lead to a version."""
        steps = ("environments", namespace, name, "pointers", pointer)
        return self._ask(Pointer, "PUT", *steps, body=request)

    def remove_pointer(self, namespace: str, name: str, pointer: str) -> None:
        """Remove a pointer."""
        self._text("DELETE", ("environments", namespace, name, "pointers", pointer))

    def pin_kernel(self, namespace: str, name: str, pin: KernelPin) -> list[PinnedKernel]:
        """Kernels of one version, or that follow a pointer."""
        steps = ("environments", namespace, name, "kernels")
        return self._ask(Page[PinnedKernel], "POST", *steps, body=pin).items

    def unpin_kernel(self, namespace: str, name: str, kernel: str) -> None:
        """Remove a pinned kernel."""
        self._text("DELETE", ("environments", namespace, name, "kernels", kernel))

    def lockfile(self, namespace: str, name: str, number: str) -> str:
        """A version's lock as a conda-lock v1 file."""
        steps = ("environments", namespace, name, "versions", number, "lockfile")
        return self._text("GET", steps)[1].decode("utf-8")

    def explanation(self, plan_id: str) -> Explanation:
        """``GET plans/{id}/explanation``."""
        steps = ("plans", plan_id, "explanation")
        return self._ask(Explanation, "GET", *steps, seconds=LONG_SECONDS)

    def plan(self, request: PlanRequest) -> Plan:
        """Solve without building."""
        return self._ask(Plan, "POST", "plans", body=request, seconds=LONG_SECONDS)

    def builds(self, active: bool | None, limit: int) -> list[Build]:
        """The newest builds."""
        query: dict[str, object] = {"active": active, "limit": limit}
        return self._ask(Page[Build], "GET", "builds", query=query).items

    def build(self, build_id: str) -> Build:
        """One build."""
        return self._ask(Build, "GET", "builds", build_id)

    def cancel(self, build_id: str) -> Build:
        """Ask a build to end."""
        return self._ask(Build, "POST", "builds", build_id, "cancel")

    def log(self, build_id: str, offset: int) -> BuildLog:
        """A part of a build's log."""
        return self._ask(BuildLog, "GET", "builds", build_id, "log", query={"offset": offset})

    def verifiable(self) -> list[VerifiableVersion]:
        """``GET verification``."""
        return self._ask(Page[VerifiableVersion], "GET", "verification").items

    def verify(self, namespace: str, name: str, number: str, repair: bool) -> Verification:
        """Compare a version's files with what was installed."""
        steps = ("environments", namespace, name, "versions", number, "verification")
        body = VerificationRequest(repair=repair)
        return self._ask(Verification, "POST", *steps, body=body, seconds=LONG_SECONDS)

    def verify_cache(self, repair: bool) -> CacheVerification:
        """Compare the caches with their seals."""
        body = VerificationRequest(repair=repair)
        steps = ("cache", "verification")
        return self._ask(CacheVerification, "POST", *steps, body=body, seconds=LONG_SECONDS)

    def cleanup_report(self) -> CleanupReport:
        """What clean-up would remove."""
        return self._ask(CleanupReport, "GET", "cleanup", seconds=LONG_SECONDS)

    def clean_up(self, report: str) -> CleanupDone:
        """Remove what the report with this id said."""
        body = CleanupApply(report=report)
        return self._ask(CleanupDone, "POST", "cleanup", body=body, seconds=LONG_SECONDS)

    def help(self, build_id: str) -> BuildHelp:
        """What to send to somebody who helps with a build."""
        return self._ask(BuildHelp, "GET", "builds", build_id, "help")

    def changed(self, after: int, seconds: float) -> int:
        """Let the server hold the request open until there is an event."""
        wait = min(seconds, _LONGEST_WAIT_SECONDS)
        return self._ask(
            EventPage, "GET", "events", query={"after": after, "wait": wait}, seconds=wait + SECONDS
        ).last

    def begin_builds(self) -> None:
        """The server builds."""

    def close(self) -> None:
        """Nothing is held."""


def _members(namespace: str, name: str | None) -> tuple[str, ...]:
    """Where the roles in a namespace are, or those on its environment *name*."""
    if name is None:
        return ("namespaces", namespace, "members")
    return ("environments", namespace, name, "members")
