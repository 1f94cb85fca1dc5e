"""What all services share: the store, the solver, the builds, and the rules they follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..access.principals import Principal
from ..builds.solver_client import SolverClient
from ..builds.supervisor import Supervisor
from ..conda.channels import ChannelConfig
from ..models.platforms import host_platform
from ..models.policy import Policy
from ..store.database import Database
from ..store.paths import Layout
from .plan_rows import PlanRows


@dataclass(frozen=True)
class ServiceContext:
    """Handed to every service."""

    layout: Layout
    database: Database
    solver: SolverClient
    supervisor: Supervisor
    channels: ChannelConfig
    policy: Policy = field(default_factory=Policy)
    platform: str = field(default_factory=host_platform)
    plan_rows: PlanRows = field(default_factory=PlanRows)
    #: Who helps, by namespace; ``*`` stands for all others.
    support_contacts: dict[str, str] = field(default_factory=dict)
    #: Where people reach the plain pages of links, without a slash at its end; empty: nowhere.
    public_url: str = ""
    #: Somebody who does not call just now, with the groups that they are in as far as is known.
    principal_of: Callable[[str], Principal] = Principal
