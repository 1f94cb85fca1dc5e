"""One conda entry of ``dependencies``. rattler's lenient MatchSpec parser is the judge.

The forms are those of the conda docs, *Package match specifications*, and CEP 29.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ...models.platforms import PLATFORMS
from ...models.specification import CondaRequirement
from .channels import check_channel
from .document import Scalar
from .limits import MAX_ENTRY, MAX_NAME
from .match_advice import advise, before_parsing
from .reading import Reading
from .selectors import Selectors
from .text import shown

if TYPE_CHECKING:
    from rattler import MatchSpec

_PACKAGE_FILE = re.compile(
    r"(?P<path>(?:https?://|file://|/|\./|\.\./)?[^\s\[\]#]*\.(?:conda|tar\.bz2))"
    r"(?:#(?:(?:md5|sha256):)?(?P<hash>[0-9a-fA-F]{32}|[0-9a-fA-F]{64}))?"
)
_CHANNEL_KEY = re.compile(
    r"(?<=[\[,\s])channel\s*=\s*(?:'([^']*)'|\"([^\"]*)\"|([^,\]\s]*))\s*,?\s*"
)
_GOOD_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_-]|\.(?!\.))*")


def read_conda_requirement(
    reading: Reading, selectors: Selectors, node: Scalar, path: str
) -> CondaRequirement | None:
    """The requirement that *node* writes, or None after adding an error."""
    platforms = selectors.after(node, path)
    text = node.text.strip()
    problem = before_parsing(text) if len(text) <= MAX_ENTRY else _too_long(text)
    if problem is not None:
        reading.error(node, path, *problem)
        return None
    file = _PACKAGE_FILE.fullmatch(text)
    if file is not None:
        channel, rest = "", _file_as_spec(reading, node, path, file)
    else:
        channel, rest = _split_channel(reading, node, path, text)
    if not rest:
        return None
    spec = _parse(reading, node, path, text, rest)
    if spec is None:
        return None
    _notice_exact_python(reading, node, path, spec)
    return CondaRequirement(
        name=spec.name.normalized,
        matchspec=str(spec),
        channel=channel,
        platforms=platforms,
        text=node.text,
        place=reading.lines.place(node.start),
    )


def _too_long(text: str) -> tuple[str, str]:
    return f"This entry has {len(text):,} characters.", f"At most {MAX_ENTRY:,} are read."


def _split_channel(reading: Reading, node: Scalar, path: str, text: str) -> tuple[str, str]:
    """``chan/subdir::rest`` as channel and a text without it; an empty text after an error."""
    outside, bracket, inside = text.partition("[")
    channel, joined, rest = outside.rpartition("::")
    channel = channel.strip()
    if (joined and not channel) or (":" in rest and "://" not in rest):
        reading.error(
            node,
            path,
            f"`{shown(text)}` does not say clearly which channel it means.",
            "Join channel and package by two colons: `conda-forge::numpy`.",
        )
        return "", ""
    subdir = ""
    head, _, last = channel.rstrip("/").rpartition("/")
    if head and (last in PLATFORMS or last == "noarch"):
        channel, subdir = head, last
    key = _CHANNEL_KEY.search(bracket + inside)
    if key is not None:
        named = next(group for group in (*key.groups(), "") if group is not None)
        if channel and channel != named:
            reading.error(
                node,
                path,
                f"`{shown(text)}` names two channels.",
                "Keep the one before `::`, or the one in brackets.",
            )
            return "", ""
        channel = named
        brackets = re.sub(r",\s*\]", "]", _CHANNEL_KEY.sub("", bracket + inside, count=1))
        bracket, inside = "", "" if brackets == "[]" else brackets
    if channel and not check_channel(reading, node, path, channel):
        return "", ""
    rest = rest + bracket + inside
    if subdir:
        rest = f'{rest}[subdir="{subdir}"]' if "[" not in rest else _add_key(rest, subdir)
    return channel, rest


def _add_key(rest: str, subdir: str) -> str:
    return rest.rstrip()[:-1] + f', subdir="{subdir}"]'


def _file_as_spec(reading: Reading, node: Scalar, path: str, file: re.Match[str]) -> str:
    """A package file by its URL or path, as ``name[url=...]``; empty after an error."""
    url = file["path"]
    if "://" not in url:
        local = Path(url)
        if not local.is_absolute():
            if reading.base_directory is None:
                reading.error(
                    node,
                    path,
                    f"`{shown(url)}` is a path relative to a directory that is not known here.",
                    "Write its full URL: `file:///directory/package.conda`.",
                )
                return ""
            local = reading.base_directory.absolute() / local
        url = local.as_uri()
    stem = re.sub(r"\.(conda|tar\.bz2)$", "", url.rsplit("/", 1)[-1])
    parts = stem.rsplit("-", 2)
    if len(parts) != 3 or not all(parts):
        reading.error(
            node,
            path,
            f"`{shown(url.rsplit('/', 1)[-1])}` is not named like a package file.",
            "Package files are named `name-version-build.conda`; keep the name it was made with.",
        )
        return ""
    digest = file["hash"]
    kind = "md5" if digest and len(digest) == 32 else "sha256"
    keys = f'{kind}="{digest.lower()}", url="{url}"' if digest else f'url="{url}"'
    return f"{parts[0]}[{keys}]"


def _parse(reading: Reading, node: Scalar, path: str, text: str, rest: str) -> MatchSpec | None:
    from rattler import MatchSpec
    from rattler.exceptions import InvalidMatchSpecError

    cause = ""
    try:
        spec = MatchSpec(rest)
    except (InvalidMatchSpecError, ValueError) as error:
        cause = str(error)
    if not cause:
        problem = _implausible(spec, text)
        if problem is None:
            return spec
        reading.error(node, path, *problem)
        return None
    message, hint = advise(text, cause)
    reading.error(node, path, message, hint)
    return None


def _notice_exact_python(reading: Reading, node: Scalar, path: str, spec: MatchSpec) -> None:
    """``python==3.12`` is 3.12.0 to conda; most people mean any 3.12."""
    short = re.fullmatch(r"==(\d+\.\d+)", spec.version or "")
    if short and spec.name.normalized == "python" and not spec.build:
        reading.notice(
            node,
            path,
            f"`{shown(node.text)}` means {short[1]}.0 and no later {short[1]}.",
            f"Write `python={short[1]}` for the newest {short[1]}.",
        )


def _implausible(spec: MatchSpec, text: str) -> tuple[str, str] | None:
    """What rattler accepts although nobody can have meant it."""
    name = spec.name.normalized
    build = spec.build or ""
    if _GOOD_NAME.fullmatch(name) is None or len(name) > MAX_NAME:
        return (
            f"`{shown(name)}` cannot be the name of a package.",
            "Names have letters, digits, `-`, `_` and `.`, and begin with a letter or digit.",
        )
    if build[:1] in tuple("<>=!~"):
        return (
            f"`{shown(text)}` has a second constraint where a build string would stand.",
            f"Join constraints by a comma: `{name} {spec.version},{shown(build, 30)}`.",
        )
    if any(c.isspace() for c in build):
        return (
            f"`{shown(text)}` has more parts than name, version and build.",
            "Write one package per line.",
        )
    version = spec.version or ""
    if "=" not in text and version.startswith("==") and not any(c.isdigit() for c in version):
        word = version[2:]
        return (
            f"`{shown(text)}` asks for the version `{shown(word, 30)}`, which is no version.",
            f"Write one package per line, or `{name}-{shown(word, 30)}` if that is its name.",
        )
    subdir = spec.subdir or ""
    if subdir and subdir not in PLATFORMS and subdir != "noarch":
        return f"`{shown(subdir, 30)}` is not a platform.", f"Use one of: {', '.join(PLATFORMS)}."
    return None
