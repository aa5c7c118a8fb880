"""Numbers as a drawing writes them."""

from __future__ import annotations


def px(value: float) -> str:
    """A reckoned length to a tenth of a pixel: the same on every machine.

    >>> px(12.04), px(3)
    ('12.0', '3.0')
    """
    return f"{value:.1f}"


def percent(value: float) -> str:
    """A share of the drawing's width, for drawings that are as wide as their place."""
    return f"{value:.3f}%"


def written(value: float | str) -> str:
    """A given number in its shortest form, a float with six digits; a text as it is."""
    return f"{value:g}" if isinstance(value, float) else str(value)
