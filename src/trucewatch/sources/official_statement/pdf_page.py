"""A PDF of a ministry's site → its paragraphs, with running heads and page numbers marked; the library reads one file
at a time."""

from __future__ import annotations

import ctypes
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

from trucewatch.errors import InputTooLarge, UnreadableInput
from trucewatch.messages import Amount, Message
from trucewatch.sources.official_statement.character_sets import readable, without_controls
from trucewatch.sources.official_statement.furniture import Piece, marked
from trucewatch.sources.official_statement.page import Block, Page
from trucewatch.sources.official_statement.page_bounds import MOST_CHARS, MOST_PAGES, too_many_chars
from trucewatch.sources.official_statement.wrapped_lines import ends_a_sentence, hyphenated_words, joined

_lock: Final = threading.Lock()  # PDFium keeps what it knows in places that all threads share
_LINE_END: Final = re.compile("\r\n|\r|\n|(?<=[\x02\ufffe])(?![\r\n])")
"""PDFium runs a parted word on into the next line, with a mark of its own between."""
_PARTED: Final = re.compile("[\x02\u00ad\ufffe\uffff]$")
"""How PDFium says that a word is parted at the end of a line."""
_EDGE: Final = 2
"""So many lines at the top and the bottom of a page may be a running head or foot."""
_LETTERHEAD: Final = 6
_REPEATED: Final = 0.4
_PAGE_NUMBER: Final = re.compile(
    r"[\s–—|-]{0,6}(?:(?:page|p\.|pg\.|seite|s\.|página|pág\.|стр\.|страница|sayfa|səh\.|səhifə|էջ)\s?)?\d{1,4}"
    r"(?:\s?(?:/|of|von|de|sur|из|-)\s?\d{1,4})?[\s–—|.-]{0,6}",
    re.IGNORECASE,
)
_BOLD_NAME: Final = re.compile(r"bold|black|heavy|semibold|italic|oblique", re.IGNORECASE)
_MOST_LEAD: Final = 80
_MOST_LABEL: Final = 60
_GAP: Final = 1.35
_COLUMN_SHARE: Final = 0.25
_INDENT_EM: Final = 0.9


@dataclass(slots=True)
class _Line:
    """A line with its place on the page, in points from the left and from the bottom."""

    text: str
    page: int
    left: float
    right: float
    base: float
    size: float
    lead: str = ""
    is_parted: bool = False
    is_furniture: bool = False


def read_pdf(content: bytes) -> Page:
    """The page. Raises UnreadableInput for a paper that is damaged, locked, or made of pictures; InputTooLarge."""
    with _lock:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as exc:
            raise _refusal(exc) from exc
        with closing(document):
            try:
                pages, title = _lines(document), _title(document)
            except pypdfium2.PdfiumError as exc:
                raise _refusal(exc) from exc
    _mark_repeated(pages)
    lines = [line for page in pages for line in page]
    if not any(character.isalpha() for line in lines if not line.is_furniture for character in line.text):
        raise UnreadableInput(
            Message("the PDF holds pictures of text and no text; paste the text, or save the page that it was made of")
        )
    blocks, languages = marked([Piece(block=block) for block in _blocks(pages)])
    return Page(blocks=tuple(blocks), format="pdf", title=title, languages=languages)


def _refusal(error: pypdfium2.PdfiumError) -> UnreadableInput:
    if "password" in str(error).casefold():
        return UnreadableInput(
            Message(
                "the PDF is locked by a password; open it, print it to a new PDF, and bring that, or paste the text"
            )
        )
    return UnreadableInput(Message("the PDF is damaged ({error}); fetch it again, or paste the text", error=error))


def _title(document: pypdfium2.PdfDocument) -> str:
    """As the paper is called in itself; "" where a program named it after a file."""
    title = " ".join(_clean(document.get_metadata_value("Title") or "")[:1000].split())
    return "" if re.search(r"\.\w{2,5}$|^(?:microsoft|untitled|document\d)", title, re.IGNORECASE) else title


def _lines(document: pypdfium2.PdfDocument) -> list[list[_Line]]:
    if len(document) > MOST_PAGES:
        raise InputTooLarge(
            Message(
                "the PDF has {pages} pages, and {most} are read; bring the pages that hold the statement",
                pages=Amount(len(document)),
                most=Amount(MOST_PAGES),
            )
        )
    pages = []
    chars = 0
    for number in range(len(document)):
        with closing(document[number]) as page, closing(page.get_textpage()) as text_page:
            chars += text_page.count_chars()
            if chars > MOST_CHARS:
                raise too_many_chars(MOST_CHARS)
            pages.append(list(_lines_of(text_page, number + 1)))
    return pages


