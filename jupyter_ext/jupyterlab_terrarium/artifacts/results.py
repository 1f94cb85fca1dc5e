"""The results of a notebook, without what differs each time it is run, and how two compare.

https://nbformat.readthedocs.io/en/latest/format_description.html#code-cell-outputs: numbers of
executions, timings, addresses in memory, identifiers made at random, tracebacks and what image
files say of their making are left out.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..models.digest import canonical_json

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,16}\b")
_UUID = re.compile(r"\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b")
#: Of ``%time``, ``%timeit`` and progress bars.
_TIMING = re.compile(
    r"^.*(?:(?:CPU times|Wall time):.*|\bper loop \(mean .*|\d+it/s.*|s/it.*)$", re.MULTILINE
)
_SVG = re.compile(r"<!--.*?-->|<metadata>.*?</metadata>|<dc:date>.*?</dc:date>", re.DOTALL)
_SVG_ID = re.compile(r"(?<=[\"#])[a-z]{1,6}[0-9a-f]{8,12}(?=[\")_])")
_STYLER_ID = re.compile(r"\bT_[0-9a-f]{5,}")
_PNG = b"\x89PNG\r\n\x1a\n"
_PIXELS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
#: What only this session of a front end understands.
_LEFT_OUT = ("application/vnd.jupyter.widget-view+json",)
_SHOWN = 60
_LARGE_DRAWING = 1_000_000

Cell = list[dict[str, Any]]


def results(notebook: Mapping[str, Any]) -> list[Cell]:
    """The outputs of each code cell of *notebook* (nbformat 4, parsed JSON), comparable."""
    cells = notebook.get("cells")
    found = []
    for cell in cells if isinstance(cells, list) else []:
        if isinstance(cell, Mapping) and cell.get("cell_type") == "code":
            outputs = cell.get("outputs")
            found.append(list(_cell(outputs if isinstance(outputs, list) else [])))
    return found


def digest(cell: Cell) -> str:
    """SHA-256 of what one cell has given, 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(cell)).hexdigest()


def differences(expected: Sequence[Cell], found: Sequence[Cell]) -> list[str]:
    """What is not as expected, one sentence for each code cell concerned (counted from 1)."""
    said = []
    if len(expected) != len(found):
        said.append(f"it has {len(found)} code cells; {len(expected)} were expected")
    for number, (before, now) in enumerate(zip(expected, found, strict=False), 1):
        why = _difference(before, now)
        if why:
            said.append(f"cell {number}: {why}")
    return said


def _difference(expected: Cell, found: Cell) -> str:
    if expected == found:
        return ""
    for before, now in zip(expected, found, strict=False):
        if before != now:
            for key in sorted(before.keys() | now.keys()):
                if before.get(key) != now.get(key):
                    was, is_now = _short(before.get(key)), _short(now.get(key))
                    return f"{_name(before, key)} was {was}, is {is_now}"
    if len(found) > len(expected):
        extra = found[len(expected)]
        return f"it also gives {_name(extra, '')}: {_short(_any(extra))}"
    gone = expected[len(found)]
    return f"{_name(gone, '')} is missing: {_short(_any(gone))}"


def _any(output: Mapping[str, Any]) -> object:
    return next((text for key, text in sorted(output.items()) if key != "kind"), "")


def _name(output: Mapping[str, Any], key: str) -> str:
    kind = str(output.get("kind"))
    if kind in ("stdout", "stderr", "error"):
        return {"stdout": "what is printed", "stderr": "what is printed as an error"}.get(
            kind, "the error"
        )
    return f"its result ({key})" if key not in ("", "kind") else "a result"


def _short(value: object) -> str:
    if value is None:
        return "nothing"
    text = " ".join(str(value).split())
    return repr(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")


def _cell(outputs: Sequence[object]) -> Iterator[dict[str, Any]]:
    """Outputs in order; what a stream was given in several parts is one."""
    before: dict[str, Any] | None = None
    for output in outputs:
        if not isinstance(output, Mapping):
            continue
        kind = output.get("output_type")
        if kind == "stream":
            name, text = str(output.get("name")), _joined(output.get("text"))
            if before is not None and before["kind"] == name:
                before["text"] += text
            else:
                if before is not None:
                    yield _stream(before)
                before = {"kind": name, "text": text}
            continue
        if before is not None:
            yield _stream(before)
            before = None
        if kind == "error":
            yield {
                "kind": "error",
                "error": _plain(f"{output.get('ename')}: {output.get('evalue')}"),
            }
        else:
            yield {"kind": "result", **_data(output.get("data"))}
    if before is not None:
        yield _stream(before)


def _stream(output: dict[str, Any]) -> dict[str, Any]:
    return {"kind": output["kind"], "text": _plain(output["text"])}


def _data(data: object) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind, value in data.items() if isinstance(data, Mapping) else ():
        if kind in _LEFT_OUT:
            continue
        if kind.startswith("image/") and kind != "image/svg+xml":
            found[kind] = _image(_joined(value))
        elif isinstance(value, str | list) and not kind.endswith("json"):
            text = _plain(_joined(value))
            found[kind] = _drawing(text) if kind == "image/svg+xml" else text
        else:
            found[kind] = hashlib.sha256(canonical_json(value)).hexdigest()
    return found


def _joined(text: object) -> str:
    return "".join(map(str, text)) if isinstance(text, list) else str(text)


def _plain(text: str) -> str:
    # What a line showed before a carriage return was overwritten on the screen.
    lines = _ANSI.sub("", text).split("\n")
    text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)
    text = _TIMING.sub("(a timing)", text)
    text = _STYLER_ID.sub("T_id", _UUID.sub("(an id)", _ADDRESS.sub("0x…", text)))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


def _drawing(text: str) -> str:
    if len(text) > _LARGE_DRAWING:
        return hashlib.sha256(text.encode()).hexdigest()
    return _SVG_ID.sub("id", _SVG.sub("", text))


def _image(text: str) -> str:
    """SHA-256 of an image: of a PNG file only of what its pixels are made of."""
    try:
        data = base64.b64decode(text, validate=False)
    except binascii.Error:
        data = text.encode()
    if data.startswith(_PNG):
        data = b"".join(_chunks(data[len(_PNG) :]))
    return hashlib.sha256(data).hexdigest()


def _chunks(data: bytes) -> Iterator[bytes]:
    """The chunks of a PNG file (PNG specification, "Chunk layout") that make its pixels."""
    while len(data) >= 12:
        (size,) = struct.unpack(">I", data[:4])
        if data[4:8] in _PIXELS:
            yield data[4 : 8 + size]
        data = data[12 + size :]
