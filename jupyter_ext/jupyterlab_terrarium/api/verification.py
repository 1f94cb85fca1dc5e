"""``.../versions/{version}/verification`` and ``cache/verification``."""

from __future__ import annotations

from ..access.principals import Principal
from ..models.status import Page
from ..models.verification import (
    CacheVerification,
    VerifiableVersion,
    Verification,
    VerificationRequest,
)
from .base import TerrariumHandler
from .operation import operation


class VerifiableHandler(TerrariumHandler):
    """Everything that has files."""

    @operation(
        "List the versions that can be verified",
        action="read",
        resource="environments",
        response=Page[VerifiableVersion],
    )
    async def get(self, principal: Principal) -> Page[VerifiableVersion]:
        """Those that the caller may verify; of several with the same files one."""
        return await self.run(self.services.verification.verifiable, principal)


class VerificationHandler(TerrariumHandler):
    """The files of one version."""

    @operation(
        "What the last verification found",
        action="read",
        resource="environments",
        response=Verification,
        errors=(404,),
    )
    async def get(
        self, principal: Principal, namespace: str, name: str, version: str
    ) -> Verification:
        """Kept until the files are verified again or removed."""
        return await self.run(self.services.verification.last, principal, namespace, name, version)

    @operation(
        "Compare a version's files with what was installed, and restore them if asked",
        action="execute",
        resource="environments",
        body=VerificationRequest,
        response=Verification,
        errors=(404, 409, 500, 503),
    )
    async def post(
        self,
        principal: Principal,
        namespace: str,
        name: str,
        version: str,
        body: VerificationRequest,
    ) -> Verification:
        """Answered when it is done: about a second for 10,000 files, a repair takes a build."""
        return await self.run_files(
            self.services.verification.verify,
            principal,
            namespace,
            name,
            version,
            repair=body.repair,
        )


class CacheVerificationHandler(TerrariumHandler):
    """Cached package files, wheels and byte code."""

    @operation(
        "Compare the caches with their seals, and drop altered entries if asked",
        action="execute",
        resource="store",
        body=VerificationRequest,
        response=CacheVerification,
        errors=(503,),
    )
    async def post(self, principal: Principal, body: VerificationRequest) -> CacheVerification:
        """What was dropped is fetched again by the next build that needs it."""
        return await self.run_files(self.services.verification.cache, principal, repair=body.repair)
