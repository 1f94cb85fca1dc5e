"""Use cases of package search, answered by the solver process from the channels' indexes."""

from __future__ import annotations

from ..access.principals import Principal
from ..models.package import PackageSearch, PackageVersions
from .context import ServiceContext


class PackageService:
    """Package names and versions; every principal may ask."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def search(
        self,
        principal: Principal,
        *,
        query: str,
        channels: list[str],
        platform: str | None,
        limit: int,
    ) -> PackageSearch:
        """Names that match *query* in *channels* (default: the store's), best first."""
        hits = self._context.solver.search(
            query,
            channels=channels or self._context.channels.default_channels,
            platform=platform or self._context.platform,
            limit=limit,
        )
        return PackageSearch(query=query, packages=hits)

    def versions(
        self, principal: Principal, *, name: str, channels: list[str], platform: str | None
    ) -> PackageVersions:
        """Versions of package *name*, newest first. Raises :class:`PackageMissing`."""
        return self._context.solver.versions(
            name,
            channels=channels or self._context.channels.default_channels,
            platform=platform or self._context.platform,
        )
