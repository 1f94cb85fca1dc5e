"""uv's errors in the user's words: the pip line, the conda package it meets, and what to do."""

from __future__ import annotations

import re

from ..models.build_problem import (
    ChannelUnreachable,
    CredentialsMissing,
    PackageMissing,
    PipConflict,
    WheelMissing,
)
from ..models.lock import CondaPackage
from ..models.problem import Finding, TerrariumError
from ..models.specification import PipRequirement
from .name_map import normalize
from .specification.credentials import scrub_text
from .wheel_tags import Target

_NAME = r"`?(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)`?"
_SDIST = re.compile(
    rf"Wheels are required for {_NAME} because building from source is disabled"
    r"|Building source distributions for `?(?P<direct>[A-Za-z0-9._-]+)`? is disabled"
)
_NO_WHEEL = re.compile(
    rf"{_NAME}\S* (?:has|have) no (?:usable )?wheels|all versions of (?P<other>\S+) have no usable"
)
_NOT_FOUND = re.compile(rf"{_NAME} was not found in the (?:package registry|cache|provided)")
_ELSEWHERE = re.compile(
    r"Wheels are available for `[^`]+` \([^)]*\) on the following platforms?: (?P<tags>.+)"
)
_ONLY = re.compile(r"\bonly (?P<name>[A-Za-z0-9._-]+?)(?P<range>[<>=]=?\S+) is available")
_NEEDS = re.compile(
    r"(?P<who>[A-Za-z0-9][A-Za-z0-9._-]*?)(?:[<>=!~]=?\S+)? depends? on (?P<what>[^\s,]+)"
)
_NO_VERSION = re.compile(rf"there (?:is|are) no versions? of {_NAME}")
_FETCH = re.compile(r"Failed to fetch: `?(?P<url>\S+?)`?(?:\s|$)")
_STATUS = re.compile(r"\((\d{3}) ")
_REFUSED = re.compile(
    r"An index (?:URL )?\((?P<url>[^)]+)\).*?\b(?P<code>40[137]) (?:Unauthorized|Forbidden|Proxy)"
)
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def sdist_only(said: str) -> str | None:
    """Name of the package that has no wheel at all, if that is what uv complains about."""
    found = _SDIST.search(said)
    return normalize(found.group("name") or found.group("direct")) if found else None


def explain(
    said: str, wanted: list[PipRequirement], provided: dict[str, CondaPackage], target: Target
) -> TerrariumError:
    """The error for what uv *said* about the ``pip:`` lines *wanted*."""
    raw = scrub_text(said)
    fetch = _unreachable(raw)
    if fetch is not None:
        return fetch
    source = sdist_only(raw)
    if source is None and "no wheels with a matching" in raw:
        found = _NO_WHEEL.search(raw)
        source = normalize(found.group("name") or found.group("other")) if found else None
    elsewhere = _ELSEWHERE.search(raw)
    if source is not None and elsewhere is not None:
        tags = elsewhere.group("tags").replace("`", "")
        return WheelMissing(
            f"{source} has no wheel for Python {target.python} on {target.platform}; its wheels "
            f"are for {tags}.",
            "Take it from conda, choose a version that has a wheel, or limit the line to the "
            "platforms that have one.",
            _findings(raw, wanted, {source}, f"{source} has no wheel for {target.platform}"),
            raw,
        )
    if source is not None:
        return WheelMissing(
            f"{source} has no wheel for Python {target.python} on {target.platform}, only "
            "source code, which would have to be executed to build it.",
            "Take it from conda, choose a version that has a wheel, or ask the store's "
            "administrator to allow building from source.",
            _findings(raw, wanted, {source}, f"{source} has no wheel"),
            raw,
        )
    missing = {normalize(found.group("name")) for found in _NOT_FOUND.finditer(raw)}
    if missing:
        offline = "network was disabled" in raw
        names = ", ".join(sorted(missing))
        return PackageMissing(
            f"{names} is not in the cache, and the store works offline."
            if offline
            else f"The package index has no {names}.",
            "" if offline else "Check the spelling; a conda package belongs above `pip:`.",
            _findings(raw, wanted, missing, "There is no such package"),
            raw,
        )
    return _conflict(raw, wanted, provided)


