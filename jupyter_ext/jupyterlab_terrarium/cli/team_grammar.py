"""The grammar of ``namespace``. Imports nothing heavy, as ``parser.py``."""

from __future__ import annotations

from .nouns import Nouns

_MEMBER = "name of a user, or group:NAME"
_PLACE = "NAMESPACE, or NAMESPACE/NAME for one environment only"


def add_namespace(namespace: Nouns) -> None:
    """Add ``namespace list | create | members | add | remove | transfer``."""
    namespace.verb("list", "namespaces:list_all", "list namespaces, with your role in each")
    create = namespace.verb(
        "create",
        "namespaces:create",
        "make a shared namespace",
        description="You are its first owner.",
    )
    create.add_argument("name", metavar="NAME")
    create.add_argument("--title", default="", help="any text")
    members = namespace.verb("members", "namespaces:members", "list who belongs to a namespace")
    members.add_argument("namespace", metavar="PLACE", help=_PLACE)
    add = namespace.verb(
        "add",
        "namespaces:add",
        "give somebody a role",
        description="The role replaces the one that they have. A viewer sees and uses, an editor "
        "changes, an owner also deletes and decides who is a member. A role on one environment "
        "adds to the one in its namespace.",
    )
    add.add_argument("namespace", metavar="PLACE", help=_PLACE)
    add.add_argument("member", metavar="MEMBER", help=_MEMBER)
    add.add_argument(
        "--role",
        choices=("viewer", "editor", "owner"),
        default="viewer",
        help="default: %(default)s",
    )
    remove = namespace.verb("remove", "namespaces:remove", "take a role away; everybody may leave")
    remove.add_argument("namespace", metavar="PLACE", help=_PLACE)
    remove.add_argument("member", metavar="MEMBER", help=_MEMBER)
    transfer = namespace.verb(
        "transfer",
        "namespaces:transfer",
        "hand over everything that a person owns",
        description="Moves the environments of a person's own namespace into the one of --to, or "
        "into --into; gives --to their roles in shared namespaces. For the person, and for "
        "administrators of the store. Done again it changes nothing.",
    )
    transfer.add_argument("user", metavar="USER", help="whose; a user name")
    transfer.add_argument("--to", metavar="USER", help="who takes over")
    transfer.add_argument(
        "--into", metavar="NAMESPACE", help="where the environments go; default: to --to"
    )
