"""A page or paper as pieces of text in order, whatever format it came in: what the structure is read from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from trucewatch.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of text, blanks made single. lead: its beginning if that stands out (bold, italic, underlined), as
    "MR PRICE:" does; "" otherwise."""

    text: str
    kind: Literal["text", "heading", "item", "quote", "cell"] = "text"
    level: int = 0
    """Of a heading, 1 to 6."""
    lead: str = ""
    page: int = 0
    """Of a paper; 0 where there are none."""
    part: Literal["", "question", "answer"] = ""
    """What the page's own elements call it."""
    is_furniture: bool = False
    """Whether the page itself says that it is none of the text: menu, footer, form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What was read of a file, before anybody asks who speaks.

    language: as the page says it. languages: of its other copies, as it says. published: (what the page says, as
    written) of its own time stamps. has_password: whether it asks for one.
    """

    blocks: tuple[Block, ...]
    format: Literal["html", "text", "pdf"]
    title: str = ""
    """Of the page: `<title>`, `og:title`, of a paper its own."""
    language: str = ""
    languages: tuple[str, ...] = ()
    url: str = ""
    published: tuple[str, ...] = ()
    published_day: date | None = None
    has_password: bool = False
    charset: str = ""
    remarks: tuple[Message, ...] = ()
    """What was removed or could not be read; for the statement's own remarks."""
