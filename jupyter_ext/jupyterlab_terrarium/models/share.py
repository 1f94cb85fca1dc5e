"""Share links: what one is made with, what its holder is shown, and what using it gives.

The token of a link is a secret: it is shown once, to whoever made the link, and sent back only in
a header or a body, never in the URL of a request.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field

from .base import BaseModel
from .environment import Kernel
from .lock import Lock
from .names import Name
from .specification import Specification
from .token_marks import SHARE_ARGUMENT as SHARE_ARGUMENT

#: The header that carries a link's token in requests that only look.
SHARE_HEADER = "X-Terrarium-Share"

Rights = Literal["view", "use", "copy"]
ShareState = Literal["active", "expired", "revoked", "used-up", "void"]
ShareFile = Literal["environment.yml", "conda-lock.yml", "explicit.txt", "notebook.ipynb"]
#: The largest notebook that a link may lead to, in characters.
MAX_NOTEBOOK = 2_000_000

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,128}")
_SUBJECT = re.compile(r"(?:user|group):[^\s:\x00-\x1f][^\x00-\x1f]{0,199}")
_RANK: dict[Rights, int] = {"view": 1, "use": 2, "copy": 3}


def permits(rights: str, needed: Rights) -> bool:
    """Whether a link with *rights* permits what needs *needed*: who may copy may use, and so on."""
    return any(rights == known and _RANK[known] >= _RANK[needed] for known in _RANK)


def is_token(text: str) -> bool:
    """Whether *text* has the form of a link's token."""
    return _TOKEN.fullmatch(text) is not None


def _subject(text: str) -> str:
    if _SUBJECT.fullmatch(text) is None:
        raise ValueError("write a person as 'user:NAME' and a group as 'group:NAME'")
    return text


Subject = Annotated[str, AfterValidator(_subject)]
FormName = Annotated[str, Field(max_length=40, pattern=r"^[a-z][a-z0-9-]*$")]