def _lines_of(text_page: Any, number: int) -> Iterator[_Line]:
    count = text_page.count_chars()
    text = text_page.get_text_range() if count else ""
    if len(text) != count:  # what lies beyond the first plane, or has no character, is counted otherwise
        text = "".join(chr(pdfium.FPDFText_GetUnicode(text_page.raw, index) or 32) for index in range(count))
        text = re.sub("[\ud800-\udfff]", "\ufffd", text)
    begun = 0
    for end in [*_LINE_END.finditer(text), None]:
        line = text[begun : end.start() if end else len(text)]
        first = begun + len(line) - len(line.lstrip())
        last = begun + len(line.rstrip()) - 1
        begun = end.end() if end else len(text)
        if last < first:
            continue
        is_parted = _PARTED.search(text[first : last + 1]) is not None
        written = " ".join(_clean(text[first : last + 1]).split())
        if not written:
            continue
        left, bottom, *_ = _box(text_page, first)
        right = _box(text_page, last - is_parted)[2]
        yield _Line(
            text=written,
            page=number,
            left=left,
            right=right,
            base=bottom,
            size=pdfium.FPDFText_GetFontSize(text_page.raw, first) or 10.0,
            lead=_lead(text_page, text, first, last),
            is_parted=is_parted,
        )


def _clean(text: str) -> str:
    return readable(without_controls(text)[0])


def _box(text_page: Any, index: int) -> tuple[float, float, float, float]:
    """Left, line's foot, right, top. The foot is the origin of the letter: a comma hangs lower than a dash."""
    left, _, right, top = text_page.get_charbox(max(index, 0), loose=True)
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text_page.raw, max(index, 0), x, y)
    return left, y.value, right, top


def _lead(text_page: Any, text: str, first: int, last: int) -> str:
    """The beginning of a line that is bold or italic; all of the line where all of it is."""
    if not _stands_out(text_page, first):
        return ""
    index = first
    most = min(last + 1, first + _MOST_LEAD)
    while index < most and (text[index].isspace() or _stands_out(text_page, index)):
        index += 1
    return " ".join(_clean(text[first:index]).split())


def _stands_out(text_page: Any, index: int) -> bool:
    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    size = pdfium.FPDFText_GetFontInfo(text_page.raw, index, name, 128, flags)
    return size > 0 and _BOLD_NAME.search(name.value.decode("utf-8", "replace")) is not None


def _mark_repeated(pages: list[list[_Line]]) -> None:
    """Mark page numbers, and heads and feet that stand on several pages; digits in them may differ."""
    counts = Counter(key for page in pages for key in {_key(line) for line in (*page[:_LETTERHEAD], *page[-_EDGE:])})
    least = max(2, round(_REPEATED * len(pages)))
    lines = [line for page in pages for line in page]
    pitch, size = _pitch(lines), median([line.size for line in lines] or [10.0])

    def mark(inwards: list[_Line], most: int) -> None:
        """Of lines from an edge inwards, those that are a head: it stands apart from the text, or is set otherwise."""
        count = 0
        for line in inwards[: min(most, len(inwards) - 1)]:
            is_number = count < _EDGE and _PAGE_NUMBER.fullmatch(line.text) is not None
            if not is_number and (counts[_key(line)] < least or ends_a_sentence(line.text)):
                break
            count += 1
        for last in range(count, 0, -1):
            outer, inner = inwards[last - 1], inwards[last]
            is_apart = abs(outer.base - inner.base) > _GAP * max(pitch, outer.size)
            if is_apart or abs(outer.size - size) > 0.08 * size:
                for line in inwards[:last]:
                    line.is_furniture = True
                return

    for page in pages:
        mark(page[: _LETTERHEAD + 1], _LETTERHEAD)
        mark(page[: -_EDGE - 2 : -1], _EDGE)


def _key(line: _Line) -> tuple[str, int]:
    """What a head has in common on all its pages: its words without digits, and its height."""
    return re.sub(r"\d+", "#", line.text[:200].casefold()), round(line.base / 4)


