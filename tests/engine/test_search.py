from __future__ import annotations

import asyncio
import random
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from engine_help import record, write_channel

from jupyterlab_terrarium.conda.channels import ChannelConfig
from jupyterlab_terrarium.conda.gateways import GatewayPool
from jupyterlab_terrarium.conda.search import NameList, PackageIndex
from jupyterlab_terrarium.models.build_problem import ChannelUnreachable, PackageMissing
from jupyterlab_terrarium.models.package import PackageVersions
from jupyterlab_terrarium.models.problem import InvalidRequest
from support.speed import processor_seconds, quickest

CONFIG = ChannelConfig()


class Search:
    """An index whose answers come without an event loop around them."""

    def __init__(self, cache: Path) -> None:
        self.pool = GatewayPool(cache)
        self._index = PackageIndex(self.pool)

    def __call__(self, query: str, *channels: str, limit: int = 10) -> list[tuple[str, str]]:
        hits = asyncio.run(
            self._index.search(
                query, channels=channels, platform="linux-64", limit=limit, config=CONFIG
            )
        )
        return [(hit.name, hit.latest) for hit in hits]

    def versions(self, name: str, *channels: str) -> PackageVersions:
        return asyncio.run(
            self._index.versions(name, channels=channels, platform="linux-64", config=CONFIG)
        )


@pytest.fixture
def search(tmp_path: Path) -> Search:
    return Search(tmp_path / "cache")


def _channel(directory: Path, *names: str, **more: Any) -> str:
    return write_channel(directory, [record(name, "1.0", **more) for name in names])


def test_exact_names_come_first_then_beginnings_then_what_contains_it(
    search: Search, tmp_path: Path
) -> None:
    url = _channel(tmp_path / "c", "pandas", "pandas-stubs", "geopandas", "pan", "xpan", "numpy")
    assert [name for name, _ in search("pan", url)] == [
        "pan",
        "pandas",
        "pandas-stubs",
        "xpan",
        "geopandas",
    ]
    assert [name for name, _ in search("pan", url, limit=2)] == ["pan", "pandas"]


def test_case_and_dashes_make_no_difference(search: Search, tmp_path: Path) -> None:
    url = _channel(tmp_path / "c", "typing_extensions", "jupyter-lsp")
    assert search("Typing-Ext", url) == [("typing_extensions", "1.0")]
    assert search("jupyter_lsp ", url) == [("jupyter-lsp", "1.0")]
    assert search("  ", url) == []


def test_the_latest_version_is_the_highest_for_the_platform(search: Search, tmp_path: Path) -> None:
    url = write_channel(
        tmp_path / "c",
        [record("a", "1.9"), record("a", "1.10"), record("a", "2.0", subdir="osx-64")],
    )
    assert search("a", url) == [("a", "1.10")]


def test_a_name_belongs_to_the_first_channel_that_has_it(search: Search, tmp_path: Path) -> None:
    first = _channel(tmp_path / "one", "a")
    second = write_channel(tmp_path / "two", [record("a", "2.0"), record("ab", "3.0")])
    assert search("a", first, second) == [("a", "1.0"), ("ab", "3.0")]
    assert search("a", second, first) == [("a", "2.0"), ("ab", "3.0")]


def test_versions_are_listed_newest_first_with_their_builds(search: Search, tmp_path: Path) -> None:
    url = write_channel(
        tmp_path / "c",
        [
            record("a", "1.9", license="MIT"),
            record("a", "1.10", build="py311_0", license="BSD-3-Clause"),
            record("a", "1.10", build="py311_1", build_number=1, license="BSD-3-Clause"),
            record("a", "1.10rc1"),
        ],
    )
    found = search.versions("a", url)
    assert found.versions == ["1.10", "1.10rc1", "1.9"]
    assert found.builds["1.10"] == ["py311_1", "py311_0"]
    assert found.license == "BSD-3-Clause"
    assert found.channel == url


def test_unknown_packages_and_channels_are_errors(search: Search, tmp_path: Path) -> None:
    url = _channel(tmp_path / "c", "a")
    with pytest.raises(PackageMissing, match="'b'"):
        search.versions("b", url)
    with pytest.raises(ChannelUnreachable):
        search("a", (tmp_path / "nothing").as_uri())


def test_a_platform_that_there_is_not_is_an_invalid_request(search: Search, tmp_path: Path) -> None:
    url = _channel(tmp_path / "c", "a")
    index = PackageIndex(search.pool)
    with pytest.raises(InvalidRequest, match="amiga"):
        asyncio.run(index.search("a", channels=[url], platform="amiga-68k", limit=1, config=CONFIG))


def test_a_channel_that_was_indexed_again_is_searched_anew(search: Search, tmp_path: Path) -> None:
    url = _channel(tmp_path / "c", "a")
    assert search("a", url) == [("a", "1.0")]
    write_channel(tmp_path / "c", [record("a", "2.0"), record("ab", "1.0")])
    assert search("a", url) == [("a", "2.0"), ("ab", "1.0")]


def test_searching_as_many_names_as_conda_forge_has_takes_no_frame() -> None:
    letters = random.Random(1)
    names = sorted({_word(letters) for _ in range(30_000)})
    listed = NameList(names)
    for query in ("p", "py", "numpy", "zz"):
        search = partial(listed.best, query, 20)
        assert quickest(0.016, lambda search=search: processor_seconds(search)) < 0.016


def test_names_that_begin_with_the_text_come_before_those_that_hold_it() -> None:
    listed = NameList(["py", "numpy", "py_lib", "pyyaml", "a-py-b", "Py-z", "other"])
    assert listed.best("PY", 10) == ["py", "Py-z", "py_lib", "pyyaml", "numpy", "a-py-b"]
    assert listed.best("py", 2) == ["py", "Py-z"]
    assert listed.best("y", 3) == ["py", "Py-z", "numpy"]
    assert listed.best("py\nnumpy", 3) == [] and listed.best("zz", 3) == []


def _word(letters: random.Random) -> str:
    return "".join(letters.choice("abcdefghijklmnopqrstuvwxyz-") for _ in range(9))
