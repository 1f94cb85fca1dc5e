"""What of a notebook is shared by a link: checked, and without what would be believed."""

from __future__ import annotations

import json
from typing import Any

from ..models.problem import InvalidRequest
from ..models.share import NotebookUpload
from ..store.shared_notebooks import SharedNotebook

_MAX_CELLS = 10_000
_HINT = "Save it in JupyterLab, and share it again."


def prepared(upload: NotebookUpload) -> SharedNotebook:
    """The notebook as it is kept. Raises :class:`InvalidRequest` when it is none.

    Nothing in it says that it is trusted: whoever opens a copy has not run it.
    """
    try:
        content = json.loads(upload.content)
    except (ValueError, RecursionError):
        raise InvalidRequest("what is to be shared is no notebook", _HINT) from None
    cells = content.get("cells") if isinstance(content, dict) else None
    if (
        not isinstance(cells, list)
        or len(cells) > _MAX_CELLS
        or not all(isinstance(cell, dict) for cell in cells)
        or content.get("nbformat") != 4
    ):
        raise InvalidRequest("what is to be shared is no notebook of format 4", _HINT)
    metadata = content.get("metadata")
    content["metadata"] = metadata if isinstance(metadata, dict) else {}
    content["metadata"].pop("signature", None)
    for cell in cells:
        _clean(cell, upload.outputs)
    return SharedNotebook(upload.name, content)


def _clean(cell: dict[str, Any], outputs: bool) -> None:
    metadata = cell.get("metadata")
    cell["metadata"] = metadata if isinstance(metadata, dict) else {}
    cell["metadata"].pop("trusted", None)
    if cell.get("cell_type") == "code" and not outputs:
        cell["outputs"], cell["execution_count"] = [], None
