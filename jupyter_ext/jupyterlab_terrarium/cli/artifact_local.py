"""Artifacts of the store on this machine."""

from __future__ import annotations

import shutil
from pathlib import Path

from ..models.artifact import Artifact, ArtifactChoice, FormView
from .local import LocalPort


class LocalArtifacts(LocalPort):
    """The services as the user of this shell, whose files the store's are."""

    def forms(self, namespace: str, name: str, number: str) -> list[FormView]:
        """The forms that a version can take."""
        return self._services.artifacts.forms(self._principal, namespace, name, number).items

    def make_artifact(
        self, namespace: str, name: str, number: str, form: str, choice: ArtifactChoice
    ) -> Artifact:
        """Have a form made, or find it made already."""
        found = self._services.artifacts
        return found.make(self._principal, namespace, name, number, form, choice)

    def cancel_artifact(
        self, namespace: str, name: str, number: str, form: str, choice: ArtifactChoice
    ) -> None:
        """Stop making it."""
        self._services.artifacts.cancel(self._principal, namespace, name, number, form, choice)

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
        found = self._services.artifacts.file(
            self._principal, namespace, name, number, form, choice
        )
        target = directory / "artifact"
        if found.path is None:
            target.write_bytes(found.content)
        else:
            shutil.copyfile(found.path, target)
        return target, found.file_name
