"""The tree for ``module use <root>/modules``: every ready version, and names of their own.

``<namespace>/<environment>/<number>`` in Lua and in Tcl, with the current version as the default;
and whatever names (``gatk/4.5``) an environment publishes, which lead to its current version. Files
of others in the tree stay: what is written here has :data:`.modulefiles.MARK`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ..conda.files import write_atomically
from ..models.names import is_module_name
from . import activation
from .modulefiles import MARK, lua_text, tcl_text

_MARK_BYTES = 400
#: Lets only those read a file or directory who may see the namespace that is named.
Guard = Callable[[Path, str], None]


@dataclass(frozen=True)
class Published:
    """A ready version: where its files lie, and the names that it has as current version."""

    namespace: str
    name: str
    number: int
    prefix: Path
    digest: str
    current: bool = False
    modules: tuple[str, ...] = ()


@dataclass
class Refreshed:
    """Paths in the tree that were written and removed; names that could not be published, why."""

    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def refresh(
    directory: Path, published: Iterable[Published], guard: Guard | None = None
) -> Refreshed:
    """Make the tree in *directory* say what is *published*, and nothing else of ours.

    Files appear and change by one rename each; those that are right are not touched. Versions
    whose files are gone meanwhile are left out. The first that publishes a name of its own has it.
    *guard* is given the directory of each namespace before anything is in it, and each file with a
    name of its own: such names are for all to see. Raises ``OSError``.
    """
    found = Refreshed()
    wanted = _files(list(published), found)
    guarded: set[str] = set()
    for path, (namespace, text) in wanted.items():
        file, data = directory / path, text.encode("utf-8", "surrogateescape")
        own = not path.startswith(f"{namespace}/")
        if guard is not None and not own and namespace not in guarded:
            guarded.add(namespace)
            (directory / namespace).mkdir(mode=0o700, parents=True, exist_ok=True)
            guard(directory / namespace, namespace)
        if not (file.is_file() and file.read_bytes() == data):
            file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(file, data, 0o600 if guard is not None and own else 0o644)
            found.written.append(path)
        if guard is not None and own:
            for above in file.relative_to(directory).parents[:-1]:
                (directory / above).chmod(0o755)
            guard(file, namespace)
    for file in sorted(directory.rglob("*")) if directory.is_dir() else []:
        path = file.relative_to(directory).as_posix()
        if path not in wanted and file.is_file() and _is_ours(file):
            file.unlink()
            found.removed.append(path)
    _remove_empty(directory)
    return found


def _files(published: list[Published], found: Refreshed) -> dict[str, tuple[str, str]]:
    """Namespace and text of each file, by its path in the tree."""
    wanted: dict[str, tuple[str, str]] = {}
    spaces = {one.namespace for one in published}
    owners: dict[str, str] = {}
    for one in published:
        try:
            store = str(one.prefix.resolve(strict=True))
        except OSError:
            continue
        active = activation.read(one.prefix, store, one, activation.listed(one.prefix))
        texts = {
            "": tcl_text(active, store, one.digest),
            ".lua": lua_text(active, store, one.digest),
        }
        home = f"{one.namespace}/{one.name}"
        names = [f"{home}/{one.number}"]
        if one.current:
            default = _lua_default(f"{home}/{one.number}")
            wanted[f"{home}/.version"] = (one.namespace, _tcl_default(one.number))
            wanted[f"{home}/.modulerc.lua"] = (one.namespace, default)
            names += _own_names(one, home, spaces, owners, found)
        for name in names:
            for suffix, text in texts.items():
                wanted[f"{name}{suffix}"] = (one.namespace, text)
    return wanted


def _own_names(
    one: Published, home: str, spaces: set[str], owners: dict[str, str], found: Refreshed
) -> list[str]:
    names = []
    for name in one.modules:
        parts = name.split("/")
        above = ["/".join(parts[:count]) for count in range(1, len(parts))]
        if not is_module_name(name):
            found.refused[name] = "it is no name of a module"
        elif parts[0] in spaces:
            found.refused[name] = f"'{parts[0]}' is a namespace"
        elif name in owners:
            found.refused[name] = f"{owners[name]} publishes it already"
        elif any(other.startswith(f"{name}/") for other in owners) or owners.keys() & set(above):
            found.refused[name] = "another module has a part of that name"
        else:
            owners[name] = home
            names.append(name)
    return names


def _tcl_default(number: int) -> str:
    return f'#%Module1.0\n# {MARK}.\nset ModulesVersion "{number}"\n'


def _lua_default(name: str) -> str:
    return f'-- {MARK}.\nmodule_version("{name}", "default")\n'


def _is_ours(file: Path) -> bool:
    with file.open("rb") as opened:
        return MARK.encode() in opened.read(_MARK_BYTES)


def _remove_empty(directory: Path) -> None:
    if not directory.is_dir():
        return
    for path in sorted(directory.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink() and not any(path.iterdir()):
            path.rmdir()
