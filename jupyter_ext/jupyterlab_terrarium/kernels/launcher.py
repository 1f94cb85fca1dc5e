"""Starts a kernel of an environment: one file, standard library only, run with ``python -I -S``.

    launcher.py --root ROOT --pointer POINTER --environment NAMESPACE/NAME --kernel KERNEL
                [--id ENVIRONMENT_ID] [--digest DIGEST] [--version NUMBER] [--scratch LAYER]
                -- CONNECTION_FILE [ARGUMENT...]

POINTER is relative to ROOT: ``current/<environment id>``, or for a pinned version
``prefixes/<name>``; KERNEL is the kernelspec's name inside the prefix; LAYER, relative to ROOT too,
is a scratch layer whose Python runs it. The pointer is resolved once; from then on the process
holds a shared ``flock`` on ``locks/<prefix name>``, which stays with the kernel through ``exec``: a
prefix is in use exactly as long as that lock is held. What runs is noted in ``running/``. Errors
are one sentence on standard error and a status of ``sysexits.h``. ``kernels/run.py`` imports the
functions.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EX_USAGE, EX_NOINPUT, EX_UNAVAILABLE, EX_OSERR, EX_TEMPFAIL = 64, 66, 69, 71, 75
LOCK_WAIT_S = SCRIPTS_WAIT_S = 60.0
# Wrapper scripts of kernels may use low descriptors for themselves; ours must survive them.
_LOCK_DESCRIPTOR = 210
UNSET = "***unset***"  # conda's word in conda-meta/state
# Of the server's own environment; in another interpreter they do harm.
_FOREIGN = {"PYTHONHOME", "PYTHONPATH", "PYTHONEXECUTABLE", "__PYVENV_LAUNCHER__", "VIRTUAL_ENV"}
RESERVED = {"PATH", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "CONDA_SHLVL"}
_SHELL_OWN = {"_", "SHLVL", "PWD", "OLDPWD", "BASH_ENV"}
# Builtins only, for bash 3.2. When a script ends the shell, the trap writes, the status is not 19.
_SOURCE = r"""
exec 19>&1 1>&2
__terrarium_write() { set +eu; local IFS=$'\n' __n
for __n in $(compgen -e); do printf '%s=%s\0' "$__n" "${!__n}"; done >&19; }
trap __terrarium_write EXIT
for __terrarium_script in "$@"; do . "$__terrarium_script"; done
exit 19
"""


class LaunchError(Exception):
    """Why nothing was started: a sentence, what to do about it, and the exit status."""

    def __init__(self, message: str, hint: str, status: int) -> None:
        super().__init__(message)
        self.message, self.hint, self.status = message, hint, status


class Held(NamedTuple):
    """A complete prefix, its platform digest, and the descriptor of the shared lock on it."""

    prefix: Path
    digest: str
    descriptor: int


def hold(root: Path, pointer: str, environment: str, digest: str = "") -> Held:
    """Resolve *pointer*, lock what it leads to, and see that it is a complete prefix.

    *environment* is for the words of errors. Raises :class:`LaunchError`, ``OSError``.
    """
    while True:
        prefix = _resolve(root, pointer, environment)
        # One of a team store is locked there, so that its clean-up sees the use.
        descriptor = _lock_shared(prefix.parent.parent / "locks" / prefix.name)
        found = complete_digest(prefix)
        if found and found == (digest or found):
            return Held(prefix, found, descriptor)
        os.close(descriptor)
        # Between reading the link and locking, it may have moved and its old target been removed.
        if _resolve(root, pointer, environment) == prefix:
            raise LaunchError(
                f"the files of {environment} are not complete ({prefix})",
                "Open the environment in the Terrarium panel and build it again.",
                EX_UNAVAILABLE,
            )


def _resolve(root: Path, pointer: str, environment: str) -> Path:
    link = root / pointer
    try:
        named = link.parent == root / "prefixes"
        prefix = link.parent / link.readlink() if link.is_symlink() and not named else link
        inside = prefix.parent.samefile(root / "prefixes")
    except OSError:
        inside = False
    if not (inside and prefix.is_dir()):
        raise LaunchError(
            f"there is no environment {environment} in {root}",
            "It was deleted, renamed, or is not built yet: choose another kernel.",
            EX_UNAVAILABLE,
        )
    return prefix.readlink() if prefix.is_symlink() else prefix


def _lock_shared(path: Path) -> int:
    if sys.platform == "win32":
        return -1
    end = time.monotonic() + LOCK_WAIT_S
    while True:
        descriptor = os.open(path, os.O_RDONLY | os.O_CREAT, 0o666)
        with contextlib.suppress(BlockingIOError, FileNotFoundError):
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            # A clean-up may have removed the file meanwhile: that lock would protect nothing.
            if os.path.samestat(os.fstat(descriptor), path.stat()):
                with contextlib.suppress(OSError):
                    os.utime(descriptor)  # clean-up asks when the files were last used
                return descriptor
        os.close(descriptor)
        if time.monotonic() > end:
            raise LaunchError(
                "the environment's files are being built or removed",
                "Wait until its build has ended, then start the kernel again.",
                EX_TEMPFAIL,
            )
        time.sleep(0.01)


def complete_digest(prefix: Path) -> str:
    """The platform digest when the manifest is there and the prefix made for this path, else ''."""
    with contextlib.suppress(OSError, ValueError, LookupError, TypeError):
        with (prefix / ".terrarium/manifest.json").open("rb") as file:
            head = file.read(512).decode("utf-8", "replace")
        digest = json.loads(head.split(',"files":[', 1)[0] + "}")["digest"]
        installed = _read_json(prefix / ".terrarium/installed.json")
        if (installed["digest"], installed["path"]) == (digest, str(prefix)):
            return str(digest)
    return ""


def activation(prefix: Path, base: Mapping[str, str], name: str) -> dict[str, str]:
    """The environment *base* with *prefix* activated as *name*, the way conda does it.

    What *base* has of another activated environment is taken back first.
    """
    env = {key: value for key, value in base.items() if key not in _FOREIGN}
    own, scripts = _programs(prefix), list[Path]()
    gone = set(own)
    old, venv = Path(base.get("CONDA_PREFIX", "")), Path(base.get("VIRTUAL_ENV", ""))
    if "CONDA_PREFIX" in base and (old / "conda-meta").is_dir():
        scripts += reversed(_entries(old / "etc/conda/deactivate.d", ".sh"))
        for key, value in variables(old).items():
            if env.get(key) == value:
                del env[key]
        gone.update(_programs(old))
    if "VIRTUAL_ENV" in base and (venv / "pyvenv.cfg").is_file():
        gone.update(_programs(venv))
    env["PYTHONNOUSERSITE"] = "1"
    for key, value in variables(prefix).items():
        if value == UNSET:
            env.pop(key, None)
        elif key not in RESERVED:
            env[key] = value
    before = env.get("PATH", os.defpath).split(os.pathsep)
    env["PATH"] = os.pathsep.join([*own, *(entry for entry in before if entry not in gone)])
    env |= {"CONDA_PREFIX": str(prefix), "CONDA_DEFAULT_ENV": name, "CONDA_SHLVL": "1"}
    scripts += _entries(prefix / "etc/conda/activate.d", ".sh")
    return _sourced(scripts, env) if scripts and os.name == "posix" else env


def variables(prefix: Path) -> dict[str, str]:
    """What packages (``etc/conda/env_vars.d``) and the version (``conda-meta/state``) set."""
    found: dict[str, Any] = {}
    state = prefix / "conda-meta/state"
    files = _entries(prefix / "etc/conda/env_vars.d", ".json")
    for file in [*files, state] if state.exists() else files:
        try:
            document = _read_json(file)
            found.update(document.get("env_vars", {}) if file == state else document)
        except (OSError, ValueError, TypeError) as error:
            say(f"variables in {file} are not set: {error}")
    return {name: str(value) for name, value in found.items()}


def marks(held: Held, environment: str, version: str = "") -> dict[str, str]:
    """Variables by which a program can tell which environment it runs in."""
    names = ("PREFIX", "DIGEST", "ENVIRONMENT", "VERSION")
    values = (str(held.prefix), held.digest, environment, version)
    return {f"TERRARIUM_{n}": value for n, value in zip(names, values, strict=True)}


def _programs(prefix: Path) -> list[str]:
    if sys.platform != "win32":
        return [f"{prefix}/bin"]
    parts = ("", "Library/mingw-w64/bin", "Library/usr/bin", "Library/bin", "Scripts", "bin")
    return [str(prefix / part) for part in parts]


def _sourced(scripts: Sequence[Path], env: dict[str, str]) -> dict[str, str]:
    import subprocess

    given = {key: value for key, value in env.items() if key != "BASH_ENV"}
    command = ["bash", "--noprofile", "--norc", "-c", _SOURCE, "terrarium", *map(str, scripts)]
    options: Any = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "check": False}
    try:
        answer = subprocess.run(command, env=given, timeout=SCRIPTS_WAIT_S, **options)
    except (OSError, subprocess.TimeoutExpired) as error:
        say(f"the activation scripts of {env['CONDA_PREFIX']} did not run: {error}")
        return env
    if answer.returncode != 19:
        say(f"one of these ended the shell ({answer.returncode}): {', '.join(command[6:])}")
    pairs = (item.partition("=") for item in os.fsdecode(answer.stdout).split("\0") if item)
    found = {key: value for key, _, value in pairs if key not in _SHELL_OWN}
    kept = {k: v for k, v in env.items() if k in _SHELL_OWN or not k.isidentifier()}
    return kept | found if found else env


def kernel_command(
    prefix: Path, kernel: str, connection_file: str, arguments: list[str], env: dict[str, str]
) -> list[str]:
    """The command of the prefix's own kernelspec *kernel*; what it sets is added to *env*.

    Raises :class:`LaunchError` when the prefix has no such kernel.
    """
    resources = prefix / "share/jupyter/kernels" / kernel
    try:
        spec = _read_json(resources / "kernel.json")
        command = [*map(str, spec["argv"]), *arguments]
    except (OSError, ValueError, LookupError, TypeError):
        others = ", ".join(entry.name for entry in _entries(resources.parent)) or "none"
        raise LaunchError(
            f"this version has no kernel '{kernel}' (kernels in it: {others})",
            "Choose another kernel, or make an older version current again.",
            EX_NOINPUT,
        ) from None
    given = {"connection_file": connection_file, "resource_dir": resources, "prefix": prefix}
    for name, value in given.items():
        command = [part.replace(f"{{{name}}}", str(value)) for part in command]
    before = dict(env)
    for name, value in spec.get("env", {}).items():
        env[name] = Template(str(value)).safe_substitute(before)
    return command


def in_scratch(layer: Path, prefix: Path, command: list[str], env: dict[str, str]) -> list[str]:
    """*command* run by the Python of the scratch *layer*, which is a venv over *prefix*.

    Raises :class:`LaunchError` when the layer is gone or the command is no Python of the prefix.
    """
    programs = prefix / "bin"
    program = Path(command[0]) if os.sep in command[0] else programs / command[0]
    python = layer / "bin/python"
    if not python.exists() or program.parent != programs or "python" not in program.name:
        raise LaunchError(
            "there is nothing left of what was tried out here",
            "It was thrown away: choose another kernel.",
            EX_UNAVAILABLE,
        )
    env["VIRTUAL_ENV"] = str(layer)
    env["PATH"] = os.pathsep.join([str(layer / "bin"), env["PATH"]])
    return [str(python), *command[1:]]


def note(root: Path, connection_file: Path, held: Held, options: Mapping[str, str]) -> None:
    """Note what this kernel runs in ``running/<connection file>``: the current version may move.

    A note goes with its connection file; those that are left over are removed here.
    """
    directory, mark = root / "running", {"connection_file": str(connection_file.absolute())}
    for key in ("id", "version", "scratch"):
        mark[key] = options.get(f"--{key}", "")
    try:
        directory.mkdir(exist_ok=True)
        aside = directory / f".{os.getpid()}"
        aside.write_text(json.dumps(mark | {"digest": held.digest}), "utf-8")
        aside.replace(directory / connection_file.name)
        for other in _entries(directory, ".json"):
            with contextlib.suppress(FileNotFoundError):
                if not Path(_read_json(other)["connection_file"]).exists():
                    other.unlink()
    except (OSError, ValueError, LookupError) as error:
        say(f"what this kernel runs could not be noted: {error}")


def execute(command: Sequence[str], env: dict[str, str], held: Held) -> NoReturn:
    """Become *command*, which inherits the lock. Raises ``OSError`` when it cannot be run."""
    if sys.platform == "win32":
        import shutil
        import subprocess

        program = shutil.which(command[0], path=env["PATH"]) or command[0]
        sys.exit(subprocess.call([program, *command[1:]], env=env, close_fds=False))
    descriptor = held.descriptor
    with contextlib.suppress(OSError):  # it is more than some may open
        descriptor = fcntl.fcntl(descriptor, fcntl.F_DUPFD, _LOCK_DESCRIPTOR)
    os.set_inheritable(descriptor, True)
    # Python ignores these for itself; a shell kernel's pipes must not inherit that.
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    os.execvpe(command[0], list(command), env)


def say(message: str) -> None:
    """One sentence on standard error, which ends up in the Jupyter server's log."""
    print(f"Terrarium: {message}", file=sys.stderr, flush=True)


