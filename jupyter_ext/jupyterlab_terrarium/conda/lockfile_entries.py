"""Entries of a lockfile, whatever its kind, checked: the file may come from anybody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn
from urllib.parse import unquote, urlsplit

from pydantic import ValidationError

from ..models.lock import CondaPackage, PipPackage, is_site_packages
from ..models.problem import Finding, InvalidLock, Place
from .channels import canonical
from .lockfile_extras import KEY, Extras, guess_build_number, guess_noarch
from .name_map import normalize
from .specification.addresses import url_problem
from .specification.credentials import find_credentials
from .specification.text import shown

PACKAGE_NAME = re.compile(r"[a-z0-9_][a-z0-9_.-]{0,200}")
_PIP_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,200}[A-Za-z0-9])?")
_VERSION = re.compile(r"[A-Za-z0-9_.!+~-]{1,200}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MD5 = re.compile(r"[0-9a-f]{32}")
_SCHEMES = ("https", "http", "file", "s3", "oci")


@dataclass(frozen=True)
class Entry:
    """One package file as a lockfile of any kind has it; nothing of it is believed yet.

    ``facts`` are further fields of a :class:`CondaPackage`, where the format has them.
    """

    manager: Literal["conda", "pip"]
    name: str
    version: str
    platform: str
    url: str
    sha256: str
    md5: str = ""
    depends: Sequence[str] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    place: Place | None = None


def conda_package(entry: Entry, extras: Extras) -> CondaPackage:
    """The conda package of *entry*; build and subdir are recovered from its URL.

    Raises :class:`InvalidLock`.
    """
    url = _checked_url(entry)
    if not PACKAGE_NAME.fullmatch(entry.name):
        fail(entry, "its name is not one that a conda package has")
    directory, _, file_name = urlsplit(url).path.rpartition("/")
    subdir = directory.rpartition("/")[2]
    stem = unquote(file_name).removesuffix(".conda").removesuffix(".tar.bz2")
    name, version, build = [*stem.rsplit("-", 2), "", ""][:3]
    if stem == unquote(file_name) or (name, version) != (entry.name, entry.version):
        fail(entry, f"its URL leads to another file, {file_name[:100]!r}")
    if not _VERSION.fullmatch(version) or not _VERSION.fullmatch(build):
        fail(entry, "its version or build has characters that none has")
    if subdir not in (entry.platform, "noarch"):
        fail(entry, f"its URL leads to a file for {subdir[:40]!r}")
    if entry.md5 and not _MD5.fullmatch(entry.md5):
        fail(entry, "its MD5 is not one")
    depends = list(entry.depends)
    sha256 = _sha256(entry)
    more = {**entry.facts, **extras.package(sha256)}
    texts = [*depends, *more.get("constrains", []), more.get("license", "")]
    _check_texts(entry, [*texts, more.get("requested", ""), more.get("channel", "")])
    site_packages = more.get("python_site_packages_path", "")
    if site_packages and not is_site_packages(site_packages, name, version, build, subdir):
        fail(
            entry,
            f"its `python_site_packages_path` is {site_packages[:100]!a}, where it has none",
            f"Take it out of `{KEY}` in the file, or export the lockfile again.",
        )
    return CondaPackage(
        name=name,
        version=version,
        build=build,
        build_number=more.get("build_number", guess_build_number(build)),
        subdir=subdir,
        url=url,
        channel=canonical(more.get("channel", url.rsplit("/", 2)[0])),
        sha256=sha256,
        md5=entry.md5,
        size=more.get("size", 0),
        noarch=more.get("noarch", guess_noarch(subdir, depends)),
        depends=depends,
        constrains=more.get("constrains", []),
        timestamp=more.get("timestamp", 0),
        license=more.get("license", ""),
        requested=more.get("requested", ""),
        python_site_packages_path=site_packages,
    )


def pip_package(entry: Entry, extras: Extras) -> PipPackage:
    """The wheel of *entry*. Raises :class:`InvalidLock`."""
    url = _checked_url(entry)
    if not _PIP_NAME.fullmatch(entry.name) or not _VERSION.fullmatch(entry.version):
        fail(entry, "its name or version is not one that a Python package has")
    file_name = unquote(urlsplit(url).path.rpartition("/")[2])
    if not file_name.endswith(".whl"):
        fail(
            entry,
            "it is not a wheel",
            "Only wheels can be installed from a lock: replace it by a version that has one.",
        )
    sha256 = _sha256(entry)
    more = {**entry.facts, **extras.package(sha256)}
    _check_texts(entry, [*entry.depends, more.get("requested", "")])
    return PipPackage(
        name=normalize(entry.name),
        version=entry.version,
        file_name=file_name,
        url=url,
        sha256=sha256,
        size=more.get("size", 0),
        depends=list(entry.depends),
        requested=more.get("requested", ""),
    )


def _checked_url(entry: Entry) -> str:
    url = entry.url.split("#", 1)[0]
    check_url(url, f"{entry.manager} package {entry.name[:80]}")
    if urlsplit(url).scheme not in _SCHEMES:
        fail(entry, "its URL is none that packages are fetched from")
    return url


def _check_texts(entry: Entry, texts: Iterable[str]) -> None:
    for text in texts:
        if not text.isprintable():
            fail(
                entry,
                f"`{shown(text)}` holds characters that cannot be seen",
                "Lock again; no package has such characters in what it says of itself.",
            )


def check_url(url: str, whose: str) -> None:
    """Raise :class:`InvalidLock` when *url* holds a credential or what no URL should."""
    if find_credentials(url) is not None or "$" in url:
        what = "a placeholder" if "$" in url else "a credential"
        refuse(
            f"The URL of {whose} contains {what}.",
            "Take it out; `jupyter terrarium channel login URL` keeps credentials.",
        )
    plain = unquote(url)
    if not plain.isprintable() or "\\" in plain or {"..", "."} & set(plain.split("/")):
        refuse(f"The URL of {whose} has characters that have no place in one.")
    if "://" in url and (why := url_problem(url)) is not None:
        refuse(f"The URL of {whose} is not one: {why}.")


def _sha256(entry: Entry) -> str:
    sha256 = entry.sha256.lower()
    if not _SHA256.fullmatch(sha256):
        fail(
            entry,
            "it has no SHA-256",
            "Lock again with a tool that writes `sha256` for every package.",
        )
    return sha256


def fail(entry: Entry, why: str, hint: str = "") -> NoReturn:
    """Raise :class:`InvalidLock` about one entry."""
    what = f"{entry.manager} package '{entry.name[:80]}' for {entry.platform[:40]}"
    refuse(f"The lockfile's {what} is refused: {why}.", hint, entry.place)


def refuse(message: str, hint: str = "", place: Place | None = None) -> NoReturn:
    """Raise :class:`InvalidLock`."""
    raise InvalidLock(message, hint, [Finding(message=message, hint=hint, place=place)])


def not_valid(error: ValidationError) -> InvalidLock:
    """What pydantic says of a whole lockfile, its first twenty findings."""
    findings = []
    for one in error.errors()[:20]:
        at = "/".join(str(part) for part in one["loc"])
        findings.append(Finding(message=f"{at}: {one['msg']}", path=at))
    return InvalidLock(f"The lockfile is not valid: {findings[0].message}", errors=findings)
