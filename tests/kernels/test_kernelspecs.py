"""What kernelspecs say, and that only ours are ever touched."""

from __future__ import annotations

import json
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.kernelspec import KernelSpecManager

from jupyterlab_terrarium.kernels import kernelspecs
from jupyterlab_terrarium.kernels.kernelspecs import KernelRegistration, Pin, mint_name
from jupyterlab_terrarium.models.problem import Conflict, NotFound
from jupyterlab_terrarium.store.flock import try_lock

from .small import SmallPrefix, small_prefix


def registration(small: SmallPrefix, kernel: str = "sh", **more: Any) -> KernelRegistration:
    base = KernelRegistration(
        mint_name("small", "id-of-small", kernel),
        small.layout.root,
        "id-of-small",
        "anna",
        "small",
        kernel,
    )
    return replace(base, **more)


def spec_of(name: str) -> dict[str, Any]:
    """The kernelspec as Jupyter reads it."""
    found: dict[str, Any] = KernelSpecManager().get_kernel_spec(name).to_dict()
    return found


def test_minted_names_are_legal_short_and_never_the_same_for_two_kernels() -> None:
    parts = ["a", "a-b", "b-c", "a.b", "b", "x--y"]
    names = {mint_name(env, "id", kernel) for env in parts[:5] for kernel in parts}
    assert len(names) == 30
    same_label = {mint_name("a", f"id{n}", "python3") for n in range(1000)}
    assert len(same_label) == 1000
    odd = mint_name("e" * 63, "id", "Ünï kernel/../" + "k" * 200, 12)
    for name in [*names, *same_label, odd]:
        assert name == name.lower()
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-")
        assert len(name) < 140
    assert mint_name("a", "id", "R") != mint_name("a", "id", "r")
    assert mint_name("a", "id", "python3").startswith("a--python3--")
    assert mint_name("a", "id", "python3") == mint_name("a", "id", "python3")


@pytest.mark.parametrize(
    ("kernel", "more", "shown"),
    [
        ("python3", {}, "small (Terrarium)"),
        ("ir", {}, "small · IR (Terrarium)"),
        ("python3", {"personal": False, "namespace": "team"}, "small (team, Terrarium)"),
        ("python3", {"pin": True}, "small@7 (Terrarium)"),
    ],
)
def test_display_names_begin_with_the_environment(
    small: SmallPrefix, kernel: str, more: dict[str, Any], shown: str
) -> None:
    small.kernel(kernel, ["x"])
    link = small.layout.environment_link("team", "small")
    link.parent.mkdir(parents=True)
    link.symlink_to(small.path)
    if "pin" in more:
        more = {"pin": Pin(7, small.digest)}
    assert kernelspecs.register(registration(small, kernel, **more)).display_name == shown


def test_what_the_prefix_says_is_kept(small: SmallPrefix) -> None:
    small.kernel(
        "ir",
        ["R"],
        interrupt_mode="message",
        kernel_protocol_version="5.5",
        metadata={"debugger": True, "own": {"a": 1}},
    )
    small.write("share/jupyter/kernels/ir/logo-64x64.png", "png")
    small.write("share/jupyter/kernels/ir/logo-svg.svg", "<svg/>")
    small.write("share/jupyter/kernels/ir/kernel.js", "alert(1)")
    name = kernelspecs.register(registration(small, "ir")).name
    spec = spec_of(name)
    assert spec["interrupt_mode"] == "message"
    assert spec["kernel_protocol_version"] == "5.5"
    assert spec["metadata"]["debugger"] is True
    assert spec["metadata"]["own"] == {"a": 1}
    files = {entry.name for entry in (kernelspecs.directory() / name).iterdir()}
    assert files == {"kernel.json", "logo-64x64.png", "logo-svg.svg"}


def test_searchable_launchers_find_their_keys(small: SmallPrefix) -> None:
    metadata = spec_of(kernelspecs.register(registration(small)).name)["metadata"]
    assert metadata["conda_env_name"] == "small"
    assert metadata["conda_env_path"] == str(small.layout.environment_link("anna", "small"))
    assert metadata["conda_raw_kernel_name"] == "sh"
    assert metadata["conda_language"] == "Sh"


def test_the_command_is_this_interpreter_isolated(small: SmallPrefix) -> None:
    argv = spec_of(kernelspecs.register(registration(small)).name)["argv"]
    assert argv[:3] == [sys.executable, "-I", "-S"]
    assert argv[-2:] == ["--", "{connection_file}"]
    assert not any(str(small.path) in part for part in argv)


