"""py-rattler's errors in the user's words: which line, why, and what to do about it.

py-rattler gives a readable tree but no structure, so what it says is compared with what was asked
for and with what the channels have.
"""

from __future__ import annotations

import asyncio
import difflib
import re
from typing import TYPE_CHECKING

from ..models.build_problem import (
    ChannelUnreachable,
    CredentialsMissing,
    PackageMissing,
    SolveError,
)
from ..models.problem import Finding, SolverUnavailable, TerrariumError
from ..models.specification import CondaRequirement
from .channels import ChannelConfig, canonical, resolve_channel, scrub, subdirs
from .solve_tree import Branch, read_tree
from .specification.credentials import scrub_text

if TYPE_CHECKING:
    from rattler import Gateway, RepoDataRecord

    from .solver_call import Question

_STATUS = re.compile(r"\((\d{3}) ")
_URL = re.compile(r"(?:https?|s3|oci|gcs|file)://[^\s')]+")
_EXAMPLES = {"__cuda": "12.4", "__glibc": "2.34", "__linux": "5.10", "__osx": "14.0"}


def explain_gateway(text: str, asked: Question) -> TerrariumError:
    """Why a channel's index could not be had."""
    raw = scrub_text(text).strip()
    found = _URL.search(raw)
    at = found.group(0) if found else ""
    channel = next(
        (url for url in map(canonical, asked.sources) if at.startswith(url)), scrub(at).rstrip("/")
    )
    finding = [Finding(message=f"{channel} cannot be used", path="channels")]
    status = _STATUS.search(raw)
    code = int(status.group(1)) if status else 0
    if code in (401, 403, 407):
        return CredentialsMissing(
            f"{channel} wants a login (HTTP {code}).",
            f"Run `jupyter terrarium channel login {channel}` where the store runs.",
            finding,
            raw,
        )
    if "could not find subdir" in raw or code == 404:
        return ChannelUnreachable(
            f"There is no channel at {channel}: it has no index for noarch.",
            "Check the channel's name; a local directory needs `jupyter terrarium channel create` "
            "or an indexer first.",
            finding,
            raw,
        )
    if "cache" in raw and "force" in raw:
        return ChannelUnreachable(
            f"The store works offline and has no copy of the index of {channel}.", "", finding, raw
        )
    why = f"answers with an error (HTTP {code})" if code else "does not answer"
    return ChannelUnreachable(
        f"{channel or 'A channel'} {why}.",
        "Check the network and the proxy settings, or name a mirror or a local channel.",
        finding,
        raw,
    )


async def explain_failure(
    text: str, asked: Question, gateway: Gateway, config: ChannelConfig
) -> TerrariumError:
    """Why no set of packages satisfies *asked*."""
    raw = scrub_text(text).strip()
    if "cancelled" in raw.lower():
        return SolverUnavailable(
            f"The solver found no answer for {asked.platform} within its time limit.",
            "Ask for narrower versions or fewer packages, or raise the solver's time limit.",
            raw=raw,
        )
    missing = await _missing(asked, gateway, config)
    if missing:
        summary = missing[0].message if len(missing) == 1 else _count(missing)
        return PackageMissing(summary, missing[0].hint, missing, raw)
    branches = read_tree(raw)
    virtual = _virtual(branches, asked)
    if virtual:
        return SolveError(virtual[0].message, virtual[0].hint, virtual, raw)
    findings = [
        Finding(message=branch.sentence(), place=one.place, path="dependencies")
        for branch in branches
        for one in asked.requirements
        if one.name == branch.name and _same(one, branch, branches)
    ]
    findings.sort(key=lambda finding: finding.place.line if finding.place else 0)
    texts = list(dict.fromkeys(branch.requirement for branch in branches))
    names = " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)
    message = (
        f"{names} cannot be installed together for {asked.platform}."
        if len(texts) > 1
        else f"{names or 'This'} cannot be installed for {asked.platform}."
    )
    priority = "strict channel priority" in raw
    hint = (
        "A channel of higher priority has this package too, so only that one counts: name the "
        "channel (`channel::package`), reorder the channels, or set `channel-priority: flexible`."
        if priority
        else "Loosen or remove one of the requirements named."
    )
    return SolveError(message, hint, findings, raw)


