"""The grammar of ``jupyter terrarium``. Imports nothing heavy: ``--help`` answers at once.

A command names its handler as ``module:function``; ``main`` imports it only when it is called.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from .._version import __version__
from .nouns import Nouns
from .options import TARGET, VERSIONED, add_file, add_mode, add_serving, add_wait, common
from .parser_files import add_import
from .parser_team import add_namespace, add_team
from .parser_use import add_use

EPILOG = """exit status:
  0 done   1 a build or something else failed   2 wrong usage
  3 the specification has errors or cannot be satisfied
  4 not found   5 conflict   6 not allowed or login needed   130 interrupted

All commands are described in docs/cli.md."""


def build_parser(arguments: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The whole grammar; *arguments* tell which expensive parts are needed."""
    parser = argparse.ArgumentParser(
        prog="jupyter terrarium",
        description="Reproducible conda environments: build them, list them, run commands in them.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=__version__)
    nouns = Nouns(parser)
    _add_env(nouns.noun("env", "create, list, show, change, compare and delete environments"))
    add_namespace(nouns.noun("namespace", "shared namespaces and who belongs to them"))
    add_import(nouns)
    _add_build(nouns.noun("build", "follow, list and cancel builds"))
    _add_plan(nouns)
    add_use(nouns)
    _add_channel(nouns.noun("channel", "make a channel; log in to channels"), arguments)
    add_team(nouns)
    nouns.verb(
        "doctor",
        "doctor:doctor",
        "check this machine and its set-up",
        description="Check everything that Terrarium needs, and say what to do where it is "
        "missing. Exit status 1 when something is broken.",
    )
    # It stands above the commands, which import nothing of it: `main` finds it by this name.
    serve = nouns.verb(
        "serve",
        ".served.command:serve",
        "serve this store to others, as a service of a JupyterHub or on a Unix socket",
        parents=[common(server=False)],
    )
    add_serving(serve)
    demo = nouns.verb(
        "demo",
        "demo:demo",
        "from an environment.yml to an executed notebook, on a server of its own",
        parents=[],
    )
    demo.add_argument("--headless", action="store_true", help="end everything when it is done")
    demo.add_argument("--stop", action="store_true", help="end the server of an earlier demo")
    demo.add_argument(
        "--examples", metavar="DIR", help="directory with environment.yml and a notebook"
    )
    demo.add_argument("--home", metavar="DIR", help="where the demo keeps its store and settings")
    return parser


def _add_env(env: Nouns) -> None:
    create = env.verb("create", "env:create", "make an environment from a file and build it")
    add_file(create)
    create.add_argument("--name", help="default: the `name:` in the file")
    create.add_argument("--namespace", help="default: your own")
    create.add_argument("--title", default="", help="any text")
    add_wait(create)
    listing = env.verb("list", "env:list_all", "list environments")
    listing.add_argument("--namespace", help="only this namespace")
    listing.add_argument(
        "--filter", default="", metavar="TEXT", help="part of the name or title, or a package"
    )
    listing.add_argument(
        "--deleted", action="store_true", help="deleted ones that can still be restored"
    )
    show = env.verb("show", "env:show", "show an environment or one of its versions")
    show.add_argument("env", metavar="ENV", help=VERSIONED)
    what = show.add_mutually_exclusive_group()
    what.add_argument(
        "--specification", action="store_true", help="print the specification as it was written"
    )
    what.add_argument("--lockfile", action="store_true", help="print the lock, as conda-lock v1")
    _add_update(env)
    _add_places(env)
    compare = env.verb(
        "compare",
        "versions:compare",
        "show what differs between two versions",
        description="Compare the texts and the packages of two versions of one environment.",
    )
    compare.add_argument("before", metavar="ENV@A", help=VERSIONED)
    compare.add_argument("after", metavar="ENV@B", help=VERSIONED)
    point = env.verb(
        "point",
        "versions:point",
        "let a name such as `stable` lead to a version",
        description="ENV@POINTER may then be written wherever ENV@N may.",
    )
    point.add_argument("env", metavar="ENV", help=TARGET)
    point.add_argument("pointer", metavar="POINTER", help="for example: stable")
    point.add_argument("version", metavar="VERSION", nargs="?", help="number of a ready version")
    point.add_argument("--remove", action="store_true", help="remove the pointer")
    pin = env.verb(
        "pin-kernel",
        "pinned:pin_kernel",
        "list a kernel of one version, or one that follows a pointer",
        description="Beside the environment's own kernel, which follows the current version.",
    )
    pin.add_argument("env", metavar="ENV", help=TARGET)
    pin.add_argument("version", metavar="VERSION", help="number or pointer, for example: stable")
    pin.add_argument("--remove", action="store_true", help="remove that kernel")
    delete = env.verb("delete", "env:delete", "delete an environment and its kernels")
    delete.add_argument("env", metavar="ENV", help=TARGET)
    delete.add_argument("-y", "--yes", action="store_true", help="do not ask")
    restore = env.verb("restore", "deleted:restore", "undo the deletion of an environment")
    restore.add_argument("env", metavar="ENV", help=f"{TARGET}, or the id of `list --deleted`")
    restore.add_argument("--name", help="restore it under another name")


def _add_places(env: Nouns) -> None:
    rename = env.verb("rename", "places:rename", "give an environment another name")
    rename.add_argument("env", metavar="ENV", help=TARGET)
    rename.add_argument("name", metavar="NAME", help="the new name")
    move = env.verb("move", "places:move", "move an environment to another namespace")
    move.add_argument("env", metavar="ENV", help=TARGET)
    move.add_argument("namespace", metavar="NAMESPACE")
    copy = env.verb(
        "copy",
        "places:copy",
        "copy an environment, at once whatever its size",
        description="The copy begins with the version that is named, else with the current one.",
    )
    copy.add_argument("env", metavar="ENV", help=VERSIONED)
    copy.add_argument("copy", metavar="COPY", help=TARGET + "; without a namespace: your own")
    copy.add_argument("--history", action="store_true", help="copy every version")


def _add_update(env: Nouns) -> None:
    update = env.verb(
        "update",
        "env:update",
        "build a new version, make another one current, hold, recommend, or write a note",
        description="Build a new version from a file (-f), make a version that is ready the "
        "current one (--current), decide whether new versions become current by themselves "
        "(--hold, --no-hold), recommend it to the namespace (--recommend, --no-recommend), or "
        "write a note.",
    )
    update.add_argument("env", metavar="ENV", help=VERSIONED + "; a version only for its note")
    change = update.add_mutually_exclusive_group()
    change.add_argument(
        "-f", "--file", metavar="FILE", help="specification or conda-lock file; - reads stdin"
    )
    change.add_argument("--current", metavar="VERSION", help="make this version current")
    change.add_argument(
        "--hold",
        action=argparse.BooleanOptionalAction,
        help="new versions do not become current by themselves (--no-hold: they do)",
    )
    change.add_argument(
        "--recommend",
        action=argparse.BooleanOptionalAction,
        help="it stands first for all members, and new notebooks begin with it",
    )
    update.add_argument(
        "--note", metavar="TEXT", help="note of the new, the named or the latest version"
    )
    update.add_argument(
        "--base",
        type=int,
        metavar="N",
        help="with -f: the version that you edited; refuse when there is a newer one",
    )
    add_mode(update)
    add_wait(update)


def _add_build(build: Nouns) -> None:
    listing = build.verb("list", "build:list_all", "list builds, newest first")
    listing.add_argument("--active", action="store_true", help="only those that have not ended")
    listing.add_argument("--limit", type=int, default=20, metavar="N", help="default: %(default)s")
    for name, summary in (
        ("show", "show a build"),
        ("log", "print a build's log"),
        ("help", "print one text with all that somebody needs who helps; without secrets"),
        ("cancel", "end a build"),
        ("watch", "show a build's progress until it ends"),
    ):
        handler = "help_with" if name == "help" else name
        verb = build.verb(name, f"build:{handler}", summary)
        verb.add_argument("id", metavar="ID", help="as `build list` and `env create` print it")
        if name == "log":
            verb.add_argument(
                "-f", "--follow", action="store_true", help="go on until the build has ended"
            )
    build.verb("drain", "build:drain", None, parents=[common(server=False)])


def _add_plan(nouns: Nouns) -> None:
    plan = nouns.verb(
        "plan",
        "plan:plan",
        "solve a specification and show what a build would do",
        description="Solve without building. With --for the answer is compared with that "
        "environment's current version.",
    )
    add_file(plan)
    plan.add_argument(
        "--for", dest="env", metavar="ENV", help=f"the environment to be changed, {TARGET}"
    )
    add_mode(plan)


def _add_channel(channel: Nouns, arguments: Sequence[str]) -> None:
    create = channel.verb(
        "create",
        "channel:create",
        "make a channel from PyPI wheels and the interpreter at hand",
        parents=[],
    )
    create.add_argument("--json", action="store_true", help="write one JSON document to stdout")
    if "channel" in arguments and "create" in arguments:
        from ..conda.channel_maker.command import add_arguments

        add_arguments(create)
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--json", action="store_true", help="write one JSON document to stdout")
    login = channel.verb(
        "login",
        "channel:login",
        "remember a token or a password for a channel",
        description="Asks for the secret, or reads it from standard input when that is no "
        "terminal. It is never taken from the command line.",
        parents=[options],
    )
    login.add_argument("url", metavar="URL")
    login.add_argument("--user", metavar="NAME", help="user name; without it the secret is a token")
    logout = channel.verb("logout", "channel:logout", "forget a login", parents=[options])
    logout.add_argument("url", metavar="URL")
    channel.verb("list", "channel:list_all", "list channels with a login", parents=[options])
