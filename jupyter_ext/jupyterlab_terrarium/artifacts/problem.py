"""Why there is no such form of a version."""

from __future__ import annotations

from ..models.problem import TerrariumError


class FormImpossible(TerrariumError):
    """This version cannot be made into this form, or not with these options."""

    code = "form-impossible"
    title = "This form cannot be made"
    status = 422


class ToolMissing(FormImpossible):
    """A program that makes the form is not installed on the server."""

    code = "tool-missing"
    title = "A program is missing on the server"


def altered(path: str) -> FormImpossible:
    """The problem that the file at *path* is not what installing has left there."""
    return FormImpossible(
        f"{path} was changed, or removed, after it was installed.",
        "Verify the environment and have it repaired, then try again.",
    )