def test_a_second_registration_writes_nothing(small: SmallPrefix) -> None:
    assert kernelspecs.register(registration(small)).changed
    file = kernelspecs.directory() / registration(small).name / "kernel.json"
    before = file.stat()
    assert not kernelspecs.register(registration(small)).changed
    assert file.stat().st_ino == before.st_ino


def test_a_new_version_replaces_name_and_pictures(small: SmallPrefix) -> None:
    small.write("share/jupyter/kernels/sh/logo-old.png", "old")
    name = kernelspecs.register(registration(small)).name
    newer = small_prefix(small.layout.root, "newer")
    newer.kernel("sh", ["x"], display_name="Shell 2")
    newer.write("share/jupyter/kernels/sh/logo-new.png", "new")
    newer.point()
    assert kernelspecs.register(registration(small)).display_name == "small · Shell 2 (Terrarium)"
    files = {entry.name for entry in (kernelspecs.directory() / name).iterdir()}
    assert files == {"kernel.json", "logo-new.png"}


def test_a_session_that_lists_meanwhile_sees_every_kernel_whole(small: SmallPrefix) -> None:
    name = kernelspecs.register(registration(small)).name
    stop, problems = threading.Event(), list[str]()

    def look() -> None:
        while not stop.is_set():
            specs = KernelSpecManager(ensure_native_kernel=False).get_all_specs()
            if not {name} <= specs.keys() <= {name, "other", "python3"}:
                problems.append(str(sorted(specs)))

    watcher = threading.Thread(target=look)
    watcher.start()
    for number in range(60):
        small.kernel("sh", ["x"], display_name=f"Shell {number}")
        kernelspecs.register(registration(small))
        kernelspecs.register(registration(small, name="other"))
        kernelspecs.unregister("other", root=small.layout.root)
    stop.set()
    watcher.join()
    assert problems == []


def test_unregister_removes_ours(small: SmallPrefix) -> None:
    name = kernelspecs.register(registration(small)).name
    assert kernelspecs.unregister(name, root=small.layout.root)
    assert name not in KernelSpecManager().find_kernel_specs()
    assert not kernelspecs.unregister(name, root=small.layout.root)


def test_kernelspecs_of_others_are_left_alone(small: SmallPrefix, tmp_path: Path) -> None:
    home = kernelspecs.directory()
    other_root = small_prefix(tmp_path / "other")
    other_root.kernel("sh", ["x"])
    other_root.point()
    theirs = kernelspecs.register(registration(other_root, name="theirs")).name
    foreign = {"argv": ["x"], "display_name": "x", "language": "x"}
    for name, spec in {
        "plain": foreign,
        "claims": {**foreign, "metadata": {"terrarium": 1}},
    }.items():
        (home / name).mkdir()
        (home / name / "kernel.json").write_text(json.dumps(spec))
    (home / "broken").mkdir()
    (home / "broken/kernel.json").write_text('{"terrarium"')
    ours = kernelspecs.register(registration(small)).name
    (home / "link").symlink_to(home / ours)
    others = ["theirs", "plain", "claims", "broken", "link"]
    for name in others:
        assert not kernelspecs.unregister(name, root=small.layout.root)
        with pytest.raises(Conflict):
            kernelspecs.register(registration(small, name=name))
    assert [found.name for found in kernelspecs.list_ours(small.layout.root)] == [ours]
    assert [found.name for found in kernelspecs.list_ours(other_root.layout.root)] == [theirs]
    assert {entry.name for entry in home.iterdir()} == {*others, ours, ".terrarium"}


def test_a_kernel_that_is_not_in_the_prefix_is_refused(small: SmallPrefix) -> None:
    with pytest.raises(NotFound, match="no kernel 'ir'"):
        kernelspecs.register(registration(small, "ir"))
    assert not kernelspecs.directory().exists()


def test_pinned_kernelspecs_go_when_nothing_runs_there(small: SmallPrefix) -> None:
    root, pin = small.layout.root, Pin(1, small.digest)
    plain = kernelspecs.register(registration(small)).name
    pinned = kernelspecs.register(registration(small, name="pinned", pin=pin)).name
    assert kernelspecs.remove_unused_pins(root) == 0
    assert kernelspecs.remove_unused_pins(root, keep=[pinned], min_age_s=0) == 0
    running = try_lock(small.layout.lock(small.digest), shared=True)
    assert running is not None
    with running:
        assert kernelspecs.remove_unused_pins(root, min_age_s=0) == 0
    assert kernelspecs.remove_unused_pins(root, min_age_s=0) == 1
    assert [found.name for found in kernelspecs.list_ours(root)] == [plain]
