"""pixi.lock and explicit lists from strangers: refused with cause and fix, in bounded memory."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyterlab_terrarium.conda.explicit_list import read_explicit_list
from jupyterlab_terrarium.conda.hashed_requirements import read_requirements
from jupyterlab_terrarium.conda.lockfile_extras import KEY
from jupyterlab_terrarium.conda.lockfile_kinds import read_list, read_lockfile
from jupyterlab_terrarium.conda.pixi_lock import read_pixi_lock
from jupyterlab_terrarium.conda.pylock import read_pylock
from jupyterlab_terrarium.models.lockfile_kind import lockfile_kind
from jupyterlab_terrarium.models.problem import InvalidLock

A, B = "a" * 64, "b" * 32
URL = "https://h.example/c/noarch/a-1.0-py_0.conda"
PIXI = f"""\
version: 6
environments:
  default:
    channels:
    - url: https://h.example/c/
    packages:
      linux-64:
      - conda: {URL}
      - pypi: https://h.example/w-2.0-py3-none-any.whl
packages:
- conda: {URL}
  sha256: {A}
  md5: {B}
  license: MIT
- pypi: https://h.example/w-2.0-py3-none-any.whl
  name: w
  version: '2.0'
  sha256: {A}
"""
EXPLICIT = f"# platform: linux-64\n@EXPLICIT\n{URL}#sha256:{A}\n"


def refusal(read: Callable[[str], object], text: str) -> InvalidLock:
    with pytest.raises(InvalidLock) as caught:
        read(text)
    error = caught.value
    assert error.message.isprintable() and error.errors
    assert "hunter2" not in error.problem().model_dump_json()
    return error


def test_the_texts_that_the_others_differ_from_are_fine() -> None:
    (part,) = read_pixi_lock(PIXI).platforms
    assert [one.name for one in part.files] == ["a", "w"]
    assert part.conda[0].noarch == "python"
    listed = read_explicit_list(EXPLICIT)
    assert (listed.platform, listed.channels) == ("linux-64", ["https://h.example/c"])


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (f"  sha256: {A}\n  md5", "  md5", "no SHA-256"),
        (f"version: '2.0'\n  sha256: {A}\n", "version: '2.0'\n", "no SHA-256"),
        (A, "z" * 64, "not valid"),
        (A, "a" * 63, "not valid"),
        ("https://h.example/c/no", "https://u:hunter2@h.example/c/no", "credential"),
        ("https://h.example/c/no", "https://h.example/t/hunter2hunter2/c/no", "credential"),
        ("https://h.example/c/no", "https://$HUNTER2/c/no", "placeholder"),
        ("url: https://h.example", "url: https://u:hunter2@h.example", "credential"),
        ("https://h.example/w", "gopher://h.example/w", "none that packages"),
        ("w-2.0-py3-none-any.whl", "w-2.0.tar.gz", "not a wheel"),
        ("https://h.example/w-2.0-py3-none-any.whl", "./w", "no place in one"),
        ("name: w", "name: ../w", "package or extra name"),
        ("license: MIT", 'license: "MIT\\u202E"', "cannot be seen"),
        ("license: MIT", 'depends: ["b\\0"]', "cannot be seen"),
        ("license: MIT", "python_site_packages_path: lib/../../etc", "python_site_packages_path"),
        ("  default:", "  test:", "no environment `default`; it has test"),
        ("version: 6", "version: 99", "99"),
        ("version: 6", "version: x", "version"),
        ("linux-64", "amiga-64", "amiga"),
        ("packages:\n- ", "packages:\n- pypi: [1\n- ", "not YAML"),
        ("license: MIT", "license: &x MIT", "anchors"),
    ],
)
def test_what_is_wrong_with_a_pixi_lock_is_named(before: str, after: str, why: str) -> None:
    assert before in PIXI
    error = refusal(read_pixi_lock, PIXI.replace(before, after))
    assert why in error.message, error.message


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("https://h.example", "https://u:hunter2@h.example", "credential"),
        ("https://h.example", "https://h.example/t/hunter2hunter2", "credential"),
        ("https://h.example/c", "~/c", "not the URL"),
        ("https://h.example/c", "$HOME/c", "not the URL"),
        ("https://h.example/c", "https://h.example/c/..", "no place in one"),
        ("https://h.example", "https://h\u202e.example", "no place in one"),
        ("https://h.example", "https://h\0.example", "no place in one"),
        ("a-1.0", "-e", "not the URL"),
        ("a-1.0", "*-1.0", "not the URL"),
        (f"#sha256:{A}", "#sha256:" + "a" * 63, "not the URL"),
        (f"#sha256:{A}", f"#sha512:{A}{A}", "not the URL"),
        ("# platform: linux-64", "# platform: ../x", "there is not"),
        ("# platform: linux-64\n", "", "names no platform"),
    ],
)
def test_what_is_wrong_with_an_explicit_list_is_named(before: str, after: str, why: str) -> None:
    assert before in EXPLICIT
    error = refusal(read_explicit_list, EXPLICIT.replace(before, after))
    assert why in error.message, error.message


def test_a_line_that_is_wrong_is_told_by_its_number() -> None:
    error = refusal(read_explicit_list, f"{EXPLICIT}\n# fine\nnumpy\n")
    place = error.errors[0].place
    assert place is not None and place.line == 6
    assert error.hint


def test_a_file_is_listed_once() -> None:
    again = URL.replace("1.0", "2.0")
    error = refusal(
        lambda text: read_explicit_list(text).lock({}),
        f'{EXPLICIT}{again}#{A}\n# {KEY}: {{"format": 1}}\n',
    )
    assert "listed twice" in error.message


@pytest.mark.parametrize("note", ["{broken}", '{"variables": {"A=B": "x"}}', '{"format": 99}'])
def test_our_own_comment_is_checked_like_the_rest(note: str) -> None:
    refusal(read_explicit_list, f"{EXPLICIT}# {KEY}: {note}\n")
    refusal(read_pixi_lock, f"{PIXI}# {KEY}: {note}\n")


@pytest.mark.parametrize(
    "text",
    [
        "version: 6\nenvironments:\n" + "x" * 100_000_000,
        "@EXPLICIT\n" + URL * 2_000_000,
        "version: 1\nmetadata:\npackage:\n" + "- a\n" * 25_000_000,
        "lock-version = '1.0'\n" + "#" * 100_000_000,
        "a==1 --hash=sha256:0\n" * 5_000_000,
        "\u202e" * 40_000_000,
    ],
    ids=["pixi", "explicit", "conda-lock", "pylock", "requirements", "bidi"],
)
def test_a_hundred_megabytes_cost_no_more_than_themselves(text: str) -> None:
    tracemalloc.start()
    try:
        error = refusal(lambda one: read_list(one) or read_lockfile(one), text)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "MB is the limit" in error.message
    assert peak < 5_000_000


def test_many_lines_stop_being_read() -> None:
    lines = f"@EXPLICIT\n{URL}#{A}\n" + f"{URL}\n" * 50_000
    assert "20,000 is the limit" in refusal(read_explicit_list, lines).message


PIECES = [
    *("@EXPLICIT", "\n", "# platform: linux-64", URL, f"#{A}", f"#{B}", "sha256:", "# ", "\0"),
    *(f"# {KEY}: ", "{", "}", "\u202e", "version: 6", "environments:", "  default:", "packages:"),
    *("lock-version = '1.0'", "[[packages]]", "name = 'a'", "a==1 --hash=sha256:", A),
    *("\\", "=", "'"),
    *("[tool.terrarium]", "conda = []", "extras = '{}'", "# conda install ", "wheels = [{}]", "-i"),
    *("- conda: ", "linux-64:", "channels: []", "    ", "{packages: {}}", "\ud800", "[", "&a"),
]
CASES = int(os.environ.get("TERRARIUM_FUZZ", "200"))


@settings(
    max_examples=CASES,
    deadline=None,
    derandomize=CASES <= 200,
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_random_texts_are_read_or_refused(text: str) -> None:
    readers = (read_lockfile, read_explicit_list, read_pixi_lock, read_pylock, read_requirements)
    for read in readers:
        try:
            read(text)
        except InvalidLock as error:
            assert error.problem().model_dump_json()
    lockfile_kind(text)
