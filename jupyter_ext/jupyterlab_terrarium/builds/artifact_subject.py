"""The version that an artifact is made of, from the database's rows."""

from __future__ import annotations

from ..artifacts.form import Subject
from ..models.lock import Lock
from ..models.specification import Specification
from ..store.tables import EnvironmentRow, NamespaceRow, VersionRow


def subject_of(
    namespace: NamespaceRow, environment: EnvironmentRow, version: VersionRow, lock: Lock
) -> Subject:
    """*version* with its *lock*, as forms see it."""
    return Subject(
        namespace=namespace.name,
        name=environment.name,
        number=version.number,
        lock=lock,
        specification=Specification.model_validate(version.specification),
        specification_text=version.specification_text,
        title=environment.title,
        description=environment.description,
        lock_digest=version.lock_digest or "",
    )
