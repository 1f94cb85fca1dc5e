"""The checks of ``doctor`` and of a report for help. No message holds a credential."""

from __future__ import annotations

import json
import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..models.problem import TerrariumError
from ..models.texts import sentence, size

if TYPE_CHECKING:
    from .options import StoreOptions

NAME = "jupyterlab-terrarium"
MODULE = "jupyterlab_terrarium"
PROBE_SECONDS = 3.0
_PACKAGES = ("jupyterlab", "jupyter_server", "py-rattler", "uv")
#: So many files are named; `clean` names all of them.
_NAMED = 5
_TRIVIAL = {
    "info": {"subdir": "noarch"},
    "packages": {},
    "packages.conda": {
        "trivial-1.0-0.conda": {
            "name": "trivial",
            "version": "1.0",
            "build": "0",
            "build_number": 0,
            "depends": [],
            "md5": "0" * 32,
            "sha256": "0" * 64,
            "size": 1,
            "subdir": "noarch",
            "noarch": "generic",
        }
    },
    "repodata_version": 1,
}


@dataclass(frozen=True)
class Check:
    """One thing that was looked at, and what to do when it is not as it should be."""

    name: str
    state: Literal["ok", "warning", "broken"]
    message: str
    hint: str = ""


def ok(name: str, message: str) -> Check:
    """As it should be."""
    return Check(name, "ok", message)


def warning(name: str, message: str, hint: str = "") -> Check:
    """Worth knowing; work is possible."""
    return Check(name, "warning", message, sentence(hint))


def broken(name: str, message: str, hint: str = "") -> Check:
    """Must be mended."""
    return Check(name, "broken", message, sentence(hint))


def safely(name: str, checks: Callable[[], Iterable[Check]]) -> Iterator[Check]:
    """The checks of one kind; a defect in them is a finding, not an end."""
    try:
        yield from checks()
    except TerrariumError as error:
        yield broken(name, error.message, error.hint)
    except Exception as error:
        yield broken(name, f"{type(error).__name__}: {error}")


def all_checks(options: StoreOptions) -> Iterator[Check]:
    """Everything that a store with *options* needs on this machine."""
    yield from safely("store", lambda: store(options))
    yield from safely("kept files", lambda: kept_files(options))
    yield from safely("uv", uv)
    yield from safely("solver", lambda: solver(options))
    yield from safely("channel", lambda: channels(options))
    yield from safely("server extension", server_extension)
    yield from safely("front end", front_end)
    yield from safely("kernels", kernels)
    yield from safely("sandbox", sandbox)


def versions() -> Iterator[Check]:
    """What is installed."""
    from .._version import __version__

    found = [f"Terrarium {__version__}", f"Python {platform.python_version()}"]
    for package in _PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            yield broken("versions", f"{package} is not installed", f"Run `pip install {package}`")
    yield ok("versions", ", ".join(found))


def store(options: StoreOptions) -> Iterator[Check]:
    """The root can be written, has space, and its database is one that we know."""
    from ..builds.liveness import any_alive
    from ..store.checks import file_system, is_network, prepare_root
    from ..store.database import Database
    from ..store.paths import Layout

    layout = Layout(options.root)
    for finding in prepare_root(layout):
        yield warning("store", finding.message, finding.hint)
    free = size(shutil.disk_usage(layout.root).free)
    kind = file_system(layout.root)
    yield ok("store", f"{layout.root}, {free} free{f' on {kind}' if kind else ''}")
    Database.open(layout.database, wal=not is_network(layout.root)).close()
    yield ok("database", "can be read and has this program's schema")
    alive = any_alive(layout)
    yield ok("builds", "a server or command builds here now" if alive else "nobody builds here now")


def kept_files(options: StoreOptions) -> Iterator[Check]:
    """What is to be kept for years can be had."""
    from ..store import unkept
    from ..store.paths import Layout

    if not options.policy.retention.package_files:
        return
    files = unkept.notes(Layout(options.root))
    if files:
        names = ", ".join(f"{one.file_name} ({one.shown})" for one in files[:_NAMED])
        more = f" and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
        yield warning(
            "kept files",
            f"channels no longer hand out what is to be kept: {names}{more}",
            "While their files are here these versions work; make new versions of what is to "
            "last. `jupyter terrarium clean` tells what the channels said",
        )


