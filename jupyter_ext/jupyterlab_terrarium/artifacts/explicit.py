"""The explicit list: one URL a line, each with its hash, for one platform."""

from __future__ import annotations

from pydantic import Field

from ..conda.explicit import Hash, explicit_file
from .form import FormOptions, Subject, TextForm
from .identity import identity_line


class ExplicitOptions(FormOptions):
    """Which hash stands behind each URL."""

    hashes: Hash = Field(
        default="sha256", description="`md5` for conda before 24.9, which knows no other."
    )


class ExplicitList(TextForm):
    """What conda, mamba and micromamba create exactly this from."""

    name = "explicit"
    title = "Explicit list"
    purpose = "For `conda create --file` and `micromamba create -f`: exactly these package files."
    suffix = ".explicit.txt"
    per_platform = True
    revision = 2
    options = ExplicitOptions

    def text(self, subject: Subject, platform: str, options: FormOptions) -> str:
        """The list for *platform*. Raises :class:`NotFound`."""
        assert isinstance(options, ExplicitOptions)
        subject.part(platform)
        line = identity_line(self.name, subject, platform)
        return f"{line}\n{explicit_file(subject.lock, platform, options.hashes)}"
