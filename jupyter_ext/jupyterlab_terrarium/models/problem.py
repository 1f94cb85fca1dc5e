"""Errors with cause, place and fix, and their form in the API (RFC 9457 problem details)."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from .base import BaseModel
from .explanation import Cause, Explanation, SpecificationLine
from .place import Place as Place

PROBLEM_TYPE_BASE = "https://jupyterlab-terrarium.readthedocs.io/problems/"


class Finding(BaseModel):
    """One error or notice about a text: what, where, and what to do about it."""

    message: str
    hint: str = ""
    place: Place | None = None
    path: str = Field(default="", description="Key path in the document, e.g. `dependencies/3`.")


class OtherVersion(BaseModel):
    """What somebody else saved meanwhile: the latest version."""

    version: int
    specification_text: str
    created: datetime
    created_by: str


class Problem(BaseModel):
    """RFC 9457 problem details; the one shape of every error answer."""

    type: str
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    hint: str = ""
    code: str
    errors: list[Finding] = Field(default_factory=list)
    raw: str = Field(default="", description="The unprocessed text of a tool, if any.")
    conflict: OtherVersion | None = Field(
        default=None, description="With `edit-conflict`: the version that came in between."
    )
    explanation: Explanation | None = Field(
        default=None, description="For failures to solve or to build: the statement and its edits."
    )


class TerrariumError(Exception):
    """Base of every error that a user may see.

    Subclasses set ``code`` (kebab-case, stable), ``title`` and ``status`` (HTTP). Those that end
    a solve or a build also set ``cause`` and, where it is always the same, ``why``.
    """

    code = "internal"
    title = "Terrarium could not do this"
    status = 500
    cause: Cause | None = None
    why = ""

    def __init__(
        self,
        message: str,
        hint: str = "",
        errors: list[Finding] | None = None,
        raw: str = "",
        conflict: OtherVersion | None = None,
        explanation: Explanation | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.errors = errors or []
        self.raw = raw
        self.conflict = conflict
        self.explanation = explanation or self._explanation()

    def _explanation(self) -> Explanation | None:
        """The statement that the error alone can make."""
        if self.cause is None:
            return None
        return Explanation(
            cause=self.cause,
            what=self.message,
            why=self.why,
            remedy=self.hint,
            lines=[
                SpecificationLine(place=one.place, text="", why=one.message)
                for one in self.errors
                if one.place is not None
            ],
        )

    def problem(self) -> Problem:
        """This error as problem details."""
        return Problem(
            type=PROBLEM_TYPE_BASE + self.code,
            title=self.title,
            status=self.status,
            detail=self.message,
            hint=self.hint,
            code=self.code,
            errors=self.errors,
            raw=self.raw,
            conflict=self.conflict,
            explanation=self.explanation,
        )


class InvalidRequest(TerrariumError):
    """The request itself is not well formed."""

    code = "invalid-request"
    title = "The request is not valid"
    status = 400


class InvalidSpecification(TerrariumError):
    """The specification cannot be accepted; ``errors`` name the lines."""

    code = "invalid-specification"
    title = "The specification has errors"
    status = 422


class InvalidLock(TerrariumError):
    """A lockfile cannot be accepted."""

    code = "invalid-lock"
    title = "The lockfile has errors"
    status = 422


class InvalidArchive(TerrariumError):
    """An archive cannot be accepted: it is broken, or made to do harm. Nothing of it was kept."""

    code = "invalid-archive"
    title = "The archive has errors"
    status = 422


class SecretInUrl(InvalidSpecification):
    """A credential stands in a URL; nothing of it was stored."""

    code = "secret-in-url"
    title = "A URL contains a credential"


class NotFound(TerrariumError):
    """There is no such thing, or the caller may not know of it."""

    code = "not-found"
    title = "Not found"
    status = 404


class ShareDead(NotFound):
    """A link that gives nothing: never made, expired, revoked, used up, or meant for others.

    Which of these it is, is not said: whoever guesses learns nothing.
    """

    code = "share-dead"
    title = "This link does not work"


class Forbidden(TerrariumError):
    """The caller may see this but not do this."""

    code = "forbidden"
    title = "Not allowed"
    status = 403


class ChannelForbidden(Forbidden):
    """A namespace may not use a channel that wants a login, nor what came from there."""

    code = "channel-forbidden"
    title = "This channel is not for this namespace"
    cause: Cause | None = "credentials"
    why = "The administrator of the store has said which namespaces may use the channel."


class Unauthenticated(TerrariumError):
    """The caller is nobody we know."""

    code = "unauthenticated"
    title = "Please log in"
    status = 401


class Conflict(TerrariumError):
    """The state of the store does not permit this now."""

    code = "conflict"
    title = "This conflicts with what is there"
    status = 409


class EditConflict(Conflict):
    """Somebody else has saved a version since this text was begun. Nothing is overwritten."""

    code = "edit-conflict"
    title = "Somebody else has changed this environment"


class RangeNotSatisfiable(TerrariumError):
    """No byte of the file is in the range that was asked for."""

    code = "range-not-satisfiable"
    title = "The file has no such part"
    status = 416


class QueueFull(TerrariumError):
    """Too many builds wait already."""

    code = "queue-full"
    title = "Too many builds are waiting"
    status = 429


class LinkUnreachable(TerrariumError):
    """A link of another server could not be fetched."""

    code = "link-unreachable"
    title = "The link does not answer"
    status = 424


class StoreUnusable(TerrariumError):
    """The store's root cannot be used; said at start, in words."""

    code = "store-unusable"
    title = "The store cannot be used"
    status = 503


class TooBusy(TerrariumError):
    """Too many requests for long work wait already."""

    code = "too-busy"
    title = "The store is busy"
    status = 503


class SolverUnavailable(TerrariumError):
    """The solver process ended or exceeded its memory and was restarted."""

    code = "solver-unavailable"
    title = "The solver did not answer"
    status = 503
