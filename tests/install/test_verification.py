"""Package files are verified before they are linked, whatever their origin (A3.5)."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from install_help import Outcome, another, build, make_lock, make_package, sha256

from jupyterlab_terrarium.conda.manifest import read_manifest
from jupyterlab_terrarium.conda.seal import SEAL
from jupyterlab_terrarium.models.lock import CondaPackage
from jupyterlab_terrarium.store.paths import Layout


class QuietHandler(SimpleHTTPRequestHandler):
    """A channel over HTTP that does not chat."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def http_server(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def answering(status: int) -> Callable[..., BaseHTTPRequestHandler]:
    """A channel that answers every request with *status*."""

    class Handler(QuietHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

    return Handler


def by_http(package: CondaPackage, url: str) -> CondaPackage:
    update = {"url": f"{url}/noarch/{package.file_name}", "channel": url}
    return package.model_copy(update=update)


def entry(layout: Layout, package: CondaPackage) -> Path:
    """The extracted files of *package* in the shared cache."""
    return layout.packages / package.sha256 / f"{package.name}-{package.version}-0"


def nothing_visible(done: Outcome) -> bool:
    return not list(done.layout.prefixes.iterdir())


@pytest.fixture
def package(channel: Path) -> CondaPackage:
    return make_package(
        channel,
        "one",
        {"share/one.txt": "right", "share/two.txt": "2"},
        links={"share/l": "one.txt"},
    )


def test_a_changed_file_in_a_file_channel_is_refused(
    channel: Path, root: Path, package: CondaPackage
) -> None:
    make_package(channel, "one", {"share/one.txt": "wrong"})
    done = build(root, make_lock([package]))
    assert (done.code, done.problem) == (1, "hash-mismatch")
    assert done.result.problem is not None
    assert package.sha256 in done.result.problem.detail
    assert "Traceback" not in done.result.problem.detail
    assert nothing_visible(done)
    assert not list(done.layout.packages.iterdir())


def test_a_changed_file_in_an_http_channel_is_refused(
    channel: Path, root: Path, package: CondaPackage
) -> None:
    make_package(channel, "one", {"share/one.txt": "wrong"})
    with http_server(partial(QuietHandler, directory=str(channel))) as url:
        done = build(root, make_lock([by_http(package, url)]))
    assert (done.code, done.problem) == (1, "hash-mismatch")
    assert nothing_visible(done)
    assert not list(done.layout.packages.iterdir())


def test_an_http_channel_is_read_with_progress_in_bytes(
    channel: Path, root: Path, package: CondaPackage
) -> None:
    big = make_package(channel, "big", {"share/noise": os.urandom(3_000_000)})
    with http_server(partial(QuietHandler, directory=str(channel))) as url:
        done = build(root, make_lock([by_http(package, url), by_http(big, url)])).ready()
    assert (done.prefix / "share/one.txt").read_text() == "right"
    assert any(0 < event.bytes_done < event.bytes_total for event in done.progress)


def edit(path: Path) -> None:
    """Change a file in place, keeping size and times, as hard links would see it."""
    status = path.stat()
    data = path.read_bytes()
    with path.open("r+b") as file:
        file.write(bytes([data[0] ^ 1]) + data[1:])
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def retarget(path: Path) -> None:
    path.unlink()
    path.symlink_to("two.txt")


ALTERATIONS: dict[str, Callable[[Path, str], object]] = {
    "a file edited in place": lambda entry, share: edit(entry / share / "one.txt"),
    "a file removed": lambda entry, share: (entry / share / "one.txt").unlink(),
    "a link to elsewhere": lambda entry, share: retarget(entry / share / "l"),
    "its list of files edited": lambda entry, share: edit(entry / "info/paths.json"),
    "its metadata edited": lambda entry, share: edit(entry / "info/index.json"),
    "entry points added": lambda entry, share: (entry / "info/link.json").write_text("{}"),
    "its seal removed": lambda entry, share: (entry.parent / SEAL).unlink(),
    "emptied": lambda entry, share: shutil.rmtree(entry),
}


def test_one_edited_byte_in_the_cache_is_noticed(root: Path, package: CondaPackage) -> None:
    lock = make_lock([package])
    layout = build(root, lock).ready().layout
    edit(entry(layout, package) / "share/one.txt")
    done = build(root, another(lock)).ready()
    assert (done.prefix / "share/one.txt").read_text() == "right"


@pytest.mark.parametrize("origin", ["file", "http"])
def test_altered_cache_entries_are_noticed_and_fetched_again(
    origin: str, channel: Path, root: Path
) -> None:
    packages = [
        make_package(
            channel,
            f"p{number}",
            {f"share/{number}/one.txt": "right", f"share/{number}/two.txt": what},
            links={f"share/{number}/l": "one.txt"},
        )
        for number, what in enumerate(ALTERATIONS)
    ]
    with http_server(partial(QuietHandler, directory=str(channel))) as url:
        wanted = [by_http(package, url) if origin == "http" else package for package in packages]
        lock = make_lock(wanted)
        layout = build(root, lock).ready().layout
        for number, alter in enumerate(ALTERATIONS.values()):
            alter(entry(layout, packages[number]), f"share/{number}")
        done = build(root, another(lock)).ready()
    for number, what in enumerate(ALTERATIONS):
        assert (done.prefix / f"share/{number}/one.txt").read_text() == "right", what
        assert (done.prefix / f"share/{number}/l").readlink() == Path("one.txt"), what
        assert f"the cached files of p{number}-1.0-0 were altered" in done.log, what
    again = build(root, another(lock), offline=True).ready()
    assert "altered" not in again.log


def test_an_altered_cache_entry_that_cannot_be_fetched_again_fails_the_build(
    channel: Path, root: Path, package: CondaPackage
) -> None:
    lock = make_lock([package])
    first = build(root, lock).ready()
    edit(entry(first.layout, package) / "share/one.txt")
    (channel / "noarch" / package.file_name).unlink()
    done = build(root, another(lock))
    assert (done.code, done.problem) == (1, "package-missing")
    assert not done.prefix.exists()


def test_a_cached_package_exchanged_for_another_is_noticed(
    tmp_path: Path, root: Path, package: CondaPackage
) -> None:
    evil = make_package(tmp_path / "evil", "one", {"share/one.txt": "wrong"})
    lock = make_lock([package])
    layout = build(root, lock).ready().layout
    build(root, make_lock([evil])).ready()
    shutil.rmtree(layout.packages / package.sha256)
    shutil.copytree(layout.packages / evil.sha256, layout.packages / package.sha256, symlinks=True)
    done = build(root, another(lock)).ready()
    assert (done.prefix / "share/one.txt").read_text() == "right"


def test_a_package_whose_own_hashes_are_wrong_is_judged_by_its_seal(
    channel: Path, root: Path
) -> None:
    odd = make_package(channel, "odd", {"share/odd.txt": "odd"}, wrong_hashes=True)
    lock = make_lock([odd])
    first = build(root, lock).ready()
    assert "wrong hashes in its own paths.json" in first.log
    rows = {file.path: file.sha256 for file in read_manifest(first.prefix).files}
    assert rows["share/odd.txt"] == sha256(b"odd")
    second = build(root, another(lock)).ready()
    assert "wrong hashes" not in second.log
    edit(entry(first.layout, odd) / "share/odd.txt")
    third = build(root, another(lock)).ready()
    assert (third.prefix / "share/odd.txt").read_text() == "odd"
    assert "were altered" in third.log


@pytest.mark.parametrize(
    ("status", "code"),
    [(404, "package-missing"), (401, "credentials-missing"), (403, "credentials-missing")],
)
def test_what_a_channel_answers_is_explained(
    status: int, code: str, root: Path, package: CondaPackage
) -> None:
    with http_server(answering(status)) as url:
        done = build(root, make_lock([by_http(package, url)]))
    assert (done.code, done.problem) == (1, code)
    assert done.result.problem is not None
    assert done.result.problem.hint
    assert package.file_name in done.result.problem.detail


def test_a_channel_that_is_not_there_is_explained(root: Path, package: CondaPackage) -> None:
    done = build(root, make_lock([by_http(package, "http://127.0.0.1:9")]))
    assert (done.code, done.problem) == (1, "channel-unreachable")


def test_offline_says_what_is_missing(root: Path, package: CondaPackage) -> None:
    done = build(root, make_lock([by_http(package, "http://127.0.0.1:9")]), offline=True)
    assert (done.code, done.problem) == (1, "channel-unreachable")
    assert done.result.problem is not None
    assert package.file_name in done.result.problem.detail


def test_a_mirror_is_used_in_place_of_the_channel(
    channel: Path, root: Path, package: CondaPackage
) -> None:
    with http_server(partial(QuietHandler, directory=str(channel))) as url:
        original = "http://channel.invalid/main"
        done = build(
            root, make_lock([by_http(package, original)]), mirrors={original: [url]}
        ).ready()
    assert (done.prefix / "share/one.txt").read_text() == "right"
    history = (done.prefix / "conda-meta/history").read_text()
    assert original in history
    assert url not in history


def test_a_login_from_the_auth_file_is_used(
    channel: Path, root: Path, tmp_path: Path, package: CondaPackage
) -> None:
    class Guarded(QuietHandler):
        def do_GET(self) -> None:
            if self.headers.get("Authorization") == "Bearer secret-token":
                super().do_GET()
            else:
                self.send_error(401)

    with http_server(partial(Guarded, directory=str(channel))) as url:
        lock = make_lock([by_http(package, url)])
        assert build(root, lock).problem == "credentials-missing"
        auth = tmp_path / "auth.json"
        auth.write_text('{"127.0.0.1": {"BearerToken": "secret-token"}}')
        auth.chmod(0o600)
        done = build(root, lock, auth_file=str(auth)).ready()
    stored = "".join(
        path.read_text("utf-8", "replace")
        for path in done.layout.root.rglob("*")
        if path.is_file() and not path.is_symlink()
    )
    assert "secret-token" not in stored
