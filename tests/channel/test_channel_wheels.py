"""Each part of a wheel lands where an installer of wheels would put it."""

from __future__ import annotations

import csv
import io
import json
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from channel_help import make_wheel

from jupyterlab_terrarium.conda.channel_maker import ChannelError, create_channel

HERE = f"cp{sys.version_info.major}{sys.version_info.minor}"
SITE = f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"

pytestmark = pytest.mark.usefixtures("private_cache")


def unpack(package: Path) -> dict[str, tarfile.TarInfo | bytes]:
    """Members of a package: contents of files, and ``path:mode`` with the tar member."""
    found: dict[str, tarfile.TarInfo | bytes] = {}
    with zipfile.ZipFile(package) as archive:
        for name in archive.namelist():
            if name.endswith(".tar.zst"):
                raw = zstandard.ZstdDecompressor().stream_reader(archive.read(name)).read()
                with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
                    for member in tar:
                        stream = tar.extractfile(member)
                        found[member.name] = stream.read() if stream else b""
                        found[f"{member.name}:mode"] = member
    return found


def convert(tmp_path: Path, lines: list[str], name: str) -> dict:
    report = create_channel(tmp_path / "channel", requirements=lines)
    [package] = [item for item in report.packages if item.file_name.startswith(f"{name}-1.0-")]
    return unpack(report.directory / package.subdir / package.file_name)


def test_a_pure_wheel_becomes_a_noarch_package(
    tmp_path: Path, wheels: Callable[..., list[str]]
) -> None:
    make_wheel(
        tmp_path / "wheels",
        "Pure_Thing",
        files={
            "pure_thing/__init__.py": "x = 1\n",
            "Pure_Thing-1.0.data/scripts/pure-run": "#!python -s\nprint(1)\n",
            "Pure_Thing-1.0.data/scripts/pure-sh": "#!/bin/sh\necho 1\n",
            "Pure_Thing-1.0.data/data/share/jupyter/kernels/pure/kernel.json": "{}",
            "Pure_Thing-1.0.data/purelib/pure_more.py": "y = 2\n",
        },
        entry_points="[console_scripts]\npure = pure_thing:main\n[other]\nz = pure_thing:z\n",
        headers=["Requires-Python: >=3.9", "License-Expression: MIT"],
    )
    found = convert(tmp_path, wheels("pure-thing"), "pure_thing")
    index = json.loads(found["info/index.json"])
    assert index["noarch"] == "python"
    assert index["subdir"] == "noarch"
    assert index["depends"] == ["python >=3.9"]
    assert index["license"] == "MIT"
    assert index["timestamp"] == 1714979290000
    link = json.loads(found["info/link.json"])
    assert link["noarch"] == {"entry_points": ["pure = pure_thing:main"], "type": "python"}
    assert found["site-packages/pure_thing/__init__.py"] == b"x = 1\n"
    assert found["site-packages/pure_more.py"] == b"y = 2\n"
    assert found["share/jupyter/kernels/pure/kernel.json"] == b"{}"
    assert found["site-packages/Pure_Thing-1.0.dist-info/INSTALLER"] == b"conda\n"
    assert found["python-scripts/pure-run"].endswith(b"/bin/python -s\nprint(1)\n")
    assert found["python-scripts/pure-sh"] == b"#!/bin/sh\necho 1\n"
    assert found["python-scripts/pure-sh:mode"].mode == 0o755
    paths = {item["_path"]: item for item in json.loads(found["info/paths.json"])["paths"]}
    marked = paths["python-scripts/pure-run"]
    assert marked["file_mode"] == "text"
    assert len(marked["prefix_placeholder"]) == 255
    assert "prefix_placeholder" not in paths["python-scripts/pure-sh"]
    about = json.loads(found["info/about.json"])
    assert "Terrarium's channel maker" in about["description"]


