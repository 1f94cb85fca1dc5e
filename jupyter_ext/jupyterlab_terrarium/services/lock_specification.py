"""The specification that a lockfile stands for, so that a version made from one can be edited."""

from __future__ import annotations

from io import StringIO

from ruamel.yaml import YAML

from ..models.lock import Lock


def specification_of(lock: Lock) -> str:
    """An ``environment.yml`` that pins what *lock* holds: versions, not files.

    Where the lock knows what was asked for, only that is listed, else every package.
    """
    conda: dict[str, str] = {}
    pip: dict[str, str] = {}
    asked = any(package.requested for part in lock.platforms for package in part.conda)
    for part in lock.platforms:
        for package in part.conda:
            if package.requested or not asked:
                conda.setdefault(package.name, package.version)
        for wheel in part.pip:
            if wheel.requested or not asked:
                pip.setdefault(wheel.name, wheel.version)
    dependencies: list[object] = [f"{name}={version}" for name, version in sorted(conda.items())]
    if pip:
        dependencies.append(
            {"pip": [f"{name}=={version}" for name, version in sorted(pip.items())]}
        )
    document: dict[str, object] = {
        "channels": list(lock.channels),
        "platforms": [part.platform for part in lock.platforms],
        "dependencies": dependencies,
    }
    if lock.variables:
        document["variables"] = dict(lock.variables)
    yaml = YAML()
    yaml.default_flow_style = False
    stream = StringIO()
    stream.write("# Made from a lockfile: the versions that it pins.\n")
    yaml.dump(document, stream)
    return stream.getvalue()
