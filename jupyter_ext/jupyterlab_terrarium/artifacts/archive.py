"""Archives: the files of a version, packed.

Without a path they are relocatable, in conda-pack's layout: everything at the top, ``bin/activate``
to use it and ``bin/conda-unpack`` to be run once. For a path, nothing has to be done after
unpacking there.
"""

from __future__ import annotations

import gzip
import itertools
import tarfile
import zlib
from pathlib import Path
from typing import IO, ClassVar

from pydantic import Field

from ..models.artifact import FormGroup, FormNeeds
from .compression import Compressed, Method
from .form import Form, FormOptions, Subject, Workshop
from .identity import PATH as IDENTITY
from .identity import Identity, read_identity
from .node import Node
from .tar import TarWriter
from .tree import Tree
from .unpacking import PATH as UNPACK
from .unpacking import unpack_script

#: A path that needs no quotes anywhere, and none of whose parts is `.` or `..`.
PLACE = r"^(/[A-Za-z0-9_+-][A-Za-z0-9._+-]*)+$"
MAX_PLACE = 1000
_REPORT_BYTES = 8_000_000
_ZSTD_MAGIC, _GZIP_MAGIC = b"\x28\xb5\x2f\xfd", b"\x1f\x8b"
_FIRST_ENTRIES, _IDENTITY_BYTES = 20, 10_000


class ArchiveOptions(FormOptions):
    """``path``: where it will be unpacked; empty: anywhere."""

    path: str = Field(
        default="",
        max_length=MAX_PLACE,
        pattern=f"^$|{PLACE}",
        description="Where the files will lie, as an absolute path; then nothing has to be done "
        "after unpacking. Empty: anywhere, and `bin/conda-unpack` is run once.",
    )


class _Archive(Form):
    group: ClassVar[FormGroup] = "files"
    needs: ClassVar[FormNeeds] = "prefix"
    per_platform = True
    options = ArchiveOptions
    method: ClassVar[Method]

    def make(
        self,
        subject: Subject,
        platform: str,
        options: FormOptions,
        shop: Workshop,
        target: Path,
    ) -> None:
        """Write the archive. Raises :class:`FormImpossible`, :class:`NotFound`, ``OSError``."""
        assert isinstance(options, ArchiveOptions)
        tree = Tree(subject, platform, shop.need_prefix(), options.path or None, shop.byte_code)
        with target.open("xb") as file, Compressed(file, self.method) as out:
            write_tree(TarWriter(out.write, subject.epoch), tree, shop)


class ZstdArchive(_Archive):
    """Zstandard: quickest to make and to unpack."""

    name = "archive-zst"
    title = "Archive (.tar.zst)"
    purpose = "Unpacks on another machine of the same kind, without conda, with GNU tar 1.31."
    suffix = ".tar.zst"
    media_type = "application/zstd"
    method = "zstd"


class GzipArchive(_Archive):
    """gzip: unpacks with anything."""

    name = "archive-gz"
    title = "Archive (.tar.gz)"
    purpose = "Unpacks on another machine of the same kind, without conda, with any tar."
    suffix = ".tar.gz"
    media_type = "application/gzip"
    method = "gzip"


def write_tree(tar: TarWriter, tree: Tree, shop: Workshop) -> None:
    """Write everything in *tree* to *tar* and end it."""
    done = told = 0
    nodes = tree.nodes()
    # What says which version it is comes first, so that it is found without unpacking the rest.
    nodes.sort(key=_is_rest)
    for node in nodes:
        done += tar.add(node)
        if done - told > _REPORT_BYTES:
            told = done
            shop.report(min(done, tree.size), tree.size, node.path)
    if tree.place is None and all(node.path != UNPACK for node in nodes):
        script = unpack_script(tree.relocations, tree.python is not None)
        tar.add(Node(UNPACK, "file", script, True))
    tar.close()
    shop.report(tree.size, tree.size, "")


def _is_rest(node: Node) -> bool:
    return node.path != ".terrarium" and node.path != IDENTITY


def identify(path: Path) -> Identity | None:
    """Which version the archive at *path* is, or ``None`` if it is not one of ours.

    Reads its beginning only. Raises ``OSError``.
    """
    with path.open("rb") as file:
        head = file.read(4)
        file.seek(0)
        try:
            if head == _ZSTD_MAGIC:
                import zstandard

                with zstandard.ZstdDecompressor().stream_reader(file) as plain:
                    return first_identity(plain)
            if head[:2] == _GZIP_MAGIC:
                with gzip.GzipFile(fileobj=file) as plain:
                    return first_identity(plain)
        except (tarfile.TarError, EOFError, ValueError, zlib.error):
            return None
    return None


def first_identity(plain: IO[bytes] | gzip.GzipFile) -> Identity | None:
    """What the tar file *plain* says of itself, if it does so among its first entries."""
    with tarfile.open(fileobj=plain, mode="r|") as tar:
        for entry in itertools.islice(tar, _FIRST_ENTRIES):
            if entry.name == IDENTITY and entry.isfile() and entry.size < _IDENTITY_BYTES:
                found = tar.extractfile(entry)
                return None if found is None else read_identity(found.read())
    return None
