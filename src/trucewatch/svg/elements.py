"""Names, attributes and text → one element. Texts are escaped here and nowhere else."""

from __future__ import annotations

from html import escape

from trucewatch.svg.numbers import written

Value = float | str | None
"""Of an attribute: a number in its shortest form, a text, or nothing, which leaves the attribute out."""


def element(name: str, /, *inner: str, **attributes: Value) -> str:
    """An element with its attributes in the order given; `inner` are elements, not text.

    An attribute is named as a keyword can be: `class_`, `stroke_width`.

    >>> element("g", element("path", d="M0 0h9", class_="axis", stroke_width=1.50), id=None)
    '<g><path d="M0 0h9" class="axis" stroke-width="1.5"/></g>'
    """
    head = name + "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(written(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{head}>{''.join(inner)}</{name}>" if inner else f"<{head}/>"


def text_element(name: str, words: str, /, **attributes: Value) -> str:
    """An element that holds a text.

    >>> text_element("desc", "a < b")
    '<desc>a &lt; b</desc>'
    """
    return element(name, escape(words), **attributes)


def text(x: Value, y: Value, words: str, css: str | None = None, *, anchor: str | None = None, **more: Value) -> str:
    """A text in the drawing. `anchor`: start (where nothing is said), middle or end."""
    return text_element("text", words, x=x, y=y, class_=css, text_anchor=anchor, **more)


def named(label: str) -> dict[str, Value]:
    """Attributes of a drawing that is an image with this name."""
    return {"role": "img", "aria_label": label}


def hidden() -> dict[str, Value]:
    """Attributes of a drawing that says nothing which does not stand beside it in words."""
    return {"aria_hidden": "true", "focusable": "false"}
