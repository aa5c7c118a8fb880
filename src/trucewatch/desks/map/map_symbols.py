"""Signs with their colours inside, for places that no style sheet reaches: the map's images."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from trucewatch.reports.signs import draw_sign

_VARIABLE = re.compile(r"var\(--([a-z0-9-]+),#[0-9A-Fa-f]{6}\)")
_TOKEN = re.compile(r"--([a-z0-9-]+):\s*(#[0-9A-Fa-f]{6})")


@cache
def tokens(theme: str) -> dict[str, str]:
    """The colour tokens of a theme (`light` or `dark`), as the style sheet says them."""
    text = files("trucewatch.server").joinpath("static", "css", "tokens.css").read_text(encoding="utf-8")
    light, _, rest = text.partition("/* dark */")
    return dict(_TOKEN.findall(light if theme == "light" else rest.partition("}")[0]))


@cache
def sign_drawings(kind: str, outcome: str, theme: str) -> str:
    """The sign as an SVG document of its own, in the colours of a theme."""
    colours = tokens(theme)
    drawn = draw_sign(kind, outcome, size=26).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return _VARIABLE.sub(lambda match: colours[match[1]], drawn)
