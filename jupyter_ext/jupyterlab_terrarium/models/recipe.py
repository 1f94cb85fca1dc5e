"""A recipe link: a specification that travels inside the link itself, compressed.

Form: ``1.`` and base64url (without padding) of the raw DEFLATE stream of a JSON object
``{"name", "specification", "digest"?}``. It holds no secret and needs no store; whoever reads one
treats it as hostile until it is validated.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib

from pydantic import ConfigDict, Field, ValidationError

from .base import BaseModel
from .names import Name
from .problem import Conflict, InvalidRequest

RECIPE_ARGUMENT = "terrarium-recipe"
VERSION = "1"
#: Bytes of a payload: with the rest of the link it stays below what browsers and proxies carry.
MAX_PAYLOAD = 1500
#: Bytes of what a payload may become: a bomb ends here.
MAX_TEXT = 64 * 1024
_FORM = re.compile(rf"{VERSION}\.[A-Za-z0-9_-]+")


class Recipe(BaseModel):
    """What travels: a specification with a name, and the lock digest that its maker had."""

    model_config = ConfigDict(extra="forbid")
    name: Name
    specification: str = Field(max_length=MAX_TEXT)
    digest: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")


class RecipeLink(BaseModel):
    """The payload of a recipe link: the value of the argument `terrarium-recipe`."""

    payload: str


def is_payload(text: str) -> bool:
    """Whether *text* has the form of a payload that this program reads."""
    return len(text) <= MAX_PAYLOAD and _FORM.fullmatch(text) is not None


def pack(recipe: Recipe) -> str:
    """*recipe* as a payload. Raises :class:`Conflict` when it is too large for a link."""
    text = json.dumps(recipe.model_dump(exclude_none=True), ensure_ascii=False)
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = compressor.compress(text.encode("utf-8")) + compressor.flush()
    payload = f"{VERSION}.{base64.urlsafe_b64encode(raw).decode('ascii').rstrip('=')}"
    if len(payload) > MAX_PAYLOAD:
        raise Conflict(
            f"the specification has {len(payload):,} bytes when compressed; a link carries "
            f"{MAX_PAYLOAD:,}",
            "Send the file instead, or share a link of this store.",
        )
    return payload


def unpack(payload: str) -> Recipe:
    """The recipe in *payload*. Raises :class:`InvalidRequest`; never yields more than it says."""
    if not is_payload(payload):
        raise InvalidRequest(
            "this is not a recipe that this version of Terrarium can read",
            "Ask whoever sent it for the environment.yml.",
        )
    encoded = payload.split(".", 1)[1]
    try:
        raw = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
        stream = zlib.decompressobj(-15)
        text = stream.decompress(raw, MAX_TEXT)
        if stream.unconsumed_tail or not stream.eof:
            raise ValueError("too long")
        return Recipe.model_validate_json(text)
    except (binascii.Error, zlib.error, ValidationError, ValueError) as error:
        raise InvalidRequest(
            "the recipe in this link is damaged", "Ask whoever sent it for it once more."
        ) from error
