"""A version as a team store has it, with all that is needed to run it here: by role, or by link."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..models.environment import Environment, Kernel, Version
from ..models.lock import Lock
from ..models.namespace import Namespace
from ..models.problem import NotFound
from ..models.share import LentVersion
from ..models.specification import Specification
from ..models.status import Page
from .client import StoreClient

ENVIRONMENT = "environments/{}/{}"
VERSION = ENVIRONMENT + "/versions/{}"
_LENT = "lent-versions/{}/{}"


@dataclass(frozen=True)
class There:
    """One version. ``kernels`` have the kernelspec names that the store has minted."""

    namespace_id: str
    namespace: str
    namespace_title: str
    kind: str
    environment_id: str
    name: str
    title: str
    description: str
    recommended: bool
    number: int
    text: str
    specification: Specification
    run_link_scripts: list[str]
    maker: str
    prefix: Path | None
    kernels: list[Kernel]
    lock: Lock
    lock_digest: str

    @property
    def label(self) -> str:
        """How people call it."""
        return f"{self.namespace}/{self.name}"


def current(client: StoreClient, environment: Environment) -> There | None:
    """What is current, for who has a role; ``None``: nothing yet. Raises :class:`NotFound`."""
    if environment.current is None:
        return None
    return _by_role(client, environment, environment.current, environment.kernels)


def version(client: StoreClient, environment: Environment, number: int) -> There:
    """Version *number*, for who has a role: kernels are pinned to it. Raises :class:`NotFound`."""
    return _by_role(client, environment, number, [])


def _by_role(client: StoreClient, found: Environment, number: int, kernels: list[Kernel]) -> There:
    owner = _namespace(client, found.namespace)
    names = (found.namespace, found.name, str(number))
    shown = client.get(Version, VERSION, *names)
    return There(
        namespace_id=owner.id,
        namespace=owner.name,
        namespace_title=owner.title,
        kind=owner.kind,
        environment_id=found.id,
        name=found.name,
        title=found.title,
        description=found.description,
        recommended=found.recommended,
        number=shown.number,
        text=shown.specification_text,
        specification=shown.specification,
        run_link_scripts=shown.run_link_scripts,
        maker=shown.created_by,
        prefix=None if shown.prefix is None else Path(shown.prefix),
        kernels=kernels,
        lock=client.get(Lock, VERSION + "/lock", *names),
        lock_digest=shown.lock_digest or "",
    )


def _namespace(client: StoreClient, name: str) -> Namespace:
    for found in client.get(Page[Namespace], "namespaces").items:
        if found.name == name:
            return found
    raise NotFound(f"there is no namespace '{name}'")


def lent(client: StoreClient, environment_id: str, wanted: str) -> There:
    """A version by a link that was used: a number, or ``current``. Raises :class:`NotFound`."""
    found = client.get(LentVersion, _LENT, environment_id, wanted)
    return There(
        namespace_id=found.namespace_id,
        namespace=found.namespace,
        namespace_title=found.namespace_title,
        kind=found.kind,
        environment_id=found.environment_id,
        name=found.name,
        title=found.title,
        description=found.description,
        recommended=False,
        number=found.version,
        text=found.specification_text,
        specification=found.specification,
        run_link_scripts=found.run_link_scripts,
        maker=found.created_by,
        prefix=None if found.prefix is None else Path(found.prefix),
        kernels=found.kernels,
        lock=found.lock,
        lock_digest=found.lock_digest,
    )
