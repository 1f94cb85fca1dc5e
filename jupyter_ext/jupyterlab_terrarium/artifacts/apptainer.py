"""A definition file, from which `apptainer build` makes a SIF of an exported version."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from . import activation, identity
from .archive import MAX_PLACE, PLACE, GzipArchive
from .form import FormOptions, Subject, TextForm
from .oci_image import ARCHITECTURES, OciImage
from .problem import FormImpossible

_FROM_ARCHIVE = """\
Bootstrap: docker
From: {base}

{said}
# Build it beside the archive, made for this path:
#   jupyter terrarium export {reference} --to archive-gz --option path={path}
#   apptainer build {label}.sif {label}.def
%files
    {archive} /terrarium.tar.gz

%post
    mkdir -p {path}
    tar -xzf /terrarium.tar.gz -C {path}
    rm /terrarium.tar.gz
"""

_FROM_IMAGE = """\
Bootstrap: oci-archive
From: {image}

{said}
# Build it beside the image, made with a base, so that there is a shell in it:
#   jupyter terrarium export {reference} --to oci-image --option base=NAME
#   apptainer build {label}.sif {label}.def
"""

_REST = """
%environment
    . {path}/{activate}

%runscript
    exec {path}/{entrypoint} "$@"

%test
    test -f {path}/.terrarium/manifest.json

%labels
{labels}
%help
    {reference}, an environment of Terrarium. Its programs are on the PATH:
        apptainer exec {label}.sif COMMAND
"""


class DefinitionOptions(FormOptions):
    """What the SIF is made from."""

    source: Literal["archive", "image"] = Field(
        default="archive",
        description="`archive`: an `archive-gz` for the same path, upon a base image of a "
        "registry; `image`: an `oci-image` with a base.",
    )
    path: str = Field(
        default="/opt/env",
        max_length=MAX_PLACE,
        pattern=PLACE,
        description="Where the files lie in the container.",
    )
    base: str = Field(
        default="debian:12-slim",
        max_length=255,
        pattern=r"^[a-z0-9][A-Za-z0-9._:/@-]*$",
        description="With `archive`: reference of the base image, for Apptainer to fetch.",
    )


class ApptainerDefinition(TextForm):
    """For ``apptainer build``."""

    name = "apptainer-def"
    title = "Apptainer definition"
    purpose = "For `apptainer build`: makes a SIF of the archive or the image beside it."
    suffix = ".def"
    group = "container"
    per_platform = True
    options = DefinitionOptions

    def text(self, subject: Subject, platform: str, options: FormOptions) -> str:
        """The definition. Raises :class:`FormImpossible`, :class:`NotFound`."""
        assert isinstance(options, DefinitionOptions)
        said = identity.identity_of(subject, platform)
        if platform not in ARCHITECTURES:
            raise FormImpossible(
                f"Containers hold programs for Linux, and this is for {platform}.",
                "Choose a Linux platform of the version.",
            )
        start = _FROM_ARCHIVE if options.source == "archive" else _FROM_IMAGE
        return (start + _REST).format(
            said=identity.identity_line(self.name, subject, platform),
            reference=said.reference,
            label=self.file_name(subject, platform).removesuffix(self.suffix),
            base=options.base,
            path=options.path,
            archive=GzipArchive().file_name(subject, platform),
            image=OciImage().file_name(subject, platform),
            activate=activation.ACTIVATE,
            entrypoint=activation.ENTRYPOINT,
            labels="".join(f"    {key} {value}\n" for key, value in identity.labels(said).items()),
        )
