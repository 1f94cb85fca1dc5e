"""What the indexes of channels say of the package files of an explicit list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..models.lock import CondaPackage
from .channels import ChannelConfig, subdirs
from .explicit_list import ExplicitList
from .own_addresses import configured_places, own_address
from .records import Conversions
from .solve_errors import explain_gateway
from .solver_call import Question

if TYPE_CHECKING:
    from rattler import Gateway


async def known_files(
    listed: ExplicitList, config: ChannelConfig, gateway: Gateway, conversions: Conversions
) -> dict[str, CondaPackage]:
    """The files of *listed* that its channels' indexes have, by URL.

    Channels that lie on this machine are not asked, unless *config* names them: whoever wrote the
    list may be anybody.

    Raises :class:`ChannelUnreachable` or :class:`CredentialsMissing`.
    """
    from rattler import Channel, MatchSpec
    from rattler.exceptions import GatewayError

    wanted = {entry.url: entry for entry in listed.entries if entry.manager == "conda"}
    found: dict[str, CondaPackage] = {}
    places = configured_places(config)
    for channel in listed.channels:
        if own_address(channel) is not None and not f"{channel}/".startswith(places):
            continue
        names = {one.name for url, one in wanted.items() if url.startswith(channel + "/")}
        try:
            answer = await gateway.query(
                [Channel(channel)],
                subdirs(listed.platform),
                [MatchSpec(name) for name in sorted(names)],
                recursive=False,
            )
        except GatewayError as error:
            asked = Question(listed.platform, [channel], [], {}, True)
            raise explain_gateway(str(error), asked) from error
        records = [one for source in answer for one in source if one.url in wanted and one.sha256]
        for package in conversions.packages(records, {}, []):
            found[package.url] = package
    return found
