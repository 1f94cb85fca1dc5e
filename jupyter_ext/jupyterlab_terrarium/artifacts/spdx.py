"""The bill of materials as SPDX 2.3 JSON. https://spdx.github.io/spdx-spec/v2.3/"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from .bill import Component, bill_of, moment, spdx_expression, to_json
from .form import FormOptions, Subject, TextForm
from .identity import KEY, identity_text

_DOCUMENT = "SPDXRef-DOCUMENT"
_ROOT = "SPDXRef-environment"
_NONE = "NOASSERTION"


class Spdx(TextForm):
    """Every package file with purl, licence, SHA-256, and what it depends on."""

    name = "spdx"
    title = "SBOM (SPDX)"
    purpose = "For scanners and audits that read SPDX: what is in it, and under which licences."
    suffix = ".spdx.json"
    group = "tools"
    media_type = "application/spdx+json"
    per_platform = True

    def text(self, subject: Subject, platform: str, options: FormOptions) -> str:
        """The document. Raises :class:`NotFound`."""
        bill = bill_of(subject.part(platform))
        ids = {one.purl: _id(one) for one in bill.components}
        label = f"{subject.namespace}/{subject.name}"
        relations = [(_DOCUMENT, "DESCRIBES", _ROOT)]
        relations += [(_ROOT, "DEPENDS_ON", ids[purl]) for purl in bill.roots]
        for one in bill.components:
            relations += [(ids[one.purl], "DEPENDS_ON", ids[need]) for need in one.needs]
        document: dict[str, Any] = {
            "spdxVersion": "SPDX-2.3",
            "dataLicense": "CC0-1.0",
            "SPDXID": _DOCUMENT,
            "name": f"{label}@{subject.number} {platform}",
            "documentNamespace": "https://jupyterlab-terrarium.readthedocs.io/spdx/"
            f"{label}/{subject.number}/{subject.digest(platform)}",
            "creationInfo": {
                "created": moment(subject),
                "creators": ["Tool: jupyterlab-terrarium"],
                "comment": f"{KEY}: {identity_text(self.name, subject, platform)}",
            },
            "packages": [
                _package(_ROOT, label, str(subject.number), _NONE),
                *(_component(one, ids[one.purl]) for one in bill.components),
            ],
            "relationships": [
                {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}
                for one, kind, other in relations
            ],
        }
        unknown = sorted({one.licence for one in bill.components if _is_unlisted(one.licence)})
        if unknown:
            document["hasExtractedLicensingInfos"] = [
                {"licenseId": _reference(text), "extractedText": text, "name": text}
                for text in unknown
            ]
        return to_json(document)


def _package(identifier: str, name: str, version: str, licence: str) -> dict[str, Any]:
    return {
        "SPDXID": identifier,
        "name": name,
        "versionInfo": version,
        "downloadLocation": _NONE,
        "filesAnalyzed": False,
        "licenseConcluded": _NONE,
        "licenseDeclared": licence,
        "copyrightText": _NONE,
    }


def _component(one: Component, identifier: str) -> dict[str, Any]:
    licence = _NONE
    if one.licence:
        licence = spdx_expression(one.licence) or _reference(one.licence)
    return {
        **_package(identifier, one.package.name, one.package.version, licence),
        "downloadLocation": one.address or _NONE,
        "checksums": [{"algorithm": "SHA256", "checksumValue": one.package.sha256}],
        "externalRefs": [
            {
                "referenceCategory": "PACKAGE-MANAGER",
                "referenceType": "purl",
                "referenceLocator": one.purl,
            }
        ],
    }


def _id(one: Component) -> str:
    # Only letters, digits, dots and dashes are allowed; the hash keeps `a_b` and `a-b` apart.
    name = re.sub(r"[^A-Za-z0-9.-]", "-", one.package.name)
    return f"SPDXRef-{name}-{one.package.sha256[:12]}"


def _is_unlisted(licence: str) -> bool:
    return bool(licence) and spdx_expression(licence) is None


def _reference(licence: str) -> str:
    return f"LicenseRef-{hashlib.sha256(licence.encode()).hexdigest()[:12]}"