def test_a_platform_wheel_becomes_a_package_for_one_python(
    tmp_path: Path, wheels: Callable[..., list[str]]
) -> None:
    make_wheel(
        tmp_path / "wheels",
        "fast.thing",
        tag=f"{HERE}-{HERE}-manylinux_2_17_x86_64",
        files={
            "fast_thing/core.so": b"\x7fELF not really",
            "fast_thing.libs/libinner-1234.so": b"\x7fELF inner",
            "fast.thing-1.0.data/platlib/fast_more.py": "y = 2\n",
            "fast.thing-1.0.data/headers/fast.h": "int x;\n",
            "fast_thing/tool": "#!/bin/sh\n",
        },
        executable=["fast_thing/tool"],
        entry_points="[console_scripts]\nfast = fast_thing.cli:Main.run [color]\n",
    )
    found = convert(tmp_path, wheels("fast.thing"), "fast.thing")
    index = json.loads(found["info/index.json"])
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert index["subdir"] == "linux-64"
    assert "__glibc >=2.17" in index["depends"]
    assert f"python_abi {version}.* *_{HERE}" in index["depends"]
    assert found[f"{SITE}/fast_thing.libs/libinner-1234.so"] == b"\x7fELF inner"
    assert found[f"{SITE}/fast_more.py"] == b"y = 2\n"
    assert found[f"include/python{version}/fast-thing/fast.h"] == b"int x;\n"
    assert found[f"{SITE}/fast_thing/tool:mode"].mode == 0o755
    assert found[f"{SITE}/fast_thing/core.so:mode"].mode == 0o644
    script = found["bin/fast"].decode()
    assert f"/bin/python{version}\n" in script.splitlines(keepends=True)[0]
    assert "from fast_thing.cli import Main\n" in script
    assert "sys.exit(Main.run())" in script
    [record] = [name for name in found if name.endswith("RECORD")]
    rows = {row[0]: row[1] for row in csv.reader(io.StringIO(found[record].decode()))}
    assert rows["fast_thing/core.so"].startswith("sha256=")
    assert rows["../../../bin/fast"] == ""
    assert rows["fast.thing-1.0.dist-info/RECORD"] == ""


def test_requirements_become_dependencies(tmp_path: Path, wheels: Callable[..., list[str]]) -> None:
    directory = tmp_path / "wheels"
    make_wheel(
        directory,
        "top",
        requires=[
            "mid_dle[fancy]<2,>=1",
            'never>=1; sys_platform == "win32"',
            'Under_Score!=0.5; python_version >= "3"',
            'optional; extra == "full"',
        ],
    )
    make_wheel(directory, "mid_dle", requires=['glitter~=1.0; extra == "fancy"', "Under_Score"])
    for name in ("glitter", "Under_Score", "optional"):
        make_wheel(directory, name)
    expected = [
        "glitter >=1.0,1.*",
        "mid_dle >=1,<2a0",
        "python >=3",
        "under_score !=0.5",
    ]
    found = convert(tmp_path, wheels("top"), "top")
    assert json.loads(found["info/index.json"])["depends"] == expected
    wanted = convert(tmp_path, wheels("top[full]"), "top")
    assert json.loads(wanted["info/index.json"])["depends"] == sorted([*expected, "optional"])


def test_the_same_wheel_gives_the_same_bytes(
    tmp_path: Path, wheels: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_wheel(tmp_path / "wheels", "same", files={"same.py": "x = 1\n" * 1000})
    packages = []
    for number in (1, 2):
        monkeypatch.setenv("JUPYTERLAB_TERRARIUM_CACHE", str(tmp_path / f"cache{number}"))
        report = create_channel(tmp_path / f"channel{number}", requirements=wheels("same"))
        [item] = report.packages
        packages.append((report.directory / item.subdir / item.file_name).read_bytes())
    assert packages[0] == packages[1]


def test_a_wheel_that_writes_outside_is_refused(
    tmp_path: Path, wheels: Callable[..., list[str]]
) -> None:
    make_wheel(tmp_path / "wheels", "evil", files={"../../etc/evil": "x"})
    with pytest.raises(ChannelError, match="outside of its own tree"):
        create_channel(tmp_path / "channel", requirements=wheels("evil"))
    assert list((tmp_path / "channel").rglob("*.conda")) == []


def test_a_project_without_wheels_is_refused_in_words(
    tmp_path: Path, wheels: Callable[..., list[str]]
) -> None:
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "onlysource-1.0.tar.gz").write_bytes(b"")
    with pytest.raises(ChannelError, match="onlysource") as caught:
        create_channel(tmp_path / "channel", requirements=wheels("onlysource"))
    assert "are not built" in caught.value.hint


def test_an_unknown_project_is_refused_in_words(
    tmp_path: Path, wheels: Callable[..., list[str]]
) -> None:
    (tmp_path / "wheels").mkdir()
    with pytest.raises(ChannelError, match=r"unknown.*no-such-thing"):
        create_channel(tmp_path / "channel", requirements=wheels("no-such-thing"))
