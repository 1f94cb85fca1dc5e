"""The commands that ``entry_points.txt`` of a wheel asks for.

Standard: https://packaging.python.org/en/latest/specifications/entry-points/
"""

from __future__ import annotations

from configparser import ConfigParser

_SECTIONS = ("console_scripts", "gui_scripts")


class _Parser(ConfigParser):
    def optionxform(self, optionstr: str) -> str:
        """Names stay as they are written."""
        return optionstr


def commands(text: str) -> dict[str, str]:
    """What each command calls, ``module:function`` perhaps followed by ``[extras]``, by its name.

    Raises :class:`configparser.Error`.
    """
    parser = _Parser(delimiters=("=",), interpolation=None, strict=False)
    parser.read_string(text)
    return {
        name.strip(): target
        for section in _SECTIONS
        if parser.has_section(section)
        for name, target in parser.items(section)
    }
