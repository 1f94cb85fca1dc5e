"""Artifacts of the store of a server, by its REST API."""

from __future__ import annotations

import json
from pathlib import Path

from ..models.artifact import Artifact, ArtifactChoice, FormView
from ..models.status import Page
from .remote import RemotePort


class RemoteArtifacts(RemotePort):
    """The store of a server, as whoever holds the token."""

    def forms(self, namespace: str, name: str, number: str) -> list[FormView]:
        """The forms that a version can take."""
        return self._ask(Page[FormView], "GET", *_steps(namespace, name, number)).items

    def make_artifact(
        self, namespace: str, name: str, number: str, form: str, choice: ArtifactChoice
    ) -> Artifact:
        """Have a form made, or find it made already."""
        return self._ask(Artifact, "POST", *_steps(namespace, name, number, form), body=choice)

    def cancel_artifact(
        self, namespace: str, name: str, number: str, form: str, choice: ArtifactChoice
    ) -> None:
        """Stop making it."""
        self._text("DELETE", _steps(namespace, name, number, form), _query(choice))

    def save_artifact(
        self,
        namespace: str,
        name: str,
        number: str,
        form: str,
        choice: ArtifactChoice,
        directory: Path,
    ) -> tuple[Path, str]:
        """Write the file into *directory*; its path there and what it is to be called."""
        target = directory / "artifact"
        steps = _steps(namespace, name, number, form)
        file_name = self._save(steps, _query(choice), target)
        return target, file_name or f"{name}-{form}"


def _steps(namespace: str, name: str, number: str, *form: str) -> tuple[str, ...]:
    return ("environments", namespace, name, "versions", number, "artifacts", *form)


def _query(choice: ArtifactChoice) -> dict[str, object]:
    options = json.dumps(choice.options) if choice.options else None
    return {"platform": choice.platform, "options": options}
