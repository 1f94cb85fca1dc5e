"""OCI image layouts (OCI image specification, "Image Layout"): reading a base, writing an image."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .oci_layers import Layer, LayerFile
from .problem import FormImpossible, ToolMissing
from .tar import TarWriter, Write

CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
INDEX_TYPE = "application/vnd.oci.image.index.v1+json"
REF_NAME = "org.opencontainers.image.ref.name"
_JSON_BYTES = 4_000_000
_READ = 1 << 20


@dataclass(frozen=True)
class Base:
    """The image that another one is made upon: its layers, and its config."""

    layers: list[LayerFile] = field(default_factory=list)
    config: dict[str, Any] = field(default_factory=dict)

    @property
    def settings(self) -> dict[str, Any]:
        """Environment, command, labels, ... (OCI image configuration, ``config``)."""
        found = self.config.get("config")
        return dict(found) if isinstance(found, dict) else {}


def dump(document: Mapping[str, Any]) -> bytes:
    """JSON as it is written into images: the same every time."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def open_base(source: str, work: Path, architecture: str) -> Base:
    """The base at *source*: a layout's directory or tar file, or a reference for `skopeo`.

    Raises :class:`FormImpossible` when there is none for *architecture*.
    """
    path = Path(source)
    try:
        if "://" in source:
            path = _fetched(source, work / "base", architecture)
        elif path.is_file():
            with tarfile.open(path) as tar:
                tar.extractall(work / "base", filter="data")
            path = work / "base"
        return _read(path, architecture)
    except (OSError, ValueError, KeyError, TypeError, tarfile.TarError) as error:
        raise FormImpossible(
            f"The base image {source} cannot be used: {type(error).__name__}: {error}",
            "The administrator names base images: each the path of an OCI layout, or a reference.",
        ) from error


def _fetched(reference: str, target: Path, architecture: str) -> Path:
    skopeo = shutil.which("skopeo")
    if skopeo is None:
        raise ToolMissing(
            "The base image is in a registry, and `skopeo` is not installed on the server.",
            "Install `skopeo` there, or name the path of an OCI layout as the base image.",
        )
    command = [skopeo, "--override-arch", architecture, "--override-os", "linux", "copy"]
    done = subprocess.run(
        [*command, reference, f"oci:{target}:base"], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise FormImpossible(
            f"The base image {reference} could not be fetched.",
            "The registry must be reachable from the server; see what `skopeo` says of it.",
            raw=done.stderr[-2000:],
        )
    return target


def _read(layout: Path, architecture: str) -> Base:
    manifest = _manifest(layout, json.loads((layout / "index.json").read_bytes()), architecture)
    config = json.loads(_blob(layout, manifest["config"]["digest"]).read_bytes())
    if config.get("architecture") != architecture or config.get("os") != "linux":
        found = f"{config.get('os')}/{config.get('architecture')}"
        raise ValueError(f"it is for {found}, not for linux/{architecture}")
    layers = []
    for one, diff_id in zip(manifest["layers"], config["rootfs"]["diff_ids"], strict=True):
        layer = Layer(_hex(one["digest"]), one["size"], _hex(diff_id), one["mediaType"])
        layers.append(LayerFile(layer, _blob(layout, one["digest"])))
    return Base(layers, config)


def _manifest(layout: Path, index: Mapping[str, Any], architecture: str) -> dict[str, Any]:
    """The manifest for *architecture* that *index*, or an index in it, leads to."""
    rows = index["manifests"]
    suitable = [
        row
        for row in rows
        if row.get("platform", {}).get("architecture", architecture) == architecture
        and row.get("platform", {}).get("os", "linux") == "linux"
    ]
    if not suitable:
        raise ValueError(f"there is nothing in it for linux/{architecture}")
    document = json.loads(_blob(layout, suitable[0]["digest"]).read_bytes())
    if "manifests" in document:
        return _manifest(layout, document, architecture)
    assert isinstance(document, dict)
    return document


def _hex(digest: str) -> str:
    algorithm, _, value = digest.partition(":")
    if algorithm != "sha256" or len(value) != 64 or not set(value) <= set("0123456789abcdef"):
        raise ValueError(f"{digest[:80]!r} is no SHA-256")
    return value


def _blob(layout: Path, digest: str) -> Path:
    return layout / "blobs/sha256" / _hex(digest)


def write_layout(
    write: Write,
    mtime: int,
    config: bytes,
    layers: Sequence[LayerFile],
    annotations: Mapping[str, str],
    tag: str,
) -> None:
    """Write the layout of one image, called *tag*, as a tar file."""
    manifest = dump(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST_TYPE,
            "config": _descriptor(CONFIG_TYPE, config),
            "layers": [_of_layer(one.layer) for one in layers],
            "annotations": dict(annotations),
        }
    )
    row = {**_descriptor(MANIFEST_TYPE, manifest), "annotations": {REF_NAME: tag}}
    index = dump({"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": [row]})
    tar = TarWriter(write, mtime)
    tar.file("oci-layout", dump({"imageLayoutVersion": "1.0.0"}))
    tar.file("index.json", index)
    for data in (manifest, config):
        tar.file(f"blobs/sha256/{hashlib.sha256(data).hexdigest()}", data)
    for digest, one in sorted({one.layer.digest: one for one in layers}.items()):
        tar.large(f"blobs/sha256/{digest}", one.layer.size, _blocks(one.path))
    tar.close()


def _descriptor(media_type: str, data: bytes) -> dict[str, Any]:
    digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
    return {"mediaType": media_type, "digest": digest, "size": len(data)}


def _of_layer(layer: Layer) -> dict[str, Any]:
    return {
        "mediaType": layer.media_type,
        "digest": f"sha256:{layer.digest}",
        "size": layer.size,
    }


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_READ):
            yield block


def read_config(path: Path) -> dict[str, Any] | None:
    """The config of the first image in the layout that the tar file *path* is, or ``None``."""
    try:
        with tarfile.open(path, "r:") as tar:
            manifest = _member(tar, "index.json")["manifests"][0]
            name = f"blobs/sha256/{_hex(manifest['digest'])}"
            config = _member(tar, name)["config"]
            return _member(tar, f"blobs/sha256/{_hex(config['digest'])}")
    except (tarfile.TarError, ValueError, KeyError, IndexError, TypeError):
        return None


def _member(tar: tarfile.TarFile, name: str) -> dict[str, Any]:
    entry = tar.getmember(name)
    file = tar.extractfile(entry) if entry.size < _JSON_BYTES else None
    if file is None:
        raise ValueError(f"{name} is no small file")
    document = json.loads(file.read())
    if not isinstance(document, dict):
        raise ValueError(f"{name} is no object")
    return document
