"""Forms that the holder of a link may take: those that its maker has named, and no others."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ..access.principals import Principal
from ..artifacts.form import TextForm
from ..builds.artifact_subject import subject_of
from ..models.artifact import ArtifactChoice, ArtifactState
from ..models.problem import NotFound, TerrariumError
from ..models.share import Card, CardForm
from ..store import artifacts
from .artifact_choice import Chosen
from .artifacts import ArtifactFile, ArtifactService
from .channel_access import access
from .context import ServiceContext
from .shared_links import OpenedLink, SharedLinkService


class SharedFormService:
    """Looking is no use: nothing is made, counted or changed here."""

    def __init__(
        self, context: ServiceContext, links: SharedLinkService, made: ArtifactService
    ) -> None:
        self._context = context
        self._links = links
        self._made = made

    def card(self, principal: Principal | None, token: str) -> Card:
        """The card, with the forms that may be taken. Raises :class:`ShareDead`."""
        card = self._links.card(principal, token)
        with self._context.database.read() as session:
            opened = self._links.open(session, principal, token)
            forms = [self._shown(session, opened, form) for form in opened.share.forms]
        return card.model_copy(update={"forms": [one for one in forms if one is not None]})

    def file(
        self, principal: Principal | None, token: str, form: str, platform: str | None
    ) -> ArtifactFile:
        """A form as its file. Raises :class:`ShareDead`, and :class:`NotFound` for others."""
        with self._context.database.read() as session:
            opened = self._links.open(session, principal, token)
            if form not in opened.share.forms:
                raise NotFound(
                    "this link gives no such form",
                    f"It gives {', '.join(opened.share.forms) or 'the texts on its card only'}.",
                )
            chosen = self._chosen(opened, form, platform)
            row = artifacts.find(session, chosen.key)
        return self._made.file_of(chosen, row)

    def _chosen(self, opened: OpenedLink, form: str, platform: str | None) -> Chosen:
        environment, version, lock = opened.found
        if not access(self._context).is_free(environment.namespace.name, lock):
            # As for those in the namespace; who may not know of the channel is told no more.
            raise NotFound("this link gives no files any more", "Ask whoever sent it.")
        subject = subject_of(environment.namespace, environment.environment, version.version, lock)
        return self._made.chooser.of(version, subject, form, ArtifactChoice(platform=platform))

    def _shown(self, session: Session, opened: OpenedLink, form: str) -> CardForm | None:
        try:
            chosen = self._chosen(opened, form, None)
        except TerrariumError:
            # A newer version of what is current may not be locked for this server's platform.
            return None
        row = artifacts.find(session, chosen.key)
        made = row is not None and row.state == ArtifactState.READY.value
        there = row is not None and self._made.is_there(row)
        return CardForm(
            form=form,
            title=chosen.form.title,
            file_name=chosen.file_name,
            ready=isinstance(chosen.form, TextForm) or (made and there),
            making=there and not made,
            size=row.size if row is not None and made else 0,
        )
