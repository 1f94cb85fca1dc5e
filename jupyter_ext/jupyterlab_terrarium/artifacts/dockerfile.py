"""A Dockerfile for those who build their images themselves, from the installer."""

from __future__ import annotations

from pydantic import Field

from .form import FormOptions, Subject, TextForm
from .identity import identity_line, identity_text
from .installer import Installer
from .placed import DEFAULT, variables
from .problem import FormImpossible

_PLATFORMS = {
    "linux-64": "linux/amd64",
    "linux-aarch64": "linux/arm64",
    "linux-ppc64le": "linux/ppc64le",
}


class DockerOptions(FormOptions):
    """What the image begins with."""

    base: str = Field(
        default="debian:stable-slim",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,300}$",
        description="Base image; it has glibc and the core utilities.",
    )


class Dockerfile(TextForm):
    """Two steps: copy the installer, run it."""

    name = "dockerfile"
    title = "Dockerfile"
    purpose = "For `docker build`, beside the installer: an image on a base of your own."
    suffix = ".Dockerfile"
    group = "container"
    per_platform = True
    options = DockerOptions

    def text(self, subject: Subject, platform: str, options: FormOptions) -> str:
        """The file. Raises :class:`FormImpossible` for platforms without images."""
        assert isinstance(options, DockerOptions)
        subject.part(platform)
        target = _PLATFORMS.get(platform)
        if target is None:
            raise FormImpossible(
                f"there are no images for {platform}", f"There are for {', '.join(_PLATFORMS)}."
            )
        installer = Installer().file_name(subject, platform)
        lines = [
            identity_line(self.name, subject, platform),
            f"# Beside this file: {installer}, the form `installer`.",
            f"#     docker build -t {subject.name}:{subject.number} "
            f"-f {self.file_name(subject, platform)} .",
            f"FROM --platform={target} {options.base}",
            f"COPY {installer} /tmp/installer.sh",
            f"RUN sh /tmp/installer.sh --prefix {DEFAULT} --yes && rm /tmp/installer.sh",
            f"ENV PATH={DEFAULT}/bin:$PATH",
            *(
                f"ENV {name}={_quoted(name, value)}"
                for name, value in variables(subject, DEFAULT).items()
            ),
            f'LABEL terrarium="{identity_text(self.name, subject, platform)}"',
            'CMD ["/bin/sh"]',
        ]
        return "\n".join(lines) + "\n"


def _quoted(name: str, value: str) -> str:
    if not value.isprintable():
        raise FormImpossible(
            f"the variable {name} holds a line end or another control character, which no "
            "Dockerfile can write",
            "Take the image, which can.",
        )
    for sign in ("\\", '"', "$"):
        value = value.replace(sign, f"\\{sign}")
    return f'"{value}"'
