"""Our own page → the body of a Word document (WordprocessingML): headings, paragraphs, lists, tables, pictures, links.

What stands on the page stands in the document, in the same order; only the looks are Word's. Every run names its
language. Texts become text nodes and nothing else, so that none of them can be markup or a field.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from trucewatch.locale.sanitize import legible
from trucewatch.reports.page_tree import DRAWING, Element

NAMESPACES: Final[Mapping[str, str]] = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
}
WIDTH_MM: Final = 180
"""Of the text of an A4 page with margins of 15 mm."""
LANGUAGE_TAGS: Final = {"en": "en-GB", "ru": "ru-RU", "az": "az-Latn-AZ", "hy": "hy-AM", "tr": "tr-TR"}
FONT: Final = "Noto Sans"
MONO: Final = "Noto Sans Mono"
FONTS: Final = (
    ("Noto Sans Armenian", "Sylfaen", ((0x0530, 0x058F), (0xFB13, 0xFB17))),
    ("Noto Sans Georgian", "Sylfaen", ((0x10A0, 0x10FF), (0x1C90, 0x1CBF))),
    ("Noto Sans Hebrew", "Arial", ((0x0590, 0x05FF),)),
    ("Noto Sans Arabic", "Arial", ((0x0600, 0x06FF), (0x0750, 0x077F))),
)
"""Fonts of the scripts that Noto Sans has no letters of, each with one that most computers have in its place."""

_WHOLE_WIDTH: Final = round(WIDTH_MM / 25.4 * 1440)
_LETTER: Final = 95
"""About the width of a letter of a table's text, twentieths of a point."""
_LONGEST_WORD: Final = 20
_LONGEST_CELL: Final = 200
_SAMPLED: Final = 100
_EMU_PER_PIXEL: Final = 9525
_EMU_PER_MM: Final = 36_000
_STYLES: Final = {"h1": "Title", "h2": "Heading1", "h3": "Heading2", "figcaption": "Note", "pre": "Proof"}
_LISTS: Final = {"ul": "ListBullet", "ol": "ListNumber"}
_BLOCKS: Final = frozenset(
    {
        *("html", "body", "main", "section", "div", "header", "footer", "figure", "figcaption", "aside", "pre"),
        *("p", "h1", "h2", "h3", "ul", "ol", "li", "dl", "dt", "dd", "table"),
    }
)
_LEFT_OUT: Final = frozenset({"head", "style", "title", "script"})
_BOLD: Final = frozenset({"strong", "b", "th"})
_SPACE: Final = re.compile(r"[ \t\r\n\f]+")
_NAME: Final = re.compile(r"[^A-Za-z0-9_]")
_TAG: Final = re.compile(r"<[^>]*>")
_FIRST_SPACE: Final = re.compile(r'\A((?:<(?!w:t |w:drawing)[^>]*>)*<w:t xml:space="preserve">) +')


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture in the document: its relationship, its size on the page in pixels, and what it says in words."""

    relationship: str
    width: float
    height: float
    says: str


@dataclass(frozen=True, slots=True)
class _Look:
    """How a run looks, and in which language it is."""

    language: str
    style: str = ""
    bold: bool = False
    mono: bool = False
    keeps_lines: bool = False
    head: bool = False


def body_of(root: Element, pictures: Sequence[Drawn], language: str) -> str:
    """The blocks of the body as XML, without the section's own settings."""
    return "".join(_Body(pictures).blocks(root, _Look(language_tag(language))))


def language_tag(language: str) -> str:
    return LANGUAGE_TAGS.get(language, language)


def run(text: str, language: str, *, bold: bool = False, mono: bool = False) -> str:
    """One text with its language, its font where the usual one has no letters of its script, and its direction."""
    if not text:
        return ""
    font = MONO if mono else _font_of(text)
    plain = MONO if mono else FONT
    fonts = f'<w:rFonts w:ascii="{plain}" w:hAnsi="{font}" w:cs="{font}"/>' if font else ""
    is_turned = not text.isascii() and any(unicodedata.bidirectional(char) in ("R", "AL") for char in text)
    marks = f"{'<w:b/>' if bold else ''}{'<w:rtl/>' if is_turned else ''}"
    # What cannot be read is taken out of a text, but not the spaces around it, which hold runs apart.
    seen = f"{' ' if text[0].isspace() else ''}{legible(text)}{' ' if text[-1].isspace() and text.strip() else ''}"
    tags = f"<w:lang w:val={quoteattr(language)}{f' w:bidi={quoteattr(language)}' if is_turned else ''}/>"
    return f'<w:r><w:rPr>{fonts}{marks}{tags}</w:rPr><w:t xml:space="preserve">{escape(seen)}</w:t></w:r>'


