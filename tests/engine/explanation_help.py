"""The corpus of failing specifications: its channels, and what an explanation says of each."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from engine_help import record, serve_files, web_server, write_channel
from pip_help import make_wheel
from ruamel.yaml import YAML

from jupyterlab_terrarium.conda.channels import ChannelConfig
from jupyterlab_terrarium.conda.explanation import explain_specification
from jupyterlab_terrarium.conda.gateways import GatewayPool
from jupyterlab_terrarium.conda.pip_lock import lock_pip
from jupyterlab_terrarium.conda.solve import solve_specification
from jupyterlab_terrarium.conda.specification import read_specification
from jupyterlab_terrarium.models.explanation import Explanation
from jupyterlab_terrarium.models.lock import PlatformLock
from jupyterlab_terrarium.models.problem import TerrariumError
from jupyterlab_terrarium.models.specification import Specification

CORPUS = Path(__file__).parent.parent / "explanations"
_ENTRY = re.compile(r"(\S+) (\S+)(?: ([^\s@]+))?(?: @(\S+))?")


def write_corpus_channels(directory: Path) -> ChannelConfig:
    """The channels of ``channels.yml`` below *directory*, which plain names lead to."""
    channels = YAML(typ="safe", pure=True).load((CORPUS / "channels.yml").read_text("utf-8"))
    for channel, entries in channels.items():
        records = []
        for entry, depends in entries.items():
            found = _ENTRY.fullmatch(entry)
            assert found is not None, entry
            name, version, build, subdir = found.groups()
            needs = [one.strip() for one in (depends or "").split(";") if one.strip()]
            records.append(
                record(name, version, *needs, build=build or "0", subdir=subdir or "noarch")
            )
        write_channel(directory / channel, records)
    return ChannelConfig(default_channels=["main"], alias=directory.as_uri())


@contextmanager
def serve_corpus_index(directory: Path) -> Iterator[str]:
    """The URL of a package index (PEP 503) with what ``index.yml`` names, for the block."""
    for entry in YAML(typ="safe", pure=True).load((CORPUS / "index.yml").read_text("utf-8")):
        head, _, needs = entry.partition(":")
        name, version, *tag = head.split()
        home = directory / name
        home.mkdir(parents=True, exist_ok=True)
        stem = name.replace("-", "_")
        if tag == ["sdist"]:
            (home / f"{stem}-{version}.tar.gz").write_bytes(b"nobody opens it")
        else:
            depends = [one.strip() for one in needs.split(";") if one.strip()]
            make_wheel(home, stem, version, *depends, tag=tag[0] if tag else "py3-none-any")
    for home in directory.iterdir():
        links = "".join(f'<a href="{path.name}">{path.name}</a>' for path in home.iterdir())
        (home / "index.html").write_text(f"<!DOCTYPE html><html><body>{links}</body></html>")
    files = serve_files(directory)

    def serve(handler: BaseHTTPRequestHandler) -> None:
        page = directory / handler.path.strip("/") / "index.html"
        if not page.is_file():
            files(handler)
            return
        body = page.read_bytes()
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    with web_server(serve) as web:
        yield f"{web.url}/"


def corpus_text(name: str) -> str:
    """A specification of the corpus, with its line ends."""
    return (CORPUS / f"{name}.yml").read_bytes().decode()


@dataclass
class Explainer:
    """Solves and explains in this process.

    *index* is where `pip:` sections are looked up, *cache* uv's directory for it; who has no such
    section needs neither.
    """

    config: ChannelConfig
    pool: GatewayPool
    index: str = ""
    cache: Path = Path()
    _cases: dict[str, Explanation] = field(default_factory=dict)

    def case(self, name: str) -> Explanation:
        """The explanation of a specification of the corpus, found once."""
        if name not in self._cases:
            self._cases[name] = self.explain(corpus_text(name))
        return self._cases[name]

    async def solve(self, spec: Specification) -> list[PlatformLock]:
        """The locks of *spec*."""
        gateway = self.pool.get(self.config, [])
        platforms = spec.platforms or ["linux-64"]
        parts = await solve_specification(
            spec, gateway=gateway, config=self.config, platforms=platforms
        )
        local = spec.model_copy(update={"pip_options": {"index-url": [self.index]}})
        return [await lock_pip(local, part, cache_dir=self.cache) for part in parts]

    def error(self, text: str) -> TerrariumError | None:
        """What solving *text* raises."""
        try:
            asyncio.run(self.solve(read_specification(text)))
        except TerrariumError as error:
            return error
        return None

    def explain(self, text: str, seconds: float = 60.0) -> Explanation:
        """Why *text* cannot be solved."""
        error = self.error(text)
        assert error is not None, "this specification can be solved"
        gateway = self.pool.get(self.config, [])
        return asyncio.run(
            explain_specification(
                text,
                error,
                gateway=gateway,
                config=self.config,
                solve=self.solve,
                platforms=read_specification(text).platforms or ["linux-64"],
                seconds=seconds,
            )
        )


def summary(explanation: Explanation) -> dict[str, Any]:
    """What a reader sees, as the corpus keeps it."""
    return {
        "cause": explanation.cause,
        "what": explanation.what,
        "why": explanation.why,
        "remedy": explanation.remedy,
        "lines": {
            str(line.place.line): line.why for line in explanation.lines if line.place is not None
        },
        "relaxations": [
            {"label": one.label, "after": one.after, "changes": one.changes}
            for one in explanation.relaxations
        ],
        "suggestions": [one.label for one in explanation.suggestions],
    }
