"""``bundles``: an environment from an offline bundle, which is written to disk as it comes."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from pydantic import ConfigDict, Field
from tornado.web import stream_request_body

from ..access.principals import Principal
from ..models.base import BaseModel
from ..models.environment import Environment
from ..models.names import Name
from ..models.problem import InvalidRequest, TerrariumError
from .base import TerrariumHandler
from .environments import located
from .operation import operation, parse_query

RESOURCE = "environments"
#: Of a file that is refused so many bytes are read before that is said.
DISCARDED = 64 * 1024 * 1024


class BundleQuery(BaseModel):
    """Where the environment goes, and what it is called."""

    model_config = ConfigDict(extra="forbid")

    namespace: Name | None = Field(default=None, description="Default: the caller's own.")
    name: Name | None = Field(default=None, description="Default: the name in the bundle.")


@stream_request_body
class BundlesHandler(TerrariumHandler):
    """Bundles that somebody brings."""

    _received: Path | None = None
    _file: BinaryIO | None = None
    _place: ExitStack | None = None
    _refused: TerrariumError | None = None
    _to_come = 0

    async def prepare(self) -> None:
        """Before anything is read: who brings it, and whether there is room for it."""
        prepared = super().prepare()
        if prepared is not None:
            await prepared
        if self.request.method != "POST" or self._finished:
            return
        self._to_come = length = int(self.request.headers.get("Content-Length") or 0)
        try:
            principal = await self.principal()
            await self.authorise("write", f"terrarium:{RESOURCE}")
            await self.opened()
            principal = await self.recognised(principal)
            await self.may_change(principal, f"{RESOURCE}.write")
            query = parse_query(BundleQuery, self.request.query_arguments)
            bundles = self.services.bundles
            room = await self.run(bundles.room, principal, query.namespace)
            if length > room:
                raise InvalidRequest(
                    f"the file has {length:,} bytes, and there is room for {room:,} here",
                    "Ask the administrator of the store for room on its disk.",
                )
            assert self.request.connection is not None
            # Tornado's limit is for what it keeps in memory.
            getattr(self.request.connection, "set_max_body_size", lambda _: None)(room)
            self._place = ExitStack()
            directory = await self.run(self._place.enter_context, bundles.directory())
            self._received = directory / "bundle"
            self._file = await self.run(self._received.open, "xb")
        except TerrariumError as error:
            self._refuse(error)

    def _refuse(self, error: TerrariumError) -> None:
        """Say why: at once, or after the little that is still to come.

        Whoever is sending reads no answer until they have done.
        """
        self._tidy()
        if self._to_come <= DISCARDED:
            self._refused = error
        else:
            self.answer_problem(error.problem())

    async def data_received(self, chunk: bytes) -> None:
        """Write what has come; more is read when that is done."""
        self._to_come -= len(chunk)
        if self._file is not None:
            try:
                await self.run(self.services.bundles.write, self._file, chunk)
            except TerrariumError as error:
                self._refuse(error)

    @operation(
        "Make an environment from an offline bundle",
        action="write",
        resource=RESOURCE,
        query=BundleQuery,
        response=Environment,
        status=201,
        errors=(400, 403, 404, 409, 422),
    )
    async def post(self, principal: Principal, query: BundleQuery) -> Environment:
        """The body is the file. Its package files are kept, so no channel is asked."""
        if self._refused is not None:
            raise self._refused
        if self._file is None or self._received is None:
            raise InvalidRequest("there is no file in this request", "Send the bundle as the body.")
        await self.run(self._file.close)
        made, _ = await self.run_files(
            self.services.bundles.create,
            principal,
            self._received,
            namespace=query.namespace,
            name=query.name,
        )
        return located(self, made)

    def on_finish(self) -> None:
        """What was written goes, however it ended."""
        self._tidy()
        super().on_finish()

    def on_connection_close(self) -> None:
        """Whoever was sending has gone."""
        self._tidy()
        super().on_connection_close()

    def _tidy(self) -> None:
        place, self._place = self._place, None
        file, self._file = self._file, None
        if place is not None:
            if file is not None:
                file.close()
            place.close()
