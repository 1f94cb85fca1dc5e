"""Terrarium: a store of reproducible conda environments that lives inside JupyterLab."""

from __future__ import annotations

from typing import Any

from ._version import __version__

__all__ = ["__version__"]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Tell JupyterLab where the prebuilt front end lies (JupyterLab extension guide)."""
    return [{"src": "labextension", "dest": "jupyterlab-terrarium"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Tell jupyter_server which application to load (jupyter_server extension guide)."""
    from .extension import TerrariumExtension

    return [{"module": "jupyterlab_terrarium", "app": TerrariumExtension}]
