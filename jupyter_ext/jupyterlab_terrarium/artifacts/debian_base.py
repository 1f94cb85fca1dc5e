"""A minimal base image made of the host's Debian packages: glibc, a shell, coreutils.

For tests, and for servers that reach no registry::

    python -m jupyterlab_terrarium.artifacts.debian_base /srv/bases/debian [PACKAGE...]

makes an OCI layout at that path, with further packages if they are named. `apt-get download`
fetches them, as the host's sources say; no maintainer script runs, so a package that is set up by
one is not of use here. Libraries that they need come along.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ..models.problem import TerrariumError
from .compression import Compressed
from .node import Node, with_directories
from .oci_image import ARCHITECTURES
from .oci_layers import MTIME, Layer, LayerFile
from .oci_layout import dump, write_layout
from .problem import FormImpossible, ToolMissing
from .tar import TarWriter

PACKAGES = ("base-files", "libc6", "libgcc-s1", "libstdc++6", "dash", "bash", "coreutils")
_MERGED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_LEFT_OUT = ("usr/share/man/", "usr/share/info/", "usr/share/locale/", "usr/share/doc-base/")
_FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
    "etc/group": "root:x:0:\nnogroup:x:65534:\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}


def make_base(target: Path, packages: Sequence[str] = PACKAGES) -> None:
    """Make the layout at *target*, a directory that is not there yet.

    Raises :class:`ToolMissing`, :class:`FormImpossible`, ``OSError``.
    """
    with tempfile.TemporaryDirectory(prefix="terrarium-base-") as name:
        work = Path(name)
        files = _download(work, sorted(_with_libraries(packages)))
        layer = _layer(work, _nodes(files))
        architecture = _run(["dpkg", "--print-architecture"]).strip()
        _write(target, work, layer, architecture)


def _with_libraries(packages: Sequence[str]) -> set[str]:
    """*packages*, and the libraries that they and those depend on, as names for apt."""
    text = _run(["apt-cache", "depends", "--recurse", "--important", *packages])
    needs: dict[str, set[str]] = {}
    one: set[str] = set()
    for line in text.splitlines():
        if line.startswith(" "):
            one.add(line.partition("Depends: ")[2])
        else:
            one = needs.setdefault(line, set())
    found: set[str] = set()
    waiting = set(packages)
    while waiting:
        found |= waiting
        named = set().union(*(needs.get(name, set()) for name in waiting))
        waiting = {name for name in named if _is_library(name)} - found
    return found


def _is_library(name: str) -> bool:
    return name.startswith(("lib", "zlib"))


def _download(work: Path, packages: Sequence[str]) -> list[Path]:
    (work / "packages").mkdir()
    _run(["apt-get", "download", "-qq", *packages], work / "packages")
    return sorted((work / "packages").glob("*.deb"))


def _run(command: Sequence[str], directory: Path | None = None) -> str:
    try:
        done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise ToolMissing(
            f"A base image is made of Debian packages, and there is no `{command[0]}` here.",
            "Make it on a machine with Debian or Ubuntu, or name another base image.",
        ) from None
    if done.returncode != 0:
        raise FormImpossible(
            f"`{' '.join(command[:3])} ...` failed.",
            "The machine needs its package sources: see what it says, then `apt-get update`.",
            raw=done.stderr[-2000:],
        )
    return done.stdout


def _nodes(files: Iterable[Path]) -> list[Node]:
    """The files of the packages, with `/bin` and its like merged into `/usr`."""
    found = {
        name: Node(name, "link", f"usr/{name}")
        for name in _MERGED
        if name in ("bin", "sbin", "lib")
    }
    for file in files:
        for node in _unpacked(file):
            found[node.path] = node
            top = node.path.split("/")[1:2]
            if node.path.startswith("usr/") and top and top[0] in _MERGED:
                found.setdefault(top[0], Node(top[0], "link", f"usr/{top[0]}"))
    for path, text in _FILES.items():
        found[path] = Node(path, "file", text.encode())
    return with_directories(list(found.values()))


def _unpacked(file: Path) -> Iterator[Node]:
    done = subprocess.run(["dpkg-deb", "--fsys-tarfile", file], capture_output=True, check=True)
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as tar:
        for entry in tar:
            path = entry.name.removeprefix("./").strip("/")
            if not path or path in _MERGED or f"{path}/".startswith(_LEFT_OUT):
                continue
            if path.split("/")[0] in _MERGED:
                path = f"usr/{path}"
            if entry.isdir():
                yield Node(path, "directory")
            elif entry.issym():
                yield Node(path, "link", entry.linkname)
            elif (content := tar.extractfile(entry)) is not None:
                yield Node(path, "file", content.read(), bool(entry.mode & 0o100))


def _layer(work: Path, nodes: Iterable[Node]) -> LayerFile:
    path = work / "layer"
    with path.open("xb") as file:
        out = Compressed(file, "gzip", hashed=True)
        tar = TarWriter(out.write, MTIME)
        for node in nodes:
            if node.path == "tmp":
                tar.directory("tmp", 0o1777)
            else:
                tar.add(node)
        tar.close()
        out.close()
    media_type = "application/vnd.oci.image.layer.v1.tar+gzip"
    return LayerFile(Layer(out.sha256, out.size, out.plain_sha256, media_type), path)


def _write(target: Path, work: Path, layer: LayerFile, architecture: str) -> None:
    known = {**{one: one for one in ARCHITECTURES.values()}, "i386": "386", "ppc64el": "ppc64le"}
    config = {
        "architecture": known.get(architecture, architecture),
        "os": "linux",
        "config": {"Cmd": ["/bin/bash"]},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer.layer.diff_id}"]},
    }
    archive = work / "base.oci.tar"
    with archive.open("xb") as file:
        write_layout(file.write, MTIME, dump(config), [layer], {}, "base")
    target.mkdir(parents=True)
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")


def main() -> int:
    """Make a base image; 1 with a sentence when it cannot be made."""
    parser = argparse.ArgumentParser(description="Make a base image of the host's Debian packages.")
    parser.add_argument("target", type=Path, help="directory to be made: an OCI layout")
    parser.add_argument("packages", nargs="*", help="further Debian packages")
    arguments = parser.parse_args()
    try:
        make_base(arguments.target, [*PACKAGES, *arguments.packages])
    except TerrariumError as error:
        print(f"{error.message} {error.hint}\n{error.raw}".strip(), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
