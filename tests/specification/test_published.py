"""Specifications of the kinds that people publish read as `*.expected.json` says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyterlab_terrarium.conda.specification import read_specification
from specification.compare import as_data, like

PUBLISHED = Path(__file__).parent / "published"
NAMES = sorted(path.stem for path in PUBLISHED.glob("*.yml"))
BASE = Path("/project/env")


def test_there_are_at_least_twenty() -> None:
    assert len(NAMES) >= 20


@pytest.mark.parametrize("name", NAMES)
def test_is_read_as_expected(name: str) -> None:
    expected = json.loads((PUBLISHED / f"{name}.expected.json").read_text("utf-8"))
    data = (PUBLISHED / f"{name}.yml").read_bytes()
    actual = as_data(read_specification(data, base_directory=BASE))
    assert like(actual, expected) == expected


@pytest.mark.parametrize("name", NAMES)
def test_reading_does_not_depend_on_line_ends_mark_or_type(name: str) -> None:
    """The store keeps the text as written, so every way of writing it must read the same."""
    data = (PUBLISHED / f"{name}.yml").read_bytes()
    expected = read_specification(data, base_directory=BASE)
    text = data.decode().replace("\r\n", "\n")
    for variant in (
        data.decode(),
        "\ufeff" + text,
        text.replace("\n", "\r\n"),
        text.rstrip("\n"),
        (text + "\n\n").encode("utf-8-sig"),
    ):
        assert read_specification(variant, base_directory=BASE) == expected


@pytest.mark.parametrize("name", NAMES)
def test_matchspecs_are_canonical_and_hold_no_channel(name: str) -> None:
    from rattler import MatchSpec

    data = (PUBLISHED / f"{name}.yml").read_bytes()
    for entry in read_specification(data, base_directory=BASE).conda:
        again = MatchSpec(entry.matchspec)
        assert str(again) == entry.matchspec
        assert again.channel is None
        assert again.name.normalized == entry.name
