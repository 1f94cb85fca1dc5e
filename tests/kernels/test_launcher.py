"""The launcher, seen from real kernels."""

from __future__ import annotations

from collections.abc import Callable

from .conftest import Built, Registered
from .sessions import Session

Register = Callable[..., Registered]
Start = Callable[..., Session]


def test_a_kernel_runs_in_its_prefix(built: Built, registered: Register, start: Start) -> None:
    session = start(registered().name)
    assert session.run("import sys; print(sys.prefix)") == str(built.first.prefix)
