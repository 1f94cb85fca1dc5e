"""Names of namespaces, environments and pointers: one validator for all of them.

OCI repository names and environment modules need this form, see ``docs/architecture.md``.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

NAME_PATTERN = r"[a-z0-9]+(?:[._-][a-z0-9]+)*"
MAX_NAME_LENGTH = 63
RESERVED_POINTERS = frozenset({"current", "latest"})
_NAME = re.compile(NAME_PATTERN)
_MODULE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*(?:/[A-Za-z0-9][A-Za-z0-9._+-]*){0,2}")


def is_name(text: str) -> bool:
    """Whether *text* may name a namespace, an environment or a pointer."""
    return len(text) <= MAX_NAME_LENGTH and _NAME.fullmatch(text) is not None


def is_module_name(text: str) -> bool:
    """Whether *text* may be a name that an environment publishes as a module (``gatk/4.5``)."""
    return _MODULE.fullmatch(text) is not None and not text.endswith(".lua")


def check_name(text: str) -> str:
    """Return *text* when it is a valid name; raise ``ValueError`` with a fix when not."""
    if is_name(text):
        return text
    suggestion = suggest_name(text)
    hint = f" Try '{suggestion}'." if suggestion else ""
    raise ValueError(
        "a name has lower-case letters and digits, joined by single '.', '_' or '-', "
        f"at most {MAX_NAME_LENGTH} characters.{hint}"
    )


def suggest_name(text: str) -> str:
    """The nearest valid name to *text*, or an empty string when nothing is left of it."""
    lowered = re.sub(r"[^a-z0-9._-]+", "-", text.lower())
    joined = re.sub(r"[._-]{2,}", "-", lowered)
    return joined.strip("._-")[:MAX_NAME_LENGTH].strip("._-")


def check_pointer(text: str) -> str:
    """Return *text* when it may name a pointer; raise ``ValueError`` with the reason when not.

    Digits are version numbers, and `current` and `latest` mean something already.
    """
    if text in RESERVED_POINTERS or text.isdigit():
        raise ValueError(
            f"'{text}' names a version already; choose another word, for example 'stable'."
        )
    return check_name(text)


Name = Annotated[str, AfterValidator(check_name)]
