"""Where everything lies below a store's root: the only place that knows the disk layout."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from ..conda.kept_files import blob_path
from ..models.digest import prefix_name

MANIFEST = Path(".terrarium/manifest.json")
INSTALLED = Path(".terrarium/installed.json")


def default_root() -> Path:
    """The user's data directory for applications (XDG, macOS and Windows conventions)."""
    override = os.environ.get("JUPYTERLAB_TERRARIUM_ROOT")
    if override:
        return Path(override).expanduser().absolute()
    if os.name == "nt":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData/Local")
    elif os.uname().sysname == "Darwin":
        base = str(Path.home() / "Library/Application Support")
    else:
        base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local/share")
    return Path(base).absolute() / "terrarium"


def mirror_root(root: Path, store_url: str) -> Path:
    """Where below *root* the mirror of the team store at *store_url* lies: each has its own."""
    mark = hashlib.sha256(store_url.rstrip("/").encode()).hexdigest()[:12]
    return root / "stores" / mark


@dataclass(frozen=True)
class Layout:
    """Paths below one root; makes nothing by itself except through :meth:`create`."""

    root: Path

    @property
    def database(self) -> Path:
        """The SQLite database."""
        return self.root / "terrarium.db"

    @property
    def packages(self) -> Path:
        """Shared, read-only layer of the package cache."""
        return self.root / "packages"

    @property
    def workers(self) -> Path:
        """Each worker's own, writable cache layer is a directory in here."""
        return self.root / "workers"

    @property
    def bytecode(self) -> Path:
        """Byte code, compiled once per package."""
        return self.root / "bytecode"

    @property
    def prefixes(self) -> Path:
        """Immutable prefixes, named by platform digest."""
        return self.root / "prefixes"

    @property
    def locks(self) -> Path:
        """Files for ``flock``, one per platform digest."""
        return self.root / "locks"

    @property
    def envs(self) -> Path:
        """Stable links to current prefixes."""
        return self.root / "envs"

    @property
    def current(self) -> Path:
        """Links to current prefixes, by the environment's id."""
        return self.root / "current"

    @property
    def blobs(self) -> Path:
        """Content-addressed files."""
        return self.root / "blobs"

    @property
    def modules(self) -> Path:
        """Environment modules, for ``module use``."""
        return self.root / "modules"

    @property
    def parts(self) -> Path:
        """Parts that artifacts have in common, like layers of images; a cache."""
        return self.root / "parts"

    @property
    def logs(self) -> Path:
        """Append-only event files of builds."""
        return self.root / "logs"

    @property
    def trash(self) -> Path:
        """What is no longer visible and will be deleted lazily."""
        return self.root / "trash"

    @property
    def supervisors(self) -> Path:
        """Lock files that tell whether a supervisor still lives."""
        return self.root / "supervisors"

    @property
    def scratches(self) -> Path:
        """Private writable layers over prefixes, by id."""
        return self.root / "scratch"

    @property
    def running(self) -> Path:
        """Notes of launchers about what each kernel runs, named like its connection file."""
        return self.root / "running"

    @property
    def wheels(self) -> Path:
        """Verified wheels: ``wheels/<sha256>/<file name>``."""
        return self.root / "wheels"

    @property
    def ahead(self) -> Path:
        """Notes of package files that were fetched for a plan and not used yet."""
        return self.root / "ahead"

    @property
    def unkept(self) -> Path:
        """Notes of package files that are to be kept and that cannot be had any more."""
        return self.root / "unkept"

    @property
    def brought(self) -> Path:
        """Notes of package files that came in bundles."""
        return self.root / "brought"

    @property
    def private(self) -> Path:
        """Notes of package files that came from channels that are not everybody's."""
        return self.root / "private"

    @property
    def uv_cache(self) -> Path:
        """uv's cache, inside the root so that links into prefixes are possible."""
        return self.root / "uv-cache"

    @property
    def people(self) -> Path:
        """In which groups people were when they last called."""
        return self.root / "people"

    @property
    def verifications(self) -> Path:
        """What the last verification of each prefix found."""
        return self.root / "verifications"

    @property
    def repodata(self) -> Path:
        """The solver's cache of channel indexes."""
        return self.root / "repodata"

    def prefix(self, digest: str) -> Path:
        """The prefix with this 256-bit platform digest (hexadecimal)."""
        return self.prefixes / prefix_name(digest)

    def lock(self, digest: str) -> Path:
        """The flock file of this platform digest: builders exclusive, kernels shared."""
        return self.locks / prefix_name(digest)

    def blob(self, sha256: str) -> Path:
        """Where the content with this SHA-256 (64 hexadecimal digits) is kept for years."""
        return blob_path(self.blobs, sha256)

    def repair_lock(self, digest: str) -> Path:
        """The flock file of whoever repairs the prefix of this platform digest."""
        return self.locks / f"{prefix_name(digest)}.repair"

    def verification(self, digest: str) -> Path:
        """The result of the last verification of the prefix of this platform digest."""
        return self.verifications / f"{prefix_name(digest)}.json"

    def environment_link(self, namespace: str, name: str) -> Path:
        """Stable symlink to the current version's prefix."""
        return self.envs / namespace / "envs" / name

    def kernel_link(self, environment_id: str, pointer: str = "") -> Path:
        """What the environment's kernels resolve at their start: it outlasts every name.

        With *pointer* the link of those that follow this named pointer.
        """
        return self.current / (f"{environment_id}@{pointer}" if pointer else environment_id)

    def log(self, build_id: str) -> Path:
        """Append-only events of a build."""
        return self.logs / f"{build_id}.jsonl"

    def worker(self, name: str) -> Path:
        """The own package cache layer of one worker slot."""
        return self.workers / name

    def scratch(self, identity: str) -> Path:
        """One scratch layer."""
        return self.scratches / identity

    @property
    def shared_notebooks(self) -> Path:
        """Notebooks that links lead to."""
        return self.root / "shared-notebooks"

    def shared_notebook(self, share_id: str) -> Path:
        """The notebook that the link with this id leads to."""
        return self.shared_notebooks / f"{share_id}.json"

    def running_kernel(self, kernel_id: str) -> Path:
        """The note about what the kernel with this id of Jupyter's runs."""
        return self.running / f"kernel-{kernel_id}.json"

    def create(self) -> None:
        """Make the directories that must be there. Existing ones are left alone."""
        self.root.mkdir(mode=0o755, parents=True, exist_ok=True)
        for directory in (
            self.packages,
            self.workers,
            self.bytecode,
            self.prefixes,
            self.locks,
            self.envs,
            self.current,
            self.blobs,
            self.logs,
            self.trash,
            self.supervisors,
            self.scratches,
            self.running,
            self.wheels,
            self.ahead,
            self.repodata,
            self.verifications,
        ):
            directory.mkdir(exist_ok=True)
