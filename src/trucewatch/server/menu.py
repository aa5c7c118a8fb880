"""The side menu: four groups of pages, each page named by its own module."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trucewatch.locale import mark

SECTIONS: Final = {
    "now": mark("Now"),
    "agreement": mark("Agreement"),
    "record": mark("Record"),
}


@dataclass(frozen=True, slots=True, order=True)
class MenuItem:
    """One page in the menu. `order` counts within the section; `label` is marked for the catalogues."""

    section: str
    order: int
    path: str
    label: str
