"""Use cases of verification: whether files are what they were, and putting them right."""

from __future__ import annotations

import time

from sqlalchemy.orm import Session

from ..access.permissions import Action, grants, may, require
from ..access.principals import Principal
from ..builds.repair import repair as repair_prefix
from ..conda.restoration import Restored
from ..conda.verification import verify_prefix
from ..models.lock import Lock
from ..models.problem import Conflict, NotFound
from ..models.status import Page
from ..models.verification import CacheVerification, VerifiableVersion, Verification
from ..store import (
    cache_verification,
    environments,
    events,
    locks,
    ready_versions,
    verifications,
)
from ..store.environments import VersionRecord
from ..store.prefixes import is_complete
from ..store.tables import now
from .auditing import audited
from .context import ServiceContext
from .versions import VersionService


class VerificationService:
    """Verifies and repairs versions of environments that the principal may build."""

    def __init__(self, context: ServiceContext, versions: VersionService) -> None:
        self._context = context
        self._versions = versions

    def _find(
        self,
        session: Session,
        principal: Principal,
        namespace: str,
        name: str,
        number: str,
        action: Action,
    ) -> VersionRecord:
        grant = require(session, principal, namespace, action, name)
        record = environments.find(session, grant.namespace.id, name, self._context.platform)
        if record is None:
            raise NotFound(f"there is no environment '{namespace}/{name}'")
        return self._versions.record(session, record, number)

    def verifiable(self, principal: Principal) -> Page[VerifiableVersion]:
        """What the principal may verify, each prefix once, by namespace, name and number."""
        with self._context.database.read() as session:
            roles = grants(session, principal)
            allowed = {namespace for namespace, role in roles.items() if may(role, "build")}
            rows = ready_versions.each_prefix_once(session, allowed, self._context.platform)
        items = [
            VerifiableVersion(namespace=namespace, environment=name, version=number)
            for namespace, name, number in rows
        ]
        return Page[VerifiableVersion](items=items, total=len(items), next_cursor=None)

    def last(self, principal: Principal, namespace: str, name: str, number: str) -> Verification:
        """What the last verification found. Raises :class:`NotFound` when there was none."""
        with self._context.database.read() as session:
            version = self._find(session, principal, namespace, name, number, "read")
            digest = "" if version.platform is None else version.platform.digest
        found = verifications.last(self._context.layout, digest) if digest else None
        if found is None:
            raise NotFound(
                f"the files of {namespace}/{name}@{version.version.number} were never verified",
                "Verify them.",
            )
        return _named(found, namespace, name, version.version.number)

    @audited("version.repair", when=lambda given: bool(given["repair"]))
    def verify(
        self, principal: Principal, namespace: str, name: str, number: str, *, repair: bool
    ) -> Verification:
        """Compare all files of a version, after having restored what differs if *repair*.

        Raises :class:`Conflict` for a version that was never ready or is being built, and what
        makes a build fail.
        """
        context = self._context
        with context.database.read() as session:
            version = self._find(session, principal, namespace, name, number, "build")
            lock = locks.of_version(session, version.version)
        shown = f"{namespace}/{name}@{version.version.number}"
        if lock is None or version.platform is None or version.prefix is None:
            raise Conflict(f"{shown} is not ready: there is nothing to verify", "Build it first.")
        started = time.monotonic()
        done = self._repair(lock, version.platform.digest) if repair else Restored()
        found = self._compare(version.platform.digest, done, started)
        return _named(found, namespace, name, version.version.number)

    def _repair(self, lock: Lock, digest: str) -> Restored:
        context = self._context
        # Most often nothing differs: that is told in a second.
        if not verify_prefix(context.layout.prefix(digest), digest, context.layout.bytecode).any:
            return Restored()
        return repair_prefix(
            context.layout, lock, context.platform, context.channels, context.supervisor.limits
        )

    def _compare(self, digest: str, done: Restored, started: float) -> Verification:
        layout = self._context.layout
        prefix = layout.prefix(digest)
        differences = verify_prefix(prefix, digest, layout.bytecode)
        found = Verification(
            namespace="",
            environment="",
            version=0,
            digest=digest,
            prefix=str(prefix),
            checked=now(),
            seconds=round(time.monotonic() - started, 3),
            files=differences.files,
            changed=differences.changed,
            missing=differences.missing,
            added=differences.added,
            bytecode=differences.bytecode,
            restored=done.restored,
            removed=done.removed,
        )
        self._note(found)
        return found

    def _note(self, found: Verification) -> None:
        """Keep the result, and let every environment with these files show it."""
        layout = self._context.layout
        verifications.keep(layout, found)
        installed = is_complete(layout, found.digest)
        own = [] if installed is None else installed.warnings
        warnings = [*own, *verifications.sentence(found)]
        with self._context.database.write() as session:
            if locks.set_warnings(session, found.digest, warnings):
                for environment in environments.with_prefix(session, found.digest):
                    events.emit(session, "environment-updated", environment)

    @audited("cache.repair", when=lambda given: bool(given["repair"]))
    def cache(self, principal: Principal, *, repair: bool) -> CacheVerification:
        """Compare all cached package files, wheels and byte code with their seals.

        With *repair* altered entries go to the trash: whoever needs them fetches them again.
        """
        del principal  # Whoever works in this store may look at what all its builds share.
        started = time.monotonic()
        entries, altered = cache_verification.verify(self._context.layout)
        if repair:
            cache_verification.remove(self._context.layout, altered)
        return CacheVerification(
            checked=now(),
            seconds=round(time.monotonic() - started, 3),
            entries=entries,
            altered=altered,
            removed=repair,
        )


def _named(found: Verification, namespace: str, name: str, number: int) -> Verification:
    """*found* as that of this version; several may share the files."""
    return found.model_copy(update={"namespace": namespace, "environment": name, "version": number})
