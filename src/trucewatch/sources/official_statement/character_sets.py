"""Bytes of a page or a text → its characters, whatever it says of its character set, and clean of what nobody reads."""

from __future__ import annotations

import codecs
import re
from typing import Final

_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED: Final = re.compile(rb"""(?:charset|encoding)\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9_.:-]{2,40})""")
_DECLARED_WITHIN: Final = 4096
_WIDER: Final = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-5": "iso8859-5"}
"""Browsers read the first as the second, and so do those who write them."""
_HIGH_RUN: Final = re.compile(rb"[\xa8\xb8\xc0-\xff]{3,}")
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_TURKISH: Final = re.compile(rb"[\xd0\xdd\xde\xf0\xfd\xfe]")
_SAMPLE: Final = 200_000
_NULLS, _FEW_NULLS = 0.03, 3
"""Of the pairs in UTF-16; spaces and marks alone are more, whatever the script."""
_FEW_FAULTS: Final = 0.02
"""Of the characters beyond ASCII; a text in UTF-8 with a few broken ones is still in UTF-8."""

_NO_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_SOFT_AT_END: Final = re.compile("\u00ad(?=[ \t]{0,9}[\r\n])")
_NO_WIDTH: Final = re.compile("[\u00ad\u200b\u2060\ufeff\u180e\u202a-\u202e\u2066-\u2069]")
"""Soft hyphens, marks without width, and what turns the order of characters round: none of them is a word's own. The
joiners of Persian and Arabic and the plain marks of direction (U+200C to U+200F, U+061C) stay."""


def decoded(content: bytes, *, is_markup: bool) -> tuple[str, str]:
    """The characters of a file, and the character set that they were read by. It never raises.

    A byte order mark goes before all else; then UTF-8 where the bytes are that; then what the page declares; then what
    the letters look like. is_markup: whether a page, which may declare one.
    """
    for mark, charset in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content.decode("utf-8-sig" if charset == "utf-8" else charset, "replace"), charset
    if charset := _charset_by_nulls(content[:2000]):
        return content.decode(charset, "replace"), "utf-16"
    if content.isascii():
        return content.decode("ascii"), "utf-8"
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    sample = content[:_SAMPLE]
    lenient = sample.decode("utf-8", "replace")
    beyond = len(lenient) - sum(map(sample.count, (b"\x00",))) - len(re.findall(r"[\x01-\x7f]", lenient))
    if beyond and lenient.count("\ufffd") <= _FEW_FAULTS * beyond:
        return content.decode("utf-8", "replace"), "utf-8"
    declared = _declared(content[:_DECLARED_WITHIN]) if is_markup else ""
    charset = declared if declared not in ("", "utf-8") else _charset_by_letters(sample)
    try:
        return content.decode(charset, "replace"), charset
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace"), "utf-8"


def without_controls(text: str) -> tuple[str, int]:
    """The text without control characters, and how many it had."""
    return _NO_CONTROLS.subn("", text)


def readable(text: str) -> str:
    """The text without what has no width and no meaning; a soft hyphen at a line's end is a hyphen.

    >>> readable("Bridge\u200b Ro\u00adad")
    'Bridge Road'
    """
    return _NO_WIDTH.sub("", _SOFT_AT_END.sub("-", text))


def _charset_by_nulls(head: bytes) -> str:
    """UTF-16 without its mark shows in the zero bytes of plain letters, on one side of each pair."""
    pairs = len(head) // 2
    if pairs < 8:
        return ""
    even, odd = head[0 : 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    least = max(_FEW_NULLS, _NULLS * pairs)
    if odd >= least and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even >= least and odd == 0 else ""


def _declared(head: bytes) -> str:
    match = _DECLARED.search(head)
    if match is None:
        return ""
    try:
        name = codecs.lookup(match[1].decode("ascii")).name
        "".encode(name)
    except (LookupError, ValueError):  # a name that Python lacks, or that is no character set
        return ""
    # What was saved as UTF-16 and declares it has no zero bytes here, so that it is something else.
    return "" if name.startswith(("utf-16", "utf-32", "utf-7")) else _WIDER.get(name, name)


def _charset_by_letters(sample: bytes) -> str:
    """Words of Cyrillic are runs of high bytes; those of Turkish, German, French and Spanish hold single ones."""
    high = len(_HIGH.findall(sample))
    if sum(map(len, _HIGH_RUN.findall(sample))) > high / 2:
        return "cp1251"
    return "cp1254" if _TURKISH.search(sample) else "cp1252"
