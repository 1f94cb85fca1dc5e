"""Option lines of the ``pip:`` section: the few that say where wheels come from."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from .addresses import url_problem
from .document import Scalar
from .reading import Reading
from .text import shown

_ALIASES = {"-i": "index-url", "--pypi-url": "index-url", "-f": "find-links"}
_PLACES = ("index-url", "extra-index-url", "find-links")
_IGNORED = {
    "--prefer-binary": "Wheels are preferred anyway.",
    "--only-binary": "Wheels are required anyway.",
    "--no-cache-dir": "How files are kept is the store's business.",
    "--upgrade": "The newest versions that fit are chosen anyway.",
    "-U": "The newest versions that fit are chosen anyway.",
}
_VALUED = ("--only-binary", "--no-binary", "--trusted-host", "--hash")
_LOCKED = "Terrarium locks every file with its hash itself"
_REFUSED = {
    "-e": (
        "An editable install (`-e`) changes whenever its directory does, so it cannot be locked",
        "Make a wheel (`pip wheel --no-deps DIRECTORY`) and list the file, e.g. `./name.whl`.",
    ),
    "-r": (
        "Other files (`-r`) are not read",
        "Copy the lines of that file here.",
    ),
    "-c": (
        "Other files (`-c`) are not read",
        "Write the constraints at the entries themselves, e.g. `numpy<2`.",
    ),
    "--hash": (f"`--hash` is not needed: {_LOCKED}", "Remove the `--hash` options."),
    "--require-hashes": (f"`--require-hashes` is not needed: {_LOCKED}", "Remove it."),
    "--pre": (
        "`--pre` would allow unfinished versions of every package",
        "Ask for them where they are wanted: `name>=2.0rc1`.",
    ),
    "--no-binary": (
        "`--no-binary` asks to build packages here; only wheels are installed",
        "Remove it, or make the wheel and list its file.",
    ),
    "--no-deps": (
        "`--no-deps` would leave requirements out and the environment broken",
        "Remove it.",
    ),
    "--no-index": ("`--no-index` is not read", "Set `--index-url` to the index that is meant."),
    "--trusted-host": (
        "`--trusted-host` would switch the check of certificates off",
        "Use https with a certificate that the server's system trusts.",
    ),
}
_LONG = {"--editable": "-e", "--requirement": "-r", "--constraint": "-c"}


def read_pip_option(
    reading: Reading, node: Scalar, path: str, options: dict[str, list[str]]
) -> None:
    """Add what the option line *node* says to *options*, or an error to *reading*."""
    try:
        words = shlex.split(node.text)
    except ValueError:
        reading.error(node, path, "A quote is not closed.", "Write options without quotes.")
        return
    while words:
        word = words.pop(0)
        name, equals, value = word.partition("=")
        short = re.fullmatch(r"(-[a-zA-Z])(.+)", word)
        if short and not word.startswith("--"):
            name, equals, value = short[1], "=", short[2].removeprefix("=")
        name = _LONG.get(name, name)
        option = _ALIASES.get(name, name.removeprefix("--"))
        takes_value = option in _PLACES or name in _VALUED or name in ("-e", "-r", "-c")
        if takes_value and not equals:
            value = words.pop(0) if words else ""
        if not word.startswith("-"):
            reading.error(
                node,
                path,
                f"`{shown(word)}` stands behind an option.",
                "Write options and packages on lines of their own.",
            )
        elif option in _PLACES and (name.startswith("--") or name in _ALIASES):
            _add_place(reading, node, path, options, option, value)
        elif name in _IGNORED:
            reading.notice(node, path, f"`{name}` is ignored. {_IGNORED[name]}")
        elif name in _REFUSED:
            message, hint = _REFUSED[name]
            reading.error(node, path, message + ".", hint)
        else:
            reading.error(
                node,
                path,
                f"`{shown(name, 40)}` is not an option that is read here.",
                f"Options are: --{', --'.join(_PLACES)}.",
            )


def _add_place(
    reading: Reading,
    node: Scalar,
    path: str,
    options: dict[str, list[str]],
    option: str,
    value: str,
) -> None:
    known = options.setdefault(option, [])
    where = _absolute(reading, value) if option == "find-links" else value
    if option == "find-links" and value and "://" not in where:
        reading.error(
            node,
            path,
            f"`{shown(value)}` is a path relative to a directory that is not known here.",
            "Write the full URL: `--find-links file:///directory`.",
        )
    elif not re.match(r"(https?|file)://.", where):
        reading.error(
            node,
            path,
            f"`--{option}` needs a URL." if not value else f"`{shown(value)}` is not a full URL.",
            f"Write it like `--{option} https://host/simple`.",
        )
    elif (why := url_problem(where)) is not None:
        reading.error(
            node,
            path,
            f"`{shown(value)}` is not a URL: {why}.",
            f"Write it like `--{option} https://host/simple`.",
        )
    elif where in known:
        reading.notice(node, path, f"`--{option} {shown(where)}` stands here a second time.")
    elif option == "index-url" and known:
        reading.error(
            node,
            path,
            f"`--index-url` names a second index; the first is `{shown(known[0])}`.",
            "Keep one, and add the others as `--extra-index-url`.",
        )
    else:
        known.append(where)
    if not known:
        del options[option]


def _absolute(reading: Reading, value: str) -> str:
    """A directory as a file URL; what is no path, or relative to nothing, unchanged."""
    if not value or "://" in value or value.startswith("~"):
        return value
    path = Path(value)
    if not path.is_absolute():
        if reading.base_directory is None:
            return value
        path = reading.base_directory.absolute() / path
    return path.as_uri()
