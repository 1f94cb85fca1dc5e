"""``run-notebook``: headless, in exactly the recorded environment (C4.4)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

from support.builds import seed

from .conftest import Cli

# nbformat has a marker for types and untyped functions.
NBFORMAT: Any = nbformat

TEXT = "name: analysis\ndependencies:\n  - python\n  - ipykernel\n  - terrarium-data ={}\n"
WHICH = (
    "import glob, os, sys\n"
    "print([os.path.basename(f) for f in glob.glob(sys.prefix + '/conda-meta/terrarium-data-*')])"
)


@pytest.fixture
def two(cli: Cli, root: Path, warm_root: Path) -> Cli:
    """An environment with two versions, the second of which is current."""
    seed(root, warm_root)
    for number, verb in ((1, "create"), (2, "update")):
        cli.write("environment.yml", TEXT.format(number))
        target = [] if verb == "create" else ["analysis"]
        done = cli("env", verb, *target, "-f", "environment.yml", "--wait")
        assert done.status == 0, done.everything
    return cli


def write_notebook(cli: Cli, *cells: str, **record: object) -> str:
    """A notebook that was saved elsewhere and says *record*."""
    notebook = NBFORMAT.v4.new_notebook()
    notebook.cells = [NBFORMAT.v4.new_code_cell(cell) for cell in cells]
    notebook.metadata["kernelspec"] = {"name": "elsewhere", "display_name": "x"}
    notebook.metadata["terrarium"] = {
        "environment": "anna/analysis",
        "version": 1,
        "lock_digest": "0" * 64,
        **record,
    }
    return cli.write("report.ipynb", NBFORMAT.writes(notebook))


def of_version_1(cli: Cli, *cells: str) -> str:
    """A notebook that records version 1."""
    environment = cli.here("env", "show", "analysis", "--json").document
    version = cli.here("env", "show", "analysis@1", "--json").document
    return write_notebook(
        cli,
        *cells,
        environment=f"{environment['namespace']}/analysis",
        lock_digest=version["lock_digest"],
    )


def printed(cli: Cli, name: str) -> str:
    notebook = json.loads((cli.directory / name).read_text())
    return "".join(
        "".join(output.get("text", output.get("evalue", "")))
        for cell in notebook["cells"]
        for output in cell["outputs"]
    )


def test_a_notebook_runs_in_its_version_and_not_in_the_current_one(two: Cli) -> None:
    name = of_version_1(two, WHICH, "open('here.txt', 'w').close()")
    done = two("run-notebook", name, "--output", "out.ipynb")
    assert done.status == 0, done.everything
    assert "terrarium-data-1.0" in printed(two, "out.ipynb")
    assert (two.directory / "here.txt").exists()
    assert printed(two, name) == ""


def test_a_cell_that_fails_is_told_and_what_came_before_is_written(two: Cli) -> None:
    name = of_version_1(two, "print('before')", "raise ValueError('no such plant')", "print(3)")
    done = two("run-notebook", name, "--output", "out.ipynb")
    assert done.status == 1
    assert "Error: cell 2 failed: ValueError: no such plant" in done.err
    assert printed(two, "out.ipynb").startswith("before\n")


def test_files_that_are_gone_are_built_again_from_the_lock(two: Cli, root: Path) -> None:
    name = of_version_1(two, WHICH)
    shown = two.here("env", "show", "analysis@1", "--json").document
    Path(shown["prefix"]).rename(root / "trash" / "gone")
    done = two("run-notebook", name, "--output", "out.ipynb")
    assert done.status == 0, done.everything
    assert "built again" in done.err
    assert "terrarium-data-1.0" in printed(two, "out.ipynb")


def test_what_is_no_notebook_and_what_records_nothing_is_told(cli: Cli) -> None:
    assert cli.here("run-notebook", write_notebook(cli, "1", environment="../x")).status == 2
    assert cli.here("run-notebook", "missing.ipynb").status == 2
    assert cli.here("run-notebook", cli.write("x.ipynb", "hello")).status == 2
    silent = cli.write("y.ipynb", NBFORMAT.writes(NBFORMAT.v4.new_notebook()))
    assert cli.here("run-notebook", silent).status == 2


def test_a_version_that_is_not_here_is_status_4(cli: Cli) -> None:
    done = cli("run-notebook", write_notebook(cli, "1"))
    assert (done.status, "anna/analysis, version 1, is not here" in done.err) == (4, True)
