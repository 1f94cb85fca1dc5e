"""An OCI image of a version: what container engines and registries take."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field

from ..models.artifact import FormNeeds
from . import activation, identity
from .archive import MAX_PLACE, PLACE
from .compression import Method
from .form import Form, FormOptions, Subject, Workshop
from .node import Node
from .oci_layers import LayerFile, LayerMaker, split
from .oci_layout import Base, dump, open_base, read_config, write_layout
from .placeholders import PLACEHOLDER
from .problem import FormImpossible
from .tree import Tree

#: Platforms of conda by the names of Go, which the specification uses.
ARCHITECTURES = {
    "linux-32": "386",
    "linux-64": "amd64",
    "linux-aarch64": "arm64",
    "linux-ppc64le": "ppc64le",
    "linux-riscv64": "riscv64",
    "linux-s390x": "s390x",
}
_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_OCI = "org.opencontainers.image."
_REPORT_BYTES = 8_000_000


class ImageOptions(FormOptions):
    """Where the files lie, how layers are compressed, and what is beneath."""

    path: str = Field(
        default="/opt/env",
        max_length=MAX_PLACE,
        pattern=PLACE,
        description="Where the files of the version lie in the image.",
    )
    compression: Method = Field(
        default="gzip", description="`gzip` is read by everything; `zstd` is smaller and newer."
    )
    base: str = Field(
        default="",
        max_length=100,
        description="Name of a base image that the administrator offers. Empty: none; the image "
        "holds the files of the version and nothing else, to be copied into another one.",
    )


class OciImage(Form):
    """An OCI layout in a tar file, as `skopeo` and `podman load` take it."""

    name = "oci-image"
    title = "Container image"
    purpose = "For Docker, Podman, Kubernetes, a registry: `skopeo copy oci-archive:FILE ...`."
    suffix = ".oci.tar"
    group = "container"
    media_type = "application/x-tar"
    needs: ClassVar[FormNeeds] = "prefix"
    per_platform = True
    options = ImageOptions

    def make(
        self,
        subject: Subject,
        platform: str,
        options: FormOptions,
        shop: Workshop,
        target: Path,
    ) -> None:
        """Write the image. Raises :class:`FormImpossible`, :class:`NotFound`, ``OSError``."""
        assert isinstance(options, ImageOptions)
        architecture = ARCHITECTURES.get(platform)
        if architecture is None:
            raise FormImpossible(
                f"Images hold programs for Linux, and this is for {platform}.",
                "Choose a Linux platform of the version, or an archive.",
            )
        base = _base(options, shop, architecture)
        tree = Tree(subject, platform, shop.need_prefix(), options.path, shop.byte_code)
        layers = [*base.layers, *_layers(tree, options, shop, len(base.layers))]
        settings = _settings(tree, options, base)
        created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(subject.epoch))
        config = {
            "created": created,
            "architecture": architecture,
            "os": "linux",
            "config": settings,
            "rootfs": {
                "type": "layers",
                "diff_ids": [f"sha256:{one.layer.diff_id}" for one in layers],
            },
        }
        with target.open("xb", buffering=1 << 20) as file:
            annotations = {**settings["Labels"], f"{_OCI}created": created}
            tag = str(subject.number)
            write_layout(file.write, subject.epoch, dump(config), layers, annotations, tag)
        shop.report(tree.size, tree.size, "")


def _base(options: ImageOptions, shop: Workshop, architecture: str) -> Base:
    if not options.base:
        return Base()
    if options.base not in shop.bases:
        known = ", ".join(sorted(shop.bases)) or "none yet"
        raise FormImpossible(
            f"There is no base image called '{options.base}' here.",
            f"The administrator offers: {known}.",
        )
    return open_base(shop.bases[options.base], shop.work, architecture)


def _layers(tree: Tree, options: ImageOptions, shop: Workshop, others: int) -> list[LayerFile]:
    lock, done, told = threading.Lock(), 0, 0

    def tell(count: int) -> None:
        nonlocal done, told
        with lock:
            done += count
            if done - told > _REPORT_BYTES:
                told = done
                shop.report(min(done, tree.size), tree.size, "")

    maker = LayerMaker(options.path, options.compression, shop.work, shop.cache, tell)
    facts = tree.facts()
    parts = split(facts, tree.part, others).values()
    # Layers make the directories that they need.
    rest = [node for node in tree.nodes_of(None) if node.kind != "directory"]
    with ThreadPoolExecutor(2) as pool:
        # It says which version it is, so no other image has it: it is not kept.
        last = pool.submit(maker.make, "layer-last", rest)
        made = [
            pool.submit(maker.kept, [facts[name] for name in names], partial(_nodes, tree, names))
            for names in parts
        ]
        return [one.result() for one in [*made, last]]


def _nodes(tree: Tree, names: Sequence[str]) -> list[Node]:
    return [node for name in names for node in tree.nodes_of(name)]


def _settings(tree: Tree, options: ImageOptions, base: Base) -> dict[str, Any]:
    """The ``config`` of the image: that of the base, with the version active in it."""
    place, said = options.path, tree.identity
    found = base.settings
    variables = dict(one.partition("=")[::2] for one in found.get("Env") or [])
    variables["PATH"] = f"{place}/bin:{variables.get('PATH') or _SYSTEM_PATH}"
    variables |= {"CONDA_PREFIX": place, "CONDA_DEFAULT_ENV": said.name, "PYTHONNOUSERSITE": "1"}
    for name, value in tree.active.variables.items():
        if value is not None:
            variables[name] = value.replace(PLACEHOLDER, place)
    labels = {
        **(found.get("Labels") or {}),
        f"{_OCI}title": said.name,
        f"{_OCI}version": str(said.number),
        f"{_OCI}description": f"{said.reference}, an environment of Terrarium",
        **identity.labels(said),
    }
    settings = {
        **found,
        "Env": [f"{name}={value}" for name, value in variables.items()],
        "Labels": labels,
    }
    if base.layers:
        settings["Entrypoint"] = [f"{place}/{activation.ENTRYPOINT}"]
    return settings


def identify(path: Path) -> identity.Identity | None:
    """Which version the image at *path* is, or ``None`` if it is not one of ours.

    Raises ``OSError``.
    """
    config = read_config(path)
    settings = (config or {}).get("config")
    found = settings.get("Labels") if isinstance(settings, dict) else None
    return identity.from_labels(found) if isinstance(found, dict) else None
