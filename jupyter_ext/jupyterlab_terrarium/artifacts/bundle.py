"""The offline bundle: every package file and the lock, in the layout of pixi-pack, version 1.

https://pixi.prefix.dev/latest/deployment/pixi_pack: ``pixi-unpack`` installs it; ``conda`` and
``micromamba`` do from its ``environment.yml``, next to ``channel/`` and ``pypi/``. Nothing but
wheels may lie in ``pypi/``. ``conda-lock.yml`` and ``terrarium.json`` are ours, and stand first.
"""

from __future__ import annotations

import json
from hashlib import md5
from pathlib import Path
from typing import ClassVar

from ..models.artifact import FormGroup, FormNeeds
from ..models.lock import CondaPackage, Lock
from .channel_index import repodata
from .form import Form, FormOptions, Subject, Workshop
from .identity import KEY, identity_text
from .tar_writer import TarWriter

IDENTITY = "terrarium.json"
LOCK = "conda-lock.yml"
ENVIRONMENT = "environment.yml"
PIXI_PACK = "pixi-pack.json"
CHANNEL = "channel"
PYPI = "pypi"
_PIXI_PACK_VERSION = "1"


class OfflineBundle(Form):
    """Installs where there is no network and nothing of ours."""

    name = "offline-bundle"
    title = "Offline bundle"
    purpose = "For machines without a network: all package files, for pixi-unpack or micromamba."
    suffix = ".tar"
    media_type: ClassVar[str] = "application/x-tar"
    group: ClassVar[FormGroup] = "files"
    needs: ClassVar[FormNeeds] = "packages"
    per_platform: ClassVar[bool] = True

    def make(
        self,
        subject: Subject,
        platform: str,
        options: FormOptions,
        shop: Workshop,
        target: Path,
    ) -> None:
        """Write it. Raises :class:`NotFound`, :class:`InvalidLock`, :class:`BuildFailed`."""
        with target.open("xb") as stream:
            tar = TarWriter(stream, subject.epoch)
            add_identity(tar, self.name, subject, platform)
            add_packages(tar, subject, platform, shop)
            tar.close()


def add_identity(tar: TarWriter, form: str, subject: Subject, platform: str) -> None:
    """The document that says which version this is; first, so that it is found at once."""
    tar.add_bytes(IDENTITY, _json({KEY: identity_text(form, subject, platform)}))


def add_packages(tar: TarWriter, subject: Subject, platform: str, shop: Workshop) -> None:
    """Lock, index, and every package file of the version for *platform*."""
    part = subject.part(platform)
    conda = sorted(part.conda, key=lambda one: (one.subdir, one.file_name))
    wheels = sorted(part.pip, key=lambda one: one.file_name)
    tar.add_bytes(LOCK, lockfile(subject, shop))
    tar.add_bytes(ENVIRONMENT, environment_file(subject, platform).encode())
    tar.add_bytes(PIXI_PACK, _json({"version": _PIXI_PACK_VERSION, "platform": platform}))
    files = [(package, shop.file(package)) for package in conda]
    # conda asks every channel for `noarch`, whether something is in it or not.
    for subdir in sorted({platform, "noarch", *(one.subdir for one in conda)}):
        tar.add_bytes(f"{CHANNEL}/{subdir}/repodata.json", repodata(subdir, files))
    named = [(f"{CHANNEL}/{one.subdir}/{one.file_name}", file) for one, file in files]
    named += [(f"{PYPI}/{one.file_name}", shop.file(one)) for one in wheels]
    total, done = sum(file.stat().st_size for _, file in named), 0

    for name, file in named:

        def on_bytes(count: int, name: str = name) -> None:
            nonlocal done
            done += count
            shop.report(done, total, name.rpartition("/")[2])

        tar.add_file(name, file, on_bytes)


def lockfile(subject: Subject, shop: Workshop) -> bytes:
    """The lock as a conda-lock file, all platforms. Raises :class:`InvalidLock`."""
    from ..conda.lockfile import write_conda_lock

    return write_conda_lock(_with_md5(subject.lock, shop), subject.specification).encode()


def environment_file(subject: Subject, platform: str) -> str:
    """For conda and micromamba, which take it as it is: exactly these builds, from the bundle."""
    part = subject.part(platform)
    lines = [
        f"# {subject.namespace}/{subject.name}@{subject.number} for {platform}; where this lies:",
        "#     micromamba create --offline -p ./env -f environment.yml",
        f"name: {subject.name}",
        "channels:",
        f"  - ./{CHANNEL}",
        "  - nodefaults",
        "dependencies:",
    ]
    conda = sorted(part.conda, key=lambda one: one.name)
    lines += [f"  - {one.name}={one.version}={one.build}" for one in conda]
    if part.pip:
        lines += ["  - pip:", "    - --no-index", f"    - --find-links ./{PYPI}"]
        wheels = sorted(part.pip, key=lambda one: one.name)
        lines += [f"    - {one.name}=={one.version}" for one in wheels]
    if subject.lock.variables:
        # JSON's strings are YAML's, too: nothing in a value is taken for syntax.
        lines.append("variables:")
        lines += [f"  {key}: {json.dumps(text)}" for key, text in subject.lock.variables.items()]
    return "\n".join(lines) + "\n"


def _with_md5(lock: Lock, shop: Workshop) -> Lock:
    """*lock* with the MD5 that conda-lock's format demands, also where an index had none."""

    def known(package: CondaPackage) -> CondaPackage:
        file = shop.files.get(package.sha256)
        if package.md5 or file is None:
            return package
        return package.model_copy(update={"md5": _md5(file)})

    parts = [
        part.model_copy(update={"conda": [known(one) for one in part.conda]})
        for part in lock.platforms
    ]
    return lock.model_copy(update={"platforms": parts})


def _md5(file: Path) -> str:
    found = md5(usedforsecurity=False)
    with file.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            found.update(chunk)
    return found.hexdigest()


def _json(content: dict[str, str]) -> bytes:
    return (json.dumps(content, indent=2, sort_keys=True) + "\n").encode()
