"""An entry for a hub's ``KubeSpawner.profile_list``, for the OCI image of the version.

https://jupyterhub-kubespawner.readthedocs.io/en/latest/spawner.html
"""

from __future__ import annotations

from html import escape

from pydantic import Field

from .form import FormOptions, Subject, TextForm
from .identity import identity_line
from .placed import DEFAULT, variables
from .problem import FormImpossible
from .yaml_text import mapping, scalar


class ImageOptions(FormOptions):
    """Where the image was pushed to."""

    registry: str = Field(
        default="registry.example.org",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*(:\d{1,5})?(/[a-z0-9][a-z0-9._-]*)*$",
        max_length=200,
        description="Registry, and what stands before the name of the image in it.",
    )

    def image(self, subject: Subject) -> str:
        """The reference of the image."""
        return f"{self.registry}/{subject.namespace}/{subject.name}:{subject.number}"


class ProfileList(TextForm):
    """What `jupyterhub` of Zero to JupyterHub offers at log-in."""

    name = "profile-list"
    title = "Hub profile"
    purpose = "For `singleuser.profileList` of a JupyterHub on Kubernetes: start this image."
    suffix = ".profile.yml"
    group = "container"
    media_type = "application/yaml; charset=utf-8"
    per_platform = True
    options = ImageOptions

    def text(self, subject: Subject, platform: str, options: FormOptions) -> str:
        """The list with one entry. Raises :class:`FormImpossible` for platforms without images."""
        assert isinstance(options, ImageOptions)
        subject.part(platform)
        if not platform.startswith("linux-"):
            raise FormImpossible(
                f"there are no images for {platform}", "Images are made for linux platforms."
            )
        title = subject.title or subject.name
        description = subject.description or f"{subject.namespace}/{subject.name}@{subject.number}"
        # The hub's page shows both as HTML.
        title, description = (escape(text, quote=False) for text in (title, description))
        lines = [
            identity_line(self.name, subject, platform),
            "# The image is the form `oci-image`, pushed to the registry; it needs `jupyterhub` to "
            "be a server.",
            f"- display_name: {scalar(title)}",
            f"  slug: {scalar(f'{subject.namespace}-{subject.label}'.replace('.', '-'))}",
            f"  description: {scalar(description)}",
            "  kubespawner_override:",
            f"    image: {scalar(options.image(subject))}",
            "    environment:",
            # KubeSpawner replaces `{username}` and its like in values.
            *mapping(
                {
                    name: value.replace("{", "{{").replace("}", "}}")
                    for name, value in variables(subject, DEFAULT).items()
                },
                6,
            ),
        ]
        return "\n".join(lines) + "\n"
