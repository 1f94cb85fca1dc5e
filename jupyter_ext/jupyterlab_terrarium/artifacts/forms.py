"""Every form that there is, by name. A new one is added here and nowhere else."""

from __future__ import annotations

from .archive import GzipArchive, ZstdArchive
from .explicit import ExplicitList
from .form import Form
from .oci_image import OciImage

_ALL: tuple[Form, ...] = (ExplicitList(), ZstdArchive(), GzipArchive(), OciImage())

FORMS: dict[str, Form] = {form.name: form for form in _ALL}
