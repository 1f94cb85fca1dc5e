"""Digests equal the published vectors and depend on what docs/digest.md says, on nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_terrarium.models import digest
from jupyterlab_terrarium.models.lock import Lock

VECTORS = json.loads(
    (Path(__file__).parents[2] / "docs" / "digest-vectors.json").read_text("utf-8")
)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["title"] for vector in VECTORS])
def test_a_lock_has_the_published_digests(vector: dict[str, Any]) -> None:
    lock = Lock.model_validate(vector["lock"])
    for part in lock.platforms:
        platform = part.platform
        document = digest.canonical_json(digest.platform_document(lock, part)).decode()
        assert document == vector["documents"][platform]
        found = digest.platform_digest(lock, platform)
        assert found == vector["platform_digests"][platform]
        assert digest.prefix_name(found) == vector["prefix_names"][platform]
    assert digest.lock_digest(lock) == vector["lock_digest"]


def test_a_mirror_gives_the_same_digest() -> None:
    lock = Lock.model_validate(VECTORS[1]["lock"])
    moved = json.loads(lock.model_dump_json().replace("https://example.org/c", "file:///mnt/m"))
    assert digest.lock_digest(Lock.model_validate(moved)) == digest.lock_digest(lock)


@pytest.mark.parametrize("field", ["version", "build", "sha256"])
def test_another_package_file_gives_another_digest(field: str) -> None:
    lock = Lock.model_validate(VECTORS[1]["lock"])
    changed = lock.model_dump()
    changed["platforms"][0]["conda"][0][field] = "f" * 64
    assert digest.lock_digest(Lock.model_validate(changed)) != digest.lock_digest(lock)


def test_adding_a_platform_keeps_the_prefix() -> None:
    two, one = VECTORS[3], VECTORS[1]
    assert two["platform_digests"]["linux-64"] == one["platform_digests"]["linux-64"]
    assert two["lock_digest"] != one["lock_digest"]
