"""conda's list of environments: a line a prefix in ``~/.conda/environments.txt``.

conda appends and removes lines without a lock, so ours are compared with what stands there, and the
file is replaced in one go. Lines of others stay as they are, in their order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from ..conda.files import write_atomically


def list_file() -> Path:
    """The file of the user who runs this."""
    return Path.home() / ".conda" / "environments.txt"


def register(root: Path, prefixes: Iterable[Path], file: Path | None = None) -> bool:
    """Let conda list exactly *prefixes* of what lies below *root*; whether anything changed.

    Raises ``OSError``.
    """
    file = file or list_file()
    try:
        before = file.read_text("utf-8", "surrogateescape").splitlines()
    except FileNotFoundError:
        before = []
    ours = sorted(str(prefix) for prefix in prefixes)
    below = f"{root}/"
    after = [line for line in before if line in ours or not line.strip().startswith(below)]
    after += [line for line in ours if line not in after]
    if after == before:
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{line}\n" for line in after)
    write_atomically(file, text.encode("utf-8", "surrogateescape"))
    return True


def kernel_filter(root: Path, given: str | None) -> str:
    """What nb_conda_kernels is to leave out as its ``env_filter``: *given*, and what is in *root*.

    It makes a kernel of every environment that conda lists; ours have theirs already.
    """
    ours = f"^{re.escape(str(root))}/"
    return f"(?:{given})|{ours}" if given else ours
