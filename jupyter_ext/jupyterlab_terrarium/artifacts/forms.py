"""Every form that there is, by name. A new one is added here and nowhere else."""

from __future__ import annotations

from .apptainer import ApptainerDefinition
from .archive import GzipArchive, ZstdArchive
from .bundle import OfflineBundle
from .ci import CiJob
from .conda_lock import CondaLock
from .cyclonedx import CycloneDx
from .dockerfile import Dockerfile
from .environment_yaml import EnvironmentYaml, PinnedYaml, PortableYaml
from .explicit import ExplicitList
from .form import Form
from .installer import Installer
from .kernelspec import KernelSpec
from .modulefiles import LuaModulefile, TclModulefile
from .oci_image import OciImage
from .pixi import PixiLock, PixiToml
from .profile_list import ProfileList
from .python_packages import PyLock, Requirements
from .slurm import SlurmScript
from .spdx import Spdx
from .squashfs import Squashfs
from .vscode import VsCode

#: In the order in which they are shown.
_ALL: tuple[Form, ...] = (
    EnvironmentYaml(),
    PinnedYaml(),
    PortableYaml(),
    CondaLock(),
    ExplicitList(),
    PixiLock(),
    PixiToml(),
    PyLock(),
    Requirements(),
    ZstdArchive(),
    GzipArchive(),
    Installer(),
    OfflineBundle(),
    OciImage(),
    Squashfs(),
    ApptainerDefinition(),
    LuaModulefile(),
    TclModulefile(),
    Dockerfile(),
    ProfileList(),
    SlurmScript(),
    KernelSpec(),
    VsCode(),
    CiJob(),
    CycloneDx(),
    Spdx(),
)

FORMS: dict[str, Form] = {form.name: form for form in _ALL}
