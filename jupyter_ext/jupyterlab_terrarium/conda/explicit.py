"""The explicit list of a lock: one URL a line, as ``conda create --file`` and micromamba read it.

CEP 23 (text files with package specifications): each line ends with an MD5 or ``sha256:`` hash.
"""

from __future__ import annotations

from typing import Literal

from ..models.lock import CondaPackage, Lock
from ..models.problem import NotFound
from .lockfile_extras import Extras

#: SHA-256 proves more; older conda knows MD5 only.
Hash = Literal["sha256", "md5"]
WHEEL = "# pip install "
#: Before a conda package, in formats that have no place for one.
CONDA = "# conda install "


def explicit_file(lock: Lock, platform: str, hashes: Hash = "sha256") -> str:
    """The package files of *lock* for *platform*, each with its hash.

    Wheels have no place in this format: they are named in comments, and so is what only Terrarium
    reads. Raises :class:`NotFound`.
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
        *(package_line(package, hashes) for package in in_order(part.conda)),
    ]
    if part.pip:
        lines.append("# Wheels, which conda does not install from such a file:")
        lines += [f"{WHEEL}{wheel.url}#sha256={wheel.sha256}" for wheel in part.pip]
    alone = lock.model_copy(update={"platforms": [part]})
    # Here nothing says what a package depends on, so whether it is one of Python cannot be guessed.
    lines.append(Extras.of(alone, guessing=False).note())
    return "\n".join(lines) + "\n"


def package_line(package: CondaPackage, hashes: Hash = "sha256") -> str:
    """The URL of *package* with its hash."""
    return f"{package.url}#{_hash(package, hashes)}"


def _hash(package: CondaPackage, hashes: Hash) -> str:
    if hashes == "md5" and package.md5:
        return package.md5
    return f"sha256:{package.sha256}"


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
