"""pylock.toml and hashed requirements: taken exactly as they are listed, from anybody."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from jupyterlab_terrarium.conda.hashed_requirements import read_requirements
from jupyterlab_terrarium.conda.lockfile_kinds import read_list
from jupyterlab_terrarium.conda.pylock import read_pylock
from jupyterlab_terrarium.conda.python_for_lock import lock_with_python
from jupyterlab_terrarium.conda.python_locks import PythonLock
from jupyterlab_terrarium.conda.uv_run import Indexes
from jupyterlab_terrarium.models.lock import CondaPackage, Lock, PlatformLock
from jupyterlab_terrarium.models.lockfile_kind import lockfile_kind
from jupyterlab_terrarium.models.problem import InvalidLock, TerrariumError
from jupyterlab_terrarium.models.specification import Specification

A, B = "a" * 64, "b" * 64
WHEEL = "https://h.example/w-2.0-py3-none-any.whl"
PYLOCK = f"""\
lock-version = "1.0"
requires-python = ">=3.10"
environments = ["sys_platform == 'linux'"]
[[packages]]
name = "W"
version = "2.0"
wheels = [{{ name = "w-2.0-py3-none-any.whl", url = "{WHEEL}", hashes = {{ sha256 = "{A}" }} }}]
"""
REQUIREMENTS = f"# via somebody\nw @ {WHEEL} \\\n    --hash=sha256:{A}\n"
SIX = "4721f391ed90541fddacab5acf947aa0d3dc7d27b2e1e8eda2be8970586c3274"


class Solver:
    """Solves for the newest Python that it is asked for and has, with setuptools beside it."""

    def __init__(self, *has: str) -> None:
        self.has = has
        self.asked: list[str] = []

    async def __call__(self, spec: Specification) -> PlatformLock:
        self.asked.append("; ".join(one.matchspec for one in spec.conda))
        wanted = self.asked[-1]
        version = next(one for one in self.has if f"{one.rpartition('.')[0]}.*" in wanted)
        return PlatformLock(
            platform="linux-64",
            conda=[package("python", version), package("setuptools", "70.0", "python")],
            virtual_packages={"__glibc": "2.28"},
        )


def package(name: str, version: str, *depends: str) -> CondaPackage:
    url = f"https://h.example/c/linux-64/{name}-{version}-0.conda"
    return CondaPackage(
        name=name,
        version=version,
        build="0",
        subdir="linux-64",
        url=url,
        channel="https://h.example/c",
        sha256=B,
        depends=list(depends),
    )


def locked(text: str, tmp_path: Path, solver: Solver | None = None) -> Lock:
    listed = read_list(text)
    assert isinstance(listed, PythonLock)
    return asyncio.run(
        lock_with_python(
            listed,
            "linux-64",
            solve=solver or Solver("3.12.4", "3.11.9", "3.10.1"),
            indexes=Indexes(tmp_path / "uv"),
            channels=["https://h.example/c"],
        )
    )


def refusal(text: str, tmp_path: Path) -> InvalidLock:
    with pytest.raises(InvalidLock) as caught:
        locked(text, tmp_path)
    error = caught.value
    assert error.message.isprintable() and error.errors
    assert "hunter2" not in error.problem().model_dump_json()
    return error


@pytest.mark.parametrize("text", [PYLOCK, REQUIREMENTS])
def test_wheels_are_those_that_are_listed_and_only_python_is_solved(
    text: str, tmp_path: Path
) -> None:
    solver = Solver("3.12.4", "3.11.9")
    (part,) = locked(text, tmp_path, solver).platforms
    assert [(one.name, one.version, one.url, one.sha256) for one in part.pip] == [
        ("w", "2.0", WHEEL, A)
    ]
    assert part.pip[0].requested == "w==2.0"
    assert [one.name for one in part.conda] == ["python", "setuptools"]
    (asked,) = solver.asked
    assert "3.12.*" in asked and ("python >=3.10" in asked) == (text == PYLOCK)


def test_python_is_the_newest_that_every_package_has_a_wheel_for(tmp_path: Path) -> None:
    names = [f"w-2.0-cp3{n}-cp3{n}-manylinux_2_17_x86_64.whl" for n in (10, 11, 13)]
    wheels = ", ".join(
        f'{{ url = "https://h.example/{name}", hashes = {{ sha256 = "{A}" }} }}' for name in names
    )
    text = PYLOCK[: PYLOCK.index("wheels")] + f"wheels = [{wheels}]\n"
    solver = Solver("3.12.4", "3.11.9", "3.10.1")
    (part,) = locked(text, tmp_path, solver).platforms
    assert part.pip[0].file_name == names[1]
    assert solver.asked == ["python 3.10.*|3.11.*|3.13.*; python >=3.10"]


def test_markers_environments_and_groups_decide_what_is_wanted(tmp_path: Path) -> None:
    for marker, wanted in (
        ("sys_platform == 'win32'", False),
        ("python_full_version == '3.12.4'", True),
        ("'test' in extras", False),
        ("'dev' in dependency_groups", True),
    ):
        text = PYLOCK.replace('name = "W"', f'name = "W"\nmarker = "{marker}"')
        text = text.replace("environments", 'default-groups = ["dev"]\nenvironments')
        (part,) = locked(text, tmp_path).platforms
        assert [one.name for one in part.pip] == (["w"] if wanted else []), marker


def test_what_conda_brings_anyway_is_not_installed_over_it(tmp_path: Path) -> None:
    text = PYLOCK.replace('"W"', '"setuptools"').replace("w-2.0", "setuptools-2.0")
    assert "conda's Python brings setuptools 70.0" in refusal(text, tmp_path).message
    (part,) = locked(text.replace("2.0", "70.0"), tmp_path).platforms
    assert part.pip == []


def test_the_index_is_asked_where_a_pinned_line_has_hashes_only(tmp_path: Path) -> None:
    solver = Solver("3.11.9")
    text = f"# by pip-compile with Python 3.11\nsix==1.17.0 --hash=sha256:{B} --hash=sha256:{SIX}\n"
    (wheel,) = locked(text, tmp_path, solver).platforms[0].pip
    assert (wheel.file_name, wheel.sha256) == ("six-1.17.0-py2.py3-none-any.whl", SIX)
    assert solver.asked == ["python 3.11.*; python 3.11.*"]
    error = refusal(text.replace(SIX, A), tmp_path)
    assert "no wheel of it with one of the hashes" in error.message
    assert error.errors[0].place is not None and error.errors[0].place.line == 2
    with pytest.raises(TerrariumError, match="six"):
        locked(text.replace("1.17.0", "99.17.0"), tmp_path)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (A, "", "no SHA-256"),
        (A, "a" * 63, "no SHA-256"),
        ("sha256 =", "sha512 =", "no SHA-256"),
        ("https://h.example/w", "https://u:hunter2@h.example/w", "credential"),
        ("https://h.example/w", "https://$HUNTER2/w", "placeholder"),
        ("https://h.example/w", "gopher://h.example/w", "none that packages"),
        ("https://h.example/w", "https://h.example/../w", "no place in one"),
        ("https://h.example/w", "https://h.example/\\u202Ew", "no place in one"),
        ("url =", "path =", "paths of the machine"),
        ("w-2.0-py3-none-any.whl", "w-2.0.tar.gz", "none of its wheels is for Python 3.8"),
        ("w-2.0-py3-none-any.whl", "w-2.0-cp39-cp39-win_amd64.whl", "none of its wheels"),
        ('name = "W"', 'name = "../w"', "not one that a Python package has"),
        ('version = "2.0"', 'version = "2.0 --index-url x"', "not one that a Python package has"),
        ("wheels =", "vcs = { url = 'https://h.example/w' }\nwheels =", "a repository"),
        ("wheels =", "sdists =", "no wheel"),
        (">=3.10", "3.10", "no version specifier"),
        (">=3.10", ">=3.99", "no Python 3 that the lockfile permits"),
        (">=3.10", "===3.10", "compared as text"),
        ("'linux'", "'win32'", "is not for Python"),
        ("'linux'", "(", "no marker"),
        ('"1.0"', '"2.0"', "the version '2.0'"),
        ("[[packages]]", "[[packages]", "not TOML"),
        ('name = "W"', "name = 1", "packages/0/name"),
        ('"W"', '"W"\nmarker = "os_name"', "no marker"),
        ('name = "W"', "x = " + "[" * 20 + "]" * 20, "nested too deeply"),
        ('name = "W"', "x = " + "[" * 20_000, "nested too deeply"),
    ],
)
def test_what_is_wrong_with_a_pylock_is_named(
    before: str, after: str, why: str, tmp_path: Path
) -> None:
    assert before in PYLOCK
    if "3.8" in why:
        before, after = (
            f'name = "{before}", url = "https://h.example/{before}"',
            (f'url = "https://h.example/{after}"'),
        )
    assert why.replace("3.8", "3.") in refusal(PYLOCK.replace(before, after), tmp_path).message


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("--index-url https://evil.example/simple", "`--index-url` is not read"),
        ("--index-url=https://u:hunter2@evil.example/simple", "`--index-url` is not read"),
        ("-i https://evil.example/simple", "`-i` is not read"),
        ("--extra-index-url https://evil.example", "`--extra-index-url` is not read"),
        ("--find-links file:///srv", "`--find-links` is not read"),
        ("-f /srv", "`-f` is not read"),
        ("--trusted-host evil.example", "`--trusted-host` is not read"),
        ("--no-index", "`--no-index` is not read"),
        ("--no-binary :all:", "`--no-binary` is not read"),
        ("--pre", "`--pre` is not read"),
        ("-r http://evil.example/r.txt", "`-r` is not read"),
        ("-c /etc/passwd", "`-c` is not read"),
        ("-e .", "`-e` is not read"),
        (f"x==1 --hash=md5:{'0' * 32}", "has no SHA-256"),
        (f"x==1 --hash=sha512:{A}{A}", "has no SHA-256"),
        ("x==1", "has no `--hash`"),
        ("x>=1", "has no `--hash`"),
        ("x", "has no `--hash`"),
        (f"x>=1 --hash=sha256:{A}", "not pinned with `==`"),
        (f"x==1.* --hash=sha256:{A}", "not pinned with `==`"),
        (f"x==1,!=2 --hash=sha256:{A}", "not pinned with `==`"),
        (f"x --hash=sha256:{A}", "not pinned with `==`"),
        (f"x==1 --hash=sha256:{A} --config-settings=a=b", "has no `--hash`"),
        (f"./x.whl --hash=sha256:{A}", "no requirement that can be read"),
        (f"x @ https://h.example/x-1.tar.gz --hash=sha256:{A}", "none of its wheels"),
        (f"x @ https://u:hunter2@h.example/x-1-py3-none-any.whl --hash=sha256:{A}", "credential"),
        (f"x @ https://h.example/x-1-py3-none-any.whl --hash=sha256:{'a' * 63}", "no SHA-256"),
        (f"\u202ex==1 --hash=sha256:{A}", "no requirement that can be read"),
        (f"x\0==1 --hash=sha256:{A}", "no requirement that can be read"),
    ],
)
def test_what_is_wrong_with_a_line_is_named(line: str, why: str, tmp_path: Path) -> None:
    error = refusal(REQUIREMENTS + line + "\n", tmp_path)
    assert why in error.message, error.message
    place = error.errors[0].place
    assert place is None or place.line == 4


def test_requirements_that_are_not_locked_go_into_a_specification(tmp_path: Path) -> None:
    text = "# what I need\nnumpy\npandas>=2\n"
    assert lockfile_kind(text) == "requirements"
    error = refusal(text, tmp_path)
    assert "Line 2: `numpy` has no `--hash`" in error.message
    assert "under `pip:`" in error.hint
    assert lockfile_kind("numpy\npandas\n") is None
    assert lockfile_kind("name: x\nchannels: []\n") is None


@pytest.mark.parametrize("read", [read_pylock, read_requirements])
def test_a_large_text_is_not_parsed(read: object) -> None:
    assert callable(read)
    with pytest.raises(InvalidLock, match="MB is the"):
        read("#" * 5_000_000)
