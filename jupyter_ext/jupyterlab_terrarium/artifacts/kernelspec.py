"""A ``kernel.json`` for Jupyter on another machine, where the environment lies at a known path.

https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs
"""

from __future__ import annotations

import json

from .form import FormOptions, Subject, TextForm
from .identity import KEY, identity_text
from .placed import PlacedOptions, has, variables
from .problem import FormImpossible

#: Package to (language, program, its arguments).
_KERNELS: dict[str, tuple[str, str, list[str]]] = {
    "ipykernel": ("python", "python", ["-m", "ipykernel_launcher", "-f", "{connection_file}"]),
    "xeus-python": ("python", "xpython", ["-f", "{connection_file}"]),
    "r-irkernel": (
        "R",
        "R",
        ["--slave", "-e", "IRkernel::main()", "--args", "{connection_file}"],
    ),
}


class KernelSpec(TextForm):
    """What `jupyter kernelspec install` takes."""

    name = "kernelspec"
    title = "kernel.json"
    purpose = "For Jupyter elsewhere, once image, archive or installer have put the files there."
    suffix = ".kernel.json"
    media_type = "application/json"
    group = "tools"
    per_platform = True
    options = PlacedOptions

    def text(self, subject: Subject, platform: str, options: FormOptions) -> str:
        """The file. Raises :class:`FormImpossible` when the environment has no kernel."""
        assert isinstance(options, PlacedOptions)
        found = has(subject, platform, *_KERNELS)
        if found is None:
            raise FormImpossible(
                f"'{subject.name}' has no kernel for {platform}",
                f"Add one to the specification: {', '.join(_KERNELS)}.",
            )
        language, program, arguments = _KERNELS[found]
        document = {
            "argv": [options.program(program, platform), *arguments],
            "display_name": f"{subject.name}@{subject.number} ({subject.namespace})",
            "language": language,
            "env": {
                "PATH": options.path(platform, "${PATH}"),
                # jupyter_client replaces `$NAME` in values.
                **{
                    name: value.replace("$", "$$")
                    for name, value in variables(subject, options.prefix).items()
                },
            },
            # Not the key that marks kernelspecs which Terrarium itself keeps up to date.
            "metadata": {f"jupyterlab-{KEY}": identity_text(self.name, subject, platform)},
        }
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
