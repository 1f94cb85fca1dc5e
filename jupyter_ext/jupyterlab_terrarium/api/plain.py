"""``/s/TOKEN``: a link for people without JupyterLab, as a page and as files (served stores).

Nobody logs in here: only links for everybody are shown. Nothing is counted, built or changed.
"""

from __future__ import annotations

from typing import Any, cast, get_args

from tornado.web import RequestHandler

from ..models.problem import NotFound, TerrariumError
from ..models.share import ShareFile
from .artifacts import answer_of
from .base import TerrariumHandler
from .file_answer import send_file
from .hosts import StandaloneHost, bind
from .plain_page import POLICY, dead_page, page

CARD = "card.json"
_TOKEN = r"(?P<token>[A-Za-z0-9_-]{1,200})"


class PlainLinkHandler(TerrariumHandler):
    """The page of a link."""

    def set_default_headers(self) -> None:
        """The token stands in the address: it must reach no other place."""
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("X-Robots-Tag", "noindex")
        self.set_header("Content-Security-Policy", POLICY)

    async def get(self, token: str, file: str = "", form: str = "") -> None:
        """The card as a page without script, or what it leads to as a file."""
        try:
            await self.opened()
            if form:
                await self._send_form(token, form)
                return
            media_type, text = await self._content(token, file)
        except TerrariumError as error:
            self.set_status(error.status)
            plain = bool(file or form)
            media_type = "text/plain" if plain else "text/html"
            words = error.message, error.hint
            text = f"{words[0]}. {words[1]}\n" if plain else dead_page(*words)
        self._write(text.encode("utf-8"), f"{media_type}; charset=utf-8")

    head = get

    async def _send_form(self, token: str, form: str) -> None:
        platform = self.get_query_argument("platform", None)
        forms = self.services.shared_forms
        found = await self.run_slow(forms.file, None, token, form, platform)
        await send_file(self, found.media_type, answer_of(found))

    async def _content(self, token: str, file: str) -> tuple[str, str]:
        links = self.services.shared_links
        if not file:
            card = await self.run(self.services.shared_forms.card, None, token)
            return "text/html", page(card, self._own_address())
        if file == CARD:
            card = await self.run(self.services.shared_forms.card, None, token)
            return "application/json", card.model_dump_json()
        if file not in get_args(ShareFile):
            raise NotFound("there is no such file", f"There are {', '.join(get_args(ShareFile))}.")
        platform = self.get_query_argument("platform", None)
        name = cast(ShareFile, file)
        text = await self.run_slow(links.file, None, token, name, platform)
        kind = "attachment" if name == "notebook.ipynb" else "inline"
        self.set_header("Content-Disposition", f'{kind}; filename="{file}"')
        return "text/plain", text

    def _own_address(self) -> str:
        path = self.request.path.rstrip("/")
        public = self.services.context.public_url
        if public:
            return f"{public}/s/{path.rpartition('/')[2]}"
        return f"{self.request.protocol}://{self.request.host}{path}"


def plain_routes(base_url: str = "/") -> list[tuple[str, Any]]:
    """Routes of the plain pages below *base_url*, for the application of a served store.

    Its access log must mask their addresses (:func:`.masking.mask_tokens`).
    """
    handler: type[RequestHandler] = bind(PlainLinkHandler, StandaloneHost)
    return [
        (rf"{base_url}s/{_TOKEN}/?", handler),
        (rf"{base_url}s/{_TOKEN}/(?P<file>[a-z.-]+)", handler),
        (rf"{base_url}s/{_TOKEN}/artifacts/(?P<form>[a-z0-9-]+)", handler),
    ]
