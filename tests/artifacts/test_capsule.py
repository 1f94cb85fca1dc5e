"""A capsule is run again on a blank store without a network, and says what differs."""

from __future__ import annotations

import json
import shutil
import tarfile
from pathlib import Path
from typing import Any

import nbformat
import pytest

from artifacts.conftest import MakeForm
from artifacts.small_versions import subject_of
from artifacts.test_import_bundle import GONE, changed, from_nowhere
from cli.conftest import Cli
from install.install_help import solve_lock
from jupyterlab_terrarium.artifacts.capsule import make_capsule, read_capsule
from jupyterlab_terrarium.artifacts.examination import examine
from jupyterlab_terrarium.models.problem import InvalidArchive, InvalidRequest
from support.builds import seed

# nbformat has a marker for types and untyped functions.
NBFORMAT: Any = nbformat


@pytest.fixture(scope="module")
def bundle(make_form: MakeForm, channel_url: str) -> Path:
    local = solve_lock(channel_url, ["python", "ipykernel"])
    subject = subject_of(from_nowhere(local), "report", 2)
    return make_form("offline-bundle", of=subject, local=local)


def write(path: Path, *cells: tuple[str, str], **metadata: Any) -> Path:
    """A notebook of cells, each with what it has printed."""
    notebook = NBFORMAT.v4.new_notebook(metadata=metadata)
    for source, text in cells:
        cell = NBFORMAT.v4.new_code_cell(source)
        if text:
            cell.outputs = [NBFORMAT.v4.new_output("stream", name="stdout", text=text)]
        notebook.cells.append(cell)
    path.write_text(NBFORMAT.writes(notebook), "utf-8")
    return path


@pytest.fixture
def capsule(bundle: Path, tmp_path: Path) -> Path:
    """Two notebooks: one that gives its results again, and one that does not."""
    good = write(
        tmp_path / "good.ipynb",
        ("%time x = 6 * 7", "CPU times: user 1 h\nWall time: 1 h\n"),
        ("print(x, object())", "42 <object object at 0x7f0000000000>\n"),
    )
    bad = write(tmp_path / "bad.ipynb", ("print(1 + 1)", "3\n"))
    target = tmp_path / "report.capsule.tar"
    make_capsule(bundle, [bad, good], target)
    return target


def test_it_is_run_again_without_a_channel_and_what_differs_is_said(
    capsule: Path, cli: Cli
) -> None:
    cli.environment["JUPYTERLAB_TERRARIUM_CHANNELS"] = GONE
    done = cli("run-notebook", str(capsule), "--output", "out")
    assert done.status == 1, done.everything
    assert "good.ipynb: the same results" in done.out
    assert "bad.ipynb: not as expected\n  cell 1: what is printed was '3', is '2'" in done.out
    assert "1 notebook of 2 gave other results." in done.out
    executed = json.loads((cli.directory / "out/bad.ipynb").read_text())
    assert executed["cells"][0]["outputs"][0]["text"] == ["2\n"]
    # Again: what was imported is found by its lock.
    again = cli("run-notebook", str(capsule), "--json")
    assert again.document["differences"]["good.ipynb"] == []
    assert "Imported" not in again.err
    assert len(cli.here("env", "list", "--json").document) == 1


def test_it_is_a_bundle_as_well(capsule: Path, cli: Cli, bundle: Path) -> None:
    with tarfile.open(capsule) as tar, tarfile.open(bundle) as plain:
        assert set(plain.getnames()) < set(tar.getnames())
    cli.environment["JUPYTERLAB_TERRARIUM_CHANNELS"] = GONE
    assert cli("import", str(capsule), "mine").status == 0
    done = cli("run-notebook", str(bundle))
    assert (done.status, "without notebooks" in done.err) == (2, True)


def test_it_says_which_version_it_is_and_shows_what_was_changed(
    capsule: Path, tmp_path: Path
) -> None:
    found = examine(capsule)
    assert found.wrong == []
    assert found.identity is not None
    assert (found.form, found.identity.reference) == ("capsule", "anna/report@2")

    def other_result(files: dict[str, bytes]) -> None:
        files["notebooks/bad.ipynb"] = files["notebooks/bad.ipynb"].replace(b"3\\n", b"2\\n")

    forged = changed(capsule, tmp_path / "forged.tar", other_result)
    assert examine(forged).wrong == ["notebooks/bad.ipynb was changed"]
    with pytest.raises(InvalidArchive, match=r"bad\.ipynb was changed"):
        read_capsule(forged)
    gone = changed(capsule, tmp_path / "gone.tar", lambda files: files.pop("notebooks/bad.ipynb"))
    assert examine(gone).wrong == ["notebooks/bad.ipynb is missing"]
    none = changed(capsule, tmp_path / "none.tar", lambda files: files.pop("capsule.json"))
    assert examine(none).wrong == ["it has notebooks, and no capsule.json"]


def test_it_is_the_same_bytes_each_time(bundle: Path, capsule: Path, tmp_path: Path) -> None:
    (tmp_path / "later").mkdir()
    notebooks = [
        Path(shutil.copy(tmp_path / name, tmp_path / "later"))
        for name in ("good.ipynb", "bad.ipynb")
    ]
    make_capsule(bundle, notebooks, tmp_path / "again.tar")
    assert (tmp_path / "again.tar").read_bytes() == capsule.read_bytes()


def test_notebooks_that_cannot_be_compared_are_refused_in_words(
    bundle: Path, tmp_path: Path
) -> None:
    never_run = write(tmp_path / "never.ipynb", ("1", ""))
    elsewhere = write(
        tmp_path / "elsewhere.ipynb",
        ("print(1)", "1\n"),
        terrarium={"environment": "anna/other", "version": 5},
    )
    no_notebook = tmp_path / "no.ipynb"
    no_notebook.write_text("{}")
    for path, reason in (
        (never_run, "has no results"),
        (elsewhere, r"was saved on anna/other@5, and the capsule is of anna/report@2"),
        (no_notebook, "is no notebook"),
        (tmp_path / "absent.ipynb", "cannot be read"),
    ):
        with pytest.raises(InvalidRequest, match=reason):
            make_capsule(bundle, [path], tmp_path / "refused.tar")
        assert not (tmp_path / "refused.tar").exists()


def test_from_the_shell_it_is_exported_and_run(cli: Cli, tmp_path: Path, warm_root: Path) -> None:
    seed(tmp_path / "store", warm_root)
    cli.write("environment.yml", "name: report\ndependencies: [python, ipykernel]\n")
    assert cli("env", "create", "-f", "environment.yml", "--wait").status == 0
    write(tmp_path / "report.ipynb", ("print(6 * 7)", "42\n"))
    told = cli("export", "report", "--to", "capsule")
    assert (told.status, "--notebook FILE.ipynb" in told.err) == (2, True)
    assert cli("export", "report", "--to", "capsule", "--notebook", "absent.ipynb").status == 2
    done = cli("export", "report", "--to", "capsule", "--notebook", "report.ipynb")
    assert done.status == 0, done.everything
    [made] = tmp_path.glob("*.capsule.tar")
    assert made.name == "report-1-linux-64.capsule.tar"
    again = cli("run-notebook", made.name)
    assert again.status == 0, again.everything
    assert "report.ipynb: the same results" in again.out
    assert "Imported" not in again.err
