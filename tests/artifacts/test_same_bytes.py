"""A text form says the same on every store, whatever way its version came there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from artifacts.conftest import MakeText
from jupyterlab_terrarium.artifacts.form import Subject, TextForm
from jupyterlab_terrarium.artifacts.forms import FORMS
from jupyterlab_terrarium.artifacts.problem import FormImpossible
from jupyterlab_terrarium.conda.lockfile import read_conda_lock, write_conda_lock
from jupyterlab_terrarium.conda.pixi_lock import read_pixi_lock, write_pixi_lock
from jupyterlab_terrarium.models.lock import Lock

TEXTS = sorted(name for name, form in FORMS.items() if isinstance(form, TextForm))


def through_conda_lock(lock: Lock) -> Lock:
    return read_conda_lock(write_conda_lock(lock))


def through_pixi_lock(lock: Lock) -> Lock:
    return read_pixi_lock(write_pixi_lock(lock))


@pytest.mark.parametrize("way", [through_conda_lock, through_pixi_lock])
def test_a_version_that_came_as_a_lockfile_gives_the_same_bytes(
    make_text: MakeText, subject: Subject, way: Callable[[Lock], Lock]
) -> None:
    there = replace(subject, lock=way(subject.lock))
    made = 0
    for name in TEXTS:
        try:
            here = make_text(name)
        except FormImpossible:
            continue
        assert make_text(name, of=there) == here, name
        made += 1
    assert made > 10


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_tells_of_this_store_or_its_user(
    make_text: MakeText, subject: Subject, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if name in ("kernelspec",):
        with pytest.raises(FormImpossible):
            make_text(name)
        return
    text = make_text(name)
    assert str(tmp_path_factory.getbasetemp() / "forms") not in text
    assert "hunter2" not in text
