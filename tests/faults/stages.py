"""Stores that tests break, again and again from the same state."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from faults.operations import Operation, Scene
from faults.server import run
from faults.tiny import tiny_channel

_T = TypeVar("_T")
BEFORE = (
    Operation("create", "one", 1),
    Operation("update", "one", 2),
    Operation("create", "gone", 1, "gone"),
    Operation("delete", "gone"),
)


class Stage:
    """A store that is put back to where it was after :data:`BEFORE`, as often as one likes."""

    def __init__(self, home: Path) -> None:
        home.mkdir()
        self.scene = Scene(home / "scene", tiny_channel(home / "channel"))
        self._kept = home / "kept"
        self.scene.home.mkdir()
        told = run(self.scene, BEFORE)
        assert (told.before, told.after, told.states) == ([], [], {"one": "ready"}), told
        shutil.copytree(self.scene.home, self._kept, symlinks=True)

    def reset(self) -> Scene:
        shutil.rmtree(self.scene.home)
        shutil.copytree(self._kept, self.scene.home, symlinks=True)
        return self.scene


class Stages:
    """Two of them, so that both cores have something to do."""

    def __init__(self, home: Path) -> None:
        with ThreadPoolExecutor(2) as pool:
            self._free = list(pool.map(Stage, [home / "left", home / "right"]))

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
