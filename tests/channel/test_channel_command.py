"""The command line answers in sentences."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import pytest
from channel_help import make_wheel

from jupyterlab_terrarium.conda.channel_maker.command import add_arguments, run

pytestmark = pytest.mark.usefixtures("private_cache")


def call(*words: str | Path) -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return run(parser.parse_args([str(word) for word in words]))


def test_it_prints_the_address_of_the_channel(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_wheel(tmp_path / "wheels", "one")
    listing = tmp_path / "list.txt"
    listing.write_text("# comment\n--no-index\n--find-links=wheels\n-r more.txt\n")
    (tmp_path / "more.txt").write_text("one>=1  # and why\n")
    assert call(tmp_path / "channel", "--from-requirements", listing) == 0
    printed = capsys.readouterr().out
    assert f"Channel: {(tmp_path / 'channel').as_uri()}" in printed
    assert "1 packages" in printed
    assert call(tmp_path / "channel", "--from-requirements", listing) == 0
    assert "up to date" in capsys.readouterr().out
    assert call(tmp_path / "channel", "--from-requirements", listing, "--refresh") == 0
    assert "Resolving" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "Nothing to make"),
        (["--from-requirements", "missing.txt"], "cannot be read"),
        (["--require", "not a requirement"], "is not a requirement"),
        (["--require", "-e ."], "is not understood"),
        (["--require", "--index-url https://me:secret@index.invalid/simple"], "hold a password"),
        (["--python", "/bin/sh"], "does not answer like a Python 3"),
        (["--python", "/nowhere/python3"], "There is no interpreter"),
    ],
)
def test_bad_input_is_answered_with_a_sentence_and_a_hint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    joined = [f"{words[0]}={words[1]}"] if words else []
    assert call(tmp_path / "channel", *joined) == 1
    errors = capsys.readouterr().err
    assert sentence in errors
    assert len(errors.splitlines()) == 2
    assert "secret" not in errors


def test_a_directory_that_cannot_be_made_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wheels: Callable[..., list[str]]
) -> None:
    (tmp_path / "file").write_text("")
    assert call(tmp_path / "file" / "channel", "--require", "one") == 1
    assert f"{tmp_path / 'file' / 'channel'} cannot be created" in capsys.readouterr().err
