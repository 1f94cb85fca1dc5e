"""Every form of a version is the same environment: each place tells its digest by what lies there.

The witness runs with the Python of each place. It compares the files that it finds with the hashes
in the records of the packages, and computes from these what ``docs/digest.md`` specifies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from bare_root import make_bare_root
from clusters import make_cluster
from prefix_forms import as_nobody, root_file_system, run, unpack

from cli.conftest import Cli
from jupyterlab_terrarium.conda.lockfile import read_conda_lock
from jupyterlab_terrarium.models.build import BuildState
from jupyterlab_terrarium.models.digest import platform_digest
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from kernels.sessions import Session
from support.builds import ANNA, create, ended, seed

PLATFORM = "linux-64"
TEXT = "name: proof\ndependencies: [python, ipykernel, idna]\nvariables: {THREADS: '1'}\n"
WITNESS = """
import glob, hashlib, json, os, sys

def sha256(data):
    return hashlib.sha256(data).hexdigest()

def read(*names):
    with open(os.path.join(sys.prefix, *names), "rb") as file:
        return file.read()

packages, compared = [], 0
for path in glob.glob(os.path.join(sys.prefix, "conda-meta", "*.json")):
    record = json.loads(read(path))
    packages.append([record[key] for key in ("name", "version", "build", "subdir", "sha256")])
    for one in record["paths_data"]["paths"]:
        data = read(one["_path"])
        # What says where it lies is different in each place.
        if one["path_type"] == "hardlink" and not one.get("prefix_placeholder"):
            assert sha256(data) == one["sha256"], one["_path"]
            compared += 1
document = {
    "format": 1, "platform": "linux-64", "conda": sorted(packages), "pip": [],
    "variables": json.loads(read("conda-meta", "state"))["env_vars"], "link_scripts": [],
}
text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
print(sha256(text.encode()), compared)
"""


@dataclass
class Proof:
    """A store with the version, and where its forms are made and put."""

    store: OpenStore
    cli: Cli
    home: Path

    @property
    def prefix(self) -> Path:
        """Where its files lie in the store."""
        version = self.store.services.versions.show(ANNA, "anna", "proof", "1")
        assert version.prefix is not None
        return Path(version.prefix)

    def export(self, form: str) -> Path:
        """The form as a file that is whole, by what it says of itself."""
        done = self.cli("export", "proof@1", "--to", form, "-o", str(self.home / form))
        assert done.status == 0, done.err
        assert self.cli("verify", str(self.home / form)).status == 0
        return self.home / form


@pytest.fixture
def proof(channel_url: str, warm_root: Path, open_home: Path) -> Iterator[Proof]:
    home = open_home / "proof"
    seed(home / "store", warm_root)
    options = StoreOptions(root=home / "store", default_channels=[channel_url], modules=True)
    store = OpenStore(options)
    build = create(store, TEXT)
    assert build.state is BuildState.READY, build.problem
    yield Proof(store, Cli(home, ["--root", str(home / "store")], {"LOGNAME": "anna"}), home)
    store.close()


def kernel(proof: Proof) -> str:
    """As a notebook has it, by the name that Jupyter lists."""
    [listed] = proof.store.services.environments.show(ANNA, "anna", "proof").kernels
    session = Session(listed.name, {})
    try:
        return session.run(WITNESS)
    finally:
        session.close()


def lockfile(proof: Proof) -> str:
    """By our reader of what anybody can read."""
    lock = read_conda_lock(proof.export("conda-lock").read_text())
    return platform_digest(lock, PLATFORM)


def archive(proof: Proof) -> str:
    """Unpacked elsewhere by another user."""
    place = unpack(proof.export("archive-gz"), proof.home / "unpacked")
    return as_nobody([place / "bin/python", "-c", WITNESS])


def installer(proof: Proof) -> str:
    """Installed by a shell where there is nothing else."""
    bare = make_bare_root(proof.home / "bare")
    bare.add(proof.export("installer"), "install.sh")
    done = bare.run("/bin/sh", "/install.sh", "--prefix", "/opt/env")
    assert done.returncode == 0, done.stderr
    return bare.run("/opt/env/bin/python", "-c", WITNESS).stdout


def image(proof: Proof) -> str:
    """Unpacked by skopeo and umoci, and seen where it belongs."""
    file, layout = proof.export("oci-image"), proof.home / "layout"
    run("skopeo", "copy", f"oci-archive:{file}", f"oci:{layout}:1")
    env = root_file_system(f"{layout}:1", proof.home / "image") / "opt/env"
    place = ["--ro-bind", "/", "/", "--tmpfs", "/opt", "--ro-bind", str(env), "/opt/env"]
    return run("bwrap", *place, "/opt/env/.terrarium/entrypoint", "python", "-c", WITNESS)


def module(proof: Proof) -> str:
    """Loaded by name on a login node."""
    (proof.home / "login").mkdir()
    login = make_cluster("environment-modules", proof.home / "login", proof.home)
    tree = proof.store.layout.modules
    use = f"module use {tree} && module load anna/proof/1 && python - <<'END'{WITNESS}END"
    return "\n".join(login.shell(use))


def bundle(proof: Proof) -> str:
    """Brought to another store, which has no channel."""
    options = StoreOptions(root=proof.home / "other", default_channels=["https://gone.invalid/x"])
    other = OpenStore(options)
    try:
        made, _ = other.services.bundles.create(ANNA, proof.export("offline-bundle"))
        assert made.build is not None
        build = ended(other, made.build.id, 240)
        assert build.state is BuildState.READY, build.problem
        there = other.services.versions.show(ANNA, "anna", "proof", "1")
        return run(f"{there.prefix}/bin/python", "-c", WITNESS)
    finally:
        other.close()


PLACES = (kernel, lockfile, archive, installer, image, module, bundle)


def test_every_form_of_a_version_has_its_digest(proof: Proof) -> None:
    lock = proof.store.services.versions.lock(ANNA, "anna", "proof", "1")
    digest = platform_digest(lock, PLATFORM)
    compared = set()
    for place in PLACES:
        told, *files = place(proof).split()
        print(f"{place.__name__:10} sha256:{told} {' '.join(files)}")
        assert told == digest
        compared |= set(map(int, files))
    assert len(compared) == 1
    assert compared.pop() > 1000
    # The witness would have seen it.
    unpacked = proof.home / "unpacked"
    victim = next((unpacked / "lib").rglob("idna/core.py"))
    victim.write_bytes(victim.read_bytes() + b"#")
    assert "idna/core.py" in as_nobody([unpacked / "bin/python", "-c", WITNESS], ok=False)
