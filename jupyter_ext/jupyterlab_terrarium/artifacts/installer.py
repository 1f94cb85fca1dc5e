"""The installer: one shell script that carries an environment to any Linux or macOS machine.

Its front (``data/install.sh``) needs a POSIX shell and the core utilities. Behind it stand, in this
order: the lock, the plan, the files of the first stage raw, those of the second stage
(:mod:`.unpack_stage`).
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, ClassVar

from ..models.artifact import FormGroup, FormNeeds
from . import unpack_stage
from .bundle import lockfile
from .form import Form, FormOptions, Subject, Workshop
from .identity import identity_line
from .installer_script import DIGITS, plan, script, second_stage_pieces
from .laid_out import LaidOut, lay_out
from .own_files import OWN, activation_scripts, kernels, version_file
from .pieces import STAND_IN, Entry, Padding
from .problem import FormImpossible
from .stages import Stages, divide

#: As ``uname -s`` and ``uname -m`` write it.
MACHINES = {
    "linux-64": "Linux-x86_64",
    "linux-aarch64": "Linux-aarch64 | Linux-arm64",
    "linux-ppc64le": "Linux-ppc64le",
    "osx-64": "Darwin-*",
    "osx-arm64": "Darwin-arm64",
}
_LEVEL = 6
_SHEBANG_BYTES = 127
_LONGEST_PATH = 1000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Installer(Form):
    """Nothing has to be there: no conda, no Python, no network, no rights."""

    name = "installer"
    title = "Installer"
    purpose = "For Linux and macOS machines with nothing installed: one file to run."
    suffix = ".sh"
    media_type: ClassVar[str] = "application/x-sh"
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
        """Write the installer. Raises :class:`FormImpossible`, :class:`NotFound`,
        :class:`InvalidLock`, and :class:`BuildFailed` for a broken package.
        """
        subject.part(platform)
        if platform not in MACHINES:
            raise FormImpossible(
                f"There is no installer for {platform}: it is a shell script.",
                "Take the offline bundle, which pixi-unpack and micromamba install there.",
            )
        lock = lockfile(subject, shop)
        laid_out = lay_out(subject, platform, shop)
        _refuse_scripts(subject, laid_out)
        texts = shop.work / "own-files"
        texts.mkdir()
        named = kernels(texts, subject, laid_out.prefix)
        own = [version_file(texts, self.name, subject, platform)]
        own += activation_scripts(texts, subject, laid_out)
        own += [entry for entries in named.values() for entry in entries]
        stages = divide(laid_out, own)
        payload = _Payload(laid_out, stages, lock, own)
        values = {
            "IDENTITY": identity_line(self.name, subject, platform),
            "VERSION": f"{subject.namespace}/{subject.name}@{subject.number}",
            "LABEL": subject.label,
            "PLATFORM": platform,
            "MACHINES": MACHINES[platform],
            "SIZE": f"{sum(entry.size for entry in laid_out.entries) / 1e6:.0f}",
            "KERNELS": ", ".join(named) or "none",
            "NOTE": _note(laid_out),
            "LOCK": str(len(lock)),
            "PLAN": str(len(payload.plan)),
            "ROOM": str(_room(laid_out)),
            "PYTHON": stages.python,
            "COMPRESSION": "deflated" if stages.deflated else "plain",
        }
        _write(target, script(values), payload, shop)


class _Payload:
    """What stands behind the script."""

    def __init__(self, laid_out: LaidOut, stages: Stages, lock: bytes, own: list[Entry]) -> None:
        self._stages = stages
        self._lock = lock
        self._unpack = b"" if not stages.python else Path(unpack_stage.__file__).read_bytes()
        for entry in (*stages.first, *stages.second):
            if _CONTROL.search(entry.path + entry.target):
                raise FormImpossible(
                    f"A package has a file named {entry.path!a}, which no installer can write.",
                    "Take the offline bundle instead.",
                )
        directories = {one.path for one in laid_out.entries if one.kind == "directory"}
        directories |= {one.path.rpartition("/")[0] for one in own} - {OWN}
        work = [f'raw {len(self._unpack)} "$work/unpack"\n'] if self._unpack else []
        self.plan = "".join([*work, plan(sorted(directories), stages.first)]).encode()
        self.size = sum(one.size for one in (*stages.first, *stages.second))

    def parts(self) -> Iterator[bytes]:
        """All of it, in order."""
        yield self._lock
        yield self.plan
        yield self._unpack
        for entry in self._stages.first:
            yield from entry.content()
        if not self._stages.python:
            return
        if not self._stages.deflated:
            yield from self._second()
            return
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
        for part in self._second():
            yield packer.compress(part)
        yield packer.flush()

    def _second(self) -> Iterator[bytes]:
        for entry in self._stages.second:
            if entry.kind == "link":
                target = os.fsencode(entry.target)
                yield f"l - T{len(target)} {entry.path}\n".encode("utf-8", "surrogateescape")
                yield target
                continue
            mode = "755" if entry.executable else "644"
            pieces = second_stage_pieces(entry.pieces)
            yield f"f {mode} {pieces} {entry.path}\n".encode("utf-8", "surrogateescape")
            yield from entry.content()
        yield b"end\n"


def _write(target: Path, head: bytes, payload: _Payload, shop: Workshop) -> None:
    digest = hashlib.sha256()
    place = head.index(b"checksum=" + b"0" * DIGITS) + len(b"checksum=")
    with target.open("xb") as file:
        _put(file, head, lambda data: None)
        digest.update(head[:place] + head[place + DIGITS :])
        done = 0
        for part in payload.parts():
            _put(file, part, digest.update)
            done += len(part)
            shop.report(min(done, payload.size), payload.size, target.name)
        file.seek(place)
        file.write(digest.hexdigest().encode())
    target.chmod(0o755)


def _put(file: IO[bytes], data: bytes, seen: Callable[[bytes], object]) -> None:
    file.write(data)
    seen(data)


def _refuse_scripts(subject: Subject, laid_out: LaidOut) -> None:
    run = sorted(set(subject.lock.run_link_scripts) & set(laid_out.scripted))
    if run:
        raise FormImpossible(
            f"Post-link scripts are part of this version ({', '.join(run)}), and an installer "
            "runs none.",
            "Make a version without them, or take an archive or an image, which has what they did.",
        )


def _note(laid_out: LaidOut) -> str:
    if not laid_out.scripted:
        return ":"
    names = ", ".join(laid_out.scripted)
    return "say " + shlex.quote(f"Post-link scripts were not run, as in Terrarium: {names}.")


def _room(laid_out: LaidOut) -> int:
    """How long the path of the prefix may be, in bytes."""
    room = _LONGEST_PATH
    for entry in laid_out.entries:
        for piece in entry.pieces:
            if isinstance(piece, Padding):
                room = min(room, piece.length)
        if entry.relocated and entry.source is not None:
            with entry.source.open("rb") as file:
                line = file.read(4096).partition(b"\n")[0]
            if line.startswith(b"#!" + STAND_IN.encode()):
                room = min(room, _SHEBANG_BYTES - len(line) + len(STAND_IN))
    return room
