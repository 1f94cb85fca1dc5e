"""From the records of a channel's index to the package files of a lock, and back.

A plan asks again and again for the same few hundred of an index's records, and each costs twenty
calls into py-rattler to be read: what was converted once is remembered.
"""

from __future__ import annotations

from collections.abc import Mapping
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

    def package(self, record: RepoDataRecord) -> CondaPackage:
        """The package file of *record*, requested by nobody. Raises :class:`SolveError`."""
        key = record.url, record.sha256 or b""
        known = self._packages.get(key)
        if known is None:
            if len(self._packages) >= CAPACITY:
                self._packages.clear()
                self._records.clear()
            known = self._packages[key] = _convert(record)
            self._records[known.sha256] = known, record
        return known

    def record(self, package: CondaPackage) -> RepoDataRecord:
        """The record of *package*, which the solver is to prefer."""
        from .install import make_record

        plain = _requested(package, "")
        known = self._records.get(package.sha256)
        if known is None or known[0] != plain:
            known = self._records[package.sha256] = plain, make_record(package, package.url)
        return known[1]

    def packages(
        self,
        records: list[RepoDataRecord],
        requested: Mapping[str, str],
        kept: list[CondaPackage],
    ) -> list[CondaPackage]:
        """The package files of a solution by name, each with what asked for it.

        *kept* are those that the solver was to prefer: a record made from one has lost its date.
        """
        known = {bytes.fromhex(one.sha256): one for one in kept}
        found = (known.get(one.sha256 or b"") or self.package(one) for one in records)
        return sorted(
            (_requested(one, requested.get(one.name, "")) for one in found),
            key=lambda one: one.name,
        )


def _requested(package: CondaPackage, text: str) -> CondaPackage:
    if package.requested == text:
        return package
    return package.model_copy(update={"requested": text})


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
