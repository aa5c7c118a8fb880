"""A saved page (HTML, XHTML) → its blocks in order, whatever its markup is like; nothing in it is run or fetched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, cast

from lxml import etree

from trucewatch.errors import InputTooLarge, UnreadableInput
from trucewatch.messages import Amount, Message
from trucewatch.sources.official_statement import html_elements as elements
from trucewatch.sources.official_statement.character_sets import readable, without_controls
from trucewatch.sources.official_statement.furniture import Piece, is_wall, marked
from trucewatch.sources.official_statement.page import Block, Page
from trucewatch.sources.official_statement.page_bounds import (
    MOST_BLOCKS,
    MOST_CHARS,
    MOST_ELEMENTS,
    too_many_blocks,
    too_many_chars,
)
from trucewatch.sources.official_statement.page_signs import PageSigns, day_of
from trucewatch.sources.official_statement.wrapped_lines import (
    ends_a_sentence,
    is_parted_word,
    paragraphs_of,
    wrap_width,
)

_UNSEEN, _NO_TEXT, _AROUND, _WITHIN_TEXT, _LINK, _CLOSES, _PRE = 8, 16, 32, 64, 128, 256, 512
_EMPHASIS: Final = elements.BOLD | elements.ITALIC | elements.UNDERLINED
_FLAGS: Final = (_UNSEEN, _NO_TEXT, _WITHIN_TEXT, _LINK, _PRE)
_COUNTED: Final = sum(_FLAGS)
_MOST_REASONS: Final = 8
"""Elements around a block that each would make it furniture; more of them are not told apart."""
_MOST_OF_PAGE: Final = 0.5
"""What holds more of a page's text than this is no furniture, whatever it is called: many sites wrap all in a form."""
_MOST_CELL_CHARS: Final = 400
_MOST_LEAD_CHARS: Final = 200
_MOST_SCRIPT_CHARS: Final = 200_000
_MOST_SPACED_CHARS: Final = 2 * MOST_CHARS
"""With the blanks between elements, which markup is indented by."""
_FED: Final = 1 << 20
_WALL_WORDS, _WAY_IN_WORDS = 60, 20
"""A page with more words than these is no mere check, and no mere login."""


@dataclass(slots=True)
class _Run:
    """Text in one look."""

    text: str
    emphasis: int
    is_link: bool


@dataclass(slots=True)
class _Raw:
    """A block before furniture is known. reasons: elements that would make it so."""

    lines: list[list[_Run]]
    tag: str
    kind: str
    reasons: tuple[int, ...]
    links: int = 0
    part: str = ""


