"""The grammar of what people do together: namespaces, proposals, audit, tokens, joining a store.

Imports nothing heavy, as ``parser.py``.
"""

from __future__ import annotations

from .nouns import Nouns
from .options import add_file, add_mode

_MEMBER = "name of a user, or group:NAME"
_PLACE = "NAMESPACE, or NAMESPACE/NAME for one environment only"


def add_team(nouns: Nouns) -> None:
    """Add ``proposal``, ``audit``, ``token`` and ``join``."""
    _add_proposal(nouns.noun("proposal", "propose changes of environments, and decide about them"))
    _add_audit(nouns)
    _add_token(nouns.noun("token", "make, list and revoke tokens for scripts and other servers"))
    _add_join(nouns)


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


def _add_proposal(proposal: Nouns) -> None:
    create = proposal.verb(
        "create",
        "proposal:create",
        "propose a change to those who may make it",
        description="Whoever may see an environment may propose a change of it.",
    )
    create.add_argument("env", metavar="ENV", help="[NAMESPACE/]NAME")
    add_file(create)
    create.add_argument("--reason", required=True, metavar="TEXT", help="why")
    create.add_argument(
        "--base", type=int, metavar="N", help="the version that you edited; refuse a newer one"
    )
    add_mode(create)
    listing = proposal.verb(
        "list", "proposal:list_all", "list your proposals and those that you decide about"
    )
    listing.add_argument("--all", action="store_true", help="also those that are decided")
    show = proposal.verb("show", "proposal:show", "show a proposal and its plan")
    show.add_argument(
        "--specification", action="store_true", help="print the text that is proposed"
    )
    approve = proposal.verb(
        "approve",
        "proposal:approve",
        "show the plan, ask, and build exactly that plan",
    )
    approve.add_argument(
        "--plan", metavar="PLAN", help="build the plan that `proposal show` has printed; do not ask"
    )
    approve.add_argument("-f", "--file", metavar="FILE", help="an adjusted text")
    approve.add_argument(
        "--base",
        type=int,
        metavar="N",
        help="with --plan, when the environment has moved on: the version that you have seen",
    )
    approve.add_argument("-m", "--message", default="", metavar="TEXT", help="a word with it")
    approve.add_argument("-y", "--yes", action="store_true", help="do not ask")
    decline = proposal.verb("decline", "proposal:decline", "say no, with a word")
    decline.add_argument("-m", "--message", required=True, metavar="TEXT", help="why not")
    withdraw = proposal.verb("withdraw", "proposal:withdraw", "take your own proposal back")
    for verb in (show, approve, decline, withdraw):
        verb.add_argument("id", metavar="ID", help="as `proposal list` prints it")


def _add_audit(nouns: Nouns) -> None:
    audit = nouns.verb(
        "audit",
        "audit:show",
        "who did what, when, from where, and how it ended",
        description="Owners see their namespaces, administrators everything; newest first.",
    )
    audit.add_argument("--namespace", metavar="NAMESPACE", help="only this one")
    audit.add_argument("--limit", type=int, default=100, metavar="N", help="default: %(default)s")
    audit.add_argument("--lines", action="store_true", help="JSON lines, one for each")


def _add_token(token: Nouns) -> None:
    create = token.verb(
        "create",
        "token:create",
        "make a token; it is shown once",
        description="The token goes into TERRARIUM_TOKEN, or into the header "
        "`Authorization: Bearer ...`. It never permits more than you may.",
    )
    create.add_argument("--name", default="", metavar="TEXT", help="what it is for")
    create.add_argument(
        "--scope",
        choices=("read", "propose", "build", "manage"),
        default="read",
        help="read: only look (the default); propose: also plan and propose changes; "
        "build: what an editor may; manage: what an owner may",
    )
    create.add_argument("--namespace", metavar="NAMESPACE", help="the only one that it reaches")
    create.add_argument(
        "--days", type=int, default=90, metavar="N", help="until it expires (default: 90)"
    )
    create.add_argument(
        "--for",
        dest="user",
        metavar="USER",
        help="a token of somebody else's, for a store that no hub stands before; "
        "only on the machine of the store",
    )
    create.add_argument(
        "--join",
        metavar="URL",
        help="print a join link: the token with the URL at which the store is reached",
    )
    listing = token.verb("list", "token:list_all", "list your tokens")
    listing.add_argument("--everybody", action="store_true", help="everybody's (administrators)")
    revoke = token.verb("revoke", "token:revoke", "end a token at once")
    revoke.add_argument("id", metavar="ID", help="as `token list` prints it")


def _add_join(nouns: Nouns) -> None:
    # It stands above the commands, which import nothing of it: `main` finds it by this name.
    join = nouns.verb(
        "join",
        ".connected.join:join",
        "connect your JupyterLab to a team store by a join link",
        description="Asks for the link when none is given, so that the shell remembers none.",
        parents=[],
    )
    join.add_argument("link", metavar="LINK", nargs="?", help="of `token create --join`")
    join.add_argument("--json", action="store_true", help="write one JSON document to stdout")
