"""The keys of a specification, each handed to the module that knows it."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from ...models.problem import InvalidSpecification
from ...models.specification import Check, RunsOn, Specification
from . import top_level
from .as_of import read_as_of
from .channels import read_channels, read_platforms
from .checks import read_checks
from .dependencies import Dependencies, read_dependencies
from .document import Mapping, Node, Scalar, load
from .leaks import refuse_credentials
from .limits import MAX_BYTES
from .modules import read_modules
from .reading import Reading
from .repeats import check_repeats
from .runs_on import read_runs_on
from .selectors import Selectors
from .text import decode, shown, too_large, unreadable
from .variables import read_variables


def read_specification(text: str | bytes, *, base_directory: Path | None = None) -> Specification:
    """Read an ``environment.yml``; see ``docs/specification.md`` for the vocabulary.

    *base_directory* is where relative paths of wheels and package files begin; without it they
    are errors. Nothing on disk is looked at.

    Raises :class:`InvalidSpecification` with every error found, in the order of the text, each
    with its place; :class:`SecretInUrl` when one of them is a credential.
    """
    return _read(text, base_directory)


# What is planned while it is typed is read again when it is explained, built and solved.
@lru_cache(maxsize=32)
def _read(text: str | bytes, base_directory: Path | None) -> Specification:
    reading = Reading(_text(text), base_directory)
    for error in unreadable(reading.lines):
        reading.add(error)
    root = None if reading.errors else load(reading)
    refuse_credentials(reading, root)
    if root is None:
        if not reading.errors:
            top_level.explain_empty(reading)
        reading.stop_on_errors()
        raise AssertionError("an unreadable document has at least one error")
    specification = _Keys(reading).read(root)
    reading.stop_on_errors()
    return specification


def _text(text: str | bytes) -> str:
    if isinstance(text, str):
        text = text.removeprefix("\ufeff")
    # Text that is far too long is not encoded only to be counted.
    size = len(text)
    if isinstance(text, str) and size <= MAX_BYTES:
        size = len(text.encode("utf-8", errors="surrogatepass"))
    error = too_large(size)
    if error is None and isinstance(text, bytes):
        text, error = decode(text)
    if error is not None:
        raise InvalidSpecification(error.message, hint=error.hint, errors=[error])
    assert isinstance(text, str)
    return text


class _Keys:
    """Reads the keys of the top level."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._selectors = Selectors(reading)
        self._name: str | None = None
        self._channels: list[str] = []
        self._platforms: list[str] = []
        self._dependencies = Dependencies()
        self._variables: dict[str, str] = {}
        self._runs_on = RunsOn()
        self._as_of: datetime | None = None
        self._checks: list[Check] = []
        self._modules: list[str] = []
        self._priority = "strict"
        self._readers: dict[str, Callable[[Scalar, Node, str], None]] = {
            "name": self._read_name,
            "channels": self._read_channels,
            "platforms": self._read_platforms,
            "dependencies": self._read_dependencies,
            "variables": self._read_variables,
            "runs-on": self._read_runs_on,
            "as-of": self._read_as_of,
            "channel-priority": self._read_priority,
            "channel_priority": self._read_priority,
            "checks": self._read_checks,
            "modules": self._read_modules,
            "prefix": self._read_prefix,
        }

    def read(self, root: Node) -> Specification:
        """The specification; worthless when the reading has errors."""
        if not isinstance(root, Mapping):
            top_level.explain_root(self._reading, root)
            return Specification()
        if top_level.is_lockfile(root):
            top_level.explain_lockfile(self._reading, root)
            return Specification()
        for key, value in root.entries.values():
            reader = self._readers.get(key.text)
            if reader is not None:
                reader(key, value, shown(key.text, 30))
            else:
                top_level.unknown_key(self._reading, key, self._known())
        if "dependencies" not in root.entries:
            near = difflib.get_close_matches("dependencies", root.entries, 1, 0.7)
            at = root.entries[near[0]][0] if near else root
            top_level.explain_missing(self._reading, at, near)
        self._selectors.refuse_unused(root)
        check_repeats(self._reading, self._dependencies.conda, self._dependencies.pip)
        return Specification(
            name=self._name,
            channels=self._channels,
            platforms=self._platforms,
            conda=[found.requirement for found in self._dependencies.conda],
            pip=[found.requirement for found in self._dependencies.pip],
            pip_options=self._dependencies.pip_options,
            variables=self._variables,
            runs_on=self._runs_on,
            as_of=self._as_of,
            checks=self._checks,
            modules=self._modules,
            channel_priority=self._priority,
            notices=top_level.sort_by_place(self._reading.notices),
        )

    def _known(self) -> list[str]:
        return [key for key in self._readers if key != "channel_priority"]

    def _read_name(self, key: Scalar, node: Node, path: str) -> None:
        self._name = top_level.read_name(self._reading, node, path)

    def _read_channels(self, key: Scalar, node: Node, path: str) -> None:
        self._channels = read_channels(self._reading, node, path)

    def _read_platforms(self, key: Scalar, node: Node, path: str) -> None:
        self._platforms = read_platforms(self._reading, node, path)

    def _read_dependencies(self, key: Scalar, node: Node, path: str) -> None:
        if isinstance(node, Scalar) and node.kind == "nothing":
            top_level.explain_missing(self._reading, key, [])
        else:
            self._dependencies = read_dependencies(self._reading, self._selectors, node, path)

    def _read_variables(self, key: Scalar, node: Node, path: str) -> None:
        self._variables = read_variables(self._reading, node, path)

    def _read_runs_on(self, key: Scalar, node: Node, path: str) -> None:
        self._runs_on = read_runs_on(self._reading, node, path)

    def _read_as_of(self, key: Scalar, node: Node, path: str) -> None:
        self._as_of = read_as_of(self._reading, node, path)

    def _read_checks(self, key: Scalar, node: Node, path: str) -> None:
        self._checks = read_checks(self._reading, node, path)

    def _read_modules(self, key: Scalar, node: Node, path: str) -> None:
        self._modules = read_modules(self._reading, node, path)

    def _read_priority(self, key: Scalar, node: Node, path: str) -> None:
        self._priority = top_level.read_priority(self._reading, node, path)

    def _read_prefix(self, key: Scalar, node: Node, path: str) -> None:
        self._reading.notice(
            key,
            path,
            "`prefix` is ignored: it is where the environment stood on the machine of its export.",
            "Remove the line.",
        )