def _blocks(pages: list[list[_Line]]) -> Iterator[Block]:
    """The paragraphs; one goes on over the end of a page or column where its sentence does."""
    lines = [line for page in pages for line in page]
    body = [line for line in lines if not line.is_furniture]
    words = hyphenated_words(" ".join(line.text for line in body))
    size, pitch = median(line.size for line in body), _pitch(body)
    margins = _margins(body)
    current: list[_Line] = []
    for line in lines:
        if line.is_furniture:
            yield Block(text=line.text, page=line.page, is_furniture=True)
        elif current and _continues(current[-1], line, pitch=pitch, margins=margins):
            current.append(line)
        else:
            if current:
                yield _block(current, size, words)
            current = [line]
    if current:
        yield _block(current, size, words)


@dataclass(frozen=True, slots=True)
class _Margins:
    """Of each column: where most lines begin, and where full ones end. middle: between two columns; 0 for one."""

    middle: float
    columns: tuple[tuple[float, float], ...]

    def of(self, line: _Line) -> tuple[float, float]:
        return self.columns[self.column_of(line)]

    def column_of(self, line: _Line) -> int:
        return 1 if self.middle and line.left > self.middle else 0


def _margins(body: list[_Line]) -> _Margins:
    middle = (min(line.left for line in body) + max(line.right for line in body)) / 2
    before, after = (
        [line for line in body if line.right <= middle + line.size],
        [line for line in body if line.left >= middle - line.size],
    )
    if len(body) < 8 or min(len(before), len(after)) < _COLUMN_SHARE * len(body):
        return _Margins(0.0, (_margins_of(body),))
    return _Margins(middle - after[0].size, (_margins_of(before), _margins_of(after)))


def _margins_of(lines: list[_Line]) -> tuple[float, float]:
    left = Counter(round(line.left) for line in lines).most_common(1)[0][0]
    return left, sorted(line.right for line in lines)[int(0.9 * (len(lines) - 1))]


def _pitch(body: list[_Line]) -> float:
    """From one line to the next, in points, where lines follow each other."""
    steps = [
        first.base - second.base
        for first, second in pairwise(body)
        if first.page == second.page and 0 < first.base - second.base < 4 * first.size
    ]
    return median(steps) if steps else 0.0


def _continues(before: _Line, line: _Line, *, pitch: float, margins: _Margins) -> bool:
    if abs(before.size - line.size) > 0.15 * before.size:
        return False
    left, _ = margins.of(line)
    _, right = margins.of(before)
    is_open = before.is_parted or not ends_a_sentence(before.text)
    is_indented = line.left - left > _INDENT_EM * line.size
    if before.page != line.page or margins.column_of(before) != margins.column_of(line):
        return is_open and (before.is_parted or line.text[:1].islower() or _is_full(before, line, right))
    step = before.base - line.base
    if abs(step) < 0.3 * line.size:  # pieces of one line
        return True
    if step < 0 or (pitch and step > _GAP * max(pitch, line.size)):
        return False
    if is_indented and line.left - before.left > _INDENT_EM * line.size:
        return False
    if not is_open and (line.lead or _begins_a_turn(line.text)):
        return False
    return before.is_parted or _is_full(before, line, right) or (is_open and line.text[:1].islower())


def _begins_a_turn(text: str) -> bool:
    """Whether a line begins as "Question (a paper):" does; it may be the only sign of a new paragraph."""
    label, colon, _ = text[:_MOST_LABEL].replace("՝", ":").partition(":")
    return bool(colon) and text[:1].isupper() and len(label.split()) <= 4 and not re.search(r"[.!?,;]\s", label)


def _is_full(before: _Line, line: _Line, right: float) -> bool:
    """Whether the first word of the line would not have gone on the one before."""
    word = len(line.text.split(" ", 1)[0]) + 1
    per_char = (line.right - line.left) / max(1, len(line.text))
    return before.right + word * per_char > right - 0.5 * line.size


def _block(lines: list[_Line], body_size: float, words: frozenset[str]) -> Block:
    text = lines[0].text
    for before, line in pairwise(lines):
        text = _joined_parted(text, line.text, words) if before.is_parted else joined(text, line.text, words)
    is_heading = lines[0].size > 1.15 * body_size and len(text) < 300
    lead = lines[0].lead
    if lead == lines[0].text and all(line.lead == line.text for line in lines):
        lead = text
    return Block(
        text=text,
        kind="heading" if is_heading else "text",
        level=(1 if lines[0].size > 1.5 * body_size else 2) if is_heading else 0,
        lead=lead if text.startswith(lead) else "",
        page=lines[0].page,
    )


def _joined_parted(first: str, second: str, words: frozenset[str]) -> str:
    """A word that the paper says is parted: its hyphen goes, where it is still there."""
    return (
        joined(first if first.endswith("-") else f"{first}-", second, words)
        if second[:1].islower()
        else (first + second)
    )
