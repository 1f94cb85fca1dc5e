"""Every kind of bad input is an error with line, column, cause and fix."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from jupyterlab_terrarium.conda.specification import read_specification
from jupyterlab_terrarium.models.problem import InvalidSpecification


@dataclass
class Bad:
    """A text and its first error."""

    name: str
    text: str | bytes
    line: int
    column: int
    cause: str
    fix: str


def conda(entry: str) -> str:
    return f"dependencies:\n  - {entry}\n"


def pip(entry: str) -> str:
    return f"dependencies:\n  - pip:\n      - {entry}\n"


def key(text: str) -> str:
    return f"{text}\ndependencies:\n  - numpy\n"


DOCUMENTS = [
    Bad("empty", "", 1, 1, "empty", "dependencies:"),
    Bad("spaces only", "  \n\n", 1, 1, "empty", "dependencies:"),
    Bad("comments only", "# a\n", 1, 1, "empty", "dependencies:"),
    Bad("null", "null\n", 1, 1, "empty", "dependencies:"),
    Bad("text", "numpy\n", 1, 1, "not a text", "dependencies:"),
    Bad("list", "- numpy\n", 1, 1, "not a list", "`dependencies:` above"),
    Bad("no dependencies", "name: a\n", 1, 1, "no `dependencies`", "python=3.12"),
    Bad("null dependencies", "name: a\ndependencies:\n", 2, 1, "no `dependencies`", "python=3.12"),
    Bad("misspelt", "dependancies:\n - a\n", 1, 1, "no `dependencies`", "`dependancies`"),
    Bad("lockfile", "version: 1\nmetadata: {}\npackage: []\n", 1, 1, "lockfile", "environment.yml"),
    Bad("explicit", "# a\n@EXPLICIT\nhttps://x\n", 2, 1, "@EXPLICIT", "environment.yml"),
    Bad("tab", "name: a\ndependencies:\n\t- numpy\n", 3, 1, "tab", "spaces"),
    Bad("tab inside", "dependencies:\n  -\tnumpy\n  - a\n", 2, 4, "tab", "spaces"),
    Bad("anchor", conda("&a numpy"), 2, 5, "anchor", "Remove"),
    Bad("alias", "name: &a x\n" + conda("*a"), 1, 7, "anchor", "Remove"),
    Bad("alias alone", conda("*a"), 2, 5, "alias", "quotes"),
    Bad("glob as alias", conda("*[build=x]"), 2, 6, "references", "quotes"),
    Bad("merge key", key("<<: {a: b}"), 1, 1, "merges", "keys out"),
    Bad(
        "python tag", key("name: !!python/object/apply:os.system [id]"), 1, 7, "!!python", "quotes"
    ),
    Bad("own tag", conda("!x numpy"), 2, 5, "`!x` is a YAML tag", "Remove"),
    Bad("modules, a text", key("modules: gatk"), 1, 10, "must be a list", "[gatk/4.5"),
    Bad("module, nothing", key("modules: [a, ~]"), 1, 14, "text", "[gatk"),
    Bad("module outside", key("modules: [../x]"), 1, 11, "cannot name a module", "[gatk/4.5"),
    Bad("module, four parts", key("modules: [a/b/c/d]"), 1, 11, "one to three parts", "[gatk"),
    Bad("module, a file", key("modules: [a, x.lua]"), 1, 14, "cannot name a module", "[gatk"),
    Bad("module twice", key("modules: [a/1, a/1]"), 1, 16, "named twice", "Remove"),
    Bad("second document", conda("a") + "---\nname: b\n", 3, 1, "second YAML doc", "`---`"),
    Bad("duplicate key", "name: a\nname: b\n" + conda("a"), 2, 1, "on line 1 already", "Keep one"),
    Bad("list as key", key("? [a]\n: b"), 1, 3, "key must be a text", "key: value"),
    Bad("open quote", "name: 'a\n" + conda("b"), 1, 7, "never ends", "Close it"),
    Bad("open bracket", "channels: [a\nb: c\n", 2, 2, "not closed", "Close the bracket"),
    Bad("indentation", "dependencies:\n  - a\n - b\n", 3, 2, "indented", "same number of spaces"),
    Bad("lost dash", "dependencies:\n  - a\n  b\n", 3, 3, "`:` is missing", "`- `"),
    Bad("two colons", "name: a: b\n", 1, 8, "no key can be", "quotes"),
    Bad("escape", 'name: "\\q"\n', 1, 9, "escape", "single quotes"),
    Bad("backtick", conda("`numpy`"), 2, 5, "cannot begin with", "quotes"),
    Bad("block of text", conda(">=1.0"), 2, 6, "block of text", "numpy>=1.0"),
    Bad("deep", "a: " + "[" * 40, 1, 19, "levels of nesting", "environment.yml"),
    Bad("control", "name: a\x1b[31m\n", 1, 8, "\\x1b", "Delete"),
    Bad("NUL", "name: a\n\x00", 2, 1, "\\x00", "Delete"),
    Bad("half surrogate", "name: \ud800\n", 1, 7, "\\ud800", "Delete"),
    Bad("Latin-1", b"name: caf\xe9\n", 1, 10, "byte 10 is 0xe9", "UTF-8"),
    Bad("Latin-1 later", "# ä\nname: ".encode() + b"\xff\n", 2, 7, "byte 12 is 0xff", "UTF-8"),
    Bad("UTF-16", "name: a\n".encode("utf-16"), 1, 1, "UTF-16", "UTF-8"),
    Bad("UTF-16 bare", "name: a\n".encode("utf-16-le"), 1, 2, "\\x00", "UTF-16"),
    Bad("UTF-32", "name: a\n".encode("utf-32"), 1, 1, "UTF-32", "UTF-8"),
    Bad("1 MB", "#" * 1_000_000, 1, 1, "1,000,000 bytes", "lockfile"),
    Bad("10 MB", b"a" * 10_000_000, 1, 1, "10,000,000 bytes", "lockfile"),
    Bad("long line", "# " + "a" * 20_000, 1, 1, "20,002 characters", "one entry per line"),
]

KEYS = [
    Bad("dependencies text", "dependencies: numpy\n", 1, 15, "not a text", "`- numpy`"),
    Bad("dependencies number", "dependencies: 3\n", 1, 15, "not a number", "one package per line"),
    Bad("mapping", "dependencies:\n  python: 3.10\n", 2, 3, "not a mapping", "`- python=3.10`"),
    Bad("channels text", key("channels: conda-forge"), 1, 11, "must be a list", "- conda-forge"),
    Bad("channel number", key("channels: [3]"), 1, 12, "not a number", "- conda-forge"),
    Bad("channel empty", key("channels:\n  -"), 2, 3, "empty", "Remove"),
    Bad("channel path", key("channels: [../x]"), 1, 12, "relative", "file:///"),
    Bad("channel trick", key("channels: [a/../../b]"), 1, 12, "not the name", "conda-forge"),
    Bad("channel scheme", key("channels: [ftp://h/c]"), 1, 12, "kind of URL", "https"),
    Bad("channel platform", key("channels: [a/linux-64]"), 1, 12, "platform", "Leave `/linux-64`"),
    Bad("channel package", key("channels: ['a::b']"), 1, 12, "package", "dependencies"),
    Bad("channel placeholder", key("channels: ['https://$T/c']"), 1, 12, "placeholder", "login"),
    Bad("platform", key("platforms: [linux64]"), 1, 13, "not a platform", "mean `linux-64`"),
    Bad("platform text", key("platforms: linux-64"), 1, 12, "must be a list", "- linux-64"),
    Bad("name path", key("name: ../../etc"), 1, 7, "cannot name", "name: etc"),
    Bad("name escape", key('name: "a\\e[31mb"'), 1, 7, "a\\x1b[31mb", "name: a-31mb"),
    Bad("name list", key("name: [a]"), 1, 7, "not a list", "name: analysis"),
    Bad("priority", key("channel-priority: x"), 1, 19, "`strict` or `flexible`", "first channel"),
    Bad("pip outside", key("pip: [a]"), 1, 1, "beside `dependencies`", "- pip:"),
    Bad("as-of list", key("as-of: [2025-06-01]"), 1, 8, "not a list", "as-of: 2025-06-01"),
    Bad("as-of truth", key("as-of: true"), 1, 8, "not a truth value", "as-of: 2025-06-01"),
    Bad("as-of year", key("as-of: 2025"), 1, 8, "`2025` is not a date", "2025-06-01T12:00:00Z"),
    Bad("as-of no day", key("as-of: 2025-02-30"), 1, 8, "not a date", "as-of: 2025-06-01"),
    Bad("as-of far", key("as-of: 0001-01-01"), 1, 8, "not a date", "as-of: 2025-06-01"),
    Bad("as-of digits", key("as-of: \uff12025-06-01"), 1, 8, "not a date", "2025-06-01"),
    Bad("as-of no zone", key("as-of: 2025-06-01 12:00:00"), 1, 8, "no time zone", "T12:00:00Z"),
    Bad("as-of zone", key("as-of: 2025-06-01T12:00:00+99:00"), 1, 8, "not a date", "2025"),
    Bad("as-of escape", key('as-of: "\\e[31m"'), 1, 8, "\\x1b", "2025-06-01"),
    Bad("variables list", key("variables:\n  - A=b"), 2, 3, "not a list", "OMP_NUM_THREADS"),
    Bad("variable name", key("variables: {1A: b}"), 1, 13, "cannot name", "letters"),
    Bad("variable newline", key('variables: {"A\\nB": b}'), 1, 13, "A\\x0aB", "letters"),
    Bad("variable empty", key("variables:\n  A:"), 2, 3, "no value", "quotes"),
    Bad("variable list", key("variables: {A: [b]}"), 1, 16, "not a list", "quotes"),
    Bad("variable NUL", key('variables: {A: "a\\0"}'), 1, 16, "\\x00", "clean"),
    Bad("variable half", key('variables: {A: "\\ud800"}'), 1, 16, "\\ud800", "clean"),
    Bad("PATH", key("variables: {PATH: /x}"), 1, 13, "cannot be set", "Remove"),
    Bad("preload", key("variables: {LD_PRELOAD: /x}"), 1, 13, "cannot be set", "Remove"),
    Bad("dyld", key("variables: {DYLD_X: /x}"), 1, 13, "cannot be set", "Remove"),
    Bad("PYTHONHOME", key("variables: {PYTHONHOME: /x}"), 1, 13, "outside", "Remove"),
    Bad("runs-on text", key("runs-on: gpu"), 1, 10, "must be a mapping", 'cuda: "12.4"'),
    Bad("runs-on zero", key("runs-on: {cuda: 12.40}"), 1, 17, "read as 12.4", '"12.40"'),
    Bad("runs-on bool", key("runs-on: {cuda: true}"), 1, 17, "truth value", 'cuda: "12.4"'),
    Bad("runs-on key", key("runs-on: {cudda: 1}"), 1, 11, "`cudda`", "mean `cuda`"),
    Bad("runs-on value", key("runs-on: {cuda: cu124}"), 1, 17, "not a version", 'cuda: "12.4"'),
    Bad("runs-on arch", key("runs-on: {archspec: a b}"), 1, 21, "microarch", "x86_64_v3"),
    Bad("runs-on null", key("runs-on:\n  osx:"), 2, 3, "no value", 'osx: "13.0"'),
    Bad("selector elsewhere", key("channels:\n  - a  # [linux]"), 2, 8, "only on entries", "Move"),
]

CONDA = [
    Bad("null", conda(""), 2, 3, "empty", "Remove"),
    Bad("number", conda("3.10"), 2, 5, "3.10` is a number", "python=3.10"),
    Bad("list", conda("[numpy]"), 2, 5, "not a list", "one package per line"),
    Bad("colon", conda("python: 3.10"), 2, 5, "as a number 3.10 is 3.1", "`- python=3.10`"),
    Bad("colon and sign", conda("numpy: '>=2'"), 2, 5, "key with a value", "`- numpy>=2`"),
    Bad("other section", conda("npm:\n    - x"), 2, 5, "`npm:`", "- pip:"),
    Bad("arrow", conda("numpy=>1.2"), 2, 5, "no operator `=>`", "`numpy>=1.2`"),
    Bad("three signs", conda("numpy===1.2"), 2, 5, "no operator `===`", "`numpy==1.2`"),
    Bad("two packages", conda("scikit learn"), 2, 5, "no version", "scikit-learn"),
    Bad("no comma", conda("numpy>=1<2"), 2, 5, "second constraint", "numpy >=1,<2"),
    Bad("half version", conda("numpy>=1,"), 2, 5, "version cannot be read", "numpy>=1.26,<2"),
    Bad("too many", conda("numpy 1.2 a b"), 2, 5, "more parts", "one package per line"),
    Bad("extra", conda("dask[complete]>=2"), 2, 5, "no extras", "`dask>=2`"),
    Bad("marker", conda("a; python_version<'3'"), 2, 5, "after `;`", "# [linux]"),
    Bad("URL of pip", conda("a @ https://h/x"), 2, 5, "pip's", "- pip:"),
    Bad("wheel", conda("./a-1-py3-none-any.whl"), 2, 5, "wheel", "- pip:"),
    Bad("repository", conda("git+https://h/a"), 2, 5, "repository", "wheel"),
    Bad("option", conda("--yes"), 2, 5, "option", "- pip:"),
    Bad("star", conda("'*'"), 2, 5, "`*` cannot stand in a name", "own"),
    Bad("glob name", conda("r-*"), 2, 5, "`*` cannot stand in a name", "own"),
    Bad("path", conda("../../x"), 2, 5, "path", "URL"),
    Bad("relative file", conda("./a-1-0.conda"), 2, 5, "relative", "file:///"),
    Bad("file name", conda("https://h/c/a.conda"), 2, 5, "not named like", "name-version-build"),
    Bad("hash", conda("numpy[md5=zz]"), 2, 5, "hash", "32 hexadecimal"),
    Bad("bracket key", conda("numpy[colour=red]"), 2, 5, "`colour`", "version, build"),
    Bad("bracket open", conda("numpy[version=1"), 2, 5, "not closed", "name[key='value'"),
    Bad("one colon", conda("conda-forge:numpy"), 2, 5, "which channel", "::"),
    Bad("two channels", conda("a::numpy[channel=b]"), 2, 5, "two channels", "Keep"),
    Bad("subdir", conda("numpy[subdir=linux]"), 2, 5, "not a platform", "linux-64"),
    Bad("escape", conda('"num\\e[31mpy"'), 2, 5, "num\\x1b[31mpy", "anew"),
    Bad("NUL", conda('"numpy\\0"'), 2, 5, "numpy\\x00", "anew"),
    Bad("newline", conda('"numpy\\npandas"'), 2, 5, "numpy\\x0apandas", "anew"),
    Bad("look-alike", conda("num\u0440y"), 2, 5, "U+0440", "look-alikes"),
    Bad("invisible", conda("numpy\u200b"), 2, 5, "numpy\\u200b", "invisible"),
    Bad("right to left", conda("a\u202ecod.exe"), 2, 5, "a\\u202ecod", "invisible"),
    Bad("placeholder", conda("'{{ numpy }}'"), 2, 5, "placeholder", "out"),
    Bad("long", conda("a" * 3000), 2, 5, "3,000 characters", "2,000"),
    Bad("long name", conda("a" * 200), 2, 5, "cannot be the name", "letters"),
    Bad("selector not", conda("a  # [not win]"), 2, 8, "not a selector", "# [unix]"),
    Bad("selector py", conda("a  # [py>=38]"), 2, 8, "not a selector", "linux, linux64"),
    Bad("selector typo", conda("a  # [linux-64]"), 2, 8, "not a selector", "# [linux64]"),
    Bad("pins", conda("python==3.9\n  - python==3.10"), 3, 5, "`python==3.9` on line 2", "Keep"),
    Bad("pins =", conda("python=3.9\n  - python=3.10"), 3, 5, "`python=3.9` on line 2", "Keep"),
    Bad("range", conda("numpy<2\n  - Numpy>=2"), 3, 5, "on line 2", "Keep one"),
    Bad("builds", conda("a=1=x\n  - a=1=y"), 3, 5, "on line 2", "Keep one"),
    Bad("itself", conda("python=3.9,=3.10"), 2, 5, "No version can be", "alternatives"),
]

ADDRESSES = [
    Bad("host", key("channels: ['https://[']"), 1, 12, "IPv6", "https://host/channel"),
    Bad("port", key("channels: ['https://a:99999/x']"), 1, 12, "port", "https://host/channel"),
    Bad("no host", key("channels: ['https://']"), 1, 12, "not a URL", "https://host/channel"),
    Bad("space", key("channels: ['https://ex ample/x']"), 1, 12, "not a URL", "https://host"),
    Bad("NUL", key("channels: ['file:///a%00']"), 1, 12, "characters", "https://host"),
    Bad("at a package", conda("'https://a:99999/x::numpy'"), 2, 5, "port", "https://host"),
    Bad("in brackets", conda("\"numpy[channel='https://[']\""), 2, 5, "IPv6", "https://host"),
]

PIP = [
    Bad("text", "dependencies:\n  - pip: requests\n", 2, 10, "must hold a list", "- requests"),
    Bad("null", pip(""), 3, 7, "empty", "Remove"),
    Bad("number", pip("3.1"), 3, 9, "is a number", "requests=="),
    Bad("mapping", pip("requests: 2.1"), 3, 9, "key with a value", "`- requests==2.1`"),
    Bad("editable", pip("-e ."), 3, 9, "editable", "pip wheel"),
    Bad("editable VCS", pip("-e git+https://h/a"), 3, 9, "editable", "pip wheel"),
    Bad("editable long", pip("--editable=."), 3, 9, "editable", "pip wheel"),
    Bad("file", pip("-r requirements.txt"), 3, 9, "`-r`", "Copy"),
    Bad("constraints", pip("-c c.txt"), 3, 9, "`-c`", "numpy<2"),
    Bad("VCS", pip("git+https://github.com/a/b"), 3, 9, "repository", "pip wheel"),
    Bad("VCS named", pip("b @ git+ssh://git@h/a"), 3, 9, "repository", "pip wheel"),
    Bad("hash", pip("a==1 --hash=sha256:00"), 3, 9, "locks every file", "Remove"),
    Bad("pre", pip("--pre"), 3, 9, "unfinished", "name>=2.0rc1"),
    Bad("sources", pip("--no-binary :all:"), 3, 9, "only wheels", "Remove"),
    Bad("trusted", pip("--trusted-host h"), 3, 9, "certificates", "https"),
    Bad("option", pip("--frob"), 3, 9, "`--frob`", "--index-url"),
    Bad("index", pip("--index-url"), 3, 9, "needs a URL", "https://"),
    Bad("index path", pip("--index-url pypi"), 3, 9, "not a full URL", "https://"),
    Bad("links", pip("--find-links ./w"), 3, 9, "relative", "file:///"),
    Bad("index host", pip("--index-url https://["), 3, 9, "IPv6", "https://host/simple"),
    Bad("index port", pip("--extra-index-url https://a:99999"), 3, 9, "port", "https://host"),
    Bad("links host", pip("-f https://256.1.1.1/"), 3, 9, "IPv4", "https://host"),
    Bad("URL", pip("'x @ https://['"), 3, 9, "IPv6", "https://host/name"),
    Bad("URL alone", pip("'https://[/x-1-py3-none-any.whl'"), 3, 9, "IPv6", "https://host/name"),
    Bad("file URL", pip("'x @ file://[/x-1-py3-none-any.whl'"), 3, 9, "IPv6", "https://host"),
    Bad("sdist URL", pip("'x @ https://[/x-1.tar.gz'"), 3, 9, "IPv6", "https://host/name"),
    Bad("URL port", pip("'x @ https://a:99999/x-1-py3-none-any.whl'"), 3, 9, "port", "https://"),
    Bad("second index", pip("-i https://a\n      - -i https://b"), 4, 9, "second", "--extra-index"),
    Bad("one sign", pip("torch=2.1"), 3, 9, "not a requirement", "`torch==2.1`"),
    Bad("two", pip("requests flask"), 3, 9, "not a requirement", "one package per line"),
    Bad("conda's", pip("conda-forge::a"), 3, 9, "not a requirement", "outside of `pip:`"),
    Bad("marker", pip("a ; linux"), 3, 9, "not a requirement", "marker"),
    Bad("star", pip("a>=1.*"), 3, 9, "not a requirement", "`.*` goes only"),
    Bad("directory", pip("./a"), 3, 9, "directory", "pip wheel"),
    Bad("sdist", pip("./a-1.tar.gz"), 3, 9, "source code", "pip wheel"),
    Bad("relative", pip("./a-1-py3-none-any.whl"), 3, 9, "relative", "file:///"),
    Bad("wheel name", pip("/srv/a.whl"), 3, 9, "not named like a wheel", "name-1.0"),
    Bad("other wheel", pip("a @ https://h/b-1-py3-none-any.whl"), 3, 9, "one of `b`", "b @ URL"),
    Bad("no wheel", pip("a @ https://h/b"), 3, 9, "not a wheel", "pip wheel"),
    Bad("home", pip("~/a-1-py3-none-any.whl"), 3, 9, "not the path", "file:///"),
    Bad("scheme", pip("ftp://h/a-1-py3-none-any.whl"), 3, 9, "not the path", "file:///"),
    Bad("placeholder", pip("'a @ https://$HOST/a.whl'"), 3, 9, "placeholder", "out"),
    Bad("escape", pip('"a\\e[31m"'), 3, 9, "a\\x1b[31m", "anew"),
    Bad("pins", pip("a==1\n      - A==2"), 4, 9, "`a==1` on line 3", "Keep one"),
    Bad("pin and range", pip("a==1\n      - a>=2"), 4, 9, "`a==1` on line 3", "Keep one"),
]


def errors_of(text: str | bytes) -> InvalidSpecification:
    with pytest.raises(InvalidSpecification) as caught:
        read_specification(text)
    return caught.value


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(bad, id=f"{table}-{bad.name}")
        for table, rows in (
            ("document", DOCUMENTS), ("key", KEYS), ("conda", CONDA), ("pip", PIP),
            ("address", ADDRESSES),
        )
        for bad in rows
    ],
)  # fmt: skip
def test_is_an_error_with_place_cause_and_fix(bad: Bad) -> None:
    error = errors_of(bad.text)
    first = error.errors[0]
    assert first.place is not None
    assert (first.place.line, first.place.column) == (bad.line, bad.column)
    assert bad.cause in first.message
    assert bad.fix in first.hint
    assert first.message.isprintable()
    assert len(first.message) < 200
    assert error.status == 422


def test_all_errors_are_told_at_once_in_the_order_of_the_text() -> None:
    error = errors_of(
        "name: a/b\nchannels: conda-forge\ndependencies:\n  - numpy=>1\n  - pip:\n      - -e .\n"
        "runs-on: {cuda: []}\n"
    )
    assert [f.place.line for f in error.errors if f.place] == [1, 2, 4, 6, 7]
    assert [f.path for f in error.errors] == [
        "name",
        "channels",
        "dependencies/0",
        "dependencies/1/pip/0",
        "runs-on/cuda",
    ]
    assert "(4 more)" in error.message


def test_every_line_with_a_tab_is_named() -> None:
    error = errors_of("dependencies:\n\t- a\n\t- b\n  - c\n  \t- d\n")
    assert [(f.place.line, f.place.column) for f in error.errors if f.place] == [
        (2, 1),
        (3, 1),
        (5, 3),
    ]


def test_a_duplicate_key_names_both_places() -> None:
    error = errors_of("name: a\ndependencies: [b]\nname: c\n")
    assert error.errors[0].place is not None
    assert error.errors[0].place.line == 3
    assert "line 1" in error.errors[0].message


def test_no_more_than_fifty_errors_are_listed_and_the_rest_is_counted() -> None:
    error = errors_of("dependencies:\n" + "  - a=>1\n" * 80)
    assert len(error.errors) == 51
    assert error.errors[-1].message == "30 more errors are not listed."
