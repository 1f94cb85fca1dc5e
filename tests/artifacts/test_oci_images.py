"""Images: accepted by what the world uses for them, the same from everywhere, layers shared."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from prefix_forms import (
    Cache,
    Version,
    build_version,
    changed,
    files_below,
    inside,
    root_file_system,
    run,
    unpack,
)

from install.install_help import PLATFORM, make_lock, solve_lock
from jupyterlab_terrarium.artifacts.identity import LABEL, identity_of
from jupyterlab_terrarium.artifacts.oci_image import identify
from jupyterlab_terrarium.artifacts.oci_layers import BUCKETS, LARGEST, split
from jupyterlab_terrarium.artifacts.problem import FormImpossible
from jupyterlab_terrarium.models.lock import CondaPackage, PlatformLock
from support.wheels import make_wheel

DATA = "terrarium-data"


def inspect(image: Path, *options: str) -> dict[str, Any]:
    document = json.loads(run("skopeo", "inspect", *options, f"oci-archive:{image}"))
    assert isinstance(document, dict)
    return document


def layers(image: Path) -> list[dict[str, Any]]:
    """What its manifest says of its layers."""
    found: list[dict[str, Any]] = inspect(image, "--raw")["layers"]
    return found


def root_of(image: Path, place: Path) -> Path:
    """The root file system of *image*, by skopeo and umoci."""
    place.mkdir()
    run("skopeo", "copy", f"oci-archive:{image}", f"oci:{place}/layout:3")
    return root_file_system(f"{place}/layout:3", place / "bundle")


@pytest.fixture(scope="module")
def image(moving: Version) -> Path:
    return moving.make("oci-image")


@pytest.fixture(scope="module")
def on_debian(moving: Version, base_image: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root file system of an image with a base."""
    bases = {"debian": str(base_image)}
    made = moving.make_in(
        moving.prefixes[0], "oci-image", moving.subject, {"bases": bases}, base="debian"
    )
    return root_of(made, tmp_path_factory.mktemp("image") / "unpacked")


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_two_stores_make_the_same_bytes(moving: Version, compression: str) -> None:
    made = [moving.make("oci-image", store, compression=compression) for store in (0, 1)]
    first, second = (hashlib.sha256(file.read_bytes()).hexdigest() for file in made)
    assert first == second


def test_skopeo_reads_its_labels(moving: Version, image: Path) -> None:
    found = inspect(image)
    digest = moving.subject.digest(PLATFORM)
    assert (found["Os"], found["Architecture"]) == ("linux", "amd64")
    assert found["Labels"][f"{LABEL}digest"] == digest
    assert found["Labels"]["org.opencontainers.image.title"] == "analysis"
    assert found["Labels"]["org.opencontainers.image.version"] == "3"
    assert {row["mediaType"] for row in layers(image)} == {
        "application/vnd.oci.image.layer.v1.tar+gzip"
    }
    settings = inspect(image, "--config")["config"]
    assert "Entrypoint" not in settings
    assert identify(image) == identity_of(moving.subject, PLATFORM)


def test_skopeo_takes_zstd_layers(moving: Version, tmp_path: Path) -> None:
    image = moving.make("oci-image", compression="zstd")
    run("skopeo", "copy", f"oci-archive:{image}", f"dir:{tmp_path}/copy")
    assert layers(image)[0]["mediaType"] == "application/vnd.oci.image.layer.v1.tar+zstd"


def test_without_a_base_it_is_an_archive_for_that_place(
    moving: Version, image: Path, tmp_path: Path, open_home: Path
) -> None:
    root = root_of(image, tmp_path / "image")
    archive = unpack(moving.make("archive-gz", path="/opt/env"), open_home / "for-opt-env")
    assert [path.name for path in root.iterdir()] == ["opt"]
    assert files_below(root / "opt/env") == files_below(archive)


def test_programs_run_in_it_with_a_base(on_debian: Path) -> None:
    start = "/opt/env/.terrarium/entrypoint"
    assert inside(on_debian, [start, "hello"]) == "1.0\n"
    code = "import os, pygments, sys; print(sys.prefix, os.environ['GREETING'])"
    assert inside(on_debian, [start, "python", "-c", code]) == '/opt/env it\'s a "$HOME"\n'
    shown = inside(on_debian, [start, "sh", "-c", "echo $TERRARIUM_ACTIVATED $CONDA_DEFAULT_ENV"])
    assert shown == "1 analysis\n"
    assert "Pygments" in inside(on_debian, ["/opt/env/bin/pygmentize", "-V"])


