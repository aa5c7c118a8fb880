"""Our own SVG as it stands on a page → SVG that stands alone in print: light colours, Noto fonts, no style sheet
outside it."""

from __future__ import annotations

import html
import re
from functools import cache
from importlib.resources import files
from typing import Final

_VARIABLE: Final = re.compile(r"var\(--([a-z0-9-]+)(?:,([^()]*))?\)")
_RULE: Final = re.compile(r"([^{}]+)\{([^{}]*)\}")
_OURS: Final = re.compile(r"\.(?:m|f|c|a|t-a)-|\[class\^=t-a\]|path\.m-land")
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.S)
_LAYOUT: Final = re.compile(r"\s*([{}:;,])\s*")

LONGEST_ALTERNATIVE: Final = 3000
"""Characters of a name or a description; PDF/A allows no string longer than 32,767 bytes."""


def standing_alone(drawing: str) -> str:
    """The drawing with its name space, its styles and the colours of the light theme written out."""
    resolved = _resolved(drawing)
    head, end, rest = resolved.partition(">")
    if 'class="' not in rest:
        return f'{head} xmlns="http://www.w3.org/2000/svg"{end}{rest}'
    return f'{head} xmlns="http://www.w3.org/2000/svg"{end}<style>{_styles()}</style>{rest}'


def alternative(drawing: str) -> str:
    """What the drawing says of itself in words: its name, then its description. Empty for one that is decoration."""
    name = re.search(r'^<svg[^>]* aria-label="([^"]*)"', drawing)
    description = re.search(r"<desc>(.*?)</desc>", drawing, re.S)
    texts = [html.unescape(match.group(1)).rstrip(".") for match in (name, description) if match and match.group(1)]
    return ". ".join(text if len(text) <= LONGEST_ALTERNATIVE else text[:LONGEST_ALTERNATIVE] + "…" for text in texts)


def light_colours() -> dict[str, str]:
    """The colours of the light theme by name, from the page's own style sheet."""
    root = _sheet().partition(":root{")[2].partition("}")[0]
    return dict(re.findall(r"--([a-z0-9-]+):(#[0-9A-Fa-f]{6})", root))


@cache
def _sheet() -> str:
    """The page's style sheet without comments and without the layout that is for who reads it."""
    written = (files("trucewatch.reports") / "templates" / "report.css").read_text(encoding="utf-8")
    return _LAYOUT.sub(r"\1", _COMMENT.sub("", written))


@cache
def _styles() -> str:
    """The rules of the style sheet that speak of drawings, and the font."""
    rules = [
        f"{selector.strip()}{{{body}}}"
        for selector, body in _RULE.findall(_sheet().partition("@page{")[0])
        if _OURS.match(selector.strip())
    ]
    return _resolved('text{font-family:"Noto Sans";fill:var(--ink)}' + "".join(rules))


def _resolved(text: str) -> str:
    colours = light_colours()
    return _VARIABLE.sub(lambda match: colours.get(match.group(1), match.group(2) or "#17201F"), text)
