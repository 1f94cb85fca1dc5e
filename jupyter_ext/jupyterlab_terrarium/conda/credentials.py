"""Credentials for channels and indexes, in a file of py-rattler's own format.

The file has mode 0600 and lies in the user's configuration directory; ``RATTLER_AUTH_FILE`` names
another. py-rattler's authentication middleware reads it beside the keyring, ``~/.netrc`` and
``~/.rattler/credentials.json``. Like all of these it knows hosts without ports.
Secrets never stand in a database, a lock, a log or an argument list.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from ..models.problem import InvalidRequest, NotFound

Kind = Literal["token", "conda-token", "password"]
_KINDS: dict[str, Kind] = {
    "BearerToken": "token",
    "CondaToken": "conda-token",
    "BasicHTTP": "password",
}
_PATH_TOKEN_HOSTS = ("anaconda.org", "anaconda.com", "anaconda.cloud")
AUTH_VARIABLE = "RATTLER_AUTH_FILE"


@dataclass(frozen=True)
class Login:
    """That there is a credential for *host*; the secret itself is never shown."""

    host: str
    kind: Kind


def auth_file() -> Path:
    """Where credentials are kept."""
    named = os.environ.get(AUTH_VARIABLE)
    if named:
        return Path(named).expanduser()
    if os.name == "nt":
        base = Path(os.environ.get("APPDATA") or Path.home() / "AppData/Roaming")
    else:
        base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return base / "terrarium" / "credentials.json"


def credential_files() -> list[Path]:
    """Every file whose change means that requests may be answered differently."""
    netrc = os.environ.get("NETRC")
    return [
        auth_file(),
        Path.home() / ".rattler" / "credentials.json",
        Path(netrc) if netrc else Path.home() / ".netrc",
    ]


def use_auth_file(environment: MutableMapping[str, str]) -> None:
    """Make py-rattler in a process with this *environment* read our file, now or when it comes."""
    environment.setdefault(AUTH_VARIABLE, str(auth_file()))


def login(
    url: str,
    *,
    token: str | None = None,
    username: str | None = None,
    password: str | None = None,
    conda_token: bool | None = None,
) -> Login:
    """Store a credential for the host of *url*, in place of an earlier one.

    A *token* goes into an ``Authorization: Bearer`` header, or for anaconda.org and its like (or
    with *conda_token*) into the path as conda does it. Raises :class:`InvalidRequest`.
    """
    host = _host(url)
    entry: dict[str, Any]
    if token:
        if conda_token is None:
            conda_token = host.endswith(_PATH_TOKEN_HOSTS)
        entry = {"CondaToken" if conda_token else "BearerToken": _clean(token)}
    elif username and password:
        entry = {"BasicHTTP": {"username": _clean(username), "password": _clean(password)}}
    else:
        raise InvalidRequest(
            "there is neither a token nor a user name with a password",
            "Give the secret on standard input or in an environment variable.",
        )
    with _changed() as entries:
        entries[host] = entry
    return Login(host, _KINDS[next(iter(entry))])


def logout(url: str) -> None:
    """Forget the credential for the host of *url*. Raises :class:`NotFound`."""
    host = _host(url)
    with _changed() as entries:
        if entries.pop(host, None) is None:
            raise NotFound(f"there is no credential for {host}")


def logins() -> list[Login]:
    """Hosts with a credential in the file, sorted."""
    found = []
    for host, entry in sorted(_read(auth_file()).items()):
        kind = _KINDS.get(next(iter(entry), "")) if isinstance(entry, dict) else None
        if kind is not None:
            found.append(Login(host, kind))
    return found


def netrc_lines(hosts: set[str]) -> str:
    """The credentials for *hosts* in the form of a netrc file, which uv reads. Holds secrets."""
    lines = []
    for host, entry in _read(auth_file()).items():
        if host not in hosts or not isinstance(entry, dict):
            continue
        basic = entry.get("BasicHTTP")
        token = entry.get("BearerToken") or entry.get("CondaToken")
        if basic:
            lines.append(f"machine {host} login {basic['username']} password {basic['password']}")
        elif token:
            lines.append(f"machine {host} login __token__ password {token}")
    return "".join(line + "\n" for line in lines)


def _host(url: str) -> str:
    parts = urlsplit(url if "://" in url else f"https://{url}")
    if parts.username or parts.password or not parts.hostname:
        raise InvalidRequest(
            "this is not the address of a channel or index without a credential",
            "Write it like https://host/channel.",
        )
    return parts.hostname


def _clean(secret: str) -> str:
    secret = secret.strip()
    if not secret.isprintable() or len(secret) > 10_000 or " " in secret:
        raise InvalidRequest("the secret has characters that no token or password has")
    return secret


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise InvalidRequest(
            f"{path} is not a file of credentials", "Move it away and log in again."
        )
    return content


@contextlib.contextmanager
def _changed() -> Iterator[dict[str, Any]]:
    """The entries of the file; changes are written when the block ends without an error."""
    path = auth_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    entries = _read(path)
    yield entries
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(entries, file, indent=2, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
