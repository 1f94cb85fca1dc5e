"""Credentials in URLs: finding and masking them.

A specification is kept, shown, shared and exported, so no credential may stand in it: not in a
channel, not in a requirement, not in a comment. A URL is read as WHATWG's URL standard reads it
(backslashes are slashes, tabs and line ends are dropped), because the solver's client does so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

MASK = "***"

_START = re.compile(
    r"\s*(?:(?P<web>(?:git\+|hg\+|svn\+|bzr\+)?(?:https?|ftps?|oci|s3|gcs)):[/\\]*"
    r"|(?P<other>[a-z][a-z0-9+.-]*):[/\\]{2}"
    r"|[/\\]{2})",
    re.IGNORECASE,
)
_BARE = re.compile(r"\s*[^\s/\\:@\[\]]+:[^\s/\\@]+@(?=[^\s/\\@]+)")
_TOKEN_PATH = re.compile(r"(?<=/t/)(?P<token>[^/?#\s]+)(?=/|$|[?#])", re.IGNORECASE)
_FILE = re.compile(r"\.(whl|conda|bz2|gz|zip|json|html?|ya?ml|txt)$", re.IGNORECASE)
_FORUM = re.compile(r"/t/[^/?#]+(?:/\d+)*/?(?:[?#]|$)")
_SECRET_KEY = re.compile(
    r"^(?:.*[-_.])?(?:token|secret|passwd|password|pwd|apikey|api[-_]key|access[-_]key|auth"
    r"|credentials?|signature|sig|jwt)$|^(?:.*token)$",
    re.IGNORECASE,
)
_QUERY = re.compile(r"([?&;#])")
URL_IN_TEXT = re.compile(r"(?:\b[a-z][a-z0-9+.-]{0,30}:[/\\]|(?<![:\w/])//)[^\s]+", re.IGNORECASE)
_TRAILING = "'\"`>)],.;"


@dataclass(frozen=True)
class _Parts:
    """A URL cut at its user information: ``head + userinfo + '@' + tail``."""

    head: str
    userinfo: str
    tail: str
    web: bool


def _cut(url: str) -> _Parts:
    start = _START.match(url)
    if start is None:
        bare = _BARE.match(url)
        if bare is None:
            return _Parts("", "", url, False)
        return _Parts("", bare[0][:-1], url[bare.end() :], True)
    head, rest = url[: start.end()], url[start.end() :]
    authority = re.split(r"[/\\?#]", rest, maxsplit=1)[0]
    at = authority.rfind("@")
    if at < 0 and re.match(r"[^\[\]:@]+:(?!\d*$)", authority):
        # No port looks like this: a password with an unencoded slash in it does.
        at = rest.rfind("@")
    if at < 0:
        return _Parts(head, "", rest, bool(start["web"]))
    return _Parts(head, rest[:at], rest[at + 1 :], bool(start["web"]))


def find_credentials(url: str) -> str | None:
    """Why *url* counts as holding a credential, in words without the credential; or None.

    A user name alone counts for http(s) and ftp, where services take tokens in its place;
    it does not for ``ssh://git@host``.
    """
    parts = _cut(re.sub(r"[\t\r\n]", "", url))
    user, _, password = parts.userinfo.partition(":")
    if password:
        return "a user name and a password stand before the host"
    if user and parts.web:
        return "a user name or a token stands before the host"
    path = re.split(r"[?#]", parts.tail, maxsplit=1)[0]
    token = _TOKEN_PATH.search(unquote(path).replace("\\", "/"))
    if token and not _FILE.search(token["token"]):
        return "a token stands in its path (/t/.../)"
    if any(_is_secret(pair) for pair in _QUERY.split(parts.tail[len(path) :])):
        return "a token stands in its query"
    return None


def _is_secret(pair: str) -> bool:
    key, _, value = pair.partition("=")
    return bool(value) and len(key) <= 64 and _SECRET_KEY.match(unquote(key)) is not None


def scrub_url(url: str) -> str:
    """*url* with every credential replaced by ``***``; other URLs come back unchanged."""
    if find_credentials(url) is None:
        return url
    parts = _cut(url)
    tail = parts.tail
    cut = re.search(r"[?#]|$", tail)
    end = cut.start() if cut else len(tail)
    path, query = tail[:end], tail[end:]
    masked = _TOKEN_PATH.sub(MASK, path)
    if masked == path and _TOKEN_PATH.search(unquote(path).replace("\\", "/")):
        masked = re.split(r"[/\\]", path, maxsplit=1)[0] + "/" + MASK
    query = "".join(
        pair.partition("=")[0] + "=" + MASK if _is_secret(pair) else pair
        for pair in _QUERY.split(query)
    )
    userinfo = MASK + "@" if parts.userinfo else ""
    return parts.head + userinfo + masked + query


def without_credentials(url: str) -> str:
    """*url* as one would write it after a login: credentials are left out, not masked."""
    parts = _cut(url)
    path = re.split(r"[?#]", parts.tail, maxsplit=1)[0]
    path = re.sub(r"/t/[^/]+(?=/|$)", "", unquote(path).replace("\\", "/"), count=1)
    return parts.head.replace("\\", "/") + path


def scrub_text(text: str) -> str:
    """*text* with the credentials of every URL in it masked."""
    return URL_IN_TEXT.sub(lambda found: scrub_url(found[0]), text)


def find_in_text(text: str, *, prose: bool = False) -> list[tuple[int, str, str]]:
    """Every URL with a credential in *text*, as (offset, URL, reason).

    With *prose*, links such as a forum's ``/t/some-topic/1234`` are no credentials.
    """
    hits = []
    for found in URL_IN_TEXT.finditer(text):
        url = found[0].rstrip(_TRAILING)
        reason = find_credentials(url)
        if reason is None:
            continue
        if prose and "path" in reason and _FORUM.search(url):
            continue
        hits.append((found.start(), url, reason))
    return hits
