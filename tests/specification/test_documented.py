"""`docs/specification.md` says what is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jupyterlab_terrarium.conda.specification import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_NODES,
    read_specification,
)
from jupyterlab_terrarium.conda.specification.limits import MAX_LINE
from jupyterlab_terrarium.conda.specification.selectors import SELECTORS
from jupyterlab_terrarium.models.platforms import PLATFORMS
from jupyterlab_terrarium.models.problem import InvalidSpecification
from jupyterlab_terrarium.models.specification import RunsOn

DOCUMENT = Path(__file__).parents[2] / "docs" / "specification.md"
TEXT = DOCUMENT.read_text("utf-8")


def section(title: str) -> str:
    return TEXT.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def first_cells(table: str) -> list[str]:
    rows = re.findall(r"^\| (`.+?) \|", table.replace("\\|", "¦"), re.MULTILINE)
    return [form.replace("¦", "|") for row in rows for form in re.findall(r"`([^`]+)`", row)]


@pytest.mark.parametrize("block", re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL))
def test_every_example_is_read_without_a_notice(block: str) -> None:
    if "dependencies:" not in block:
        block += "dependencies:\n  - numpy\n"
    assert read_specification(block).notices == []


@pytest.mark.parametrize("form", first_cells(section("Conda packages")))
def test_every_conda_form_is_read(form: str) -> None:
    assert read_specification(f"dependencies:\n  - {form}\n").notices == []


@pytest.mark.parametrize(
    "form", first_cells(section("The `pip:` section").split("Only wheels are installed")[0])
)
def test_every_pip_form_is_read(form: str) -> None:
    form = form.replace(" URL", " https://host/simple")
    text = f"dependencies:\n  - pip:\n      - {form}\n"
    assert read_specification(text, base_directory=Path("/srv")).notices == []


@pytest.mark.parametrize(
    "form", first_cells(section("The `pip:` section").split("| refused | why |")[1])
)
def test_every_refused_pip_form_is_refused(form: str) -> None:
    with pytest.raises(InvalidSpecification):
        read_specification(f"dependencies:\n  - pip:\n      - {form}\n")


def test_selectors_runs_on_and_platforms_are_complete() -> None:
    assert set(first_cells(section("Only on some platforms"))) >= set(SELECTORS)
    assert set(first_cells(section("Runs on"))) == set(RunsOn.model_fields)
    assert all(f"`{platform}`" in section("Keys") for platform in PLATFORMS)


def test_the_limits_are_the_ones_in_force() -> None:
    assert f"{MAX_BYTES // 1024} KiB" in TEXT
    assert f"{MAX_NODES:,} entries" in TEXT
    assert f"{MAX_DEPTH} levels" in TEXT
    assert f"{MAX_LINE:,} characters" in TEXT


def test_every_refused_variable_is_refused() -> None:
    names = re.findall(r"`([A-Z_]+)`", section("Variables").split("Refused are")[1])
    names = [*(name for name in names if name != "PYTHONPATH"), "DYLD_INSERT_LIBRARIES"]
    assert len(names) > 6
    for name in names:
        with pytest.raises(InvalidSpecification, match=name):
            read_specification(f"dependencies: [a]\nvariables: {{{name}: x}}\n")
