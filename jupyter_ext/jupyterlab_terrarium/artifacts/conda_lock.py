"""The conda-lock file: all platforms, with hashes and dependencies."""

from __future__ import annotations

from ..conda.lockfile import write_conda_lock
from .form import FormOptions, Subject, TextForm
from .identity import identity_line


class CondaLock(TextForm):
    """What conda-lock, mamba, micromamba and pixi read, and Terrarium itself."""

    name = "conda-lock"
    title = "conda-lock.yml"
    purpose = (
        "For `conda-lock install` and `micromamba create -f`, and for another Terrarium: all "
        "platforms."
    )
    suffix = ".conda-lock.yml"
    media_type = "application/yaml; charset=utf-8"
    per_platform = False
    slow = True

    def text(self, subject: Subject, platform: str, options: FormOptions) -> str:
        """The file. Raises :class:`InvalidLock` when a package has no MD5."""
        line = identity_line(self.name, subject)
        return f"{line}\n{write_conda_lock(subject.lock, subject.specification)}"
