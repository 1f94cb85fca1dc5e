"""Names of PyPI projects in a conda channel.

conda names are the project's own spelling in lower case: underscores and dots stay
(``typing_extensions``), where PyPI's normalised form would turn them into hyphens. A few projects
carry another name in the conda world; those that a user is likely to write are listed here.
"""

from __future__ import annotations

from collections.abc import Mapping

from packaging.utils import canonicalize_name

#: Normalised PyPI name -> conda name, where lower case alone is not what the conda world says.
KNOWN: Mapping[str, str] = {
    "async-lru": "async-lru",
    "importlib-metadata": "importlib-metadata",
    "importlib-resources": "importlib_resources",
    "msgpack": "msgpack-python",
    "stack-data": "stack_data",
    "ruamel-yaml": "ruamel.yaml",
    "ruamel-yaml-clib": "ruamel.yaml.clib",
    "tables": "pytables",
    "torch": "pytorch",
}


def conda_name(project: str) -> str:
    """Conda name of a PyPI project, given in the spelling of its own metadata."""
    return KNOWN.get(canonicalize_name(project), project.lower())
