"""Use cases of links from elsewhere: another store's, a recipe, the address of a file.

What they bring is hostile until it is validated. Nothing is built: the answer has the lockfile or
specification that an environment can be made of, on request.
"""

from __future__ import annotations

from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from pydantic import ValidationError

from ..access.principals import Principal
from ..conda.specification import read_specification
from ..models.lockfile_kind import lockfile_kind
from ..models.names import suggest_name
from ..models.problem import InvalidRequest
from ..models.recipe import RECIPE_ARGUMENT, Recipe, RecipeLink, is_payload, pack, unpack
from ..models.share import SHARE_ARGUMENT, Card, CardPackage, ForeignLink, is_token
from .cards import SHOWN, CardMaker
from .context import ServiceContext
from .safe_fetch import SafeFetch, origin, unreachable
from .versions import VersionService

_SUFFIXES = (".yml", ".yaml", ".lock", ".toml", ".txt")
#: What is believed of another store's card; the rest is taken from the lock itself.
_WORDS = ("namespace", "name", "title", "description", "version", "shared_by", "shared", "note")


class Fetch(Protocol):
    """Gets what an address answers."""

    def text(self, url: str) -> str:
        """As text; see :meth:`SafeFetch.text`."""


class ForeignLinkService:
    """Links that this store has not made."""

    def __init__(
        self, context: ServiceContext, versions: VersionService, fetch: Fetch | None = None
    ) -> None:
        self._context = context
        self._versions = versions
        self._cards = CardMaker(context)
        self._fetch = fetch or SafeFetch(context.policy.shared_link_origins)

    def recipe(self, principal: Principal, namespace: str, name: str, number: str) -> RecipeLink:
        """A version's specification as the payload of a link. Raises :class:`Conflict`."""
        shown = self._versions.show(principal, namespace, name, number)
        recipe = Recipe(name=name, specification=shown.specification_text, digest=shown.lock_digest)
        return RecipeLink(payload=pack(recipe))

    def open(self, link: str) -> ForeignLink:
        """What a link, or the bare payload of one, leads to."""
        text = link.strip()
        if is_payload(text):
            return self._recipe(text)
        address = origin(text)
        parts = urlsplit(text)
        arguments = parse_qs(parts.query, max_num_fields=50)
        if RECIPE_ARGUMENT in arguments:
            return self._recipe(arguments[RECIPE_ARGUMENT][-1])
        if SHARE_ARGUMENT in arguments:
            raise InvalidRequest(
                f"this link opens in the JupyterLab of {address}",
                "Open it there, or ask for its plain address, which has `/s/` in it.",
            )
        if parts.path.endswith(_SUFFIXES):
            name = suggest_name(parts.path.rpartition("/")[2].rpartition(".")[0])
            return self._file(self._fetch.text(text), address, {"name": name or "shared"})
        base, _, token = parts.path.rstrip("/").rpartition("/")
        if not base.endswith("/s") or not is_token(token):
            raise InvalidRequest(
                "this is neither a link to a shared environment nor the address of a file",
                "Such links have `/s/` in them, or end in `.yml`, `.lock`, `.toml` or `.txt`.",
            )
        store = f"{address}{parts.path.rstrip('/')}"
        words = self._words(self._fetch.text(f"{store}/card.json"))
        return self._file(self._fetch.text(f"{store}/conda-lock.yml"), address, words)

    def _words(self, text: str) -> dict[str, Any]:
        try:
            card = Card.model_validate_json(text)
        except ValidationError:
            raise unreachable("its answer is no card of Terrarium") from None
        words = card.model_dump(include=set(_WORDS))
        return {**words, "name": suggest_name(card.name) or "shared"}

    def _recipe(self, payload: str) -> ForeignLink:
        recipe = unpack(payload)
        made = self._specification(recipe.specification, "", {"name": recipe.name})
        made.card.lock_digest = recipe.digest
        return made

    def _file(self, text: str, address: str, words: dict[str, Any]) -> ForeignLink:
        if lockfile_kind(text) is None:
            return self._specification(text, address, words)
        lock = self._context.solver.read_lockfile(text)
        with self._context.database.read() as session:
            fields = self._cards.of_lock(session, lock)
        card = Card(**words, **fields, rights="copy")
        return ForeignLink(card=card, origin=address, lockfile=text)

    def _specification(self, text: str, address: str, words: dict[str, Any]) -> ForeignLink:
        specification = read_specification(text)
        asked = [
            *(
                (one.name, one.matchspec.removeprefix(one.name).strip())
                for one in specification.conda
            ),
            *((one.name, "") for one in specification.pip if one.name),
        ]
        platforms = specification.platforms or [self._context.platform]
        card = Card(
            **{**words, "name": words.get("name") or specification.name or "shared"},
            rights="copy",
            packages=[
                CardPackage(name=name, version=version, requested=True)
                for name, version in asked[:SHOWN]
            ],
            package_count=len(asked),
            channels=specification.channels,
            platforms=platforms,
            here=self._context.platform in platforms,
            ready=False,
        )
        return ForeignLink(card=card, origin=address, specification=text)
