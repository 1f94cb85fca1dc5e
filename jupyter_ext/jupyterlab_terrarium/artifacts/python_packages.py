"""The wheels of a version for tools that know Python packages only: pylock.toml, requirements.txt.

https://packaging.python.org/en/latest/specifications/pylock-toml/ (PEP 751) and
https://pip.pypa.io/en/stable/topics/secure-installs/#hash-checking-mode

The conda packages come along where other tools do not look, in PEP 751's table for tools and in
comments: so either file is enough for Terrarium to make the same environment.
"""

from __future__ import annotations

from ..conda.explicit import CONDA, in_order, package_line
from ..conda.lockfile_extras import Extras
from ..models.lock import PipPackage, PlatformLock
from .form import FormOptions, Subject, TextForm
from .identity import KEY, identity_line, identity_text
from .problem import FormImpossible
from .toml_text import inline, string, table


class PyLock(TextForm):
    """The wheels as a PEP 751 lockfile."""

    name = "pylock"
    title = "pylock.toml"
    purpose = (
        "The wheels of the `pip:` section, for uv and pip: `uv pip install -r pylock.*.toml`. "
        "Terrarium makes the whole environment of it."
    )
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
        lines += [
            f"identity = {string(identity_text(self.name, subject, platform))}",
            f"platform = {string(platform)}",
            "conda = [",
            *(f"  {string(package_line(package))}," for package in in_order(part.conda)),
            "]",
            f"extras = {string(_extras(subject, part).to_text())}",
        ]
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
            # Where it lies is said in a comment, because pip has its index for that.
            where = "" if wheel.name in direct else f"  # {wheel.url}"
            lines.append(f"{what} --hash=sha256:{wheel.sha256}{where}")
        lines += [
            "# The conda packages beside them, which only Terrarium reads here:",
            f"# platform: {platform}",
            *(f"{CONDA}{package_line(package)}" for package in in_order(part.conda)),
            _extras(subject, part).note(),
        ]
        return "\n".join(lines) + "\n"


def _part(subject: Subject, platform: str) -> PlatformLock:
    part = subject.part(platform)
    if not part.pip:
        raise FormImpossible(
            f"'{subject.name}' has no wheels for {platform}: everything in it is from conda",
            "Take the conda-lock, pixi.lock or explicit form, which have all of it.",
        )
    return part


def _extras(subject: Subject, part: PlatformLock) -> Extras:
    # As in an explicit list, nothing says what a package depends on.
    alone = subject.lock.model_copy(update={"platforms": [part]})
    return Extras.of(alone, guessing=False)


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
