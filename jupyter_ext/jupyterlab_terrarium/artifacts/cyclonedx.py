"""The bill of materials as CycloneDX 1.6 JSON. https://cyclonedx.org/docs/1.6/json/"""

from __future__ import annotations

import uuid
from typing import Any

from .bill import Component, bill_of, moment, spdx_expression, to_json
from .form import FormOptions, Subject, TextForm
from .identity import KEY, identity_text

_NAMESPACE = uuid.UUID("6b1f5b2e-6f0f-5f0a-9f0e-7f7e1d0f3c11")


class CycloneDx(TextForm):
    """Every package file with purl, licence, SHA-256, and what it depends on."""

    name = "cyclonedx"
    title = "SBOM (CycloneDX)"
    purpose = "For scanners and audits: what is in it, under which licences, and what needs what."
    suffix = ".cdx.json"
    group = "tools"
    media_type = "application/vnd.cyclonedx+json; version=1.6"
    per_platform = True

    def text(self, subject: Subject, platform: str, options: FormOptions) -> str:
        """The document. Raises :class:`NotFound`."""
        bill = bill_of(subject.part(platform))
        identity = identity_text(self.name, subject, platform)
        root = f"{subject.namespace}/{subject.name}@{subject.number}"
        document = {
            "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, identity)}",
            "version": 1,
            "metadata": {
                "timestamp": moment(subject),
                "tools": {"components": [{"type": "application", "name": "jupyterlab-terrarium"}]},
                "component": {
                    "type": "platform",
                    "bom-ref": root,
                    "name": f"{subject.namespace}/{subject.name}",
                    "version": str(subject.number),
                    "properties": [{"name": KEY, "value": identity}],
                },
            },
            "components": [_component(one) for one in bill.components],
            "dependencies": [
                {"ref": root, "dependsOn": list(bill.roots)},
                *({"ref": one.purl, "dependsOn": list(one.needs)} for one in bill.components),
            ],
        }
        return to_json(document)


def _component(one: Component) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": one.purl,
        "name": one.package.name,
        "version": one.package.version,
        "hashes": [{"alg": "SHA-256", "content": one.package.sha256}],
    }
    if one.licence:
        expression = spdx_expression(one.licence)
        named = {"license": {"name": one.licence}}
        found["licenses"] = [named if expression is None else {"expression": expression}]
    found["purl"] = one.purl
    if one.address:
        found["externalReferences"] = [{"type": "distribution", "url": one.address}]
    return found
