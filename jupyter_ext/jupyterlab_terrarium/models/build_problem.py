"""Errors that end a solve or a build: each with its cause, and why where it is always the same."""

from __future__ import annotations

from .explanation import Cause
from .problem import TerrariumError


class SolveError(TerrariumError):
    """No set of packages satisfies the specification. ``raw`` holds the solver's words."""

    code = "unsatisfiable"
    title = "These packages cannot be installed together"
    status = 422
    cause: Cause | None = "unsatisfiable"


class PackageMissing(SolveError):
    """A package, or a version of it, is in none of the channels."""

    code = "package-missing"
    title = "A package is in none of the channels"
    cause: Cause | None = "package-missing"


class PipConflict(SolveError):
    """The `pip:` section contradicts itself or the conda packages."""

    code = "pip-conflict"
    title = "The pip section cannot be satisfied"
    cause: Cause | None = "pip-conflict"


class WheelMissing(SolveError):
    """A package of the `pip:` section has no wheel that could be locked."""

    code = "wheel-missing"
    title = "A pip package has no wheel"
    cause: Cause | None = "wheel-missing"


class SourceBuildFailed(WheelMissing):
    """A wheel could not be built from a source archive. ``raw`` is the end of what was printed."""

    code = "source-build-failed"
    title = "A pip package could not be built from source"


class ChannelUnreachable(TerrariumError):
    """A channel or index does not answer."""

    code = "channel-unreachable"
    title = "A channel does not answer"
    status = 424
    cause: Cause | None = "network"


class CredentialsMissing(TerrariumError):
    """A channel or index wants a login."""

    code = "credentials-missing"
    title = "A channel wants a login"
    status = 424
    cause: Cause | None = "credentials"


class HashMismatch(TerrariumError):
    """A package file is not the one that the lock names."""

    code = "hash-mismatch"
    title = "A package file is not what the lock says"
    status = 424
    cause: Cause | None = "hash-mismatch"
    why = (
        "The file was changed in its channel after it was locked, or was damaged on its way or in "
        "a cache. Nothing of it was installed."
    )


class BuildFailed(TerrariumError):
    """A build ended for a reason that has no class of its own."""

    code = "build-failed"
    title = "The build failed"
    status = 500


class DiskFull(BuildFailed):
    """There is no space left where the store lives."""

    code = "disk-full"
    title = "The disk is full"
    status = 507
    cause: Cause | None = "disk-full"
    why = "Packages are unpacked before they are linked, so a build needs room for both."


class LimitExceeded(BuildFailed):
    """A build used more time, memory or disk than it may."""

    code = "limit-exceeded"
    title = "The build exceeded a limit"
    cause: Cause | None = "limit"
    why = "The administrator of the store has set how much one build may use."


class TimeLimit(LimitExceeded):
    """A build took longer than it may."""

    code = "time-limit"
    title = "The build took too long"
    cause: Cause | None = "time-limit"
    why = "A slow channel or a very large environment is the usual reason."


class OutOfMemory(BuildFailed):
    """A build needed more memory than it may use, or than there is."""

    code = "out-of-memory"
    title = "The build ran out of memory"
    cause: Cause | None = "out-of-memory"
    why = "Unpacking very large packages takes the most; other programs use the rest."


class WorkerKilled(BuildFailed):
    """Something outside Terrarium ended the process that built."""

    code = "killed"
    title = "The build was killed"
    cause: Cause | None = "killed"
    why = "Somebody, or a program that watches this machine, ended the process that built."


class WrongMachine(BuildFailed):
    """What was locked is for another machine than this server."""

    code = "wrong-machine"
    title = "This server cannot run this environment"
    cause: Cause | None = "virtual-package"
    why = "Packages say which system they need, and this server has an older one."


class WrongPlatform(BuildFailed):
    """What was locked is for other platforms than this server's."""

    code = "wrong-platform"
    title = "This version is not for this server"
    cause: Cause | None = "platform"
    why = "A version is built for the platforms that its specification lists."


class CheckFailed(TerrariumError):
    """A version is ready, but a check of its specification failed. ``raw`` is what they said."""

    code = "check-failed"
    title = "A check failed"
    status = 422
    cause: Cause | None = "check-failed"
