"""Small complete prefixes whose kernels are shell commands: for everything but real kernels."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jupyterlab_terrarium.conda.manifest import InstalledInfo, Manifest, write
from jupyterlab_terrarium.kernels.registration import LAUNCHER
from jupyterlab_terrarium.store.paths import Layout

PRINT = ["sh", "-c", 'printf "%s\\n" "$@"', "sh", "{connection_file}", "{resource_dir}"]


@dataclass(frozen=True)
class SmallPrefix:
    """A complete prefix in a store of its own; its platform digest is a hash of its label."""

    layout: Layout
    digest: str

    @property
    def path(self) -> Path:
        return self.layout.prefix(self.digest)

    def write(self, relative: str, text: str) -> Path:
        file = self.path / relative
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def kernel(self, name: str, argv: Sequence[str], **more: object) -> None:
        """Give it a kernel."""
        spec = {"argv": list(argv), "display_name": name.upper(), "language": name, **more}
        self.write(f"share/jupyter/kernels/{name}/kernel.json", json.dumps(spec))

    def variables(self, **values: str) -> None:
        """Set variables as the worker does."""
        self.write("conda-meta/state", json.dumps({"version": 1, "env_vars": values}))

    def point(self, name: str = "small") -> None:
        """Make it what the links of the environment *name* lead to."""
        for link in (
            self.layout.environment_link("anna", name),
            self.layout.kernel_link(f"id-of-{name}"),
        ):
            link.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(self.path)


def small_prefix(root: Path, label: str = "a") -> SmallPrefix:
    """Make one, with an empty manifest."""
    layout = Layout(root)
    layout.create()
    digest = hashlib.sha256(label.encode()).hexdigest()
    prefix = SmallPrefix(layout, digest)
    (prefix.path / "bin").mkdir(parents=True)
    write(
        prefix.path,
        Manifest("linux-64", digest, []),
        InstalledInfo(digest, "linux-64", str(prefix.path)),
    )
    return prefix


def launch_command(
    root: Path, kernel: str, *more: str, pointer: str = "envs/anna/envs/small"
) -> list[str]:
    """The launcher's command line, as in a kernelspec; *more* are options."""
    options = ["--root", str(root), "--pointer", pointer, "--environment", "anna/small"]
    return [
        *(sys.executable, "-I", "-S", str(LAUNCHER), *options, "--kernel", kernel),
        *(*more, "--", "connection.json"),
    ]


def launch(
    root: Path, kernel: str = "sh", *more: str, env: Mapping[str, str] | None = None, **options: str
) -> subprocess.CompletedProcess[str]:
    """Run the launcher to the end."""
    return subprocess.run(
        launch_command(root, kernel, *more, **options),
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
