"""What a kernelspec of ours says: its minted name, and the content of its ``kernel.json``.

https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs
"""

from __future__ import annotations

import hashlib
import re
import sys
from base64 import b32encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..models.digest import prefix_name
from ..store.paths import Layout
from . import launcher

MARK = "terrarium"
FORMAT = 1
LAUNCHER = Path(launcher.__file__).absolute()
_MAX_KERNEL_LENGTH = 40
_HASH_LENGTH = 10


@dataclass(frozen=True)
class Pin:
    """A version by its number; *digest* is its platform digest, 64 hexadecimal digits."""

    version: int
    digest: str


@dataclass(frozen=True)
class KernelRegistration:
    """What one kernelspec is for.

    ``name`` was minted once (:func:`mint_name`) and never changes; ``kernel`` is the kernelspec's
    name inside the prefix. Without ``pin`` the kernel follows the current version, or the named
    pointer ``follows``. ``scratch`` is the id of a layer over the pinned version that the kernel
    runs in.
    """

    name: str
    root: Path
    environment_id: str
    namespace: str
    environment: str
    kernel: str
    personal: bool = True
    pin: Pin | None = None
    follows: str = ""
    scratch: str = ""

    @property
    def pointer(self) -> str:
        """What the launcher resolves, relative to the root (POSIX form)."""
        if self.pin is not None:
            return f"prefixes/{prefix_name(self.pin.digest)}"
        link = Layout(self.root).kernel_link(self.environment_id, self.follows)
        return link.relative_to(self.root).as_posix()

    @property
    def visible(self) -> Path:
        """The path that people see: the stable link, or what a pinned kernel leads to."""
        if self.pin is not None or self.follows:
            return self.root / self.pointer
        return Layout(self.root).environment_link(self.namespace, self.environment)

    @property
    def prefix(self) -> Path:
        """The prefix that the pointer leads to now; it need not be there."""
        path = self.root / self.pointer
        return path.parent / path.readlink() if path.is_symlink() else path

    @property
    def resources(self) -> Path:
        """The kernelspec's directory inside the prefix."""
        return self.prefix / "share/jupyter/kernels" / self.kernel


def mint_name(
    environment: str, environment_id: str, kernel: str, version: int = 0, pointer: str = ""
) -> str:
    """A kernelspec name, lower case, of ``[a-z0-9._-]``: jupyter_client compares in lower case.

    Names of environments hold no ``--``, and the part between the last two is a hash of id and
    kernel: two names are equal only for the same kernel of the same environment. *version* > 0
    is for a pinned version, *pointer* for what follows a named pointer.
    """
    identity = hashlib.sha256(f"{environment_id}\n{kernel}".encode()).digest()
    code = b32encode(identity).decode("ascii").lower()[:_HASH_LENGTH]
    readable = re.sub(r"[^a-z0-9._]+", "-", kernel.lower()).strip("-")[:_MAX_KERNEL_LENGTH]
    pinned = f"--v{version}" if version else f"--at-{pointer}" if pointer else ""
    return f"{environment}--{readable or 'kernel'}--{code}{pinned}"


def display_name(registration: KernelRegistration, own: dict[str, Any]) -> str:
    """Begins with the environment's name, because Jupyter's pickers have no search.

    ``analysis (Terrarium)`` for its ordinary Python, ``analysis · R (Terrarium)`` for others;
    ``analysis@3`` or ``analysis@stable`` when pinned, ``(team, Terrarium)`` when it is not the
    user's own.
    """
    label = registration.environment
    if registration.pin is not None:
        label += f"@{registration.pin.version}"
    elif registration.follows:
        label += f"@{registration.follows}"
    if registration.scratch:
        label += " · trying out"
    if registration.kernel != "python3":
        label += f" · {own.get('display_name') or registration.kernel}"
    owner = "" if registration.personal else f"{registration.namespace}, "
    return f"{label} ({owner}Terrarium)"


def document(registration: KernelRegistration, own: dict[str, Any]) -> dict[str, Any]:
    """The ``kernel.json`` to write; *own* is the one inside the prefix.

    Its ``argv`` and ``env`` are left to the launcher, which reads them at every start: a restarted
    kernel must get those of the version that is current then.
    """
    pin = registration.pin
    pinned = [] if pin is None else ["--digest", pin.digest, "--version", str(pin.version)]
    if registration.scratch:
        pinned += ["--scratch", f"scratch/{registration.scratch}"]
    argv = [
        sys.executable,
        "-I",
        "-S",
        str(LAUNCHER),
        *("--root", str(registration.root)),
        *("--pointer", registration.pointer),
        *("--environment", f"{registration.namespace}/{registration.environment}"),
        *("--kernel", registration.kernel),
        *pinned,
        "--",
        "{connection_file}",
    ]
    language = str(own.get("language", ""))
    metadata = own.get("metadata")
    result: dict[str, Any] = {
        "argv": argv,
        "display_name": display_name(registration, own),
        "language": language,
        "metadata": {
            **(metadata if isinstance(metadata, dict) else {}),
            "conda_env_name": registration.environment,
            "conda_env_path": str(registration.visible),
            "conda_language": language[:1].upper() + language[1:],
            "conda_raw_kernel_name": registration.kernel,
            "conda_is_base_environment": False,
            "conda_is_currently_running": False,
            MARK: mark(registration),
        },
    }
    for key in ("interrupt_mode", "kernel_protocol_version", "mimetype"):
        if own.get(key):
            result[key] = own[key]
    return result


def mark(registration: KernelRegistration) -> dict[str, Any]:
    """The owner mark: whose this is, and from which prefix it was written."""
    found: dict[str, Any] = {
        "format": FORMAT,
        "root": str(registration.root),
        "environment_id": registration.environment_id,
        "namespace": registration.namespace,
        "environment": registration.environment,
        "kernel": registration.kernel,
        "prefix": registration.prefix.name,
    }
    if registration.pin is not None:
        found["version"] = registration.pin.version
    return found
