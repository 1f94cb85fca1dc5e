"""``modules``: names of environment modules that lead to the environment, say ``gatk/4.5``."""

from __future__ import annotations

from ...models.names import is_module_name
from .document import Node, Scalar, Sequence
from .limits import MAX_MODULES, MAX_NAME
from .reading import Reading
from .text import shown

_EXAMPLE = "Write it like `modules: [gatk/4.5, samtools/1.20]`."


def read_modules(reading: Reading, node: Node, path: str) -> list[str]:
    """The names in the order of the text; anything else is an error."""
    if isinstance(node, Scalar) and node.kind == "nothing":
        return []
    if not isinstance(node, Sequence):
        reading.error(node, path, f"`{path}` must be a list, not a {node.kind}.", _EXAMPLE)
        return []
    names: list[str] = []
    for number, item in enumerate(node.items):
        here = f"{path}/{number}"
        text = item.text if isinstance(item, Scalar) and item.kind != "nothing" else ""
        if not text:
            reading.error(item, here, "The name of a module must be a text.", _EXAMPLE)
        elif len(text) > MAX_NAME or not is_module_name(text):
            reading.error(
                item,
                here,
                f"`{shown(text, 40)}` cannot name a module: one to three parts with `/` between "
                "them, each of letters, digits and `. _ + -`, beginning with a letter or digit.",
                _EXAMPLE,
            )
        elif text in names:
            reading.error(item, here, f"`{text}` is named twice.", "Remove one of the two.")
        else:
            names.append(text)
    if len(names) > MAX_MODULES:
        more = f"There are more than {MAX_MODULES} names of modules."
        reading.error(node, path, more, "Put some into an environment of their own.")
    return names
