"""A kernel and a client of it, through jupyter_client alone."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager
from jupyter_core.paths import jupyter_runtime_dir


class Session:
    """A running kernel, started by the name of its kernelspec."""

    def __init__(self, name: str, environment: dict[str, str]) -> None:
        # Named as Jupyter servers name it.
        self.connection_file = Path(jupyter_runtime_dir()) / f"kernel-{uuid.uuid4()}.json"
        self.connection_file.parent.mkdir(parents=True, exist_ok=True)
        self.manager = KernelManager(kernel_name=name, connection_file=str(self.connection_file))
        self.manager.start_kernel(env={**os.environ, **environment})
        self.client: BlockingKernelClient = self.manager.client()
        self._connect()

    def _connect(self) -> None:
        self.client.start_channels()
        self.client.wait_for_ready(timeout=30)

    @property
    def pid(self) -> int:
        """The process that jupyter_client started: the kernel itself, after ``exec``."""
        provisioner: Any = self.manager.provisioner
        return int(provisioner.pid)

    def run(self, code: str) -> str:
        """What *code* writes to its streams, or the name of the error that it raises."""
        written: list[str] = []

        def collect(message: dict[str, Any]) -> None:
            if message["msg_type"] == "stream":
                written.append(message["content"]["text"])

        reply = self.client.execute_interactive(code, output_hook=collect, timeout=30)
        if reply["content"]["status"] != "ok":
            return str(reply["content"].get("ename", "error"))
        return "".join(written).strip()

    def restart(self) -> None:
        """What *Restart kernel* does."""
        self.client.stop_channels()
        self.manager.restart_kernel(now=True)
        self.client = self.manager.client()
        self._connect()

    def close(self) -> None:
        """End it."""
        self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel(now=True)
