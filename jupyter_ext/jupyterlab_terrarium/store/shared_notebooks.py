"""Notebooks that links lead to: one file for each link, gone with it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from . import shares
from .paths import Layout


@dataclass(frozen=True)
class SharedNotebook:
    """A notebook as it was when it was shared. ``name`` is that of its file."""

    name: str
    content: dict[str, Any]


def put(layout: Layout, share_id: str, notebook: SharedNotebook) -> None:
    """Keep *notebook* for a link, whole or not at all."""
    target = layout.shared_notebook(share_id)
    target.parent.mkdir(exist_ok=True)
    aside = target.with_suffix(f".{os.getpid()}")
    aside.write_text(json.dumps({"name": notebook.name, "content": notebook.content}), "utf-8")
    aside.replace(target)


def get(layout: Layout, share_id: str) -> SharedNotebook | None:
    """The notebook of a link, if it has one."""
    try:
        found = json.loads(layout.shared_notebook(share_id).read_bytes())
    except FileNotFoundError:
        return None
    return SharedNotebook(found["name"], found["content"])


def remove(layout: Layout, share_id: str) -> None:
    """The link gives nothing any more, and so its notebook goes."""
    layout.shared_notebook(share_id).unlink(missing_ok=True)


def remove_dead(session: Session, layout: Layout) -> int:
    """Remove the notebooks of links that have expired, were revoked or purged; tells how many."""
    if not layout.shared_notebooks.is_dir():
        return 0
    alive = shares.alive_ids(session)
    dead = [file for file in layout.shared_notebooks.iterdir() if file.stem not in alive]
    for file in dead:
        file.unlink(missing_ok=True)
    return len(dead)
