"""From an installed file back to the original, whatever installing made of it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from jupyterlab_terrarium.artifacts.placeholders import Original, recover, write_prefix
from jupyterlab_terrarium.artifacts.problem import FormImpossible

HOLDER = b"/opt/placehold_" + b"placehold_" * 10
STORE = b"/srv/store/prefixes/abc"
LONG = b"/srv/" + b"long" * 30
BINARY = b"\x7fELF\0" + HOLDER + b"/lib:" + HOLDER + b"/share\0\0\0" + HOLDER + b"\0end"
TEXTS = [
    b"#!" + HOLDER + b"/bin/python3.11 -E\nprefix = " + HOLDER + b"\n",
    b"#!" + HOLDER + b"/bin/Rscript\n",
    b"#!/usr/bin/env python\n" + HOLDER,
    HOLDER + b"/a " + HOLDER,
    b"",
]


def back(original: bytes, installed: bytes, store: bytes, cached: Path, binary: bool) -> bytes:
    sha256 = hashlib.sha256(original).hexdigest()
    return recover(installed, store, HOLDER, binary, sha256, cached).data


@pytest.mark.parametrize("store", [STORE, LONG, b"/a b"])
@pytest.mark.parametrize("text", TEXTS)
def test_texts_come_back(text: bytes, store: bytes, tmp_path: Path) -> None:
    cached = tmp_path / "cached"
    cached.write_bytes(text)
    installed = write_prefix(Original(text, HOLDER, False), store, "x")
    assert back(text, installed, store, cached, False) == text


@pytest.mark.parametrize("store", [STORE, b"/srv/x", HOLDER[:-1] + b"x"])
def test_programs_come_back_without_the_cache(store: bytes, tmp_path: Path) -> None:
    installed = write_prefix(Original(BINARY, HOLDER, True), store, "x")
    assert len(installed) == len(BINARY) and store + b"/lib:" + store + b"/share\0" in installed
    assert back(BINARY, installed, store, tmp_path / "gone", True) == BINARY


def test_what_was_changed_afterwards_comes_from_the_cache_or_is_refused(tmp_path: Path) -> None:
    text = TEXTS[0]
    cached = tmp_path / "tool.py"
    with pytest.raises(FormImpossible) as refused:
        back(text, b"something else", STORE, cached, False)
    assert "tool.py" in refused.value.message and "repaired" in refused.value.hint
    cached.write_bytes(b"changed too")
    with pytest.raises(FormImpossible):
        back(text, b"something else", STORE, cached, False)
    cached.write_bytes(text)
    assert back(text, b"something else", STORE, cached, False) == text


def test_a_line_that_the_kernel_would_not_take_goes_by_way_of_the_shell() -> None:
    python = write_prefix(Original(TEXTS[0], HOLDER, False), LONG, "x")
    assert python.startswith(b"#!/bin/sh\n'''exec' \"" + LONG + b'/bin/python3.11" -E "$0" "$@"\n')
    other = write_prefix(Original(TEXTS[1], HOLDER, False), LONG, "x")
    assert other == b"#!/usr/bin/env Rscript\n"
