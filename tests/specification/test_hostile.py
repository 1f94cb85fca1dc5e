"""Hostile and random input: an answer in bounded time, and never another kind of error."""

from __future__ import annotations

import json
import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyterlab_terrarium.conda.specification import MAX_BYTES, MAX_NODES, read_specification
from jupyterlab_terrarium.models.problem import InvalidSpecification
from support.speed import processor_seconds, quickest

D = "dependencies:\n"


def fill(line: str, size: int = MAX_BYTES) -> str:
    return (line + "\n") * (size // (len(line) + 1))


HOSTILE = {
    "many packages": D + "".join(f"- p{i}>=1\n" for i in range(MAX_NODES - 10)),
    "many selectors": D + "".join(f"- p{i} # [linux]\n" for i in range(MAX_NODES - 10)),
    "one package often": D + "- a>=1\n" * (MAX_NODES - 10),
    "many contradictions": D
    + "".join(f"- p{i}==1\n- p{i}==2\n" for i in range(MAX_NODES // 2 - 9)),
    "too many nodes": D + fill("- a"),
    "many wheels": D + "- pip:\n" + "".join(f"  - p{i}==1\n" for i in range(MAX_NODES - 10)),
    "one wheel often": D + "- pip:\n" + '  - a==1 ; python_version < "3"\n' * 8000,
    "deep": "a: " + "[" * 16_000,
    "many deep": fill("[" * 15 + "a" + "]" * 15),
    "tabs": fill("\t- a"),
    "slashes": D + fill("- https://x.org/" + "t/" * 5000),
    "schemes": fill("# " + "https://" * 1900),
    "dots": D + fill("- " + "a." * 7000),
    "plus signs": fill("# " + "a.b+" * 3900),
    "queries": D + fill("- https://x/?" + "a&" * 7000),
    "at signs": D + fill("- https://" + "@:" * 7000),
    "brackets": D + fill("- a # " + "[a](" * 3900),
    "markers": D + "- pip:\n" + fill("  - a ; " + "(" * 900),
    "parentheses": D + fill("- a " + "(" * 900),
    "constraints": D + fill("- a>=1" + ",>=1" * 400),
    "alternatives": D + fill("- a=1|" + "2|" * 800 + "3"),
    "open quote": 'a: "' + fill("a \\x41 b"),
    "repeated keys": fill("? a\n: b"),
    "anchors": D + fill("- &a a"),
    "NULs": "\0" * MAX_BYTES,
    "options": D + "- pip:\n" + fill("  - " + "--pre " * 300),
    "a megabyte": fill("- a", 1_000_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_answered_within_two_seconds(name: str) -> None:
    text = HOSTILE[name][:1_000_000]
    if name != "a megabyte":
        text = text[:MAX_BYTES]

    def read() -> None:
        try:
            read_specification(text)
        except InvalidSpecification as error:
            assert len(error.problem().model_dump_json()) < 100_000

    assert quickest(2.0, lambda: processor_seconds(read), tries=3) < 2.0


def test_ten_megabytes_are_refused_at_once() -> None:
    data = b"- a\n" * 2_500_000

    def read() -> None:
        with pytest.raises(InvalidSpecification, match="10,000,000 bytes"):
            read_specification(data)

    assert quickest(0.05, lambda: processor_seconds(read)) < 0.05


def test_a_bomb_costs_no_more_than_its_own_bytes() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))
    read_once_for_imports()
    tracemalloc.start()
    with pytest.raises(InvalidSpecification, match="anchor"):
        read_specification(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_tags_execute_nothing(tmp_path: Path) -> None:
    victim = tmp_path / "made"
    text = f"name: !!python/object/apply:os.system ['touch {victim}']\n{D}- a\n"
    with pytest.raises(InvalidSpecification, match="tag"):
        read_specification(text)
    assert not victim.exists()


def test_thirty_lines_are_read_within_fifteen_milliseconds() -> None:
    text = "name: a\nchannels:\n  - conda-forge\n" + D
    text += "".join(f"  - package-{i} >=1.{i},<2  # [linux]\n" for i in range(22))
    text += "  - pip:\n" + "".join(f"      - wheel{i}>=1.{i}\n" for i in range(6))
    assert quickest(0.015, lambda: processor_seconds(lambda: read_specification(text))) < 0.015


def read_once_for_imports() -> None:
    read_specification(D + "- numpy>=1\n- numpy<2\n- pip:\n  - a\n")


PIECES = (
    "numpy|=1.2|>=|<2|::|conda-forge|[|]|version|'|\"|==|1.0|*|,|~=|!=|!|=|py38_0|channel=|"
    "https://x.org/c|/linux-64|^py.*$| |(|)|url=|md5=|.|+|-|_|1!2|@|; |python_version|#sha256:|"
    "file:///|./|x-1-py3-none-any.whl|x-1.0-0.conda|name @ |--index-url |-e|--|git+|subdir=|when=|"
    "extras=[|$|build_number=|\n|\t|\x00|\x1b|é|\u202e|\ud800"
)
ENTRIES = st.lists(st.sampled_from([*PIECES.split("|"), "|"]), max_size=8).map("".join)
SIGNS = (
    "a¦- ¦: ¦\n¦  ¦[¦]¦{¦}¦,¦#¦&a¦*a¦!x¦|¦>¦'¦\"¦\t¦---¦...¦%¦?¦dependencies¦pip¦variables¦"
    "name¦channels¦platforms¦runs-on¦cuda¦<<¦\\¦\r¦1¦~¦3.10¦\ufeff¦\x85¦\u2028¦ # [linux]"
)
YAML = st.lists(st.sampled_from(SIGNS.split("¦")), max_size=30).map("".join)
CASES = int(os.environ.get("TERRARIUM_FUZZ", "300"))
fuzz = settings(
    max_examples=CASES,
    deadline=None,
    derandomize=CASES <= 300,
    suppress_health_check=list(HealthCheck),
)


def reads_or_refuses(text: str | bytes) -> None:
    try:
        read_specification(text).model_dump_json()
    except InvalidSpecification as error:
        assert error.errors
        assert error.problem().model_dump_json()
        assert all(finding.message.isprintable() for finding in error.errors)


@fuzz
@given(st.binary(max_size=80))
def test_random_bytes(data: bytes) -> None:
    reads_or_refuses(data)


@fuzz
@given(YAML)
def test_random_yaml(text: str) -> None:
    reads_or_refuses(text)


@fuzz
@given(st.lists(ENTRIES, max_size=4))
def test_random_entries_everywhere(entries: list[str]) -> None:
    quoted = [json.dumps(entry) for entry in entries]
    lines = "".join(f"  - {entry}\n" for entry in quoted)
    mapping = "".join(f"  {entry}: {entry}\n" for entry in dict.fromkeys(quoted))
    reads_or_refuses(f"{D}{lines}  - pip:\n      - b\n" + lines.replace("  -", "      -"))
    reads_or_refuses(f"{D}  - a\nchannels:\n  - a\n{lines}platforms:\n  - linux-64\n{lines}")
    reads_or_refuses(f"{D}  - a\nvariables:\n  A: b\n{mapping}")
    reads_or_refuses(f"{D}  - a\nruns-on:\n  cuda: 12\n{mapping}")
    reads_or_refuses(D + "".join(f"  - {entry}\n" for entry in entries))
