"""The API as OpenAPI 3.1, from the routes and the models; nothing is written twice."""

from __future__ import annotations

import functools
import json
import re
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from .._version import __version__
from ..models.problem import Problem
from .operation import Operation, reason
from .routes import PREFIX, ROUTES

_REF = "#/components/schemas/{model}"
_PATH_PARAMETER = re.compile(r"\{(\w+)\}")
# Any request may be malformed, anonymous, forbidden by the host, or cut short by it.
_ALWAYS = (400, 401, 403)


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _query_parameters(model: type[BaseModel]) -> list[dict[str, Any]]:
    schema = TypeAdapter(model).json_schema()
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", []),
            "description": field.pop("description", ""),
            "schema": field,
        }
        for name, field in schema["properties"].items()
    ]


def _operation(
    method: str, path: str, described: Operation, schemas: dict[Any, dict[str, Any]]
) -> dict[str, Any]:
    problem = {
        "content": {"application/problem+json": {"schema": schemas[(Problem, "serialization")]}}
    }
    responses: dict[str, Any] = {
        str(status): {"description": reason(status), **problem}
        for status in sorted({*_ALWAYS, *described.errors})
    }
    good: dict[str, Any] = {"description": reason(described.status)}
    if described.response is not None and described.status != 204:
        kind = described.response
        schema = (
            schemas[(kind, "serialization")] if _is_model(kind) else TypeAdapter(kind).json_schema()
        )
        good["content"] = {described.media_type: {"schema": schema}}
    responses[str(described.status)] = good
    result: dict[str, Any] = {
        "summary": described.summary,
        "operationId": method + "_" + re.sub(r"\W+", "_", path).strip("_"),
        "tags": [path.split("/", 1)[0]],
        "responses": dict(sorted(responses.items())),
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in _PATH_PARAMETER.findall(path)
        ],
    }
    if described.query is not None:
        result["parameters"] += _query_parameters(described.query)
    if described.body is not None:
        result["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schemas[(described.body, "validation")]}},
        }
    return result


@functools.cache
def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    operations = [
        (path, method, described)
        for path, handler in ROUTES
        for method, described in handler.operations().items()
    ]
    wanted: dict[tuple[type[BaseModel], Any], None] = {(Problem, "serialization"): None}
    for _, _, described in operations:
        if described.body is not None:
            wanted[(described.body, "validation")] = None
        if _is_model(described.response):
            wanted[(described.response, "serialization")] = None
    schemas, definitions = models_json_schema(list(wanted), ref_template=_REF)
    paths: dict[str, Any] = {}
    for path, method, described in operations:
        paths.setdefault("/" + path, {})[method] = _operation(
            method, path, described, dict(schemas)
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Terrarium",
            "version": __version__,
            "description": "Reproducible conda environments inside JupyterLab.",
            "license": {"name": "BSD-3-Clause", "identifier": "BSD-3-Clause"},
        },
        "servers": [{"url": "/" + PREFIX.rstrip("/")}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": definitions.get("$defs", {}),
            "securitySchemes": {
                "token": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "`token <token>`",
                }
            },
        },
    }


if __name__ == "__main__":
    print(json.dumps(document(), indent=1, ensure_ascii=False))
