"""A notebook as a check: run in the environment's own kernel, told of in words when it fails."""

from __future__ import annotations

import json

import pytest

from jupyterlab_terrarium.builds.check_problem import check_problem
from jupyterlab_terrarium.builds.sandbox import probe
from jupyterlab_terrarium.cli.build import tell_result
from jupyterlab_terrarium.cli.console import Console
from jupyterlab_terrarium.conda.specification import read_specification
from jupyterlab_terrarium.conda.specification.notebooks import code_cells, title
from jupyterlab_terrarium.models.build import BuildState, CheckResult
from jupyterlab_terrarium.models.problem import InvalidSpecification
from jupyterlab_terrarium.services.opening import OpenStore
from support.builds import ANNA, create

NOTEBOOKS = """name: checked
dependencies: [python, ipykernel]
checks:
  notebooks:
    - |
      # %% [markdown]
      # # First steps
      # %%
      import sys
      answer = 6 * 7
      # %%
      %time print("the answer is", answer, sys.prefix)
    - |
      # Goes wrong
      ready = True
      # %%
      assert not ready, "it was ready"
"""
PLAIN = """name: plain
dependencies: [python]
checks:
  notebooks:
    - |
      print(1)
      2
"""
IPYNB = json.dumps(
    {
        "nbformat": 4,
        "cells": [
            {"cell_type": "markdown", "source": ["# Tides\n", "of the Elbe"]},
            {"cell_type": "code", "source": "1 + 1"},
            {"cell_type": "code", "source": ["x = 1\n", "x\n"]},
            {"cell_type": "code", "source": []},
        ],
    }
)


def test_a_notebook_runs_in_the_kernel_of_the_environment(
    store: OpenStore, capsys: pytest.CaptureFixture[str]
) -> None:
    build = create(store, NOTEBOOKS)
    assert build.state is BuildState.READY, build.problem
    good, bad = build.checks
    shown = store.services.environments.show(ANNA, "anna", "checked")
    prefix = shown.latest_version.prefix
    assert prefix is not None
    assert good.ok, good.output
    assert good.text == "First steps"
    assert "the answer is 42" in good.output
    assert str(store.layout.root / prefix) in good.output, "cells share one kernel, of the prefix"
    assert not bad.ok
    assert bad.output.splitlines()[-1] == "cell 2: AssertionError: it was ready"
    # What failed, at which line, why, and what to do.
    assert build.problem is not None and build.problem.explanation is not None
    assert build.problem.code == "check-failed"
    told = build.problem.explanation
    assert told.what == "The check of the notebook `Goes wrong` failed."
    assert told.why == "cell 2: AssertionError: it was ready"
    [line] = told.lines
    assert line.place is not None and line.place.line == 13
    assert "correct the cell" in told.remedy
    assert "Traceback" in build.problem.raw
    assert shown.current is None
    # A script that waits for it must not take this for a success.
    assert tell_result(build, Console()) == 1
    said = capsys.readouterr().err
    assert "line 13, column" in said and "The check of the notebook `Goes wrong` failed" in said


def test_a_notebook_needs_a_kernel_and_says_so(store: OpenStore) -> None:
    text = PLAIN
    build = create(store, text)
    assert [check.ok for check in build.checks] == [False]
    assert build.problem is not None
    assert "add one to it, e.g. `ipykernel`" in build.problem.detail


def test_a_kernel_that_dies_ends_its_check_at_once(store: OpenStore) -> None:
    text = NOTEBOOKS.replace('assert not ready, "it was ready"', "import os; os._exit(3)")
    build = create(store, text)
    assert "the kernel ended while it ran a cell (status 3)" in build.checks[1].output
    assert build.checks[1].seconds < 60


def test_a_notebook_reaches_no_network(store: OpenStore) -> None:
    code = (
        "import socket\n      server = socket.create_server(('127.0.0.1', 0))\n"
        "      socket.create_connection(('192.0.2.1', 80), timeout=3)\n"
    )
    text = NOTEBOOKS.replace('assert not ready, "it was ready"', code)
    build = create(store, text)
    if {"bwrap", "no-network"} & set(probe()):
        assert "Error" in build.checks[1].output.splitlines()[-1]
        assert "timed out" not in build.checks[1].output


def test_both_forms_give_their_cells_and_a_title() -> None:
    assert code_cells(IPYNB) == ["1 + 1", "x = 1\nx"]
    assert title(IPYNB) == "Tides"
    assert code_cells("a = 1\n# %%\nb = 2\n#%% [markdown]\n# words\n# %% last\nc") == [
        "a = 1",
        "b = 2",
        "c",
    ]
    assert title("# %%\nimport numpy") == "import numpy"


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("demo.ipynb", "`demo.ipynb` is the name of a file; what counts is what is in it."),
        ("'{\"cells\": 3}'", "none of nbformat 4"),
        ("'# %% [markdown]'", "no cell with code"),
        ("[1]", "must be a text"),
    ],
)
def test_what_cannot_be_run_is_refused_at_its_line(entry: str, words: str) -> None:
    text = f"dependencies: [python]\nchecks:\n  notebooks:\n    - {entry}\n"
    with pytest.raises(InvalidSpecification) as caught:
        read_specification(text)
    [error] = caught.value.errors
    assert words in error.message
    assert error.place is not None and error.place.line == 4


def test_several_failed_checks_are_one_statement_with_each_line() -> None:
    checks = read_specification(
        "dependencies: [python]\nchecks:\n  imports:\n    - numpy\n    - json\n"
        "  commands: ['false']\n"
    ).checks
    results = [
        CheckResult(kind="import", text="numpy", ok=False, output="No module named 'numpy'"),
        CheckResult(kind="import", text="json", ok=True),
        CheckResult(kind="command", text="false", ok=False),
    ]
    problem = check_problem(checks, results)
    assert problem is not None and problem.explanation is not None
    assert problem.explanation.what == "2 of 3 checks failed, the first of them `numpy`."
    assert "Add the package" in problem.hint
    assert [line.place and line.place.line for line in problem.explanation.lines] == [4, 6]
    assert [line.why for line in problem.explanation.lines] == [
        "No module named 'numpy'",
        "it said nothing.",
    ]
    assert check_problem(checks, [one.model_copy(update={"ok": True}) for one in results]) is None
