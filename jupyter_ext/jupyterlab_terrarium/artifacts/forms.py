"""Every form that there is, by name. A new one is added here and nowhere else."""

from __future__ import annotations

from .archive import GzipArchive, ZstdArchive
from .bundle import OfflineBundle
from .conda_lock import CondaLock
from .environment_yaml import EnvironmentYaml, PinnedYaml, PortableYaml
from .explicit import ExplicitList
from .form import Form
from .installer import Installer
from .pixi import PixiLock, PixiToml

_ALL: tuple[Form, ...] = (
    EnvironmentYaml(),
    PinnedYaml(),
    PortableYaml(),
    CondaLock(),
    ExplicitList(),
    PixiLock(),
    PixiToml(),
    OfflineBundle(),
    Installer(),
    ZstdArchive(),
    GzipArchive(),
)

FORMS: dict[str, Form] = {form.name: form for form in _ALL}
