"""Use case: ask for help with a build that failed."""

from __future__ import annotations

from ..access.principals import Principal
from ..models.build import Build, LogEvent, PhaseEvent
from ..models.explanation import Explanation
from ..models.help import BuildHelp
from ..models.problem import Problem
from ..store import builds, environments
from .builds import BuildService
from .checks import all_checks, safely, versions
from .context import ServiceContext
from .options import StoreOptions
from .secrets import without_secrets

LOG_LINES = 200


class HelpService:
    """Bundles what somebody who was not there needs to know."""

    def __init__(self, context: ServiceContext, builds: BuildService) -> None:
        self._context = context
        self._builds = builds

    def bundle(self, principal: Principal, build_id: str) -> BuildHelp:
        """Specification, explanation, end of the log, versions and ``doctor`` in one text.

        Runs the checks of ``doctor``, so it takes some seconds. Raises :class:`NotFound`.
        """
        build = self._builds.show(principal, build_id)
        with self._context.database.read() as session:
            record = builds.get(session, build_id)
            assert record is not None
            text = environments.version(session, record.build.version_id).specification_text
        subject = f"{build.namespace}/{build.environment}@{build.version}: {build.state.value}"
        parts = [
            f"# {subject}",
            f"Build {build.id}, asked for by {build.requested_by}, {build.created:%Y-%m-%d %H:%M}",
            *_section("What failed", _told(build.problem)),
            *_section("Specification", text.splitlines()),
            *_section(f"Log (the last {LOG_LINES} lines)", self._log(principal, build)),
            *_section("This server", self._doctor()),
        ]
        contacts = self._context.support_contacts
        return BuildHelp(
            subject=subject,
            text=without_secrets("\n".join(parts) + "\n"),
            contact=contacts.get(build.namespace, contacts.get("*", "")),
        )

    def _log(self, principal: Principal, build: Build) -> list[str]:
        lines: list[str] = []
        offset = 0
        while True:
            part = self._builds.log(principal, build.id, offset)
            for event in part.events:
                if isinstance(event, LogEvent):
                    lines.append(f"{event.level}: {event.line}")
                elif isinstance(event, PhaseEvent):
                    lines.append(f"-- {event.phase.value}")
            if part.complete or part.next_offset == offset:
                return lines[-LOG_LINES:]
            offset = part.next_offset

    def _doctor(self) -> list[str]:
        context = self._context
        options = StoreOptions(
            root=context.layout.root,
            default_channels=list(context.channels.default_channels),
            mirrors=context.channels.mirrors,
        )
        found = [*safely("versions", versions), *all_checks(options)]
        return [f"{one.state}: {one.name}: {one.message} {one.hint}".rstrip() for one in found]


def _section(title: str, lines: list[str]) -> list[str]:
    # Four spaces: Markdown shows it as it is, and no text can end it.
    return ["", f"## {title}", "", *(f"    {line}" for line in lines or ["(nothing)"])]


def _told(problem: Problem | None) -> list[str]:
    if problem is None:
        return []
    lines = [f"{problem.title} ({problem.code})", problem.detail, problem.hint]
    if problem.explanation is not None:
        lines += _explained(problem.explanation)
    if problem.raw:
        lines += ["", "The tool's own words:", *problem.raw.splitlines()]
    return [line for line in lines if line is not None]


def _explained(explanation: Explanation) -> list[str]:
    lines = ["", f"Cause: {explanation.cause}", explanation.what, explanation.why]
    for one in explanation.lines:
        at = f"line {one.place.line}" if one.place else "somewhere"
        lines.append(f"- {at}: {one.text} {one.why}".rstrip())
    lines += [f"- works: {one.label} ({', '.join(one.changes)})" for one in explanation.relaxations]
    return lines
