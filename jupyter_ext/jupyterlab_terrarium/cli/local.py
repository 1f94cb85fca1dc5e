"""The store on this machine, opened directly."""

from __future__ import annotations

import time
from pathlib import Path

from ..access.principals import operating_system_user
from ..kernels.registration import KernelRegistration
from ..models.build import Build, BuildLog
from ..models.cleanup import CleanupDone, CleanupReport
from ..models.comparison import Comparison
from ..models.deletion import DeletedEnvironment
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
from ..models.explanation import Explanation
from ..models.help import BuildHelp
from ..models.lock import Lock
from ..models.namespace import Member, MemberKind, MemberUpdate, Namespace, NamespaceCreate
from ..models.plan import Plan, PlanRequest
from ..models.record import NotebookRecord
from ..models.share import ShareUse
from ..models.status import Status
from ..models.transfer import Transfer, TransferRequest
from ..models.verification import CacheVerification, VerifiableVersion, Verification
from ..services.opening import OpenStore
from ..store.prefixes import empty_trash
from .background import start_drain
from .settings import load_settings

_POLL_SECONDS = 0.1
_TRASH_SECONDS = 600.0


class LocalPort:
    """The services as the user of this shell. *builds*: this process takes builds, too."""

    def __init__(self, root: Path | None = None, *, builds: bool = False) -> None:
        self._options = load_settings(root).options()
        self._builds = builds
        self._store = OpenStore(self._options, builds=builds)
        self._services = self._store.services
        self._principal = operating_system_user()

    def status(self) -> Status:
        """What the store says about itself."""
        return self._services.status.show(self._principal)

    def namespaces(self) -> list[Namespace]:
        """The caller's own first."""
        return self._services.namespaces.page(self._principal).items

    def create_namespace(self, request: NamespaceCreate) -> Namespace:
        """Make a shared namespace."""
        return self._services.namespaces.create(self._principal, request)

    def members(self, namespace: str, name: str | None) -> list[Member]:
        """Who has a role there."""
        return self._services.members.page(self._principal, namespace, name).items

    def put_member(
        self,
        namespace: str,
        name: str | None,
        kind: MemberKind,
        member: str,
        request: MemberUpdate,
    ) -> Member:
        """Give a user or group a role there."""
        return self._services.members.put(self._principal, namespace, kind, member, request, name)

    def remove_member(
        self, namespace: str, name: str | None, kind: MemberKind, member: str
    ) -> None:
        """Take a role there away."""
        self._services.members.remove(self._principal, namespace, kind, member, name)

    def transfer(self, user: str, request: TransferRequest) -> Transfer:
        """Hand over everything that a person owns."""
        return self._services.transfers.run(self._principal, user, request)

    def environments(self, namespace: str | None, text: str) -> list[EnvironmentSummary]:
        """All pages of the list."""
        found: list[EnvironmentSummary] = []
        cursor: str | None = None
        while True:
            page = self._services.environments.page(
                self._principal, namespace=namespace, text=text, limit=500, cursor=cursor
            )
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                return found

    def environment(self, namespace: str, name: str) -> Environment:
        """Everything about one environment."""
        return self._services.environments.show(self._principal, namespace, name)

    def create(self, request: EnvironmentCreate) -> Environment:
        """Accept a new environment."""
        return self._services.environments.create(self._principal, request)

    def import_bundle(
        self, file: Path, namespace: str | None, name: str | None, title: str
    ) -> Environment:
        """Make an environment from a bundle."""
        made, _ = self._services.bundles.create(
            self._principal, file, namespace=namespace, name=name, title=title
        )
        return made

    def read_lockfile(self, text: str) -> Lock:
        """The lock in a text that anybody may have written."""
        return self._store.context.solver.read_lockfile(text)

    def update(self, namespace: str, name: str, request: EnvironmentUpdate) -> Environment:
        """Change title, description, marks, the current version, name or namespace."""
        return self._services.environments.update(self._principal, namespace, name, request)

    def copy(self, namespace: str, name: str, request: EnvironmentCopy) -> Environment:
        """Copy an environment."""
        return self._services.copies.make(self._principal, namespace, name, request)

    def delete(self, namespace: str, name: str) -> None:
        """Delete softly."""
        self._services.environments.delete(self._principal, namespace, name)

    def deleted(self) -> list[DeletedEnvironment]:
        """Deleted environments that can be restored."""
        return self._services.deletion.page(self._principal).items

    def restore(self, environment_id: str, name: str | None) -> Environment:
        """Undo a deletion."""
        return self._services.deletion.restore(self._principal, environment_id, name)

    def add_version(self, namespace: str, name: str, request: VersionCreate) -> Version:
        """Accept the next version."""
        return self._services.versions.create(self._principal, namespace, name, request)

    def version(self, namespace: str, name: str, number: str) -> Version:
        """One version."""
        return self._services.versions.show(self._principal, namespace, name, number)

    def update_version(
        self, namespace: str, name: str, number: str, request: VersionUpdate
    ) -> Version:
        """Write the note of a version."""
        return self._services.versions.update(self._principal, namespace, name, number, request)

    def comparison(self, namespace: str, name: str, before: str, after: str) -> Comparison:
        """What differs between two versions."""
        return self._services.comparisons.show(self._principal, namespace, name, before, after)

    def point(self, namespace: str, name: str, pointer: str, request: PointerUpdate) -> Pointer:
        """Let a pointer lead to a version."""
        return self._services.pointers.put(self._principal, namespace, name, pointer, request)

    def remove_pointer(self, namespace: str, name: str, pointer: str) -> None:
        """Remove a pointer."""
        self._services.pointers.delete(self._principal, namespace, name, pointer)

    def pin_kernel(self, namespace: str, name: str, pin: KernelPin) -> list[PinnedKernel]:
        """Kernels of one version, or that follow a pointer."""
        services = self._services.pinned_kernels
        return services.create(self._principal, namespace, name, pin).items

    def unpin_kernel(self, namespace: str, name: str, kernel: str) -> None:
        """Remove a pinned kernel."""
        self._services.pinned_kernels.delete(self._principal, namespace, name, kernel)

    def lockfile(self, namespace: str, name: str, number: str) -> str:
        """A version's lock as a conda-lock v1 file."""
        return self._services.versions.lockfile(self._principal, namespace, name, number)

    def explanation(self, plan_id: str) -> Explanation:
        """Found out now, unless it was before."""
        return self._services.plans.explanation(self._principal, plan_id)

    def plan(self, request: PlanRequest) -> Plan:
        """Solve without building."""
        return self._services.plans.make(self._principal, request)

    def use_recorded(self, record: NotebookRecord) -> ShareUse:
        """What a notebook records; its files are built when they are not here."""
        return self._services.recorded.use(self._principal, record)

    def recorded_kernels(self, record: NotebookRecord) -> list[KernelRegistration]:
        """Kernels of exactly that version, listed nowhere."""
        return self._services.recorded.registrations(self._principal, record)

    def builds(self, active: bool | None, limit: int) -> list[Build]:
        """The newest builds."""
        return self._services.builds.page(self._principal, active=active, limit=limit).items

    def build(self, build_id: str) -> Build:
        """One build."""
        return self._services.builds.show(self._principal, build_id)

    def cancel(self, build_id: str) -> Build:
        """Ask a build to end; the process that builds it sees that within a second."""
        return self._services.builds.cancel(self._principal, build_id)

    def log(self, build_id: str, offset: int) -> BuildLog:
        """A part of a build's log."""
        return self._services.builds.log(self._principal, build_id, offset)

    def verifiable(self) -> list[VerifiableVersion]:
        """What may be verified, each prefix once."""
        return self._services.verification.verifiable(self._principal).items

    def verify(self, namespace: str, name: str, number: str, repair: bool) -> Verification:
        """Compare a version's files with what was installed."""
        return self._services.verification.verify(
            self._principal, namespace, name, number, repair=repair
        )

    def verify_cache(self, repair: bool) -> CacheVerification:
        """Compare the caches with their seals."""
        return self._services.verification.cache(self._principal, repair=repair)

    def cleanup_report(self) -> CleanupReport:
        """What clean-up would remove."""
        return self._services.cleanup.report(self._principal)

    def clean_up(self, report: str) -> CleanupDone:
        """Remove what a report said, from the disk at once: no server may be there to do it."""
        done = self._services.cleanup.apply(self._principal, report)
        empty_trash(self._store.layout, max_seconds=_TRASH_SECONDS)
        return done

    def help(self, build_id: str) -> BuildHelp:
        """What to send to somebody who helps with a build."""
        return self._services.help.bundle(self._principal, build_id)

    def changed(self, after: int, seconds: float) -> int:
        """Ask the database until it has an event after *after*."""
        end = time.monotonic() + seconds
        while True:
            page = self._services.events.after(self._principal, after)
            if page.events or time.monotonic() >= end:
                return page.last
            time.sleep(_POLL_SECONDS)

    @property
    def root(self) -> Path:
        """The store's directory."""
        return self._options.root

    def link(self, namespace: str, name: str) -> Path:
        """The stable link to the current version's files."""
        return self._store.layout.environment_link(namespace, name)

    def begin_builds(self) -> None:
        """Start a background process for the queue unless something on this store builds."""
        if not self._builds:
            start_drain(self._options.root)

    def close(self) -> None:
        """Close the store; what it leaves in the queue goes on in the background."""
        self._store.close()
        if self._builds:
            start_drain(self._options.root)
