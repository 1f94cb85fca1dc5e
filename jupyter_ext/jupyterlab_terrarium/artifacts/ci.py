"""A job of continuous integration that runs in the environment, from its lockfile."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..models.lock import PlatformLock
from .conda_lock import CondaLock
from .form import FormOptions, Subject, TextForm
from .identity import identity_line
from .problem import FormImpossible
from .yaml_text import mapping, scalar

_RUNNERS = {
    "linux-64": "ubuntu-latest",
    "linux-aarch64": "ubuntu-24.04-arm",
    "osx-64": "macos-15-intel",
    "osx-arm64": "macos-latest",
    "win-64": "windows-latest",
}


class CiOptions(FormOptions):
    """Whose runners, and what they run."""

    system: Literal["github", "gitlab"] = "github"
    command: str = Field(
        default="python --version",
        pattern=r"^[^\x00-\x1f\x7f]{1,2000}$",
        description="The line that does the work.",
    )


class CiJob(TextForm):
    """A workflow of GitHub Actions, or a job of GitLab CI."""

    name = "ci"
    title = "CI job"
    purpose = "For GitHub Actions or GitLab CI, with the conda-lock.yml in the repository."
    suffix = ".ci.yml"
    media_type = "application/yaml; charset=utf-8"
    group = "tools"
    per_platform = False
    options = CiOptions

    def text(self, subject: Subject, platform: str, options: FormOptions) -> str:
        """The file. Raises :class:`FormImpossible` when no runner is of a platform of the lock."""
        assert isinstance(options, CiOptions)
        lockfile = CondaLock().file_name(subject, "")
        head = [
            identity_line(self.name, subject),
            f"# In the repository: {lockfile}, the form `conda-lock`.",
        ]
        make = _github if options.system == "github" else _gitlab
        return "\n".join([*head, *make(subject, lockfile, options.command)]) + "\n"


def _github(subject: Subject, lockfile: str, command: str) -> list[str]:
    runners = [_RUNNERS[part.platform] for part in _parts(subject, _RUNNERS)]
    # What stands in `${{ }}` is an expression, which GitHub would evaluate.
    variables = {
        name: value.replace("${{", "${{ '${{' }}") for name, value in subject.lock.variables.items()
    }
    return [
        "# As .github/workflows/environment.yml",
        f"name: {scalar(subject.name)}",
        "on: [push, pull_request]",
        "jobs:",
        "  run:",
        "    strategy:",
        "      matrix:",
        f"        os: [{', '.join(runners)}]",
        "    runs-on: ${{ matrix.os }}",
        *(["    env:", *mapping(variables, 6)] if variables else []),
        "    defaults:",
        "      run:",
        "        shell: bash -el {0}",
        "    steps:",
        "      - uses: actions/checkout@v4",
        "      - uses: mamba-org/setup-micromamba@v2",
        "        with:",
        f"          environment-file: {scalar(lockfile)}",
        f"          environment-name: {scalar(subject.name)}",
        "          cache-environment: true",
        f"      - run: {scalar(command)}",
    ]


def _gitlab(subject: Subject, lockfile: str, command: str) -> list[str]:
    _parts(subject, {"linux-64": ""})
    # GitLab replaces `$NAME` in values.
    variables = {name: value.replace("$", "$$") for name, value in subject.lock.variables.items()}
    return [
        "# As .gitlab-ci.yml",
        f"{scalar(subject.name)}:",
        "  image: mambaorg/micromamba:2",
        *(["  variables:", *mapping(variables, 4)] if variables else []),
        "  script:",
        f"    - {scalar(f'micromamba create --yes --name {subject.name} --file {lockfile}')}",
        f"    - {scalar(f'micromamba run --name {subject.name} {command}')}",
    ]


def _parts(subject: Subject, runners: dict[str, str]) -> list[PlatformLock]:
    found = [part for part in subject.lock.platforms if part.platform in runners]
    if not found:
        raise FormImpossible(
            f"'{subject.name}' is locked for no platform that these runners have",
            f"They have {', '.join(runners)}.",
        )
    return found
