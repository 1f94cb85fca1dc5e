"""A job script for Slurm, with the module of the version or with a directory of its own."""

from __future__ import annotations

import shlex

from pydantic import Field

from .form import FormOptions, Subject, TextForm
from .identity import identity_line
from .placed import PlacedOptions, variables


class SlurmOptions(PlacedOptions):
    """What is loaded and run."""

    prefix: str = Field(
        default="",
        pattern=r"^(/[^\x00-\x1f\x7f\"'$`:;]{0,1000})?$",
        description="Directory of the environment; empty: its environment module is loaded.",
    )
    command: str = Field(
        default="python script.py",
        pattern=r"^[^\x00-\x1f\x7f]{1,2000}$",
        description="The line that does the work.",
    )


class SlurmScript(TextForm):
    """What `sbatch` takes."""

    name = "slurm"
    title = "Slurm job script"
    purpose = "For `sbatch`: loads this version, says which it is, and runs a command in it."
    suffix = ".sbatch"
    group = "container"
    per_platform = True
    options = SlurmOptions

    def text(self, subject: Subject, platform: str, options: FormOptions) -> str:
        """The script. Raises :class:`NotFound`."""
        assert isinstance(options, SlurmOptions)
        module = f"{subject.namespace}/{subject.name}/{subject.number}"
        lines = [
            "#!/bin/bash",
            identity_line(self.name, subject, platform),
            f"#SBATCH --job-name={subject.label}",
            f"#SBATCH --output={subject.label}-%j.log",
            "#SBATCH --time=01:00:00",
            "#SBATCH --cpus-per-task=1",
            "#SBATCH --mem=4G",
            "set -euo pipefail",
            "",
        ]
        if options.prefix:
            path = options.path(platform, "$PATH")
            lines.append(f'export PATH="{path}"')
            lines += [
                f"export {name}={shlex.quote(value)}"
                for name, value in variables(subject, options.prefix).items()
            ]
        else:
            lines.append(f"module load {module}")
        lines += [
            f"echo {shlex.quote(f'{module} sha256:{subject.digest(platform)}')}",
            options.command,
        ]
        return "\n".join(lines) + "\n"
