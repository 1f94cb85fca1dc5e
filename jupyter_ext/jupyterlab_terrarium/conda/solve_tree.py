"""Reading the tree in which py-rattler says why there is no solution."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_PREFIX = "Cannot solve the request because of:"
_LINE = re.compile(r"^(?P<bars>[│ ]*)(?:[├└]─ )?(?P<text>.*)$")
_NO_CANDIDATES = re.compile(r"^No candidates were found for (?P<need>.+?)\.?$")
_PHRASE = re.compile(
    r",? (?:which |for which |cannot be |can be |would |is excluded |conflicts ).*$"
)


@dataclass
class Branch:
    """One requirement in the tree and what it leads to. ``option``: a package, not a demand."""

    requirement: str
    text: str
    option: bool = False
    children: list[Branch] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Name of the package."""
        return self.requirement.split()[0]

    def leaves(self) -> list[str]:
        """Demands below (or at) this branch for which there is no candidate at all."""
        own = [self.requirement] if "no candidates were found" in self.text.lower() else []
        return own + [leaf for child in self.children for leaf in child.leaves()]

    def sentence(self) -> str:
        """The first way down this branch, in words."""
        words = self.requirement
        node: Branch | None = self
        joint = " needs "
        while node is not None:
            node = next(iter(node.children), None)
            if node is not None and not node.option:
                words += joint + node.requirement
                joint = ", which needs "
        if self.leaves():
            return words + ", and there is none."
        if words == self.requirement:
            return f"{words} is asked for here."
        return words + "."


def read_tree(text: str) -> list[Branch]:
    """The topmost branches of a solver error; they are requirements of the specification."""
    body = text.strip()
    if body.startswith(_PREFIX):
        body = body[len(_PREFIX) :].strip()
    alone = _NO_CANDIDATES.match(body)
    if alone:
        return [Branch(_clean(alone.group("need")), body)]
    roots: list[Branch] = []
    stack: list[tuple[int, Branch]] = []
    lines = body.splitlines()
    for number, line in enumerate(lines):
        match = _LINE.match(line)
        if match is None or not match.group("text").strip():
            continue
        said = match.group("text").strip()
        headless = number == 0 and not line.lstrip("│ ").startswith(("├", "└"))
        if headless and "cannot be installed" not in said and "can be installed" not in said:
            continue
        depth = -1 if headless else len(match.group("bars")) // 3
        option = bool(re.search(r"would require$|is excluded|conflicts with|^\S+ \S+$", said))
        branch = Branch(_clean(_PHRASE.sub("", said)), said, option)
        while stack and stack[-1][0] >= depth:
            stack.pop()
        (stack[-1][1].children if stack else roots).append(branch)
        stack.append((depth, branch))
    return [root for root in roots if root.requirement]


def _clean(requirement: str) -> str:
    return requirement.strip().removesuffix(" *").rstrip(".,")
