"""Running uv: an environment of its own, no configuration files, credentials in a private file."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from ..models.problem import TerrariumError
from .credentials import netrc_lines

#: What an administrator may set for uv; everything else of the environment stays out.
_PASSED = (
    *("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "SYSTEMROOT", "TMPDIR", "TEMP", "LANG"),
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("http_proxy", "https_proxy", "all_proxy", "no_proxy"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "SSL_CLIENT_CERT"),
    *("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS"),
    *("UV_NO_INDEX", "UV_INDEX_STRATEGY", "UV_SYSTEM_CERTS", "UV_NATIVE_TLS"),
    *("UV_INSECURE_HOST", "UV_HTTP_TIMEOUT", "UV_HTTP_RETRIES", "UV_KEYRING_PROVIDER"),
)


@dataclass(frozen=True)
class Indexes:
    """Where uv looks for files. ``options`` are those of the `pip:` section.

    ``exclude_newer`` is an RFC 3339 time; files published later do not exist.
    """

    cache_dir: Path
    options: dict[str, list[str]] = field(default_factory=dict)
    offline: bool = False
    exclude_newer: str | None = None

    def arguments(self) -> list[str]:
        """uv's options that say so."""
        arguments = ["--cache-dir", str(self.cache_dir)]
        for option in ("index-url", "extra-index-url", "find-links"):
            for value in self.options.get(option, []):
                arguments += [f"--{option}", value]
        if self.offline:
            arguments.append("--offline")
        if self.exclude_newer:
            arguments += ["--exclude-newer", self.exclude_newer]
        return arguments


@dataclass(frozen=True)
class Answer:
    """uv's: what it wrote to standard ``output``, whether it succeeded, and what it said."""

    ok: bool
    output: str
    said: str


async def run_uv(
    arguments: Sequence[str],
    work: Path,
    indexes: Indexes,
    requirements: Sequence[str] = (),
    variables: dict[str, str] | None = None,
) -> Answer:
    """Run uv in the private directory *work*, where the credentials that it may need are put.

    *requirements* are those whose hosts it may have to log in to. Raises
    :class:`TerrariumError` when it cannot be started.
    """
    import uv

    try:
        process = await asyncio.create_subprocess_exec(
            uv.find_uv_bin(),
            *arguments,
            *("--no-config", "--color", "never", "--no-progress", "--no-python-downloads"),
            cwd=work,
            env={**_environment(indexes, requirements, work), **(variables or {})},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as error:
        raise TerrariumError(
            f"uv cannot be started: {error}.", "Install the Python package `uv` again."
        ) from error
    try:
        output, said = await process.communicate()
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        # What is run from this directory's neighbours later must not find it.
        (work / "netrc").unlink(missing_ok=True)
    return Answer(
        process.returncode == 0,
        output.decode("utf-8", "replace"),
        said.decode("utf-8", "replace").strip(),
    )


def _environment(indexes: Indexes, requirements: Sequence[str], work: Path) -> dict[str, str]:
    environment = {name: os.environ[name] for name in _PASSED if name in os.environ}
    environment.setdefault("UV_HTTP_RETRIES", "1")
    options = indexes.options
    urls = [*options.get("index-url", []), *options.get("extra-index-url", [])]
    urls += [os.environ.get(name, "") for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL")]
    urls += os.environ.get("UV_EXTRA_INDEX_URL", "").split()
    urls += [requirement for requirement in requirements if "://" in requirement]
    hosts = {host for url in urls if (host := _host(url.split("@")[-1].strip()))}
    secrets = netrc_lines(hosts)
    if secrets:
        netrc = work / "netrc"
        netrc.touch(0o600)
        netrc.write_text(secrets, "utf-8")
        environment["NETRC"] = str(netrc)
    elif "NETRC" in os.environ:
        environment["NETRC"] = os.environ["NETRC"]
    return environment


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        # The administrator's, in the environment: uv will say what is wrong with it.
        return None
