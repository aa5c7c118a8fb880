"""Marks that turn the direction of writing, on a page: they are there as they were typed, and end with their text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final

OPENS: Final = "\u2066\u2067\u2068"
CLOSES: Final = "\u2069"
TURNS: Final = "\u202a\u202b\u202c\u202d\u202e"


def texts_of(page: str) -> Iterator[str]:
    """The texts and attributes of a page, each by itself; not what stands in a field, which turns nothing else."""
    page = re.sub(r"(<textarea[^>]*>).*?(</textarea>)", r"\1\2", page, flags=re.DOTALL)
    for tag in re.findall(r"<[^>]*>", page):
        yield from (html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag) if name != "value")
    yield from (html.unescape(text) for text in re.split(r"<[^>]*>", page))


def is_contained(text: str) -> bool:
    """Whether every mark of a text stands in an isolate that the text itself closes."""
    depth = 0
    for char in text:
        depth += char in OPENS
        if char in TURNS and not depth:
            return False
        depth -= char in CLOSES and depth > 0
    return depth == 0


def assert_marks_end_with_their_text(page: str, where: str = "") -> None:
    assert [text for text in texts_of(page) if not is_contained(text)] == [], where
