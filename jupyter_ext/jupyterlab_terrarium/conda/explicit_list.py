"""Reading an explicit list (CEP 23) as a lock: from anybody, and with less in it than a lock needs.

A line tells a URL and perhaps a hash. What the index of the channel says of exactly that file is
asked for besides, because neither SHA-256 nor ``noarch: python`` may be guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from ..models.lock import CondaPackage, Lock
from ..models.problem import Place
from .explicit import WHEEL
from .lockfile_entries import PACKAGE_NAME, Entry, check_url, fail, refuse
from .lockfile_extras import Extras
from .lockfile_parts import check_number, checked_platforms, lock_of
from .lockfile_text import check_size
from .name_map import normalize
from .specification.text import shown

_MARK = "@EXPLICIT"
_PLATFORM = re.compile(r"#\s*platform:\s*(\S{1,40})\s*")
_LINE = re.compile(
    r"(?P<url>[^\s#]+/(?P<file>[^\s/\\#]+?)(?:\.conda|\.tar\.bz2))"
    r"(?:#(?:(?P<md5>[0-9a-fA-F]{32})|(?:sha256:)?(?P<sha256>[0-9a-fA-F]{64})))?"
)
_WHEEL = re.compile(
    re.escape(WHEEL)
    + r"(?P<url>\S+/(?P<name>[^\s/#-]+)-(?P<version>[^\s/#-]+)(?:-[^\s/#-]+){3,4}\.whl)"
    r"#sha256=(?P<sha256>[0-9a-f]{64})"
)


@dataclass(frozen=True)
class ExplicitList:
    """What such a file says. ``extras`` is ``None`` when Terrarium did not write it."""

    platform: str
    entries: list[Entry]
    extras: Extras | None

    @property
    def channels(self) -> list[str]:
        """The channels that the files are from, in order of appearance."""
        conda = [one for one in self.entries if one.manager == "conda"]
        return list(dict.fromkeys(one.url.rsplit("/", 2)[0] for one in conda))

    @property
    def needs_index(self) -> bool:
        """Whether it is no lock without what the indexes of its channels say."""
        conda = [one for one in self.entries if one.manager == "conda"]
        return self.extras is None or not all(one.sha256 for one in conda)

    def lock(self, known: Mapping[str, CondaPackage]) -> Lock:
        """The lock; *known* is what indexes say, by URL. Raises :class:`InvalidLock`."""
        return lock_of(
            [self._completed(entry, known.get(entry.url)) for entry in self.entries],
            platforms=[self.platform],
            channels=self.channels,
            extras=self.extras or Extras(),
        )

    def _completed(self, entry: Entry, known: CondaPackage | None) -> Entry:
        if entry.manager == "pip":
            return entry
        said = (entry.sha256 or entry.md5).lower()
        if known is not None and said in (known.sha256, known.md5):
            facts = known.model_dump(
                include={"build_number", "noarch", "constrains", "channel", "timestamp"}
                | {"license", "size", "python_site_packages_path"}
            )
            return replace(
                entry, sha256=known.sha256, md5=known.md5, depends=known.depends, facts=facts
            )
        if not said:
            fail(
                entry,
                "it has no hash, so nothing says which file was meant",
                "Write the list again with hashes: `conda list --explicit --sha256`.",
            )
        if not entry.sha256:
            why = "the index of its channel has another file of that name"
            if known is None:
                why = "the index of its channel does not list it"
            fail(
                entry,
                f"it has an MD5 only, and {why}",
                "Write the list again with SHA-256: `conda list --explicit --sha256`.",
            )
        if self.extras is None and "/noarch/" in entry.url:
            fail(
                entry,
                "the index of its channel does not list that file, so nothing says how it is to "
                "be installed",
                "Ask for a conda-lock.yml or a pixi.lock, which say it themselves.",
            )
        return entry


def read_explicit_list(text: str) -> ExplicitList:
    """Read the lines. Raises :class:`InvalidLock` with the place of the first that is wrong."""
    check_size(text)
    entries: list[Entry] = []
    platforms: list[str] = []
    marked = False
    extras = Extras.noted(text)
    for number, line in enumerate(map(str.strip, text.splitlines()), 1):
        place = Place(line=number, column=1)
        if line == _MARK:
            marked = True
        elif found := _PLATFORM.fullmatch(line):
            platforms.append(found[1])
        elif extras is not None and line.startswith(WHEEL):
            entries.append(_wheel(line, place))
        elif line and not line.startswith("#"):
            entries.append(package_entry(line, place))
        check_number(len(entries))
    if not marked:
        refuse("This list has no line `@EXPLICIT`, so it is none of exact files.")
    platform = platform_of(platforms, entries)
    return ExplicitList(platform, [replace(entry, platform=platform) for entry in entries], extras)


def package_entry(line: str, place: Place | None) -> Entry:
    """The conda package on *line*: its URL, with a hash behind `#`. Raises :class:`InvalidLock`."""
    found = _LINE.fullmatch(line)
    name, version = ("", "")
    if found is not None:
        name, version = [*unquote(found["file"]).rsplit("-", 2), "", ""][:2]
    if found is None or "://" not in found["url"] or not PACKAGE_NAME.fullmatch(name):
        message = f"`{shown(line)}` is not the URL of a package file with its hash."
        hint = "Lines are like `https://host/channel/noarch/name-1.0-0.conda#sha256:...`."
        refuse(f"Line {place.line}: {message}" if place else message, hint, place)
    check_url(found["url"], f"conda package {name[:80]}")
    return Entry(
        manager="conda",
        name=name,
        version=version,
        platform="",
        url=found["url"],
        sha256=(found["sha256"] or "").lower(),
        md5=(found["md5"] or "").lower(),
        place=place,
    )


def _wheel(line: str, place: Place) -> Entry:
    found = _WHEEL.fullmatch(line)
    if found is None:
        message = f"`{shown(line)}` is not the URL of a wheel with its hash."
        refuse(f"Line {place.line}: {message}", place=place)
    return Entry(
        manager="pip",
        name=normalize(unquote(found["name"])),
        version=unquote(found["version"]),
        platform="",
        url=found["url"],
        sha256=found["sha256"],
        place=place,
    )


def platform_of(said: list[str], entries: list[Entry]) -> str:
    """The platform that a list says it is for, else the one that its URLs lead to.

    Raises :class:`InvalidLock`.
    """
    subdirs = {
        urlsplit(one.url).path.split("/")[-2] for one in entries if one.manager == "conda"
    } - {"noarch"}
    found = checked_platforms(said or sorted(subdirs))
    if len(found) > 1:
        refuse(
            f"The list is for more than one platform: {', '.join(found)}.",
            "An explicit list is for one; give a lockfile for several.",
        )
    return found[0]
