"""Versions of a few files, made for one test."""

from __future__ import annotations

from jupyterlab_terrarium.artifacts.form import Subject
from jupyterlab_terrarium.conda.specification import read_specification
from jupyterlab_terrarium.models.digest import lock_digest
from jupyterlab_terrarium.models.lock import Lock


def subject_of(lock: Lock, name: str = "small", number: int = 7) -> Subject:
    """A version of anna's with this lock."""
    text = "name: small\ndependencies: [terrarium-data]\n"
    return Subject(
        namespace="anna",
        name=name,
        number=number,
        lock=lock,
        specification=read_specification(text),
        specification_text=text,
        lock_digest=lock_digest(lock),
    )
