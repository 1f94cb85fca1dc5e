"""The capsule: an offline bundle with notebooks and the results that they must give again.

``capsule.json`` has, for each notebook in ``notebooks/``, the SHA-256 of its file and of the
results of each code cell (:mod:`.results`). The expected results themselves stand in the notebook,
so that what differs can be told in words.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..models.problem import InvalidArchive, InvalidRequest
from ..models.record import RECORD_KEY
from .bundle import IDENTITY
from .bundle_reader import Bundle, read_bundle
from .identity import KEY, Identity
from .results import digest, results
from .safe_names import check_name, folded
from .safe_tar import Limits

NAME = "capsule"
CONTENT = "capsule.json"
NOTEBOOKS = "notebooks/"
FORMAT = 1
MAX_NOTEBOOK = 16 * 1024 * 1024


@dataclass(frozen=True)
class Capsule:
    """A capsule that was read: ``bundle``, and the notebooks as parsed JSON by name."""

    bundle: Bundle
    notebooks: dict[str, dict[str, Any]]


def file_name(bundle: str) -> str:
    """What the capsule is called that is made of the bundle with this name."""
    return bundle.removesuffix(".tar") + ".capsule.tar"


def make_capsule(bundle: Path, notebooks: Sequence[Path], target: Path) -> None:
    """Write the capsule of *notebooks* and the offline bundle at *bundle* to *target*.

    The notebooks are as they are to be: run, with their results, saved. Equal notebooks and an
    equal bundle give the same bytes. Raises :class:`InvalidRequest` for what is no notebook, was
    never run, or was saved on another version; ``OSError``.
    """
    said = read_bundle(bundle).identity
    if said is None or not notebooks:
        raise InvalidRequest(
            "a capsule is made of an offline bundle and at least one notebook",
            "Name the notebooks with --notebook.",
        )
    files = [(f"{NOTEBOOKS}{path.name}", _checked(path, said)) for path in sorted(notebooks)]
    if len({folded(name) for name, _ in files}) < len(files):
        raise InvalidRequest("two notebooks have the same name", "Rename one of them.")
    content = {
        "format": FORMAT,
        "notebooks": {
            name: {
                "sha256": hashlib.sha256(data).hexdigest(),
                "results": [digest(cell) for cell in results(json.loads(data))],
            }
            for name, data in files
        },
    }
    own = Identity(NAME, said.namespace, said.name, said.number, said.platform, said.digest)
    added = [(IDENTITY, _json({KEY: own.text})), (CONTENT, _json(content)), *files]
    with tarfile.open(bundle) as source, target.open("xb") as stream:
        _write(source, added, stream)


def _write(source: tarfile.TarFile, added: Sequence[tuple[str, bytes]], stream: Any) -> None:
    """*added* first, with the time of the bundle; then everything else of it."""
    with tarfile.TarFile(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
        first = source.next()
        epoch = 0 if first is None else first.mtime
        directory = tarfile.TarInfo(NOTEBOOKS.rstrip("/"))
        directory.type, directory.mode, directory.mtime = tarfile.DIRTYPE, 0o755, epoch
        for number, (name, data) in enumerate(added):
            if number == 2:
                tar.addfile(directory)
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = len(data), epoch, 0o644
            tar.addfile(info, io.BytesIO(data))
        for member in source:
            if member.name != IDENTITY:
                tar.addfile(member, source.extractfile(member) if member.isfile() else None)


def read_notebook(path: Path) -> bytes:
    """The notebook at *path*, which has results. Raises :class:`InvalidRequest`."""
    try:
        check_name(path.name)
        data = path.read_bytes()
    except OSError as error:
        raise InvalidRequest(
            f"{path} cannot be read: {error.strerror or error}", "Check the path."
        ) from None
    if len(data) > MAX_NOTEBOOK:
        raise InvalidRequest(f"{path} has {len(data):,} bytes; {MAX_NOTEBOOK:,} is the limit")
    notebook = _parsed(data)
    if notebook is None:
        raise InvalidRequest(f"{path} is no notebook", "Give the name of an .ipynb file.")
    cells = [one for one in notebook["cells"] if isinstance(one, Mapping)]
    if not any(cell.get("outputs") for cell in cells):
        raise InvalidRequest(
            f"{path} has no results that could be compared", "Run all of it and save it."
        )
    return data


def _checked(path: Path, bundle: Identity) -> bytes:
    """The notebook at *path*, which may go with *bundle*."""
    data = read_notebook(path)
    notebook = _parsed(data) or {}
    record = notebook.get("metadata", {}).get(RECORD_KEY)
    if isinstance(record, Mapping):
        environment = f"{record.get('environment')}@{record.get('version')}"
        if environment != bundle.reference:
            raise InvalidRequest(
                f"{path} was saved on {environment[:150]}, and the capsule is of "
                f"{bundle.reference}",
                "Run it in that version and save it, or export the version that it was saved on.",
            )
    return data


def read_capsule(path: Path, *, into: Path | None = None, limits: Limits | None = None) -> Capsule:
    """Read the capsule at *path*, which anybody may have made.

    Package files are put *into* that directory, else only hashed. Raises :class:`InvalidArchive`.
    """
    bundle = read_bundle(path, into=into, limits=limits, texts=(CONTENT, NOTEBOOKS))
    wrong = content_differences(bundle)
    if wrong:
        raise InvalidArchive(f"The capsule is refused: {wrong[0]}.", "Ask for it again.")
    return Capsule(
        bundle,
        {
            name.removeprefix(NOTEBOOKS): parsed
            for name, data in bundle.texts.items()
            if name != CONTENT and (parsed := _parsed(data)) is not None
        },
    )


def content_differences(bundle: Bundle) -> list[str]:
    """What is not as ``capsule.json`` says, in words; nothing for a bundle that is no capsule."""
    if CONTENT not in bundle.texts:
        return [] if not bundle.texts else [f"it has notebooks, and no {CONTENT}"]
    try:
        content = json.loads(bundle.texts[CONTENT])
        listed = {str(name): dict(one) for name, one in content["notebooks"].items()}
        if content["format"] != FORMAT:
            return [f"its {CONTENT} is of another format"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return [f"its {CONTENT} cannot be read"]
    present = {name: data for name, data in bundle.texts.items() if name != CONTENT}
    wrong = [f"{name} is missing" for name in sorted(listed.keys() - present.keys())]
    wrong += [f"{name} is not in {CONTENT}" for name in sorted(present.keys() - listed.keys())]
    for name in sorted(listed.keys() & present.keys()):
        notebook = _parsed(present[name])
        if hashlib.sha256(present[name]).hexdigest() != listed[name].get("sha256"):
            wrong.append(f"{name} was changed")
        elif notebook is None:
            wrong.append(f"{name} is no notebook")
        elif [digest(cell) for cell in results(notebook)] != listed[name].get("results"):
            wrong.append(f"the results in {name} are not those of {CONTENT}")
    return wrong


def _parsed(data: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    usable = isinstance(found, dict) and isinstance(found.get("cells"), list)
    return found if usable and isinstance(found.get("metadata", {}), dict) else None


def _json(content: object) -> bytes:
    return (json.dumps(content, indent=1, sort_keys=True) + "\n").encode()