@dataclass(slots=True)
class _Collector:
    """The target of the parser: is told of each start, text and end, and keeps blocks."""

    raws: list[_Raw] = field(default_factory=list)
    signs: PageSigns = field(default_factory=PageSigns)
    has_entities: bool = False
    """Whether a character may be written by its number: any may then come out of plain letters."""
    has_password: bool = False
    _elements: int = 0
    _chars: int = 0
    _masks: list[int] = field(default_factory=list)
    _blocks: list[str] = field(default_factory=list)
    _depths: dict[int, int] = field(default_factory=lambda: dict.fromkeys(_FLAGS, 0))
    _kinds: list[str] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _reasons: list[int] = field(default_factory=list)
    _unnamed: int = 0
    _emphasis: list[int] = field(default_factory=lambda: [0])
    _lines: list[list[_Run]] = field(default_factory=lambda: [[]])
    _links: int = 0
    _script: list[str] | None = None
    _title: bool = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise InputTooLarge(
                Message(
                    "the page has more than {most} elements; save it again, or paste its text",
                    most=Amount(MOST_ELEMENTS),
                )
            )
        if ":" in tag:
            prefix, _, tag = tag.rpartition(":")
            tag = "span" if prefix in elements.OFFICE_PREFIXES else tag
        if tag == "br":
            self._lines.append([])
            self._masks.append(0)
            return
        if tag in ("html", "meta", "link", "time"):
            self.signs.see_element(tag, attributes)
        elif tag == "input":
            self.has_password = self.has_password or attributes.get("type", "").casefold() == "password"
        elif tag == "title":
            self._title = not self.signs.title and not self._depths[_NO_TEXT] > 1
        elif tag == "script" and "json" in attributes.get("type", ""):
            self._script = []
        mask = elements.EMPHASIS.get(tag, 0)
        if tag in elements.NO_TEXT:
            mask |= _NO_TEXT
        elif tag == "a":
            mask |= _LINK
            self._links += 1
            if (line := self._lines[-1]) and line[-1].is_link:
                line.append(_Run(" ", 0, False))  # links side by side are apart on the screen
        if tag in elements.BLOCKS:
            self._flush()
            mask |= _CLOSES
            self._blocks.append(tag)
            self._kinds.append(self._kind_within(tag))
            self._parts.append(elements.part_of(tag, attributes) or (self._parts[-1] if self._parts else ""))
            if tag in elements.WITHIN_TEXT:
                mask |= _WITHIN_TEXT
            elif tag == "pre":
                mask |= _PRE
        if attributes:
            if "style" in attributes:
                mask |= elements.emphasis_of(attributes["style"])
            if elements.is_unseen(attributes):
                mask |= _AROUND if tag in ("body", "html") else _UNSEEN
        if not mask & (_AROUND | _UNSEEN | _NO_TEXT) and self._is_around(tag, attributes):
            mask |= _AROUND
        if mask & _AROUND:
            if not mask & _CLOSES:
                self._flush()
                mask |= _CLOSES
                self._blocks.append(tag)
                self._kinds.append(self._kinds[-1] if self._kinds else "text")
                self._parts.append(self._parts[-1] if self._parts else "")
            self._enter()
        if mask & _EMPHASIS:
            self._emphasis.append(self._emphasis[-1] | mask & _EMPHASIS)
        if mask & _COUNTED:
            for flag in _FLAGS:
                if mask & flag:
                    self._depths[flag] += 1
        self._masks.append(mask)

    def end(self, _tag: str) -> None:
        if not self._masks:
            return
        mask = self._masks.pop()
        self._title = False
        if not mask:
            return
        if mask & _CLOSES:
            self._flush()
            self._blocks.pop()
            self._kinds.pop()
            self._parts.pop()
        if mask & _AROUND:
            self._leave()
        if mask & _EMPHASIS:
            self._emphasis.pop()
        if mask & _COUNTED:
            for flag in _FLAGS:
                if mask & flag:
                    self._depths[flag] -= 1
        if mask & _NO_TEXT and self._script is not None:
            self.signs.see_script("".join(self._script)[:_MOST_SCRIPT_CHARS])
            self._script = None

    def data(self, text: str) -> None:
        if self._title:
            self.signs.title += text
        elif self._script is not None:
            self._script.append(text)
        elif not self._depths[_NO_TEXT] and not self._depths[_UNSEEN]:
            if self.has_entities or not text.isascii():
                text = readable(without_controls(text)[0])
            self._chars += len(text)
            if self._chars > _MOST_SPACED_CHARS:
                raise too_many_chars()
            first, *more = text.split("\n") if self._depths[_PRE] else (text,)
            self._lines[-1].append(_Run(first, self._emphasis[-1], self._depths[_LINK] > 0))
            self._lines += [[_Run(line, self._emphasis[-1], self._depths[_LINK] > 0)] for line in more]

    def comment(self, text: str) -> None:
        self.signs.see_comment(text)

    def close(self) -> None:
        self._flush()

    def _kind_within(self, tag: str) -> str:
        """What a block is by the element itself, or by the one around it."""
        if tag in elements.HEADINGS:
            return "heading"
        around = self._kinds[-1] if self._kinds else "text"
        own = elements.KINDS.get(tag)
        if own is not None:
            return around if around == "quote" else own
        if tag == "div":
            return around
        # A paragraph within a cell is a paragraph: many sites lay their pages out with tables.
        return "text" if around in ("cell", "heading") or tag in ("table", "tr") else around

    def _is_around(self, tag: str, attributes: Mapping[str, str]) -> bool:
        if tag in elements.AROUND:
            return True
        if tag in elements.ONLY_OUTSIDE and not self._depths[_WITHIN_TEXT]:
            return True
        if not attributes or tag in ("html", "body", "article", "main", "h1") or tag in elements.EMPHASIS:
            return False
        return elements.stands_around(attributes)

    def _enter(self) -> None:
        if len(self._reasons) >= _MOST_REASONS:
            self._unnamed += 1
            return
        self._reasons.append(self._elements)

    def _leave(self) -> None:
        if self._unnamed:
            self._unnamed -= 1
        else:
            self._reasons.pop()

    def _flush(self) -> None:
        lines = self._lines
        if len(lines) > 1 or lines[0]:
            if any(run.text and not run.text.isspace() for line in lines for run in line):
                if len(self.raws) >= MOST_BLOCKS:
                    raise too_many_blocks()
                self.raws.append(
                    _Raw(
                        lines,
                        self._blocks[-1] if self._blocks else "",
                        self._kinds[-1] if self._kinds else "text",
                        tuple(self._reasons),
                        self._links,
                        self._parts[-1] if self._parts else "",
                    )
                )
            self._lines = [[]]
        self._links = 1 if self._depths[_LINK] else 0


