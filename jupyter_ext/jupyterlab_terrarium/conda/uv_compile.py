"""Running ``uv pip compile``: a resolver only. It builds nothing and runs nothing of a prefix."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from ..models.build_problem import SolveError
from .uv_run import Answer, Indexes, run_uv
from .wheel_tags import Target


@dataclass(frozen=True)
class Compilation:
    """What is asked of uv.

    ``earlier`` is an earlier answer (PEP 751): its versions are kept where they still fit.
    """

    requirements: Sequence[str]
    constraints: Sequence[str]
    target: Target
    indexes: Indexes
    earlier: str = ""


async def compile_requirements(asked: Compilation, work: Path) -> Answer:
    """Let uv resolve *asked* to wheels, in the empty, private directory *work*.

    The output is a pylock.toml (PEP 751). Raises :class:`SolveError` when uv cannot resolve for
    the platform.
    """
    return await _compile(asked, work, ["--only-binary", ":all:"])


async def locate_wheels(asked: Compilation, work: Path) -> Answer:
    """Let uv tell where the wheels of exactly these packages lie; the output is as above.

    Nothing is resolved: dependencies are not looked at.
    """
    return await _compile(asked, work, ["--no-deps", "--only-binary", ":all:"])


async def locate_sources(asked: Compilation, work: Path) -> Answer:
    """Let uv choose among wheels and source archives; the output is as above.

    Only for requirements by name, without their dependencies: then uv needs no metadata, for
    which it would have to build what has an address of its own.
    """
    if any(Requirement(line).url for line in [*asked.requirements, *asked.constraints]):
        raise ValueError("a source with an address needs no locating, and uv would build it")
    return await _compile(asked, work, ["--no-deps"])


async def _compile(asked: Compilation, work: Path, which: Sequence[str]) -> Answer:
    platform = asked.target.uv_platform
    if platform is None:
        raise SolveError(
            f"A `pip:` section cannot be locked for {asked.target.platform}: uv does not know it.",
            "Take the packages from conda, or this platform out of `platforms`.",
        )
    (work / "requirements.in").write_text(_lines(asked.requirements), "utf-8")
    (work / "constraints.txt").write_text(_lines(asked.constraints), "utf-8")
    arguments = [
        *("pip", "compile", "requirements.in", "--constraints", "constraints.txt"),
        *("--format", "pylock.toml", "--generate-hashes", "--no-header", "--no-sources", *which),
        *("--python-version", asked.target.python, "--python-platform", platform),
        # Without this uv would look for an interpreter, and might run that of some prefix.
        *("--python", sys.executable),
        *asked.indexes.arguments(),
    ]
    if asked.earlier:
        # uv prefers what the file that it is to write says already; it prints the answer as well.
        (work / "pylock.toml").write_text(asked.earlier, "utf-8")
        arguments += ["--output-file", "pylock.toml"]
    variables = {"MACOSX_DEPLOYMENT_TARGET": asked.target.osx}
    return await run_uv(arguments, work, asked.indexes, asked.requirements, variables)


def _lines(lines: Sequence[str]) -> str:
    return "".join(line.replace("\n", " ") + "\n" for line in lines)
