"""What a token may not do, whatever its user may. Loads no database: handlers are made with it."""

from __future__ import annotations

from ..models.problem import Forbidden
from .principals import Principal


def require_change(principal: Principal) -> None:
    """Raise :class:`Forbidden` when the principal acts by a token that may only look."""
    if principal.limit is not None and principal.limit.looks_only:
        raise Forbidden(
            "this token may only read",
            "Make a token with the scope that this needs: propose, build or manage.",
        )


def require_person(principal: Principal, what: str) -> None:
    """Raise :class:`Forbidden` when the principal acts by a token: *what* a token never may."""
    if principal.limit is not None:
        raise Forbidden(f"a token may not {what}", "Log in and do it yourself.")
