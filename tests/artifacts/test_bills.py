"""Bills of materials, read by the validators of those who make the standards."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.model.bom import Bom
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

from artifacts.conftest import MakeText
from jupyterlab_terrarium.artifacts.form import Subject
from jupyterlab_terrarium.artifacts.identity import Identity, identify_text

STRANGE = ["BSD 3-Clause", "LicenseRef-Mine", "MIT OR Apache-2.0", "GPL-2.0-or-later", ""]


@pytest.fixture
def strange(subject: Subject) -> Subject:
    """The same with licences as channels really write them, and a dependency of a wheel."""
    part = subject.part("linux-64")
    conda = [
        package.model_copy(update={"license": STRANGE[number % len(STRANGE)]})
        for number, package in enumerate([*part.conda, *_more(part.conda[0])])
    ]
    changed = part.model_copy(update={"conda": conda})
    return replace(subject, lock=subject.lock.model_copy(update={"platforms": [changed]}))


def _more(package: Any) -> list[Any]:
    return [
        package.model_copy(update={"name": name, "sha256": f"{number}" * 64, "depends": depends})
        for number, (name, depends) in enumerate(
            [("a_b", ["python >=3", "a-b"]), ("a-b", ["__glibc >=2.17"]), ("libc++", [])]
        )
    ]


@pytest.fixture(params=["subject", "strange"])
def either(request: pytest.FixtureRequest) -> Subject:
    chosen = request.getfixturevalue(request.param)
    assert isinstance(chosen, Subject)
    return chosen


def test_cyclonedx_is_valid_and_complete(make_text: MakeText, either: Subject) -> None:
    text = make_text("cyclonedx", of=either)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    document = json.loads(text)
    read: Any = Bom
    bom: Bom = read.from_json(document)
    # It knows all references: what depends on what can be followed.
    assert bom.validate()
    part = either.part("linux-64")
    found = {one.name: next(hash_.content for hash_ in one.hashes) for one in bom.components}
    assert found == {one.name: one.sha256 for one in part.files}
    for component in bom.components:
        assert component.purl is not None
        assert str(PackageURL.from_string(str(component.purl)).name) == component.name.lower()
    graph = {one["ref"]: one["dependsOn"] for one in document["dependencies"]}
    reached, wanted = set(), [document["metadata"]["component"]["bom-ref"]]
    while wanted:
        one = wanted.pop()
        if one not in reached:
            reached.add(one)
            wanted += graph[one]
    assert reached == set(graph)
    assert identify_text(text) == Identity(
        "cyclonedx", "anna", "data", 1, "linux-64", either.digest("linux-64")
    )


def test_spdx_is_valid_and_complete(make_text: MakeText, either: Subject, tmp_path: Path) -> None:
    text = make_text("spdx", of=either)
    path = tmp_path / "bill.spdx.json"
    path.write_text(text)
    document = parse_file(str(path))
    assert validate_full_spdx_document(document) == []
    part = either.part("linux-64")
    found = {
        package.name: package.checksums[0].value
        for package in document.packages
        if package.checksums
    }
    assert found == {one.name: one.sha256 for one in part.files}
    assert identify_text(text) == Identity(
        "spdx", "anna", "data", 1, "linux-64", either.digest("linux-64")
    )


@pytest.mark.parametrize("form", ["cyclonedx", "spdx"])
def test_no_place_of_this_machine_is_told(make_text: MakeText, form: str) -> None:
    assert "file:" not in make_text(form)


@pytest.mark.parametrize("form", ["cyclonedx", "spdx"])
def test_licences_are_expressions_where_they_can_be(
    make_text: MakeText, strange: Subject, form: str
) -> None:
    text = make_text(form, of=strange)
    assert '"MIT OR Apache-2.0"' in text
    assert '"name": "BSD 3-Clause"' in text
    assert '"name": "LicenseRef-Mine"' in text


def test_dependencies_are_those_of_the_packages(make_text: MakeText, subject: Subject) -> None:
    document = json.loads(make_text("cyclonedx"))
    graph = {one["ref"]: one["dependsOn"] for one in document["dependencies"]}
    (idna,) = [ref for ref in graph if ref.startswith("pkg:conda/idna@")]
    (python,) = [ref for ref in graph if ref.startswith("pkg:conda/python@")]
    assert python in graph[idna]
    assert idna in graph["anna/data@1"]
