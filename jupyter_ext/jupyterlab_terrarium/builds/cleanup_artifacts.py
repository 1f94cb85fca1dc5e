"""Artifacts that clean-up removes: they can be made again from what stays."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from ..conda.files import move_to_trash
from ..faults import fault_point
from ..store import artifacts, shares
from ..store.artifact_tables import ArtifactRow
from ..store.database import Database
from ..store.paths import Layout
from ..store.tables import now


@dataclass(frozen=True)
class UnusedArtifacts:
    """What has ended, and nobody has taken for some *days*."""

    layout: Layout
    database: Database
    days: float

    def look(self, session: Session) -> Sequence[ArtifactRow]:
        """Their rows, the oldest first. Whoever takes a file touches it; what links give stays."""
        before = self._before()
        given = {(one.version_id, one.form) for one in shares.given_forms(session)}
        return [
            row
            for row in artifacts.ended(session, before)
            if (row.options or (row.version_id, row.form) not in given)
            and not any(_touched(path) >= before.timestamp() for path in self.paths(row))
        ]

    def paths(self, row: ArtifactRow) -> list[Path]:
        """The file of one, if it was made."""
        return [self.layout.blob(row.sha256)] if row.sha256 else []

    def remove(self, artifact_id: str, lasting: Collection[str]) -> bool:
        """The row goes, and with it the file, unless that is the same as something that stays.

        *lasting* are package files (SHA-256) that are kept. ``False`` when it was taken meanwhile.
        """
        with self.database.write() as session:
            row = next((one for one in self.look(session) if one.id == artifact_id), None)
            if row is None:
                return False
            paths = self.paths(row)
            artifacts.forget(session, row)
        fault_point("artifact.forgotten")
        # A row never leads to a file that is gone: whoever is killed here leaves an orphan.
        with self.database.write() as session:
            still = artifacts.blobs(session)
            for path in paths:
                if path.name not in still and path.name not in lasting:
                    move_to_trash(path, self.layout.trash)
            fault_point("artifact.discarded")
        return True

    def _before(self) -> datetime:
        return now() - timedelta(days=self.days)


def _touched(path: Path) -> float:
    """When the file was made or last taken, seconds since 1970; 0 for one that is gone."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
