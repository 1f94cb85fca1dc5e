"""Environment modules: a version as a modulefile, in Lua for Lmod and in Tcl for both.

Loading sets what activation sets, and unloading restores what was there (``pushenv``; Environment
Modules before 5.1 have none, and leave variables unset then).
"""

from __future__ import annotations

import abc
import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from ..conda import manifest
from ..models.artifact import FormNeeds
from . import activation
from .activation import Active
from .archive import MAX_PLACE, PLACE
from .form import Form, FormOptions, Subject, Workshop
from .identity import KEY, identity_text
from .placeholders import PLACEHOLDER
from .problem import FormImpossible

#: In the first lines of every file of a store's tree: what has it may be written anew, or removed.
MARK = "Written by Terrarium, which may write it again"
_UNSAFE_LUA = re.compile(r"[^ !#-\[\]-~]")
_UNSAFE_TCL = re.compile(r"[^A-Za-z0-9 !%&\'()*+,./:<=>?@^_`|~-]")

_TCL_HELP = """\
#%Module1.0
# {first}
proc ModulesHelp {{ }} {{
    puts stderr {help}
}}
module-whatis {whatis}
set prefix {prefix}
proc set_back {{ name value }} {{
    if {{ [llength [info commands pushenv]] }} {{
        pushenv $name $value
    }} else {{
        setenv $name $value
    }}
}}
"""


def lua_text(active: Active, place: str, digest: str, first: str = f"{MARK}.") -> str:
    """The modulefile in Lua for the version that lies at *place*; *first* is its first comment."""
    return "\n".join([f"-- {first}", *_lua_lines(active, place, digest)]) + "\n"


def _lua_lines(active: Active, place: str, digest: str) -> Iterator[str]:
    yield f"help({_lua(_help(active, digest))})"
    for line in (f"Name: {active.reference}", f"Digest: {digest}"):
        yield f"whatis({_lua(line)})"
    yield f"local prefix = {_lua(place)}"
    yield 'pushenv("CONDA_PREFIX", prefix)'
    for name, value in _fixed(active):
        yield f"pushenv({_lua(name)}, {_lua(value)})"
    for name, text in active.variables.items():
        parts = None if text is None else " .. prefix .. ".join(map(_lua, text.split(PLACEHOLDER)))
        yield f"pushenv({_lua(name)}, {parts or 'false'})"
    yield 'prepend_path("PATH", pathJoin(prefix, "bin"))'
    for path in active.activate:
        yield f'source_sh("bash", pathJoin(prefix, {_lua(path)}))'


def tcl_text(active: Active, place: str, digest: str, first: str = f"{MARK}.") -> str:
    """The modulefile in Tcl for the version that lies at *place*; *first* is its first comment."""
    return _TCL_HELP.format(
        first=first,
        help=_tcl(_help(active, digest)),
        whatis=_tcl(f"{active.reference}, digest {digest}"),
        prefix=_tcl(place),
    ) + "".join(f"{line}\n" for line in _tcl_lines(active))


def _tcl_lines(active: Active) -> Iterator[str]:
    yield "set_back CONDA_PREFIX $prefix"
    for name, value in _fixed(active):
        yield f"set_back {name} {_tcl(value)}"
    for name, text in active.variables.items():
        if text is None:
            yield f"unsetenv {name}"
        else:
            parts = [_tcl(part)[1:-1] for part in text.split(PLACEHOLDER)]
            yield f'set_back {name} "{"${prefix}".join(parts)}"'
    yield 'prepend-path PATH "$prefix/bin"'
    for path in active.activate:
        yield f'source-sh bash "$prefix/{_tcl(path)[1:-1]}"'


def _fixed(active: Active) -> list[tuple[str, str]]:
    return [("CONDA_DEFAULT_ENV", active.name), ("PYTHONNOUSERSITE", "1")]


def _help(active: Active, digest: str) -> str:
    return f"{active.reference}, an environment of Terrarium.\nPlatform digest: {digest}\n"


def _lua(text: str) -> str:
    """*text* as a string of Lua: bytes that are not plain as decimal escapes."""
    plain = text.encode("utf-8", "surrogateescape").decode("latin-1")
    return '"' + _UNSAFE_LUA.sub(lambda one: f"\\{ord(one[0]):03d}", plain) + '"'


def _tcl(text: str) -> str:
    """*text* as a word of Tcl between quotes."""

    def escaped(found: re.Match[str]) -> str:
        code = ord(found[0])
        return f"\\u{code:04x}" if code < 0x10000 else found[0]

    return '"' + _UNSAFE_TCL.sub(escaped, text) + '"'


class ModuleOptions(FormOptions):
    """``path``: where the files lie on the cluster."""

    path: str = Field(
        default="/opt/env",
        max_length=MAX_PLACE,
        pattern=PLACE,
        description="Where the files of the version lie: an archive unpacked there, or a squashfs "
        "file mounted.",
    )


class _Modulefile(Form):
    needs: ClassVar[FormNeeds] = "prefix"
    group = "container"
    media_type = "text/plain; charset=utf-8"
    per_platform = True
    revision = 2
    options = ModuleOptions

    def make(
        self,
        subject: Subject,
        platform: str,
        options: FormOptions,
        shop: Workshop,
        target: Path,
    ) -> None:
        """Write the modulefile. Raises :class:`FormImpossible`, :class:`NotFound`."""
        assert isinstance(options, ModuleOptions)
        prefix = shop.need_prefix()
        installed = manifest.read_installed(prefix)
        digest = subject.digest(platform)
        if installed is None or installed.digest != digest:
            raise FormImpossible(
                "The files of this version are not complete on this server.",
                "Build it again, then try again.",
            )
        active = activation.read(prefix, installed.path, subject, activation.listed(prefix))
        # It is not the store's: nobody may take it for one of those that it keeps up to date.
        first = f"{KEY}: {identity_text(self.name, subject, platform)}"
        target.write_text(self.text(active, options.path, digest, first), "utf-8")

    @abc.abstractmethod
    def text(self, active: Active, place: str, digest: str, first: str) -> str:
        """The modulefile, with *first* as its first comment."""


class LuaModulefile(_Modulefile):
    """For Lmod."""

    name = "modulefile-lua"
    title = "Modulefile (Lua)"
    purpose = "For Lmod on a cluster: `module load`, where an archive of the version lies."
    suffix = ".lua"

    def text(self, active: Active, place: str, digest: str, first: str) -> str:
        """The modulefile."""
        return lua_text(active, place, digest, first)


class TclModulefile(_Modulefile):
    """For Environment Modules, and Lmod."""

    name = "modulefile-tcl"
    title = "Modulefile (Tcl)"
    purpose = "For Environment Modules on a cluster: `module load`, where an archive lies."
    suffix = ".tcl"

    def text(self, active: Active, place: str, digest: str, first: str) -> str:
        """The modulefile."""
        return tcl_text(active, place, digest, first)
