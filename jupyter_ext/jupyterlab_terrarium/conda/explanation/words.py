"""Sentences about lines that contradict each other."""

from __future__ import annotations

import re

from ...models.explanation import SpecificationLine
from ...models.specification import CondaRequirement
from ..solve_tree import Branch

#: conda-forge's packages name their Python by this package, each version by a build of its own.
_ABI = re.compile(r"python_abi (\d+\.\d+)(?:\.\*)?(?: \*?_\S+)?")
_ASKED = "This is asked for here, but does not go together with the rest."


def line_at_fault(one: CondaRequirement, why: str) -> SpecificationLine:
    """*one* as a line at fault."""
    return SpecificationLine(place=one.place, text=one.text.strip(), why=why or _ASKED)


def why_line(one: CondaRequirement, branches: list[Branch]) -> str:
    """What a line needs that others exclude; empty when it is simply asked for."""
    for branch in branches:
        if branch.name == one.name and branch.children:
            either = _alternatives(branch)
            if len(either) > 1:
                more = " or the like" if len(either) > 2 else ""
                return f"`{one.text.strip()}` needs {' or '.join(either[:2])}{more}."
            said = branch.sentence()
            if said.startswith(f"{branch.requirement} needs "):
                return f"`{one.text.strip()}`{_plain(said[len(branch.requirement) :])}"
    return ""


def _alternatives(branch: Branch) -> list[str]:
    """What the package files behind a line need, when they do not need the same."""
    needs = {
        _plain(option.children[0].requirement): None
        for option in branch.children
        if option.option and option.children
    }
    return list(needs)


def _plain(text: str) -> str:
    """*text* with Python said for the package that stands for one of its versions."""
    return _ABI.sub(r"python \1", text)


def reasons(lines: list[SpecificationLine]) -> str:
    """All of the lines in one sentence or two: what needs what, and what is asked for."""
    needs = [line.why for line in lines if line.why != _ASKED]
    asked = [f"`{line.text}`" for line in lines if line.why == _ASKED]
    if not needs:
        return "They exclude each other." if len(lines) > 1 else "No package file is like this."
    if asked:
        verb = "is" if len(asked) == 1 else "are"
        needs[-1] = f"{needs[-1].rstrip('.')}, and {both(asked)} {verb} asked for."
    return " ".join(needs)


def both(words: list[str]) -> str:
    """*words* joined by commas and a last *and*."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
