"""Starts a process in an environment. One stdlib-only file, run with ``python -I``.

``launcher.py --root ROOT (--link LINK | --prefix NAME) --kernel KERNEL CONNECTION_FILE``
``launcher.py --root ROOT (--link LINK | --prefix NAME) --command ARG...``

The pointer (a link below ``<root>/envs``) is resolved once. A shared ``flock`` on
``<root>/locks/<name>`` is taken and its descriptor inherited through ``exec``: "in use" lasts exactly
as long as the process, also after a crash of the server. Then the environment is activated and
the process replaced, so that signals reach the kernel itself.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys

MANIFEST = os.path.join(".terrarium", "manifest.json")
STATE = os.path.join("conda-meta", "state")
UNAVAILABLE = 69  # EX_UNAVAILABLE of sysexits.h
_DROPPED = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")
_ACTIVATE = """
for script in "$CONDA_PREFIX"/etc/conda/activate.d/*.sh; do
  [ -r "$script" ] && . "$script" >&2
done
exec env -0
"""


def fail(sentence: str) -> None:
    """Say why nothing was started, and end."""
    sys.stderr.write(f"Terrarium: {sentence}\n")
    sys.exit(UNAVAILABLE)


def resolve(root: str, link: str | None, name: str | None) -> str:
    """The prefix that the link leads to now, or the prefix called *name*."""
    if name is not None:
        return os.path.join(root, "prefixes", name)
    path = os.path.join(root, str(link))
    try:
        target = os.readlink(path)
    except OSError:
        fail(f"the environment behind {path} is no longer there. Choose another kernel.")
        raise AssertionError from None
    return os.path.join(os.path.dirname(path), target)


def hold(root: str, prefix: str) -> int:
    """Take the shared lock of *prefix*; the descriptor is inherited by what is executed."""
    try:
        import fcntl
    except ImportError:  # Windows: the running process itself keeps its files
        return -1
    path = os.path.join(root, "locks", os.path.basename(prefix))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    os.set_inheritable(descriptor, True)
    return descriptor


def enter(root: str, link: str | None, name: str | None) -> str:
    """Resolve the pointer, take the lock, and make sure that the prefix is complete."""
    prefix = resolve(root, link, name)
    hold(root, prefix)
    if not os.path.exists(os.path.join(prefix, MANIFEST)):
        fail(
            "the files of this environment are not complete. Build it again in the Terrarium "
            "panel, or run `jupyter terrarium doctor`."
        )
    return prefix


def variables(prefix: str) -> dict[str, str]:
    """The variables of the specification, kept where conda keeps them."""
    try:
        with open(os.path.join(prefix, STATE), encoding="utf-8") as stream:
            found = json.load(stream).get("env_vars", {})
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in found.items()}


def search_path(prefix: str, before: str) -> str:
    """``PATH`` with the prefix's programs first."""
    if os.name == "nt":
        first = [prefix, os.path.join(prefix, "Library", "bin"), os.path.join(prefix, "Scripts")]
    else:
        first = [os.path.join(prefix, "bin")]
    return os.pathsep.join([*first, before] if before else first)


def activated(prefix: str, base: dict[str, str], name: str) -> dict[str, str]:
    """*base* with the environment activated: what conda's activation would have set."""
    environment = {key: value for key, value in base.items() if key not in _DROPPED}
    environment.update(variables(prefix))
    environment["PATH"] = search_path(prefix, base.get("PATH", ""))
    environment["CONDA_PREFIX"] = prefix
    environment["CONDA_DEFAULT_ENV"] = name
    environment["CONDA_SHLVL"] = "1"
    environment["PYTHONNOUSERSITE"] = "1"
    environment["TERRARIUM_ENVIRONMENT"] = name
    environment["TERRARIUM_PREFIX"] = prefix
    scripts = os.path.join(prefix, "etc", "conda", "activate.d")
    if os.name != "nt" and os.path.isdir(scripts) and os.listdir(scripts):
        environment = source(environment)
    return environment


def source(environment: dict[str, str]) -> dict[str, str]:
    """The environment after the prefix's activation scripts; unchanged when they fail."""
    shell = "/bin/bash" if os.path.exists("/bin/bash") else "/bin/sh"
    done = subprocess.run(
        [shell, "-c", _ACTIVATE], env=environment, stdout=subprocess.PIPE, check=False
    )
    if done.returncode != 0:
        sys.stderr.write("Terrarium: an activation script of this environment failed.\n")
        return environment
    pairs = done.stdout.decode("utf-8", "surrogateescape").split("\0")
    after = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
    for private in ("_", "SHLVL", "PWD", "OLDPWD"):
        if private not in environment:
            after.pop(private, None)
    return after


def kernel_command(
    prefix: str, kernel: str, connection_file: str
) -> tuple[list[str], dict[str, str]]:
    """The kernel's own command line and variables, from the prefix's ``kernel.json``."""
    directory = os.path.join(prefix, "share", "jupyter", "kernels", kernel)
    try:
        with open(os.path.join(directory, "kernel.json"), encoding="utf-8") as stream:
            spec = json.load(stream)
        argv = [str(part) for part in spec["argv"]]
    except (OSError, ValueError, KeyError):
        fail(f"this version of the environment has no kernel '{kernel}'. Choose another kernel.")
        raise AssertionError from None
    argv = [
        part.replace("{connection_file}", connection_file)
        .replace("{resource_dir}", directory)
        .replace("{prefix}", prefix)
        for part in argv
    ]
    return argv, {str(key): str(value) for key, value in spec.get("env", {}).items()}


def execute(argv: list[str], environment: dict[str, str], prefix: str) -> None:
    """Replace this process by *argv*, found on the activated ``PATH``."""
    if os.path.basename(argv[0]) in ("python", "python3") and not os.path.exists(argv[0]):
        argv = [os.path.join(prefix, "bin", "python"), *argv[1:]]
    try:
        if os.name == "nt":
            sys.exit(subprocess.call(argv, env=environment))
        os.execvpe(argv[0], argv, environment)
    except FileNotFoundError:
        fail(f"there is no program '{argv[0]}' in this environment.")
    except OSError as error:
        fail(f"'{argv[0]}' cannot be started: {error.strerror}.")


def main(arguments: list[str]) -> None:
    """Parse, enter, activate, execute."""
    parser = argparse.ArgumentParser(prog="launcher", description=__doc__)
    parser.add_argument("--root", required=True)
    pointer = parser.add_mutually_exclusive_group(required=True)
    pointer.add_argument("--link", help="path of the stable link, relative to the root")
    pointer.add_argument("--prefix", help="name of a prefix, for a pinned version")
    parser.add_argument("--name", default="", help="what the environment is called")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--kernel")
    what.add_argument("--command", action="store_true")
    parser.add_argument("rest", nargs=argparse.REMAINDER)
    given = parser.parse_args(arguments)
    prefix = enter(given.root, given.link, given.prefix)
    environment = activated(prefix, dict(os.environ), given.name or os.path.basename(prefix))
    rest = given.rest[1:] if given.rest[:1] == ["--"] else given.rest
    if given.command:
        argv = rest
    else:
        argv, own = kernel_command(prefix, given.kernel, rest[0] if rest else "")
        for key, value in own.items():
            environment[key] = value.replace("${PATH}", environment["PATH"])
    if not argv:
        fail("no command was given.")
    execute(argv, environment, prefix)


if __name__ == "__main__":
    main(sys.argv[1:])
