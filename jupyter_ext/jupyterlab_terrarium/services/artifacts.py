"""Use cases of artifacts: which forms a version can take, having one made, taking it along."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from ..access.principals import Principal
from ..artifacts.base_images import described
from ..artifacts.form import TextForm
from ..artifacts.forms import FORMS
from ..faults import fault_point
from ..models.artifact import (
    UNDER_WAY,
    Artifact,
    ArtifactChoice,
    ArtifactProgress,
    ArtifactState,
    FormView,
)
from ..models.problem import Conflict, NotFound, Problem, QueueFull
from ..models.status import Page
from ..models.told_problem import error_of
from ..store import artifacts
from ..store.artifact_tables import ArtifactRow
from .artifact_choice import Chooser, Chosen, VersionChoice
from .auditing import audited
from .context import ServiceContext
from .versions import VersionService

#: How many artifacts may be under way for one user.
MAX_UNDER_WAY = 20


@dataclass(frozen=True)
class ArtifactFile:
    """A form as a file: at *path*, or the short text *content*. ``sha256`` is that of its bytes."""

    file_name: str
    media_type: str
    sha256: str
    path: Path | None = None
    content: bytes = field(default=b"", repr=False)


class ArtifactService:
    """Forms of versions that the principal can see: who may read a version may take it along."""

    def __init__(self, context: ServiceContext, versions: VersionService) -> None:
        self._context = context
        self._versions = versions
        self.chooser = Chooser(context, versions)

    def forms(self, principal: Principal, namespace: str, name: str, number: str) -> Page[FormView]:
        """Every form, with what was made of this version already."""
        chooser = self.chooser
        with self._context.database.read() as session:
            which = VersionChoice(namespace, name, number)
            version, subject = chooser.subject(session, principal, which)
            rows = artifacts.of_version(session, version.version.id)
            # What was cleaned up is to be made again, not to be downloaded.
            ready = ArtifactState.READY.value
            made = [view(row) for row in rows if row.state != ready or self.is_there(row)]
        items = [
            FormView(
                form=form.name,
                title=form.title,
                purpose=form.purpose,
                group=form.group,
                suffix=form.suffix,
                needs=form.needs,
                platforms=chooser.platforms(form, subject),
                options=described(form.options, self._context.policy.image_bases),
                unavailable=chooser.why_not(form, version, subject),
                artifacts=[one for one in made if one.form == form.name],
            )
            for form in FORMS.values()
        ]
        return Page[FormView](items=items, total=len(items), next_cursor=None)

    @audited("artifact.make")
    def make(
        self,
        principal: Principal,
        namespace: str,
        name: str,
        number: str,
        form: str,
        choice: ArtifactChoice,
    ) -> Artifact:
        """Have a form made, unless it is there or under way.

        Raises :class:`Conflict` when it cannot be made here, and :class:`QueueFull`.
        """
        which = VersionChoice(namespace, name, number)
        with self._context.database.write() as session:
            chosen = self.chooser.choose(session, principal, which, form, choice)
            if isinstance(chosen.form, TextForm):
                raise Conflict(
                    f"{chosen.file_name} need not be made", "Ask for the file: it is there."
                )
            why_not = self.chooser.why_not(chosen.form, chosen.version, chosen.subject)
            if why_not:
                raise Conflict(why_not.rstrip("."))
            row = artifacts.find(session, chosen.key)
            if row is None or not self.is_there(row):
                if artifacts.waiting(session, principal.user) >= MAX_UNDER_WAY:
                    raise QueueFull(
                        f"{MAX_UNDER_WAY} artifacts are being made for you already",
                        "Wait until some of them are there, or cancel them.",
                    )
                row = artifacts.queue(
                    session,
                    key=chosen.key,
                    version=chosen.version.version,
                    form=chosen.form.name,
                    platform=chosen.platform,
                    options=chosen.given,
                    file_name=chosen.file_name,
                    media_type=chosen.form.media_type,
                    user=principal.user,
                )
                fault_point("artifact.asked")
            found = view(row)
        self._context.supervisor.poke()
        return found

    @audited("artifact.cancel")
    def cancel(
        self,
        principal: Principal,
        namespace: str,
        name: str,
        number: str,
        form: str,
        choice: ArtifactChoice,
    ) -> None:
        """Stop making a form: whoever asked for it may, and who may build the environment.

        Raises :class:`Conflict` when it is not being made.
        """
        which = VersionChoice(namespace, name, number)
        with self._context.database.write() as session:
            chosen = self.chooser.choose(session, principal, which, form, choice)
            row = artifacts.find(session, chosen.key)
            if row is None or ArtifactState(row.state) not in UNDER_WAY:
                raise Conflict(f"{chosen.file_name} is not being made")
            if row.requested_by != principal.user:
                self._versions.environment(session, principal, namespace, name, "build")
            if row.owner is None:
                artifacts.end(session, row, ArtifactState.CANCELLED)
            row.cancel_requested = True
        self._context.supervisor.poke()

    def file(
        self,
        principal: Principal,
        namespace: str,
        name: str,
        number: str,
        form: str,
        choice: ArtifactChoice,
    ) -> ArtifactFile:
        """The file of a form: a text at once, anything else when it was made.

        Raises :class:`NotFound` when it was not, :class:`Conflict` while it is being made, and
        what went wrong when it could not be made.
        """
        which = VersionChoice(namespace, name, number)
        with self._context.database.read() as session:
            chosen = self.chooser.choose(session, principal, which, form, choice)
            row = artifacts.find(session, chosen.key)
        return self.file_of(chosen, row)

    def file_of(self, chosen: Chosen, row: ArtifactRow | None) -> ArtifactFile:
        """The file of what somebody may take, of which *row* was made. Raises as :meth:`file`."""
        if isinstance(chosen.form, TextForm):
            return self._text(chosen.form, chosen)
        if row is not None and ArtifactState(row.state) in UNDER_WAY:
            raise Conflict(f"{chosen.file_name} is still being made", "Ask again in a while.")
        if row is not None and row.problem is not None:
            raise error_of(Problem.model_validate(row.problem))
        if row is None or not self.is_there(row):
            raise NotFound(f"{chosen.file_name} was not made yet", "Have it made, then take it.")
        blob = self._blob(row)
        # Clean-up goes by it; looking leaves the database as it was.
        os.utime(blob)
        return ArtifactFile(row.file_name, row.media_type, row.sha256, path=blob)

    def _text(self, form: TextForm, chosen: Chosen) -> ArtifactFile:
        if form.slow:
            text = self._context.solver.form_text(
                form.name, chosen.subject, chosen.platform, chosen.given
            )
        else:
            text = form.text(chosen.subject, chosen.platform, chosen.options)
        content = text.encode("utf-8")
        sha256 = hashlib.sha256(content).hexdigest()
        return ArtifactFile(chosen.file_name, form.media_type, sha256, content=content)

    def is_there(self, row: ArtifactRow) -> bool:
        """Whether it was made, or is under way."""
        if ArtifactState(row.state) in UNDER_WAY:
            return not row.cancel_requested
        return row.state == ArtifactState.READY.value and self._blob(row).is_file()

    def _blob(self, row: ArtifactRow) -> Path:
        return self._context.layout.blob(row.sha256)


def view(row: ArtifactRow) -> Artifact:
    """*row* as the API shows it."""
    return Artifact(
        id=row.id,
        form=row.form,
        platform=row.platform,
        options=row.options,
        state=ArtifactState(row.state),
        progress=ArtifactProgress.model_validate(row.progress),
        problem=None if row.problem is None else Problem.model_validate(row.problem),
        file_name=row.file_name,
        media_type=row.media_type,
        sha256=row.sha256,
        size=row.size,
        requested_by=row.requested_by,
        created=row.created,
        finished=row.finished,
    )
