"""Environment modules: real Lmod and real Environment Modules, each in a root of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from clusters import SYSTEMS, Cluster, make_cluster
from prefix_forms import Version, unpack

from install.install_help import PLATFORM
from jupyterlab_terrarium.artifacts.modulefiles import MARK
from jupyterlab_terrarium.artifacts.modules import Published, refresh
from jupyterlab_terrarium.conda.specification import read_specification


@pytest.fixture(scope="module", params=SYSTEMS)
def cluster(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, open_home: Path
) -> Cluster:
    return make_cluster(request.param, tmp_path_factory.mktemp(request.param), open_home)


def published(
    version: Version,
    number: int = 3,
    store: int = 0,
    current: bool = True,
    modules: tuple[str, ...] = (),
) -> Published:
    subject = version.subject
    digest = subject.digest(PLATFORM)
    prefix = version.prefixes[store]
    return Published(subject.namespace, subject.name, number, prefix, digest, current, modules)


@pytest.fixture(scope="module")
def modules(moving: Version, without_python: Version, open_home: Path) -> Path:
    """A tree: two environments, one of them in two versions and with names of its own."""
    directory = open_home / "modules"
    refresh(
        directory,
        [
            published(moving, 2, store=1, current=False),
            published(moving, 3, modules=("hello/1.0", "pygments")),
            published(without_python, 10, modules=("tool/4.5",)),
        ],
    )
    return directory


def test_load_which_run(cluster: Cluster, modules: Path, moving: Version) -> None:
    seen = cluster.shell(
        f"module use {modules} && module load team/analysis/3 && type -P hello && hello\n"
        'echo "$GREETING" $TERRARIUM_ACTIVATED $PYTHONNOUSERSITE $CONDA_PREFIX'
    )
    prefix = moving.prefixes[0]
    assert seen == [f"{prefix}/bin/hello", "1.0", f'it\'s a "$HOME" 1 1 {prefix}']


def test_the_default_is_the_current_version(
    cluster: Cluster, modules: Path, moving: Version
) -> None:
    use = f"module use {modules} && module load team/analysis && echo $CONDA_PREFIX"
    assert cluster.shell(use) == [str(moving.prefixes[0])]
    older = use.replace("team/analysis", "team/analysis/2")
    assert cluster.shell(older) == [str(moving.prefixes[1])]


def test_they_are_listed_with_their_default(cluster: Cluster, modules: Path) -> None:
    listed = " ".join(cluster.shell(f"module use {modules}; module avail 2>&1"))
    for name in ("team/analysis/2", "team/analysis/3", "team/tools/10", "tool/4.5", "hello/1.0"):
        assert name in listed
    shown = cluster.shell(f"module use {modules}; module whatis team/analysis/3 2>&1")
    assert any("team/analysis@3" in line for line in shown)


@pytest.mark.parametrize("name", ["team/analysis", "team/tools", "hello/1.0"])
def test_unloading_restores_everything(cluster: Cluster, modules: Path, name: str) -> None:
    show = "env | grep -v -e ^_ -e LMOD -e LOADEDMODULES -e MODULES_ -e LMFILES -e '^__' | sort"
    seen = "\n".join(
        cluster.shell(
            f"export GREETING='mine' CONDA_PREFIX=/old; module use {modules}\n"
            f"{show}; echo -; module load {name}; {show}; echo -; module unload {name}; {show}"
        )
    )
    before, loaded, after = seen.split("\n-\n")
    assert "GREETING=mine" in before and "CONDA_PREFIX=/old" in before
    assert loaded != before
    assert after == before


def test_activation_scripts_see_the_prefix(
    cluster: Cluster, modules: Path, without_python: Version
) -> None:
    seen = cluster.shell(f"module use {modules}; module load team/tools; echo $TOOL_HOME; greet")
    share = f"{without_python.prefixes[0]}/share"
    assert seen == [share, f"{share} 2"]


def test_published_names_are_loaded_together(
    cluster: Cluster, modules: Path, without_python: Version
) -> None:
    seen = cluster.shell(
        f"module use {modules}; module load hello/1.0 tool/4.5; hello; type -P greet\n"
        "module unload tool; hello; type -P greet || echo gone"
    )
    assert seen == ["1.0", f"{without_python.prefixes[0]}/bin/greet", "1.0", "gone"]


def test_one_version_at_a_time(cluster: Cluster, modules: Path, moving: Version) -> None:
    both = f"module use {modules}; module load team/analysis/2; module load team/analysis/3"
    script = f"{both} >/dev/null 2>&1; echo $CONDA_PREFIX; module list 2>&1 | grep -c team/analysis"
    prefix, count = cluster.shell(script)
    assert (prefix in map(str, moving.prefixes), count) == (True, "1")


def test_a_modulefile_serves_where_an_archive_lies(
    cluster: Cluster, moving: Version, open_home: Path, tmp_path: Path
) -> None:
    kind = "lua" if "lmod" in cluster.start else "tcl"
    place = open_home / f"on-cluster-{kind}"
    unpack(moving.make("archive-gz", path=str(place)), place)
    made = moving.make(f"modulefile-{kind}", path=str(place))
    assert made.read_bytes() == moving.make(f"modulefile-{kind}", 1, path=str(place)).read_bytes()
    home = open_home / f"own-modules-{kind}/analysis"
    home.mkdir(parents=True)
    (home / ("3.lua" if kind == "lua" else "3")).write_bytes(made.read_bytes())
    seen = cluster.shell(f"module use {home.parent}; module load analysis/3; type -P hello; hello")
    assert seen == [f"{place}/bin/hello", "1.0"]


def test_the_tree_follows_what_is_published(moving: Version, tmp_path: Path) -> None:
    tree = tmp_path / "modules"
    two, three = published(moving, 2, current=False), published(moving, 3, modules=("gatk/4.5",))
    home = "team/analysis"
    versions = [f"{home}/{name}" for name in ("2", "2.lua", "3", "3.lua")]
    defaults = [f"{home}/.modulerc.lua", f"{home}/.version"]
    written = sorted(refresh(tree, [two, three]).written)
    assert written == ["gatk/4.5", "gatk/4.5.lua", *defaults, *versions]
    again = refresh(tree, [two, three])
    assert (again.written, again.removed) == ([], [])
    (tree / "team/analysis/mine").write_text("#%Module\n")
    done = refresh(tree, [published(moving, 2)])
    assert sorted(done.written) == defaults
    assert done.removed == ["gatk/4.5", "gatk/4.5.lua", *versions[2:]]
    assert not (tree / "gatk").exists()
    refresh(tree, [])
    assert [path.name for path in tree.rglob("*") if path.is_file()] == ["mine"]


def test_names_that_cannot_be_published_are_told(moving: Version, tmp_path: Path) -> None:
    text = "modules: [gatk/4.5, samtools/1.20]\ndependencies: [python]\n"
    assert read_specification(text).modules == ["gatk/4.5", "samtools/1.20"]
    names = ("gatk/4.5", "team/x", "../x", "gatk", "a.lua", "gatk/4.5/x", "a b")
    found = refresh(tmp_path, [published(moving, modules=names)])
    assert found.refused == {
        "team/x": "'team' is a namespace",
        "../x": "it is no name of a module",
        "gatk": "another module has a part of that name",
        "a.lua": "it is no name of a module",
        "gatk/4.5/x": "another module has a part of that name",
        "a b": "it is no name of a module",
    }
    other = replace(published(moving, modules=("gatk/4.5",)), name="other")
    found = refresh(tmp_path, [published(moving, modules=("gatk/4.5",)), other])
    assert found.refused == {"gatk/4.5": "team/analysis publishes it already"}
    assert MARK in (tmp_path / "gatk/4.5.lua").read_text()


def test_a_version_without_files_is_left_out(moving: Version, tmp_path: Path) -> None:
    gone = Published("team", "gone", 1, tmp_path / "nothing", "0" * 64, True)
    assert refresh(tmp_path / "modules", [gone]).written == []
