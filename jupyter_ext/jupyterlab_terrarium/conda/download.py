"""Getting one file of a channel or index, from HTTP(S) or the file system, with its SHA-256."""

from __future__ import annotations

import asyncio
import hashlib
import re
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ..models.build_problem import ChannelUnreachable, CredentialsMissing, PackageMissing
from ..models.problem import TerrariumError
from .specification.credentials import scrub_text

if TYPE_CHECKING:
    from rattler.networking import Client

ATTEMPTS = 3
#: A transfer of which no byte comes for this long is given up; a slow one goes on.
STALL_SECONDS = 60.0
_STATUS = re.compile(r"\((\d{3}) ")


class _HashingWriter:
    """What py-rattler hands the chunks to (called from its own threads, one after the other)."""

    def __init__(self, target: Path, on_bytes: Callable[[int], None]) -> None:
        self.digest = hashlib.sha256()
        self.received = 0
        self.error: Exception | None = None
        self._file = target.open("wb")
        self._on_bytes = on_bytes

    def write(self, chunk: bytes) -> None:
        try:
            self._file.write(chunk)
        except OSError as error:
            self.error = error
            raise
        self.digest.update(chunk)
        self.received += len(chunk)
        try:
            self._on_bytes(len(chunk))
        except TerrariumError as error:
            self.error = error
            raise

    def close(self) -> None:
        try:
            self._file.close()
        except OSError as error:
            self.error = self.error or error


def local_path(url: str) -> Path | None:
    """The path that a ``file://`` URL names, else ``None``."""
    parts = urlsplit(url)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def make_client(
    mirrors: dict[str, list[str]], offline: bool, *, login: bool = True
) -> Client | None:
    """The client for all transfers of a build; ``None`` when the build may not use the network.

    Credentials come from the file named by ``RATTLER_AUTH_FILE`` or the keyring; without *login*
    none are used.
    """
    if offline:
        return None
    from rattler.networking import Client
    from rattler.networking.middleware import (
        AddHeadersMiddleware,
        AuthenticationMiddleware,
        GCSMiddleware,
        MirrorMiddleware,
        OciMiddleware,
        RetryMiddleware,
        S3Middleware,
    )

    chain: list[
        AddHeadersMiddleware
        | AuthenticationMiddleware
        | RetryMiddleware
        | MirrorMiddleware
        | OciMiddleware
        | GCSMiddleware
        | S3Middleware
    ] = [MirrorMiddleware(mirrors)] if mirrors else []
    chain.append(RetryMiddleware(2))
    if login:
        chain.append(AuthenticationMiddleware())
    chain += [
        OciMiddleware(),
        GCSMiddleware(),
        S3Middleware(),
    ]
    return Client(chain)


async def download(
    client: Client | None, url: str, target: Path, on_bytes: Callable[[int], None]
) -> str:
    """Write what *url* holds to *target* and give its SHA-256 (64 hexadecimal digits).

    *on_bytes* gets the number of bytes of each chunk, negative when an attempt starts again; a
    :class:`TerrariumError` that it raises ends the transfer and reaches the caller. Raises
    :class:`ChannelUnreachable`, :class:`CredentialsMissing`, :class:`PackageMissing` or
    ``OSError`` when *target* cannot be written.
    """
    url = url.split("#", 1)[0]
    source = local_path(url)
    if source is not None:
        return await asyncio.to_thread(_copy, source, target, on_bytes)
    if client is None:
        raise ChannelUnreachable(
            f"{_name(url)} is not in the store's cache, and this build may not use the network.",
            hint="Allow the network for this store, or build once where there is one.",
        )
    from rattler.package_streaming import download_to_writer

    for attempt in range(1, ATTEMPTS + 1):
        writer = _HashingWriter(target, on_bytes)
        try:
            await _while_it_moves(download_to_writer(client, url, writer), writer)
        except asyncio.TimeoutError as error:
            on_bytes(-writer.received)
            raise ChannelUnreachable(
                f"{_host(url)} stopped in the middle of {_name(url)}: nothing came for "
                f"{STALL_SECONDS:g} seconds.",
                hint="Check the network, the proxy settings and the channel's server, then retry.",
            ) from error
        except Exception as error:
            if writer.error is not None:
                raise writer.error from error
            problem = _explain(url, error)
            broke_off = writer.received > 0
            on_bytes(-writer.received)
            if attempt == ATTEMPTS or not broke_off:
                raise problem from error
            await asyncio.sleep(0.3 * attempt)
        else:
            writer.close()
            if writer.error is not None:
                raise writer.error
            return writer.digest.hexdigest()
        finally:
            writer.close()
    raise AssertionError("unreachable")


async def _while_it_moves(transfer: Awaitable[object], writer: _HashingWriter) -> None:
    """Await *transfer*; ``asyncio.TimeoutError`` once nothing reaches *writer* any more."""
    task = asyncio.ensure_future(transfer)
    try:
        received = -1
        while not task.done():
            if received == writer.received:
                raise asyncio.TimeoutError
            received = writer.received
            await asyncio.wait([task], timeout=STALL_SECONDS)
        await task
    finally:
        task.cancel()


def _copy(source: Path, target: Path, on_bytes: Callable[[int], None]) -> str:
    digest = hashlib.sha256()
    try:
        file = source.open("rb")
    except OSError as error:
        raise PackageMissing(
            f"The package file {source} cannot be read: {error.strerror}.",
            hint="The channel directory was moved or changed: make a new version of the "
            "environment, so that it is solved against what is there now.",
        ) from error
    with file, target.open("wb") as output:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
            output.write(chunk)
            on_bytes(len(chunk))
        shutil.copystat(source, target)
    return digest.hexdigest()


def _name(url: str) -> str:
    return url.rsplit("/", 1)[-1]


def _host(url: str) -> str:
    return urlsplit(url).hostname or _name(url)


def _explain(url: str, error: Exception) -> TerrariumError:
    """The error of py-rattler's client, in words; its text is all there is to tell them apart."""
    found = _STATUS.search(str(error))
    status = int(found.group(1)) if found else 0
    host = _host(url)
    # py-rattler names the URL that it asked for, with the token that it put into it.
    raw = scrub_text(str(error))
    if status in (401, 403, 407):
        return CredentialsMissing(
            f"{host} refuses to hand out {_name(url)} without a login (HTTP {status}).",
            hint=f"Run `jupyter terrarium channel login {_channel(url)}` where the store runs.",
            raw=raw,
        )
    if status in (404, 410):
        return PackageMissing(
            f"{host} no longer has the file {_name(url)} (HTTP {status}).",
            hint="Make a new version of the environment, so that it is solved against what "
            "the channel has now.",
            raw=raw,
        )
    return ChannelUnreachable(
        f"{host} does not hand out {_name(url)}"
        + (f" (HTTP {status})." if status else ": the connection failed."),
        hint="Check the network, the proxy settings and the channel's address, then retry.",
        raw=raw,
    )


def _channel(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{'/'.join(parts.path.split('/')[:-2])}"
