"""What forms share that name the place of an environment: images and archives have a fixed one."""

from __future__ import annotations

from pydantic import Field

from .form import FormOptions, Subject

DEFAULT = "/opt/env"


class PlacedOptions(FormOptions):
    """Where the environment lies, on the machine where the form is used."""

    prefix: str = Field(
        default=DEFAULT,
        pattern=r"^(/|[A-Za-z]:[\\/])[^\x00-\x1f\x7f\"'$`:;]{0,1000}$",
        description="Directory of the environment, absolute: where image, archive or installer "
        "have put it.",
    )

    def program(self, name: str, platform: str) -> str:
        """The path of the program *name* of the environment."""
        if platform.startswith("win-"):
            directory = "" if name == "python" else "\\Scripts"
            return f"{self.prefix}{directory}\\{name}.exe"
        return f"{self.prefix}/bin/{name}"

    def path(self, platform: str, before: str) -> str:
        """The search path for programs; *before* stands for the one that there was."""
        if platform.startswith("win-"):
            places = [f"{self.prefix}{more}" for more in ("", "\\Library\\bin", "\\Scripts")]
            return ";".join([*places, before])
        return f"{self.prefix}/bin:{before}"


def variables(subject: Subject, prefix: str) -> dict[str, str]:
    """What a program of the environment finds set, beside ``PATH``; by name.

    What activation scripts of packages would set besides is not in it.
    """
    own = {"CONDA_PREFIX": prefix, "PYTHONNOUSERSITE": "1"}
    return {**own, **dict(sorted(subject.lock.variables.items()))}


def has(subject: Subject, platform: str, *names: str) -> str | None:
    """The first of *names* that the environment has; ``None`` for none. Raises ``NotFound``."""
    part = subject.part(platform)
    known = {package.name for package in part.files}
    return next((name for name in names if name in known), None)
