"""The explicit file of a lock: one URL a line, as ``conda create --file`` and micromamba read it.

https://docs.conda.io/projects/conda/en/latest/user-guide/tasks/manage-environments.html#building-identical-conda-environments
"""

from __future__ import annotations

from ..models.lock import CondaPackage, Lock
from ..models.problem import NotFound


def explicit_file(lock: Lock, platform: str) -> str:
    """The package files of *lock* for *platform*, each with its hash.

    Wheels have no place in this format; they are named in comments. Raises :class:`NotFound`.
    """
    part = lock.for_platform(platform)
    if part is None:
        raise NotFound(
            f"this environment is not locked for {platform[:40]}",
            "Its conda-lock.yml has the platforms that it is locked for.",
        )
    lines = [
        f"# platform: {platform}",
        "# micromamba create -n NAME -f explicit.txt",
        "@EXPLICIT",
        *(f"{package.url}#{_hash(package)}" for package in in_order(part.conda)),
    ]
    if part.pip:
        lines.append("# Wheels, which conda does not install from such a file:")
        lines += [f"# pip install {wheel.url}#sha256={wheel.sha256}" for wheel in part.pip]
    return "\n".join(lines) + "\n"


def _hash(package: CondaPackage) -> str:
    # Every reader of the format knows MD5; that of newer ones is named.
    return package.md5 or f"sha256:{package.sha256}"


def in_order(packages: list[CondaPackage]) -> list[CondaPackage]:
    """*packages*, each after those that it depends on: installers take them as they stand."""
    by_name = {package.name: package for package in packages}
    done: dict[str, CondaPackage] = {}
    for package in sorted(packages, key=lambda one: one.name):
        # Depth first without recursion: a hostile lock may be as deep as it likes.
        open_: list[tuple[CondaPackage, list[str]]] = [(package, _needs(package))]
        seen = {package.name}
        while open_:
            top, needs = open_[-1]
            if not needs:
                open_.pop()
                done.setdefault(top.name, top)
                continue
            name = needs.pop()
            if name in by_name and name not in done and name not in seen:
                seen.add(name)
                open_.append((by_name[name], _needs(by_name[name])))
    return list(done.values())


def _needs(package: CondaPackage) -> list[str]:
    return [depend.split(maxsplit=1)[0] for depend in package.depends if depend.strip()]
