"""Checks of a specification: they run in the build, and decide what becomes current by itself."""

from __future__ import annotations

import pytest

from jupyterlab_terrarium.builds.sandbox import probe
from jupyterlab_terrarium.conda.specification import read_specification
from jupyterlab_terrarium.models.build import BuildState
from jupyterlab_terrarium.models.environment import (
    EnvironmentUpdate,
    VersionCreate,
    VersionState,
)
from jupyterlab_terrarium.models.problem import InvalidSpecification
from jupyterlab_terrarium.services.opening import OpenStore
from support.builds import ANNA, create, ended

PYTHON = """
name: checked
dependencies: [python, numpy]
variables:
  COLOUR: green
checks:
  imports: [numpy, json]
  commands:
    - test "$COLOUR" = green && python -c 'import numpy; print(numpy.__version__)'
"""


def test_checks_run_activated_in_the_prefix_and_their_results_are_kept(store: OpenStore) -> None:
    build = create(store, PYTHON)
    assert build.state is BuildState.READY
    assert [(check.kind, check.ok) for check in build.checks] == [
        ("import", True),
        ("import", True),
        ("command", True),
    ]
    assert build.warnings == []
    shown = store.services.environments.show(ANNA, "anna", "checked")
    assert shown.current == 1
    log = store.services.builds.log(ANNA, build.id, 0)
    assert any("check: import numpy" in getattr(event, "line", "") for event in log.events)


def test_a_version_whose_check_failed_is_there_but_not_current_by_itself(
    store: OpenStore,
) -> None:
    create(store, PYTHON)
    text = PYTHON.replace("[numpy, json]", "[numpy, no_such_module]")
    made = store.services.versions.create(
        ANNA, "anna", "checked", VersionCreate(specification=text)
    )
    assert made.build is not None
    build = ended(store, made.build.id)
    # The very files were there already, and the checks ran all the same.
    assert build.reused
    assert [check.ok for check in build.checks] == [True, False, True]
    assert "No module named 'no_such_module'" in build.checks[1].output
    assert any("no_such_module" in warning for warning in build.warnings)
    shown = store.services.environments.show(ANNA, "anna", "checked")
    assert shown.latest_version.state is VersionState.WARNING
    assert shown.current == 1
    assert shown.latest_version.prefix is not None, "it can be inspected"
    # Whoever looked at it and wants it nevertheless may have it.
    moved = store.services.environments.update(
        ANNA, "anna", "checked", EnvironmentUpdate(current=2)
    )
    assert moved.current == 2


def test_what_a_check_writes_stays_outside_of_the_prefix(store: OpenStore) -> None:
    text = (
        "name: nosy\ndependencies: [terrarium-data]\n"
        "checks:\n  commands: ['echo spoilt > \"$CONDA_PREFIX/spoilt\"']\n"
    )
    build = create(store, text)
    if {"bwrap", "files"} & set(probe()):
        assert [check.ok for check in build.checks] == [False]
    prefix = store.services.versions.show(ANNA, "anna", "nosy", "1").prefix
    assert prefix is not None
    spoilt = (store.layout.root / prefix / "spoilt").exists()
    assert spoilt == build.checks[0].ok, "only where the system enforces nothing"


@pytest.mark.parametrize(
    ("checks", "line", "words"),
    [
        ("checks: numpy", 2, "must be a mapping"),
        ("checks:\n  import: [numpy]", 3, "Did you mean `imports`"),
        ("checks:\n  imports: numpy", 3, "must be a list"),
        ("checks:\n  imports: ['os; print(1)']", 3, "no name of a module"),
        ("checks:\n  commands: [[a]]", 3, "must be a text"),
        ("checks:\n  commands:\n" + "    - 'true'\n" * 51, 3, "more than 50"),
    ],
)
def test_bad_checks_are_refused_at_their_line(checks: str, line: int, words: str) -> None:
    with pytest.raises(InvalidSpecification) as caught:
        read_specification(f"dependencies: [python]\n{checks}\n")
    [error] = caught.value.errors
    assert words in f"{error.message} {error.hint}"
    assert error.place is not None and error.place.line == line