def uv() -> Iterator[Check]:
    """uv locks and installs the `pip:` sections."""
    from uv import find_uv_bin

    try:
        program = find_uv_bin()
    except FileNotFoundError:
        yield broken("uv", "its program is not there", "Run `pip install --force-reinstall uv`")
        return
    yield ok("uv", str(program))


def solver(options: StoreOptions) -> Iterator[Check]:
    """The solver process starts and solves, in a channel of one package made for this."""
    from ..builds.solver_client import SolverClient
    from ..conda.channels import ChannelConfig
    from ..conda.specification import read_specification

    with tempfile.TemporaryDirectory(prefix="terrarium-doctor-") as directory:
        root = Path(directory)
        (root / "channel/noarch").mkdir(parents=True)
        (root / "channel/noarch/repodata.json").write_text(json.dumps(_TRIVIAL), "utf-8")
        text = f"channels: ['{(root / 'channel').as_uri()}']\ndependencies: [trivial]\n"
        client = SolverClient(
            root / "store", ChannelConfig(), memory_limit_bytes=options.solver_memory
        )
        try:
            solution = client.solve(read_specification(text))
        finally:
            client.close()
    packages = [package.name for part in solution.lock.platforms for package in part.conda]
    if packages == ["trivial"]:
        yield ok("solver", f"starts and solves ({solution.seconds:.2f} s)")
    else:
        yield broken("solver", f"solved something else than what was asked: {packages}")


def channels(options: StoreOptions) -> Iterator[Check]:
    """Each default channel answers."""
    from ..conda.channels import ChannelConfig, probe, resolve_channels, scrub

    config = ChannelConfig(default_channels=options.default_channels)
    for url in resolve_channels(options.default_channels, config):
        for address in options.mirrors.get(url, [url]):
            shown = scrub(address)
            if probe(address, PROBE_SECONDS):
                yield ok("channel", f"{shown} answers")
            else:
                yield broken(
                    "channel",
                    f"{shown} does not answer within {PROBE_SECONDS:.0f} s",
                    "Check the network and the proxy, set `TerrariumSettings.default_channels` or "
                    "`mirrors`, or make a channel: `jupyter terrarium channel create`",
                )


def server_extension() -> Iterator[Check]:
    """jupyter_server loads us."""
    from jupyter_core.paths import jupyter_config_path
    from jupyter_server.extension.config import ExtensionConfigManager

    manager: Any = ExtensionConfigManager(read_config_path=list(reversed(jupyter_config_path())))
    if manager.get_jpserver_extensions().get(MODULE):
        yield ok("server extension", "is enabled")
    else:
        yield broken(
            "server extension",
            "is not enabled",
            f"Run `jupyter server extension enable --sys-prefix {MODULE}`",
        )


def front_end() -> Iterator[Check]:
    """JupyterLab finds the panel, of our version."""
    from jupyter_core.paths import jupyter_path

    from .._version import __version__

    for directory in jupyter_path("labextensions"):
        package = Path(directory) / NAME / "package.json"
        if not package.is_file():
            continue
        found = json.loads(package.read_text("utf-8")).get("version")
        if found == __version__:
            yield ok("front end", f"{package.parent}")
        else:
            yield broken(
                "front end",
                f"{package.parent} has version {found}, the server half {__version__}",
                f"Run `pip install --force-reinstall {NAME}`",
            )
        return
    yield broken(
        "front end",
        "JupyterLab does not find it",
        f"Run `pip install --force-reinstall {NAME}` (in a checkout: `make build`)",
    )


def kernels() -> Iterator[Check]:
    """Kernels can be registered."""
    from ..kernels.kernelspecs import directory

    target = directory()
    try:
        target.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".terrarium-doctor-", dir=target)
        os.close(handle)
        Path(name).unlink()
    except OSError as error:
        yield broken(
            "kernels",
            f"{target} cannot be written ({error.strerror})",
            "Mend its permissions, or set JUPYTER_DATA_DIR to another directory",
        )
        return
    yield ok("kernels", f"{target} can be written")


def sandbox() -> Iterator[Check]:
    """How well programs from packages are locked in while a build runs them."""
    from ..builds.sandbox import probe

    means = probe()
    if "no-network" in means or "bwrap" in means:
        yield ok("sandbox", ", ".join(means))
    else:
        yield warning(
            "sandbox",
            f"post-link scripts cannot be cut off from the network here ({', '.join(means)})",
            "Install bubblewrap, or permit unprivileged user namespaces",
        )
