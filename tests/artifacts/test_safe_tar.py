"""Archives that anybody may have made are read without harm, or refused with a reason."""

from __future__ import annotations

import gzip
import tarfile
import tracemalloc
from pathlib import Path

import pytest
import zstandard

from artifacts.hostile_tars import Make, archive, both, member, raw_header
from jupyterlab_terrarium.artifacts.safe_tar import Limits, Member, open_tar
from jupyterlab_terrarium.models.problem import InvalidArchive

SYMLINK, HARDLINK = tarfile.SYMTYPE, tarfile.LNKTYPE
SMALL = Limits(members=50, total=200_000, member=100_000)


def read(path: Path, limits: Limits = SMALL, links: bool = False) -> list[Member]:
    with open_tar(path, limits, links=links) as tar:
        return list(tar.members())


HOSTILE: dict[str, tuple[Make, str]] = {
    "parent": (member("../evil"), "leads out"),
    "parent inside": (member("channel/../../evil"), "leads out"),
    "parent that comes back": (member("a/../b"), "leads out"),
    "absolute": (member("/etc/passwd"), "is absolute"),
    "drive": (member("C:evil"), "is absolute"),
    "backslash": (member("a\\..\\evil"), "backslash"),
    "line feed": (member("a\nb"), "cannot be seen"),
    "right to left": (member("nnuc\u202egpj.py"), "cannot be seen"),
    "zero width": (member("channel\u200b/x"), "cannot be seen"),
    "empty part": (member("a//b"), "empty part"),
    "very long": (member("a/" * 600 + "b"), "too long"),
    "long part": (member("a" * 300), "too long"),
    "character device": (member("null", kind=tarfile.CHRTYPE), "is a device"),
    "block device": (member("sda", kind=tarfile.BLKTYPE), "is a device"),
    "pipe": (member("pipe", kind=tarfile.FIFOTYPE), "is a pipe"),
    "sparse": (member("sparse", kind=tarfile.GNUTYPE_SPARSE), "is a sparse file"),
    "unknown kind": (member("odd", kind=b"Z"), "of a kind"),
    "symbolic link": (member("link", kind=SYMLINK, target="a"), "is a link"),
    "hard link": (member("link", kind=HARDLINK, target="a"), "is a link"),
    "twice": (both(member("a"), member("a")), "is in it twice"),
    "twice, with a dot": (both(member("a"), member("./a")), "is in it twice"),
    "other case": (both(member("a/Lock.yml"), member("a/lock.yml")), "is in it twice"),
    "other unicode": (both(member("caf\u00e9"), member("cafe\u0301")), "is in it twice"),
    "below a file": (both(member("a"), member("a/b")), "no directory"),
    "too many": (both(*[member(str(number)) for number in range(60)]), "more than 50 entries"),
    "one too large": (member("big", bytes(100_001)), "100,001 bytes"),
    "all too large": (both(*[member(str(n), bytes(60_000)) for n in range(4)]), "unpacks to more"),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("compressed", ["", "gz", "zst"])
def test_what_is_hostile_is_refused_with_a_reason(
    tmp_path: Path, name: str, compressed: str
) -> None:
    make, reason = HOSTILE[name]
    before = sorted(tmp_path.rglob("*"))
    path = archive(tmp_path / "hostile.tar", make, compressed)
    with pytest.raises(InvalidArchive, match=reason):
        read(path)
    assert sorted(tmp_path.rglob("*")) == [*before, path]


LINKS = {
    "absolute": (member("a/link", kind=SYMLINK, target="/etc"), "leads out"),
    "out": (member("a/link", kind=SYMLINK, target="../../etc"), "leads out"),
    "out by a detour": (member("a/link", kind=SYMLINK, target="b/../../../etc"), "leads out"),
    "hard link out": (member("a/link", kind=HARDLINK, target="../etc"), "leads out"),
    "empty": (member("a/link", kind=SYMLINK, target=""), "leads out"),
    "written through": (
        both(member("a", kind=SYMLINK, target="b"), member("a/evil")),
        "no directory",
    ),
}


@pytest.mark.parametrize("name", LINKS)
def test_links_stay_inside_where_they_are_permitted(tmp_path: Path, name: str) -> None:
    make, reason = LINKS[name]
    path = archive(tmp_path / "hostile.tar", make)
    with pytest.raises(InvalidArchive, match=reason):
        read(path, links=True)


def test_links_that_stay_inside_are_told(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.tar", member("a/b/link", kind=SYMLINK, target="../c/d"))
    assert [(one.kind, one.target) for one in read(path, links=True)] == [("symlink", "../c/d")]


RAW = {
    "extension of gigabytes": (raw_header(b"x", 1 << 32), "4,294,967,296 bytes"),
    "long name of gigabytes": (raw_header(b"L", 1 << 32), "4,294,967,296 bytes"),
    "file that is not there": (raw_header(b"0", 4096), "ends in the middle"),
    "no end": (raw_header(b"0", 0), "ends in the middle"),
    "damaged header": (b"y" + raw_header(b"0", 0)[1:], "header of it is damaged"),
    "no archive": (b"x" * 512, "header of it is damaged"),
    "broken extension": (
        raw_header(b"x", 12) + b"99999 path=a" + bytes(500),
        "extension header of it is damaged",
    ),
    "size that is none": (
        raw_header(b"x", 11) + b"11 size=-1\n" + bytes(501) + raw_header(b"0", 0) + bytes(1024),
        "no valid size",
    ),
    "sparse by extension": (
        raw_header(b"x", 22) + b"22 GNU.sparse.major=1\n" + bytes(490),
        "sparse file",
    ),
    "cut gzip": (gzip.compress(raw_header(b"0", 0) + bytes(1024))[:-20], "is damaged"),
    "cut zstd": (b"\x28\xb5\x2f\xfdgarbage", "is damaged"),
}


@pytest.mark.parametrize("name", RAW)
def test_what_is_broken_is_refused_with_a_reason(tmp_path: Path, name: str) -> None:
    data, reason = RAW[name]
    path = tmp_path / "broken.tar"
    path.write_bytes(data)
    with pytest.raises(InvalidArchive, match=reason):
        read(path, Limits())


def test_a_bomb_is_refused_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.tar.gz"
    with gzip.open(path, "wb", compresslevel=9) as bomb:
        bomb.write(raw_header(b"0", 1 << 30))
        for _ in range(64):
            bomb.write(bytes(1 << 20))
    tracemalloc.start()
    try:
        with pytest.raises(InvalidArchive, match="unpacks to more than 33,554,432"):
            read(path, Limits(total=32 << 20))
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
@pytest.mark.parametrize("compressed", ["", "gz", "zst"])
def test_what_programs_write_is_read(tmp_path: Path, kind: int, compressed: str) -> None:
    long = "channel/noarch/" + "long-name-" * 12 + "/package.conda"
    source = tmp_path / "source" / long
    source.parent.mkdir(parents=True)
    source.write_bytes(b"content" * 1000)
    path = archive(tmp_path / "a.tar", lambda tar: None, "")
    with tarfile.open(path, "w", format=kind) as tar:
        tar.add(tmp_path / "source", ".")
    if compressed:
        plain = path.read_bytes()
        path.write_bytes(gzip.compress(plain) if compressed == "gz" else zstandard.compress(plain))
    with open_tar(path) as tar_in:
        found = {
            one.name: b"".join(tar_in.chunks()) for one in tar_in.members() if one.kind == "file"
        }
    assert found == {long: b"content" * 1000}
