"""The settings of the local store: the same files that configure the server extension."""

from __future__ import annotations

from pathlib import Path

from jupyter_core.paths import jupyter_config_path
from traitlets.config import Config
from traitlets.config.loader import (
    ConfigFileNotFound,
    FileConfigLoader,
    JSONFileConfigLoader,
    PyFileConfigLoader,
)

from ..config import TerrariumSettings
from ..models.problem import StoreUnusable

_FILES = ("jupyter_config", "jupyter_server_config", "jupyter_jupyterlab_terrarium_config")


def _loaders(name: str, directory: str) -> tuple[FileConfigLoader, ...]:
    return (
        PyFileConfigLoader(f"{name}.py", path=directory),
        JSONFileConfigLoader(f"{name}.json", path=directory),
    )


def load_settings(root: Path | None = None) -> TerrariumSettings:
    """Settings from Jupyter's configuration files; *root* wins over what they say.

    Raises :class:`StoreUnusable` when a file cannot be read.
    """
    found = Config()
    for directory in reversed(jupyter_config_path()):
        for name in _FILES:
            for loader in _loaders(name, directory):
                try:
                    found.merge(loader.load_config())
                except ConfigFileNotFound:
                    continue
                except Exception as error:
                    # The file is the user's program: anything may go wrong in it.
                    raise StoreUnusable(
                        f"the configuration file {loader.full_filename} cannot be read: {error}",
                        "Mend or remove the file.",
                    ) from None
    settings = TerrariumSettings(config=found)
    if root is not None:
        settings.root = str(root.expanduser().absolute())
    return settings
