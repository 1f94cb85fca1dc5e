"""From rows of the store to the models that people see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..models.build import ENDED, Build, BuildState, CheckResult, Phase, Progress
from ..models.environment import (
    Environment,
    EnvironmentSummary,
    Kernel,
    PinnedKernel,
    PlatformSummary,
    Pointer,
    Version,
    VersionState,
    VersionSummary,
)
from ..models.namespace import Role
from ..models.problem import Problem
from ..models.specification import Specification
from ..store.builds import BuildRecord
from ..store.environment_list import ListedBuild, ListedEnvironment, ListedKernel
from ..store.environments import EnvironmentRecord, VersionRecord
from ..store.pointers import PointerRecord
from ..store.tables import BuildRow, LockPlatformRow, VersionRow
from .queue import Outlook


def build_view(record: BuildRecord, outlook: Outlook | None = None) -> Build:
    """A build as the API shows it; without *outlook*, what is left is as of its last progress."""
    view = _build_view(
        record.build,
        environment_id=record.environment.id,
        namespace=record.namespace.name,
        environment=record.environment.name,
        version=record.version.number,
    )
    if outlook is not None:
        view.progress.seconds_left = outlook.seconds_left
        view.position = outlook.position
    return view


def _build_view(
    row: BuildRow | ListedBuild,
    *,
    environment_id: str,
    namespace: str,
    environment: str,
    version: int,
) -> Build:
    return Build(
        id=row.id,
        namespace=namespace,
        environment=environment,
        environment_id=environment_id,
        version=version,
        state=BuildState(row.state),
        progress=Progress.model_validate(row.progress),
        phases=[Phase.model_validate(phase) for phase in row.phases],
        problem=None if row.problem is None else Problem.model_validate(row.problem),
        warnings=row.warnings,
        checks=[CheckResult.model_validate(check) for check in row.checks or []],
        requested_by=row.requested_by,
        created=row.created,
        started=row.started,
        finished=row.finished,
        cancel_requested=row.cancel_requested,
        reused=row.reused,
        retries=row.retries,
    )


def version_state(
    build: BuildRow | ListedBuild | None, warnings: Sequence[str] | None
) -> VersionState:
    """A version is ready when its prefix is complete; else its last build tells.

    *warnings* are the prefix's, ``None`` while it is not complete.
    """
    state = None if build is None else BuildState(build.state)
    if warnings is not None and (state is None or state in ENDED):
        warned = bool(warnings) or (build is not None and bool(build.warnings))
        return VersionState.WARNING if warned else VersionState.READY
    if state is BuildState.CANCELLED:
        return VersionState.CANCELLED
    if state is None or state in ENDED:
        return VersionState.FAILED
    return VersionState.BUILDING


def summary_view(
    row: ListedEnvironment,
    kernels: Sequence[ListedKernel],
    *,
    role: Role,
    packages: Sequence[tuple[str, str]] = (),
) -> EnvironmentSummary:
    """One row of a list of environments; *packages* (name, version) are why a filter found it."""
    build = row.build
    return EnvironmentSummary(
        id=row.id,
        namespace=row.namespace,
        name=row.name,
        title=row.title,
        state=version_state(build, row.latest_warnings),
        recommended=row.recommended,
        role=role,
        current=row.current,
        latest=row.latest,
        updated=row.updated,
        packages=(row.conda or 0) + (row.pip or 0),
        size=row.size or 0,
        headline=row.headline or "",
        has_kernel=bool(kernels),
        kernels=[
            Kernel(
                name=kernel.name,
                kernel=kernel.kernel,
                display_name=kernel.display_name,
                language=kernel.language,
            )
            for kernel in kernels
        ],
        build=None
        if build is None
        else _build_view(
            build,
            environment_id=row.id,
            namespace=row.namespace,
            environment=row.name,
            version=row.latest,
        ),
        warnings=row.warnings or [],
        matched_packages=[f"{name} {version}" for name, version in packages],
    )


def version_summary_view(
    record: VersionRecord, environment: EnvironmentRecord, named: Mapping[str, list[str]]
) -> VersionSummary:
    """One row of a list of versions; *named* has the pointers' names by version id."""
    row = record.version
    build = record.build
    return VersionSummary(
        number=row.number,
        state=version_state(build, None if record.prefix is None else record.prefix.warnings),
        current=environment.current is not None and environment.current.id == row.id,
        created=row.created,
        created_by=row.created_by,
        lock_digest=row.lock_digest,
        mode="keep" if row.mode == "keep" else "refresh",
        base_version=record.base,
        packages=0 if record.platform is None else record.platform.conda + record.platform.pip,
        size=0 if record.prefix is None else record.prefix.size,
        note=row.note,
        pointers=named.get(row.id, []),
        warnings=[] if record.prefix is None else record.prefix.warnings,
        build=None
        if build is None
        else build_view(BuildRecord(build, row, environment.environment, environment.namespace)),
    )


def version_view(
    record: VersionRecord,
    environment: EnvironmentRecord,
    platforms: Sequence[LockPlatformRow],
    named: Mapping[str, list[str]],
    *,
    prefix: str | None,
    link_scripts: list[str],
) -> Version:
    """A version with what was asked for and what was answered."""
    summary = version_summary_view(record, environment, named)
    row: VersionRow = record.version
    specification = Specification.model_validate(row.specification)
    return Version(
        **summary.model_dump(),
        specification_text=row.specification_text,
        specification=specification,
        platforms=[
            PlatformSummary(
                platform=item.platform,
                digest=item.digest,
                conda=item.conda,
                pip=item.pip,
                download=item.download,
            )
            for item in platforms
        ],
        notices=specification.notices,
        link_scripts=link_scripts,
        run_link_scripts=row.run_link_scripts,
        prefix=prefix,
    )


def pointer_view(record: PointerRecord) -> Pointer:
    """A named pointer."""
    row = record.pointer
    return Pointer(
        name=row.name,
        version=record.version.number,
        updated=row.updated,
        updated_by=row.updated_by,
    )


def environment_view(
    summary: EnvironmentSummary,
    record: EnvironmentRecord,
    *,
    interpreter: str | None,
    current: Version | None,
    latest: Version,
    pointers: Sequence[PointerRecord],
    pinned: list[PinnedKernel],
) -> Environment:
    """Everything about one environment."""
    row = record.environment
    return Environment(
        **summary.model_dump(),
        description=row.description,
        created=row.created,
        created_by=row.created_by,
        hold=row.hold,
        pointers=[pointer_view(item) for item in pointers],
        pinned_kernels=pinned,
        interpreter=interpreter,
        current_version=current,
        latest_version=latest,
    )
