"""Choose the wheels of a requirement set for one interpreter, and download them.

``uv pip compile`` resolves (it writes a PEP 751 lock with every wheel's address, hash and upload
time), ``pip download`` fetches: both read the user's own index configuration.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from packaging.requirements import InvalidRequirement, Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags, platform_tags
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from .cache import cache_root, file_sha256, place, scratch
from .elf import find_tool
from .errors import ChannelError
from .interpreter import Interpreter

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass(frozen=True)
class Wheel:
    """A wheel that was chosen: where it is, and what is known about it.

    ``uploaded_ms`` is the time of upload in milliseconds since 1970, None when no index told.
    """

    file_name: str
    url: str
    sha256: str
    uploaded_ms: int | None


def read_requirements(
    requirements: Sequence[str] | None, requirements_file: Path | None
) -> list[str]:
    """Lines of the requirement set, without comments, from a list and a file together."""
    lines = list(requirements or [])
    if requirements_file is not None:
        try:
            lines += requirements_file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ChannelError(
                f"The requirements file {requirements_file} cannot be read.",
                "Name a text file with one requirement a line.",
            ) from error
    found: list[str] = []
    for line in lines:
        text = line.split(" #", 1)[0].strip()
        if not text or text.startswith("#"):
            continue
        if not text.startswith("-"):
            try:
                Requirement(text)
            except InvalidRequirement as error:
                raise ChannelError(
                    f"“{text}” is not a requirement: {str(error).splitlines()[0]}.",
                    "Write a name with versions, such as numpy>=2.",
                ) from error
        found.append(text)
    return found


def requested_extras(lines: Sequence[str]) -> dict[str, set[str]]:
    """Extras that the requirement set itself asks for, by lower-case project name."""
    from packaging.utils import canonicalize_name

    found: dict[str, set[str]] = {}
    for line in lines:
        if not line.startswith("-"):
            requirement = Requirement(line)
            key = canonicalize_name(requirement.name)
            found.setdefault(key, set()).update(requirement.extras)
    return found


def resolve(lines: Sequence[str], interpreter: Interpreter) -> list[Wheel]:
    """Choose one wheel for each project that the requirement lines need.

    Raises
    ------
    ChannelError
        When something is unknown, in conflict, or exists only as source.
    """
    with scratch(cache_root()) as work:
        source, lock = work / "requirements.in", work / "pylock.toml"
        source.write_text("\n".join(lines) + "\n", encoding="utf-8")
        command = [*_uv(), "pip", "compile", str(source), "--output-file", str(lock)]
        command += ["--format", "pylock.toml", "--only-binary", ":all:", "--no-header", "--quiet"]
        command += ["--no-config"] if os.environ.get("UV_NO_CONFIG") else []
        command += ["--python", str(interpreter.executable), "--color", "never"]
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode or not lock.exists():
            raise _resolution_error(done.stderr, interpreter)
        document = tomllib.loads(lock.read_text(encoding="utf-8"))
        order = {tag: rank for rank, tag in enumerate(_tags(interpreter))}
        return [_choose(package, order, work) for package in document.get("packages", [])]


def _uv() -> list[str]:
    tool = find_tool("uv")
    if tool is None:
        raise ChannelError("The tool uv was not found.", "Install it with: pip install uv")
    return [tool]


def _resolution_error(text: str, interpreter: Interpreter) -> ChannelError:
    words = " ".join(text.replace("×", "").replace("╰─▶", "").replace("│", "").split())
    words = words.removeprefix("error:").strip() or "uv gave no reason"
    low = words.lower()
    if "no usable wheels" in low or "no wheels" in low or "building source" in low:
        return ChannelError(
            f"Not everything exists as a wheel for Python {interpreter.short}: {words}",
            "Packages that exist only as source are not built: choose another version, or another "
            "Python.",
        )
    if "was not found in the package registry" in low or "not found in the provided" in low:
        return ChannelError(f"A requirement is unknown: {words}", "Check how it is spelled.")
    return ChannelError(
        f"The requirements cannot be resolved for Python {interpreter.short}: {words}",
        "Loosen a version, or check the connection to the package index.",
    )


def _tags(interpreter: Interpreter) -> list[Tag]:
    """Wheel tags that the interpreter takes, best first (packaging.python.org, platform tags)."""
    version = tuple(int(part) for part in interpreter.short.split("."))
    platforms = list(platform_tags())
    abi = interpreter.tag
    return [
        *cpython_tags(version, [abi], platforms),
        *compatible_tags(version, interpreter.tag, platforms),
    ]


def _choose(package: dict[str, Any], order: dict[Tag, int], work: Path) -> Wheel:
    best: tuple[int, Wheel] | None = None
    for item in package.get("wheels", []):
        # "path" is how the lock names a wheel of a local directory, relative to itself.
        url = item.get("url") or (work / item["path"]).resolve().as_uri()
        name = item.get("name") or unquote(urlsplit(url).path.rsplit("/", 1)[-1])
        try:
            ranks = [order[tag] for tag in parse_wheel_filename(name)[3] if tag in order]
        except InvalidWheelFilename:
            continue
        if ranks and (best is None or min(ranks) < best[0]):
            best = min(ranks), Wheel(name, url, _hash(item, url), _milliseconds(item))
    if best is None:
        title = f"{package['name']} {package.get('version', '')}".strip()
        raise ChannelError(
            f"{title} has no wheel for this interpreter.",
            "Packages that exist only as source are not built: choose another version.",
        )
    return best[1]


def _hash(item: dict[str, Any], url: str) -> str:
    found = item.get("hashes", {}).get("sha256")
    if found:
        return str(found)
    if url.startswith("file:"):
        return file_sha256(Path(unquote(urlsplit(url).path)))
    raise ChannelError(
        f"The index gives no SHA-256 for {url.rsplit('/', 1)[-1]}.", "Use another index."
    )


def _milliseconds(item: dict[str, Any]) -> int | None:
    moment = item.get("upload-time")
    if not isinstance(moment, datetime):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return int(moment.timestamp()) * 1000


def download(
    wheels: Sequence[Wheel], interpreter: Interpreter, progress: Callable[[str], None]
) -> dict[str, Path]:
    """Have every wheel in the cache; returns the files by SHA-256.

    A file is taken into the cache only after its hash was compared.
    """
    store = cache_root() / "wheels"
    files = {wheel.sha256: store / wheel.sha256 / wheel.file_name for wheel in wheels}
    missing = [wheel for wheel in wheels if not files[wheel.sha256].exists()]
    if not missing:
        return files
    progress(f"Downloading {len(missing)} wheels")
    with scratch(store) as work:
        listing = work / "wheels.txt"
        listing.write_text(
            "".join(
                f"{parse_wheel_filename(wheel.file_name)[0]} @ {wheel.url}"
                f" --hash=sha256:{wheel.sha256}\n"
                for wheel in missing
            ),
            encoding="utf-8",
        )
        command = [*_pip(interpreter), "download", "--quiet", "--no-deps", "--require-hashes"]
        command += ["--only-binary", ":all:", "--no-input", "--disable-pip-version-check"]
        command += ["--dest", str(work), "--requirement", str(listing)]
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
            raise ChannelError(
                f"The wheels could not be downloaded: {reason.removeprefix('ERROR: ')}",
                "Check the connection to the package index, then call again: what was fetched "
                "before is kept.",
            )
        for wheel in missing:
            fetched = work / wheel.file_name
            if not fetched.exists() or file_sha256(fetched) != wheel.sha256:
                raise ChannelError(
                    f"{wheel.file_name} is not the file that the index announced.",
                    "Call again; if it stays so, the index or a proxy changes files.",
                )
            place(fetched, files[wheel.sha256])
    return files


def _pip(interpreter: Interpreter) -> list[str]:
    # pip judges wheels by the interpreter it runs under; --python makes that the packaged one.
    target = ["--python", str(interpreter.executable)]
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", *target]
    return [*_uv(), "tool", "run", "--quiet", "pip", *target]
