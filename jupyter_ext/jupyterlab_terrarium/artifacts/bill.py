"""What both kinds of SBOM say: components with purls and licences, and which needs which."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote, urlsplit

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from ..conda.channels import DEFAULT_ALIAS
from ..models.lock import CondaPackage, PipPackage, PlatformLock
from .form import Subject

_PUBLIC = ("https", "http", "s3", "oci")


@dataclass(frozen=True)
class Component:
    """One package file. ``needs`` are the purls of those that it depends on, sorted."""

    package: CondaPackage | PipPackage
    purl: str
    needs: tuple[str, ...]

    @property
    def licence(self) -> str:
        """What its channel says; an index of wheels says nothing here."""
        return self.package.license if isinstance(self.package, CondaPackage) else ""

    @property
    def address(self) -> str | None:
        """Where it is handed out, unless that is a place on one machine only."""
        url = self.package.url
        return url if urlsplit(url).scheme in _PUBLIC else None


@dataclass(frozen=True)
class Bill:
    """The components of one platform, sorted by purl; ``roots`` are those asked for.

    What nothing else needs is a root, too, so that everything is reached from there. Locks do not
    say what wheels depend on: each is a root, and needs Python.
    """

    components: tuple[Component, ...]
    roots: tuple[str, ...]


def bill_of(part: PlatformLock) -> Bill:
    """The bill of *part*."""
    conda = {package.name: conda_purl(package) for package in part.conda}
    wheels = {wheel.name: pypi_purl(wheel) for wheel in part.pip}
    components = [
        Component(package, conda[package.name], _needs(package.depends, conda, package.name))
        for package in part.conda
    ]
    for wheel in part.pip:
        needs = _needs(["python", *wheel.depends], {**conda, **wheels}, wheel.name)
        components.append(Component(wheel, wheels[wheel.name], needs))
    components.sort(key=lambda one: one.purl)
    needed = {purl for one in components for purl in one.needs}
    roots = [one.purl for one in components if one.package.requested or one.purl not in needed]
    return Bill(tuple(components), tuple(roots))


def _needs(depends: Iterable[str], known: dict[str, str], own: str) -> tuple[str, ...]:
    names = {depend.split(maxsplit=1)[0] for depend in depends if depend.strip()}
    return tuple(sorted(known[name] for name in names if name in known and name != own))


def conda_purl(package: CondaPackage) -> str:
    """purl of type ``conda``: https://github.com/package-url/purl-spec"""
    channel = package.channel.removeprefix(DEFAULT_ALIAS)
    if urlsplit(channel).scheme not in ("", *_PUBLIC):
        # A directory of one machine: its name says enough.
        channel = channel.rstrip("/").rpartition("/")[2]
    kind = "conda" if package.file_name.endswith(".conda") else "tar.bz2"
    qualifiers = {"build": package.build, "channel": channel, "subdir": package.subdir}
    return _purl("conda", package.name, package.version, {**qualifiers, "type": kind})


def pypi_purl(wheel: PipPackage) -> str:
    """purl of type ``pypi``."""
    name = wheel.name.lower().replace("_", "-")
    return _purl("pypi", name, wheel.version, {"file_name": wheel.file_name})


def _purl(kind: str, name: str, version: str, qualifiers: dict[str, str]) -> str:
    pairs = "&".join(f"{key}={quote(qualifiers[key], safe=':/')}" for key in sorted(qualifiers))
    return f"pkg:{kind}/{quote(name, safe='')}@{quote(version, safe='')}?{pairs}"


def spdx_expression(licence: str) -> str | None:
    """*licence* as an SPDX expression, ``None`` when it is none or names what no list has."""
    try:
        expression = str(canonicalize_license_expression(licence))
    except InvalidLicenseExpression:
        return None
    return None if "LicenseRef-" in expression else expression


def moment(subject: Subject) -> str:
    """The only time that a bill may tell, as ISO 8601 in UTC."""
    return datetime.fromtimestamp(subject.epoch, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_json(document: dict[str, Any]) -> str:
    """*document*, in the order in which it was made."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