def read_html(text: str, *, charset: str = "", url: str = "") -> Page:
    """The page. text: its markup, free of control characters. url: where it was saved from, if its container says so.

    Raises UnreadableInput where it holds no text, or nothing but a way in: a login, a check, a request for scripts.
    Raises InputTooLarge.
    """
    collected = _Collector(has_entities="&#" in text)
    # The stubs of the parser know no target that is asked for text alone.
    parser = etree.HTMLParser(target=cast(Any, collected), huge_tree=True, encoding="utf-8")
    try:
        content = text.encode("utf-8", "replace")
        for begun in range(0, len(content), _FED):
            parser.feed(content[begun : begun + _FED])
        parser.close()
    except etree.LxmlError as exc:
        raise UnreadableInput(
            Message("the page cannot be read ({error}); save it again as a web page, or paste its text", error=exc)
        ) from exc
    pieces = [piece for raw in collected.raws for piece in _pieces(raw)]
    if sum(len(piece.block.text) for piece, _ in pieces) > MOST_CHARS:
        raise too_many_chars()
    if len(pieces) > MOST_BLOCKS:
        raise too_many_blocks()
    furniture = _furniture_reasons(pieces, collected)
    blocks, languages = marked(
        [piece for piece, _ in pieces], [not furniture.isdisjoint(reasons) for _, reasons in pieces]
    )
    signs = collected.signs
    _refuse_empty(blocks, has_password=collected.has_password, title=signs.title)
    first_heading = next((each.text for each in blocks if each.level == 1 and not each.is_furniture), "")
    return Page(
        blocks=tuple(blocks),
        format="html",
        title=signs.page_title(first_heading),
        language=signs.language,
        languages=signs.languages or languages,
        url=signs.url or url,
        published=signs.published,
        published_day=day_of(signs.published),
        has_password=collected.has_password,
        charset=charset,
    )


def _pieces(raw: _Raw) -> Iterator[tuple[Piece, tuple[int, ...]]]:
    """The blocks of a raw one: an empty line parts them, and so does a line's end that is no wrap."""
    level = elements.HEADINGS.get(raw.tag, 0)
    if len(raw.lines) == 1:
        parts = raw.lines
    elif level or raw.kind == "item":
        parts = [[run for line in raw.lines for run in (*line, _Run(" ", 0, False))]]
    else:
        groups: list[list[list[_Run]]] = [[]]
        for line in raw.lines:
            if any(not run.text.isspace() for run in line):
                groups[-1].append(line)
            elif groups[-1]:
                groups.append([])
        parts = [part for group in groups if group for part in _unwrapped(group)]
    kind: str = "text" if raw.kind == "cell" and len(parts) > 2 else raw.kind
    for part in parts:
        text = " ".join("".join([run.text for run in part]).split())
        if not text:
            continue
        own = "text" if kind == "cell" and len(text) > _MOST_CELL_CHARS else kind
        block = Block(text=text, kind=_kind(own), level=level, lead=_lead(part, text), part=_part(raw.part))
        link_chars = sum(len(run.text.strip()) for run in part if run.is_link)
        yield Piece(block=block, link_chars=link_chars, links=raw.links if link_chars else 0), raw.reasons


