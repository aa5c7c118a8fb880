"""Any text → text that the fonts of the printed page can draw: what no font holds becomes U+FFFD, never a failed page.

PDF/A and PDF/UA forbid a character without a glyph, so this is settled before the page is set: a base character and its
marks need one font that holds them all.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final

FAMILIES: Final = (
    ("Noto Sans", "NotoSans-Regular.ttf"),
    ("Noto Sans Armenian", "NotoSansArmenian-Regular.ttf"),
    ("Noto Sans Georgian", "NotoSansGeorgian-Regular.ttf"),
    ("Noto Sans Hebrew", "NotoSansHebrew-Regular.ttf"),
    ("Noto Sans Arabic", "NotoSansArabic-Regular.ttf"),
    ("Noto Sans Mono", "NotoSansMono-Regular.ttf"),
    ("Noto Sans Symbols 2", "NotoSansSymbols2-Regular.ttf"),
    ("Noto Emoji", "NotoEmoji-Regular.ttf"),
)
"""The fonts in the order in which the page asks them, each with a file whose characters are those of all its
weights."""

UNKNOWN: Final = "\ufffd"
LONGEST_RUN: Final = 32
"""A run of characters without a space may be broken after this many, so that none runs off the page."""
MOST_MARKS: Final = 6
"""Marks on one character; a pile of more would be drawn over other lines, and is left out."""
_BREAK, _JOINER = "\u200b", "\u200d"
_NO_GLYPH_NEEDED: Final = frozenset({"\u200c", _JOINER})


def drawable(text: str) -> str:
    """The text with U+FFFD for what no font can draw, and with places to break in runs without a space.

    >>> drawable("Şuşa 😀") == "Şuşa 😀", drawable("a\\U000f0000"), drawable("\\u0905")
    (True, 'a\ufffd', '\ufffd')
    """
    if text.isascii() and text.isprintable() and len(text) <= LONGEST_RUN:
        return text
    families = coverage()
    out: list[str] = []
    fonts, run, marks = 0, 0, 0  # fonts for the present cluster; characters since the last space; marks on the base
    for char in text:
        mine = families.get(ord(char), 0)
        if _continues(char, out):
            marks += 1
            if marks > MOST_MARKS and _is_mark(char):
                continue
            if fonts & mine:
                fonts &= mine
                out.append(char)
            elif char not in _NO_GLYPH_NEEDED:
                if out and out[-1] == _JOINER:
                    out.pop()
                fonts = mine if mine and not _is_mark(char) else families[ord(UNKNOWN)]
                out.append(char if mine and not _is_mark(char) else UNKNOWN)
            continue
        marks, run = 0, 0 if char.isspace() else run + 1
        if run > LONGEST_RUN:
            out.append(_BREAK)
            run = 1
        fonts = mine or families[ord(UNKNOWN)]
        out.append(char if mine else UNKNOWN)
    return "".join(out)


def _continues(char: str, before: list[str]) -> bool:
    return char in _NO_GLYPH_NEEDED or _is_mark(char) or (bool(before) and before[-1] == _JOINER)


def _is_mark(char: str) -> bool:
    """Marks, variation selectors, skin tones and tags are drawn with the character before them, by one font."""
    if char.isascii():
        return False
    return (
        unicodedata.category(char)[0] == "M"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
    )


@cache
def coverage() -> dict[int, int]:
    """Every code point that a font holds, with one bit for each family that does."""
    families: dict[int, int] = {}
    for place, (_, name) in enumerate(FAMILIES):
        for code in characters_of((files("trucewatch.reports") / "fonts" / name).read_bytes()):
            families[code] = families.get(code, 0) | 1 << place
    return families


def characters_of(font: bytes) -> set[int]:
    """The code points of a TrueType font's `cmap`. Raises ValueError for a font without a Unicode table."""
    tables = {}
    for place in range(struct.unpack_from(">H", font, 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sLLL", font, 12 + 16 * place)
        tables[tag] = offset
    start = tables[b"cmap"]
    codes: set[int] = set()
    readers = {4: _segments, 12: _groups}
    for place in range(struct.unpack_from(">H", font, start + 2)[0]):
        offset = start + struct.unpack_from(">L", font, start + 4 + 8 * place + 4)[0]
        form = struct.unpack_from(">H", font, offset)[0]
        if form in readers:
            codes.update(readers[form](font, offset))
    if not codes:
        raise ValueError("this font has no table of Unicode characters")
    return codes - {0xFFFF}


def _segments(font: bytes, offset: int) -> Iterator[int]:
    count = struct.unpack_from(">H", font, offset + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", font, offset + 14)
    starts = struct.unpack_from(f">{count}H", font, offset + 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}H", font, offset + 16 + 4 * count)
    at_ranges = offset + 16 + 6 * count
    ranges = struct.unpack_from(f">{count}H", font, at_ranges)
    for place, (first, last, delta, shift) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
        for code in range(first, last + 1):
            if shift:
                at = at_ranges + 2 * place + shift + 2 * (code - first)
                glyph = struct.unpack_from(">H", font, at)[0] if at + 2 <= len(font) else 0
                glyph = (glyph + delta) & 0xFFFF if glyph else 0
            else:
                glyph = (code + delta) & 0xFFFF
            if glyph:
                yield code


def _groups(font: bytes, offset: int) -> Iterator[int]:
    for place in range(struct.unpack_from(">L", font, offset + 12)[0]):
        first, last, glyph = struct.unpack_from(">3L", font, offset + 16 + 12 * place)
        yield from range(first + (not glyph), last + 1)
