"""``shared-link``: a link as those see it who were given it.

Its token comes in a header or a body: URLs of requests are logged.
"""

from __future__ import annotations

from typing import cast, get_args

from pydantic import ConfigDict, Field

from ..access.principals import Principal
from ..models.base import BaseModel
from ..models.environment import Environment
from ..models.problem import NotFound
from ..models.share import (
    SHARE_HEADER,
    Card,
    LentVersion,
    ShareCopy,
    ShareFile,
    ShareToken,
    ShareUse,
)
from .artifacts import answer_of
from .base import TerrariumHandler
from .environments import located
from .file_answer import FileAnswer
from .operation import operation

RESOURCE = "shares"


class SharedLinkHandler(TerrariumHandler):
    """The card of a link."""

    @operation(
        f"Show what a link leads to (its token in the header `{SHARE_HEADER}`)",
        action="read",
        resource=RESOURCE,
        response=Card,
        errors=(404,),
    )
    async def get(self, principal: Principal) -> Card:
        """Nothing is built, counted or changed."""
        token = self.request.headers.get(SHARE_HEADER, "")
        return await self.run(self.services.shared_forms.card, principal, token)


class UseHandler(TerrariumHandler):
    """Using a link."""

    @operation(
        "Use a link: kernels of what it leads to",
        action="execute",
        resource=RESOURCE,
        body=ShareToken,
        response=ShareUse,
        errors=(403, 404, 409, 429),
    )
    async def post(self, principal: Principal, body: ShareToken) -> ShareUse:
        """Counts the caller as a user. Files that are not here are built."""
        return await self.run(self.services.shared_links.use, principal, body.token)


class LentVersionHandler(TerrariumHandler):
    """A version that somebody uses by a link."""

    @operation(
        "What a server of yours needs to run what you use by a link",
        action="read",
        resource=RESOURCE,
        response=LentVersion,
        errors=(404,),
    )
    async def get(self, principal: Principal, environment: str, version: str) -> LentVersion:
        """By the id of the environment, and a number or `current`."""
        return await self.run(self.services.shared_links.lent, principal, environment, version)


class SharedCopiesHandler(TerrariumHandler):
    """Copies of what a link leads to."""

    @operation(
        "Copy what a link leads to",
        action="write",
        resource="environments",
        body=ShareCopy,
        response=Environment,
        status=201,
        errors=(403, 404, 409),
    )
    async def post(self, principal: Principal, body: ShareCopy) -> Environment:
        """At once, with kernels of its own; it stays when the link ends."""
        return located(self, await self.run(self.services.shared_links.copy, principal, body))


class SharedFileHandler(TerrariumHandler):
    """What a link leads to, as a file."""

    @operation(
        "`environment.yml`, `conda-lock.yml` or `explicit.txt` of what a link leads to "
        f"(its token in the header `{SHARE_HEADER}`)",
        action="read",
        resource=RESOURCE,
        response=str,
        media_type="text/plain",
        errors=(404, 503),
    )
    async def get(self, principal: Principal, file: str) -> str:
        """The specification verbatim, the lock, or its list of URLs for this platform."""
        if file not in get_args(ShareFile):
            raise NotFound("there is no such file", f"There are {', '.join(get_args(ShareFile))}.")
        token = self.request.headers.get(SHARE_HEADER, "")
        name = cast(ShareFile, file)
        return await self.run_slow(self.services.shared_links.file, principal, token, name)


class SharedFormQuery(BaseModel):
    """For which platform; by default this server's."""

    model_config = ConfigDict(extra="forbid")
    platform: str | None = Field(default=None, max_length=40)


class SharedFormHandler(TerrariumHandler):
    """A further form of what a link leads to."""

    @operation(
        "A form that a link gives, made when the link was "
        f"(its token in the header `{SHARE_HEADER}`)",
        action="read",
        resource=RESOURCE,
        query=SharedFormQuery,
        response=bytes,
        media_type="application/octet-stream",
        errors=(404, 409, 416),
    )
    async def get(self, principal: Principal, form: str, query: SharedFormQuery) -> FileAnswer:
        """Its maker has named the forms. Ranges and ETag."""
        token = self.request.headers.get(SHARE_HEADER, "")
        found = await self.run_slow(
            self.services.shared_forms.file, principal, token, form, query.platform
        )
        return answer_of(found)

    head = get
