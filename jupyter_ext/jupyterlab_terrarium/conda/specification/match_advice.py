"""Words for conda entries that cannot be read: the cause, and what to write instead."""

from __future__ import annotations

import re

from .text import escaped, shown

_VCS = re.compile(r"(?:git|hg|svn|bzr)\+|(?:git|ssh)@|git://")
_EXTRA = re.compile(r"([A-Za-z0-9_.-]+)\[([A-Za-z0-9_., -]+)\](.*)")
_TEMPLATE = re.compile(r"\$\{|\{\{")


def before_parsing(text: str) -> tuple[str, str] | None:
    """Message and hint for what should not reach the parser at all, or None."""
    for character in text:
        if not character.isprintable() or (ord(character) > 126):
            name = escaped(character)
            told = f"`{name}`" if name == character else name
            return (
                f"`{shown(text)}` holds the character {told} (U+{ord(character):04X}), which no "
                "package name or version has.",
                "Type the entry anew; copied text often holds look-alikes or invisible characters.",
            )
    if _TEMPLATE.search(text):
        return (
            f"`{shown(text)}` holds a placeholder; nothing fills it in.",
            "Write the value out.",
        )
    if _VCS.match(text):
        return (
            "A repository address is not a conda package.",
            "Make a wheel of it (`pip wheel --no-deps ADDRESS`) and list that under `pip:`.",
        )
    if text.startswith("-"):
        return (
            f"`{shown(text)}` is an option of a command, not a package.",
            "Options of pip belong under `- pip:`; conda's are not read from a specification.",
        )
    name = re.split(r"[\s\[=<>!~]", text.rpartition("::")[2], maxsplit=1)[0]
    if "*" in name or name.startswith("^"):
        return (
            f"`{shown(text)}` does not name one package: `*` cannot stand in a name.",
            "Write each package on a line of its own. Versions and builds may have `*`, "
            "e.g. `numpy=1.26.*=*_openblas`.",
        )
    if text.endswith(".whl"):
        return "A wheel is not a conda package.", "List it under `- pip:`."
    if text.endswith((".yml", ".yaml", ".txt", ".lock")) and "=" not in text:
        return (
            f"`{shown(text)}` is a file with requirements.",
            "Copy its entries here; other files are not read.",
        )
    return None


def advise(text: str, cause: str) -> tuple[str, str]:
    """Message and hint for *text*, which the parser refused because of *cause*."""
    entry = shown(text)
    message = f"`{entry}` is not a package requirement"
    extra = _EXTRA.fullmatch(text)
    if extra and "=" not in extra[2]:
        name = shown(extra[1], 40)
        return (
            f"{message}: conda packages have no extras such as `[{shown(extra[2], 30)}]`.",
            f"Write `{name}{shown(extra[3], 30)}`, or move the entry under `- pip:`.",
        )
    if " @ " in text:
        return f"{message}: `name @ URL` is a form of pip's.", "Move the entry under `- pip:`."
    if ";" in text:
        return (
            f"{message}: conda knows no conditions after `;`.",
            "Limit an entry to a platform by a comment: `- name  # [linux]`.",
        )
    for wrong, right in (("===", "=="), ("=>", ">="), ("=<", "<="), ("><", "!="), ("<>", "!=")):
        if wrong in text:
            fixed = shown(text.replace(wrong, right, 1))
            return f"{message}: there is no operator `{wrong}`.", f"Write `{fixed}`."
    if text.count("[") != text.count("]"):
        return f"{message}: a bracket is not closed.", "Write `name[key='value', key='value']`."
    if "bracket key" in cause:
        key = shown(cause.rsplit(":", 1)[-1].strip(), 30)
        return (
            f"{message}: `{key}` is no key for brackets.",
            "Keys are: version, build, build_number, channel, subdir, fn, md5, sha256, url, "
            "license, track_features.",
        )
    if "digest" in cause:
        return (
            f"{message}: its hash is not one.",
            "An md5 has 32 hexadecimal digits, a sha256 has 64.",
        )
    if "version" in cause:
        return (
            f"{message}: its version cannot be read.",
            "Versions look like `numpy=1.26`, `numpy>=1.26,<2` or `numpy==1.26.4`.",
        )
    if "/" in text or "\\" in text:
        return (
            f"{message}: it looks like a path.",
            "Write the package's name, or the URL of a `.conda` file.",
        )
    return (
        f"{message}.",
        "Write a name with at most a version and a build: `numpy`, `numpy=1.26`, "
        "`numpy>=1.26,<2`, `conda-forge::numpy`.",
    )
