from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from rattler.explicit_environment import ExplicitEnvironmentSpec

from artifacts.conftest import MakeText
from jupyterlab_terrarium.artifacts.form import Subject
from jupyterlab_terrarium.artifacts.identity import Identity, identify_text
from jupyterlab_terrarium.builds.solver_client import SolverClient
from jupyterlab_terrarium.conda.channels import ChannelConfig
from jupyterlab_terrarium.models.digest import platform_digest
from jupyterlab_terrarium.models.lock import Lock
from jupyterlab_terrarium.models.problem import InvalidLock
from jupyterlab_terrarium.services.opening import OpenStore

#: CEP 23: what a line of such a file must match.
CONDAS_GRAMMAR = re.compile(
    r"(?:(?P<url_p>.+)(?:[/\\]))?(?P<fn>[^/\\#]+(?:\.tar\.bz2|\.conda))"
    r"(?:#((?P<md5>[0-9a-f]{32})|((sha256:)?(?P<sha256>[0-9a-f]{64}))))?$"
)


def urls(text: str) -> list[str]:
    lines = text.splitlines()
    return [one for one in lines[lines.index("@EXPLICIT") + 1 :] if not one.startswith("#")]


def stripped(text: str) -> str:
    """As another program would have written it: without our comments."""
    lines = text.splitlines()
    return "\n".join(line for line in lines if not line.startswith("#")) + "\n"


def write_channel(directory: Path) -> str:
    """A channel without packages; its URL."""
    for subdir in ("noarch", "linux-64"):
        (directory / subdir).mkdir(parents=True)
        repodata = {"info": {"subdir": subdir}, "packages": {}, "repodata_version": 1}
        (directory / subdir / "repodata.json").write_text(json.dumps(repodata))
    return directory.as_uri()


@pytest.fixture
def read(built: OpenStore) -> SolverClient:
    return built.services.versions._context.solver


@pytest.mark.parametrize("platform", ["linux-64", "osx-arm64"])
def test_conda_and_rattler_read_every_file_with_its_hash(
    make_text: MakeText, subject: Subject, platform: str
) -> None:
    text = make_text("explicit", platform)
    found = {}
    for line in urls(text):
        matched = CONDAS_GRAMMAR.fullmatch(line)
        assert matched is not None
        found[f"{matched['url_p']}/{matched['fn']}"] = matched["sha256"]
    part = subject.part(platform)
    assert found == {one.url: one.sha256 for one in part.conda}
    spec = ExplicitEnvironmentSpec.from_str(text)
    assert str(spec.platform) == platform
    assert len(spec.packages) == len(part.conda)
    assert identify_text(text) == Identity(
        "explicit", "anna", "data", 1, platform, subject.digest(platform)
    )


def test_older_conda_gets_md5(make_text: MakeText, subject: Subject) -> None:
    lines = urls(make_text("explicit", hashes="md5"))
    conda = subject.part("linux-64").conda
    assert set(lines) == {f"{one.url}#{one.md5}" for one in conda}


@pytest.mark.parametrize("hashes", ["sha256", "md5"])
def test_our_own_list_is_read_as_the_same_lock(
    make_text: MakeText, subject: Subject, read: SolverClient, hashes: str
) -> None:
    lock = read.read_lockfile(make_text("explicit", hashes=hashes))
    assert platform_digest(lock, "linux-64") == subject.digest("linux-64")
    assert lock.platforms[0].conda == subject.part("linux-64").conda


@pytest.mark.parametrize("hashes", ["sha256", "md5"])
def test_a_list_of_another_program_is_completed_from_the_index_of_its_channel(
    make_text: MakeText, subject: Subject, read: SolverClient, hashes: str
) -> None:
    lock = read.read_lockfile(stripped(make_text("explicit", hashes=hashes)))
    bare = Lock(platforms=[subject.part("linux-64").model_copy(update={"pip": []})])
    assert platform_digest(lock, "linux-64") == platform_digest(bare, "linux-64")
    kinds = {one.name: (one.noarch, one.depends) for one in lock.platforms[0].conda}
    assert kinds == {one.name: (one.noarch, one.depends) for one in bare.platforms[0].conda}


def test_our_own_list_needs_no_index(
    make_text: MakeText, subject: Subject, tmp_path: Path, channel_url: str
) -> None:
    away = "https://gone.invalid/channel"
    text = make_text("explicit").replace(channel_url, away)
    client = SolverClient(tmp_path / "store", ChannelConfig(offline=True))
    try:
        lock = client.read_lockfile(text)
        assert platform_digest(lock, "linux-64") == subject.digest("linux-64")
        empty = write_channel(tmp_path / "empty")
        text = make_text("explicit", hashes="md5").replace(channel_url, empty)
        with pytest.raises(InvalidLock, match="MD5 only") as caught:
            client.read_lockfile(text)
    finally:
        client.close()
    assert "SHA-256" in caught.value.hint
    place = caught.value.errors[0].place
    assert place is not None and place.line == 5


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda text: re.sub(r"#sha256:[0-9a-f]{64}", "", text), "no hash"),
        (lambda text: re.sub(r"#sha256:..", "#", text), "not the URL of a package file"),
        (lambda text: re.sub(r"#sha256:[0-9a-f]{32}", "#", text), "another file of that name"),
        (lambda text: f"{text}https://h.example/c/win-64/a-1-0.conda#{'a' * 64}", "than one"),
        (lambda text: text + "numpy=1.0\n", "`numpy=1.0` is not the URL"),
        (lambda text: text + "-e /srv/mine\n", "is not the URL"),
    ],
)
def test_what_is_no_lock_is_refused_with_the_reason(
    make_text: MakeText, read: SolverClient, change: Callable[[str], str], why: str
) -> None:
    with pytest.raises(InvalidLock, match=why) as caught:
        read.read_lockfile(change(stripped(make_text("explicit"))))
    assert caught.value.errors
