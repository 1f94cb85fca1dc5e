"""Which artifact is meant: a form of a version, for a platform and with options."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from ..access.principals import Principal
from ..artifacts.base_images import content_of_base
from ..artifacts.form import Form, FormOptions, Subject
from ..artifacts.forms import FORMS
from ..builds.artifact_subject import subject_of
from ..models.artifact import ArtifactChoice
from ..models.build import ENDED, BuildState
from ..models.digest import canonical_json
from ..models.problem import Conflict, InvalidRequest, NotFound
from ..store import locks
from ..store.environments import VersionRecord
from .channel_access import access
from .context import ServiceContext
from .versions import VersionService


@dataclass(frozen=True)
class VersionChoice:
    """The version that an artifact is of, by its names. ``number`` may be a pointer's name."""

    namespace: str
    name: str
    number: str


@dataclass(frozen=True)
class Chosen:
    """One form of one version. ``platform`` is empty where there is one for all of them.

    ``outside`` tells what else its bytes depend on, beside the version and the options.
    """

    form: Form
    platform: str
    options: FormOptions
    subject: Subject
    version: VersionRecord
    outside: str = ""

    @property
    def file_name(self) -> str:
        """What its file is called."""
        return self.form.file_name(self.subject, self.platform)

    @property
    def given(self) -> dict[str, Any]:
        """The options that are not the default."""
        return self.options.model_dump(mode="json", exclude_defaults=True)

    @property
    def key(self) -> str:
        """SHA-256 of all that its bytes depend on."""
        subject = self.subject
        document = {
            "form": self.form.name,
            "revision": self.form.revision,
            "platform": self.platform,
            "options": json.dumps(self.given, sort_keys=True),
            "version": self.version.version.id,
            "lock": hashlib.sha256(subject.lock.model_dump_json().encode()).hexdigest(),
            "about": [
                subject.namespace,
                subject.name,
                subject.title,
                subject.description,
                subject.specification_text,
            ],
        }
        if self.outside:
            document["outside"] = self.outside
        return hashlib.sha256(canonical_json(document)).hexdigest()


class Chooser:
    """Finds what is meant, under the rights of whoever means it."""

    def __init__(self, context: ServiceContext, versions: VersionService) -> None:
        self._context = context
        self._versions = versions

    def subject(
        self, session: Session, principal: Principal, which: VersionChoice
    ) -> tuple[VersionRecord, Subject]:
        """The version when the principal may read it and has a lock; else raises."""
        found = self._versions.environment(session, principal, which.namespace, which.name)
        version = self._versions.record(session, found, which.number)
        lock = locks.of_version(session, version.version)
        if lock is None:
            ended = version.build is not None and BuildState(version.build.state) in ENDED
            raise Conflict(
                f"it is not known yet which packages version {version.version.number} of "
                f"'{which.name}' has",
                "Its build did not get that far: see why, correct it, or choose another version."
                if ended
                else "Wait until its build has found them.",
            )
        access(self._context).require_here(found.namespace.name, lock)
        return version, subject_of(found.namespace, found.environment, version.version, lock)

    def choose(
        self,
        session: Session,
        principal: Principal,
        which: VersionChoice,
        form: str,
        choice: ArtifactChoice,
    ) -> Chosen:
        """The form called *form*. Raises :class:`NotFound`, :class:`InvalidRequest`."""
        return self.of(*self.subject(session, principal, which), form, choice)

    def of(
        self, version: VersionRecord, subject: Subject, form: str, choice: ArtifactChoice
    ) -> Chosen:
        """The form called *form* of a version that somebody may see already."""
        found = FORMS.get(form)
        if found is None:
            raise NotFound(f"there is no form '{form[:40]}'", f"There are {', '.join(FORMS)}.")
        platform = self._platform(found, subject, choice.platform)
        options = _options(found, choice.options)
        outside = content_of_base(options, self._context.policy.image_bases)
        return Chosen(found, platform, options, subject, version, outside)

    def why_not(self, form: Form, version: VersionRecord, subject: Subject) -> str:
        """Why the form cannot be made of this version here and now; empty when it can."""
        if form.needs != "prefix":
            return ""
        here = self._context.platform
        if subject.lock.for_platform(here) is None:
            return f"It is made of files for {here}, and this version has none."
        if version.prefix is None:
            return "It is made of the files of this version: build it first."
        return ""

    def platforms(self, form: Form, subject: Subject) -> list[str]:
        """Those that there is one for here; empty: one for all."""
        if not form.per_platform:
            return []
        locked = [part.platform for part in subject.lock.platforms]
        here = self._context.platform
        return [one for one in locked if form.needs != "prefix" or one == here]

    def _platform(self, form: Form, subject: Subject, asked: str | None) -> str:
        if not form.per_platform:
            return ""
        here = self._context.platform
        locked = [part.platform for part in subject.lock.platforms]
        platform = asked or (here if here in locked or not locked else locked[0])
        subject.part(platform)
        if form.needs == "prefix" and platform != here:
            raise Conflict(
                f"{form.title} is made of files for {platform}, which are not on this server",
                f"It can be made for {platform} on a server of that kind.",
            )
        return platform


def _options(form: Form, given: dict[str, Any]) -> FormOptions:
    try:
        return form.options.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        name, known = str(first["loc"][0]), form.options.model_fields
        if name not in known:
            raise InvalidRequest(
                f"{form.title} has no option '{name[:40]}'",
                f"Its options are {', '.join(known)}." if known else "It has no options.",
            ) from None
        # A pattern says nothing to most people: what the option is for says more.
        patterned = first["type"] == "string_pattern_mismatch"
        why = known[name].description if patterned else first["msg"].removeprefix("Value error, ")
        raise InvalidRequest(
            f"the option '{name}' of {form.title} cannot be {first['input']!r:.60}",
            f"{why or ''}".replace("Input should be", "It is"),
        ) from None
