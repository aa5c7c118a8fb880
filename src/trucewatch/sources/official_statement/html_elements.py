"""What the elements of a page mean for its text: which hold none, which part it, which stand around it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from trucewatch.sources.official_statement.furniture import words_of

NO_TEXT: Final = words_of(
    "script style template svg math iframe object canvas audio video noscript noframes select option optgroup "
    "datalist textarea map applet head"
)
"""Their text is for programs, or for those who have none."""
OFFICE_PREFIXES: Final = frozenset(("o", "w", "v", "m", "st1"))
"""Of elements that word processors leave in pages: `o:p` is no paragraph."""
HEAD: Final = frozenset(("title", "meta", "link", "base", "script"))
HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
BLOCKS: Final = words_of(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form frameset header hgroup hr html legend li main menu nav ol p pre search section summary "
    "table tbody td tfoot th thead tr ul"
) | frozenset(HEADINGS)
KINDS: Final = {
    "li": "item",
    "dd": "item",
    "dt": "item",
    "blockquote": "quote",
    "td": "cell",
    "th": "cell",
    "caption": "cell",
}
BOLD, ITALIC, UNDERLINED = 1, 2, 4
EMPHASIS: Final = {"b": BOLD, "strong": BOLD, "i": ITALIC, "em": ITALIC, "u": UNDERLINED, "cite": ITALIC}
WITHIN_TEXT: Final = frozenset(("article", "main"))
ONLY_OUTSIDE: Final = frozenset(("header", "footer", "aside"))
"""Furniture of the page, but parts of an article within one."""
AROUND: Final = frozenset(("nav", "form", "button", "label", "legend", "menu", "dialog", "search", "input"))
_ROLES_AROUND: Final = frozenset(
    ("navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alertdialog", "menu", "menubar")
)
_NAMES_AROUND: Final = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|navi|menu|submenu|topmenu|mainmenu|breadcrumbs?|crumbs|"
    r"share|sharing|shares|sharebar|sharethis|addthis|addtoany|a2a|social|socials|soc|like|likes|cookies?|gdpr|consent|"
    r"sidebar|related|relacionados|similar|pager|pagination|paginator|toolbar|tools|print|printer|langs?|languages?|"
    r"lang-switcher|tags?|taglist|newsletter|subscribe|subscription|banner|banners|ads?|advert|advertisement|promo|"
    r"skip|skiplink|sr-only|visually-hidden|visuallyhidden|screen-reader-text|element-invisible|d-none|modal|popup|search|searchbox|login|comments|footer|topbar|sitemap|"
    r"feedback|recommended|readmore|read-more|see-also|read-also|accessibility|copyright)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NAMES_QUESTION: Final = re.compile(
    r"(?:^|[\s_-])(?:question|questioner|interviewer|frage|pregunta|domanda|vopros|soru|sual|harts|harc)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NAMES_ANSWER: Final = re.compile(
    r"(?:^|[\s_-])(?:answer|antwort|respuesta|reponse|otvet|cevap|yanit|cavab|pataskhan)(?:$|[\s_-])", re.IGNORECASE
)
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_UNSEEN: Final = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden", re.IGNORECASE)
_BOLD_STYLE: Final = re.compile(r"font-weight\s{0,3}:\s{0,3}(?:bold|[6-9]00)|font\s{0,3}:\s{0,3}[^;]{0,20}bold", re.I)
_ITALIC_STYLE: Final = re.compile(r"font-style\s{0,3}:\s{0,3}(?:italic|oblique)", re.I)
_UNDERLINED_STYLE: Final = re.compile(r"text-decoration(?:-line)?\s{0,3}:\s{0,3}underline", re.I)
_MOST_ATTRIBUTE: Final = 400


def is_unseen(attributes: Mapping[str, str]) -> bool:
    """Whether an element says that nobody sees it."""
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return True
    style = attributes.get("style")
    return style is not None and _UNSEEN.search(style[:_MOST_ATTRIBUTE]) is not None


def stands_around(attributes: Mapping[str, str]) -> bool:
    """Whether an element's role, class or id names it furniture of its page."""
    if attributes.get("role") in _ROLES_AROUND or attributes.get("aria-hidden") == "true":
        return True
    names = attributes.get("class"), attributes.get("id")
    return any(_names_furniture(name[:_MOST_ATTRIBUTE]) for name in names if name)


def part_of(tag: str, attributes: Mapping[str, str]) -> str:
    """ "question" or "answer" where an element's name or class calls it so, else ""."""
    if tag == "summary":
        return "question"
    if tag == "details":
        return "answer"
    name = attributes.get("class")
    return _part_named(name[:_MOST_ATTRIBUTE]) if name else ""


@lru_cache(maxsize=4096)
def _part_named(name: str) -> str:
    name = _CAMEL.sub("-", name)
    return "question" if _NAMES_QUESTION.search(name) else "answer" if _NAMES_ANSWER.search(name) else ""


@lru_cache(maxsize=4096)
def _names_furniture(name: str) -> bool:
    return _NAMES_AROUND.search(_CAMEL.sub("-", name)) is not None


@lru_cache(maxsize=1024)
def emphasis_of(style: str) -> int:
    """What a style sheet of one element does to its letters: BOLD, ITALIC, UNDERLINED together."""
    style = style[:_MOST_ATTRIBUTE]
    return (
        (BOLD if _BOLD_STYLE.search(style) else 0)
        | (ITALIC if _ITALIC_STYLE.search(style) else 0)
        | (UNDERLINED if _UNDERLINED_STYLE.search(style) else 0)
    )
