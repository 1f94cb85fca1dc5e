"""Exit statuses, for scripts. Documented in ``docs/cli.md``; they never change their meaning."""

from __future__ import annotations

OK = 0
FAILED = 1
USAGE = 2
INVALID = 3
NOT_FOUND = 4
CONFLICT = 5
NOT_ALLOWED = 6
INTERRUPTED = 130

_BY_CODE = {
    "invalid-request": USAGE,
    "invalid-specification": INVALID,
    "invalid-lock": INVALID,
    "invalid-archive": INVALID,
    "secret-in-url": INVALID,
    "unsatisfiable": INVALID,
    "package-missing": INVALID,
    "pip-conflict": INVALID,
    "not-found": NOT_FOUND,
    "check-failed": FAILED,
    "conflict": CONFLICT,
    "forbidden": NOT_ALLOWED,
    "unauthenticated": NOT_ALLOWED,
    "credentials-missing": NOT_ALLOWED,
}
_BY_STATUS = {
    400: USAGE,
    401: NOT_ALLOWED,
    403: NOT_ALLOWED,
    404: NOT_FOUND,
    409: CONFLICT,
    422: INVALID,
}


def status_of(code: str, http_status: int) -> int:
    """Exit status for a problem with this ``code`` and HTTP status."""
    return _BY_CODE.get(code, _BY_STATUS.get(http_status, FAILED))