class NotebookUpload(BaseModel):
    """A notebook as it is now, for a link."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(
        pattern=r"^[^/\\\x00-\x1f]{1,200}\.ipynb$", description="Name of its file, without a path."
    )
    content: str = Field(max_length=MAX_NOTEBOOK, description="Its text: JSON of nbformat 4.")
    outputs: bool = Field(default=False, description="Whether what its cells gave goes along.")


class ShareCreate(BaseModel):
    """Body of ``POST environments/{namespace}/{name}/shares``."""

    model_config = ConfigDict(extra="forbid")
    version: str | None = Field(
        default=None,
        max_length=63,
        description="Number or pointer of the version that the link shows for ever. "
        "Default: whatever is current when it is opened.",
    )
    rights: Rights = Field(
        default="use",
        description="`view` what is in it and take its files, `use` it in notebooks, or `copy` it; "
        "each includes those before.",
    )
    expires_days: int = Field(default=30, ge=1, le=366, description="Days until it expires.")
    max_uses: int | None = Field(
        default=None, ge=1, le=10_000, description="How many people may use it; null: no limit."
    )
    subjects: list[Subject] = Field(
        default_factory=list,
        max_length=100,
        description="Whom it is for, `user:NAME` or `group:NAME`. Empty: whoever has the link.",
    )
    note: str = Field(default="", max_length=500, description="Shown on the card.")
    notebook: NotebookUpload | None = Field(
        default=None, description="Shown on the card, to be opened as a copy; needs `version`."
    )
    forms: list[FormName] = Field(
        default_factory=list,
        max_length=40,
        description="Further forms that its holder may take, say `archive-zst`. They are made now.",
    )


class Share(BaseModel):
    """A link, as its maker sees it in a list; without its token."""

    id: str
    namespace: str
    environment: str
    version: int | None = Field(default=None, description="Null: always the current one.")
    rights: Rights
    note: str = ""
    subjects: list[str] = Field(default_factory=list)
    max_uses: int | None = None
    uses: int = Field(default=0, description="People who have used it, its maker not counted.")
    state: ShareState = Field(
        description="`void`: its maker may not share this environment any more."
    )
    created: datetime
    created_by: str
    expires: datetime | None = None
    revoked: datetime | None = None
    last_used: datetime | None = None
    forms: list[str] = Field(default_factory=list, description="Forms that its holder may take.")


class ShareCreated(Share):
    """A new link with its token, which nobody is shown again."""

    token: str
    page: str | None = Field(
        default=None,
        description="Its plain page, where this store has one and it is for everybody.",
    )


class CardPackage(BaseModel):
    """A package on the card. ``requested``: it was asked for."""

    name: str
    version: str
    requested: bool = False


class CardForm(BaseModel):
    """A form that the holder of a link may take. ``size`` is 0 as long as it is not made."""

    form: str
    title: str
    file_name: str
    ready: bool
    making: bool = Field(default=False, description="Whether it is under way.")
    size: int = 0


class Card(BaseModel):
    """What somebody sees of an environment before anything runs. Sizes in bytes."""

    namespace: str = ""
    name: str
    title: str = ""
    description: str = ""
    version: int | None = None
    always_current: bool = False
    shared_by: str = ""
    shared: datetime | None = None
    expires: datetime | None = None
    note: str = ""
    rights: Rights
    notebook: str = Field(default="", description="File name of the notebook that goes along.")
    headline: str = ""
    packages: list[CardPackage] = Field(
        default_factory=list, description="The ten that matter most; those asked for come first."
    )
    package_count: int = 0
    channels: list[str] = Field(default_factory=list)
    platforms: list[str] = Field(default_factory=list)
    here: bool = Field(description="Whether it is locked for the platform of this server.")
    ready: bool = Field(description="Whether its files are here already.")
    building: bool = Field(default=False, description="Whether a build is under way.")
    has_kernel: bool = False
    size: int = Field(default=0, description="Bytes on disk, or what they are expected to be.")
    download: int = 0
    expected_seconds: float | None = Field(
        default=None, description="Until it is ready here; null while this server has no idea."
    )
    lock_digest: str | None = None
    forms: list[CardForm] = Field(
        default_factory=list, description="Forms that its holder may take, beside the texts."
    )


class ShareToken(BaseModel):
    """Body of ``POST shared-link/use``."""

    model_config = ConfigDict(extra="forbid")
    token: str = Field(max_length=200)


class ShareCopy(ShareToken):
    """Body of ``POST shared-link/copies``."""

    namespace: Name | None = Field(default=None, description="Default: the caller's own.")
    name: Name | None = Field(default=None, description="Default: the same name.")


class ShareUse(BaseModel):
    """What using a link gives: kernels of the version, when its files are here.

    With ``ready`` false a build has been asked for; ask again when the card says it is ready.
    """

    environment_id: str
    namespace: str
    name: str
    version: int
    lock_digest: str
    ready: bool
    follows: bool = Field(
        default=False, description="Whether the kernels run whatever is current when they start."
    )
    kernels: list[Kernel] = Field(default_factory=list)


class LentVersion(BaseModel):
    """A version that the caller uses by a link, with all that their own server needs to run it."""

    namespace_id: str
    namespace: str
    namespace_title: str = ""
    kind: Literal["personal", "shared"]
    environment_id: str
    name: str
    title: str = ""
    description: str = ""
    version: int
    specification_text: str
    specification: Specification
    run_link_scripts: list[str] = Field(default_factory=list)
    created_by: str
    lock_digest: str
    prefix: str | None = Field(default=None, description="Where the files are, when ready.")
    kernels: list[Kernel] = Field(default_factory=list)
    lock: Lock


class ForeignLinkRequest(BaseModel):
    """Body of ``POST foreign-links``."""

    model_config = ConfigDict(extra="forbid")
    link: str = Field(
        max_length=4000,
        description="A link of another store (`https://.../s/TOKEN`), the address of an "
        "environment.yml or conda-lock.yml, a recipe link, or its bare payload.",
    )


class ForeignLink(BaseModel):
    """What a link from elsewhere leads to, and what an environment can be made of."""

    card: Card
    origin: str = Field(default="", description="Where it was fetched; empty for a recipe.")
    lockfile: str | None = None
    specification: str | None = None
