"""Activation by a shell, for trees that have no conda beside them.

``. bin/activate`` and ``. bin/deactivate`` work in bash, zsh, dash and ksh. What is set is what
the launcher of kernels sets: PATH, conda's variables, those of the version, and
``PYTHONNOUSERSITE``, so that nothing of the user's own leaks in; then packages' scripts run.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..kernels.launcher import RESERVED, UNSET, variables
from .placeholders import PLACEHOLDER

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ALWAYS = ("PATH", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "CONDA_SHLVL", "PYTHONNOUSERSITE")
_ACTIVATE_D, _DEACTIVATE_D = "etc/conda/activate.d", "etc/conda/deactivate.d"
#: Where packages keep what belongs to activation, and in it which variables they set.
CONDA = "etc/conda/"
VARIABLES = f"{CONDA}env_vars.d/"
ACTIVATE, DEACTIVATE = "bin/activate", "bin/deactivate"
ENTRYPOINT = ".terrarium/entrypoint"

_ACTIVATE = """\
# Activates {reference}: use it as `. {path}`, in bash, zsh, dash or ksh.
# To go back: `. deactivate`.
_terrarium_prefix='{prefix}'
if [ ! -d "$_terrarium_prefix/.terrarium" ]; then
    # Not unpacked yet, or moved: bash and zsh know where this file is.
    _terrarium_file=
    if [ -n "${{BASH_VERSION-}}" ]; then
        eval '_terrarium_file=${{BASH_SOURCE[0]}}'
    elif [ -n "${{ZSH_VERSION-}}" ]; then
        eval '_terrarium_file=${{(%):-%x}}'
    fi
    if [ -z "$_terrarium_file" ]; then
        echo 'activate: run bin/conda-unpack first, or use bash or zsh.' >&2
        return 1
    fi
    _terrarium_prefix=$(CDPATH= cd -- "$(dirname -- "$_terrarium_file")/.." && pwd -P)
    unset _terrarium_file
fi
if [ -n "${{TERRARIUM_ACTIVE-}}" ] && [ -f "$TERRARIUM_ACTIVE/bin/deactivate" ]; then
    . "$TERRARIUM_ACTIVE/bin/deactivate"
fi
for _terrarium_name in {names}; do
    eval "_TERRARIUM_HAD_$_terrarium_name=\\${{$_terrarium_name+x}}"
    eval "_TERRARIUM_WAS_$_terrarium_name=\\${{$_terrarium_name-}}"
done
unset _terrarium_name
export TERRARIUM_ACTIVE="$_terrarium_prefix" CONDA_PREFIX="$_terrarium_prefix"
unset _terrarium_prefix
export CONDA_DEFAULT_ENV={name} CONDA_SHLVL=1 PYTHONNOUSERSITE=1
case "${{PATH-}}:" in
    "$CONDA_PREFIX/bin:"*) ;;
    *) export PATH="$CONDA_PREFIX/bin${{PATH:+:$PATH}}" ;;
esac
{variables}{scripts}hash -r 2>/dev/null || :
"""

_DEACTIVATE = """\
# Takes back what `. activate` has set: use it as `. deactivate`.
if [ -n "${{TERRARIUM_ACTIVE-}}" ]; then
{scripts}    for _terrarium_name in {names}; do
        if eval "[ -n \\"\\${{_TERRARIUM_HAD_$_terrarium_name-}}\\" ]"; then
            eval "export $_terrarium_name=\\"\\$_TERRARIUM_WAS_$_terrarium_name\\""
        else
            unset "$_terrarium_name"
        fi
        unset "_TERRARIUM_HAD_$_terrarium_name" "_TERRARIUM_WAS_$_terrarium_name"
    done
    unset _terrarium_name TERRARIUM_ACTIVE
    hash -r 2>/dev/null || :
fi
"""

_ENTRYPOINT = """\
#!/bin/sh
# Runs a command, or a shell, in {reference}.
# Activation scripts of packages are often written for bash: it reads this where there is one.
if [ -z "${{_TERRARIUM_SHELL-}}" ] && command -v bash >/dev/null 2>&1; then
    _TERRARIUM_SHELL=bash exec bash "$0" "$@"
fi
unset _TERRARIUM_SHELL
. {activate}
[ $# -gt 0 ] || set -- "${{SHELL:-/bin/sh}}"
exec "$@"
"""


@dataclass(frozen=True)
class Active:
    """What activating a version does. A value of ``None`` is unset; :data:`PLACEHOLDER` in it is
    the prefix. Scripts are paths in the tree, in the order in which they run.
    """

    reference: str
    name: str
    variables: dict[str, str | None]
    activate: list[str]
    deactivate: list[str]


class Named(Protocol):
    """A version by its names."""

    @property
    def namespace(self) -> str:
        """Of the owner."""
        ...

    @property
    def name(self) -> str:
        """Of the environment."""
        ...

    @property
    def number(self) -> int:
        """Of the version."""
        ...


def read(prefix: Path, store: str, version: Named, paths: Iterable[str]) -> Active:
    """What activating *version* in *prefix*, made for the path *store*, does.

    *paths* are those of its files; :func:`listed` has the ones that matter.
    """
    found: dict[str, str | None] = {}
    for name, value in sorted(variables(prefix).items()):
        if _NAME.fullmatch(name) and name not in RESERVED:
            found[name] = None if value == UNSET else value.replace(store, PLACEHOLDER)
    files = sorted(path for path in paths if path.endswith(".sh"))
    return Active(
        reference=f"{version.namespace}/{version.name}@{version.number}",
        name=version.name,
        variables=found,
        activate=[path for path in files if path.startswith(f"{_ACTIVATE_D}/")],
        deactivate=[path for path in reversed(files) if path.startswith(f"{_DEACTIVATE_D}/")],
    )


def listed(prefix: Path) -> list[str]:
    """Paths of the activation scripts in *prefix*."""
    directories = (_ACTIVATE_D, _DEACTIVATE_D)
    return [f"{one}/{file.name}" for one in directories for file in (prefix / one).glob("*.sh")]


def scripts(active: Active, place: str | None) -> Iterator[tuple[str, str, bool]]:
    """Path, text with :data:`PLACEHOLDER` for the prefix, and whether it is a program."""
    names = " ".join([*_ALWAYS, *active.variables])
    activate = _ACTIVATE.format(
        reference=active.reference,
        path=ACTIVATE if place is None else f"{place}/{ACTIVATE}",
        prefix=PLACEHOLDER,
        name=shlex.quote(active.name),
        names=names,
        variables="".join(f"{line}\n" for line in _settings(active)),
        scripts=_sourced(active.activate, ""),
    )
    yield ACTIVATE, activate, False
    sourced = _sourced(active.deactivate, "    ")
    yield DEACTIVATE, _DEACTIVATE.format(names=names, scripts=sourced), False
    if place is not None:
        quoted = shlex.quote(f"{place}/{ACTIVATE}")
        text = _ENTRYPOINT.format(reference=active.reference, activate=quoted)
        yield ENTRYPOINT, text, True


def _settings(active: Active) -> Iterator[str]:
    for name, value in active.variables.items():
        if value is None:
            yield f"unset {name}"
        else:
            parts = [shlex.quote(part) for part in value.split(PLACEHOLDER)]
            yield f"export {name}=" + '"$CONDA_PREFIX"'.join(parts)


def _sourced(paths: Iterable[str], indent: str) -> str:
    return "".join(f'{indent}. "$CONDA_PREFIX"/{shlex.quote(path)}\n' for path in paths)
