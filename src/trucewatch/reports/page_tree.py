"""Our own page (`formats/html.py`) → a plain tree of its elements and the drawings in it, for what is made of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_DRAWING: Final = re.compile(r"<svg\b.*?</svg>", re.S)
_EMPTY: Final = frozenset({"br", "wbr", "hr", "img", "meta", "link", "input"})
DRAWING: Final = "img"
"""The tag that stands where a drawing stood; its attribute `drawing` is the drawing's number."""


@dataclass(slots=True)
class Element:
    """One element: what it is, and texts and elements in their order."""

    tag: str
    attributes: dict[str, str]
    parts: list[Element | str] = field(default_factory=list)

    @property
    def classes(self) -> frozenset[str]:
        return frozenset(self.attributes.get("class", "").split())

    def elements(self) -> Iterator[Element]:
        return (part for part in self.parts if isinstance(part, Element))

    def all(self, tag: str) -> Iterator[Element]:
        """Itself and everything in it of this tag, in reading order."""
        if self.tag == tag:
            yield self
        for part in self.elements():
            yield from part.all(tag)

    def text(self) -> str:
        """All texts in it, with single spaces."""
        return " ".join(self._texts().split())

    def _texts(self) -> str:
        return "".join([part if isinstance(part, str) else part._texts() for part in self.parts])


def tree_of(page: str) -> tuple[Element, list[str]]:
    """The page's root, and its drawings in SVG, each once. The page is ours, so every element is closed in it."""
    numbers: dict[str, int] = {}
    plain = _DRAWING.sub(lambda match: f'<img drawing="{numbers.setdefault(match.group(), len(numbers))}">', page)
    parser = _Parser()
    parser.feed(plain)
    parser.close()
    return parser.root, list(numbers)


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].parts.append(element)
        if tag not in _EMPTY:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _EMPTY and len(self._open) > 1:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].parts.append(data)
