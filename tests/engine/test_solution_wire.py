"""Solutions and locks between client and solver process: sent once, named after that."""

from __future__ import annotations

import pytest

from jupyterlab_terrarium.builds import solution_wire, solver_locks
from jupyterlab_terrarium.builds.solution_wire import (
    SentPieces,
    Solution,
    SolutionReader,
    SolutionWriter,
)
from jupyterlab_terrarium.builds.solver_client import SolverClient
from jupyterlab_terrarium.builds.solver_locks import KnownLocks, SentLocks
from jupyterlab_terrarium.conda.specification import read_specification
from jupyterlab_terrarium.models.lock import CondaPackage, Lock, PlatformLock
from jupyterlab_terrarium.models.problem import SolverUnavailable


def _package(name: str) -> CondaPackage:
    # Text that could be taken for a number, a brace or a separator.
    return CondaPackage(
        name=name,
        version="1{2",
        build="7\x1e",
        subdir="noarch",
        url=f"file:///{name}-1.conda",
        channel="file:///",
        sha256="0" * 64,
    )


def _solution(*platforms: tuple[str, list[CondaPackage]]) -> Solution:
    parts = [PlatformLock(platform=name, conda=packages) for name, packages in platforms]
    return Solution(lock=Lock(platforms=parts, variables={"A": "b"}), seconds=0.5)


def test_what_is_read_is_what_was_written() -> None:
    writer, pieces, reader = SolutionWriter(), SentPieces(), SolutionReader()
    a, b, c = map(_package, "abc")
    for sent in (
        _solution(("linux-64", [a, b]), ("osx-64", []), ("win-64", [b, c])),
        _solution(("linux-64", [c, a])),
        _solution(),
    ):
        assert reader.read(pieces.expand(writer.write(sent))) == sent


def test_a_package_file_is_sent_once() -> None:
    writer = SolutionWriter()
    packages = [_package(f"package-{number}") for number in range(100)]
    first = writer.write(_solution(("linux-64", packages)))
    assert len(writer.write(_solution(("linux-64", packages)))) < len(first) / 20


def test_numbers_that_begin_again_are_mistaken_for_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(solution_wire, "CAPACITY", 5)
    writer, pieces, reader = SolutionWriter(), SentPieces(), SolutionReader()
    for number in range(40):
        # Now two of before, now new ones, now more than are remembered.
        names = [f"p{one}" for one in range(number, number + 1 + number % 7)]
        sent = _solution(("linux-64", [_package(name) for name in names]))
        for _ in range(2):
            assert reader.read(pieces.expand(writer.write(sent))) == sent


def test_a_number_that_was_never_said_is_an_error() -> None:
    writer = SolutionWriter()
    sent = _solution(("linux-64", [_package("a")]))
    writer.write(sent)
    with pytest.raises(ValueError, match="never sent"):
        SentPieces().expand(writer.write(sent))


def test_a_piece_that_is_missing_is_an_error() -> None:
    expanded = SentPieces().expand(SolutionWriter().write(_solution(("x", [_package("a")]))))
    with pytest.raises(ValueError, match="lost"):
        SolutionReader().read(expanded[:1])


def test_both_sides_remember_the_same_locks() -> None:
    sent, known = SentLocks(), KnownLocks()
    locks = [Lock(platforms=[], variables={"N": str(n)}) for n in range(solver_locks.CAPACITY + 3)]
    for lock in locks:
        assert sent.number(lock) is None
        known.receive(sent.next, lock.model_dump_json().encode())
        sent.sent(lock)
    remembered = known.now()
    for lock in locks:
        number = sent.number(lock)
        assert (number is None) == (lock in locks[:3])
        if number is not None:
            assert remembered[number] == lock


def test_a_lock_is_kept_also_by_the_process_that_follows(
    shared_client: SolverClient,
) -> None:
    # Its line is what it was, so that the older one is kept.
    spec = read_specification("dependencies: [terrarium-data]\n")
    old = read_specification("as-of: 2024-06-01\ndependencies: [terrarium-data]\n")
    locked = shared_client.solve(old).lock
    answers = [shared_client.solve(spec, locked=locked).lock for _ in range(2)]
    pid = shared_client.pid
    connection = shared_client._connection
    assert connection is not None
    connection.kill()
    answers.append(shared_client.solve(spec, locked=locked).lock)
    assert shared_client.pid != pid
    for answer in answers:
        assert answer.platforms[0].conda == locked.platforms[0].conda
    assert shared_client.solve(spec).lock.platforms[0].conda != locked.platforms[0].conda


def test_a_process_that_names_what_it_never_sent_is_replaced(
    shared_client: SolverClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = read_specification("dependencies: [terrarium-data]\n")
    right = shared_client.solve(spec).lock
    pid = shared_client.pid
    connection = shared_client._connection
    assert connection is not None
    connection._pieces._known.clear()
    assert shared_client.solve(spec).lock == right
    assert shared_client.pid != pid

    def confused(self: SentPieces, content: bytes) -> list[bytes]:
        raise ValueError("confused")

    monkeypatch.setattr(SentPieces, "expand", confused)
    with pytest.raises(SolverUnavailable):
        shared_client.solve(spec)
