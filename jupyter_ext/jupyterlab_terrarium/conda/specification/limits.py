"""How large a specification may be. The largest published exports need a tenth of this."""

from __future__ import annotations

MAX_BYTES = 256 * 1024
"""Bytes of UTF-8 text; more is refused before anything is parsed."""

MAX_LINE = 16 * 1024
"""Characters of one line: the YAML scanner is quadratic in the nesting that fits on a line."""

MAX_NODES = 10_000
"""Keys, values, lists and mappings together."""

MAX_DEPTH = 16
"""Levels of nesting; the vocabulary itself needs four."""

MAX_FINDINGS = 50
"""Errors (and, apart from them, notices) that are reported; the rest is counted."""

MAX_ENTRY = 2_000
"""Characters of one dependency, channel or option: a URL is the longest of them."""

MAX_CHECKS = 50
"""Checks; each of them takes its time in every build."""

MAX_MODULES = 50
"""Names of environment modules."""

MAX_NAME = 128
"""Characters of a package's or an environment's name."""

MAX_VARIABLE = 32 * 1024
"""Characters of a variable's value."""
