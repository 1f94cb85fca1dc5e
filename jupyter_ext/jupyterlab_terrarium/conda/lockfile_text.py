"""The YAML text of a lockfile: read with care, because anybody may have written it."""

from __future__ import annotations

from typing import Any, NoReturn

from ..models.problem import Finding, InvalidLock, Place

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 12
#: A package of a lockfile has some 25; each costs the reader about a kilobyte of memory.
MAX_NODES = 600_000
_HASHES = ("md5", "sha256")


def check_size(text: str) -> None:
    """Raise :class:`InvalidLock` for a text that is too large or that no file holds."""
    size = len(text)
    if size <= MAX_BYTES:
        # Text that is far too long is not encoded only to be counted.
        size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        message = f"The lockfile has {size / 1e6:.1f} MB; {MAX_BYTES / 1e6:.1f} MB is the limit."
        hint = "Check that this is a lockfile and not a data file."
        raise InvalidLock(message, hint, [Finding(message=message, hint=hint)])


def load_text(text: str) -> dict[str, Any]:
    """The document as mappings, lists and *texts*: ``1.10`` and hashes of digits stay as written.

    Raises :class:`InvalidLock` for what is too large, too deep, no mapping, or uses anchors.
    """
    check_size(text)
    import yaml

    loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        depth = 0
        for nodes, event in enumerate(yaml.parse(text, Loader=loader)):
            if getattr(event, "anchor", None) is not None:
                _refuse("The lockfile uses anchors, which have no place in one.", event.start_mark)
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if nodes > MAX_NODES:
                _refuse(f"The lockfile has more than {MAX_NODES:,} entries.", event.start_mark)
            if depth > MAX_DEPTH:
                _refuse("The lockfile is nested too deeply.", event.start_mark)
        document = yaml.load(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        problem = error.problem or "cannot be read"
        _refuse(f"The lockfile is not YAML: {problem}.", error.problem_mark)
    except (yaml.YAMLError, UnicodeError) as error:
        _refuse(f"The lockfile is not YAML: {error}.", None)
    if not isinstance(document, dict):
        _refuse("The lockfile is not a mapping.", None)
    return dict(document)


def _refuse(message: str, mark: Any) -> NoReturn:
    place = Place(line=mark.line + 1, column=mark.column + 1) if mark is not None else None
    where = f" (line {place.line})" if place else ""
    raise InvalidLock(
        message.rstrip(".") + where + ".", "", [Finding(message=message, place=place)]
    )


def dump_text(document: dict[str, Any]) -> str:
    """*document* as YAML, hashes in quotes: one of digits only would be read as a number."""
    import yaml

    class Quoted(str):
        """A text that is written in quotes."""

    def quoted(node: Any) -> Any:
        if isinstance(node, list):
            return [quoted(one) for one in node]
        if isinstance(node, dict):
            return {
                key: Quoted(value) if key in _HASHES else quoted(value)
                for key, value in node.items()
            }
        return node

    base: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    dumper: Any = type("Dumper", (base,), {"ignore_aliases": lambda self, data: True})
    dumper.add_representer(
        Quoted,
        lambda self, text: self.represent_scalar("tag:yaml.org,2002:str", str(text), style="'"),
    )
    text = yaml.dump(
        quoted(document), Dumper=dumper, sort_keys=False, allow_unicode=True, width=10_000
    )
    return str(text)
