"""Layers of an image: each with the files of one package, or of a few, and the same every time.

A layer is a tar file (OCI image specification, "Image Layer Filesystem Changeset"). It depends on
its packages and on the place alone, so a version that shares packages with another one shares their
layers, in registries and in the cache here. Its key is made of what the store has recorded of its
files, so that a layer from the cache costs no look at them; where one is made, each file is
compared with that record, so that none is ever made, or kept, of other files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path, PurePosixPath

from ..models.lock import PlatformLock
from .compression import GZIP_LEVEL, ZSTD_LEVEL, Compressed, Method
from .form import PartCache
from .node import Node, with_directories
from .tar import TarWriter

#: Grows when the same files give another layer.
REVISION = 1
#: 1980-01-01: not the time of the version, so that a package's layer is the same in all of them.
MTIME = 315_532_800
#: Container engines take 127 layers; some are left for the base image.
LARGEST, BUCKETS = 95, 20
_MEDIA = "application/vnd.oci.image.layer.v1.tar+"


@dataclass(frozen=True)
class Layer:
    """A layer as manifest and config name it; ``size`` in bytes, hashes in hexadecimal."""

    digest: str
    size: int
    diff_id: str
    media_type: str


@dataclass(frozen=True)
class LayerFile:
    """A layer, and where its bytes lie."""

    layer: Layer
    path: Path


def split(packages: Iterable[str], part: PlatformLock, others: int = 0) -> dict[str, list[str]]:
    """*packages* by layer, in the order of the layers, for an image with *others* beneath.

    The largest packages have a layer each, the rest share those that the hash of their name says:
    so a package that comes or goes changes no more than the layer that it is in. What belongs to
    no package (records, the manifest) is in one more, the last.
    """
    sizes = {package.name: package.size for package in part.files}
    own = max(0, min(LARGEST, 126 - BUCKETS - others))
    largest = set(sorted(sizes, key=lambda name: (-sizes[name], name))[:own])
    layers: dict[str, list[str]] = {}
    for package in packages:
        layers.setdefault(_layer_of(package, largest), []).append(package)
    return dict(sorted(layers.items()))


def _layer_of(package: str, largest: set[str]) -> str:
    if package in largest:
        return f"package {package}"
    number = int.from_bytes(hashlib.sha256(package.encode()).digest()[:4], "big") % BUCKETS
    return f"packages {number:02}"


@dataclass(frozen=True)
class LayerMaker:
    """Makes layers of files at *place* below *work*; ``cache`` keeps them, in whatever thread.

    ``tell(count)`` is called for the bytes of files that went in.
    """

    place: str
    method: Method
    work: Path
    cache: PartCache | None
    tell: Callable[[int], object]

    def kept(self, facts: Sequence[str], nodes: Callable[[], Sequence[Node]]) -> LayerFile:
        """The layer with *nodes*, which *facts* tell without making them (:meth:`.Tree.facts`).

        From the cache, or made and put there. Raises what :meth:`make` raises.
        """
        key = _key(facts, self.place, self.method)
        found = None if self.cache is None else _cached(self.cache, key)
        if found is not None:
            return found
        made = self.make(f"layer-{key}", nodes())
        if self.cache is not None:
            about = self.work / f"layer-{key}.json"
            about.write_text(json.dumps(asdict(made.layer)), "utf-8")
            self.cache.put(f"layer-{key}", made.path)
            # Last: what is said of a layer is there only when the layer is.
            self.cache.put(f"layer-{key}.json", about)
        return made

    def make(self, name: str, nodes: Sequence[Node]) -> LayerFile:
        """The layer with *nodes*, in the file *name*.

        Raises :class:`FormImpossible` for a file that is not what its node says, ``OSError``.
        """
        path = self.work / name
        with path.open("xb") as file:
            out = Compressed(file, self.method, hashed=True)
            inside = PurePosixPath(self.place.strip("/"))
            tar = TarWriter(out.write, MTIME, f"{inside}/")
            for parent in [*reversed(inside.parents[:-1]), inside]:
                tar.directory(str(parent))
            for node in with_directories(list(nodes)):
                self.tell(tar.add(node))
            tar.close()
            out.close()
        layer = Layer(out.sha256, out.size, out.plain_sha256, _MEDIA + self.method)
        return LayerFile(layer, path)


def _cached(cache: PartCache, key: str) -> LayerFile | None:
    about, path = cache.get(f"layer-{key}.json"), cache.get(f"layer-{key}")
    if about is None or path is None:
        return None
    try:
        layer = Layer(**json.loads(about.read_bytes()))
        whole = path.stat().st_size == layer.size
    except (OSError, ValueError, TypeError):
        return None
    return LayerFile(layer, path) if whole else None


def _key(facts: Sequence[str], place: str, method: Method) -> str:
    """What the bytes of a layer depend on, as SHA-256."""
    library = "isal" if method == "gzip" else "zstandard"
    level = GZIP_LEVEL if method == "gzip" else ZSTD_LEVEL
    whole = (REVISION, place, library, version(library), level, facts)
    return hashlib.sha256(repr(whole).encode()).hexdigest()
