"""What a form is, and what it is made from.

A form is a pure function of its version: the same lock, names, platform and options give the same
bytes, on any store and at any time. So nothing in a form may tell of the moment, of whoever asked,
of this store's paths or of a credential. Where a format wants a time, it is :attr:`Subject.epoch`.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Protocol

from pydantic import BaseModel, ConfigDict

from ..models.artifact import FormGroup, FormNeeds
from ..models.digest import platform_digest
from ..models.lock import CondaPackage, Lock, PipPackage, PlatformLock
from ..models.problem import NotFound
from ..models.specification import Specification

#: 1980-01-01, the earliest time that every archive format can hold.
_EARLIEST = 315_532_800


class FormOptions(BaseModel):
    """Options of a form: none. Forms with options derive theirs, each with a default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Subject:
    """The version that a form is made of."""

    namespace: str
    name: str
    number: int
    lock: Lock
    specification: Specification
    specification_text: str
    title: str = ""
    description: str = ""
    lock_digest: str = ""

    @property
    def epoch(self) -> int:
        """The time that a form may show, seconds since 1970: when its newest package was made."""
        stamps = [
            package.timestamp // 1000 for part in self.lock.platforms for package in part.conda
        ]
        return max([_EARLIEST, *stamps])

    @property
    def label(self) -> str:
        """``name-number``: what files of this version are called."""
        return f"{self.name}-{self.number}"

    def part(self, platform: str) -> PlatformLock:
        """The lock's part for *platform*. Raises :class:`NotFound`."""
        part = self.lock.for_platform(platform)
        if part is None:
            known = ", ".join(one.platform for one in self.lock.platforms)
            raise NotFound(
                f"'{self.name}' is not locked for {platform[:40]}",
                f"It is locked for {known}; add the platform and make a new version.",
            )
        return part

    def digest(self, platform: str) -> str:
        """The platform digest, 64 hexadecimal digits. Raises :class:`NotFound`."""
        self.part(platform)
        return platform_digest(self.lock, platform)


Report = Callable[[int, int, str], None]


def _silent(done: int, total: int, current: str) -> None:
    return None


class PartCache(Protocol):
    """Keeps parts of forms that are large and often the same again, say layers of images.

    A key says all that the content depends on. What is kept may be gone at any time. Several
    threads use it at once.
    """

    def get(self, key: str) -> Path | None:
        """The file that was put under *key*, to be read and not to be changed, or ``None``."""
        ...

    def put(self, key: str, path: Path) -> None:
        """Keep a copy of, or a hard link to, the file at *path*, which is not changed any more."""
        ...


@dataclass(frozen=True)
class Workshop:
    """What the maker of one form has at hand, in a worker of the build pool.

    ``work`` is an empty directory on the store's file system that is deleted afterwards.
    ``prefix`` is the complete prefix, held for as long as this takes; only for forms that need it.
    ``byte_code`` is the store's cache of it, whose indexes say what was linked into the prefix.
    ``files`` has the package files by SHA-256, as their channels handed them out, verified; only
    for forms that need them. ``report(done, total, current)`` tells how far it is, in bytes or
    files; cancelling ends the process. ``cache`` has parts of earlier forms. ``bases`` are the base
    images that the administrator offers, by name: the path of an OCI layout, or a reference for
    `skopeo` (``docker://registry/name:tag``).
    """

    work: Path
    prefix: Path | None = None
    files: Mapping[str, Path] = field(default_factory=dict)
    report: Report = _silent
    cache: PartCache | None = None
    byte_code: Path | None = None
    bases: Mapping[str, str] = field(default_factory=dict)

    def file(self, package: CondaPackage | PipPackage) -> Path:
        """The package file of *package*."""
        return self.files[package.sha256]

    def need_prefix(self) -> Path:
        """The prefix, of a form that needs one."""
        assert self.prefix is not None
        return self.prefix


class Form(abc.ABC):
    """One form. Has no state: an instance of each is in :data:`.forms.FORMS`.

    ``name`` is that of the API and the shell, and never changes. ``revision`` grows whenever the
    same version gives other bytes than before, so that what was made earlier is made anew.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    #: One sentence: whom it is for.
    purpose: ClassVar[str]
    #: Of the file name, with its dot.
    suffix: ClassVar[str]
    media_type: ClassVar[str]
    #: What it is made from, beside the lock. ``text``: nothing, so it is made at once.
    #: ``packages``: package files, so it is made on any server for every platform of the lock.
    #: ``prefix``: the complete prefix of this server's platform.
    needs: ClassVar[FormNeeds]
    group: ClassVar[FormGroup] = "recipe"
    #: Whether there is one for each platform, not one for all of them.
    per_platform: ClassVar[bool]
    revision: ClassVar[int] = 1
    options: ClassVar[type[FormOptions]] = FormOptions

    def file_name(self, subject: Subject, platform: str) -> str:
        """What the file is called where it is saved."""
        middle = f"-{platform}" if self.per_platform else ""
        return f"{subject.label}{middle}{self.suffix}"

    @abc.abstractmethod
    def make(
        self,
        subject: Subject,
        platform: str,
        options: FormOptions,
        shop: Workshop,
        target: Path,
    ) -> None:
        """Write the form to *target*, a path at which nothing is yet.

        Never the whole of something large in memory. Raises :class:`TerrariumError` subclasses
        when this version has no such form, with what to do about it.
        """


class TextForm(Form):
    """A form that is a short text: made at once, wherever it is asked for.

    ``slow``: it imports much (`conda_lock`, `rattler`), so it is made in the solver process, which
    has that in memory already.
    """

    slow: ClassVar[bool] = False
    needs: ClassVar[FormNeeds] = "text"
    media_type: ClassVar[str] = "text/plain; charset=utf-8"

    @abc.abstractmethod
    def text(self, subject: Subject, platform: str, options: FormOptions) -> str:
        """The form."""

    def make(
        self,
        subject: Subject,
        platform: str,
        options: FormOptions,
        shop: Workshop,
        target: Path,
    ) -> None:
        """Write the text to *target* as UTF-8."""
        target.write_bytes(self.text(subject, platform, options).encode("utf-8"))
