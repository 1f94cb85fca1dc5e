"""Two forms for pixi: its lockfile, and the workspace manifest that belongs beside it."""

from __future__ import annotations

from collections.abc import Iterable

from packaging.requirements import Requirement

from ..conda.lock_channels import channel_urls
from ..conda.pixi_lock import write_pixi_lock
from ..models.specification import CondaRequirement, PipRequirement, Specification
from .form import FormOptions, Subject, TextForm
from .identity import identity_line
from .toml_text import array, inline, key, string, table


class PixiLock(TextForm):
    """All platforms, as one environment named ``default``."""

    name = "pixi-lock"
    title = "pixi.lock"
    purpose = "For `pixi install --frozen`, beside the pixi.toml: all platforms."
    suffix = ".pixi.lock"
    media_type = "application/yaml; charset=utf-8"
    per_platform = False

    def text(self, subject: Subject, platform: str, options: FormOptions) -> str:
        """The lockfile."""
        text = write_pixi_lock(subject.lock, _indexes(subject.specification))
        return f"{identity_line(self.name, subject)}\n{text}"


class PixiToml(TextForm):
    """A workspace whose only environment asks for what was asked for."""

    name = "pixi-toml"
    title = "pixi.toml"
    purpose = "For pixi: the workspace that the pixi.lock belongs to."
    suffix = ".pixi.toml"
    media_type = "application/toml; charset=utf-8"
    per_platform = False
    slow = True

    def text(self, subject: Subject, platform: str, options: FormOptions) -> str:
        """The manifest."""
        lock, spec = subject.lock, subject.specification
        platforms = [part.platform for part in lock.platforms]
        lines = [
            identity_line(self.name, subject),
            *table("workspace"),
            f"name = {string(subject.name)}",
            f"channels = {array(channel_urls(lock))}",
            f"platforms = {array(platforms)}",
        ]
        if spec.channel_priority == "flexible":
            lines.append('channel-priority = "disabled"')
        lines += _system_requirements(spec)
        lines += _dependencies(spec, platforms)
        lines += _pypi(spec, platforms)
        if lock.variables:
            lines += table("activation.env")
            lines += [
                f"{key(name)} = {string(lock.variables[name])}" for name in sorted(lock.variables)
            ]
        return "\n".join(lines) + "\n"


def _indexes(spec: Specification) -> list[str]:
    return [*spec.pip_options.get("index-url", []), *spec.pip_options.get("extra-index-url", [])]


def _system_requirements(spec: Specification) -> list[str]:
    runs_on = spec.runs_on
    lines = []
    if runs_on.linux:
        lines.append(f"linux = {string(runs_on.linux)}")
    if runs_on.glibc:
        lines.append(f"libc = {string(runs_on.glibc)}")
    if runs_on.cuda:
        lines.append(f"cuda = {string(runs_on.cuda)}")
    if runs_on.osx:
        lines.append(f"macos = {string(runs_on.osx)}")
    if runs_on.archspec:
        lines.append(f"archspec = {string(runs_on.archspec)}")
    return [*table("system-requirements"), *lines] if lines else []


def _dependencies(spec: Specification, platforms: list[str]) -> list[str]:
    return _by_platform("dependencies", spec.conda, platforms)


def _pypi(spec: Specification, platforms: list[str]) -> list[str]:
    lines = _by_platform("pypi-dependencies", spec.pip, platforms)
    options = {
        "index-url": "index-url",
        "extra-index-url": "extra-index-urls",
        "find-links": "find-links",
    }
    found = []
    for ours, theirs in options.items():
        places = spec.pip_options.get(ours, [])
        if places and ours == "index-url":
            found.append(f"{theirs} = {string(places[0])}")
        elif places and ours == "find-links":
            found.append(f"{theirs} = [{', '.join(inline({'url': one}) for one in places)}]")
        elif places:
            found.append(f"{theirs} = {array(places)}")
    return [*lines, *table("pypi-options"), *found] if found else lines


def _by_platform(
    name: str, requirements: Iterable[CondaRequirement | PipRequirement], platforms: list[str]
) -> list[str]:
    """The tables called *name*: that for all platforms, then those of single ones."""
    tables: dict[str, dict[str, str]] = {name: {}}
    for one in requirements:
        text = _conda(one) if isinstance(one, CondaRequirement) else _wheel(one)
        for platform in one.platforms if one.platforms is not None else [""]:
            if not platform or platform in platforms:
                where = f"target.{platform}.{name}" if platform else name
                tables.setdefault(where, {})[one.name] = text
    lines = []
    for where, entries in tables.items():
        if entries:
            lines += table(where)
            lines += [f"{key(package)} = {entries[package]}" for package in sorted(entries)]
    return lines


def _conda(requirement: CondaRequirement) -> str:
    from rattler import MatchSpec

    spec = MatchSpec(requirement.matchspec)
    version = str(spec.version) if spec.version is not None else "*"
    fields = {
        "version": version,
        "build": spec.build,
        "channel": requirement.channel,
        "md5": spec.md5.hex() if spec.md5 else "",
        "sha256": spec.sha256.hex() if spec.sha256 else "",
    }
    more = {name: str(value) for name, value in fields.items() if value}
    return string(version) if len(more) == 1 else inline(more)


def _wheel(requirement: PipRequirement) -> str:
    asked = Requirement(requirement.requirement)
    extras: dict[str, str | list[str]] = {"extras": sorted(asked.extras)} if asked.extras else {}
    if requirement.url:
        return inline({"url": requirement.url, **extras})
    version = str(asked.specifier) or "*"
    return inline({"version": version, **extras}) if extras else string(version)
