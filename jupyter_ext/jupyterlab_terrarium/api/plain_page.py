"""The plain page of a link: HTML without a script, for people without JupyterLab."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from html import escape

from ..models.share import Card

STYLE = """\
body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;
color:#222;background:#fff;overflow-wrap:anywhere}
h1{font-size:1.5rem;margin:.25rem 0}h2{font-size:1.1rem;margin:1.5rem 0 .25rem}
pre{padding:.75rem;background:#f2f2f2;overflow:auto}dt{color:#666}dd{margin:0 0 .5rem}
.who{color:#666}blockquote{margin:1rem 0;padding-left:1rem;border-left:3px solid #bbb;
white-space:pre-wrap}.text{white-space:pre-wrap}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#1b1b1b}a{color:#8ab4f8}
pre{background:#2a2a2a}dt,.who{color:#aaa}}
"""
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode("ascii")
#: Nothing is loaded, framed or sent; only the style above counts.
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


def page(card: Card, url: str) -> str:
    """The card as a page; *url* is its own address, which the commands name."""
    label = f"{card.namespace} / {card.name}" if card.namespace else card.name
    version = "" if card.version is None else f"version {card.version}"
    if card.always_current:
        version += ", always the current one"
    return document(
        card.name,
        f'<p class="who">{escape(_who(card))}</p>',
        f"<h1>{escape(label)}</h1>",
        f"<p>{escape(', '.join(filter(None, (card.title, version, card.headline))))}</p>",
        f"<blockquote>{escape(card.note)}</blockquote>" if card.note else "",
        f'<p class="text">{escape(card.description)}</p>' if card.description else "",
        *_notebook(card, url),
        *_commands(card, url),
        *_packages(card),
        *_facts(card),
    )


def dead_page(message: str, hint: str) -> str:
    """What is said of a link that gives nothing."""
    return document(
        "This link does not work",
        "<h1>This link does not work</h1>",
        f"<p>{escape(message[:1].upper() + message[1:])}. {escape(hint)}</p>",
    )


def document(title: str, *parts: str) -> str:
    """A whole page, without a script, of *parts* that are HTML already."""
    body = "\n".join(part for part in parts if part)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{escape(title)} · Terrarium</title><style>{STYLE}</style></head>\n"
        f"<body><main>\n{body}\n</main></body></html>\n"
    )


def _who(card: Card) -> str:
    said = f"Shared by {card.shared_by}" if card.shared_by else "Shared"
    if card.shared is not None:
        said += f" on {card.shared:%d %B %Y}"
    if card.expires is not None:
        said += f", until {card.expires:%d %B %Y}"
    return said


def _commands(card: Card, url: str) -> Iterable[str]:
    yield "<h2>Make this environment on your machine</h2>"
    lines = (
        f"micromamba create -n {card.name} -f {url}/explicit.txt",
        f"conda-lock install -n {card.name} {url}/conda-lock.yml",
        f"micromamba create -n {card.name} -f {url}/environment.yml",
    )
    yield f"<pre>{escape(lines[0])}</pre>"
    yield "<p>Exactly these package files, on any of its platforms:</p>"
    yield f"<pre>{escape(f'curl -fLO {url}/conda-lock.yml')}\n{escape(lines[1])}</pre>"
    yield "<p>What was asked for, solved anew:</p>"
    yield f"<pre>{escape(lines[2])}</pre>"
    files = ("environment.yml", "conda-lock.yml", "explicit.txt")
    links = (f'<a href="{escape(f"{url}/{file}")}">{file}</a>' for file in files)
    yield f"<p>Files: {', '.join(links)}</p>"
    made = [one for one in card.forms if one.ready]
    if made:
        yield "<h2>Or take it along in another form</h2>"
        for one in made:
            address = escape(f"{url}/artifacts/{one.form}")
            size = f" ({one.size / 1e6:,.1f} MB)" if one.size else ""
            yield f'<p><a href="{address}">{escape(one.title)}</a>{size}</p>'


def _notebook(card: Card, url: str) -> Iterable[str]:
    if card.notebook:
        address = escape(f"{url}/notebook.ipynb")
        yield f'<p>A notebook goes along: <a href="{address}">{escape(card.notebook)}</a></p>'


def _packages(card: Card) -> Iterable[str]:
    if card.packages:
        shown = ", ".join(f"{one.name} {one.version}" for one in card.packages)
        more = card.package_count - len(card.packages)
        yield "<h2>Packages</h2>"
        yield f"<p>{escape(shown)}{f' and {more} more' if more > 0 else ''}</p>"


def _facts(card: Card) -> Iterable[str]:
    facts = (
        ("Channels", ", ".join(card.channels)),
        ("Platforms", ", ".join(card.platforms)),
        ("Size on disk", f"about {card.size / 1e6:,.0f} MB" if card.size else ""),
        ("Lock digest", card.lock_digest or ""),
    )
    yield "<dl>"
    for name, value in facts:
        if value:
            yield f"<dt>{name}</dt><dd>{escape(value)}</dd>"
    yield "</dl>"
