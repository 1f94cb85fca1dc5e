"""Which PyPI distribution a conda package holds.

Most names are the same after PEP 503 normalisation. The shipped map lists those that are not, and
(as an empty text) packages that look like a distribution of that name and are not.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path

from ..models.lock import CondaPackage

_DATA = Path(__file__).with_name("data") / "pypi_names.json"


def normalize(name: str) -> str:
    """PEP 503: lower case, one ``-`` for any run of ``-``, ``_`` and ``.``."""
    return re.sub(r"[-_.]+", "-", name).lower()


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    names: dict[str, str] = json.loads(_DATA.read_text("utf-8"))
    return names


def pypi_name(conda_name: str) -> str:
    """Normalised PyPI name of what conda calls *conda_name*; empty when it is none of PyPI's."""
    known = _names().get(conda_name)
    return normalize(conda_name) if known is None else known


def distribution(package: CondaPackage) -> str:
    """The PyPI distribution that *package* brings; empty for what is no Python package.

    Python packages depend on ``python`` (or on ``python_abi``); a C library that shares its name
    with a distribution does not.
    """
    needs = {text.split()[0] for text in package.depends if text.split()}
    if package.noarch == "python" or needs & {"python", "python_abi", "cpython"}:
        return pypi_name(package.name)
    return ""


def distributions(packages: list[CondaPackage]) -> dict[str, CondaPackage]:
    """PyPI name to conda package for all Python packages among *packages*.

    Of several packages for one distribution (``dask`` and ``dask-core``) the one whose own name
    it is comes first.
    """
    found: dict[str, CondaPackage] = {}
    for package in packages:
        name = distribution(package)
        if name and (name not in found or normalize(package.name) == name):
            found[name] = package
    return found


@lru_cache(maxsize=1)
def _conda_names() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for conda, pypi in _names().items():
        if pypi:
            found.setdefault(normalize(pypi), []).append(conda)
    return {pypi: sorted(names, key=lambda one: (len(one), one)) for pypi, names in found.items()}


def conda_names(distribution_name: str) -> list[str]:
    """The conda packages that hold a distribution and are not called like it, short names first."""
    return list(_conda_names().get(normalize(distribution_name), []))
