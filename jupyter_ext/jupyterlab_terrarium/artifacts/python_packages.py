"""The wheels of a version for tools that know Python packages only: pylock.toml, requirements.txt.

https://packaging.python.org/en/latest/specifications/pylock-toml/ (PEP 751) and
https://pip.pypa.io/en/stable/topics/secure-installs/#hash-checking-mode
"""

from __future__ import annotations

from ..models.lock import PipPackage, PlatformLock
from .form import FormOptions, Subject, TextForm
from .identity import KEY, identity_line, identity_text
from .problem import FormImpossible
from .toml_text import inline, string, table


class PyLock(TextForm):
    """The wheels as a PEP 751 lockfile."""

    name = "pylock"
    title = "pylock.toml"
    purpose = "The wheels of the `pip:` section, for uv and pip: `uv pip install -r pylock.*.toml`."
    suffix = ".toml"
    media_type = "application/toml; charset=utf-8"
    per_platform = True

    def file_name(self, subject: Subject, platform: str) -> str:
        """``pylock.NAME.toml``, as PEP 751 wants it: no dot in the name."""
        return f"pylock.{subject.label.replace('.', '-')}-{platform}.toml"

    def text(self, subject: Subject, platform: str, options: FormOptions) -> str:
        """The file. Raises :class:`FormImpossible` where there are no wheels."""
        part = _part(subject, platform)
        lines = [
            identity_line(self.name, subject, platform),
            'lock-version = "1.0"',
            f"requires-python = {string(_python(part))}",
            'created-by = "jupyterlab-terrarium"',
        ]
        for wheel in _sorted(part):
            lines += [
                "",
                "[[packages]]",
                f"name = {string(wheel.name)}",
                f"version = {string(wheel.version)}",
                f"wheels = [{_wheel(wheel)}]",
            ]
        lines += table(f"tool.{KEY}")
        lines.append(f"identity = {string(identity_text(self.name, subject, platform))}")
        return "\n".join(lines) + "\n"


class Requirements(TextForm):
    """The wheels as requirements that pip checks by their hashes."""

    name = "requirements"
    title = "requirements.txt"
    purpose = "The wheels of the `pip:` section, for `pip install --no-deps -r`, with their hashes."
    suffix = ".requirements.txt"
    per_platform = True

    def text(self, subject: Subject, platform: str, options: FormOptions) -> str:
        """The file. Raises :class:`FormImpossible` where there are no wheels."""
        part = _part(subject, platform)
        spec = subject.specification
        direct = {one.name for one in spec.pip if one.url}
        lines = [
            identity_line(self.name, subject, platform),
            f"# For Python {_python(part).removeprefix('==')} on {platform}: "
            "pip install --no-deps -r FILE",
            "--only-binary :all:",
        ]
        for option, places in sorted(spec.pip_options.items()):
            lines += [f"--{option} {place}" for place in places]
        for wheel in _sorted(part):
            what = f"{wheel.name}=={wheel.version}"
            if wheel.name in direct:
                what = f"{wheel.name} @ {wheel.url}"
            lines.append(f"{what} --hash=sha256:{wheel.sha256}")
        return "\n".join(lines) + "\n"


def _part(subject: Subject, platform: str) -> PlatformLock:
    part = subject.part(platform)
    if not part.pip:
        raise FormImpossible(
            f"'{subject.name}' has no wheels for {platform}: everything in it is from conda",
            "Take the conda-lock, pixi.lock or explicit form, which have all of it.",
        )
    return part


def _sorted(part: PlatformLock) -> list[PipPackage]:
    return sorted(part.pip, key=lambda wheel: wheel.name)


def _python(part: PlatformLock) -> str:
    """The Python that the wheels were chosen for, as a version specifier."""
    version = next((one.version for one in part.conda if one.name == "python"), "3")
    return f"=={'.'.join(version.split('.')[:2])}.*"


def _wheel(wheel: PipPackage) -> str:
    fields = [
        f"name = {string(wheel.file_name)}",
        f"url = {string(wheel.url)}",
        *([f"size = {wheel.size}"] if wheel.size else []),
        f"hashes = {inline({'sha256': wheel.sha256})}",
    ]
    return f"{{ {', '.join(fields)} }}"
