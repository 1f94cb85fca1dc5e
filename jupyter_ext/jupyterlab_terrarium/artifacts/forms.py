"""Every form that there is, by name. A new one is added here and nowhere else."""

from __future__ import annotations

from .apptainer import ApptainerDefinition
from .archive import GzipArchive, ZstdArchive
from .explicit import ExplicitList
from .form import Form
from .modulefiles import LuaModulefile, TclModulefile
from .oci_image import OciImage
from .squashfs import Squashfs

_ALL: tuple[Form, ...] = (
    ExplicitList(),
    ZstdArchive(),
    GzipArchive(),
    OciImage(),
    Squashfs(),
    ApptainerDefinition(),
    LuaModulefile(),
    TclModulefile(),
)

FORMS: dict[str, Form] = {form.name: form for form in _ALL}
