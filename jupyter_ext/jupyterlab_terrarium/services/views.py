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
from ..store.environments import EnvironmentRecord, VersionRecord
from ..store.pointers import PointerRecord
from ..store.tables import BuildRow, KernelRow, LockPlatformRow, PrefixRow, VersionRow
from .queue import Outlook


def build_view(record: BuildRecord, outlook: Outlook | None = None) -> Build:
    """A build as the API shows it; without *outlook*, what is left is as of its last progress."""
    row = record.build
    progress = Progress.model_validate(row.progress)
    if outlook is not None:
        progress = progress.model_copy(update={"seconds_left": outlook.seconds_left})
    return Build(
        id=row.id,
        namespace=record.namespace.name,
        environment=record.environment.name,
        environment_id=record.environment.id,
        version=record.version.number,
        state=BuildState(row.state),
        progress=progress,
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
        position=None if outlook is None else outlook.position,
    )


def version_state(build: BuildRow | None, prefix: PrefixRow | None) -> VersionState:
    """A version is ready when its prefix is complete; else its last build tells."""
    state = None if build is None else BuildState(build.state)
    if prefix is not None and (state is None or state in ENDED):
        warned = bool(prefix.warnings) or (build is not None and bool(build.warnings))
        return VersionState.WARNING if warned else VersionState.READY
    if state is BuildState.CANCELLED:
        return VersionState.CANCELLED
    if state is None or state in ENDED:
        return VersionState.FAILED
    return VersionState.BUILDING


def _packages(platform: LockPlatformRow | None) -> int:
    return 0 if platform is None else platform.conda + platform.pip


def kernel_views(rows: Sequence[KernelRow]) -> list[Kernel]:
    """Kernels of an environment."""
    return [
        Kernel(
            name=row.name, kernel=row.kernel, display_name=row.display_name, language=row.language
        )
        for row in rows
    ]


def summary_view(
    record: EnvironmentRecord,
    kernels: Sequence[KernelRow],
    *,
    role: Role,
    packages: Sequence[tuple[str, str]] = (),
) -> EnvironmentSummary:
    """One row of a list of environments; *packages* (name, version) are why a filter found it."""
    row, latest = record.environment, record.latest
    build = record.build
    return EnvironmentSummary(
        id=row.id,
        namespace=record.namespace.name,
        name=row.name,
        title=row.title,
        state=version_state(build, record.latest_prefix),
        recommended=row.recommended,
        role=role,
        current=None if record.current is None else record.current.number,
        latest=latest.number,
        updated=row.updated,
        packages=_packages(record.platform),
        size=0 if record.prefix is None else record.prefix.size,
        headline="" if record.platform is None else record.platform.headline,
        has_kernel=bool(kernels),
        kernels=kernel_views(kernels),
        build=None
        if build is None
        else build_view(BuildRecord(build, latest, row, record.namespace)),
        warnings=[] if record.prefix is None else record.prefix.warnings,
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
        state=version_state(build, record.prefix),
        current=environment.current is not None and environment.current.id == row.id,
        created=row.created,
        created_by=row.created_by,
        lock_digest=row.lock_digest,
        mode="keep" if row.mode == "keep" else "refresh",
        base_version=record.base,
        packages=_packages(record.platform),
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
