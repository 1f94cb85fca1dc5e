"""A reading as data, in the compact form that `published/*.expected.json` has."""

from __future__ import annotations

import json
from typing import Any

from jupyterlab_terrarium.models.specification import Specification


def as_data(specification: Specification) -> dict[str, Any]:
    """What differs from an empty specification; priority and platforms follow the defaults."""
    data: dict[str, Any] = json.loads(specification.model_dump_json(exclude_defaults=True))
    return data


def like(actual: Any, expected: Any) -> Any:
    """*actual* without the places that *expected* does not name."""
    if isinstance(actual, dict):
        known = expected if isinstance(expected, dict) else {}
        return {
            key: like(value, known.get(key))
            for key, value in actual.items()
            if key != "place" or "place" in known
        }
    if isinstance(actual, list):
        known_items = expected if isinstance(expected, list) else []
        padded = known_items + [None] * (len(actual) - len(known_items))
        return [like(value, known) for value, known in zip(actual, padded, strict=False)]
    return actual
