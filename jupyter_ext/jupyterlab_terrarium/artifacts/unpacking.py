"""``bin/conda-unpack``: writes the place where an archive was unpacked into its files.

conda-pack's name and use. Where the archive has Python, the script is one of Python that the shell
starts with the archive's own; else it is one of the shell, with ``sed`` and ``dd``.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from .tree import Relocation

PATH = "bin/conda-unpack"
_PYTHON = Path(__file__).with_name("conda_unpack.py")
_SHELL = Path(__file__).with_name("conda_unpack.sh")
# Read by the shell as a command, and by Python as a text that nothing is done with.
_START = """\
#!/bin/sh
'''exec' "$(dirname -- "$0")/python" -I "$0" "$@"
' '''
# Writes the place of this environment into its files. Run it once, where it is to stay.
"""
_PLAIN = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-:=,+ "


def unpack_script(relocations: Sequence[Relocation], python: bool) -> bytes:
    """The script for these files; *python*: the archive has one."""
    files = sorted(relocations, key=_path)
    return _python_script(files) if python else _shell_script(files)


def _path(one: Relocation) -> str:
    return one.path


def _python_script(files: Iterable[Relocation]) -> bytes:
    rows = [
        {
            "path": one.path,
            "placeholder": one.placeholder.decode("latin-1"),
            "binary": one.binary,
            "first": one.first_line.decode("latin-1"),
        }
        for one in files
    ]
    table = "[" + ",\n".join(json.dumps(row) for row in rows) + "]"
    # No name of a file can end the text that it stands in.
    table = "r'''" + table.replace("'", "\\u0027") + "'''"
    source = _PYTHON.read_text("utf-8")
    body = source[source.index("from __future__") :]
    return (_START + body.replace('TABLE = "[]"', f"TABLE = {table}", 1)).encode()


def _shell_script(files: Sequence[Relocation]) -> bytes:
    steps = []
    for one in files:
        path, old = shlex.quote(one.path), shlex.quote(_pattern(one.placeholder))
        if one.binary:
            steps += [f"binary {path} {patch}\n" for patch in _patches(one)]
        elif one.first_line:
            line = shlex.quote(one.first_line.decode("latin-1"))
            steps.append(f"first {path} {old} {line}\n")
        else:
            steps.append(f"text {path} {old}\n")
    room = min([len(one.placeholder) for one in files if one.binary], default=4095)
    source = _SHELL.read_text("utf-8").replace("room=4095", f"room={room}", 1)
    text = "".join([source, *steps, 'printf \'%s\' "$prefix" >"$note"\n'])
    return text.encode("utf-8", "surrogateescape")


def _pattern(placeholder: bytes) -> str:
    """*placeholder* as a pattern of ``sed`` between bars."""
    return re.sub(r"([][\\.*^$|])", r"\\\1", placeholder.decode("latin-1"))


def _patches(one: Relocation) -> Iterator[str]:
    """Arguments of ``binary`` behind the path, for each C string."""
    for found in re.finditer(re.escape(one.placeholder) + rb"[^\0]*", one.data):
        parts = found[0].split(one.placeholder)
        form = shlex.quote("%s".join(map(_escaped, parts)))
        prefixes = ' "$prefix"' * (len(parts) - 1)
        yield f"{found.start()} {len(found[0])} {form}{prefixes}"


def _escaped(data: bytes) -> str:
    """*data* in a format of ``printf``."""
    return "".join(chr(one) if one in _PLAIN else f"\\{one:03o}" for one in data)
