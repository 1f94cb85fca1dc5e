"""Every form that there is, by name. A new one is added here and nowhere else."""

from __future__ import annotations

from .bundle import OfflineBundle
from .environment_yaml import EnvironmentYaml, PinnedYaml, PortableYaml
from .explicit import ExplicitList
from .form import Form
from .installer import Installer

_ALL: tuple[Form, ...] = (
    EnvironmentYaml(),
    PinnedYaml(),
    PortableYaml(),
    ExplicitList(),
    OfflineBundle(),
    Installer(),
)

FORMS: dict[str, Form] = {form.name: form for form in _ALL}
