"""Units that headings and cells name → metres and degrees."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from trucewatch.errors import RowFault
from trucewatch.messages import Message
from trucewatch.sources.columns import quote_cell, read_number

_LENGTH_WORDS: Final = (
    (1.0, "m metre metres meter meters mt mtr м метр метры метров metr"),
    (1000.0, "km kms kilometre kilometres kilometer kilometers км километр километры километров kilometr kilometre"),
    (0.3048, "ft foot feet"),
    (0.9144, "yd yds yard yards"),
    (1609.344, "mi mile miles"),
    (1852.0, "nm nmi"),
)
_ANGLE_WORDS: Final = (
    (1.0, "° deg degs degree degrees град градус градусы градусов derece dərəcə"),
    (360.0 / 6400.0, "mil mils"),
    (360.0 / 6000.0, "тыс тысячных тысячные д.у ду"),
)
"""A mil is the 6400th part of a circle as NATO counts; the тысячная (деление угломера) is the 6000th."""

LENGTHS: Final[Mapping[str, float]] = {word: metres for metres, words in _LENGTH_WORDS for word in words.split()}
ANGLES: Final[Mapping[str, float]] = {word: degrees for degrees, words in _ANGLE_WORDS for word in words.split()}

UNITS_OF: Final[Mapping[str, Mapping[str, float]]] = {
    **dict.fromkeys(("range_m", "range_sd_m", "semi_major_m", "semi_minor_m"), LENGTHS),
    **dict.fromkeys(("bearing_deg", "bearing_sd_deg", "major_azimuth_deg"), ANGLES),
}
"""Which units a target may come in."""
KILOMETRE_TARGETS: Final[Mapping[str, str]] = {
    target.removesuffix("_m") + "_km": target for target, units in UNITS_OF.items() if units is LENGTHS
}
"""Targets by which a mapping says that bare numbers are kilometres, and what they fill."""

_IN_BRACKETS = re.compile(r"[(\[]\s*(?:in |в )?([^()\[\]]+?)\.?\s*[)\]]\s*$")
_AT_END = re.compile(r"(?:,\s*(?:in |в )?|_|\s(?:in|в)\s)([^\s,_()\[\]]+?)\.?\s*$")
_WITH_UNIT = re.compile(r"([+-]?[\d.,]+(?:[eE][+-]?\d{1,3})?)\s*([^\W\d_][\w.]*|°)")


def unit_word(heading: str) -> str:
    """What stands where a heading names its unit, `How far (km)`, `Distance, m`, `Высота, м`, `range_km`; "" where
    nothing does."""
    match = _IN_BRACKETS.search(heading) or _AT_END.search(heading)
    return match[1].strip().casefold() if match else ""


def unit_of_heading(heading: str, units: Mapping[str, float]) -> float | None:
    """How many metres or degrees the unit of a heading has; None where it names none of these."""
    return units.get(unit_word(heading))


def names_unit(cell: str, units: Mapping[str, float]) -> bool:
    """Whether a cell is a number with one of these units."""
    match = _WITH_UNIT.fullmatch(cell)
    return match is not None and match[2].casefold().rstrip(".") in units


def read_measure(
    name: str,
    text: str,
    low: float,
    high: float,
    *,
    units: Mapping[str, float],
    bare: float | None,
    decimal_comma: bool,
) -> float:
    """A number with its unit (`3 km`, `500 m`), in metres or degrees; without one `bare` is its unit.

    bare: None where other cells of the column name units, and a number alone may be of either. Raises RowFault.
    """
    number, factor = text, bare
    if names_unit(text, units):
        match = _WITH_UNIT.fullmatch(text)
        assert match is not None
        number, factor = match[1], units[match[2].casefold().rstrip(".")]
    if factor is None:
        raise RowFault(
            Message(
                "{name} {value} has no unit, and other cells of its column have; write it with its unit, such as 3 km",
                name=name,
                value=quote_cell(text),
            )
        )
    return read_number(name, number, low / factor, high / factor, decimal_comma=decimal_comma) * factor
