"""Everything in a store that no rule keeps, with what removes each thing.

What is found here is only proposed. Whoever removes a thing asks again in the moment of doing it,
under the locks that kernels, builds and publications take; so clean-up may be interrupted anywhere
and runs beside everything else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from ..conda.files import move_to_trash
from ..faults import fault_point
from ..kernels import kernelspecs
from ..models.cleanup import CleanupItem, CleanupKind
from ..models.digest import prefix_name
from ..models.policy import Retention
from ..store import (
    artifacts,
    brought,
    builds,
    environments,
    events,
    fetched_ahead,
    locks,
    needs,
    orphans,
    package_files,
    purge,
    retention,
    unkept,
)
from ..store.database import Database
from ..store.flock import is_locked, try_lock
from ..store.orphans import Orphan
from ..store.paths import Layout
from ..store.prefixes import is_complete
from ..store.tables import now
from .cleanup_artifacts import UnusedArtifacts
from .cleanup_findings import Findings, Found, Remove
from .liveness import layer_in_use


class Cleanup:
    """Looks through one store."""

    def __init__(self, layout: Layout, database: Database, rules: Retention) -> None:
        self.layout = layout
        self.database = database
        self.rules = rules
        self._findings = Findings()

    def look(self) -> Findings:
        """Everything that may go, in the order in which to remove it."""
        self._findings = Findings()
        with self.database.read() as session:
            self._versions(session)
            self._environments(session)
            self._caches(session)
            self._things(session)
        self._workers()
        return self._findings

    def _add(
        self,
        kind: CleanupKind,
        name: str,
        reason: str,
        remove: Remove,
        *,
        shown: str = "",
        owners: list[str] | None = None,
        paths: list[Path] | None = None,
    ) -> None:
        item = CleanupItem(
            kind=kind, name=name, shown=shown or name, owners=owners or [], reason=reason
        )
        self._findings.found.append(Found(item, remove, paths or []))

    def _orphans(
        self, kind: CleanupKind, found: Iterator[Orphan], remove: Callable[[Path], bool]
    ) -> None:
        for one in found:
            name = one.path.relative_to(self.layout.root).as_posix()
            self._add(kind, name, one.reason, partial(remove, one.path), paths=[one.path])

    def _versions(self, session: Session) -> None:
        candidates = retention.candidates(session, self.layout, self.rules)
        complete = set(locks.prefixes(session))
        by_digest: dict[str, list[retention.Candidate]] = defaultdict(list)
        for one in candidates:
            by_digest[one.digest].append(one)
        known = {prefix_name(digest) for digest in complete}
        kept = retention.kept_digests(candidates)
        # Complete and wanted, only not recorded: the next build of it takes it as it is.
        known |= {prefix_name(digest) for digest in kept if is_complete(self.layout, digest)}
        self._needed = {one.lock_digest for one in candidates if one.digest in complete & kept}
        self._needed |= needs.being_built(session)
        self._existing = {one.lock_digest for one in candidates}
        # Any version that stays may be pointed to tomorrow.
        self._lasting = {one.lock_digest for one in candidates if one.reason}
        if not self.rules.package_files:
            self._lasting = set()
        self._findings.kept = sum(1 for one in candidates if one.digest in complete & kept)
        for digest in sorted(complete - kept):
            self._version(digest, by_digest[digest])
        for orphan in orphans.prefixes(self.layout, known):
            self._prefix(orphan)

    def _version(self, digest: str, versions: list[retention.Candidate]) -> None:
        shown = ", ".join(one.shown for one in versions) or f"prefix {prefix_name(digest)}"
        if is_locked(self.layout.lock(digest)):
            self._findings.in_use.append(shown)
            return
        self._add(
            "version",
            digest,
            "its files are not needed; it can be built again from its lock",
            lambda: self._remove_version(digest),
            shown=shown,
            owners=sorted({one.namespace for one in versions}),
            paths=[self.layout.prefix(digest), self.layout.verification(digest)],
        )

    def _remove_version(self, digest: str) -> bool:
        """Rows forget the files first; then they leave their place, by one rename."""
        held = try_lock(self.layout.lock(digest))
        if held is None:
            return False
        with held:
            with self.database.write() as session:
                if retention.kept_digests(
                    retention.candidates(session, self.layout, self.rules, digest)
                ):
                    return False
                locks.forget_prefix(session, digest)
                for environment in environments.with_prefix(session, digest):
                    events.emit(session, "environment-updated", environment)
            fault_point("cleanup.forgotten")
            return self._discard(prefix_name(digest))

    def _discard(self, name: str) -> bool:
        """Put a prefix away unless it was published again. The caller holds its lock.

        Inside of a transaction: publications happen in one, too.
        """
        with self.database.write() as session:
            if name in {prefix_name(known) for known in locks.prefixes(session)}:
                return False
            (self.layout.verifications / f"{name}.json").unlink(missing_ok=True)
            move_to_trash(self.layout.prefixes / name, self.layout.trash)
            fault_point("cleanup.discarded")
        return True

    def _prefix(self, one: Orphan) -> None:
        name = one.path.name
        lock = self.layout.locks / name
        if is_locked(lock):
            self._findings.in_use.append(f"prefix {name}")
            return

        def remove() -> bool:
            held = try_lock(lock)
            if held is None:
                return False
            with held:
                return self._discard(name)

        self._add("prefix", name, one.reason, remove, paths=[one.path])

    def _environments(self, session: Session) -> None:
        before = now() - timedelta(days=self.rules.deleted_days)
        for row, namespace in purge.expired(session, before):
            self._add(
                "environment",
                row.id,
                "it was deleted and can no longer be restored",
                partial(self._purge, row.id),
                shown=f"{namespace}/{row.name}",
                owners=[namespace],
            )
        before = now() - timedelta(days=self.rules.history_days)
        counts = purge.count_history(session, before)
        if any(counts):
            self._add(
                "history",
                "history",
                f"older than {self.rules.history_days:g} days",
                self._forget_history,
                shown=f"{counts[0]} events, {counts[1]} plans",
            )

    def _purge(self, environment_id: str) -> bool:
        before = now() - timedelta(days=self.rules.deleted_days)
        with self.database.write() as session:
            if environment_id not in {row.id for row, _ in purge.expired(session, before)}:
                return False
            purge.environment(session, environment_id)
            fault_point("purge.rows")
        return True

    def _forget_history(self) -> bool:
        with self.database.write() as session:
            purge.history(session, now() - timedelta(days=self.rules.history_days))
        return True

    def _caches(self, session: Session) -> None:
        layout, days = self.layout, self.rules.cache_days
        needed = needs.package_files(session, self._needed)
        noted = self._fetched_ahead(needed)
        self._orphans("package", orphans.packages(layout, needed | noted, days), self._drop_cached)
        wheels = list(orphans.wheels(layout, needed | noted, days))
        built = needs.built_here(session, [one.path.name for one in wheels])
        others = (one for one in wheels if one.path.name not in built)
        self._orphans("wheel", others, self._drop_cached)
        self._orphans("bytecode", orphans.bytecode(layout, needed, days), self._drop_cached)
        self._orphans("leftover", orphans.uv_cache(layout, days), self._drop_cached)
        lasting = self._findings.lasting = self._kept_files(session)
        notes = unkept.notes(layout)
        self._findings.unkept = [note for note in notes if note.sha256 in lasting]
        self._orphans("leftover", orphans.unkept_notes(layout, lasting), self._unlink)
        gone = self._artifacts(session)
        needed = lasting | (artifacts.blobs(session) - gone)
        self._orphans("kept-package", orphans.blobs(layout, needed), self._drop_kept)
        self._orphans("leftover", orphans.parts(layout, days), self._trash)

    def _kept_files(self, session: Session) -> set[str]:
        """SHA-256 of what is kept for years; what was brought, as long as there is its version."""
        kept = needs.package_files(session, self._lasting)
        came = brought.files(self.layout)
        return kept | (came & needs.package_files(session, self._existing) if came else set())

    def _artifacts(self, session: Session) -> set[str]:
        """Add artifacts that nobody took lately; SHA-256 of the files that would go with them."""
        unused = UnusedArtifacts(self.layout, self.database, self.rules.artifact_days)
        rows = unused.look(session)
        for row in rows:
            self._add(
                "artifact",
                row.id,
                "nobody has taken it lately; it can be made again",
                partial(unused.remove, row.id, self._findings.lasting),
                shown=row.file_name,
                paths=unused.paths(row),
            )
        return {row.sha256 for row in rows}

    def _fetched_ahead(self, needed: set[str]) -> set[str]:
        """Add what was fetched for plans and never used; SHA-256 of all that was fetched so."""
        for note in fetched_ahead.unused(self.layout, self.rules.ahead_hours):
            if note.sha256 not in needed:
                self._add(
                    "package",
                    f"ahead/{note.sha256}",
                    "it was fetched for a plan that nobody has built",
                    partial(self._drop_ahead, note),
                    paths=fetched_ahead.paths(self.layout, note),
                )
        return {note.sha256 for note in fetched_ahead.notes(self.layout)}

    def _drop_ahead(self, note: fetched_ahead.Note) -> bool:
        with self.database.write() as session:
            if builds.counts(session)[0]:
                return False
            return fetched_ahead.drop(self.layout, note)

    def _drop_cached(self, path: Path) -> bool:
        """A build that has begun may be about to link it: then it stays for this time."""
        with self.database.read() as session:
            if builds.counts(session)[0]:
                return False
        return self._trash(path)

    def _drop_kept(self, path: Path) -> bool:
        with self.database.write() as session:
            if path.name in artifacts.blobs(session):
                return False
            package_files.forget(session, path.name)
            brought.forget(self.layout, path.name)
            return self._drop_cached(path)

    def _trash(self, path: Path) -> bool:
        return move_to_trash(path, self.layout.trash) is not None

    def _things(self, session: Session) -> None:
        layout = self.layout
        self._orphans("log", orphans.logs(layout, needs.build_ids(session)), self._trash)
        layers = orphans.scratches(layout, needs.scratch_ids(session))
        self._orphans("leftover", layers, self._trash)
        visible = needs.visible_names(session)
        self._orphans("leftover", orphans.links(layout, visible), self._unlink)
        self._orphans("leftover", orphans.notes(layout), self._unlink_free)
        minted = needs.kernel_names(session)
        for spec in kernelspecs.list_ours(layout.root):
            # Pinned ones are minted without a row, and go when nothing runs there.
            if spec.version is None and spec.name not in minted:
                self._add(
                    "kernelspec",
                    spec.name,
                    "its environment is gone",
                    partial(kernelspecs.unregister, spec.name, root=layout.root),
                    paths=[kernelspecs.directory() / spec.name],
                )

    def _unlink(self, path: Path) -> bool:
        path.unlink(missing_ok=True)
        return True

    def _unlink_free(self, path: Path) -> bool:
        if path.parent != self.layout.locks:
            return self._unlink(path)
        held = try_lock(path)
        if held is None:
            return False
        with held:
            return self._unlink(path)

    def _workers(self) -> None:
        def free(layer: Path) -> bool:
            return not layer_in_use(self.layout, layer)

        layers = (one for one in orphans.worker_layers(self.layout) if free(one.path))
        self._orphans("leftover", layers, lambda path: free(path) and self._trash(path))
