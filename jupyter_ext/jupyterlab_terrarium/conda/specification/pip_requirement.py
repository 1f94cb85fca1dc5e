"""One entry of the ``pip:`` section: PEP 508, or the URL or path of a wheel."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ...models.specification import PipRequirement
from .addresses import url_problem
from .document import Scalar
from .limits import MAX_ENTRY
from .reading import Reading
from .selectors import Selectors
from .text import escaped, shown

_NAMED = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*\s*(?:\[[^\]]*\])?)\s*@\s*(?P<where>\S.*)")
_VCS = re.compile(r"(?:git|hg|svn|bzr)\+|git@|git://", re.IGNORECASE)
_DIRECT = re.compile(
    r"(?P<where>[^;\s]+?)(?:\[(?P<extras>[A-Za-z0-9._, -]*)\])?(?:\s*;\s*(?P<marker>.+))?"
)
_ARCHIVE = (".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz")
_WHEEL_FIX = "Make a wheel (`pip wheel --no-deps DIRECTORY`) and list the file, e.g. `./name.whl`."


class _Refused(Exception):
    """The entry cannot be read; holds message and hint."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def read_pip_requirement(
    reading: Reading, selectors: Selectors, node: Scalar, path: str
) -> PipRequirement | None:
    """The requirement that *node* writes, or None after adding an error."""
    platforms = selectors.after(node, path)
    try:
        name, requirement, url = _read(reading, re.sub(r"\s+#.*$", "", node.text.strip()))
    except _Refused as refused:
        reading.error(node, path, refused.message, refused.hint)
        return None
    if url and urlsplit(url).path.endswith(_ARCHIVE):
        reading.notice(
            node,
            path,
            f"`{shown(url.rsplit('/', 1)[-1])}` is source code, not a wheel: it is refused unless "
            "the store's policy allows building it.",
            _WHEEL_FIX,
        )
    return PipRequirement(
        name=name,
        requirement=requirement,
        url=url,
        platforms=platforms,
        text=node.text,
        place=reading.lines.place(node.start),
    )


def _read(reading: Reading, text: str) -> tuple[str, str, str]:
    """Name, PEP 508 text and URL of a requirement."""
    _refuse_early(text)
    named = _NAMED.fullmatch(text)
    where = named["where"] if named else text
    if _VCS.match(where):
        raise _Refused(
            "A repository changes, so what is installed from it cannot be locked.",
            "Make a wheel (`pip wheel --no-deps ADDRESS`) and list the file, or use a release.",
        )
    if named and not where.startswith(("http://", "https://", "file://")):
        direct = _DIRECT.fullmatch(where)
        if direct is None or "://" in where:
            raise _Refused(
                f"`{shown(where)}` is not the URL of a wheel.",
                "Write `name @ https://host/name-1.0-py3-none-any.whl`.",
            )
        marker = f" ; {direct['marker']}" if direct["marker"] else ""
        text = (
            f"{named['name'].strip()} @ {_file_url(reading, direct['where'], archive=True)}{marker}"
        )
    elif not named:
        text = _with_name(reading, text)
    return _pep508(text)


def _refuse_early(text: str) -> None:
    if len(text) > MAX_ENTRY:
        raise _Refused(
            f"This entry has {len(text):,} characters.", f"At most {MAX_ENTRY:,} are read."
        )
    for character in text:
        if not character.isprintable():
            raise _Refused(
                f"`{shown(text)}` holds the character {escaped(character)}.",
                "Type the entry anew; copied text often holds invisible characters.",
            )
    if "--hash" in text:
        raise _Refused(
            "`--hash` is not needed: Terrarium locks every file with its hash itself.",
            "Remove the `--hash` options.",
        )
    if re.search(r"\$\{|\$[A-Z_]+\b|\{\{", text):
        raise _Refused(
            f"`{shown(text)}` holds a placeholder; nothing fills it in.", "Write the value out."
        )


def _with_name(reading: Reading, text: str) -> str:
    """*text* itself, or ``name @ URL`` when it is the URL or path of a wheel alone."""
    direct = _DIRECT.fullmatch(text)
    where = direct["where"] if direct else ""
    is_path = where.startswith((".", "/", "~", "\\")) or bool(re.match(r"[A-Za-z]:[\\/]", where))
    if direct is None or not (is_path or ":/" in where or where.endswith(".whl")):
        return text
    url = where if re.match(r"https?://", where) else _file_url(reading, where)
    extras = f"[{direct['extras']}]" if direct["extras"] else ""
    marker = f" ; {direct['marker']}" if direct["marker"] else ""
    return f"{_wheel_name(url)}{extras} @ {url}{marker}"