def _entries(directory: Path, suffix: str = "") -> list[Path]:
    try:
        return sorted(entry for entry in directory.iterdir() if entry.name.endswith(suffix))
    except OSError:
        return []


def _read_json(path: Path) -> dict[str, Any]:
    document = json.loads(path.read_bytes())
    if not isinstance(document, dict):
        raise ValueError(f"{path} holds no JSON object")
    return document


def start(arguments: list[str]) -> NoReturn:
    """Start the kernel that *arguments* name (see the top of this file)."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    options, rest = dict(zip(*[iter(arguments[:end])] * 2, strict=False)), arguments[end + 1 :]
    if not rest or not {"--root", "--pointer", "--environment", "--kernel"} <= options.keys():
        raise LaunchError("the command is not complete", "Start it through Jupyter.", EX_USAGE)
    environment, root = options["--environment"], Path(options["--root"])
    held = hold(root, options["--pointer"], environment, options.get("--digest", ""))
    env = activation(held.prefix, os.environ, environment.rpartition("/")[2])
    env |= marks(held, environment, options.get("--version", ""))
    command = kernel_command(held.prefix, options["--kernel"], rest[0], rest[1:], env)
    note(root, Path(rest[0]), held, options)
    if "--scratch" in options:
        command = in_scratch(root / options["--scratch"], held.prefix, command, env)
    execute(command, env, held)


if __name__ == "__main__":
    try:
        start(sys.argv[1:])
    except LaunchError as error:
        say(f"{error.message}. {error.hint}")
        sys.exit(error.status)
    except OSError as error:
        say(f"the kernel cannot be started: {error}")
        sys.exit(EX_OSERR)
