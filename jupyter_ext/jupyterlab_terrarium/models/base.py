"""The base of all models that are there when a server starts.

To build the validator of each of them takes longer than all the rest of our start, and a server
that has just been started is asked for none. So each is built when it is first used, or by
:func:`complete` where that is known to come.
"""

from __future__ import annotations

from collections.abc import Iterator

import pydantic


class BaseModel(pydantic.BaseModel):
    """A model whose validator is built when it is first used, in whatever thread that is.

    Pydantic 2.14 is the first that lets several threads do that at the same time.
    """

    model_config = pydantic.ConfigDict(defer_build=True)


def complete() -> None:
    """Build the validators of all models that have been defined so far and were not used yet."""
    for model in _below(BaseModel):
        model.model_rebuild(raise_errors=False)


def _below(model: type[pydantic.BaseModel]) -> Iterator[type[pydantic.BaseModel]]:
    for child in model.__subclasses__():
        yield child
        yield from _below(child)
