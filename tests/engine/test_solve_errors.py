from __future__ import annotations

from pathlib import Path

import pytest
from engine_help import Solver, record, refuse_with, web_server, write_channel

from jupyterlab_terrarium.conda.channels import ChannelConfig
from jupyterlab_terrarium.conda.solve_tree import read_tree
from jupyterlab_terrarium.models.build_problem import (
    ChannelUnreachable,
    CredentialsMissing,
    PackageMissing,
    SolveError,
)
from jupyterlab_terrarium.models.problem import TerrariumError

CUDA = "runs-on:\n  cuda: '12.4'\n"


def _fail(solver: Solver, channel: str, dependencies: str, more: str = "") -> TerrariumError:
    with pytest.raises(TerrariumError) as caught:
        solver.solve(f"channels: [{channel}]\n{more}dependencies:\n{dependencies}")
    return caught.value


def _lines(error: TerrariumError) -> list[int]:
    return [finding.place.line for finding in error.errors if finding.place]


def test_a_misspelt_name_is_named_with_its_line_and_a_guess(
    solver: Solver, small_channel: str
) -> None:
    error = _fail(solver, small_channel, "- python\n- nunpy\n")
    assert isinstance(error, PackageMissing)
    assert "'nunpy'" in error.message and "linux-64" in error.message
    assert error.hint == "Did you mean numpy?"
    assert _lines(error) == [4]


def test_all_missing_packages_are_named_at_once(solver: Solver, small_channel: str) -> None:
    error = _fail(solver, small_channel, "- nunpy\n- python\n- scippy\n- numpy>=7\n")
    assert isinstance(error, PackageMissing)
    assert _lines(error) == [3, 5, 6]
    assert "There is 2.0, 1.20." in error.errors[2].hint


def test_a_package_that_only_pypi_has_gets_the_hint_to_pip(
    solver: Solver, small_channel: str
) -> None:
    assert "pip:" in _fail(solver, small_channel, "- some-pypi-thing\n").hint


def test_a_missing_version_says_which_there_are(solver: Solver, small_channel: str) -> None:
    error = _fail(solver, small_channel, "- python\n- numpy>=9\n")
    assert isinstance(error, PackageMissing)
    assert "numpy >=9" in error.message
    assert error.hint == "There is 2.0, 1.20."
    assert _lines(error) == [4]


def test_a_conflict_names_the_lines_that_take_part_and_no_others(
    solver: Solver, small_channel: str
) -> None:
    error = _fail(solver, small_channel, "- python\n- scipy\n- torch\n- pandas=1\n", CUDA)
    assert type(error) is SolveError
    assert "pandas" in error.message and "scipy" in error.message
    assert _lines(error) == [6, 8]
    sentences = [finding.message for finding in error.errors]
    assert "scipy needs numpy >=2." in " ".join(sentences)
    assert "which conflicts with the versions reported above" in error.raw


def test_a_conflict_two_steps_away_is_told_as_a_chain(solver: Solver, small_channel: str) -> None:
    error = _fail(solver, small_channel, "- python=3.11\n- scipy\n")
    assert "scipy needs numpy >=2, which needs python >=3.12." in [
        finding.message for finding in error.errors
    ]
    assert _lines(error) == [3, 4]


def test_a_missing_gpu_is_explained_with_the_lines_to_write(
    solver: Solver, small_channel: str
) -> None:
    error = _fail(solver, small_channel, "- python\n- torch\n")
    assert type(error) is SolveError
    assert "no __cuda" in error.message
    assert 'cuda: "12"' in error.hint and "runs-on" in error.hint
    assert _lines(error) == [4]


def test_a_package_for_another_system_says_so(solver: Solver, tmp_path: Path) -> None:
    url = write_channel(tmp_path / "chan", [record("a", "1.0", "__osx >=11")])
    error = _fail(solver, url, "- a\n")
    assert "not for linux-64" in error.hint


def test_a_package_that_wants_a_newer_libc_says_which_there_is(
    solver: Solver, tmp_path: Path
) -> None:
    url = write_channel(tmp_path / "chan", [record("a", "1.0", "__glibc >=2.99")])
    error = _fail(solver, url, "- a\n", "runs-on:\n  glibc: '2.17'\n")
    assert "__glibc 2.17" in error.message and 'glibc: "2.99"' in error.hint


def test_a_dependency_that_no_channel_has_is_named(solver: Solver, tmp_path: Path) -> None:
    url = write_channel(tmp_path / "chan", [record("a", "1.0", "ghost >=1")])
    error = _fail(solver, url, "- a\n")
    assert type(error) is SolveError
    assert error.errors[0].message == "a needs ghost >=1, and there is none."


def test_a_directory_that_is_no_channel_says_so(solver: Solver, tmp_path: Path) -> None:
    error = _fail(solver, (tmp_path / "nothing").as_uri(), "- a\n")
    assert isinstance(error, ChannelUnreachable)
    assert "no channel at" in error.message


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (401, CredentialsMissing),
        (403, CredentialsMissing),
        (404, ChannelUnreachable),
        (500, ChannelUnreachable),
    ],
)
def test_what_a_server_answers_becomes_the_right_error(
    tmp_path: Path, code: int, kind: type[TerrariumError]
) -> None:
    with web_server(refuse_with(code)) as web:
        url = f"{web.url}/chan"
        error = _fail(Solver(tmp_path / "cache", ChannelConfig([url])), url, "- a\n")
    assert type(error) is kind
    assert url in error.message
    assert str(code) in error.raw


def test_a_server_that_is_not_there_does_not_answer(solver: Solver) -> None:
    error = _fail(solver, "http://127.0.0.1:9/chan", "- a\n")
    assert isinstance(error, ChannelUnreachable)
    assert error.message == "http://127.0.0.1:9/chan does not answer."


def test_real_packages_that_exclude_each_other(solver: Solver, channel_url: str) -> None:
    error = _fail(solver, channel_url, "- terrarium-conflict-a\n- terrarium-conflict-b\n")
    assert _lines(error) == [3, 4]
    assert "terrarium-conflict-b needs terrarium-data 2.*" in " ".join(
        finding.message for finding in error.errors
    )


def test_the_tree_is_read_as_a_tree() -> None:
    (pandas, scipy) = read_tree(
        "Cannot solve the request because of: The following packages are incompatible\n"
        "├─ pandas ==1 can be installed with any of the following options:\n"
        "│  └─ pandas 1 would require\n"
        "│     └─ numpy <2, which can be installed with any of the following options:\n"
        "│        └─ numpy 1.20\n"
        "└─ scipy * cannot be installed because there are no viable options:\n"
        "   └─ scipy 1 would require\n"
        "      └─ numpy >=2, which cannot be installed because there are no viable options:\n"
        "         └─ numpy 2.0, which conflicts with the versions reported above.\n"
    )
    assert pandas.requirement == "pandas ==1"
    assert pandas.sentence() == "pandas ==1 needs numpy <2."
    assert scipy.sentence() == "scipy needs numpy >=2."
