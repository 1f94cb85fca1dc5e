from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from jupyterlab_terrarium.conda.lockfile import read_conda_lock
from jupyterlab_terrarium.conda.lockfile_extras import KEY
from jupyterlab_terrarium.models.lock import CondaPackage
from jupyterlab_terrarium.models.problem import InvalidLock

DOCUMENT: dict[str, Any] = {
    "version": 1,
    "metadata": {
        "content_hash": {"linux-64": "0" * 64},
        "channels": [{"url": "conda-forge", "used_env_vars": []}],
        "platforms": ["linux-64"],
        "sources": ["environment.yml"],
    },
    "package": [
        {
            "name": "a",
            "version": "1.0",
            "manager": "conda",
            "platform": "linux-64",
            "dependencies": {"python": ">=3.8"},
            "url": "https://h.example/c/noarch/a-1.0-py_0.conda",
            "hash": {"md5": "b" * 32, "sha256": "a" * 64},
            "category": "main",
            "optional": False,
        }
    ],
}


def _changed(change: Callable[[dict[str, Any], dict[str, Any]], object]) -> str:
    document = copy.deepcopy(DOCUMENT)
    change(document, document["package"][0])
    return _dump(document)


def _dump(document: dict[str, Any]) -> str:
    # Through JSON, so that nothing is shared and PyYAML writes no anchors.
    return yaml.safe_dump(json.loads(json.dumps(document)))


def _refusal(text: str) -> InvalidLock:
    with pytest.raises(InvalidLock) as caught:
        read_conda_lock(text)
    return caught.value


def test_the_document_that_the_others_differ_from_is_fine() -> None:
    lock = read_conda_lock(_dump(DOCUMENT))
    (package,) = lock.platforms[0].conda
    assert (package.build, package.noarch, package.channel) == (
        "py_0",
        "python",
        "https://h.example/c",
    )
    assert lock.channels == ["conda-forge"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda d, p: p["hash"].pop("sha256"), "no SHA-256"),
        (lambda d, p: p["hash"].update(sha256="A1"), "no SHA-256"),
        (lambda d, p: p["hash"].update(sha256="g" * 64), "no SHA-256"),
        (lambda d, p: p["hash"].pop("md5"), "MD5"),
        (lambda d, p: p["hash"].update(md5="x"), "MD5"),
        (lambda d, p: p.update(url="https://u:hunter2@h.example/c/noarch/a-1.0-0.conda"), "cred"),
        (lambda d, p: p.update(url="https://h.example/t/hunter2/noarch/a-1.0-0.conda"), "cred"),
        (lambda d, p: p.update(url="https://$HUNTER2/c/noarch/a-1.0-0.conda"), "placeholder"),
        (lambda d, p: p.update(url="gopher://h/c/noarch/a-1.0-0.conda"), "URL"),
        (lambda d, p: p.update(url="https://h.example/c/noarch/b-1.0-0.conda"), "another file"),
        (lambda d, p: p.update(url="https://h.example/c/noarch/a-2.0-0.conda"), "another file"),
        (lambda d, p: p.update(url="https://h.example/c/noarch/a-1.0-0.exe"), "another file"),
        (lambda d, p: p.update(url="https://h.example/c/win-64/a-1.0-0.conda"), "win-64"),
        (lambda d, p: p.update(url="https://h.example/../noarch/a-1.0-0.conda"), "characters"),
        (lambda d, p: p.update(url="https://h.example/c/noarch/a-1.0-%2e%2e%2f.conda"), "charac"),
        (lambda d, p: p.update(url="https://[/c/noarch/a-1.0-0.conda"), "IPv6"),
        (lambda d, p: p.update(url="https://h:99999/c/noarch/a-1.0-0.conda"), "port"),
        (lambda d, p: d["metadata"]["channels"][0].update(url="https://["), "IPv6"),
        (lambda d, p: p.update(name="../a"), "name"),
        (lambda d, p: p.update(manager="brew"), "manager"),
        (lambda d, p: p.update(platform="amiga"), "amiga"),
        (lambda d, p: p.update(unknown="x"), "unknown"),
        (lambda d, p: p.pop("url"), "url"),
        (lambda d, p: p.update(manager="pip", url="https://h.example/a-1.0.tar.gz"), "not a wheel"),
        (lambda d, p: d["package"].append(dict(p)), "twice"),
        (lambda d, p: d.update(package={}), "package"),
        (lambda d, p: d["metadata"].update(platforms=["linux-64", "../x"]), "platform"),
        (lambda d, p: d["metadata"].update(platforms=[]), "no platform"),
        (lambda d, p: d["metadata"].pop("channels"), "channels"),
        (lambda d, p: d["metadata"]["channels"][0].update(url="https://u:hunter2@h/c"), "cred"),
        (lambda d, p: d.update(version=2), "version 1"),
        (lambda d, p: d.pop("version"), "version 1"),
    ],
)
def test_what_is_wrong_is_named_and_no_secret_is_repeated(
    change: Callable[[dict[str, Any], dict[str, Any]], object], why: str
) -> None:
    error = _refusal(_changed(change))
    assert why in error.message
    assert error.errors
    assert "hunter2" not in error.problem().model_dump_json().lower().replace("$hunter2", "")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not a mapping"),
        ("just text", "not a mapping"),
        ("a: [1,\n", "(line 2)"),
        ("a: &x [1]\nb: *x\n", "anchors"),
        ("version: 1\nx: " + "[" * 50 + "]" * 50, "nested"),
        ("a: \x00", "not YAML"),
        ("x" * 17_000_000, "MB"),
        ("- [a, b]\n" * 1_700_000, "entries"),
    ],
)
def test_what_is_no_lockfile_at_all_is_refused_at_once(text: str, why: str) -> None:
    started = time.process_time()
    assert why in _refusal(text).message
    assert time.process_time() - started < 5


