"""Random requests, a random fault, a new start: whatever happens, the store recovers.

``TERRARIUM_ROUNDS`` says how many rounds, ``TERRARIUM_SEED`` which; round *n* of a seed is always
the same, so that a failure can be looked into with ``TERRARIUM_ROUND=n``.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from faults.operations import Kind, Operation, Scene
from faults.server import Fault, Told, run, wait_until_gone
from faults.stages import Stages, needs_python
from jupyterlab_terrarium import faults

ROUNDS = int(os.environ.get("TERRARIUM_ROUNDS", "50"))
SEED = int(os.environ.get("TERRARIUM_SEED", "20261128"))
ONLY = os.environ.get("TERRARIUM_ROUND", "")
NAMES = ("one", "gone", "two", "three")
KINDS: tuple[Kind, ...] = (
    *("create", "create", "update", "update", "rebuild", "current", "rename", "delete"),
    *("restore", "purge", "clean", "repair", "empty", "export", "forget"),
)


def some(chance: random.Random, count: int) -> list[Operation]:
    """Requests, most of which make sense; *extra* makes prefixes that nobody else has."""
    return [
        Operation(
            chance.choice(KINDS),
            chance.choice(NAMES),
            chance.randint(1, 3),
            chance.choice(NAMES),
        )
        for _ in range(count)
    ]


def fault(chance: random.Random) -> Fault:
    """One that is possible at its point."""
    point = chance.choice([point for point in faults.POINTS if not needs_python(point)])
    action = chance.choice([action for action in faults.ACTIONS if action != "pause"])
    return Fault(point, action, chance.choice((0, 0, 1, 2)))


class Round:
    """Round *number*: what is asked, what goes wrong, and what must be there afterwards."""

    def __init__(self, number: int) -> None:
        chance = random.Random(f"{SEED} {number}")
        self.number = number
        self.wanted = some(chance, chance.randint(2, 4))
        kind = chance.random()
        self.fault = fault(chance) if kind < 0.8 else None
        self.seconds = None if self.fault else round(chance.uniform(0.05, 2.0), 2)
        self.beside = some(chance, 2) if chance.random() < 0.2 else None
        self.more = some(chance, 1)

    def __str__(self) -> str:
        asked = ", ".join(f"{one.kind} {one.name} {one.number} {one.other}" for one in self.wanted)
        beside = "" if self.beside is None else f"; a second server beside it: {self.beside}"
        what = self.fault or f"kill -9 after {self.seconds} s"
        return f"seed {SEED}, round {self.number}: {asked}; {what}{beside}"

    def play(self, scene: Scene) -> list[str]:
        """What is wrong after the new start, and after one more request."""
        told = self._first(scene)
        again = run(scene, self.more)
        found = [f"after the start: {one}" for one in self._known(told, again.before)]
        found += [f"after one more request: {one}" for one in self._known(told, again.after)]
        answers = [*told.answers, *again.answers]
        found += [f"no words for it: {one.raised}" for one in answers if one.raised]
        if self.beside is None:
            found += lost(self.wanted, told, again)
        return found

    def _first(self, scene: Scene) -> Told:
        if self.beside is None:
            return run(scene, self.wanted, self.fault, seconds=self.seconds)
        with ThreadPoolExecutor(1) as pool:
            other = pool.submit(run, scene, self.beside, alone=False)
            told = run(scene, self.wanted, self.fault, seconds=self.seconds, alone=False)
            second = other.result()
        left = wait_until_gone(scene.home)
        assert left == [], f"orphans: {left}"
        return Told(answers=[*told.answers, *second.answers])

    def _known(self, told: Told, found: Sequence[str]) -> list[str]:
        """Without the damage that a repair was to mend which did not get that far."""
        asked = [*self.wanted, *(self.beside or []), *self.more]
        repaired = any(one.kind == "repair" for one in asked)
        return [one for one in found if not (repaired and "differs" in one)]


def lost(wanted: Sequence[Operation], told: Told, again: Told) -> list[str]:
    """Answered requests without effect. What was being done, and is done next, may be either."""
    there: dict[str, bool] = {"one": True, "gone": False}
    for operation, answer in zip(wanted, told.answers, strict=False):
        if answer.problem or answer.raised:
            # Refused, or failed half way: only the invariants speak about that.
            continue
        if operation.kind in ("create", "restore"):
            there[operation.name] = True
        elif operation.kind == "delete":
            there[operation.name] = False
        elif operation.kind == "rename" and operation.name != operation.other:
            there[operation.name], there[operation.other] = False, True
    for operation in wanted[len(told.answers) :][:1]:
        there.pop(operation.name, None)
        there.pop(operation.other, None)
    states = again.listed
    if states is None:
        return ["the store could not be listed after the new start"]
    return [
        f"{name} should {'' if wanted_there else 'not '}be there: {states}"
        for name, wanted_there in there.items()
        if (name in states) != wanted_there
    ]


@pytest.mark.timeout(max(300, ROUNDS * 30))
def test_the_store_recovers_in_every_round(stages: Stages) -> None:
    started = time.monotonic()
    print(f"seed {SEED}, {ROUNDS} rounds")
    rounds = [Round(number) for number in ([int(ONLY)] if ONLY else range(ROUNDS))]

    def play(scene: Scene, one: Round) -> list[str]:
        try:
            found = one.play(scene)
        except AssertionError as error:
            found = [str(error)]
        return [f"{one}: {said}" for said in found]

    found = stages.each(play, rounds)
    print(f"{len(rounds)} rounds in {time.monotonic() - started:.0f} s")
    assert found == [], "\n".join(found)
