"""Taking tokens of links and of the API out of what is logged."""

from __future__ import annotations

import logging
import re

from ..models.token_marks import SHARE_ARGUMENT, TOKEN_PREFIX

#: Also where the address of a page has been put into another one, as a login does (`next=`).
_ARGUMENT = re.compile(rf"({SHARE_ARGUMENT}(?:=|%(?:25)*3D))[A-Za-z0-9_-]+", re.IGNORECASE)
_PATH = re.compile(r"((?:/|%2F)s(?:/|%2F))[A-Za-z0-9_-]{22,}", re.IGNORECASE)
_API = re.compile(rf"\b{TOKEN_PREFIX}[A-Za-z0-9_-]{{22,}}")


def mask_tokens(text: str) -> str:
    """*text* without the tokens of links that stand in addresses, and without those of the API."""
    return _API.sub("[secret]", _PATH.sub(r"\1[secret]", _ARGUMENT.sub(r"\1[secret]", text)))


class TokenFilter(logging.Filter):
    """Masks tokens in every record of a log; drops none."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace what the record would say when a token stands in it."""
        said = record.getMessage()
        masked = mask_tokens(said)
        if masked != said:
            record.msg, record.args = masked, None
        return True
