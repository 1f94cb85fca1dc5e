"""Which namespaces may use package files of channels that are not everybody's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..conda.private_files import PrivateFiles, channel_of
from ..models.lock import Lock
from ..models.policy import Policy
from ..models.problem import ChannelForbidden
from ..store.paths import Layout


@dataclass(frozen=True)
class ChannelAccess:
    """The rule, for builds and services alike. It costs nothing where every channel is free."""

    layout: Layout
    policy: Policy

    def may_use(self, namespace: str, channel: str) -> bool:
        """Whether the namespace may use the channel with this URL, as policy writes it."""
        allowed = self.policy.private_channels.get(channel)
        return allowed is None or "*" in allowed or namespace in allowed

    def require_channels(self, namespace: str, urls: Sequence[str]) -> None:
        """Raise :class:`ChannelForbidden` for a channel that the namespace may not use."""
        for url in urls:
            channel = channel_of(url, self.policy.private_channels)
            if channel is not None and not self.may_use(namespace, channel):
                raise _forbidden(namespace, channel, "the specification asks for it")

    def require(self, namespace: str, lock: Lock) -> list[str]:
        """SHA-256 of the files of *lock* that the namespace may use only when their own address
        hands them out once more: what lies here came from a channel that it may not use.

        Raises :class:`ChannelForbidden` when their address is such a channel.
        """
        if not self.policy.private_channels:
            return []
        files = PrivateFiles(self.layout.private)
        noted = files.noted()
        unproven = []
        for package in (file for part in lock.platforms for file in part.files):
            channel = channel_of(package.url, self.policy.private_channels)
            if channel is not None and not self.may_use(namespace, channel):
                raise _forbidden(namespace, channel, f"{package.file_name} is from there")
            if package.sha256 in noted and not any(
                self.may_use(namespace, one) for one in files.channels_of(package.sha256)
            ):
                unproven.append(package.sha256)
        return unproven

    def is_free(self, namespace: str, lock: Lock) -> bool:
        """Whether :meth:`require` has nothing against *lock*, and wants nothing to be proven."""
        try:
            return not self.require(namespace, lock)
        except ChannelForbidden:
            return False

    def require_here(self, namespace: str, lock: Lock) -> None:
        """Like :meth:`require` for what comes into a namespace without a build of its own."""
        if self.require(namespace, lock):
            raise ChannelForbidden(
                f"the namespace '{namespace}' may not use package files that are part of this",
                "Make it anew there from its specification, or ask the administrator of the store "
                "for access to the channel.",
            )


def _forbidden(namespace: str, channel: str, why: str) -> ChannelForbidden:
    return ChannelForbidden(
        f"the namespace '{namespace}' may not use the channel {channel} ({why})",
        "Take the channel out of `channels:`, or ask the administrator of the store to name the "
        "namespace in `TerrariumSettings.private_channels`.",
    )
