"""``artifacts``: forms of a version: which there are, making one, taking it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ..access.principals import Principal
from ..models.artifact import Artifact, ArtifactChoice, ArtifactQuery, FormView
from ..models.problem import InvalidRequest
from ..models.status import Page
from .base import TerrariumHandler
from .file_answer import FileAnswer
from .operation import operation

if TYPE_CHECKING:
    from ..services.artifacts import ArtifactFile

RESOURCE = "artifacts"


class ArtifactsHandler(TerrariumHandler):
    """All forms of one version."""

    @operation(
        "The forms that a version can take, and what was made already",
        action="read",
        resource=RESOURCE,
        response=Page[FormView],
        errors=(404, 409),
    )
    async def get(
        self, principal: Principal, namespace: str, name: str, version: str
    ) -> Page[FormView]:
        """In the order in which to show them."""
        return await self.run(self.services.artifacts.forms, principal, namespace, name, version)


class ArtifactHandler(TerrariumHandler):
    """One form of one version."""

    @operation(
        "The file of a form",
        action="read",
        resource=RESOURCE,
        query=ArtifactQuery,
        response=bytes,
        media_type="application/octet-stream",
        errors=(400, 404, 409, 416),
    )
    async def get(
        self,
        principal: Principal,
        namespace: str,
        name: str,
        version: str,
        form: str,
        query: ArtifactQuery,
    ) -> FileAnswer:
        """Texts are there at once, everything else once it was made. Ranges and ETag."""
        found = await self.run_slow(
            self.services.artifacts.file,
            principal,
            namespace,
            name,
            version,
            form,
            _choice(query),
        )
        return answer_of(found)

    # How large it is, and whether it is still the same: asked before a long download goes on.
    head = get

    @operation(
        "Have a form made",
        action="execute",
        resource=RESOURCE,
        body=ArtifactChoice,
        response=Artifact,
        status=202,
        errors=(400, 404, 409, 429),
    )
    async def post(
        self,
        principal: Principal,
        namespace: str,
        name: str,
        version: str,
        form: str,
        body: ArtifactChoice,
    ) -> Artifact:
        """At once when it is there or under way already. Events tell how far it is."""
        return await self.run(
            self.services.artifacts.make, principal, namespace, name, version, form, body
        )

    @operation(
        "Stop making a form",
        action="execute",
        resource=RESOURCE,
        query=ArtifactQuery,
        status=204,
        errors=(400, 404, 409),
    )
    async def delete(
        self,
        principal: Principal,
        namespace: str,
        name: str,
        version: str,
        form: str,
        query: ArtifactQuery,
    ) -> None:
        """What was made already stays for a while."""
        await self.run(
            self.services.artifacts.cancel,
            principal,
            namespace,
            name,
            version,
            form,
            _choice(query),
        )


def _choice(query: ArtifactQuery) -> ArtifactChoice:
    try:
        options = json.loads(query.options)
    except ValueError:
        options = None
    if not isinstance(options, dict):
        raise InvalidRequest("the query argument 'options' is no JSON object")
    return ArtifactChoice(platform=query.platform, options=options)


def answer_of(found: ArtifactFile) -> FileAnswer:
    """*found* as the answer that sends it."""
    return FileAnswer(
        found.path, found.content, found.file_name, found.media_type, etag=found.sha256
    )
