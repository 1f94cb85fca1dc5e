"""Layers of an image: each with the files of one package, or of a few, and the same every time.

A layer is a tar file (OCI image specification, "Image Layer Filesystem Changeset"). It depends on
its packages and on the place alone, so a version that shares packages with another one shares their
layers, in registries and in the cache here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

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


def split(nodes: Sequence[Node], part: PlatformLock, others: int = 0) -> dict[str, list[Node]]:
    """*nodes* by layer, in the order of the layers, for an image with *others* beneath.

    The largest packages have a layer each, the rest share those that the hash of their name says:
    so a package that comes or goes changes no more than the layer that it is in. What belongs to
    none (records, the manifest) is in the last.
    """
    sizes = {package.name: package.size for package in part.files}
    own = max(0, min(LARGEST, 126 - BUCKETS - others))
    largest = set(sorted(sizes, key=lambda name: (-sizes[name], name))[:own])
    layers: dict[str, list[Node]] = {}
    for node in nodes:
        if node.kind == "directory" and node.package is None:
            continue  # layers make those that they need
        layers.setdefault(_layer_of(node.package, largest), []).append(node)
    rest = layers.pop("", [])
    return {**dict(sorted(layers.items())), "": rest}


def _layer_of(package: str | None, largest: set[str]) -> str:
    if package is None:
        return ""
    if package in largest:
        return f"package {package}"
    number = int.from_bytes(hashlib.sha256(package.encode()).digest()[:4], "big") % BUCKETS
    return f"packages {number:02}"


def make_layer(
    nodes: Sequence[Node],
    place: str,
    method: Method,
    work: Path,
    cache: PartCache | None,
    tell: Callable[[int], object],
) -> LayerFile:
    """The layer with *nodes* at *place*; below *work*, or from *cache*, which gets it.

    ``tell(count)`` is called for the bytes of files that went in. Raises ``OSError``.
    """
    key = _key(nodes, place, method)
    if cache is not None:
        found = _cached(cache, key)
        if found is not None:
            return found
    path = work / f"layer-{key}"
    with path.open("xb") as file:
        out = Compressed(file, method, hashed=True)
        tar = TarWriter(out.write, MTIME)
        inside = place.strip("/")
        for node in with_directories(
            [node._replace(path=f"{inside}/{node.path}") for node in nodes]
        ):
            tell(tar.add(node))
        tar.close()
        out.close()
    layer = Layer(out.sha256, out.size, out.plain_sha256, _MEDIA + method)
    if cache is not None:
        about = work / f"layer-{key}.json"
        about.write_text(json.dumps(asdict(layer)), "utf-8")
        cache.put(f"layer-{key}", path)
        # Last: what is said of a layer is there only when the layer is.
        cache.put(f"layer-{key}.json", about)
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


def _key(nodes: Sequence[Node], place: str, method: Method) -> str:
    """What the bytes of a layer depend on, as SHA-256."""
    library = "isal" if method == "gzip" else "zstandard"
    level = GZIP_LEVEL if method == "gzip" else ZSTD_LEVEL
    digest = hashlib.sha256(repr((REVISION, place, library, version(library), level)).encode())
    for node in nodes:
        row = (node.path, node.kind, node.executable, node.mark or _content(node))
        digest.update(repr(row).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _content(node: Node) -> str:
    if node.kind != "file" or isinstance(node.content, str):
        return str(node.content)
    data = node.content if isinstance(node.content, bytes) else node.content()
    return hashlib.sha256(data).hexdigest()
