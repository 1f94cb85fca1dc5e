"""Whether files are still what they were when they were stored."""

from __future__ import annotations

from datetime import datetime

from pydantic import ConfigDict, Field

from .base import BaseModel


class VerificationRequest(BaseModel):
    """Body of ``POST .../verification``."""

    model_config = ConfigDict(extra="forbid")

    repair: bool = Field(default=False, description="Restore what differs.")


class VerifiableVersion(BaseModel):
    """A version that has files; of several with the same files one."""

    namespace: str
    environment: str
    version: int


class Verification(BaseModel):
    """A version's files compared with what was installed. Paths are relative to ``prefix``."""

    namespace: str
    environment: str
    version: int
    digest: str = Field(description="The platform digest.")
    prefix: str
    checked: datetime
    seconds: float
    files: int = Field(description="Files that were compared.")
    changed: list[str] = Field(default_factory=list)
    missing: list[str] = Field(default_factory=list)
    added: list[str] = Field(default_factory=list)
    bytecode: list[str] = Field(
        default_factory=list,
        description="Caches that Python wrote beside unchanged sources; no difference.",
    )
    restored: list[str] = Field(default_factory=list, description="Put back by this repair.")
    removed: list[str] = Field(default_factory=list, description="Moved to the trash by it.")

    @property
    def differences(self) -> int:
        """How many files differ."""
        return len(self.changed) + len(self.missing) + len(self.added)


class AlteredEntry(BaseModel):
    """A cached package file, byte code or wheel that is not what it should be."""

    kind: str = Field(description="`package`, `bytecode` or `wheel`.")
    name: str
    path: str = Field(description="The first file that differs, in the store.")


class CacheVerification(BaseModel):
    """The caches of the store compared with their seals."""

    checked: datetime
    seconds: float
    entries: int
    altered: list[AlteredEntry] = Field(default_factory=list)
    removed: bool = Field(
        default=False, description="Altered entries went to the trash; builds fetch them again."
    )
