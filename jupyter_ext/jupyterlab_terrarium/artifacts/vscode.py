"""Settings of a workspace of VS Code: the interpreter, and what its terminals find set."""

from __future__ import annotations

import json

from .form import FormOptions, Subject, TextForm
from .identity import KEY, identity_text
from .placed import PlacedOptions, has, variables

_TERMINALS = {"linux": "linux", "osx": "osx", "win": "windows"}


class VsCode(TextForm):
    """What belongs into ``.vscode/settings.json``."""

    name = "vscode"
    title = "VS Code settings"
    purpose = "For `.vscode/settings.json`: the interpreter, and the variables of its terminals."
    suffix = ".vscode.json"
    media_type = "application/json"
    group = "tools"
    per_platform = True
    options = PlacedOptions

    def text(self, subject: Subject, platform: str, options: FormOptions) -> str:
        """The settings. Raises :class:`NotFound`."""
        assert isinstance(options, PlacedOptions)
        system = _TERMINALS[platform.partition("-")[0]]
        document: dict[str, object] = {KEY: identity_text(self.name, subject, platform)}
        if has(subject, platform, "python"):
            document["python.defaultInterpreterPath"] = options.program("python", platform)
            document["python.terminal.activateEnvironment"] = False
        document[f"terminal.integrated.env.{system}"] = {
            "PATH": options.path(platform, "${env:PATH}"),
            **variables(subject, options.prefix),
        }
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
