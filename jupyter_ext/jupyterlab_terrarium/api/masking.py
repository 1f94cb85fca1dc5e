"""Taking tokens of links out of what is logged."""

from __future__ import annotations

import logging
import re

from tornado.log import access_log
from tornado.web import RequestHandler

from ..models.share import SHARE_ARGUMENT

#: Also where the address of a page has been put into another one, as a login does (`next=`).
_ARGUMENT = re.compile(rf"({SHARE_ARGUMENT}(?:=|%(?:25)*3D))[A-Za-z0-9_-]+", re.IGNORECASE)
_PATH = re.compile(r"((?:/|%2F)s(?:/|%2F))[A-Za-z0-9_-]{22,}", re.IGNORECASE)


def mask_tokens(text: str) -> str:
    """*text* without the tokens of links that stand in addresses."""
    return _PATH.sub(r"\1[secret]", _ARGUMENT.sub(r"\1[secret]", text))


class TokenFilter(logging.Filter):
    """Masks the tokens of links in every record of a log; drops none."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace what the record would say when a token stands in it."""
        said = record.getMessage()
        masked = mask_tokens(said)
        if masked != said:
            record.msg, record.args = masked, None
        return True


def log_request(handler: RequestHandler) -> None:
    """Tornado's access log without tokens: the ``log_function`` of an application."""
    status = handler.get_status()
    level = logging.INFO if status < 400 else logging.WARNING if status < 500 else logging.ERROR
    request = handler.request
    milliseconds = 1000.0 * request.request_time()
    uri = mask_tokens(request.uri or "")
    access_log.log(
        level, "%d %s %s (%s) %.2fms", status, request.method, uri, request.remote_ip, milliseconds
    )
