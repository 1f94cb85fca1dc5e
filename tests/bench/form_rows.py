"""Archives and images of the benchmark's environment, against plain ``tar`` and ``zstd``."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from statistics import median

from bench import measure
from bench.rows import Bench, Row, ratio_row
from install.install_help import PLATFORM, build, make_lock, solve_lock
from jupyterlab_terrarium.artifacts.form import PartCache, Subject, Workshop
from jupyterlab_terrarium.artifacts.forms import FORMS
from jupyterlab_terrarium.conda.specification import read_specification
from jupyterlab_terrarium.models.digest import lock_digest
from jupyterlab_terrarium.models.lock import Lock

_DATA = "terrarium-data"


def archive_and_image(bench: Bench) -> list[Row]:
    """Archive against ``tar | zstd -3 -T2``; first image; image after one package changed."""
    versions = [_Version.made(bench, number) for number in (1, 2)]
    numbers = count()
    plain: list[float] = []
    archive: list[float] = []
    image: list[float] = []
    changed: list[float] = []
    for turn in range(bench.rounds + 1):
        cache = _Cache(bench.work / f"layers-{turn}")
        samples = [
            _tar(versions[0].prefix, bench.work / f"plain-{turn}.tar.zst"),
            versions[0].make("archive-zst", next(numbers)),
            versions[0].make("oci-image", next(numbers), cache),
            versions[1].make("oci-image", next(numbers), cache),
        ]
        # The first of each imports what the others have.
        for found, seconds in zip((plain, archive, image, changed), samples, strict=True):
            found += [seconds][: 1 if turn else 0]
    return [
        ratio_row("archive (.tar.zst), against `tar | zstd -3 -T2`", archive, plain, 1.3),
        ratio_row("first image, against the archive", image, archive, 3),
        Row(
            "image after one package changed, against the first",
            f"{median(changed):.3f} s / {median(image):.3f} s "
            f"= {median(changed) / median(image):.2f}x",
            "under 0.2x",
            median(changed) < 0.2 * median(image),
        ),
    ]


@dataclass(frozen=True)
class _Version:
    subject: Subject
    prefix: Path
    work: Path

    @classmethod
    def made(cls, bench: Bench, number: int) -> _Version:
        """Version *number*: the benchmark's packages and a small one of that version."""
        lock: Lock = solve_lock(bench.channel, [*measure.PACKAGES, f"{_DATA} ={number}"])
        lock = make_lock(lock.platforms[0].conda)
        text = measure.specification("forms")
        subject = Subject("bench", "forms", number, lock, read_specification(text), text)
        subject = replace(subject, lock_digest=lock_digest(lock))
        prefix = build(bench.work / "forms", lock).ready().prefix
        return cls(subject, prefix, bench.work)

    def make(self, name: str, number: int, cache: PartCache | None = None) -> float:
        """Seconds to make the form *name*."""
        work = self.work / f"form-{number}"
        work.mkdir()
        form = FORMS[name]
        target = work / form.file_name(self.subject, PLATFORM)
        byte_code = self.work / "forms/bytecode"
        shop = Workshop(work, self.prefix, cache=cache, byte_code=byte_code)
        started = time.monotonic()
        form.make(self.subject, PLATFORM, form.options(), shop, target)
        return time.monotonic() - started


class _Cache:
    def __init__(self, directory: Path) -> None:
        directory.mkdir()
        self._directory = directory

    def get(self, key: str) -> Path | None:
        path = self._directory / key
        return path if path.exists() else None

    def put(self, key: str, path: Path) -> None:
        os.link(path, self._directory / key)


def _tar(prefix: Path, target: Path) -> float:
    started = time.monotonic()
    with _piped(["tar", "-cf", "-", "-C", str(prefix), "."]) as stream:
        command = ["zstd", "-3", "-T2", "-q", "-o", str(target)]
        subprocess.run(command, stdin=stream.stdout, check=True)
    return time.monotonic() - started


def _piped(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=subprocess.PIPE)
