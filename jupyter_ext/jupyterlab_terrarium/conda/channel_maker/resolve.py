"""Choose the wheels of a requirement set for one interpreter.

``uv pip compile`` resolves, with the user's own index configuration; it writes a PEP 751 lock with
every wheel's address, hash and time of upload. Of these the best one for the interpreter is taken.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from packaging.tags import Tag, compatible_tags, cpython_tags, platform_tags
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from .cache import cache_root, file_sha256, scratch
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


def uv_command() -> list[str]:
    """How to start uv."""
    tool = find_tool("uv")
    if tool is None:
        raise ChannelError("The tool uv was not found.", "Install it with: pip install uv")
    return [tool]


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
        command = [*uv_command(), "pip", "compile", str(source), "--output-file", str(lock)]
        command += ["--format", "pylock.toml", "--only-binary", ":all:", "--quiet"]
        # Another project's uv configuration in the current directory must not take part.
        command += ["--directory", str(work), "--color", "never"]
        command += ["--python", str(interpreter.executable)]
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode or not lock.exists():
            raise _resolution_error(done.stderr, interpreter)
        document = tomllib.loads(lock.read_text(encoding="utf-8"))
        order = {tag: rank for rank, tag in enumerate(_tags(interpreter))}
        return [_choose(package, order, work) for package in document.get("packages", [])]


def _resolution_error(text: str, interpreter: Interpreter) -> ChannelError:
    lines = [line.strip() for line in text.split("\nhint:")[0].splitlines() if line.strip()]
    causes = [line.removeprefix("cause:").strip() for line in lines if line.startswith("cause:")]
    words = " ".join(causes or lines) or "uv gave no reason"
    words = words.replace(", we can conclude that your requirements are unsatisfiable", "")
    low = words.lower()
    if "no usable wheels" in low or "building source" in low:
        return ChannelError(
            f"Not everything exists as a wheel for Python {interpreter.short}. {words}",
            "Source distributions are not built: choose another version, or another Python.",
        )
    if "was not found in" in low:
        return ChannelError(f"A requirement is unknown. {words}", "Check how it is spelled.")
    if "client error" in low or "failed to fetch" in low:
        return ChannelError(
            f"The package index does not answer. {words}",
            "Check the connection, or name a directory of wheels with --find-links in the file.",
        )
    return ChannelError(
        f"The requirements cannot be resolved for Python {interpreter.short}. {words}",
        "Loosen or correct a version.",
    )


def _tags(interpreter: Interpreter) -> list[Tag]:
    """Wheel tags that the interpreter takes, best first (PyPA: platform compatibility tags)."""
    version = tuple(int(part) for part in interpreter.short.split("."))
    platforms = list(platform_tags())
    return [
        *cpython_tags(version, [interpreter.tag], platforms),
        *compatible_tags(version, interpreter.tag, platforms),
    ]


def _choose(package: dict[str, Any], order: dict[Tag, int], work: Path) -> Wheel:
    best: tuple[int, Wheel] | None = None
    for item in package.get("wheels", []):
        # "path" is how the lock names a local wheel, relative to itself.
        url = str(item.get("url") or (work / item["path"]).resolve().as_uri())
        name = str(item.get("name") or unquote(urlsplit(url).path.rsplit("/", 1)[-1]))
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
            "Source distributions are not built: choose another version, or another Python.",
        )
    return best[1]


def local_path(url: str) -> Path | None:
    """The file that a ``file:`` address names; None for any other address."""
    parts = urlsplit(url)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def _hash(item: dict[str, Any], url: str) -> str:
    found = item.get("hashes", {}).get("sha256")
    if found:
        return str(found)
    path = local_path(url)
    if path is not None:
        return file_sha256(path)
    name = url.rsplit("/", 1)[-1]
    raise ChannelError(f"The index gives no SHA-256 for {name}.", "Use another index.")


def _milliseconds(item: dict[str, Any]) -> int | None:
    moment = item.get("upload-time")
    if not isinstance(moment, datetime):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return int(moment.timestamp()) * 1000
