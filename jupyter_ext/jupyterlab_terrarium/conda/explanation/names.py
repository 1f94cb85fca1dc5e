"""Names that may have been meant: other spellings, import names, names on PyPI."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from ..name_map import conda_names, normalize

_DATA = Path(__file__).parent.parent / "data" / "import_names.json"
_LIMIT = 3


@lru_cache(maxsize=1)
def _imports() -> dict[str, list[str]]:
    names: dict[str, list[str]] = json.loads(_DATA.read_text("utf-8"))
    return names


def near_names(name: str, names: Collection[str]) -> list[str]:
    """Those of *names* that *name* may stand for, at most three, the likeliest first.

    First what is known to be called otherwise (``cv2`` is ``opencv``, PyPI's ``torch`` is
    ``pytorch``), then the same name in another spelling (case, ``-``, ``_``, ``.``, ``python-``
    before or after it), then names that differ by a letter or two.
    """
    folded = normalize(name)
    known = [*_imports().get(folded, []), *conda_names(folded)]
    found = [one for one in known if one in names]
    alike = {folded, folded.replace("-", "")}
    stems = {folded.removeprefix("python-").removesuffix("-python").removeprefix("py-")}
    alike |= stems | {f"python-{stem}" for stem in stems} | {f"py{stem}" for stem in stems}
    close: list[str] = []
    for one in names:
        other = normalize(one)
        if other in alike or other.replace("-", "") in alike:
            found.append(one)
        elif abs(len(other) - len(folded)) <= 2 and other[:1] == folded[:1]:
            close.append(one)
    cutoff = 0.75 if len(folded) > 3 else 0.85
    found += difflib.get_close_matches(folded, close, _LIMIT, cutoff)
    if not found:
        near = [one for one in names if abs(len(one) - len(folded)) <= 2]
        found = difflib.get_close_matches(folded, near, _LIMIT, 0.75)
    return [one for one in dict.fromkeys(found) if one != name][:_LIMIT]
