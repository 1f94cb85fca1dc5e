"""A squashfs file: a version as one file that is mounted, not unpacked.

Parallel file systems of clusters like one large file better than ten thousand small ones. The
format has one good writer, `mksquashfs` (squashfs-tools 4.5 and later read a tar file), which is a
program of the system; the same release of it gives the same bytes.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from ..models.artifact import FormNeeds
from .archive import MAX_PLACE, PLACE, write_tree
from .form import Form, FormOptions, Subject, Workshop
from .identity import PATH as IDENTITY
from .identity import Identity, read_identity
from .problem import FormImpossible, ToolMissing
from .tar import TarWriter
from .tree import Tree

MAGIC = b"hsqs"
_LEVELS = {"zstd": "3", "gzip": "4"}
#: Else it takes a quarter of the machine's memory.
_MEMORY = "256M"


class SquashfsOptions(FormOptions):
    """Where it will be mounted, and how it is compressed."""

    path: str = Field(
        default="/opt/env",
        max_length=MAX_PLACE,
        pattern=PLACE,
        description="Where it will be mounted.",
    )
    compression: Literal["zstd", "gzip"] = Field(
        default="zstd", description="`gzip` for kernels before Linux 4.14."
    )


class Squashfs(Form):
    """For Apptainer, for ``mount`` and for `squashfuse`."""

    name = "squashfs"
    title = "Squashfs file"
    purpose = "One file to mount at a path, with Apptainer or by the system: for clusters."
    suffix = ".squashfs"
    group = "container"
    media_type = "application/vnd.squashfs"
    needs: ClassVar[FormNeeds] = "prefix"
    per_platform = True
    options = SquashfsOptions

    def make(
        self,
        subject: Subject,
        platform: str,
        options: FormOptions,
        shop: Workshop,
        target: Path,
    ) -> None:
        """Write the file. Raises :class:`FormImpossible`, :class:`NotFound`, ``OSError``."""
        assert isinstance(options, SquashfsOptions)
        program = shutil.which("mksquashfs")
        if program is None:
            raise ToolMissing(
                "Squashfs files are made by `mksquashfs`, which is not installed on the server.",
                "Install `squashfs-tools` (4.5 or newer) there, or choose an archive.",
            )
        tree = Tree(subject, platform, shop.need_prefix(), options.path, shop.byte_code)
        method, epoch = options.compression, str(subject.epoch)
        command = [program, "-", str(target), "-tar", "-quiet", "-no-progress"]
        command += ["-comp", method, "-Xcompression-level", _LEVELS[method], "-mem", _MEMORY]
        command += ["-all-root", "-no-xattrs", "-root-mode", "755", "-processors", "2"]
        # With both set it refuses to choose; ours is the one that counts.
        command += ["-mkfs-time", epoch, "-all-time", epoch]
        said = shop.work / "mksquashfs.txt"
        with said.open("wb") as output:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=output, stderr=output, env={}
            )
            assert process.stdin is not None
            # When it ends early, its own words say why.
            with contextlib.suppress(BrokenPipeError), process.stdin as pipe:
                write_tree(TarWriter(pipe.write, subject.epoch), tree, shop)
            status = process.wait()
        if status != 0:
            raise FormImpossible(
                f"`mksquashfs` ended with status {status}.",
                "squashfs-tools 4.5 or newer is needed; see what it says.",
                raw=said.read_text("utf-8", "replace")[-2000:],
            )


def identify(path: Path) -> Identity | None:
    """Which version the squashfs file at *path* is, or ``None`` if it is not one of ours.

    ``None`` also where `unsquashfs` is not installed. Raises ``OSError``.
    """
    with path.open("rb") as file:
        program = shutil.which("unsquashfs") if file.read(4) == MAGIC else None
    if program is None:
        return None
    done = subprocess.run([program, "-cat", str(path), IDENTITY], capture_output=True, check=False)
    return read_identity(done.stdout) if done.returncode == 0 else None
