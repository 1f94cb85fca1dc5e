"""All use cases, wired once."""

from __future__ import annotations

from collections.abc import Sequence

from ..models.problem import Finding
from .artifacts import ArtifactService
from .audit import AuditService
from .auditing import write_line
from .builds import BuildService
from .bundles import BundleService
from .cleanup import CleanupService
from .context import ServiceContext
from .copies import CopyService
from .deletion import DeletionService
from .environments import EnvironmentService
from .events import EventService
from .foreign_links import ForeignLinkService
from .help import HelpService
from .local import Local, LocalService
from .members import MemberService
from .namespaces import NamespaceService
from .package_files import PackageFileService
from .packages import PackageService
from .people import PeopleService
from .pinned_kernels import PinnedKernelService
from .plans import PlanService
from .pointers import PointerService
from .proposals import ProposalService
from .recorded import RecordedService
from .records import RecordService
from .scratches import ScratchService
from .shared_forms import SharedFormService
from .shared_links import SharedLinkService
from .shares import ShareService
from .status import StatusService
from .tokens import TokenService
from .transfers import TransferService
from .verification import VerificationService
from .version_comparison import ComparisonService
from .versions import VersionService


class Services:
    """One attribute per noun."""

    def __init__(self, context: ServiceContext, problems: Sequence[Finding] = ()) -> None:
        self.context = context
        context.database.before_commit(write_line)
        self.audit = AuditService(context)
        self.people = PeopleService(context)
        self.namespaces = NamespaceService(context)
        self.members = MemberService(context)
        self.transfers = TransferService(context)
        self.versions = VersionService(context)
        self.environments = EnvironmentService(context, self.namespaces, self.versions)
        self.bundles = BundleService(context, self.namespaces, self.environments)
        self.cleanup = CleanupService(context, self.namespaces)
        self.deletion = DeletionService(context, self.namespaces, self.environments)
        self.verification = VerificationService(context, self.versions)
        self.copies = CopyService(context, self.namespaces, self.versions, self.environments)
        self.artifacts = ArtifactService(context, self.versions)
        self.shares = ShareService(context, self.versions, self.artifacts)
        self.shared_links = SharedLinkService(context, self.copies)
        self.shared_forms = SharedFormService(context, self.shared_links, self.artifacts)
        self.tokens = TokenService(context)
        self.foreign_links = ForeignLinkService(context, self.versions)
        self.recorded = RecordedService(context, self.versions)
        self.records = RecordService(context, self.versions)
        self.pointers = PointerService(context, self.versions)
        self.proposals = ProposalService(context, self.versions)
        self.pinned_kernels = PinnedKernelService(context, self.versions)
        self.comparisons = ComparisonService(context, self.versions)
        self.scratches = ScratchService(context, self.versions)
        self.local: Local = LocalService(context, self.versions)
        self.plans = PlanService(context, self.namespaces)
        self.builds = BuildService(context, self.namespaces)
        self.help = HelpService(context, self.builds)
        self.packages = PackageService(context)
        self.package_files = PackageFileService(context, self.versions)
        self.events = EventService(context)
        self.status = StatusService(context, self.namespaces, problems)
