"""Every route of the API, in one place."""

from __future__ import annotations

import re
from typing import Any

from tornado.web import RequestHandler

from . import (
    artifacts,
    audit,
    builds,
    bundles,
    cleanup,
    comparisons,
    deletion,
    environments,
    events,
    foreign_links,
    local,
    locks,
    members,
    namespaces,
    package_files,
    packages,
    people,
    pinned_kernels,
    plans,
    pointers,
    proposals,
    records,
    scratches,
    shared_links,
    shares,
    status,
    tokens,
    verification,
    versions,
)
from .base import TerrariumHandler
from .hosts import bind
from .late_routes import PREFIX as PREFIX

#: Paths below this one are about the machine of the server, and are not passed on to a team store.
LOCAL = "local/"
_VERSION = "environments/{namespace}/{name}/versions/{version}"
#: Builds of connected servers ask the store itself for it: it may be large.
PACKAGE_FILE = _VERSION + "/files/{sha256}"
#: Written to disk as it comes, where the store is.
BUNDLES = "bundles"

ROUTES: tuple[tuple[str, type[TerrariumHandler]], ...] = (
    ("status", status.StatusHandler),
    ("openapi.json", status.OpenApiHandler),
    ("namespaces", namespaces.NamespacesHandler),
    ("namespaces/{namespace}", namespaces.NamespaceHandler),
    ("namespaces/{namespace}/members", members.MembersHandler),
    ("namespaces/{namespace}/members/{kind}/{member}", members.MemberHandler),
    ("environments/{namespace}/{name}/members", members.MembersHandler),
    ("environments/{namespace}/{name}/members/{kind}/{member}", members.MemberHandler),
    ("people/{user}/transfer", people.TransferHandler),
    ("environments", environments.EnvironmentsHandler),
    (BUNDLES, bundles.BundlesHandler),
    ("environments/{namespace}/{name}", environments.EnvironmentHandler),
    ("environments/{namespace}/{name}/copies", environments.CopiesHandler),
    ("environments/{namespace}/{name}/pointers/{pointer}", pointers.PointerHandler),
    ("environments/{namespace}/{name}/proposals", proposals.EnvironmentProposalsHandler),
    ("environments/{namespace}/{name}/kernels", pinned_kernels.PinnedKernelsHandler),
    ("environments/{namespace}/{name}/kernels/{kernel}", pinned_kernels.PinnedKernelHandler),
    ("environments/{namespace}/{name}/shares", shares.EnvironmentSharesHandler),
    ("environments/{namespace}/{name}/versions", versions.VersionsHandler),
    (_VERSION, versions.VersionHandler),
    (_VERSION + "/comparison", comparisons.ComparisonHandler),
    (_VERSION + "/packages", versions.VersionPackagesHandler),
    (_VERSION + "/specification", versions.VersionSpecificationHandler),
    (_VERSION + "/lock", locks.VersionLockHandler),
    (_VERSION + "/artifacts", artifacts.ArtifactsHandler),
    (_VERSION + "/artifacts/{form}", artifacts.ArtifactHandler),
    (PACKAGE_FILE, package_files.PackageFileHandler),
    (_VERSION + "/lockfile", versions.VersionLockfileHandler),
    (_VERSION + "/recipe", foreign_links.RecipeHandler),
    (_VERSION + "/records", records.VersionRecordsHandler),
    (_VERSION + "/builds", versions.VersionBuildsHandler),
    (_VERSION + "/verification", verification.VerificationHandler),
    ("deleted-environments", deletion.DeletedEnvironmentsHandler),
    ("deleted-environments/{environment}/restore", deletion.RestoreHandler),
    ("verification", verification.VerifiableHandler),
    ("cleanup", cleanup.CleanupHandler),
    ("cache/verification", verification.CacheVerificationHandler),
    (_VERSION + "/scratches", scratches.VersionScratchesHandler),
    ("scratches", scratches.ScratchesHandler),
    ("scratches/{scratch}", scratches.ScratchHandler),
    ("scratches/{scratch}/specification", scratches.ScratchSpecificationHandler),
    ("shares", shares.SharesHandler),
    ("shares/{share}", shares.ShareHandler),
    ("lent-versions/{environment}/{version}", shared_links.LentVersionHandler),
    ("shared-link", shared_links.SharedLinkHandler),
    ("shared-link/use", shared_links.UseHandler),
    ("shared-link/copies", shared_links.SharedCopiesHandler),
    ("shared-link/files/{file}", shared_links.SharedFileHandler),
    ("shared-link/artifacts/{form}", shared_links.SharedFormHandler),
    ("recorded-environment", records.RecordedHandler),
    ("recorded-environment/use", records.RecordedUseHandler),
    ("proposals", proposals.ProposalsHandler),
    ("proposals/{proposal}", proposals.ProposalHandler),
    ("proposals/{proposal}/approve", proposals.ProposalApproveHandler),
    ("proposals/{proposal}/decline", proposals.ProposalDeclineHandler),
    ("proposals/{proposal}/withdraw", proposals.ProposalWithdrawHandler),
    ("audit", audit.AuditHandler),
    ("audit/lines", audit.AuditLinesHandler),
    ("tokens", tokens.TokensHandler),
    ("tokens/{token}", tokens.TokenHandler),
    ("foreign-links", foreign_links.ForeignLinksHandler),
    ("builds", builds.BuildsHandler),
    ("builds/{build}", builds.BuildHandler),
    ("builds/{build}/log", builds.BuildLogHandler),
    ("builds/{build}/help", builds.BuildHelpHandler),
    ("builds/{build}/cancel", builds.BuildCancelHandler),
    ("plans", plans.PlansHandler),
    ("plans/{plan}", plans.PlanHandler),
    ("plans/{plan}/shown", plans.PlanShownHandler),
    ("plans/{plan}/explanation", plans.PlanExplanationHandler),
    ("packages", packages.PackagesHandler),
    ("packages/{package}", packages.PackageHandler),
    ("events", events.EventsHandler),
    ("local/environments/{namespace}/{name}", local.LocalEnvironmentHandler),
    ("local/kernels/{kernel}", local.RunningKernelHandler),
)


def pattern(base_url: str, path: str) -> str:
    """The regular expression of a route below *base_url* (which ends with a slash)."""
    literal = re.escape(base_url + PREFIX + path)
    return re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", literal) + "/?"


def bound(base_url: str, host: type[RequestHandler], below: str = "") -> list[tuple[str, Any]]:
    """The routes *below* a path (default: all), run by *host*, for a Tornado application."""
    return [
        (pattern(base_url, path), bind(handler, host))
        for path, handler in ROUTES
        if path.startswith(below)
    ]
