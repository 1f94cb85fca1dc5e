"""``EXTERNALLY-MANAGED`` (PEP 668): stops pip and uv from changing a prefix, as root as well."""

from __future__ import annotations

from hashlib import sha256

from .files import write_atomically
from .manifest import FileList
from .runner import Workplace

NAME = "EXTERNALLY-MANAGED"
TEXT = """\
[externally-managed]
Error=This environment is managed by Terrarium and is never changed in place:
 others may be running from the same files, and it must stay what its lock says.

 To add, remove or update packages, edit the environment in the Terrarium panel
 of JupyterLab, or its environment.yml and run

     jupyter terrarium env update NAME -f environment.yml

 That makes a new version; "Restart Kernel" then uses it, and going back is
 one click. To try something out first, choose "Try It Out" in the menu of the
 environment: it opens a notebook in which pip works and nothing else changes.
"""


def write(place: Workplace, files: FileList) -> None:
    """Write the file into the standard library of the prefix's Python, if it has one."""
    python = place.python
    if python is None or not (place.prefix / python.stdlib).is_dir():
        return
    path = f"{python.stdlib}/{NAME}"
    data = TEXT.encode()
    write_atomically(place.prefix / path, data)
    files.add_file(path, sha256(data).hexdigest(), None, "terrarium", len(data))
