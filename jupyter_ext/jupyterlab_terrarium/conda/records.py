"""From the records of a channel's index to the package files of a lock, and back.

A plan asks again and again for the same few hundred of an index's records, and each costs twenty
calls into py-rattler to be read: what was converted once is remembered.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import TYPE_CHECKING

from ..models.build_problem import SolveError
from ..models.lock import CondaPackage, is_site_packages
from .channels import canonical, scrub

if TYPE_CHECKING:
    from rattler import RepoDataRecord

#: Conversions that are remembered, at most; a solution has some hundred packages.
CAPACITY = 20_000


class Conversions:
    """What was converted from, or into, the records of one gateway.

    Only for as long as the gateway forgets nothing: a channel may say something else of the same
    package file later.
    """

    def __init__(self) -> None:
        self._packages: dict[tuple[str, bytes], CondaPackage] = {}
        self._records: dict[str, tuple[CondaPackage, RepoDataRecord]] = {}
        # By the identity of the package, which is held so that no other gets it.
        self._preferred: dict[int, tuple[CondaPackage, RepoDataRecord]] = {}
        self._asked: dict[tuple[int, str], tuple[CondaPackage, CondaPackage]] = {}

    def _forget(self) -> None:
        for memory in (self._packages, self._records, self._preferred, self._asked):
            memory.clear()

    def record(self, package: CondaPackage) -> RepoDataRecord:
        """The record of *package*, which the solver is to prefer."""
        known = self._preferred.get(id(package))
        if known is None:
            known = self._preferred[id(package)] = package, self._record(package)
        return known[1]

    def packages(
        self,
        records: list[RepoDataRecord],
        requested: Mapping[str, str],
        kept: list[CondaPackage],
    ) -> list[CondaPackage]:
        """The package files of a solution by name, each with what asked for it.

        *kept* are those that the solver was to prefer: a record made from one has lost its date.
        Raises :class:`SolveError`.
        """
        if max(len(self._packages), len(self._preferred), len(self._asked)) >= CAPACITY:
            self._forget()
        known = {bytes.fromhex(one.sha256): one for one in kept}
        found = []
        for record in records:
            sha256 = record.sha256 or b""
            one = known.get(sha256) or self._package(record, sha256)
            found.append(self._asked_for(one, requested.get(one.name, "")))
        return sorted(found, key=attrgetter("name"))

    def _package(self, record: RepoDataRecord, sha256: bytes) -> CondaPackage:
        """The package file of *record*, requested by nobody."""
        key = record.url, sha256
        known = self._packages.get(key)
        if known is None:
            known = self._packages[key] = _convert(record)
            self._records[known.sha256] = known, record
        return known

    def _record(self, package: CondaPackage) -> RepoDataRecord:
        from .install import make_record

        plain = package.model_copy(update={"requested": ""})
        known = self._records.get(package.sha256)
        if known is None or known[0] != plain:
            known = self._records[package.sha256] = plain, make_record(package, package.url)
        return known[1]

    def _asked_for(self, package: CondaPackage, text: str) -> CondaPackage:
        """*package*, requested by *text*; the same object each time."""
        if package.requested == text:
            return package
        known = self._asked.get((id(package), text))
        if known is None:
            asked = package.model_copy(update={"requested": text})
            known = self._asked[id(package), text] = package, asked
        return known[1]


def _convert(record: RepoDataRecord) -> CondaPackage:
    """The record of a package file as a lock keeps it. Raises :class:`SolveError`."""
    sha256 = record.sha256
    if sha256 is None:
        raise SolveError(
            f"{scrub(record.url)} has no SHA-256 in its channel's index, so what would be "
            "installed could not be verified.",
            "Index the channel again with a tool that writes SHA-256 "
            "(rattler-index or conda-index).",
        )
    noarch = "python" if record.noarch.python else "generic" if record.noarch.generic else ""
    timestamp = record.timestamp
    url = scrub(record.url)
    channel = canonical(record.channel or url.rsplit("/", 2)[0])
    name, version = str(record.name.normalized), str(record.version)
    build = str(record.build)
    site_packages = record.python_site_packages_path or ""
    if not is_site_packages(site_packages, name, version, build, record.subdir):
        # Anybody may write an index: what it says of other places is not followed.
        site_packages = ""
    return CondaPackage(
        name=name,
        version=version,
        build=build,
        build_number=record.build_number,
        subdir=record.subdir,
        url=url,
        channel=channel,
        sha256=sha256.hex(),
        md5=record.md5.hex() if record.md5 else "",
        size=record.size or 0,
        noarch=noarch,
        depends=list(record.depends),
        constrains=list(record.constrains),
        timestamp=int(timestamp.timestamp() * 1000) if timestamp else 0,
        license=record.license or "",
        python_site_packages_path=site_packages,
    )