def test_a_bomb_of_aliases_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    assert "anchors" in _refusal("\n".join(lines)).message


def test_tags_that_make_objects_make_nothing() -> None:
    text = "version: 1\npackage: !!python/object/apply:os.system ['false']\nmetadata: {}\n"
    _refusal(text)


@pytest.mark.parametrize(
    "extras",
    [
        "{broken",
        "[]",
        json.dumps({"format": 99}),
        json.dumps({"variables": {"A=B": "x"}}),
        json.dumps({"variables": {"A": "nul\x00"}}),
        json.dumps({"packages": {"a" * 16: {"size": -1}}}),
        json.dumps({"packages": {"a" * 16: {"python_site_packages_path": "/etc"}}}),
        json.dumps({"channels": ["https://u:hunter2@h.example/c"]}),
    ],
)
def test_our_own_part_is_checked_like_the_rest(extras: str) -> None:
    error = _refusal(_changed(lambda d, p: d["metadata"].update(custom_metadata={KEY: extras})))
    assert "hunter2" not in error.problem().model_dump_json()


def _python_at(path: str, subdir: str = "linux-64", build: str = "h1_0_cpython") -> str:
    def change(document: dict[str, Any], package: dict[str, Any]) -> None:
        name = f"python-3.12.1-{build}.conda"
        package.update(name="python", version="3.12.1", platform=subdir, dependencies={})
        package.update(url=f"https://h.example/c/{subdir}/{name}")
        extras = {"packages": {"a" * 16: {"python_site_packages_path": path}}}
        document["metadata"].update(platforms=[subdir], content_hash={subdir: "0" * 64})
        document["metadata"].update(custom_metadata={KEY: json.dumps(extras)})

    return _changed(change)


@pytest.mark.parametrize(
    "path",
    [
        "lib/../../../../victim/lib/site-packages",
        "lib/python3.12/../../../site-packages",
        "/lib/python3.12/site-packages",
        "lib/python3.12/site-packages/",
        "lib/python3.12/site-packages\n",
        "lib/python3.12/nowhere",
        "lib/python3.11/site-packages",
        "lib/python3.12t/site-packages",
        "lib/pypy3.12/site-packages",
        "lib/python٣.12/site-packages",
        "Lib/site-packages",
        "\ud800",
    ],
)
def test_python_keeps_its_packages_nowhere_else(path: str) -> None:
    error = _refusal(_python_at(path))
    assert error.errors
    error.problem().model_dump_json().encode()
    about = {"name": "python", "version": "3.12.1", "build": "0_cp312", "subdir": "linux-64"}
    with pytest.raises(ValueError, match="python_site_packages_path"):
        CondaPackage.model_validate(
            {
                **about,
                "url": "",
                "channel": "",
                "sha256": "",
                "python_site_packages_path": path,
            }
        )


@pytest.mark.parametrize(
    ("path", "subdir", "build"),
    [
        ("lib/python3.12/site-packages", "linux-64", "h1_0_cpython"),
        ("lib/python3.12/site-packages", "linux-64", "h1_0_cp312"),
        ("lib/python3.12t/site-packages", "osx-arm64", "h1_0_cp312t"),
        ("lib/python3.12t/site-packages", "osx-arm64", "h1_0"),
        ("lib/pypy3.12/site-packages", "linux-64", "0_73_pypy"),
        ("Lib/site-packages", "win-64", "h1_0_cp312"),
    ],
)
def test_where_pythons_have_their_packages_they_may(path: str, subdir: str, build: str) -> None:
    (python,) = read_conda_lock(_python_at(path, subdir, build)).platforms[0].conda
    assert python.python_site_packages_path == path


def test_extras_of_other_categories_are_left_out_as_conda_lock_does() -> None:
    def add(document: dict[str, Any], package: dict[str, Any]) -> None:
        for name, category in (("d", "dev"), ("x", "docs")):
            url = f"https://h.example/c/noarch/{name}-1.0-0.conda"
            document["package"].append(
                {**package, "name": name, "url": url, "category": category, "optional": True}
            )

    lock = read_conda_lock(_changed(add))
    assert [one.name for one in lock.platforms[0].conda] == ["a", "d"]


def test_a_large_lockfile_is_read_in_reasonable_time() -> None:
    def many(document: dict[str, Any], package: dict[str, Any]) -> None:
        document["package"] = [
            {
                **package,
                "name": f"a{n}",
                "url": f"https://h.example/c/noarch/a{n}-1.0-py_0.conda",
            }
            for n in range(1500)
        ]

    text = _changed(many)
    read_conda_lock(_dump(DOCUMENT))
    started = time.process_time()
    assert len(read_conda_lock(text).platforms[0].conda) == 1500
    assert time.process_time() - started < 5
