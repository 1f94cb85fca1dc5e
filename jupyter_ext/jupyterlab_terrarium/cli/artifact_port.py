"""What ``export`` needs of a store, wherever it is."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from .port import Port

if TYPE_CHECKING:
    from ..models.artifact import Artifact, ArtifactChoice, FormView


class ArtifactPort(Port, Protocol):
    """Every method raises :class:`TerrariumError` as the API does."""

    def forms(self, namespace: str, name: str, number: str) -> list[FormView]:
        """The forms that a version can take."""
        ...

    def make_artifact(
        self, namespace: str, name: str, number: str, form: str, choice: ArtifactChoice
    ) -> Artifact:
        """Have a form made, or find it made already."""
        ...

    def cancel_artifact(
        self, namespace: str, name: str, number: str, form: str, choice: ArtifactChoice
    ) -> None:
        """Stop making it."""
        ...

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
        ...


def open_artifacts(args: argparse.Namespace) -> ArtifactPort:
    """The store that the options name; one on this machine makes artifacts itself."""
    if getattr(args, "server", None):
        from .artifact_remote import RemoteArtifacts

        return RemoteArtifacts.from_environment(args.server)
    from .artifact_local import LocalArtifacts

    return LocalArtifacts(args.root, builds=True)
