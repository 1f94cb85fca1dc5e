"""py-rattler's solver, called in one place: with ``as-of``, the machine and the channels of a
question.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from ..models.problem import Finding, InvalidSpecification
from ..models.specification import CondaRequirement, Specification
from .channels import ChannelConfig, resolve_channel, resolve_channels, subdirs
from .virtual_packages import generic, virtual_packages

if TYPE_CHECKING:
    from rattler import Gateway, MatchSpec, RepoDataRecord


@dataclass(frozen=True)
class Question:
    """What is asked of the solver for one platform.

    Package files published after ``newest`` do not exist; those without a date do.
    """

    platform: str
    sources: list[str]
    requirements: list[CondaRequirement]
    virtual: dict[str, str]
    strict: bool
    newest: datetime.datetime | None = None


def question(
    spec: Specification,
    platform: str,
    config: ChannelConfig,
    exclude_newer: datetime.datetime | None = None,
) -> Question:
    """The part of *spec* that counts for *platform*, with channels as URLs.

    A channel that only ``chan::pkg`` names comes after all others. *exclude_newer* overrides the
    ``as-of`` of *spec*.
    """
    requirements = [one for one in spec.conda if one.platforms is None or platform in one.platforms]
    sources = resolve_channels(spec.channels, config)
    for one in requirements:
        if one.channel:
            sources += [u for u in resolve_channel(one.channel, config) if u not in sources]
    return Question(
        platform,
        sources,
        requirements,
        virtual_packages(platform, spec.runs_on),
        spec.channel_priority != "flexible",
        exclude_newer or spec.as_of,
    )


async def ask(
    asked: Question,
    *,
    gateway: Gateway,
    config: ChannelConfig,
    preferred: Sequence[RepoDataRecord] = (),
    timeout: float | None = None,
) -> list[RepoDataRecord]:
    """The solver's records for *asked*; *preferred* ones are taken where they fit.

    Raises py-rattler's ``SolverError`` and ``GatewayError`` as they are (also after *timeout*
    seconds), and :class:`InvalidSpecification`.
    """
    from rattler import Channel, ChannelPriority, solve

    newest = asked.newest
    if newest is not None:
        # py-rattler takes the wall-clock reading for UTC whatever its zone.
        newest = newest.astimezone(datetime.timezone.utc)
    return list(
        await solve(
            [Channel(url) for url in asked.sources],
            match_specs(asked, config),
            gateway=gateway,
            platforms=subdirs(asked.platform),
            locked_packages=list(preferred),
            virtual_packages=generic(asked.virtual),
            channel_priority=ChannelPriority.Strict if asked.strict else ChannelPriority.Flexible,
            exclude_newer=newest,
            timestamp_policy="allow-missing",
            timeout=datetime.timedelta(seconds=timeout) if timeout else None,
        )
    )


def match_specs(asked: Question, config: ChannelConfig) -> list[MatchSpec]:
    """The requirements, and each name once more without a constraint.

    Without the bare names py-rattler's gateway drops records that no requirement matches before
    the solver sees them: strict priority would fall through to the next channel whenever the
    first one lacks a version, and conflicts would read "no candidates were found".
    """
    from rattler.exceptions import InvalidMatchSpecError

    specs = []
    for one in asked.requirements:
        try:
            for prefix in _channel_prefixes(one, config):
                specs.append(_match_spec(prefix + one.matchspec))
        except InvalidMatchSpecError as error:
            message = f"'{one.text}' is not a package requirement: {error}"
            raise InvalidSpecification(
                message,
                "Write it like numpy, numpy>=1.20 or numpy=1.26=py312*.",
                [Finding(message=message, place=one.place)],
            ) from None
    bare = {one.name for one in asked.requirements if not one.name.startswith("__")}
    specs += [_match_spec(name) for name in sorted(bare) if "*" not in name]
    return specs


@lru_cache(maxsize=4096)
def _match_spec(text: str) -> MatchSpec:
    from rattler import MatchSpec

    return MatchSpec(text)


def _channel_prefixes(one: CondaRequirement, config: ChannelConfig) -> list[str]:
    # py-rattler does not match private and file channels by their last name: full URLs only.
    if not one.channel:
        return [""]
    return [f"{url}::" for url in resolve_channel(one.channel, config)[:1]]
