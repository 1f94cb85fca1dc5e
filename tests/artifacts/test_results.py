"""Two runs of a notebook compare by what they say, not by when and where they ran."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from typing import Any

import pytest

from jupyterlab_terrarium.artifacts.results import differences, digest, results

Outputs = list[dict[str, Any]]


def notebook(*cells: Outputs) -> dict[str, Any]:
    """Code cells with these outputs, and a text between them."""
    found: list[dict[str, Any]] = [{"cell_type": "markdown", "source": "text"}]
    found += [{"cell_type": "code", "source": "", "outputs": outputs} for outputs in cells]
    return {"cells": found, "metadata": {}}


def printed(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def shown(**data: Any) -> dict[str, Any]:
    kinds = {key.replace("_", "/"): value for key, value in data.items()}
    return {"output_type": "display_data", "data": kinds, "metadata": {}}


def png(pixels: bytes, *texts: bytes) -> str:
    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    body = b"".join(chunk(b"tEXt", text) for text in texts)
    data = b"\x89PNG\r\n\x1a\n" + head + body
    data += chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
    return base64.b64encode(data).decode()


SAME: dict[str, tuple[Outputs, Outputs]] = {
    "number of the execution": (
        [{"output_type": "execute_result", "execution_count": 1, "data": {"text/plain": "2"}}],
        [{"output_type": "execute_result", "execution_count": 9, "data": {"text/plain": ["2"]}}],
    ),
    "printed in parts": ([printed("a\nb\n")], [printed("a\n"), printed("b\n")]),
    "timings": (
        [printed("CPU times: user 3 ms, sys: 1 ms, total: 4 ms\nWall time: 3.9 ms\n42\n")],
        [printed("CPU times: user 9 s, sys: 1 s, total: 10 s\nWall time: 11 s\n42\n")],
    ),
    "%timeit": (
        [printed("12.1 ns ± 0.1 ns per loop (mean ± std. dev. of 7 runs)\n")],
        [printed("13.9 ns ± 0.2 ns per loop (mean ± std. dev. of 7 runs)\n")],
    ),
    "addresses": (
        [shown(text_plain="<Thing at 0x7f11223344>")],
        [shown(text_plain="<Thing at 0x7fffffffff>")],
    ),
    "progress bars": ([printed("10%\r50%\r100%\n")], [printed("25%\r100%\n")]),
    "colours": ([printed("\x1b[31mred\x1b[0m")], [printed("red")]),
    "ids of styled tables": (
        [shown(text_html='<table id="T_1a2b3">')],
        [shown(text_html='<table id="T_9f8e7">')],
    ),
    "what made an image": (
        [shown(image_png=png(b"\0\1", b"Software\0matplotlib 3.9"))],
        [shown(image_png=png(b"\0\1", b"Software\0other", b"date\0today"))],
    ),
    "metadata of a drawing": (
        [shown(**{"image_svg+xml": "<svg><metadata>today</metadata><g/></svg>"})],
        [shown(**{"image_svg+xml": "<svg><metadata>later</metadata><g/></svg>"})],
    ),
    "widgets": (
        [shown(**{"application_vnd.jupyter.widget-view+json": {"model_id": "a"}})],
        [shown(**{"application_vnd.jupyter.widget-view+json": {"model_id": "b"}})],
    ),
    "tracebacks": (
        [{"output_type": "error", "ename": "E", "evalue": "no", "traceback": ["/tmp/1"]}],
        [{"output_type": "error", "ename": "E", "evalue": "no", "traceback": ["/tmp/2"]}],
    ),
}


@pytest.mark.parametrize("what", SAME)
def test_what_differs_each_time_makes_no_difference(what: str) -> None:
    before, now = (results(notebook(one)) for one in SAME[what])
    assert differences(before, now) == []
    assert [digest(cell) for cell in before] == [digest(cell) for cell in now]


OTHER: dict[str, tuple[Outputs, Outputs, str]] = {
    "a number": ([printed("41\n")], [printed("42\n")], "cell 1: what is printed was '41', is '42'"),
    "a result": (
        [shown(text_plain="[1, 2]")],
        [shown(text_plain="[1, 3]")],
        "cell 1: its result (text/plain) was '[1, 2]', is '[1, 3]'",
    ),
    "a pixel": (
        [shown(image_png=png(b"\0\1"))],
        [shown(image_png=png(b"\0\2"))],
        "cell 1: its result (image/png) was",
    ),
    "an error": (
        [],
        [{"output_type": "error", "ename": "ValueError", "evalue": "no"}],
        "cell 1: it also gives the error: 'ValueError: no'",
    ),
    "nothing": ([printed("x")], [], "cell 1: what is printed is missing: 'x'"),
    "a long text": ([printed("a" * 500)], [printed("b")], "…', is 'b'"),
}


@pytest.mark.parametrize("what", OTHER)
def test_what_is_other_is_said_in_words(what: str) -> None:
    before, now, words = OTHER[what]
    [said] = differences(results(notebook(before)), results(notebook(now)))
    assert words in said
    assert len(said) < 300


def test_a_cell_more_is_said() -> None:
    two, one = (results(notebook(*[[printed("x")]] * count)) for count in (2, 1))
    assert differences(two, one) == ["it has 1 code cells; 2 were expected"]


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"cells": None},
        {"cells": [None, 1, {"cell_type": "code"}, {"cell_type": "code", "outputs": [1, {}]}]},
        json.loads('{"cells": [{"cell_type": "code", "outputs": [{"data": {"a/b": NaN}}]}]}'),
    ],
)
def test_what_is_no_notebook_is_compared_all_the_same(odd: dict[str, Any]) -> None:
    assert differences(results(odd), results(odd)) == []
