"""Asking for help gives one text with everything in it but secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_terrarium.models.problem import NotFound
from jupyterlab_terrarium.services.opening import OpenStore
from jupyterlab_terrarium.services.secrets import without_secrets
from support.builds import ANNA, create

CONFLICT = """name: conflict
dependencies:  # for the course
  - python
  - terrarium-conflict-a
  - terrarium-conflict-b
variables:
  COURSE_TOKEN: very-private-value
"""


def test_the_bundle_has_the_text_the_reason_the_log_and_the_checks(store: OpenStore) -> None:
    build = create(store, CONFLICT)
    bundle = store.services.help.bundle(ANNA, build.id)
    assert "# for the course" in bundle.text
    assert "Cause: unsatisfiable" in bundle.text and "- works: " in bundle.text
    assert "-- solving" in bundle.text
    assert "ok: solver: " in bundle.text and "ok: versions: Terrarium " in bundle.text
    assert bundle.subject.startswith("anna/conflict@1")
    assert "very-private-value" not in bundle.text and "COURSE_TOKEN: ***" in bundle.text
    with pytest.raises(NotFound):
        store.services.help.bundle(ANNA, "nothing")


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("https://anna:hunter2@host/chan", "hunter2"),
        ("https://host/t/abc-123-token/chan", "abc-123-token"),
        ("Authorization: Basic YW5uYTpodW50ZXIy", "YW5uYTpodW50ZXIy"),
        ("curl -H 'x: Bearer abcdefgh12345'", "abcdefgh12345"),
        ('{"password": "hunter2"}', "hunter2"),
        ("AWS_SECRET_ACCESS_KEY=abc/def+ghi", "abc/def"),
        ("push with ghp_" + "a" * 36, "a" * 36),
        ("/home/anna/work/x.whl", "anna"),
        ("C:\\Users\\anna\\x", "anna"),
    ],
)
def test_secrets_and_homes_are_taken_out(text: str, secret: str) -> None:
    cleaned = without_secrets(f"before {text} after")
    assert secret not in cleaned
    assert cleaned.startswith("before ")


def test_ordinary_words_stay() -> None:
    text = "numpy=1.26 needs python >=3.11; tokenizers 0.19; keyring; /srv/store/terrarium.db"
    assert without_secrets(text) == text
    assert without_secrets(f"{Path.home()}/x") == "~/x"
