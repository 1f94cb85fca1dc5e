"""One decorator per verb: authenticate, authorise, parse, answer; and what OpenAPI says of it."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from ..models.disk_problem import disk_problem
from ..models.problem import Finding, InvalidRequest, TerrariumError
from .file_answer import send_file

Action = Literal["read", "write", "execute"]
M = TypeVar("M", bound=BaseModel)

OPERATION = "terrarium_operation"
MAX_BODY_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Operation:
    """What a verb of a route takes and gives. ``action`` and ``resource`` are for the host.

    ``remembered``: the answer follows from the principal, the request and the database alone, so
    it is given again until something is written.
    """

    summary: str
    action: Action
    resource: str
    response: Any = None
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    status: int = 200
    media_type: str = "application/json"
    errors: tuple[int, ...] = ()
    remembered: bool = False

    @property
    def is_file(self) -> bool:
        """Whether the verb gives a path, the content of which is sent piece by piece."""
        return self.response is bytes

    def content(self, value: Any) -> bytes | None:
        """*value* as its answer's body, ``None`` when it has none."""
        if self.status == 204 or self.response is None:
            return None
        if self.media_type == "application/json":
            return TypeAdapter(self.response).dump_json(value)
        return str(value).encode("utf-8")


Method = Callable[..., Awaitable[Any]]


def operation(
    summary: str,
    *,
    action: Action,
    resource: str,
    response: Any = None,
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    status: int = 200,
    media_type: str = "application/json",
    errors: tuple[int, ...] = (),
    remembered: bool = False,
) -> Callable[[Method], Method]:
    """Make a coroutine a verb: it gets the principal, path arguments, ``query`` and ``body``."""
    described = Operation(
        summary, action, resource, response, body, query, status, media_type, errors, remembered
    )

    def decorate(method: Method) -> Method:
        @functools.wraps(method)
        async def verb(handler: Any, **path: str) -> None:
            try:
                principal = await handler.principal()
                await handler.authorise(action, f"terrarium:{resource}")
                await handler.opened()
                principal = await handler.recognised(principal)
                if action != "read":
                    await handler.may_change(principal, f"{resource}.{action}")
                arguments: dict[str, Any] = dict(path)
                if query is not None:
                    arguments["query"] = parse_query(query, handler.request.query_arguments)
                if body is not None:
                    arguments["body"] = parse_body(body, handler.request.body)
                asked = functools.partial(method, handler, principal, **arguments)
                if remembered:
                    content = await handler.remembered(described, principal, asked)
                elif described.is_file:
                    await send_file(handler, described.media_type, await asked())
                    return
                else:
                    content = described.content(await asked())
            except TerrariumError as error:
                handler.answer_problem(error.problem())
                return
            except Exception as error:
                # A full disk is no defect of ours: it may be met wherever something is written.
                disk = disk_problem(error)
                if disk is None:
                    raise
                handler.answer_problem(disk.problem())
                return
            handler.answer(described, content)

        setattr(verb, OPERATION, described)
        return verb

    return decorate


def parse_query(model: type[M], arguments: Mapping[str, list[bytes]]) -> M:
    """Query arguments as *model*; repeated ones only where the model has a list."""
    values: dict[str, Any] = {}
    for key, found in arguments.items():
        field = model.model_fields.get(key)
        try:
            texts = [item.decode("utf-8") for item in found]
        except UnicodeDecodeError:
            raise InvalidRequest(f"the query argument '{key}' is not UTF-8") from None
        many = field is not None and "list" in str(field.annotation)
        values[key] = texts if many else texts[-1]
    return _validate(model, lambda: model.model_validate(values), "query")


def parse_body(model: type[M], body: bytes) -> M:
    """A JSON body as *model*. Raises :class:`InvalidRequest` with a finding per field."""
    if len(body) > MAX_BODY_BYTES:
        raise InvalidRequest(
            f"the body has {len(body):,} bytes; at most {MAX_BODY_BYTES:,} are accepted"
        )
    return _validate(model, lambda: model.model_validate_json(body or b"null"), "body")


def _validate(model: type[M], read: Callable[[], M], where: str) -> M:
    try:
        return read()
    except ValidationError as error:
        told = error.errors(include_url=False, include_context=False, include_input=False)
        findings = [_finding(item, where, model) for item in told]
        raise InvalidRequest(
            findings[0].message,
            findings[0].hint or f"See {model.__name__} in the API's description.",
            errors=findings,
        ) from None


def _finding(item: Mapping[str, Any], where: str, model: type[BaseModel]) -> Finding:
    """What is wrong with one field, in words: pydantic's own, where ours are not better."""
    path = "/".join(map(str, item["loc"]))
    if item["type"] == "extra_forbidden":
        known = ", ".join(model.model_fields) if len(item["loc"]) == 1 else ""
        hint = f"There are {known}." if known else ""
        return Finding(message=f"the {where} takes no '{path}'", hint=hint, path=path)
    if item["type"] == "missing":
        return Finding(message=f"the {where} has no '{path}'", path=path)
    words = str(item["msg"]).removeprefix("Value error, ")
    message = f"'{path}' in the {where}: {words}" if path else f"the {where}: {words}"
    return Finding(message=message, path=path)


def reason(status: int) -> str:
    """The standard phrase of an HTTP status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
