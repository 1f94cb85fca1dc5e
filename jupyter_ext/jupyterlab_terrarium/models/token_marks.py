"""How tokens are told from other text. Light: the log of a starting server masks them."""

from __future__ import annotations

#: The query argument of `/lab` that opens a link. Jupyter's and JupyterHub's logs hide the value
#: of every argument whose name contains `token`.
SHARE_ARGUMENT = "terrarium-share-token"
#: What every token begins with: hosts tell them by it from tokens of a hub or a Jupyter server.
TOKEN_PREFIX = "terrarium_"
