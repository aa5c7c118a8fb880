"""Bars and what fills them."""

from __future__ import annotations

from trucewatch.svg.elements import Value, element
from trucewatch.svg.numbers import px


def rect(x: Value, y: Value, width: Value, height: Value, css: str | None = None, **more: Value) -> str:
    """An upright rectangle by its upper left corner."""
    return element("rect", x=x, y=y, width=width, height=height, class_=css, **more)


def upright_bar(x: float, base: float, width: float, height: float, css: str | None = None, **more: Value) -> str:
    """A bar that stands on the height `base`."""
    return rect(px(x), px(base - height), px(width), px(height), css, **more)


def hatch(name: str, size: float, *lines: str) -> str:
    """A pattern of slanted lines, for `fill="url(#name)"`."""
    look: dict[str, Value] = {"patternUnits": "userSpaceOnUse", "patternTransform": "rotate(45)"}
    return element("defs", element("pattern", *lines, id=name, width=size, height=size, **look))
