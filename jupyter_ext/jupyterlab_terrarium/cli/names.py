"""How environments and files are named on the command line."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..conda.specification.credentials import without_credentials
from ..models.lockfile_kind import lockfile_kind
from ..models.names import check_name, check_pointer, is_name
from ..models.problem import (
    Finding,
    Forbidden,
    InvalidRequest,
    InvalidSpecification,
    LinkUnreachable,
    Place,
)

MAX_FILE_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class Target:
    """``[namespace/]name[@version]``; what is not given is ``None``."""

    name: str
    namespace: str | None = None
    version: str | None = None

    @classmethod
    def parse(cls, text: str, *, version: bool = False) -> Target:
        """The target that *text* names; ``@version`` only where it makes sense.

        Raises :class:`InvalidRequest`.
        """
        path, at, number = text.partition("@")
        namespace, slash, name = path.rpartition("/")
        example = "Write NAME or NAMESPACE/NAME" + (", if you like with @N." if version else ".")
        if at and not version:
            raise InvalidRequest(f"'{text}' names a version; this is about environments", example)
        if at and not (is_name(number) and (not number.isdigit() or len(number) < 10)):
            raise InvalidRequest(
                f"'{number}' is not a version",
                "Write a number, @current, @latest or the name of a pointer.",
            )
        try:
            check_name(name)
            if slash:
                check_name(namespace)
        except ValueError as error:
            raise InvalidRequest(f"'{text}' is not an environment: {error}", example) from None
        return cls(name, namespace if slash else None, number or None)


def check_pointer_name(text: str) -> str:
    """Return *text* when it may name a pointer. Raises :class:`InvalidRequest`."""
    try:
        return check_pointer(text)
    except ValueError as error:
        raise InvalidRequest(f"'{text}' cannot name a pointer: {error}") from None


@dataclass(frozen=True)
class Source:
    """A specification or a lockfile as read; ``shown`` is how messages name it."""

    text: str
    shown: str
    is_lockfile: bool

    @property
    def specification(self) -> str | None:
        """The text when it is a specification."""
        return None if self.is_lockfile else self.text

    @property
    def lockfile(self) -> str | None:
        """The text when it is a lockfile of any kind."""
        return self.text if self.is_lockfile else None


def fetch_text(url: str) -> str:
    """What *url* answers, as text: of public addresses with TLS only, as for links.

    Raises :class:`InvalidRequest`.
    """
    from ..services.safe_fetch import SafeFetch

    try:
        return SafeFetch(("https://*",)).text(url)
    except (Forbidden, LinkUnreachable):
        raise InvalidRequest(
            f"{without_credentials(url)} cannot be fetched",
            "Only public addresses with https are; of others get the file first, or write "
            "`curl -L ADDRESS | jupyter terrarium import - NAME`.",
        ) from None


def read_source(file: str, fetch: Callable[[str], str] = fetch_text) -> Source:
    """Read *file*, ``-`` for standard input, as UTF-8; an address is read by *fetch*.

    Raises :class:`InvalidRequest` when it cannot be read, :class:`InvalidSpecification` with the
    place when it is not text, and what *fetch* does.
    """
    if re.match(r"https?://", file):
        text = fetch(file)
        return Source(text, without_credentials(file), lockfile_kind(text) is not None)
    shown = "<stdin>" if file == "-" else file
    try:
        if file == "-":
            content = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
        else:
            with Path(file).open("rb") as stream:
                content = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise InvalidRequest(
            f"{shown} cannot be read: {error.strerror}", "Check the path given with -f."
        ) from None
    if len(content) > MAX_FILE_BYTES:
        raise InvalidRequest(f"{shown} is larger than {MAX_FILE_BYTES // 1024**2} MiB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line_start = before.rfind(b"\n") + 1
        column = len(before[line_start:].decode("utf-8", "replace")) + 1
        raise InvalidSpecification(
            f"{shown} is not UTF-8 text",
            "Save it with the encoding UTF-8.",
            [
                Finding(
                    message=f"byte 0x{content[error.start]:02x} is not UTF-8",
                    hint="Save the file with the encoding UTF-8.",
                    place=Place(line=before.count(b"\n") + 1, column=column),
                )
            ],
        ) from None
    return Source(text, shown, lockfile_kind(text) is not None)