def test_the_image_starts_active(moving: Version, base_image: Path) -> None:
    bases = {"debian": str(base_image)}
    image = moving.make_in(
        moving.prefixes[0], "oci-image", moving.subject, {"bases": bases}, base="debian"
    )
    settings = inspect(image, "--config")["config"]
    assert settings["Entrypoint"] == ["/opt/env/.terrarium/entrypoint"]
    assert settings["Cmd"] == ["/bin/bash"]
    variables = dict(one.split("=", 1) for one in settings["Env"])
    assert variables["PATH"].startswith("/opt/env/bin:/usr/local/sbin:")
    assert variables["GREETING"] == 'it\'s a "$HOME"'
    assert (variables["CONDA_PREFIX"], variables["PYTHONNOUSERSITE"]) == ("/opt/env", "1")


def test_after_one_package_changed_only_its_layer_is_made(
    moving: Version, channel_url: str, open_home: Path, tmp_path: Path
) -> None:
    part = moving.subject.lock.platforms[0]
    other = solve_lock(channel_url, [f"{DATA} =1"]).platforms[0].conda
    packages = [*(one for one in part.conda if one.name != DATA), *other]
    lock = moving.subject.lock
    newer_lock = make_lock(packages, part.pip, lock.variables, lock.run_link_scripts)
    newer = build_version(open_home, newer_lock, ["store"], name="analysis", number=4)
    cache = Cache(tmp_path)
    images = [
        one.make_in(one.prefixes[0], "oci-image", one.subject, {"cache": cache})
        for one in (moving, newer)
    ]
    first, second = ([row["digest"] for row in layers(image)] for image in images)
    assert len(first) == len(second) == len(packages) + len(part.pip) + 1
    # That of the package, and the last one: records, and which version it is. That is not kept.
    assert len(set(second) - set(first)) == 2 and first[-1] != second[-1]
    assert (len(cache.made), len(cache.used)) == (len(first), len(second) - 2)


def test_what_comes_from_the_cache_is_the_same_image(
    moving: Version, image: Path, tmp_path: Path
) -> None:
    cache = Cache(tmp_path)
    for _ in range(2):
        again = moving.make_in(moving.prefixes[1], "oci-image", moving.subject, {"cache": cache})
        assert again.read_bytes() == image.read_bytes()
    assert sorted(cache.used) == sorted(cache.made) != []
    # Half a layer is none.
    kept = max(tmp_path.iterdir(), key=lambda path: path.stat().st_size)
    os.truncate(kept, 1000)
    again = moving.make_in(moving.prefixes[0], "oci-image", moving.subject, {"cache": cache})
    assert again.read_bytes() == image.read_bytes()
    assert kept.stat().st_size > 1000


def made_with(version: Version, cache: Cache) -> bytes:
    shop = {"cache": cache}
    return version.make_in(version.prefixes[0], "oci-image", version.subject, shop).read_bytes()


SITE = "lib/python3.11/site-packages"
BY_HAND = {
    "a file of a package": (f"{SITE}/pygments/lexer.py", b"import os\n"),
    "one that is gone": (f"{SITE}/pygments/lexer.py", None),
    "byte code": (f"{SITE}/pygments/__pycache__/lexer.cpython-311.pyc", b"\0\0\0\0\1\0\0\0" * 20),
    "byte code that is gone": (f"{SITE}/pygments/__pycache__/lexer.cpython-311.pyc", None),
    "a file of a wheel": (f"{SITE}/hello/__init__.py", b"import os\n"),
    "byte code of a wheel that is gone": (
        f"{SITE}/hello/__pycache__/__init__.cpython-311.pyc",
        None,
    ),
    "a command that was made here": ("bin/pygmentize", b"#!/bin/sh\n"),
    "what a post-link script has made": ("etc/terrarium-postlink.txt", b"\n"),
}