def _font_of(text: str) -> str:
    if text.isascii():
        return ""
    return next(
        (
            name
            for name, _, ranges in FONTS
            if any(first <= ord(char) <= last for char in text for first, last in ranges)
        ),
        "",
    )


class _Body:
    """What has been written needs one count of pictures and bookmarks."""

    def __init__(self, pictures: Sequence[Drawn]) -> None:
        self._pictures = pictures
        self._ids = count(1)

    def blocks(self, element: Element, look: _Look) -> Iterator[str]:
        """The paragraphs and tables of an element; what stands in it outside of any block is a paragraph."""
        look = _inside(element, look)
        runs: list[str] = [self._bookmark(element)]
        for part in element.parts:
            if isinstance(part, str):
                runs.append(_text(part, look))
            elif part.tag in _LEFT_OUT or "skip" in part.classes or part.attributes.get("aria-hidden"):
                continue
            elif _is_block(part):
                yield from _closed(runs, look)
                yield from self._block(part, look)
            else:
                runs += self._inline(part, look)
        yield from _closed(runs, look)

    def _block(self, element: Element, look: _Look) -> Iterator[str]:
        if element.tag == "table":
            yield self._table(element, look)
        elif "figures" in element.classes:
            yield self._figures(element, look)
        elif "head" in element.classes or "foot" in element.classes:
            return  # they are the head and the foot of every page
        else:
            style = _STYLES.get(element.tag) or ("Note" if "note" in element.classes else look.style)
            if "box" in element.classes or "strip" in element.classes:
                style = "Marked"
            if element.tag in _LISTS:
                style = "Note" if "legend" in element.classes else _LISTS[element.tag]
            yield from self.blocks(element, replace(look, style=style))

    def _inline(self, element: Element, look: _Look) -> list[str]:
        """The runs of an element that is no block."""
        if element.tag == DRAWING:
            widest_mm = WIDEST_IN_TABLE_MM if look.style == "TableText" else WIDTH_MM
            return [self._picture(self._pictures[int(element.attributes["drawing"])], widest_mm)]
        if element.tag == "br":
            return ["<w:r><w:br/></w:r>"]
        look = _inside(element, look)
        runs = [self._bookmark(element)]
        for part in element.parts:
            runs += [_text(part, look)] if isinstance(part, str) else self._inline(part, look)
        around = ("“", "”") if element.tag == "q" else ("[", "]") if "tag" in element.classes else ("", "")
        runs = [run(around[0], look.language), *runs, run(around[1], look.language)]
        target = element.attributes.get("href", "")
        if element.tag == "a" and target.startswith("#"):
            return [f"<w:hyperlink w:anchor={quoteattr(_name(target[1:]))}>{''.join(runs)}</w:hyperlink>"]
        return runs

    def _table(self, element: Element, look: _Look) -> str:
        """A table whose head is repeated on every page, and whose rows stay whole."""
        rows = list(element.all("tr"))
        widths = _widths([[cell.text() for cell in row.elements()] for row in rows[:_SAMPLED]])
        heads = {id(row) for head in element.all("thead") for row in head.all("tr")}
        written = "".join([self._row(row, look, widths, is_head=id(row) in heads) for row in rows])
        return f"{_table_head('TableGrid', widths)}{written}</w:tbl>{_SPACER}"

    def _row(self, element: Element, look: _Look, widths: Sequence[int], *, is_head: bool) -> str:
        anchor = self._bookmark(element)
        cells = []
        for place, cell in enumerate(element.elements()):
            inner = replace(look, style="TableText", head=is_head)
            blocks = "".join(self.blocks(cell, inner)) or "<w:p/>"
            if not place and anchor:
                blocks = blocks.replace("</w:pPr>", f"</w:pPr>{anchor}", 1)
            shade = '<w:shd w:val="clear" w:color="auto" w:fill="E9ECE8"/>' if is_head else ""
            wide = f'<w:tcW w:w="{widths[place]}" w:type="dxa"/>' if place < len(widths) else ""
            cells.append(f"<w:tc><w:tcPr>{wide}{shade}</w:tcPr>{blocks}</w:tc>")
        marks = f"<w:cantSplit/>{'<w:tblHeader/>' if is_head else ''}"
        return f"<w:tr><w:trPr>{marks}</w:trPr>{''.join(cells)}</w:tr>"

    def _figures(self, element: Element, look: _Look) -> str:
        """The large numbers beside one another: figure, what it counts, what it leaves out."""
        cells = []
        for figure in element.elements():
            parts = [
                "".join(self.blocks(part, replace(look, style=style)))
                for part, style in zip(figure.elements(), ("Figure", "TableText", "Note"), strict=False)
            ]
            cells.append(f"<w:tc><w:tcPr/>{''.join(parts) or '<w:p/>'}</w:tc>")
        widths = [_WHOLE_WIDTH // max(len(cells), 1)] * len(cells)
        return f"{_table_head('TableNormal', widths)}<w:tr>{''.join(cells)}</w:tr></w:tbl>{_SPACER}"

    def _picture(self, drawn: Drawn, widest_mm: int) -> str:
        widest = widest_mm * _EMU_PER_MM
        width, height = drawn.width * _EMU_PER_PIXEL, drawn.height * _EMU_PER_PIXEL
        if width > widest or drawn.width > WIDE_PIXELS:
            width, height = widest, height * widest / width
        number = next(self._ids)
        says = f"descr={quoteattr(legible(drawn.says))}"
        size = f'cx="{round(width)}" cy="{round(height)}"'
        return (
            f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
            f'<wp:docPr id="{number}" name="Picture {number}" {says}/>'
            f'<a:graphic><a:graphicData uri="{NAMESPACES["pic"]}"><pic:pic><pic:nvPicPr>'
            f'<pic:cNvPr id="{number}" name="Picture {number}" {says}/><pic:cNvPicPr/></pic:nvPicPr>'
            f'<pic:blipFill><a:blip r:embed="{drawn.relationship}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
            f"</a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        )

    def _bookmark(self, element: Element) -> str:
        name = element.attributes.get("id", "")
        if not name:
            return ""
        number = next(self._ids)
        return f'<w:bookmarkStart w:id="{number}" w:name={quoteattr(_name(name))}/><w:bookmarkEnd w:id="{number}"/>'


WIDEST_IN_TABLE_MM: Final = 50
WIDE_PIXELS: Final = 500
"""A drawing that is wider than this on the page is a map: it takes the whole width."""
_SPACER: Final = '<w:p><w:pPr><w:spacing w:before="0" w:after="60" w:line="120" w:lineRule="exact"/></w:pPr></w:p>'
"""Two tables that follow one another would become one."""


def _table_head(style: str, widths: Sequence[int]) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="5000" w:type="pct"/>'
        f'<w:tblLook w:val="0020" w:firstRow="1"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
    )


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """The width of each column, twentieths of a point: room for its longest word, the rest by how much stands in it."""
    columns = max(map(len, rows), default=1)
    words, texts = [2] * columns, [0] * columns
    for row in rows:
        for place, text in enumerate(row):
            words[place] = max(words[place], *(min(len(word), _LONGEST_WORD) for word in text.split() or [""]))
            texts[place] = max(texts[place], min(len(text), _LONGEST_CELL))
    needed = [(word + 2) * _LETTER for word in words]
    rest = max(_WHOLE_WIDTH - sum(needed), 0)
    shares = [width + rest * text // max(sum(texts), 1) for width, text in zip(needed, texts, strict=True)]
    return [share * _WHOLE_WIDTH // sum(shares) for share in shares]


def _inside(element: Element, look: _Look) -> _Look:
    language = element.attributes.get("lang", "")
    return replace(
        look,
        language=language_tag(language) if language and element.tag != "html" else look.language,
        bold=look.bold or element.tag in _BOLD,
        mono=look.mono or element.tag in ("code", "pre"),
        keeps_lines=look.keeps_lines or element.tag == "pre",
    )


def _is_block(element: Element) -> bool:
    return element.tag in _BLOCKS or (element.tag == "span" and "note" in element.classes)


def _text(text: str, look: _Look) -> str:
    if not look.keeps_lines:
        return run(_SPACE.sub(" ", text), look.language, bold=look.bold, mono=look.mono)
    lines = [run(line, look.language, bold=look.bold, mono=look.mono) for line in text.split("\n")]
    return "<w:r><w:br/></w:r>".join(lines)


def _closed(runs: list[str], look: _Look) -> Iterator[str]:
    """The runs so far as a paragraph, if anything can be seen of them; then the list is empty, but for bookmarks."""
    text = _FIRST_SPACE.sub(r"\1", "".join(runs), count=1)
    if _TAG.sub("", text).strip() or "<w:drawing>" in text:
        style = f'<w:pStyle w:val="{look.style}"/>' if look.style else ""
        yield f"<w:p><w:pPr>{style}{'<w:keepNext/>' if look.head else ''}</w:pPr>{text}</w:p>"
        runs.clear()
    else:
        runs[:] = [part for part in runs if part.startswith("<w:bookmarkStart")]


def _name(anchor: str) -> str:
    """A bookmark's name: letters, digits and underscores, forty at most."""
    return _NAME.sub("_", anchor)[:40]
