"""The solver process speaks JSON lines: a request with an id, an answer with the same id.

Request: ``{"id": 1, "method": "solve", "params": {...}}``. Answer: ``{"id": 1, "result": ...}`` or
``{"id": 1, "error": {"code", "message", "hint", "errors", "raw"}}``. Answers come in any order.
``{"id": 1, "method": "cancel"}`` takes request 1 back: neither it nor this is answered.
"""

from __future__ import annotations

import json
from typing import Any

from ..models import problem
from ..models.explanation import Explanation
from ..models.problem import Finding, TerrariumError

#: Bytes of one line; the largest are lockfiles.
MAX_LINE = 64 * 1024 * 1024


def _by_code() -> dict[str, type[TerrariumError]]:
    classes = [TerrariumError]
    for cls in classes:
        classes.extend(cls.__subclasses__())
    return {cls.code: cls for cls in reversed(classes)}


def encode(message: dict[str, Any]) -> bytes:
    """One line."""
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def error_data(error: TerrariumError) -> dict[str, Any]:
    """An error as data, to be rebuilt by :func:`rebuild`."""
    return {
        "code": error.code,
        "message": error.message,
        "hint": error.hint,
        "errors": [finding.model_dump(mode="json") for finding in error.errors],
        "raw": error.raw,
        "explanation": error.explanation and error.explanation.model_dump(mode="json"),
    }


def rebuild(data: dict[str, Any]) -> TerrariumError:
    """The error that :func:`error_data` described, of the same class."""
    cls = _by_code().get(str(data.get("code")), problem.TerrariumError)
    return cls(
        str(data.get("message", "")),
        str(data.get("hint", "")),
        [Finding.model_validate(one) for one in data.get("errors", [])],
        str(data.get("raw", "")),
        explanation=Explanation.model_validate(told) if (told := data.get("explanation")) else None,
    )
