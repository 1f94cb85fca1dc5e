"""A notebook that goes along with a link (C3.6)."""

from __future__ import annotations

import json
from typing import Any

from share_help import Person

from jupyterlab_terrarium.models.share import MAX_NOTEBOOK
from jupyterlab_terrarium.services.opening import OpenStore
from jupyterlab_terrarium.store import shared_notebooks

SCRIPT = "<script>alert(1)</script>"


def upload(outputs: bool = False, **changed: object) -> dict[str, Any]:
    """A notebook that would like to be trusted."""
    cell = {
        "cell_type": "code",
        "metadata": {"trusted": True},
        "source": "6 * 7",
        "execution_count": 3,
        "outputs": [{"output_type": "display_data", "data": {"text/html": SCRIPT}, "metadata": {}}],
    }
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"a": 1}, "cells": [cell]}
    return {"name": "rain.ipynb", "content": json.dumps(content), "outputs": outputs, **changed}


def shared(person: Person, token: str) -> Any:
    answer = person.file(token, "notebook.ipynb")
    assert answer.status == 200, answer.body
    assert answer.headers["content-type"].startswith("text/plain")
    assert "sandbox" in answer.headers["content-security-policy"]
    return json.loads(answer.body)


def test_the_card_names_it_and_the_link_gives_it(anna: Person, berta: Person) -> None:
    token = anna.share(version="1", notebook=upload())["token"]
    card = berta.card(token).json
    assert (card["notebook"], card["version"]) == ("rain.ipynb", 1)
    (cell,) = shared(berta, token)["cells"]
    assert cell["source"] == "6 * 7"
    # Without outputs unless they were asked for, and never trusted.
    assert (cell["outputs"], cell["execution_count"], cell["metadata"]) == ([], None, {})


def test_outputs_go_along_when_they_are_meant_to_and_are_not_trusted(
    anna: Person, berta: Person
) -> None:
    token = anna.share(version="1", notebook=upload(outputs=True))["token"]
    (cell,) = shared(berta, token)["cells"]
    assert cell["outputs"][0]["data"] == {"text/html": SCRIPT}
    assert "trusted" not in cell["metadata"]


def test_a_revoked_link_gives_none_and_its_file_is_gone(
    anna: Person, berta: Person, lending_store: OpenStore
) -> None:
    made = anna.share(version="1", notebook=upload())
    file = lending_store.layout.shared_notebook(made["id"])
    assert file.exists()
    anna.client.request("DELETE", f"shares/{made['id']}")
    assert berta.file(made["token"], "notebook.ipynb").status == 404
    assert not file.exists()


def test_files_of_links_that_are_no_more_are_removed(
    anna: Person, lending_store: OpenStore
) -> None:
    living = anna.share(version="1", notebook=upload())
    lost = lending_store.layout.shared_notebook("purged")
    lost.write_text("{}")
    with lending_store.database.read() as session:
        assert shared_notebooks.remove_dead(session, lending_store.layout) >= 1
    assert not lost.exists()
    assert lending_store.layout.shared_notebook(living["id"]).exists()


def test_what_is_no_notebook_or_too_large_is_refused(anna: Person) -> None:
    refused = [
        upload(content="[]"),
        upload(content="{"),
        upload(content="[" * 100_000),
        upload(content='{"nbformat": 3, "cells": []}'),
        upload(content=json.dumps({"nbformat": 4, "cells": ["x"]})),
        upload(content="x" * (MAX_NOTEBOOK + 1)),
        upload(name="../rain.ipynb"),
        upload(name="rain.html"),
    ]
    for notebook in refused:
        body = {"version": "1", "notebook": notebook}
        answer = anna.client.post("environments/anna/data/shares", body)
        assert answer.status in (400, 422), notebook["name"]
    current = anna.client.post("environments/anna/data/shares", {"notebook": upload()})
    assert current.status == 400


def test_a_link_without_one_says_so(anna: Person, berta: Person) -> None:
    token = anna.share()["token"]
    assert berta.card(token).json["notebook"] == ""
    assert berta.file(token, "notebook.ipynb").status == 404
