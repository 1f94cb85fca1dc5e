"""Running ``uv pip compile``: a resolver only. It builds nothing and runs nothing of a prefix."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from ..models.problem import SolveError, TerrariumError
from .credentials import netrc_lines
from .wheel_tags import Target

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
class Compilation:
    """What is asked of uv. ``options`` are those of the `pip:` section.

    ``earlier`` is an earlier answer (PEP 751): its versions are kept where they still fit.
    """

    requirements: Sequence[str]
    constraints: Sequence[str]
    target: Target
    cache_dir: Path
    options: dict[str, list[str]] = field(default_factory=dict)
    offline: bool = False
    exclude_newer: str | None = None
    find_links: Sequence[Path] = ()
    earlier: str = ""


@dataclass(frozen=True)
class Answer:
    """uv's: ``pylock`` (PEP 751) when ``ok``, and what it said."""

    ok: bool
    pylock: str
    said: str


async def compile_requirements(asked: Compilation, work: Path) -> Answer:
    """Let uv resolve *asked* in the empty, private directory *work*.

    Raises :class:`SolveError` when uv cannot resolve for the platform.
    """
    platform = asked.target.uv_platform
    if platform is None:
        raise SolveError(
            f"A `pip:` section cannot be locked for {asked.target.platform}: uv does not know it.",
            "Take the packages from conda, or this platform out of `platforms`.",
        )
    (work / "requirements.in").write_text(_lines(asked.requirements), "utf-8")
    (work / "constraints.txt").write_text(_lines(asked.constraints), "utf-8")
    arguments = [
        *("pip", "compile", "requirements.in", "--constraints", "constraints.txt"),
        *("--format", "pylock.toml", "--generate-hashes", "--no-header"),
        *("--only-binary", ":all:", "--no-sources"),
        *("--python-version", asked.target.python, "--python-platform", platform),
        # Without this uv would look for an interpreter, and might run that of some prefix.
        *("--python", sys.executable, "--no-python-downloads"),
        *("--cache-dir", str(asked.cache_dir)),
        *("--no-config", "--color", "never", "--no-progress"),
    ]
    for option in ("index-url", "extra-index-url", "find-links"):
        for value in asked.options.get(option, []):
            arguments += [f"--{option}", value]
    for directory in asked.find_links:
        arguments += ["--find-links", str(directory)]
    if asked.offline:
        arguments.append("--offline")
    if asked.exclude_newer:
        arguments += ["--exclude-newer", asked.exclude_newer]
    if asked.earlier:
        # uv prefers what the file that it is to write says already; it prints the answer as well.
        (work / "pylock.toml").write_text(asked.earlier, "utf-8")
        arguments += ["--output-file", "pylock.toml"]
    return await _run(arguments, work, _environment(asked, work))


def _lines(lines: Sequence[str]) -> str:
    return "".join(line.replace("\n", " ") + "\n" for line in lines)


def _environment(asked: Compilation, work: Path) -> dict[str, str]:
    environment = {name: os.environ[name] for name in _PASSED if name in os.environ}
    environment.setdefault("UV_HTTP_RETRIES", "1")
    environment["MACOSX_DEPLOYMENT_TARGET"] = asked.target.osx
    urls = [*asked.options.get("index-url", []), *asked.options.get("extra-index-url", [])]
    urls += [os.environ.get(name, "") for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL")]
    urls += os.environ.get("UV_EXTRA_INDEX_URL", "").split()
    urls += [requirement for requirement in asked.requirements if "://" in requirement]
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


async def _run(arguments: list[str], work: Path, environment: dict[str, str]) -> Answer:
    import uv

    try:
        process = await asyncio.create_subprocess_exec(
            uv.find_uv_bin(),
            *arguments,
            cwd=work,
            env=environment,
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
    return Answer(
        process.returncode == 0,
        output.decode("utf-8", "replace"),
        said.decode("utf-8", "replace").strip(),
    )
