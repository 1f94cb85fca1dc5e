"""Keeps made what links give: of the current version, too, when that is another one."""

from __future__ import annotations

import logging

from ..artifacts.form import TextForm
from ..artifacts.forms import FORMS
from ..models.artifact import ArtifactChoice
from ..models.problem import TerrariumError
from ..store import shares
from ..store.shares import GivenForm
from .artifacts import ArtifactService
from .context import ServiceContext

_log = logging.getLogger("jupyterlab_terrarium.services")


class LinkForms:
    """Of one store. Each form of each version is asked for once, by whoever made the link."""

    def __init__(self, context: ServiceContext, made: ArtifactService) -> None:
        self._context = context
        self._made = made
        self._asked: set[GivenForm] = set()

    def refresh(self) -> None:
        """Ask for what links give and was not asked for yet."""
        with self._context.database.read() as session:
            given = shares.given_forms(session)
        for one in given:
            if one not in self._asked and not isinstance(FORMS.get(one.form), TextForm):
                self._ask(one)
        self._asked = set(given)

    def _ask(self, one: GivenForm) -> None:
        principal = self._context.principal_of(one.user)
        place = (one.namespace, one.environment, str(one.number))
        try:
            self._made.make(principal, *place, one.form, ArtifactChoice())
        except TerrariumError as error:
            # The card says that it is not made; whoever opens the link can ask for it.
            _log.info("%s of %s/%s@%s for a link: %s", one.form, *place, error.message)