def _wheel_name(url: str) -> str:
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename

    _refuse_no_url(url)
    file = unquote(urlsplit(url).path).rsplit("/", 1)[-1]
    if not file.endswith(".whl"):
        raise _Refused(
            f"`{shown(file or url)}` is not a wheel.", f"Only wheels are installed. {_WHEEL_FIX}"
        )
    try:
        return str(parse_wheel_filename(file)[0])
    except InvalidWheelFilename:
        pass
    raise _Refused(
        f"`{shown(file)}` is not named like a wheel.",
        "Wheels are named like `name-1.0-py3-none-any.whl`; keep the name it was made with.",
    )


def _refuse_no_url(url: str) -> None:
    why = url_problem(url)
    if why is not None:
        raise _Refused(
            f"`{shown(url)}` is not a URL: {why}.",
            "Write it like `https://host/name-1.0-py3-none-any.whl`.",
        )


def _file_url(reading: Reading, where: str, archive: bool = False) -> str:
    """The absolute ``file:`` URL of a wheel on disk, or of a source archive if that may be."""
    if where.startswith("file:///") or where.startswith("file://localhost/"):
        return where.replace("file://localhost/", "file:///", 1)
    if where.startswith("file:"):
        where = where.removeprefix("file:")
    if where.startswith(("//", "~", "\\")) or "://" in where or re.match(r"[A-Za-z]:[\\/]", where):
        raise _Refused(
            f"`{shown(where)}` is not the path of a wheel.",
            "Write `./name.whl` beside the specification, or `file:///directory/name.whl`.",
        )
    if not where.endswith((".whl", *_ARCHIVE) if archive else ".whl"):
        what = "source code" if where.endswith(_ARCHIVE) else "a directory"
        raise _Refused(
            f"`{shown(where)}` is {what}, not a wheel.", f"Only wheels are installed. {_WHEEL_FIX}"
        )
    path = Path(where)
    if not path.is_absolute():
        if reading.base_directory is None:
            raise _Refused(
                f"`{shown(where)}` is a path relative to a directory that is not known here.",
                "Write the full URL: `file:///directory/name.whl`.",
            )
        path = reading.base_directory.absolute() / path
    return Path(os.path.normpath(path)).as_uri()


def _pep508(text: str) -> tuple[str, str, str]:
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    try:
        requirement = Requirement(text)
    except (InvalidRequirement, RecursionError):
        requirement = None
    if requirement is None:
        raise _Refused(f"`{shown(text)}` is not a requirement that pip knows.", _advice(text))
    url = requirement.url or ""
    if url:
        _check_url(url, canonicalize_name(requirement.name))
    return canonicalize_name(requirement.name), str(requirement), url


def _check_url(url: str, name: str) -> None:
    _refuse_no_url(url)
    path = urlsplit(url).path
    if path.endswith(_ARCHIVE):
        return
    found = _wheel_name(url)
    if found != name:
        raise _Refused(
            f"The wheel is one of `{shown(found, 40)}`, not of `{shown(name, 40)}`.",
            f"Write `{shown(found, 40)} @ URL`, or the URL of the wheel that is meant.",
        )


def _advice(text: str) -> str:
    single = re.fullmatch(r"([A-Za-z0-9._-]+(?:\[[^\]]*\])?)\s*=\s*([^=\s].*)", text)
    if single:
        return f"pip writes versions with two signs: `{shown(f'{single[1]}=={single[2]}')}`."
    if re.search(r"[<>~]=?[^,;]*\.\*", text):
        return "`.*` goes only with `==` and `!=`: leave it off."
    if "::" in text:
        return "A conda package belongs under `dependencies`, outside of `pip:`."
    if ";" in text:
        return 'What stands behind `;` must be a marker, e.g. `; python_version < "3.12"`.'
    if re.fullmatch(r"[A-Za-z0-9._-]+(\s+[A-Za-z0-9._-]+)+", text):
        return "Write one package per line."
    return "Write it like `name`, `name==1.2`, `name[extra]>=1.2` or `name @ https://host/x.whl`."
