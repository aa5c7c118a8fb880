"""What a page says of itself in its head: title, language, address, other copies, when it was published."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from trucewatch.sources.official_statement.furniture import language_code

_SAVED_FROM: Final = re.compile(r"saved from url=\(\d{1,6}\)(https?://\S{1,2000})")
_PUBLISHED_NAMES: Final = (
    *("article:published_time", "datepublished", "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date"),
    *("dcterms.created", "dc.date.created", "date", "pubdate", "publishdate", "publication_date", "og:published_time"),
)
_JSON_PUBLISHED: Final = re.compile(r'"datePublished"\s{0,9}:\s{0,9}"([^"\\]{4,40})"')
_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MOST: Final = 5
_MOST_CHARS: Final = 2000


class PageSigns:
    """Collects them while a page is read; each getter says "" or () for what the page does not say."""

    def __init__(self) -> None:
        self._meta: dict[str, str] = {}
        self._links: dict[str, str] = {}
        self._alternates: set[str] = set()
        self._stamps: list[str] = []
        self._json_stamps: list[str] = []
        self._saved_from = ""
        self.title = ""
        self.root_language = ""

    def see_element(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Of html, meta, link, time."""
        if tag == "meta":
            name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
            name = name or attributes.get("http-equiv") or ""
            self._meta.setdefault(name[:100].casefold(), _short(attributes.get("content", "")))
        elif tag == "link":
            relations = attributes.get("rel", "")[:100].casefold().split()
            if "canonical" in relations:
                self._links.setdefault("canonical", attributes.get("href", ""))
            if "alternate" in relations and (code := language_code(attributes.get("hreflang", "")[:40])):
                self._alternates.add(code)
        elif tag == "time" and (stamp := _short(attributes.get("datetime", ""))[:40]) and len(self._stamps) < _MOST:
            self._stamps.append(stamp)
        elif tag == "html":
            self.root_language = self.root_language or attributes.get("lang") or attributes.get("xml:lang") or ""

    def see_script(self, text: str) -> None:
        """Of a script that holds data (JSON-LD): read for its days, and nothing else."""
        if len(self._json_stamps) < _MOST:
            self._json_stamps += _JSON_PUBLISHED.findall(text)[: _MOST - len(self._json_stamps)]

    def see_comment(self, text: str) -> None:
        if not self._saved_from and (match := _SAVED_FROM.search(text[:_MOST_CHARS])):
            self._saved_from = match[1]

    def page_title(self, first_heading: str) -> str:
        """As the page is shared, else its first heading, else what its window is called."""
        return (self._meta.get("og:title", "") or first_heading or _short(self.title))[:_MOST_CHARS]

    @property
    def language(self) -> str:
        written = self.root_language or self._meta.get("content-language", "") or self._meta.get("og:locale", "")
        return language_code(re.split(r"[-_,;\s]", written[:40].strip(), maxsplit=1)[0])

    @property
    def languages(self) -> tuple[str, ...]:
        """Of the other copies that the head lists; with this one's own."""
        return tuple(sorted(self._alternates))

    @property
    def url(self) -> str:
        written = (self._links.get("canonical", ""), self._meta.get("og:url", ""), self._saved_from)
        return next((url for each in written if is_address(url := each.strip())), "")

    @property
    def published(self) -> tuple[str, ...]:
        stamps = [self._meta[name] for name in _PUBLISHED_NAMES if self._meta.get(name)]
        return tuple(dict.fromkeys([*(each[:40] for each in stamps), *self._json_stamps, *self._stamps]))[:_MOST]


def day_of(stamps: Sequence[str]) -> date | None:
    """The day that the first of the stamps names which names one, as it is written there."""
    for stamp in stamps:
        if match := _DAY.match(stamp.strip()):
            try:
                return date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                continue
    return None


def is_address(text: str) -> bool:
    """Whether a text is one address of the web, whole."""
    return len(text) <= _MOST_CHARS and re.fullmatch(r"https?://[^\s<>\"']{3,}", text) is not None


def _short(text: str) -> str:
    """Cut one beyond the bound, so that an address that is too long is not taken for a shorter one."""
    return " ".join(text[: _MOST_CHARS + 1].split())