def _unreachable(raw: str) -> TerrariumError | None:
    refused = _REFUSED.search(raw)
    if refused is not None:
        return _login(refused.group("url"), int(refused.group("code")), raw)
    found = _FETCH.search(raw)
    if found is None:
        return None
    url = found.group("url")
    status = _STATUS.search(raw)
    code = int(status.group(1)) if status else 0
    if code in (401, 403, 407):
        return _login(url, code, raw)
    why = f"answers with an error (HTTP {code})" if code else "does not answer"
    return ChannelUnreachable(
        f"The package index {why}: {url}.",
        "Check the network and the proxy settings, or name another `--index-url`.",
        raw=raw,
    )


def _login(url: str, code: int, raw: str) -> CredentialsMissing:
    origin = "/".join(url.split("/")[:3])
    return CredentialsMissing(
        f"{url} wants a login (HTTP {code}).",
        f"Run `jupyter terrarium channel login {origin}` where the store runs.",
        raw=raw,
    )


def _conflict(
    raw: str, wanted: list[PipRequirement], provided: dict[str, CondaPackage]
) -> PipConflict:
    named = {normalize(word.rstrip(".-")) for word in _WORD.findall(raw)}
    met = [(name, package) for name, package in provided.items() if name in named]
    only = _ONLY.search(raw)
    here = f"The index has {only.group('name')}{only.group('range')} only." if only else ""
    findings = [
        Finding(message=_part(one, raw, provided, here), place=one.place, path="pip")
        for one in wanted
        if one.name and one.name in named
    ]
    lines = " and ".join(f"`{one.requirement}`" for one in wanted if one.name in named)
    subject = lines or "The `pip:` section"
    if met:
        conda = " and ".join(f"{package.name} {package.version}" for _, package in met)
        return PipConflict(
            f"{subject} cannot be installed beside {conda} from conda.",
            "Loosen the pip requirement, or ask conda for the version that pip needs.",
            findings,
            raw,
        )
    if only is not None and len(findings) == 1 and not _needs(normalize(only.group("name")), raw):
        return PipConflict(
            f"The package index has no version of {only.group('name')} that satisfies {subject}, "
            f"only {only.group('range')}.",
            "Loosen the line, or correct the version.",
            findings,
            raw,
        )
    nothing = _NO_VERSION.search(raw)
    message = (
        f"{subject}: the package index has no such version of {nothing.group('name')}."
        if nothing
        else f"{subject} cannot be installed together."
        if len(findings) > 1
        else f"{subject} cannot be satisfied."
    )
    return PipConflict(message, "Loosen or remove one of the lines named.", findings, raw)


def _part(one: PipRequirement, raw: str, provided: dict[str, CondaPackage], otherwise: str) -> str:
    """What the line *one* has to do with the conflict, a sentence."""
    package = provided.get(one.name)
    if package is not None:
        return (
            f"conda provides {package.name} {package.version}, "
            f"which does not satisfy `{one.requirement}`."
        )
    needs = _needs(one.name, raw)
    if needs:
        return f"`{one.requirement}` needs {' and '.join(needs)}."
    return otherwise or f"`{one.requirement}` is asked for here."


def _needs(name: str, raw: str) -> list[str]:
    """What uv says that *name* depends on."""
    found = [
        match.group("what").rstrip(".")
        for match in _NEEDS.finditer(raw)
        if normalize(match.group("who")) == name
    ]
    return list(dict.fromkeys(found))


def _findings(
    raw: str, wanted: list[PipRequirement], names: set[str], message: str
) -> list[Finding]:
    """The lines that ask for *names*, or else those that uv mentions."""
    direct = [one for one in wanted if one.name in names]
    mentioned = {normalize(word) for word in _WORD.findall(raw)}
    lines = direct or [one for one in wanted if one.name in mentioned]
    what = message if direct else f"{', '.join(sorted(names))}: {message[0].lower()}{message[1:]}"
    return [Finding(message=f"{what}.", place=one.place, path="pip") for one in lines]
