"""Executing a notebook without a server, in a kernel that is listed nowhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

from .registration import KernelRegistration, document


class _OneKernel(KernelSpecManager):
    """Knows one kernelspec, whatever is installed."""

    spec: KernelSpec

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """That one."""
        return self.spec


def own_spec(registration: KernelRegistration) -> dict[str, Any]:
    """The ``kernel.json`` inside the prefix. Raises ``OSError``, ``ValueError``."""
    found: dict[str, Any] = json.loads((registration.resources / "kernel.json").read_bytes())
    return found


def choose(kernels: Sequence[KernelRegistration], name: str, language: str) -> KernelRegistration:
    """Of the *kernels* of a version the one that a notebook was made with.

    By the *name* of its kernelspec (``pinned`` or not), else by its *language*, else the first.
    """
    for registration in kernels:
        if name and name in (registration.name, registration.name.rpartition("--v")[0]):
            return registration
    for registration in kernels:
        if language and str(own_spec(registration).get("language", "")).lower() == language.lower():
            return registration
    return kernels[0]


def execute(notebook: Any, registration: KernelRegistration, directory: Path) -> str:
    """Execute *notebook* (of nbformat) in place; the error of the cell that failed, or ''.

    *directory* is what its cells run in. Raises ``RuntimeError`` when the kernel does not start or
    dies.
    """
    from nbclient.client import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    specs = _OneKernel()
    specs.spec = KernelSpec(**document(registration, own_spec(registration)))
    manager = AsyncKernelManager(kernel_spec_manager=specs, kernel_name=registration.name)
    client = NotebookClient(
        notebook, km=manager, timeout=None, resources={"metadata": {"path": str(directory)}}
    )
    # What the file says of its kernel stays as it is: the environment is the recorded one.
    try:
        client.execute()
    except CellExecutionError as error:
        return f"{error.ename}: {error.evalue}"
    except DeadKernelError as error:
        raise RuntimeError(str(error)) from error
    return ""
