"""What the commands need of a store; ``local.py`` and ``remote.py`` supply it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Protocol

from ..models.problem import InvalidRequest

if TYPE_CHECKING:
    from pathlib import Path

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
    from ..models.namespace import (
        Member,
        MemberKind,
        MemberUpdate,
        Namespace,
        NamespaceCreate,
    )
    from ..models.plan import Plan, PlanRequest
    from ..models.status import Status
    from ..models.transfer import Transfer, TransferRequest
    from ..models.verification import CacheVerification, VerifiableVersion, Verification


class Port(Protocol):
    """A store, wherever it is. Every method raises :class:`TerrariumError` as the API does."""

    def status(self) -> Status:
        """What the store says about itself."""
        ...

    def namespaces(self) -> list[Namespace]:
        """Namespaces that the caller can see, their own first."""
        ...

    def create_namespace(self, request: NamespaceCreate) -> Namespace:
        """Make a shared namespace."""
        ...

    def members(self, namespace: str, name: str | None) -> list[Member]:
        """Who has a role in a namespace, or on its environment *name*."""
        ...

    def put_member(
        self,
        namespace: str,
        name: str | None,
        kind: MemberKind,
        member: str,
        request: MemberUpdate,
    ) -> Member:
        """Give a user or group a role in a namespace, or on its environment *name*."""
        ...

    def remove_member(
        self, namespace: str, name: str | None, kind: MemberKind, member: str
    ) -> None:
        """Take a role in a namespace, or on its environment *name*, away."""
        ...

    def transfer(self, user: str, request: TransferRequest) -> Transfer:
        """Hand over everything that a person owns."""
        ...

    def environments(self, namespace: str | None, text: str) -> list[EnvironmentSummary]:
        """All environments by namespace and name; *text* is a filter as in the API."""
        ...

    def environment(self, namespace: str, name: str) -> Environment:
        """Everything about one environment."""
        ...

    def create(self, request: EnvironmentCreate) -> Environment:
        """Accept a new environment; its build is queued."""
        ...

    def import_bundle(
        self, file: Path, namespace: str | None, name: str | None, title: str
    ) -> Environment:
        """Make an environment from the bundle *file*, whose package files the store keeps."""
        ...

    def update(self, namespace: str, name: str, request: EnvironmentUpdate) -> Environment:
        """Change title, description, marks, the current version, name or namespace."""
        ...

    def copy(self, namespace: str, name: str, request: EnvironmentCopy) -> Environment:
        """Copy an environment."""
        ...

    def delete(self, namespace: str, name: str) -> None:
        """Delete softly."""
        ...

    def deleted(self) -> list[DeletedEnvironment]:
        """Deleted environments that can be restored, the last deleted one first."""
        ...

    def restore(self, environment_id: str, name: str | None) -> Environment:
        """Undo a deletion, under another *name* if given."""
        ...

    def add_version(self, namespace: str, name: str, request: VersionCreate) -> Version:
        """Accept the next version; its build is queued."""
        ...

    def version(self, namespace: str, name: str, number: str) -> Version:
        """One version; *number* may be ``current``, ``latest`` or a pointer."""
        ...

    def update_version(
        self, namespace: str, name: str, number: str, request: VersionUpdate
    ) -> Version:
        """Write the note of a version."""
        ...

    def comparison(self, namespace: str, name: str, before: str, after: str) -> Comparison:
        """What differs between two versions."""
        ...

    def point(self, namespace: str, name: str, pointer: str, request: PointerUpdate) -> Pointer:
        """Let a pointer lead to a version."""
        ...

    def remove_pointer(self, namespace: str, name: str, pointer: str) -> None:
        """Remove a pointer."""
        ...

    def pin_kernel(self, namespace: str, name: str, pin: KernelPin) -> list[PinnedKernel]:
        """Kernels of one version, or that follow a pointer."""
        ...

    def unpin_kernel(self, namespace: str, name: str, kernel: str) -> None:
        """Remove the pinned kernel with this kernelspec name."""
        ...

    def lockfile(self, namespace: str, name: str, number: str) -> str:
        """A version's lock as a conda-lock v1 file."""
        ...

    def explanation(self, plan_id: str) -> Explanation:
        """Why a plan of the caller's has a problem, and what helps."""
        ...

    def plan(self, request: PlanRequest) -> Plan:
        """Solve without building."""
        ...

    def builds(self, active: bool | None, limit: int) -> list[Build]:
        """The newest builds, at most *limit*."""
        ...

    def build(self, build_id: str) -> Build:
        """One build."""
        ...

    def cancel(self, build_id: str) -> Build:
        """Ask a build to end."""
        ...

    def log(self, build_id: str, offset: int) -> BuildLog:
        """A part of a build's log from *offset* (bytes)."""
        ...

    def verifiable(self) -> list[VerifiableVersion]:
        """What may be verified, each prefix once."""
        ...

    def verify(self, namespace: str, name: str, number: str, repair: bool) -> Verification:
        """Compare a version's files with what was installed; restore them when *repair*."""
        ...

    def verify_cache(self, repair: bool) -> CacheVerification:
        """Compare the caches with their seals; drop what was altered when *repair*."""
        ...

    def cleanup_report(self) -> CleanupReport:
        """What clean-up would remove."""
        ...

    def clean_up(self, report: str) -> CleanupDone:
        """Remove what the report with this id said."""
        ...

    def help(self, build_id: str) -> BuildHelp:
        """What to send to somebody who helps with a build."""
        ...

    def changed(self, after: int, seconds: float) -> int:
        """Wait for an event after the number *after*, at most *seconds*; the last number."""
        ...

    def begin_builds(self) -> None:
        """See to it that what is in the queue is built though this command ends."""
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...


def open_port(args: argparse.Namespace, *, builds: bool = False) -> Port:
    """The store that the options name; *builds* takes builds from its queue if it is local."""
    if getattr(args, "server", None):
        from .remote import RemotePort

        return RemotePort.from_environment(args.server)
    from .local import LocalPort

    return LocalPort(args.root, builds=builds)


def require_local(args: argparse.Namespace, what: str) -> None:
    """Raise :class:`InvalidRequest` when ``--server`` was given to a command that needs files."""
    if getattr(args, "server", None):
        raise InvalidRequest(
            f"{what} needs the files of the environment, which are on the server",
            "Run it there, without --server.",
        )
