from __future__ import annotations

import json
import socket
import time
from pathlib import Path

import pytest
from engine_help import (
    Solver,
    package,
    record,
    refuse_with,
    serve_files,
    versions,
    web_server,
    write_channel,
)

from jupyterlab_terrarium.builds.solver_client import SolverClient
from jupyterlab_terrarium.conda.channels import (
    ChannelConfig,
    probe,
    resolve_channel,
    resolve_channels,
    scrub,
)
from jupyterlab_terrarium.models.build_problem import ChannelUnreachable
from jupyterlab_terrarium.models.problem import InvalidSpecification, SecretInUrl
from jupyterlab_terrarium.models.specification import Specification

CONFIG = ChannelConfig()


@pytest.mark.parametrize(
    ("written", "urls"),
    [
        ("conda-forge", ["https://conda.anaconda.org/conda-forge"]),
        ("conda-forge/label/dev", ["https://conda.anaconda.org/conda-forge/label/dev"]),
        ("conda-forge/linux-64", ["https://conda.anaconda.org/conda-forge"]),
        ("https://repo.example/chan/", ["https://repo.example/chan"]),
        ("file:///srv/chan", ["file:///srv/chan"]),
        ("/srv/my chan", ["file:///srv/my%20chan"]),
        ("nodefaults", []),
        (
            "defaults",
            ["https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r"],
        ),
    ],
)
def test_a_channel_as_people_write_it_leads_to_its_url(written: str, urls: list[str]) -> None:
    assert resolve_channel(written, CONFIG) == urls


def test_plain_names_follow_the_alias_that_is_configured() -> None:
    config = ChannelConfig(alias="https://mirror.example/conda")
    assert resolve_channel("bioconda", config) == ["https://mirror.example/conda/bioconda"]


def test_a_specification_without_channels_gets_the_stores_default_ones() -> None:
    config = ChannelConfig(default_channels=["one", "two", "one"])
    names = [url.rsplit("/", 1)[1] for url in resolve_channels([], config)]
    assert names == ["one", "two"]


@pytest.mark.parametrize("written", ["", "../up", "a b", "chan;rm", "-x"])
def test_what_is_no_channel_is_refused_with_a_fix(written: str) -> None:
    with pytest.raises(InvalidSpecification) as caught:
        resolve_channel(written, CONFIG)
    assert "directory" in caught.value.hint


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("https://[", "IPv6"),
        ("https://a:99999/x", "port"),
        ("https://", "no host"),
        ("https:///", "no host"),
        ("https://:80/x", "no host"),
        ("https://ex ample/x", "host has characters"),
        ("https://256.1.1.1/x", "IPv4"),
        ("https://a/x[linux-64]", "platforms"),
        ("file://", "no host or directory"),
        ("file:///linux-64", "no host or directory"),
        ("https://linux-64", "no host or directory"),
        ("/", "no host or directory"),
        ("file:///a%00", "characters"),
        ("/\0", "characters"),
        ("/\ud800", "no path"),
        ("https://a/\ud800", "characters"),
        ("C:/x", "no path"),
    ],
)
def test_what_is_no_address_is_refused_in_words(written: str, why: str) -> None:
    with pytest.raises(InvalidSpecification, match=why) as caught:
        resolve_channel(written, CONFIG)
    caught.value.problem().model_dump_json().encode()
    assert not probe(written)
    scrub(written)


def test_a_channel_that_is_none_is_no_internal_error(shared_client: SolverClient) -> None:
    for channel in ("https://[", "https://a:99999/x", "https://", "https://ex ample/x", "/\0"):
        with pytest.raises(InvalidSpecification):
            shared_client.versions("a", channels=[channel], platform="linux-64")
        with pytest.raises(InvalidSpecification):
            shared_client.solve(Specification(channels=[channel]))


@pytest.mark.parametrize(
    "url", ["https://me:hunter2@host.example/c", "https://host.example/t/tk-hunter2/c"]
)
def test_a_credential_in_a_channel_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(SecretInUrl) as caught:
        resolve_channel(url, CONFIG)
    assert "hunter2" not in str(caught.value.problem().model_dump())
    assert "channel login https://host.example/c" in caught.value.hint


def test_scrubbing_leaves_an_address_that_still_leads_there() -> None:
    url = "https://u:p@h.example:8443/t/tk/chan/linux-64/a-1+b%20c-0.conda"
    assert scrub(url) == "https://h.example:8443/chan/linux-64/a-1+b%20c-0.conda"
    assert scrub("file:///t/x/chan") == "file:///t/x/chan"


def test_the_configuration_survives_json_and_refuses_what_cannot_be_a_mirror() -> None:
    config = ChannelConfig(mirrors={"https://a.example/c": ["https://b.example/c"]}, offline=True)
    assert ChannelConfig.from_json(json.loads(json.dumps(config.to_json()))) == config
    with pytest.raises(ValueError, match="cannot be a mirror"):
        ChannelConfig(mirrors={"https://a.example/c": ["file:///srv/c"]})
    with pytest.raises(SecretInUrl):
        ChannelConfig(mirrors={"https://a.example/c": ["https://u:p@b.example/c"]})


def test_a_mirror_is_asked_in_the_channels_place_and_never_shows_in_the_lock(
    tmp_path: Path,
) -> None:
    write_channel(tmp_path / "mirror/chan", [record("a")])
    canonical = "https://channel.invalid/chan"
    with web_server(serve_files(tmp_path / "mirror")) as mirror:
        config = ChannelConfig([canonical], mirrors={canonical: [mirror.url + "/chan"]})
        part = Solver(tmp_path / "cache", config).solve("dependencies: [a]")
        assert any("repodata" in path for path, _ in mirror.asked)
    assert package(part, "a").url == canonical + "/noarch/a-1.0-0.conda"
    assert package(part, "a").channel == canonical
    assert mirror.url not in part.model_dump_json()


def test_offline_a_store_solves_from_its_copy_of_the_index(tmp_path: Path) -> None:
    write_channel(tmp_path / "web/chan", [record("a")])
    with web_server(serve_files(tmp_path / "web")) as web:
        url = web.url + "/chan"
        Solver(tmp_path / "cache", ChannelConfig([url])).solve("dependencies: [a]")
        asked = len(web.asked)
        offline = ChannelConfig([url], offline=True)
        part = Solver(tmp_path / "cache", offline).solve("dependencies: [a]")
        assert versions(part) == {"a": "1.0"}
        with pytest.raises(ChannelUnreachable) as caught:
            Solver(tmp_path / "other", offline).solve("dependencies: [a]")
        assert len(web.asked) == asked
    assert url in caught.value.message


def test_offline_a_local_channel_is_read_as_ever(tmp_path: Path) -> None:
    url = write_channel(tmp_path / "chan", [record("a")])
    part = Solver(tmp_path / "cache", ChannelConfig([url], offline=True)).solve("dependencies: [a]")
    assert versions(part) == {"a": "1.0"}


def test_a_probe_tells_whether_a_channel_answers(tmp_path: Path) -> None:
    local = write_channel(tmp_path / "chan", [record("a")])
    assert probe(local)
    assert not probe((tmp_path / "nothing").as_uri())
    with web_server(refuse_with(403)) as web:
        assert probe(web.url)
    assert not probe(web.url)
    with web_server(refuse_with(503)) as web:
        assert not probe(web.url)


def test_a_probe_gives_up_in_time_when_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()
        assert not probe(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.3)
        assert time.monotonic() - started < 1.5
