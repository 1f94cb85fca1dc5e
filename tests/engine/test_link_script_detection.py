from __future__ import annotations

import asyncio
import json
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from engine_help import Solver, record, versions, web_server, write_channel

from jupyterlab_terrarium.conda.channels import ChannelConfig
from jupyterlab_terrarium.conda.link_script_detection import LinkScriptDetector
from jupyterlab_terrarium.models.lock import PlatformLock

CONFIG = ChannelConfig()


def _annotate(detector: LinkScriptDetector, part: PlatformLock, budget: float = 5.0) -> list[str]:
    (found,) = asyncio.run(detector.annotate([part], CONFIG, budget))
    return found.link_scripts


@pytest.fixture
def part(solver: Solver, channel_url: str) -> PlatformLock:
    text = f"channels: [{channel_url}]\ndependencies: [terrarium-postlink, terrarium-data]\n"
    return solver.solve(text)


def test_the_package_with_a_script_is_found_in_its_channel(
    part: PlatformLock, tmp_path: Path
) -> None:
    found = _annotate(LinkScriptDetector(tmp_path / "memory.jsonl"), part)
    assert len(found) == 1 and found[0].startswith("terrarium-postlink-1.0-")


def test_what_was_found_is_remembered_by_hash(part: PlatformLock, tmp_path: Path) -> None:
    memory = tmp_path / "memory.jsonl"
    first = _annotate(LinkScriptDetector(memory), part)
    assert {len(json.loads(line)[0]) for line in memory.read_text().splitlines()} == {64}
    gone = part.model_copy(
        update={
            "conda": [
                one.model_copy(update={"url": f"file:///gone/noarch/{one.file_name}"})
                for one in part.conda
            ]
        }
    )
    assert _annotate(LinkScriptDetector(memory), gone) == first
    assert _annotate(LinkScriptDetector(tmp_path / "other.jsonl"), gone) == []


def test_a_damaged_memory_is_no_obstacle(part: PlatformLock, tmp_path: Path) -> None:
    memory = tmp_path / "memory.jsonl"
    memory.write_text('["abc"\n7\n{}\n\n["' + "0" * 64 + '", true]\n')
    assert len(_annotate(LinkScriptDetector(memory), part)) == 1


def test_the_stores_cache_is_asked_before_the_channel(part: PlatformLock, tmp_path: Path) -> None:
    script = next(one for one in part.conda if one.name == "terrarium-data")
    entry = tmp_path / "packages" / script.sha256 / f"{script.name}-{script.version}-{script.build}"
    (entry / "bin").mkdir(parents=True)
    (entry / "bin/.terrarium-data-post-link.sh").touch()
    detector = LinkScriptDetector(tmp_path / "memory.jsonl", [tmp_path / "packages"])
    names = {name.rsplit("-", 2)[0] for name in _annotate(detector, part)}
    assert names == {"terrarium-data", "terrarium-postlink"}


def test_a_remote_package_is_looked_into_by_ranges(
    part: PlatformLock, channel_url: str, tmp_path: Path
) -> None:
    directory = Path(urlsplit(channel_url).path)
    ranges: list[str | None] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        body = (directory / handler.path.lstrip("/")).read_bytes()
        wanted = handler.headers.get("Range")
        ranges.append(wanted)
        first, last = 0, len(body) - 1
        if wanted:
            start, _, end = wanted.removeprefix("bytes=").partition("-")
            first = int(start) if start else max(0, len(body) - int(end))
            last = min(int(end), last) if start and end else last
        handler.send_response(206 if wanted else 200)
        handler.send_header("Accept-Ranges", "bytes")
        handler.send_header("Content-Range", f"bytes {first}-{last}/{len(body)}")
        handler.send_header("Content-Length", str(last - first + 1))
        handler.end_headers()
        if handler.command == "GET":
            handler.wfile.write(body[first : last + 1])

    with web_server(answer) as web:
        remote = part.model_copy(
            update={
                "conda": [
                    one.model_copy(update={"url": one.url.replace(channel_url, web.url)})
                    for one in part.conda
                ]
            }
        )
        found = _annotate(LinkScriptDetector(tmp_path / "memory.jsonl"), remote)
    assert len(found) == 1
    assert all(ranges)


def test_a_server_that_does_not_answer_costs_no_more_than_the_budget(
    solver: Solver, tmp_path: Path
) -> None:
    write_channel(tmp_path / "c", [record("a")])
    part = solver.solve(f"channels: [{(tmp_path / 'c').as_uri()}]\ndependencies: [a]\n")
    assert versions(part) == {"a": "1.0"}
    with web_server(lambda handler: time.sleep(3)) as web:
        silent = part.model_copy(
            update={
                "conda": [
                    one.model_copy(update={"url": web.url + "/a.conda"}) for one in part.conda
                ]
            }
        )
        memory = tmp_path / "memory.jsonl"
        started = time.monotonic()
        assert _annotate(LinkScriptDetector(memory), silent, budget=0.3) == []
        assert time.monotonic() - started < 2
    assert not memory.exists()