def _same(one: CondaRequirement, branch: Branch, branches: list[Branch]) -> bool:
    """Whether *branch* speaks of *one*, when several requirements have the same name."""
    alike = [other for other in branches if other.name == one.name]
    return len(alike) == 1 or branch.requirement.split()[1:] == one.matchspec.split()[1:]


def _count(findings: list[Finding]) -> str:
    return f"{len(findings)} requirements are in none of the channels."


async def _missing(asked: Question, gateway: Gateway, config: ChannelConfig) -> list[Finding]:
    """Requirements that nothing in the channels matches, each with what is there instead."""
    from rattler import Channel, MatchSpec

    findings: list[Finding] = []
    names: dict[tuple[str, ...], set[str]] = {}
    for one in asked.requirements:
        if one.name.startswith("__") or "*" in one.name:
            continue
        urls = resolve_channel(one.channel, config) if one.channel else asked.sources
        sources = [Channel(url) for url in urls]
        key = tuple(urls)
        if key not in names:
            found = await gateway.names(sources, subdirs(asked.platform))
            names[key] = {name.normalized for name in found}
        where = ", ".join(canonical(url) for url in urls)
        if one.name not in names[key]:
            hint = await asyncio.to_thread(_did_you_mean, one.name, names[key])
            message = f"There is no package '{one.name}' for {asked.platform} in {where}."
            findings.append(Finding(message=message, hint=hint, place=one.place))
            continue
        answer = await gateway.query(
            sources,
            subdirs(asked.platform),
            [MatchSpec(one.name)],
            recursive=False,
        )
        records = [record for source in answer for record in source]
        wanted = MatchSpec(one.matchspec)
        if not any(wanted.matches(record) for record in records):
            message = f"No '{one.matchspec}' for {asked.platform} in {where}."
            findings.append(
                Finding(message=message, hint=_versions_there(records), place=one.place)
            )
    return findings


def _did_you_mean(name: str, names: set[str]) -> str:
    near = difflib.get_close_matches(name, [n for n in names if abs(len(n) - len(name)) < 4], 3)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    return "Check the spelling and the channels; a package of PyPI belongs under `pip:`."


def _versions_there(records: list[RepoDataRecord]) -> str:
    versions = sorted({record.version for record in records}, reverse=True)
    shown = [str(version) for version in versions[:6]]
    rest = f" and {len(versions) - 6} older" if len(versions) > 6 else ""
    return f"There is {', '.join(shown)}{rest}."


def _virtual(branches: list[Branch], asked: Question) -> list[Finding]:
    """Requirements that only another machine meets, with the line to write."""
    findings = []
    for branch in branches:
        for need in branch.leaves():
            name = need.split()[0]
            if not name.startswith("__"):
                continue
            have = asked.virtual.get(name)
            value = _EXAMPLES.get(name, "1")
            floor = re.search(r">=\s*([0-9][0-9.]*)", need)
            if floor:
                value = floor.group(1)
            if name in ("__osx", "__win", "__linux", "__glibc", "__unix") and have is None:
                hint = f"It is not for {asked.platform}: take this platform out of `platforms`."
            else:
                hint = (
                    f"If the environment runs on a machine that has it, write `runs-on:` with "
                    f'`{name.strip("_")}: "{value}"` below it.'
                )
            machine = f"{name} {have}" if have else f"no {name}"
            wish = (
                f"{need} is asked for"
                if name == branch.name
                else f"{branch.requirement} needs {need}"
            )
            message = f"{wish}, and the machine it is solved for has {machine}."
            place = next((r.place for r in asked.requirements if r.name == branch.name), None)
            findings.append(Finding(message=message, hint=hint, place=place))
    return findings
