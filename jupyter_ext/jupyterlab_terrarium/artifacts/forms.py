"""Every form that there is, by name. A new one is added here and nowhere else."""

from __future__ import annotations

from .bundle import OfflineBundle
from .conda_lock import CondaLock
from .cyclonedx import CycloneDx
from .environment_yaml import EnvironmentYaml, PinnedYaml, PortableYaml
from .explicit import ExplicitList
from .form import Form
from .pixi import PixiLock, PixiToml
from .python_packages import PyLock, Requirements
from .spdx import Spdx

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
    CycloneDx(),
    Spdx(),
    OfflineBundle(),
)

FORMS: dict[str, Form] = {form.name: form for form in _ALL}
