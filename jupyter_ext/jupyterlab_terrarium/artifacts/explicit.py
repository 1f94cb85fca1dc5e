"""The explicit list: one URL a line, each with its hash, for one platform."""

from __future__ import annotations

from ..conda.explicit import explicit_file
from .form import FormOptions, Subject, TextForm


class ExplicitList(TextForm):
    """What conda, mamba and micromamba create exactly this from."""

    name = "explicit"
    title = "Explicit list"
    purpose = "For `conda create --file` and `micromamba create -f`: exactly these package files."
    suffix = ".txt"
    per_platform = True

    def text(self, subject: Subject, platform: str, options: FormOptions) -> str:
        """The list for *platform*. Raises :class:`NotFound`."""
        return explicit_file(subject.lock, platform)
