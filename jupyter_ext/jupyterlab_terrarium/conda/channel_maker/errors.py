"""The one error of the channel maker."""

from __future__ import annotations


class ChannelError(Exception):
    """A channel could not be made.

    Parameters
    ----------
    message:
        What went wrong and where, as one sentence.
    hint:
        What to do about it, as one sentence; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()
