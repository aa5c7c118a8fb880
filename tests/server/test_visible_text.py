"""What every page says, word for word, in three languages: compared with approved files.

Moves and renamings inside must not change a word that users see. `make golden` (TRUCEWATCH_GOLDEN=1) renews the files
after a change that is meant; look at the difference first. What differs from store to store is masked: `…`. The menu is
approved by no file: it is the desks' own labels. A desk that brings samples of its own has its approved files beside
its tests, so that it changes no file of another.
"""

from __future__ import annotations

import difflib
import html
import os
import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.conftest import each
from tests.desks.samples import OF_DESKS
from tests.server.addresses import NOWHERE, OF_EXAMPLE, OF_STRANGERS, PAGES, Address, Busy
from tests.server.conftest import busy_console, client_of
from trucewatch.desks import find
from trucewatch.locale import languages, words

APPROVED = Path(__file__).parent / "approved"
DESKS = Path(__file__).parents[1] / "desks"
EXAMPLES = {"two-valleys": "valleys", "karabakh-2020": "karabakh"}
OWN = [samples.__name__.split(".")[2] for samples in OF_DESKS]
"""Desks whose approved files lie with their own tests."""
OF_DESK = [
    (desk.name, example)
    for example, kind in (("two-valleys", "centre"), ("two-valleys-aid", "humanitarian"))
    for desk in find()
    if desk.name in OWN and kind in desk.serves
]
"""Each later desk with an example of each kind of watch that it serves."""
SPOKEN = ("aria-label", "title", "placeholder", "alt")
SILENT = ("script", "style", "nav of the frame", "datalist")
ANOTHERS = ("/new/{draft_id}", "/watches/{name}")
"""Pages about another watch than the served one: under its name, in its zone of time."""
INLINE = {
    "a",
    "abbr",
    "b",
    "bdi",
    "code",
    "em",
    "i",
    "input",
    "kbd",
    "option",
    "small",
    "span",
    "strong",
    "td",
    "th",
    "time",
}
"""Elements that stand within a line; every other begins one of its own. Blanks between them are not looked at."""
BETWEEN = {"option": " / ", "td": " | ", "th": " | "}
"""What stands after elements that share a line."""
MASKS = (
    (r"\b(?:[0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{16})\b", "…"),
    (r"\b([adpw])-[a-z2-7]{8,26}\b", r"\1-…"),
    (r"\btrucewatch/[0-9a-f]{16}(\+[0-9a-f]{8})?", "trucewatch/…"),
    (r"[0-9A-Za-z+/]{43,}=*", "…"),
    (r"\b\d{5}(?:\s+\d{5}){7}\b", "…"),
    (r"\b[0-9a-f]{4}(?:\s+[0-9a-f]{4})?\s+…\s+[0-9a-f]{4}\b", "…"),
    (r"\baid-\d+-x\b", "aid-…-x"),
)
"""Hashes, references of persons, words, drafts and acts, keys and signatures; digits of a card to compare, and ids that
tests give to peers."""
OWN_KEYS = "keys of the page"
"""What only one page's list of keys holds: no part of the frame."""
LONG = 80
"""A line of so many letters that stood in the file before is cut there."""


class Text(HTMLParser):
    """The words of a page: those in its `main` element, and those of the frame around it."""

    def __init__(self) -> None:
        super().__init__()
        self.main, self.frame = [""], [""]
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = self._named(tag)
        if tag in SILENT or tag == "main":
            self._open.append(tag)
        if ("class", "page-keys") in attrs:
            self._open.append(OWN_KEYS)
        self._add(" " if tag in INLINE else "\n")
        for name, value in attrs:
            if name in SPOKEN and value:
                self._add(f" [{value}] ")
        if tag == "select":
            self._add("\n")

    def handle_endtag(self, tag: str) -> None:
        self._add(" " if tag in INLINE else "\n")
        self._add(BETWEEN.get(tag, ""))
        tag = self._named(tag)
        if tag in SILENT or tag == "main":
            self._open.remove(tag)
        if tag == "div" and OWN_KEYS in self._open:
            self._open.remove(OWN_KEYS)

    def _named(self, tag: str) -> str:
        return "nav of the frame" if tag == "nav" and "main" not in self._open else tag

    def handle_data(self, data: str) -> None:
        if not any(tag in SILENT for tag in self._open):
            self._add(re.sub(r"\s", " ", data))

    def _add(self, words: str) -> None:
        (self.main if {"main", OWN_KEYS} & {*self._open} else self.frame).append(words)


