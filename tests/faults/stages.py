"""Stores that tests break, again and again from the same state."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from faults.operations import Operation, Scene
from faults.server import run
from faults.tiny import tiny_channel
from jupyterlab_terrarium.models.lock import Lock

_T = TypeVar("_T")
_SHARED = frozenset({"packages", "prefixes", "bytecode"})
BEFORE = (
    Operation("create", "one", 1),
    Operation("update", "one", 2),
    Operation("create", "gone", 1, "gone"),
    Operation("delete", "gone"),
)


def needs_python(point: str) -> bool:
    """Whether the fault point *point* is passed only where there is a Python."""
    return point.startswith(("bytecode.", "wheel.", "scratch."))


class Stage:
    """A store that is put back to where it was after :data:`BEFORE`, as often as one likes."""

    def __init__(
        self,
        home: Path,
        locks: Mapping[int, Lock] | None = None,
        before: Sequence[Operation] = BEFORE,
    ) -> None:
        home.mkdir()
        self.scene = Scene(home / "scene", locks or tiny_channel(home / "channel"))
        self._kept = home / "kept"
        self.scene.home.mkdir()
        told = run(self.scene, before)
        assert (told.before, told.after, told.states) == ([], [], {"one": "ready"}), told
        _copy(self.scene.home, self._kept)

    def reset(self) -> Scene:
        shutil.rmtree(self.scene.home)
        _copy(self._kept, self.scene.home)
        return self.scene


def _copy(source: Path, target: Path) -> None:
    """Files that a store never edits, only replaces, are shared."""

    def one(path: str, to: str) -> str:
        if _SHARED.isdisjoint(Path(path).parts):
            return str(shutil.copy2(path, to))
        os.link(path, to)
        return to

    shutil.copytree(source, target, symlinks=True, copy_function=one)


class Stages:
    """Two of them, so that both cores have something to do."""

    def __init__(
        self,
        home: Path,
        locks: Mapping[int, Lock] | None = None,
        before: Sequence[Operation] = BEFORE,
    ) -> None:
        with ThreadPoolExecutor(2) as pool:
            made = (pool.submit(Stage, home / name, locks, before) for name in ("left", "right"))
            self._free = [one.result() for one in list(made)]

    def each(self, call: Callable[[Scene, _T], list[str]], things: Sequence[_T]) -> list[str]:
        """What *call* says of each of *things*, with a store as it was after :data:`BEFORE`."""

        def one(thing: _T) -> list[str]:
            stage = self._free.pop()
            try:
                return call(stage.reset(), thing)
            finally:
                self._free.append(stage)

        with ThreadPoolExecutor(len(self._free)) as pool:
            return [said for found in pool.map(one, things) for said in found]
