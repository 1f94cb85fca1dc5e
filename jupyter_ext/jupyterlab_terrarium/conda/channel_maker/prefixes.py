"""Replace the interpreter's own prefix in its text files by the placeholder."""

from __future__ import annotations

import re
from collections.abc import Callable

from .archive import PLACEHOLDER
from .interpreter import Interpreter

#: A prefix with fewer parts than this may occur in text that has nothing to do with Python.
_SPECIFIC = 3


def specific_prefixes(interpreter: Interpreter) -> list[str]:
    """Paths of the interpreter that can be replaced wherever they occur, longest first.

    Empty for a system prefix such as ``/usr``.
    """
    candidates = {str(interpreter.prefix), str(interpreter.prefix.resolve())}
    candidates.add(interpreter.built_prefix.rstrip("/"))
    specific = {path for path in candidates if path.count("/") >= _SPECIFIC}
    return sorted(specific, key=lambda path: (-len(path), path))


def prefix_replacer(interpreter: Interpreter) -> Callable[[str, bytes], bytes]:
    """A function that gives a text file's content with the placeholder, from path and content."""
    specific = specific_prefixes(interpreter)
    general = {str(interpreter.prefix), interpreter.built_prefix} - set(specific)
    rules = [rule for prefix in sorted(general) if prefix for rule in _rules(prefix, interpreter)]

    def replace(path: str, data: bytes) -> bytes:
        for prefix in specific:
            data = data.replace(prefix.encode(), PLACEHOLDER.encode())
        if _is_configuration(path):
            for pattern, value in rules:
                data = pattern.sub(value, data)
        return data

    return replace


def _is_configuration(path: str) -> bool:
    name = path.rsplit("/", 1)[-1]
    return (
        path.startswith("bin/")
        or name.startswith("_sysconfigdata")
        or name in {"Makefile", "python-config.py"}
        or name.endswith(".pc")
    )


def _rules(prefix: str, interpreter: Interpreter) -> list[tuple[re.Pattern[bytes], bytes]]:
    """Where a short prefix (``/usr``, ``/install``) names something of Python's own.

    Debian's directories named after the platform become plain ones.
    """
    new = PLACEHOLDER.encode()
    root = rb"(?<![\w.}/-])" + re.escape(prefix.rstrip("/").encode())
    rules: list[tuple[re.Pattern[bytes], bytes]] = []
    if interpreter.multiarch:
        arch = re.escape(interpreter.multiarch.encode())
        rules.append((re.compile(root + rb"/include/" + arch + rb"(?=/python)"), new + b"/include"))
        rules.append((re.compile(root + rb"/lib/" + arch + rb"\b"), new + b"/lib"))
    end = rb"['\"\s]"
    own = rb"(?=/bin\b|/(?:lib|include)(?:/python|/pkgconfig|%b)|/share(?:/man|%b)|%b|$)"
    rules.append((re.compile(root + own % (end, end, end)), new))
    return rules