def _part(part: str) -> Literal["", "question", "answer"]:
    return part if part in ("", "question", "answer") else ""  # type: ignore[return-value]


def _kind(kind: str) -> Literal["text", "heading", "item", "quote", "cell"]:
    return kind if kind in ("heading", "item", "quote", "cell") else "text"  # type: ignore[return-value]


def _unwrapped(lines: list[list[_Run]]) -> Iterator[list[_Run]]:
    """Lines that single breaks part, joined where a break only wraps a line."""
    if len(lines) == 1:
        yield lines[0]
        return
    texts = [" ".join("".join([run.text for run in line]).split()) for line in lines]
    width = wrap_width([texts])
    current = list(lines[0])
    for number in range(1, len(lines)):
        before, after = texts[number - 1], texts[number]
        is_wrap = len(paragraphs_of([before, after], width)) == 1 or (
            after[:1].islower() and not ends_a_sentence(before) and not after.startswith(("•", "–", "-", "—"))
        )
        if is_wrap:
            if is_parted_word(before, after):
                current[-1] = replace(current[-1], text=current[-1].text.rstrip().removesuffix("-"))
                current += lines[number]
            else:
                current += [_Run(" ", 0, False), *lines[number]]
        else:
            yield current
            current = list(lines[number])
    yield current


def _lead(part: list[_Run], text: str) -> str:
    """The beginning that is in one look, other than plain; its characters are the first of the text."""
    emphasis = 0
    leading: list[str] = []
    for run in part:
        if run.text.isspace():
            leading.append(run.text)
            continue
        if not run.emphasis or (emphasis and run.emphasis != emphasis):
            break
        emphasis = run.emphasis
        leading.append(run.text)
    lead = " ".join("".join(leading).split()) if emphasis else ""
    return lead if text.startswith(lead) and (len(lead) <= _MOST_LEAD_CHARS or lead == text) else ""


def _furniture_reasons(pieces: list[tuple[Piece, tuple[int, ...]]], collected: _Collector) -> set[int]:
    """The elements that make what they hold furniture: not those that hold most of the page, or its title."""
    chars_within: Counter[int] = Counter()
    whole = 0
    titles: set[int] = set()
    title = collected.signs.page_title("").casefold()
    for piece, reasons in pieces:
        # Lists of links weigh nothing: a menu may be longer than a short statement.
        size = 0 if piece.is_links else len(piece.block.text)
        whole += size
        for reason in reasons:
            chars_within[reason] += size
        if piece.block.level == 1 and piece.block.text.casefold() in title:
            titles.update(reasons)
    return {number for number, size in chars_within.items() if size <= _MOST_OF_PAGE * whole and number not in titles}


def _refuse_empty(blocks: list[Block], *, has_password: bool, title: str) -> None:
    texts = [each.text for each in blocks if not each.is_furniture]
    words = sum(len(text.split()) for text in texts)
    if words > _WALL_WORDS:
        return
    everything = " ".join([title, *(each.text for each in blocks)])[:5000]
    if has_password and words <= _WAY_IN_WORDS:
        raise UnreadableInput(
            Message("the page asks for a password and holds nothing else; log in there, and save the page behind it")
        )
    if is_wall(everything):
        raise UnreadableInput(
            Message(
                "the page only asks for scripts, or whether you are a person; open it in a browser until you see the "
                "text, and save it then"
            )
        )
    if not texts:
        raise UnreadableInput(Message("the page holds no text but menus and forms; save it again, or paste its text"))
