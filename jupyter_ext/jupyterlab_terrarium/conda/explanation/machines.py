"""Virtual packages that are missing: in words, and as the ``runs-on`` that would offer them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..solve_tree import Branch
from .candidates import ABROAD, MACHINE, Candidate, LineEdits

#: What to ask for where a package wants a virtual package of no certain version.
_USUAL = {"__cuda": "12.4", "__glibc": "2.34", "__linux": "5.10", "__osx": "14.0"}
_NAMES = {
    "__cuda": "CUDA",
    "__glibc": "glibc",
    "__linux": "Linux",
    "__osx": "macOS",
    "__win": "Windows",
    "__archspec": "processor",
    "__unix": "Linux or macOS",
}
_FAMILIES = ("__osx", "__win", "__linux", "__glibc", "__unix")
_FLOOR = re.compile(r"(?:>=|==|=)\s*([0-9][0-9.]*)")


@dataclass(frozen=True)
class Need:
    """A package wants a virtual package: ``need`` as the index says it, ``have`` what there is."""

    package: str
    need: str
    have: str

    @property
    def name(self) -> str:
        """Name of the virtual package, with its underscores."""
        return self.need.split()[0]

    @property
    def foreign(self) -> bool:
        """Whether it is another operating system that is wanted."""
        return self.name in _FAMILIES and not self.have

    @property
    def _value(self) -> str:
        if self.name == "__archspec":
            return self.need.split()[-1]
        floor = _FLOOR.search(self.need)
        return floor.group(1).rstrip(".") if floor else ""

    def sentence(self, platform: str) -> str:
        """Why it cannot be had."""
        title = _NAMES.get(self.name, self.name.strip("_"))
        if self.foreign:
            return f"{self.package} is for {title} only, and this is solved for {platform}."
        floor = f" {self._value}" if self._value else ""
        newer = " or newer" if ">=" in self.need else ""
        has = f"has {title} {self.have}" if self.have else "has none"
        if self.name == "__archspec":
            has = f"is taken for a plain {self.have}"
        return (
            f"{self.package} needs {title}{floor}{newer} (`{self.need}`), and the machine that it "
            f"is solved for {has}."
        )

    def candidate(self, edits: LineEdits) -> Candidate | None:
        """Solve for a machine that has it."""
        if self.foreign:
            return None
        key, value = self.name.strip("_"), self._value or _USUAL.get(self.name, "1")
        text = edits.text.set_in("runs-on", key, value)
        if text is None:
            return None
        title = f"{_NAMES.get(self.name, key)} {value}"
        # Only a GPU is not looked for when an environment is built.
        where = (
            "it can be built here, and its GPU packages run there"
            if self.name == "__cuda"
            else "this server does not have it, so it is to be built on one that does"
        )
        return Candidate(
            MACHINE if self.name == "__cuda" else ABROAD,
            f"Runs on a machine with {title}",
            f"The environment is solved for a machine with {title}; {where}.",
            text,
            None,
            after=f'runs-on: {key}: "{value}"',
            change=f"for machines with {title}",
        )


def unmet_needs(branches: list[Branch], offered: dict[str, str]) -> list[Need]:
    """The virtual packages that the branches of a solver's error want in vain."""
    return [
        Need(branch.name, need, offered.get(need.split()[0], ""))
        for branch in branches
        for need in branch.leaves()
        if need.startswith("__")
    ]
