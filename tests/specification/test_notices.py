"""What is read but should be known: notices; and the finer points of what is accepted."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_terrarium.conda.specification import read_specification
from jupyterlab_terrarium.models.problem import InvalidSpecification
from jupyterlab_terrarium.models.specification import Specification


def read(text: str, base: Path | None = None) -> Specification:
    return read_specification(text, base_directory=base)


def key(text: str) -> str:
    return f"{text}\ndependencies:\n  - numpy\n"


NOTICES = [
    ("prefix", key("prefix: /home/a"), 1, 1, "ignored", "Remove"),
    ("unknown", key("author: a"), 1, 1, "`author`", "runs-on"),
    ("did you mean", key("chanels: [a]"), 1, 1, "`chanels`", "mean `channels`"),
    ("runs_on", key("runs_on: {cuda: 12}"), 1, 1, "`runs_on`", "mean `runs-on`"),
    ("category", key("category: dev"), 1, 1, "`category`", "own"),
    ("conda-lock", key("pip-repositories: [a]"), 1, 1, "no effect", "--extra-index-url"),
    ("as-of", key("as-of: 2999-01-01"), 1, 8, "in the future", "past"),
    ("name", key("name: My Env"), 1, 7, "becomes `my-env`", "lower-case"),
    ("channel twice", key("channels: [a, a]"), 1, 15, "second time", "first"),
    ("platform twice", key("platforms: [osx-64, osx-64]"), 1, 21, "second time", ""),
    ("number", key("variables: {A: 010}"), 1, 16, "`010` is a number", "quotes"),
    ("truth value", key("variables: {A: true}"), 1, 16, "truth value", "quotes"),
    ("PYTHONPATH", key("variables: {PYTHONPATH: /x}"), 1, 13, "outside", "wheel"),
    ("override", key("variables: {CONDA_OVERRIDE_CUDA: '12'}"), 1, 13, "not used", "runs-on"),
    ("empty list", "dependencies: []\n", 1, 15, "empty", ""),
    ("empty pip", "dependencies:\n  - pip:\n", 2, 5, "empty", ""),
    ("pip twice", "dependencies:\n- pip: [a]\n- pip: [b]\n", 3, 3, "second `pip:`", ""),
    ("repeated", "dependencies:\n- a>=1\n- A<3\n", 3, 3, "line 2 too", "both constraints"),
    ("repeated in pip", "dependencies:\n- pip: [a, A<3]\n", 2, 12, "line 2 too", "both"),
    ("in both", "dependencies:\n- a\n- pip: [a]\n", 3, 9, "from conda on line 2", "one"),
    ("exact python", "dependencies:\n- python==3.12\n", 2, 3, "3.12.0", "`python=3.12`"),
    ("comment", "dependencies:\n- a  # [why]\n", 2, 6, "a comment", "linux64"),
    ("source", "dependencies:\n- pip: ['a @ https://h/a-1.tar.gz']\n", 2, 9, "source", "wheel"),
    ("source file", "dependencies:\n- pip: ['a @ file:///d/a-1.tgz']\n", 2, 9, "source", "wheel"),
    ("ignored option", "dependencies:\n- pip: [-U, a]\n", 2, 9, "`-U` is ignored", ""),
    ("only-binary", "dependencies:\n- pip:\n  - --only-binary :all:\n", 3, 5, "ignored", ""),
]


@pytest.mark.parametrize("case", NOTICES, ids=[case[0] for case in NOTICES])
def test_is_a_notice(case: tuple[str, str, int, int, str, str]) -> None:
    _, text, line, column, cause, fix = case
    [notice] = read(text).notices
    assert notice.place is not None
    assert (notice.place.line, notice.place.column) == (line, column)
    assert cause in notice.message
    assert fix in notice.hint


def test_repeated_packages_keep_both_entries() -> None:
    found = read("dependencies:\n- a>=1\n- a<3\n- pip: [b>=1, b<3]\n")
    assert [entry.matchspec for entry in found.conda] == ["a >=1", "a <3"]
    assert [entry.requirement for entry in found.pip] == ["b>=1", "b<3"]


def test_entries_of_different_platforms_do_not_contradict() -> None:
    found = read("dependencies:\n- a=1  # [win]\n- a=2  # [unix]\n- pip:\n  - b\n")
    assert found.notices == []
    assert found.conda[0].platforms == ["win-64", "win-arm64"]


def test_pip_entries_with_different_markers_do_not_contradict() -> None:
    text = (
        "dependencies:\n- pip:\n  - a==1 ; python_version < '3'\n  - a==2 ; python_version > '3'\n"
    )
    assert read(text).notices == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("python=3.10", "python>=3.10.4"),
        ("python=3.10", "python=3.10.4"),
        ("python==3.10", "python=3.10"),
        ("a=1.2", "a<1.2"),  # 1.2.0rc1 is both
        ("a>=1,<2", "a>=2|<1.5"),
        ("a==1|==2", "a==2"),
        ("a=1=x*", "a=1=xy"),
        ("a>=1", "a<=1"),
        ("a", "a==1"),
    ],
)
def test_what_can_hold_together_is_no_contradiction(one: str, other: str) -> None:
    read(f"dependencies:\n- {one}\n- {other}\n")


def test_a_contradiction_is_one_for_every_version() -> None:
    """No version of a wide choice satisfies two constraints that are called contradictory."""
    from rattler import Version, VersionSpec

    specs = ["==1.2", "=1.2", "=1", ">=1.2", ">1.2", "<1.2", "<=1.2", "!=1.2", "~=1.2", "<1|>2"]
    specs += ["==1.3", "=1.3", ">=1.3", "<1.1", "<=1.1", ">2", "<2,>1", "1.2.*,!=1.2.3", "=1.2.3"]
    choice = (
        "0.9 1 1.0a1 1.1 1.1.9 1.2.dev0 1.2a1 1.2rc1 1.2 1.2.0 1.2.0.1 1.2.3 1.2.3.post1"
        " 1.20 1.3a0 1.3 1.3.1 1.9 2 2.0a1 2.0 3"
    )
    versions = [Version(version) for version in choice.split()]
    found = 0
    for one in specs:
        for other in specs:
            try:
                read(f"dependencies:\n- 'a {one}'\n- 'a {other}'\n")
            except InvalidSpecification:
                found += 1
                a, b = VersionSpec(one), VersionSpec(other)
                both = [str(v) for v in versions if a.matches(v) and b.matches(v)]
                assert not both, (one, other)
    assert found > 60


@pytest.mark.parametrize(
    ("word", "platforms"),
    [
        ("linux", ["linux-64", "linux-aarch64", "linux-ppc64le"]),
        ("linux64", ["linux-64"]),
        ("aarch64", ["linux-aarch64"]),
        ("ppc64le", ["linux-ppc64le"]),
        ("osx", ["osx-64", "osx-arm64"]),
        ("osx64", ["osx-64"]),
        ("arm64", ["osx-arm64"]),
        ("win", ["win-64", "win-arm64"]),
        ("win64", ["win-64"]),
        ("unix", ["linux-64", "linux-aarch64", "linux-ppc64le", "osx-64", "osx-arm64"]),
    ],
)
def test_selectors_are_those_of_conda_lock(word: str, platforms: list[str]) -> None:
    from conda_lock.src_parser.selectors import filter_platform_selectors

    text = f"dependencies:\n  - b\n  - a  # [{word}]\n"
    assert read(text).conda[1].platforms == platforms
    for platform in ("linux-64", "linux-aarch64", "linux-ppc64le", "osx-64", "osx-arm64", "win-64"):
        kept = any("- a" in line for line in filter_platform_selectors(text, platform))
        assert kept == (platform in platforms)


def test_a_hash_or_bracket_inside_a_text_is_no_selector() -> None:
    found = read("dependencies:\n- 'a'\n- a[build='x']\nvariables:\n  A: 'b # [linux]'\n")
    assert [entry.platforms for entry in found.conda] == [None, None]
    assert found.variables == {"A": "b # [linux]"}


def test_numbers_of_runs_on_are_taken_as_written() -> None:
    found = read(key('runs-on: {cuda: 12.4, glibc: "2.30", osx: 13.0, linux: "", win: 10}'))
    assert found.runs_on.model_dump() == {
        "cuda": "12.4",
        "glibc": "2.30",
        "linux": "",
        "osx": "13.0",
        "win": "10",
        "archspec": "",
    }


def test_relative_paths_begin_at_the_base_directory() -> None:
    text = (
        "dependencies:\n- ./pkgs/a-1-0.conda\n- pip:\n  - ../w/b-1-py3-none-any.whl\n"
        "  - c @ ./c-1-py3-none-any.whl\n  - d @ ./d-1.tar.gz\n  - --find-links wheels\n"
    )
    found = read(text, Path("/project/env"))
    assert found.conda[0].matchspec == 'a[url="file:///project/env/pkgs/a-1-0.conda"]'
    assert [entry.url for entry in found.pip] == [
        "file:///project/w/b-1-py3-none-any.whl",
        "file:///project/env/c-1-py3-none-any.whl",
        "file:///project/env/d-1.tar.gz",
    ]
    assert found.pip_options == {"find-links": ["file:///project/env/wheels"]}


def test_importing_the_reader_imports_no_solver_and_no_yaml() -> None:
    import subprocess
    import sys

    code = (
        "import sys, jupyterlab_terrarium.conda.specification\n"
        "print([m for m in ('rattler', 'ruamel.yaml', 'packaging') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2025-06-01", "2025-06-01T23:59:59.999999+00:00"),
        ('"2025-06-01"', "2025-06-01T23:59:59.999999+00:00"),
        ("2025-06-01T12:00:00Z", "2025-06-01T12:00:00+00:00"),
        ("2025-06-01 14:00:00+02:00", "2025-06-01T12:00:00+00:00"),
        ("2025-06-01t12:00:00.5z", "2025-06-01T12:00:00.500000+00:00"),
    ],
)
def test_as_of_is_a_moment_and_a_date_its_end_in_utc(written: str, meant: str) -> None:
    specification = read(key(f"as-of: {written}"))
    assert specification.as_of is not None
    assert specification.as_of.isoformat() == meant
    assert specification.notices == []


def test_as_of_may_be_left_empty() -> None:
    assert read(key("as-of:")).as_of is None
