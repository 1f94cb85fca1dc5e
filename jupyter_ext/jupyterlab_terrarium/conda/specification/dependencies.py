"""``dependencies``: conda entries, and the ``pip:`` section among them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from ...models.specification import CondaRequirement, PipRequirement
from .conda_requirement import read_conda_requirement
from .document import Mapping, Node, Scalar, Sequence
from .pip_options import read_pip_option
from .pip_requirement import read_pip_requirement
from .reading import Reading
from .selectors import Selectors
from .text import shown

Requirement = TypeVar("Requirement", CondaRequirement, PipRequirement)


@dataclass
class Entry(Generic[Requirement]):
    """A requirement and where it stands."""

    requirement: Requirement
    node: Scalar
    path: str


@dataclass
class Dependencies:
    """What ``dependencies`` asks for, in the order of the text."""

    conda: list[Entry[CondaRequirement]] = field(default_factory=list)
    pip: list[Entry[PipRequirement]] = field(default_factory=list)
    pip_options: dict[str, list[str]] = field(default_factory=dict)


def read_dependencies(
    reading: Reading, selectors: Selectors, node: Node, path: str
) -> Dependencies:
    """Read the list; entries that cannot be read become errors."""
    found = Dependencies()
    if not isinstance(node, Sequence):
        reading.error(node, path, f"`{path}` must be a list, not a {node.kind}.", _as_list(node))
        return found
    if not node.items:
        reading.notice(node, path, "The list of packages is empty.")
    sections = 0
    for index, item in enumerate(node.items):
        here = f"{path}/{index}"
        if isinstance(item, Mapping):
            sections += _read_mapping(reading, selectors, item, here, found, sections)
        elif isinstance(item, Sequence):
            reading.error(
                item,
                here,
                "An entry must be a text, not a list.",
                "Write one package per line; put quotes around a text that begins with `[`.",
            )
        elif item.kind == "nothing" or not item.text.strip():
            reading.error(item, here, "This entry is empty.", "Remove the `-` or complete it.")
        elif item.kind != "text":
            reading.error(
                item,
                here,
                f"An entry must name a package; `{shown(item.text, 30)}` is a {item.kind}.",
                "Write name and version in one text, e.g. `python=3.10`.",
            )
        else:
            conda = read_conda_requirement(reading, selectors, item, here)
            if conda is not None:
                found.conda.append(Entry(conda, item, here))
    return found


def _read_mapping(
    reading: Reading,
    selectors: Selectors,
    item: Mapping,
    path: str,
    found: Dependencies,
    sections: int,
) -> int:
    """Read ``pip:``; other keys are versions in the wrong form. Returns the sections read."""
    read = 0
    for key, value in item.entries.values():
        here = f"{path}/{shown(key.text, 30)}"
        if key.text.strip() == "pip" and not _is_version(value):
            read += 1
            if sections + read > 1:
                reading.notice(
                    key, here, "A second `pip:` section; its entries are added to the first's."
                )
            at = key if isinstance(value, Scalar) and value.kind == "nothing" else value
            _read_pip(reading, selectors, value, here, found, at)
        elif isinstance(value, Scalar):
            _explain_colon(reading, key, value, here)
        else:
            reading.error(
                key,
                here,
                f"The section `{shown(key.text, 30)}:` is not known; only `pip:` is.",
                "List conda packages as `- name`, and Python packages under `- pip:`.",
            )
    return read


def _is_version(node: Node) -> bool:
    return isinstance(node, Scalar) and (
        node.kind == "number" or node.text.strip()[:1] in tuple("0123456789<>=!~")
    ) and node.kind != "nothing" and node.text != ""  # fmt: skip


def _explain_colon(reading: Reading, key: Scalar, value: Scalar, path: str) -> None:
    name, version = shown(key.text.strip(), 40), shown(value.text.strip(), 30)
    fixed = f"{name}{version}" if version[:1] in tuple("<>=!~") else f"{name}={version}"
    fixed = fixed if version else name
    message = f"`{name}: {version}` is a key with a value, not a package."
    if value.kind == "number" and "." in value.text and value.text.endswith("0"):
        message = (
            f"`{name}: {version}` is a key with a number, not a package; as a number {version} "
            f"is {float(value.text):g}."
        )
    reading.error(key, path, message, f"Write `- {fixed}`.")


def _read_pip(
    reading: Reading,
    selectors: Selectors,
    node: Node,
    path: str,
    found: Dependencies,
    at: Node,
) -> None:
    if isinstance(node, Scalar) and node.kind == "nothing":
        reading.notice(at, path, "The `pip:` section is empty.")
        return
    if not isinstance(node, Sequence):
        what = f"`- {shown(node.text, 40)}`" if isinstance(node, Scalar) else "`- name`"
        reading.error(
            node,
            path,
            f"`pip:` must hold a list, not a {node.kind}.",
            f"Write each package on a line of its own below it, e.g. {what}.",
        )
        return
    for index, item in enumerate(node.items):
        here = f"{path}/{index}"
        if isinstance(item, Mapping):
            for key, value in item.entries.values():
                if key.text.startswith("-"):
                    # YAML took the colon of an option such as `--only-binary :all:` for its own.
                    option = Scalar(f"{key.text}:", False, key.start, key.end)
                    read_pip_option(reading, option, here, found.pip_options)
                    continue
                if isinstance(value, Scalar):
                    _explain_pip_colon(reading, key, value, here)
                    continue
                reading.error(
                    key, here, "An entry of `pip:` must be a text.", "Write one package per line."
                )
        elif isinstance(item, Sequence):
            reading.error(
                item, here, "An entry must be a text, not a list.", "Write one package per line."
            )
        elif item.kind == "nothing" or not item.text.strip():
            reading.error(item, here, "This entry is empty.", "Remove the `-` or complete it.")
        elif item.kind != "text":
            reading.error(
                item,
                here,
                f"An entry must name a package; `{shown(item.text, 30)}` is a {item.kind}.",
                "Write name and version in one text, e.g. `requests==2.32`.",
            )
        elif item.text.lstrip().startswith("-"):
            read_pip_option(reading, item, here, found.pip_options)
        else:
            pip = read_pip_requirement(reading, selectors, item, here)
            if pip is not None:
                found.pip.append(Entry(pip, item, here))


def _explain_pip_colon(reading: Reading, key: Scalar, value: Scalar, path: str) -> None:
    name, version = shown(key.text.strip(), 40), shown(value.text.strip(), 30)
    fixed = f"{name}=={version}" if version else name
    reading.error(
        key, path, f"`{name}: {version}` is a key with a value, not a package.",
        f"Write `- {fixed}`.",
    )  # fmt: skip


def _as_list(node: Node) -> str:
    """The hint for dependencies in another form: their first entry as it should be written."""
    example = "- python=3.12"
    if isinstance(node, Mapping) and node.entries:
        key, value = next(iter(node.entries.values()))
        version = value.text if isinstance(value, Scalar) and value.kind != "nothing" else ""
        operator = "" if not version or version[:1] in tuple("<>=!~") else "="
        example = f"- {shown(key.text, 40)}{operator}{shown(version, 30)}"
    elif isinstance(node, Scalar) and node.kind == "text":
        example = f"- {shown(node.text.split()[0] if node.text.split() else 'numpy', 40)}"
    return f"Write one package per line, e.g. `{example}`."
