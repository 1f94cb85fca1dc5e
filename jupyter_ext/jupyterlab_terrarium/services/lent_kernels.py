"""Kernels of a version for somebody who was given a link to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

from sqlalchemy.orm import Session

from ..builds import publication
from ..kernels import kernelspecs
from ..kernels.kernelspecs import KernelRegistration, Pin
from ..models.environment import Kernel
from ..models.lock import Lock
from ..models.share import LentVersion
from ..models.specification import Specification
from ..store import environments, kernels, shares
from ..store.environments import EnvironmentRecord, VersionRecord
from ..store.team_tables import ShareRow
from .context import ServiceContext


def lent_kernels(
    session: Session,
    context: ServiceContext,
    environment: EnvironmentRecord,
    version: VersionRecord,
    share: ShareRow,
) -> list[Kernel]:
    """Kernelspecs in this session, written when they are not there; none while there are no files.

    A link to one version gives kernels pinned to it, others the environment's own.
    """
    return kernels_of(session, context, environment, version, follow=share.version_id is None)


def kernels_of(
    session: Session,
    context: ServiceContext,
    environment: EnvironmentRecord,
    version: VersionRecord,
    *,
    follow: bool,
) -> list[Kernel]:
    """Kernelspecs in this session: the environment's own, which *follow* the current version, or
    such that are pinned to this one. None while there are no files.
    """
    if version.prefix is None or version.platform is None:
        return []
    wanted = (
        _own(session, context, environment) if follow else pinned(context, environment, version)
    )
    return [_registered(registration) for registration in wanted]


def lent_version(
    session: Session,
    context: ServiceContext,
    environment: EnvironmentRecord,
    version: VersionRecord,
    lock: Lock,
    *,
    follow: bool,
) -> LentVersion:
    """What somebody else's server needs to run a version, with its kernels as in *kernels_of*."""
    namespace, row = environment.namespace, version.version
    return LentVersion(
        namespace_id=namespace.id,
        namespace=namespace.name,
        namespace_title=namespace.title,
        kind=cast(Literal["personal", "shared"], namespace.kind),
        environment_id=environment.environment.id,
        name=environment.environment.name,
        title=environment.environment.title,
        description=environment.environment.description,
        version=row.number,
        specification_text=row.specification_text,
        specification=Specification.model_validate(row.specification),
        run_link_scripts=row.run_link_scripts,
        created_by=row.created_by,
        lock_digest=row.lock_digest or "",
        prefix=None
        if version.prefix is None
        else str(context.layout.prefix(version.prefix.digest)),
        kernels=kernels_of(session, context, environment, version, follow=follow),
        lock=lock,
    )


def _own(
    session: Session, context: ServiceContext, environment: EnvironmentRecord
) -> list[KernelRegistration]:
    row = environment.environment
    return [
        publication.registration(
            context.layout, row, environment.namespace, kernel.name, kernel.kernel
        )
        for kernel in kernels.of(session, row.id)
    ]


def pinned(
    context: ServiceContext, environment: EnvironmentRecord, version: VersionRecord
) -> list[KernelRegistration]:
    """A kernelspec of this very version for each kernel in its files."""
    if version.prefix is None or version.platform is None:
        return []
    row, number = environment.environment, version.version.number
    return [
        KernelRegistration(
            name=kernelspecs.mint_name(row.name, row.id, kernel, number),
            root=context.layout.root,
            environment_id=row.id,
            namespace=environment.namespace.name,
            environment=row.name,
            kernel=kernel,
            personal=environment.namespace.kind == "personal",
            pin=Pin(number, version.platform.digest),
        )
        for kernel in version.prefix.kernels
    ]


def _registered(registration: KernelRegistration) -> Kernel:
    spec = kernelspecs.register(registration)
    return Kernel(
        name=spec.name,
        kernel=registration.kernel,
        display_name=spec.display_name,
        language=spec.language,
    )


def of_used_shares(session: Session, context: ServiceContext) -> Sequence[KernelRegistration]:
    """Pinned kernels that somebody got by a living link: they outlast the server's restart."""
    found: list[KernelRegistration] = []
    for record in shares.pinned_and_used(session):
        assert record.version is not None
        environment = environments.find(
            session, record.namespace.id, record.environment.name, context.platform
        )
        versions = environments.versions(
            session, record.environment.id, context.platform, number=record.version.number
        )
        if environment is not None and versions:
            found.extend(pinned(context, environment, versions[0]))
    return found