@pytest.mark.parametrize("what", BY_HAND)
def test_of_a_file_that_was_changed_by_hand_no_layer_is_made_or_kept(
    moving: Version, image: Path, tmp_path: Path, what: str
) -> None:
    path, data = BY_HAND[what]
    cache = Cache(tmp_path)
    with changed(moving.prefixes[0] / path, data), pytest.raises(FormImpossible) as refused:
        made_with(moving, cache)
    assert refused.value.message == f"{path} was changed, or removed, after it was installed."
    # Nothing of it stays: the next one is whole.
    assert made_with(moving, cache) == image.read_bytes()


def test_layers_that_are_kept_cost_no_look_at_the_files(
    moving: Version, image: Path, tmp_path: Path
) -> None:
    cache = Cache(tmp_path)
    made_with(moving, cache)
    with changed(moving.prefixes[0] / SITE / "pygments", None):
        assert made_with(moving, cache) == image.read_bytes()


def test_it_is_the_same_without_the_indexes_of_byte_code(moving: Version, image: Path) -> None:
    shop = {"byte_code": None}
    made = moving.make_in(moving.prefixes[0], "oci-image", moving.subject, shop)
    assert made.read_bytes() == image.read_bytes()


def test_where_two_wheels_have_one_file_its_byte_code_is_looked_for(
    moving: Version, open_home: Path, tmp_path: Path
) -> None:
    files = {"common/shared.py": "X = 1\n"}
    wheels = [make_wheel(tmp_path / "wheels", name, "1.0", files=files) for name in ("one", "two")]
    conda = moving.subject.lock.platforms[0].conda
    # Alone one has byte code of it, both together have none: that is another layer.
    cache = Cache(tmp_path)
    for number, chosen in enumerate([wheels[1:], wheels]):
        lock = make_lock([one for one in conda if one.name == "python"], chosen)
        version = build_version(open_home, lock, ["store"], name="two", number=number)
        shop = {"byte_code": None}
        looked = version.make_in(version.prefixes[0], "oci-image", version.subject, shop)
        assert made_with(version, cache) == looked.read_bytes()


def packages(sizes: Sequence[int]) -> PlatformLock:
    made = [
        CondaPackage(
            name=f"p{number}",
            version="1",
            build="0",
            subdir="noarch",
            url="file:///x/p.conda",
            channel="file:///x",
            sha256=f"{number:064x}",
            size=size,
        )
        for number, size in enumerate(sizes)
    ]
    return PlatformLock(platform=PLATFORM, conda=made)


def test_the_largest_packages_have_layers_of_their_own_and_the_rest_share() -> None:
    part = packages(range(1, 1001))
    names = [one.name for one in part.conda]
    layers = split(names, part)
    own = [name for name, files in layers.items() if name.startswith("package ")]
    assert len(own) == LARGEST and "package p999" in own and "package p0" not in own
    assert len(layers) == LARGEST + BUCKETS
    assert sum(map(len, layers.values())) == 1000
    # One more small package changes one bucket.
    more = packages([*range(1, 1001), 1])
    names.append("p1000")
    after = split(names, more)
    assert len([name for name in after if after[name] != layers[name]]) == 1
    # Beneath a base of many layers, and with the last, there are still no more than 127.
    assert len(split(names, more, others=40)) <= 86


@pytest.mark.parametrize(
    ("bases", "base", "words"),
    [
        ({}, "debian", "There is no base image called 'debian' here."),
        ({"debian": "/nowhere"}, "debian", "cannot be used: FileNotFoundError"),
        ({"debian": "docker://127.0.0.1:9/debian"}, "debian", "could not be fetched"),
    ],
)
def test_a_base_that_is_none_is_refused_in_words(
    moving: Version, bases: dict[str, str], base: str, words: str
) -> None:
    with pytest.raises(FormImpossible) as refused:
        moving.make_in(moving.prefixes[0], "oci-image", moving.subject, {"bases": bases}, base=base)
    assert words in refused.value.message


def test_a_base_for_another_processor_is_refused(
    moving: Version, base_image: Path, tmp_path: Path
) -> None:
    run("cp", "-a", base_image, tmp_path / "base")
    run("umoci", "config", "--image", f"{tmp_path}/base:base", "--architecture", "arm64")
    with pytest.raises(FormImpossible) as refused:
        moving.make_in(
            moving.prefixes[0],
            "oci-image",
            moving.subject,
            {"bases": {"arm": str(tmp_path / "base")}},
            base="arm",
        )
    assert "linux/arm64, not for linux/amd64" in refused.value.message
