"""Read a requirement set: names with versions, and where to look for wheels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from .errors import ChannelError

_PLACES = {
    "--extra-index-url": "--extra-index-url",
    "--find-links": "--find-links",
    "--index-url": "--index-url",
    "-f": "--find-links",
    "-i": "--index-url",
}
_NESTED = {"-r", "--requirement"}


def read_requirements(
    requirements: Sequence[str] | None, requirements_file: Path | None
) -> list[str]:
    """Lines of the requirement set, from a list and a file together.

    Comments are dropped, nested files (``-r``) are read in, and local directories become absolute.
    Of pip's options those are understood that say where wheels are: ``--index-url``,
    ``--extra-index-url``, ``--find-links`` and ``--no-index``.

    Raises
    ------
    ChannelError
        With the line that cannot be used.
    """
    found = list(_lines(requirements or [], Path.cwd(), ()))
    if requirements_file is not None:
        found += _file(requirements_file.absolute(), ())
    return found


def requested_extras(lines: Iterable[str]) -> dict[str, set[str]]:
    """Extras that the requirement set itself asks for, by normalised project name."""
    found: dict[str, set[str]] = {}
    for line in lines:
        if not line.startswith("-"):
            requirement = Requirement(line)
            key = canonicalize_name(requirement.name)
            found.setdefault(key, set()).update(requirement.extras)
    return found


def local_wheels(lines: Iterable[str]) -> list[list[str | int]]:
    """What lies in the local ``--find-links`` directories: names, sizes, times (nanoseconds)."""
    found: list[list[str | int]] = []
    for line in lines:
        option, _, place = line.partition(" ")
        if option == "--find-links" and Path(place).is_dir():
            for wheel in sorted(Path(place).glob("*.whl")):
                status = wheel.stat()
                found.append([str(wheel), status.st_size, status.st_mtime_ns])
    return found


def _file(path: Path, outer: tuple[Path, ...]) -> Iterator[str]:
    if path in outer:
        raise ChannelError(f"The requirements file {path} includes itself.", "Remove that line.")
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ChannelError(
            f"The requirements file {path} cannot be read.",
            "Name a text file with one requirement a line.",
        ) from error
    yield from _lines(lines, path.parent, (*outer, path))


def _lines(lines: Iterable[str], base: Path, outer: tuple[Path, ...]) -> Iterator[str]:
    for line in lines:
        text = line.split(" #", 1)[0].strip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("-"):
            yield from _option(text, base, outer)
            continue
        try:
            Requirement(text)
        except InvalidRequirement as error:
            raise ChannelError(
                f"“{text}” is not a requirement: {str(error).splitlines()[0]}.",
                "Write a name with versions, such as numpy>=2.",
            ) from error
        yield text


def _option(text: str, base: Path, outer: tuple[Path, ...]) -> Iterator[str]:
    option, _, value = text.replace("=", " ", 1).partition(" ")
    value = value.strip()
    if text == "--no-index":
        yield text
    elif option in _NESTED and value:
        yield from _file((base / value).absolute(), outer)
    elif option in _PLACES and value:
        address = urlsplit(value)
        if "@" in address.netloc:
            raise ChannelError(
                f"The requirements hold a password for {address.hostname}.",
                "Keep it in a netrc file or in the keyring, where uv and pip look for it.",
            )
        if not address.scheme:
            value = str((base / value).absolute())
        yield f"{_PLACES[option]} {value}"
    else:
        raise ChannelError(
            f"The option “{text}” is not understood in requirements.",
            "Use requirements, -r, --index-url, --extra-index-url, --find-links or --no-index.",
        )
