"""The style sheets and the pages know the same classes, no file is long, and no colour is outside the tokens."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CSS = sorted((ROOT / "static/css").rglob("*.css"))
LONGEST = 300
MEASURED = {"wedge.css"}  # its grays are what is measured, and a template counts its classes

# what states and names of the data become: `class="tag {{ job.status }}"`, `class="swatch {{ name }}"`
STATES = {
    *("draft", "queued", "waiting", "running", "succeeded", "failed", "cancelled", "quarantined"),
    *("proposed", "confirmed", "picked", "rejected", "nominated"),
    *("done", "open", "next", "unneeded"),
    *("success", "error", "warning", "info", "debug"),
    *("loss", "crack", "stain", "fading"),
    *("compass-left", "compass-right", "compass-up", "compass-down"),
}
VENDORS = {"openseadragon-canvas", "rendered"}  # set by the scripts of others
HOOKS = {"htmx-indicator"}  # known to a script, without a look


def without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def styled() -> dict[str, Path]:
    """Every class in a selector, and a file that has it."""
    found = {}
    for path in CSS:
        text = re.sub(r"url\([^)]*\)|\"[^\"]*\"", "", without_comments(path.read_text()))
        for selector in re.findall(r"([^{};]+)\{", text):
            for name in re.findall(r"\.([a-zA-Z][\w-]*)", selector.partition("@media")[0]):
                found[name] = path
    return found


def pages() -> Iterator[tuple[Path, str]]:
    """Every template; what Django fills in is cut out, and a name that it only ends goes with it."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        yield path, re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}", "", path.read_text(), flags=re.DOTALL)


def used() -> dict[str, Path]:
    """Every class that a template or a script sets, and a file that sets it."""
    found = {}
    for path, text in pages():
        for value in re.findall(r"\bclass=\"((?:\{%.*?%\}|\{\{.*?\}\}|[^\"])*)\"", text, flags=re.DOTALL):
            plain = re.sub(r"\{%.*?%\}", " ", re.sub(r"[\w-]*\{\{.*?\}\}[\w-]*", " ", value, flags=re.DOTALL))
            found |= dict.fromkeys(plain.split(), path)
    for path in sorted((ROOT / "static/js").rglob("*.js")):
        text = path.read_text()
        for value in re.findall(r"className\s*[:=]\s*[\"'`]([^\"'`]*)", text):
            found |= dict.fromkeys(re.sub(r"\$\{.*?\}", " ", value).split(), path)
        for value in re.findall(r"classList\.\w+\(([^)]*)\)", text):
            found |= dict.fromkeys(re.findall(r"[\"']([\w-]+)[\"']", value), path)
    for path in [*ROOT.glob("portal/**/*.py"), *ROOT.glob("*/forms.py")]:
        for value in re.findall(r"\bclass(?:\"\s*:\s*|=)[\"']([\w -]+)[\"']", path.read_text()):
            found |= dict.fromkeys(value.split(), path)
    return found


def test_every_class_that_is_used_has_a_look():
    known = styled().keys() | STATES | HOOKS
    assert len(known) > 150
    bare = {name: str(path.relative_to(ROOT)) for name, path in used().items() if name not in known}
    assert bare == {}


def quoted() -> set[str]:
    """Every word that a script holds in quotes: a class may go through a variable there."""
    scripts = [path.read_text() for path in (ROOT / "static/js").rglob("*.js")]
    return {word for text in scripts for words in re.findall(r"[\"'`]([\w -]+)[\"'`]", text) for word in words.split()}


def test_every_class_that_has_a_look_is_used():
    known = used().keys() | quoted() | STATES | VENDORS
    dead = {name: path.name for name, path in styled().items() if name not in known and path.name not in MEASURED}
    assert dead == {}


def test_no_style_sheet_is_long():
    assert {path.name: n for path in CSS if (n := len(path.read_text().splitlines())) > LONGEST} == {}


def test_colours_come_from_the_tokens():
    """Outside tokens.css only white, black and their shades are named, for marks that lie on pictures."""
    odd = {}
    for path in CSS:
        if path.name in {"tokens.css", *MEASURED}:
            continue
        for colour in re.findall(r"#[0-9a-fA-F]{3,8}\b|(?:rgb|hsl|oklch)\([^)]*\)", without_comments(path.read_text())):
            if not re.fullmatch(r"#(fff|000)|rgb\((0 0 0|20 20 20|255 255 255) / [\d.]+\)", colour):
                odd[colour] = path.name
    assert odd == {}


def test_every_icon_that_is_named_exists():
    there = set(re.findall(r'id="([\w-]+)"', (ROOT / "static/img/icons.svg").read_text()))
    named = {(name, path.name) for path, text in pages() for name in re.findall(r"\{% icon \"([\w-]+)\" %\}", text)}
    assert len(named) > 20
    assert {it for it in named if it[0] not in there} == set()
