"""Writing the audit: one decorator for every use case that changes something.

REST, shell and links call the same use cases, so what they leave in the audit is the same. The line
is written in the transaction of the change; what is refused has a transaction of its own.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from ..access.principals import Principal
from ..models.audit import DONE
from ..models.names import is_name
from ..models.problem import TerrariumError
from ..store import audit
from ..store.database import Database
from ..store.shares import token_hash
from ..store.team_tables import AuditRow

P = ParamSpec("P")
R = TypeVar("R")

#: Fields of requests that say what was done, and can hold nothing that is secret.
_TOLD = ("role", "rights", "hold", "current", "recommended", "scopes", "expires_days", "mode")
_IDENTITIES = ("build_id", "proposal_id", "share_id", "environment_id")


@dataclass
class _Line:
    """What is being done; ``written`` once it stands in a transaction."""

    principal: Principal
    action: str
    arguments: Mapping[str, Any]
    written: bool = field(default=False)

    def write(self, session: Session, outcome: str) -> None:
        """One line; two where something goes to another namespace: both have owners."""
        self.written = True
        own = self._namespace(session)
        other = getattr(self.arguments.get("request"), "namespace", None)
        found = own if other is None else audit.namespace_of(session, "namespace", other)
        for namespace_id in dict.fromkeys((own, found or own)):
            audit.add(
                session,
                AuditRow(
                    user=self.principal.user,
                    action=self.action,
                    namespace_id=namespace_id,
                    target=self._target(),
                    origin=self.principal.origin,
                    outcome=outcome,
                    data=self._data(),
                ),
            )

    def _namespace(self, session: Session) -> str | None:
        for name in _IDENTITIES:
            if name in self.arguments:
                return audit.namespace_of(session, name.removesuffix("_id"), self.arguments[name])
        if self.action.startswith("share.") and "token" in self.arguments:
            return audit.namespace_of(session, "share-token", token_hash(self.arguments["token"]))
        request = self.arguments.get("request")
        named: str | None = self.arguments.get("namespace")
        if named is None and self.action.startswith("namespace."):
            named = self.arguments.get("name") or getattr(request, "name", None)
        if named is None:
            named = getattr(request, "namespace", None)
        if named is not None:
            return audit.namespace_of(session, "namespace", named)
        if self.action.startswith(("cleanup.", "cache.")):
            return None
        return audit.namespace_of(session, "personal", self.principal.user)

    def _target(self) -> str:
        for identity in (*_IDENTITIES, "token_id"):
            if identity in self.arguments:
                return _plain(self.arguments[identity])
        request = self.arguments.get("request")
        namespace = self.arguments.get("namespace") or getattr(request, "namespace", None)
        name: str | None = self.arguments.get("name")
        if name is None and self.action.endswith((".create", ".copy")):
            name = getattr(request, "name", None)
        if self.action.startswith("member."):
            name = self.arguments.get("environment")
        if self.action.startswith("token."):
            name = None
        path = "/".join(_plain(part) for part in (namespace, name) if part)
        version = self.arguments.get("pointer") or self.arguments.get("number")
        return f"{path}@{_plain(version)}" if version is not None and path else path

    def _data(self) -> dict[str, Any]:
        request = self.arguments.get("request")
        found = {
            name: value
            for name in _TOLD
            if (value := getattr(request, name, None)) not in (None, "", [])
        }
        if self.action.startswith("member."):
            found["member"] = f"{self.arguments['kind']}:{_person(self.arguments['name'])}"
        if self.action in ("environment.update", "environment.copy"):
            for name in ("name", "namespace"):
                if getattr(request, name, None) is not None:
                    found[f"new_{name}"] = getattr(request, name)
        if self.action.startswith("artifact."):
            found["form"] = _plain(self.arguments["form"])
        if isinstance(self.arguments.get("user"), str):
            found["for"] = _person(self.arguments["user"])
        return found


_LINE: ContextVar[_Line | None] = ContextVar("terrarium_audit", default=None)


def _plain(text: object) -> str:
    """A name as it is; of anything else only that it was none, for it may be a secret."""
    found = str(text)
    return found if is_name(found) or (found.isdigit() and len(found) < 10) else "(no name)"


def _person(text: object) -> str:
    """Who gets a role or a token; user names may be addresses, but no URLs."""
    found = str(text)
    return "(no name)" if "://" in found else found[:255]


def write_line(session: Session) -> None:
    """Add the line of what is being done to its transaction; for ``Database.before_commit``."""
    line = _LINE.get()
    if line is not None and not line.written:
        line.write(session, DONE)


@contextmanager
def aside() -> Iterator[None]:
    """What is written inside is not what the caller asked for, and does not count as its change."""
    token = _LINE.set(None)
    try:
        yield
    finally:
        _LINE.reset(token)


def audited(
    action: str, when: Callable[[Mapping[str, Any]], bool] = lambda _: True
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a method of a service leave a line in the audit, whether it succeeds or is refused.

    Its first argument is the principal; *when* decides by the arguments whether it is a change.
    """

    def decorate(method: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(method)

        @functools.wraps(method)
        def use_case(*args: P.args, **kwargs: P.kwargs) -> R:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            arguments = dict(bound.arguments)
            service = arguments.pop("self")
            principal = arguments.pop("principal")
            if _LINE.get() is not None or not when(arguments):
                # Part of another use case, which has its line; or no change.
                return method(*args, **kwargs)
            line = _Line(principal, action, arguments)
            database: Database = service._context.database
            token = _LINE.set(line)
            try:
                answer = method(*args, **kwargs)
            except TerrariumError as error:
                _LINE.reset(token)
                token = _LINE.set(None)
                with database.write() as session:
                    line.write(session, error.code)
                raise
            finally:
                _LINE.reset(token)
            if not line.written:
                with database.write() as session:
                    line.write(session, DONE)
            return answer

        setattr(use_case, AUDITED, action)
        return use_case

    return decorate


#: Attribute of a use case that leaves lines in the audit: the action they name.
AUDITED = "terrarium_audited"
