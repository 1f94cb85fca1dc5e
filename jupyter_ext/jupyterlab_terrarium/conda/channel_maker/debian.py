"""Undo Debian's changes to ``site`` and ``sysconfig`` in a packaged interpreter.

Debian's Python installs into ``/usr/local`` and imports from ``dist-packages``, so that system
packages and the administrator's do not meet. In an environment of its own that layout would leave
``lib/pythonX.Y/site-packages`` unseen.
"""

from __future__ import annotations

import re

_SITE_BLOCK = re.compile(
    rb" +if is_virtual_environment:\n(?P<own>(?: +sitepackages\.append\((?:[^()]|\([^()]*\))*\)\n))"
    rb"(?: +sitepackages\.append\((?:[^()]|\([^()]*\))*\)\n)*"
    rb"(?: +#[^\n]*\n)?",
)


def undo_debian_changes(path: str, data: bytes) -> bytes:
    """Content of a standard library file with upstream's installation layout.

    Files other than ``site.py`` and ``sysconfig``, and those of other builds, come back unchanged.
    """
    if path.endswith("/site.py") and b'"dist-packages"' in data:
        data = _SITE_BLOCK.sub(b"", data)
        return data.replace(b'"dist-packages"', b'"site-packages"')
    if re.search(r"/sysconfig(/__init__)?\.py$", path) and b"posix_local" in data:
        # The schemes stay in the table (tools look them up by name); only the choice changes.
        return re.sub(rb"prefix_scheme = '(deb_system|posix_local)'", _PREFIX_SCHEME, data)
    if path.endswith("/distutils/command/install.py"):
        return data.replace(b"dist-packages", b"site-packages")
    return data


def undo_debian_binary(data: bytes) -> bytes:
    """Content of an interpreter with upstream's layout in its built-in copy of ``site``.

    From 3.11 on ``site`` is compiled into the interpreter (a frozen module), so that the
    file alone changes nothing. The names have the same length, and are stored either as C strings
    or, in marshalled code, behind a byte that holds their length. ``./././lib`` is another way to
    write ``lib``; ``site`` normalises what it puts on the path.
    """
    for old, new in ((b"dist-packages", b"site-packages"), (b"local/lib", b"./././lib")):
        data = data.replace(b"\0" + old + b"\0", b"\0" + new + b"\0")
        length = bytes([len(old)])
        data = data.replace(length + old, length + new)
    return data


_PREFIX_SCHEME = b"prefix_scheme = 'posix_prefix'"
