"""Source archives with a build backend of their own, so that building them needs nothing."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

BACKEND = """
import os, time, zipfile
from pathlib import Path

NAME, VERSION, TAG, NEEDS = {name!r}, {version!r}, {tag!r}, {needs!r}
FILES = {files!r}
{at_import}

def build_wheel(directory, config_settings=None, metadata_directory=None):
{body}
    info = f"{{NAME}}-{{VERSION}}.dist-info"
    metadata = f"Metadata-Version: 2.1\\nName: {{NAME}}\\nVersion: {{VERSION}}\\n"
    contents = {{
        f"{{NAME}}/__init__.py": Path("src", "module.py").read_bytes(),
        **FILES,
        f"{{info}}/METADATA": metadata + "".join(f"Requires-Dist: {{one}}\\n" for one in NEEDS),
        f"{{info}}/WHEEL": f"Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: {{TAG}}\\n",
    }}
    record = "".join(f"{{path}},,\\n" for path in [*contents, f"{{info}}/RECORD"])
    wheel = f"{{NAME}}-{{VERSION}}-{{TAG}}.whl"
    when = time.localtime(int(os.environ.get("SOURCE_DATE_EPOCH") or time.time()))[:6]
    with zipfile.ZipFile(Path(directory, wheel), "w") as archive:
        for path, content in {{**contents, f"{{info}}/RECORD": record}}.items():
            archive.writestr(zipfile.ZipInfo(path, when), content)
    return wheel

build_editable = build_wheel
"""


def make_sdist(
    directory: Path,
    name: str,
    version: str = "1.0",
    *,
    body: str = "pass",
    at_import: str = "",
    tag: str = "py3-none-any",
    needs: Sequence[str] = (),
    requires: Sequence[str] = (),
    files: Mapping[str, bytes] | None = None,
    static: bool = False,
) -> Path:
    """``name-version.tar.gz`` whose module says ``VERSION``.

    *body* is Python that runs when the wheel is built, *at_import* as soon as the backend is
    imported; *requires* what building needs, *files* are
    further ones of the wheel; with *static*, the metadata can be had without building (PEP 643).
    """
    indented = "\n".join("    " + line for line in body.strip().splitlines())
    backend = BACKEND.format(
        name=name,
        version=version,
        tag=tag,
        needs=list(needs),
        files=files or {},
        body=indented,
        at_import=at_import,
    )
    metadata = "2.2" if static else "1.0"
    return write_tar(
        directory / f"{name}-{version}.tar.gz",
        {
            f"{name}-{version}/pyproject.toml": "[build-system]\n"
            f"requires = {list(requires)!r}\nbuild-backend = 'backend'\nbackend-path = ['build']\n",
            f"{name}-{version}/build/backend.py": backend,
            f"{name}-{version}/src/module.py": f"VERSION = {version!r}\n",
            f"{name}-{version}/PKG-INFO": f"Metadata-Version: {metadata}\nName: {name}\n"
            f"Version: {version}\n",
        },
    )


def write_tar(path: Path, files: Mapping[str, str | tarfile.TarInfo]) -> Path:
    """A tar.gz of texts and ready-made members."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            if isinstance(content, tarfile.TarInfo):
                archive.addfile(content)
                continue
            member = tarfile.TarInfo(name)
            member.size = len(content.encode())
            archive.addfile(member, io.BytesIO(content.encode()))
    return path
