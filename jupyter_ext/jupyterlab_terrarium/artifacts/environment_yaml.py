"""``environment.yml`` in three strengths: as written, without builds, and to the build and hash.

https://docs.conda.io/projects/conda/en/latest/user-guide/tasks/manage-environments.html
"""

from __future__ import annotations

from collections.abc import Iterable

from ..conda.specification.selectors import SELECTORS
from ..models.lock import CondaPackage, PipPackage
from ..models.specification import Specification
from .form import FormOptions, Subject, TextForm
from .identity import identity_line
from .yaml_text import entries, mapping

_Entry = str | tuple[str, str]


class EnvironmentYaml(TextForm):
    """The specification, byte for byte."""

    name = "environment-yaml"
    title = "environment.yml"
    purpose = "What was asked for, as written: to edit it, and to solve it anew elsewhere."
    suffix = ".yml"
    media_type = "application/yaml; charset=utf-8"
    per_platform = False

    def text(self, subject: Subject, platform: str, options: FormOptions) -> str:
        """The text that its maker wrote."""
        return subject.specification_text


class PinnedYaml(TextForm):
    """Every package with version, build and SHA-256."""

    name = "pinned-yaml"
    title = "Pinned environment.yml"
    purpose = (
        "For `conda env create` and `micromamba create -f`: exactly these builds, for one platform."
    )
    suffix = ".pinned.yml"
    media_type = "application/yaml; charset=utf-8"
    per_platform = True

    def text(self, subject: Subject, platform: str, options: FormOptions) -> str:
        """The file for *platform*. Raises :class:`NotFound`."""
        part = subject.part(platform)
        return _document(
            subject,
            identity_line(self.name, subject, platform),
            [platform],
            [_exactly(package) for package in part.conda],
            [_wheel(wheel, subject.specification) for wheel in part.pip],
        )


class PortableYaml(TextForm):
    """Versions without builds, and nothing that only some of the platforms have."""

    name = "portable-yaml"
    title = "Portable environment.yml"
    purpose = "Versions without builds: solved anew, on other platforms too."
    suffix = ".portable.yml"
    media_type = "application/yaml; charset=utf-8"
    per_platform = False

    def text(self, subject: Subject, platform: str, options: FormOptions) -> str:
        """What all platforms of the lock have, and what was asked for by name."""
        platforms = [part.platform for part in subject.lock.platforms]
        asked = {one.name: one.platforms for one in subject.specification.conda if one.platforms}
        asked_pip = {one.name: one.platforms for one in subject.specification.pip if one.platforms}
        conda: list[_Entry] = []
        for name, versions in _versions(part.conda for part in subject.lock.platforms).items():
            text = f"{name}={'|'.join(sorted(set(versions)))}"
            conda += _where(text, len(versions) == len(platforms), asked.get(name))
        pip: list[_Entry] = []
        wheels = {wheel.name: wheel for part in subject.lock.platforms for wheel in part.pip}
        for name, versions in _versions(part.pip for part in subject.lock.platforms).items():
            if len(set(versions)) == 1:
                text = _wheel(wheels[name], subject.specification)
                pip += _where(text, len(versions) == len(platforms), asked_pip.get(name))
        line = identity_line(self.name, subject)
        return _document(subject, line, platforms, conda, pip)


def _exactly(package: CondaPackage) -> str:
    # The hash in brackets is MatchSpec's own grammar: conda, mamba and rattler all read it.
    return f"{package.name}={package.version}={package.build}[sha256={package.sha256}]"


def _wheel(wheel: PipPackage, specification: Specification) -> str:
    asked = next((one for one in specification.pip if one.url and one.name == wheel.name), None)
    if asked is None:
        return f"{wheel.name}=={wheel.version}"
    if not asked.url.split("#")[0].endswith(".whl"):
        # Built from this source by the store that locked it: its wheel lies there and nowhere else.
        return f"{wheel.name} @ {asked.url}"
    return f"{wheel.name} @ {wheel.url}#sha256={wheel.sha256}"


def _versions(parts: Iterable[Iterable[CondaPackage | PipPackage]]) -> dict[str, list[str]]:
    """The version of each package on each platform that has it, sorted by name."""
    found: dict[str, list[str]] = {}
    for part in parts:
        for package in part:
            found.setdefault(package.name, []).append(package.version)
    return dict(sorted(found.items()))


def _where(text: str, everywhere: bool, asked: list[str] | None) -> list[_Entry]:
    if everywhere:
        return [text]
    if asked is None:
        return []
    for selector, platforms in SELECTORS.items():
        if set(asked) == set(platforms):
            return [(text, f"[{selector}]")]
    return [
        (text, f"[{selector}]")
        for selector, platforms in SELECTORS.items()
        if len(platforms) == 1 and platforms[0] in asked
    ]


def _document(
    subject: Subject,
    line: str,
    platforms: list[str],
    conda: Iterable[_Entry],
    pip: Iterable[_Entry],
) -> str:
    specification = subject.specification
    lines = [line, f"name: {subject.name}", "channels:", *entries(subject.lock.channels)]
    if specification.channel_priority != "strict":
        lines.append(f"channel-priority: {specification.channel_priority}")
    lines += ["platforms:", *entries(platforms)]
    runs_on = {key: value for key, value in specification.runs_on.model_dump().items() if value}
    if runs_on:
        lines += ["runs-on:", *mapping(runs_on)]
    lines += ["dependencies:", *entries(conda)]
    wheels = list(pip)
    if wheels:
        options = [
            f"--{option} {place}"
            for option, places in sorted(specification.pip_options.items())
            for place in places
        ]
        lines += ["  - pip:", *entries([*options, *wheels], 6)]
    if subject.lock.variables:
        lines += ["variables:", *mapping(subject.lock.variables)]
    return "\n".join(lines) + "\n"
