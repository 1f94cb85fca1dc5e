"""Use cases of scratch layers: try something out, keep it as a new version, or throw it away."""

from __future__ import annotations

import logging
from io import StringIO
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from ..access.permissions import decides_alone, grants
from ..access.principals import Principal
from ..conda.download import local_path
from ..conda.runner import PythonInfo, find_python
from ..faults import fault_point
from ..kernels import kernelspecs, scratch
from ..kernels.kernelspecs import KernelRegistration, Pin
from ..models.problem import Conflict, InvalidRequest, NotFound, TerrariumError
from ..models.scratch import AddedPackage, KeptScratch, Scratch
from ..models.specification import Specification
from ..models.status import Page
from ..store import locks, scratches
from ..store.scratches import ScratchRecord
from .auditing import audited
from .context import ServiceContext
from .local_wheels import wheel_of
from .versions import VersionService

KERNEL = "python3"
_ARCHIVES = (".gz", ".tgz", ".bz2", ".xz", ".zip")
_log = logging.getLogger("jupyterlab_terrarium.services")


class ScratchService:
    """Scratch layers of the principal; nobody else sees them."""

    def __init__(self, context: ServiceContext, versions: VersionService) -> None:
        self._context = context
        self._versions = versions

    @audited("scratch.create")
    def create(self, principal: Principal, namespace: str, name: str, number: str) -> Scratch:
        """A new layer over a version that is ready, with a kernel of its own.

        Raises :class:`Conflict` while the version is not ready, :class:`InvalidRequest` when it
        has no Python kernel.
        """
        shown = self._versions.show(principal, namespace, name, number)
        digest, python = self._python(principal, namespace, name, shown.number)
        layout = self._context.layout
        made: list[tuple[str, str]] = []
        try:
            with self._context.database.write() as session:
                environment = self._versions.environment(session, principal, namespace, name)
                record = self._versions.record(session, environment, shown.number)
                row = scratches.add(session, record.version, principal.user)
                found = scratches.find(session, row.id, principal.user)
                assert found is not None
                wanted = registration(self._context, session, found)
                assert wanted is not None
                row.kernel = wanted.name
                made.append((row.id, wanted.name))
                scratch.create(layout, row.id, layout.prefix(digest), python)
                fault_point("scratch.placed")
                kernelspecs.register(wanted)
                fault_point("scratch.registered")
                return self._view(found)
        except BaseException:
            # Its row is not there either.
            for identity, kernel in made:
                self._remove(identity, kernel)
            raise

    def _python(
        self, principal: Principal, namespace: str, name: str, number: int
    ) -> tuple[str, PythonInfo]:
        lock = self._versions.lock(principal, namespace, name, str(number))
        part = lock.for_platform(self._context.platform)
        with self._context.database.read() as session:
            environment = self._versions.environment(session, principal, namespace, name)
            record = self._versions.record(session, environment, number)
        if record.prefix is None or part is None:
            raise Conflict(f"version {number} of '{name}' is not ready", "Build it first.")
        python = find_python(part)
        if python is None or KERNEL not in record.prefix.kernels:
            raise InvalidRequest(
                f"'{name}' has no Python kernel to try something out with",
                "Add `ipykernel` to it, or edit its specification.",
            )
        return record.prefix.digest, python

    def page(self, principal: Principal) -> Page[Scratch]:
        """The caller's layers, newest first."""
        with self._context.database.read() as session:
            visible = set(grants(session, principal))
            records = [
                record
                for record in scratches.of_user(session, principal.user)
                if record.namespace.id in visible and record.environment.deleted is None
            ]
        items = [self._view(record) for record in records]
        return Page[Scratch](items=items, total=len(items), next_cursor=None)

    def _find(self, session: Session, principal: Principal, identity: str) -> ScratchRecord:
        record = scratches.find(session, identity, principal.user)
        # A token that reaches one namespace reaches no layer over another.
        beyond = principal.limit is not None and (
            record is not None and record.namespace.id not in grants(session, principal)
        )
        if record is None or beyond:
            raise NotFound("you have no such scratch layer")
        return record

    def show(self, principal: Principal, identity: str) -> Scratch:
        """One layer, with what was added to it."""
        with self._context.database.read() as session:
            return self._view(self._find(session, principal, identity))

    def keep(self, principal: Principal, identity: str) -> KeptScratch:
        """The specification of the version with what was added by hand; nothing is changed yet.

        A package from a directory becomes its wheel. Raises :class:`WheelMissing`,
        :class:`SourceBuildFailed` and :class:`InvalidRequest` when it cannot.
        """
        with self._context.database.read() as session:
            version = self._find(session, principal, identity).version
            text = version.specification_text
            asked = Specification.model_validate(version.specification)
            own = decides_alone(session, principal)
        lines, notices = [], []
        for package in scratch.added(self._context.layout, identity):
            directory = _directory(package)
            if directory is None:
                lines.append(_requirement(package))
            elif own:
                wheel = wheel_of(self._context, package, directory, asked)
                lines.append(f"{package.name} @ {wheel.as_uri()}")
            else:
                # The store would read the directory with its own rights, which are not theirs.
                notices.append(
                    f"{package.name} was installed from {package.source}, which may change at any "
                    "time. Make a wheel of it (`python -m build --wheel`) and list that file."
                )
        return KeptScratch(specification=with_pip(text, lines), notices=notices)

    @audited("scratch.discard")
    def discard(self, principal: Principal, identity: str) -> None:
        """Throw a layer away, with its kernel. The version is as it always was."""
        with self._context.database.write() as session:
            row = self._find(session, principal, identity).scratch
            kernel = row.kernel
            scratches.remove(session, row)
            fault_point("scratch.forgotten")
        # Only now: with the files gone and the row still there it would be half a layer.
        self._remove(identity, kernel)

    def _remove(self, identity: str, kernel: str) -> None:
        kernelspecs.unregister(kernel, root=self._context.layout.root)
        scratch.discard(self._context.layout, identity)

    def _view(self, record: ScratchRecord) -> Scratch:
        environment = record.environment.name
        return Scratch(
            id=record.scratch.id,
            namespace=record.namespace.name,
            environment=environment,
            version=record.version.number,
            kernel=record.scratch.kernel,
            display_name=f"{environment}@{record.version.number} · trying out",
            created=record.scratch.created,
            added=scratch.added(self._context.layout, record.scratch.id),
        )