def lines(pieces: list[str], folder: Path) -> list[str]:
    """Words as lines, blanks collapsed, what differs from store to store masked."""
    text = "".join(pieces).replace(str(folder.resolve().parent), "…")
    for pattern, mask in MASKS:
        text = re.sub(pattern, mask, text)
    collapsed = (re.sub(r"\s+", " ", line).strip(" |/") for line in text.split("\n"))
    return [line for line in collapsed if line]


def visible_text(busy: Busy, language: str, addresses: Sequence[Address]) -> str:
    """Pages under headings with their addresses; the frame, which is the same for all of one watch, once."""
    client, parts = client_of(busy.console), []
    frames: dict[str, set[str]] = {"": set(), "of another watch": set(), "of strangers": set()}
    for address in [*addresses, None]:
        where, name = (busy.at(address), address.name) if address else (NOWHERE, NOWHERE)
        client.cookies = {"tw_lang": language}
        text = Text()
        text.feed(client.get(where, headers={"accept": "text/html"}).text)
        title, *frame = lines(text.frame, busy.console.folder)
        which = "of another watch" if name.startswith(ANOTHERS) else "of strangers" if name in OF_STRANGERS else ""
        frames[which].add("\n".join(frame))
        parts += ["", f"## {name}", title, *lines(text.main, busy.console.folder)]
    for which, alike in frames.items():
        assert len(alike) <= 1, "\n\n".join(alike)
        parts = [*(["", f"## frame {which}", *alike] if which and alike else []), *parts]
    return "\n".join(shortened(["## frame", *frames[""], *parts])) + "\n"


def shortened(text: list[str]) -> Iterator[str]:
    """The lines, each long one whole where it stands first: a list of forty choices stands in many places."""
    before: set[str] = set()
    for line in text:
        yield f"{line[:LONG]} … (as before)" if len(line) > LONG and line in before else line
        before.add(line)


@pytest.fixture(scope="module", params=EXAMPLES)
def plain(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Busy]]:
    """An example watch without later desks, whose records, kinds and interfaces would stand on pages of others."""
    founding = [desk for desk in find() if desk.name not in OWN]
    with busy_console(request.param, tmp_path_factory, samples=(), desks=founding) as busy:
        yield request.param, busy


@pytest.mark.parametrize("language", languages())
def test_every_page_says_what_was_approved(plain: tuple[str, Busy], language: str) -> None:
    """Golden: one file an example and language."""
    example, busy = plain
    addresses = [address for address in PAGES if address.desk not in OWN]
    compare(visible_text(busy, language, each(addresses)), APPROVED / f"{EXAMPLES[example]}.{language}.txt")


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(("desk", "there"), OF_DESK, indirect=["there"])
def test_every_page_of_a_later_desk_says_what_was_approved(there: Busy, desk: str, language: str) -> None:
    """Golden: one file a desk, kind of watch and language."""
    addresses = [address for address in there.pages if address.desk == desk]
    file = DESKS / desk / "approved" / f"{'aid' if there.is_aid else 'valleys'}.{language}.txt"
    compare(visible_text(there, language, each(addresses)), file)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("there", OF_EXAMPLE, indirect=True)
def test_the_menu_holds_every_desk_under_its_own_label(there: Busy, language: str) -> None:
    client = client_of(there.console)
    client.cookies = {"tw_lang": language}
    menu = re.search(r'<nav class="menu".*?</nav>', client.get("/meetings").text, re.DOTALL)
    assert menu
    for item in each([desk.menu for desk in there.console.desks if desk.menu]):
        link = re.search(rf'<a [^>]*href="{item.path}"[^>]*>(.*?)</a>', menu[0], re.DOTALL)
        assert link, item.path
        assert html.escape(words(language).say(item.label), quote=False) in link[1]


def compare(text: str, file: Path) -> None:
    """Renew a file when asked to; otherwise show where the text differs from it."""
    if os.environ.get("TRUCEWATCH_GOLDEN") == "1":
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert file.is_file(), f"{file.name} is missing; renew with TRUCEWATCH_GOLDEN=1"
    changes = difflib.unified_diff(file.read_text(encoding="utf-8").splitlines(), text.splitlines(), lineterm="", n=1)
    shown = "\n".join(list(changes)[:80])
    assert not shown, f"{file.name} differs; renew with TRUCEWATCH_GOLDEN=1 if meant\n{shown}"
