"""Callers of a Unix socket: the system itself says who they are.

``SO_PEERCRED`` (unix(7)) names the process that connected, with its uid; nobody handles a token.
"""

from __future__ import annotations

import grp
import os
import pwd
import socket
import struct

from tornado.iostream import IOStream
from tornado.web import RequestHandler

from ..access.principals import Principal

_CREDENTIALS = struct.Struct("3i")  # pid, uid, gid


def connection(handler: RequestHandler) -> socket.socket | None:
    """The socket over which a request came, ``None`` when it is closed already."""
    stream = getattr(handler.request.connection, "stream", None)
    return stream.socket if isinstance(stream, IOStream) else None


def is_local(handler: RequestHandler) -> bool:
    """Whether the request came over a Unix socket."""
    found = connection(handler)
    return found is not None and found.family == socket.AF_UNIX


def principal_of(handler: RequestHandler) -> Principal | None:
    """Who is at the other end of the Unix socket: user of the system, with their groups.

    A group that is a user's own (of the same name) is nobody's team. Root and whoever runs the
    store are its administrators.
    """
    found = connection(handler)
    if found is None:
        return None
    raw = found.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _, uid, gid = _CREDENTIALS.unpack(raw)
    return principal_of_uid(uid, gid)


def principal_of_name(user: str) -> Principal:
    """The user of the system with this name, or somebody without groups whom it does not know."""
    try:
        entry = pwd.getpwnam(user)
    except KeyError:
        return Principal(user)
    return principal_of_uid(entry.pw_uid, entry.pw_gid)


def principal_of_uid(uid: int, gid: int) -> Principal:
    """The user of the system with this uid; *gid* counts where the system knows no such user."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        name = f"uid-{uid}"
        return Principal(user=name, display_name=name, groups=_names([gid]))
    display = entry.pw_gecos.split(",")[0].strip() or entry.pw_name
    groups = _names(os.getgrouplist(entry.pw_name, entry.pw_gid)) - {entry.pw_name}
    administrator = uid in (0, os.geteuid())
    return Principal(entry.pw_name, display, groups, administrator)


def _names(gids: list[int]) -> frozenset[str]:
    found = set()
    for gid in gids:
        try:
            found.add(grp.getgrgid(gid).gr_name)
        except KeyError:
            continue
    return frozenset(found)
