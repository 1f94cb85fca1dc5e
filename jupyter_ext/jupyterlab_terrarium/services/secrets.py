"""Taking out of a text what only its owner may know."""

from __future__ import annotations

import re
from pathlib import Path

from ..conda.specification.credentials import MASK, scrub_text

_NAMED = re.compile(
    r"(?P<key>[A-Za-z0-9_.-]*(?:token|secret|password|passwd|api[-_]?key|access[-_]?key|credential)"
    r"[A-Za-z0-9_.-]*[\"']?\s*[:=]\s*)(?P<value>[\"']?[^\s\"',;]+[\"']?)",
    re.IGNORECASE,
)
_HEADER = re.compile(r"(?P<key>\b(?:authorization|cookie|x-auth\S*)\s*[:=]\s*)\S.*", re.IGNORECASE)
_BEARER = re.compile(r"(?P<key>\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE)
#: Tokens that tell by themselves what they are: GitHub, GitLab, PyPI, AWS, Slack, JWT.
_TOKENS = re.compile(
    r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|pypi-[\w-]{16,}"
    r"|AKIA[0-9A-Z]{16}|xox[a-z]-[\w-]{10,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)"
)
_HOMES = re.compile(r"(?:/home|/Users)/[^/\s:'\"]+|/root(?=/|\b)|[A-Za-z]:\\Users\\[^\\\s]+")


def without_secrets(text: str) -> str:
    """*text* without credentials in URLs, tokens, passwords and the paths of home directories."""
    text = scrub_text(text)
    text = _HEADER.sub(rf"\g<key>{MASK}", text)
    text = _BEARER.sub(rf"\g<key>{MASK}", text)
    text = _NAMED.sub(rf"\g<key>{MASK}", text)
    text = _TOKENS.sub(MASK, text)
    home = str(Path.home())
    if len(home) > 1:
        text = text.replace(home, "~")
    return _HOMES.sub("~", text)