def registration(
    context: ServiceContext, session: Session, record: ScratchRecord
) -> KernelRegistration | None:
    """The kernelspec of a layer; ``None`` when its version has no lock for this machine."""
    row = locks.platform(session, record.version.lock_digest, context.platform)
    if row is None:
        return None
    minted = kernelspecs.mint_name(record.environment.name, record.environment.id, KERNEL)
    return KernelRegistration(
        # The name is minted once: a notebook that is open knows its kernel by it.
        name=record.scratch.kernel or f"{minted}--try-{record.scratch.id}",
        root=context.layout.root,
        environment_id=record.environment.id,
        namespace=record.namespace.name,
        environment=record.environment.name,
        kernel=KERNEL,
        personal=record.namespace.kind == "personal",
        pin=Pin(record.version.number, row.digest),
        scratch=record.scratch.id,
    )


def refresh_labels(context: ServiceContext, session: Session, environment_id: str) -> None:
    """The kernels of an environment's layers show its name and namespace as they are now."""
    for record in scratches.of_environment(session, environment_id):
        wanted = registration(context, session, record)
        if wanted is None:
            continue
        try:
            kernelspecs.register(wanted)
        except (OSError, TerrariumError) as error:
            _log.warning("the kernel %s keeps its old label: %s", wanted.name, error)


def _directory(package: AddedPackage) -> Path | None:
    """The directory that *package* was installed from, if it was one."""
    if not package.source or package.source.endswith(".whl"):
        return None
    path = local_path(package.source)
    return path if path is not None and path.suffix not in _ARCHIVES else None


def _requirement(package: AddedPackage) -> str:
    """The line of the `pip:` section for what came from an index, or as a file."""
    if package.source:
        return f"{package.name} @ {package.source}"
    return f"{package.name}=={package.version}"


def with_pip(text: str, lines: list[str]) -> str:
    """The specification *text* with *lines* in its `pip:` section; comments stay."""
    if not lines:
        return text
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 10_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    document: Any = yaml.load(text)
    dependencies = document["dependencies"]
    for entry in dependencies:
        if isinstance(entry, dict) and "pip" in entry:
            # Extended and not replaced: the comments hang on the list that is there.
            entry["pip"] = entry["pip"] or []
            entry["pip"].extend(lines)
            break
    else:
        dependencies.append({"pip": lines})
    stream = StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()
