"""Why a specification cannot be solved, and edits of it that were solved and work."""

from __future__ import annotations

from .explain import explain_specification

__all__ = ["explain_specification"]
