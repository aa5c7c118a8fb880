"""Drawings of our own as SVG text: elements with their attributes escaped, numbers as drawings write them."""

from trucewatch.svg.elements import element, hidden, named, text, text_element
from trucewatch.svg.numbers import percent, px
from trucewatch.svg.shapes import hatch, rect, upright_bar

__all__ = ["element", "hatch", "hidden", "named", "percent", "px", "rect", "text", "text_element", "upright_bar"]
