"""The address of the page of incidents → which of them it lists, and in which order.

All of it on the columns of the snapshot: a list of 20,000 is filtered and ordered at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import Final
from urllib.parse import urlencode

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from trucewatch.geo.degrees import EARTH_RADIUS_M
from trucewatch.geo.place_text import folded
from trucewatch.locale import Words
from trucewatch.locale.sanitize import printable
from trucewatch.locale.terms import kind_word
from trucewatch.model.naming import alphabetical
from trucewatch.model.observation import KINDS
from trucewatch.model.short_codes import numbers_of, rows_with, typed_digits
from trucewatch.server.filters import MOST_TEXT, Chosen, filter_masks, near_place, read_chosen
from trucewatch.server.formatting import RUNGS
from trucewatch.server.snapshot import Bools, Ints, Snapshot

NEWEST_FIRST: Final = "-when"
_OWN: Final = ("text", "month", "sort", "after", "rejected")
"""Pairs of an address that this page alone understands."""
_LEAST_PLACE: Final = 3
"""Letters from which on a text is looked for in names of places: fewer are in nearly every name."""

Floats = npt.NDArray[np.float64]
Key = Callable[[Snapshot, Words], npt.NDArray[np.float64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    """Filters, order and place in the list, as the address names them."""

    chosen: Chosen = field(default_factory=Chosen)
    text: str = ""
    month: tuple[str, ...] = ()
    sort: str = NEWEST_FIRST
    after: int = 0
    unknown: tuple[str, ...] = ()

    @property
    def is_filtered(self) -> bool:
        return bool(self.chosen.is_filtered or self.chosen.begin or self.chosen.until or self.text or self.month)

    def pairs(self) -> list[tuple[str, str]]:
        own = [("month", month) for month in self.month] + [("text", self.text)] * bool(self.text)
        own += [("sort", self.sort)] * (self.sort != NEWEST_FIRST) + [("after", str(self.after))] * bool(self.after)
        return replace(self.chosen, selected="").pairs() + own

    def address(self, path: str = "/incidents", **changed: object) -> str:
        """The address of this view with some parts changed; from the first page on unless `after` is named."""
        text = urlencode(replace(self, **{"after": 0, **changed}).pairs())  # type: ignore[arg-type]
        return f"{path}?{text}" if text else path


def read_view(query: Sequence[tuple[str, str]], snapshot: Snapshot, zone: tzinfo) -> ListView:
    """The view that an address names; never fails. What it says that means nothing here is named."""
    chosen = read_chosen([pair for pair in query if pair[0] not in _OWN], snapshot)
    own: dict[str, list[str]] = {name: [] for name in _OWN}
    for name, value in query[:500]:
        if name in own and value.strip() and value.strip() not in own[name]:
            own[name].append(value.strip())
    unknown = [*chosen.unknown, *(f"{name}={printable(typed)[:60]}" for name, (typed, _) in chosen.refused.items())]
    text = (own["text"] or [""])[0]
    if len(text) > MOST_TEXT or not text.isprintable():
        unknown.append(f"text={printable(text)[:60]}")
        text = ""
    months = set(months_of(snapshot, zone).tolist())
    unknown += [f"month={printable(month)[:60]}" for month in own["month"] if month not in months]
    sort = (own["sort"] or [NEWEST_FIRST])[0]
    if sort.removeprefix("-") not in KEYS:
        unknown.append(f"sort={printable(sort)[:60]}")
        sort = NEWEST_FIRST
    return ListView(
        chosen=chosen,
        text=text,
        month=tuple(month for month in own["month"] if month in months),
        sort=sort,
        after=_place(own["after"]),
        unknown=tuple(unknown),
    )


def _place(texts: Sequence[str]) -> int:
    text = (texts or [""])[0]
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def masks_of(snapshot: Snapshot, view: ListView, zone: tzinfo) -> dict[str, Bools]:
    """Which rows pass each filter of a view, by its name."""
    masks = filter_masks(snapshot, view.chosen)
    if view.month:
        masks["month"] = np.isin(months_of(snapshot, zone), view.month)
    if view.text:
        masks["text"] = text_mask(snapshot, view.text)
    return masks


def months_of(snapshot: Snapshot, zone: tzinfo) -> npt.NDArray[np.str_]:
    """The month of the reader's zone in which each began, `2020-12`."""
    quarters, places = np.unique(snapshot.start_s // 900, return_inverse=True)
    named = [datetime.fromtimestamp(int(quarter) * 900, UTC).astimezone(zone) for quarter in quarters.tolist()]
    return np.array([f"{moment:%Y-%m}" for moment in named] or [""], dtype=np.str_)[places]


def text_mask(snapshot: Snapshot, text: str) -> Bools:
    """Which incidents a text is about: a code or id that begins so, all its words among the sources' words, or a place
    of this name."""
    mask = np.zeros(snapshot.rows, dtype=np.bool_)
    mask[snapshot.rows_called(text)] = True
    mask[rows_with(numbers_of(snapshot.ids), typed_digits(text))] = True
    wanted = folded(text).split()
    if wanted:
        found = [pc.match_substring(snapshot.folded_words, word) for word in wanted]
        mask |= np.logical_and.reduce([np.asarray(each, dtype=np.bool_) for each in found])
    if len(folded(text)) >= _LEAST_PLACE and not typed_digits(text):
        near = near_place(snapshot, text)
        mask |= near if near is not None else False
    return mask


def ordered(snapshot: Snapshot, rows: Ints, sort: str, words: Words) -> Ints:
    """These rows by a column, `-` before its name for falling; equal ones stay as they were, newest first, and those of
    which it is not known stand last either way."""
    if sort == NEWEST_FIRST:
        return rows
    key = KEYS[sort.removeprefix("-")](snapshot, words)[rows]
    return rows[np.argsort(-key if sort.startswith("-") else key, kind="stable")]


def _ranked(labels: Sequence[str], language: str) -> Mapping[str, int]:
    return {
        label: rank for rank, label in enumerate(sorted(set(labels), key=lambda each: alphabetical(each, language)))
    }


def _by_kind(snapshot: Snapshot, words: Words) -> Floats:
    labels = [kind_word(kind, words) for kind in KINDS]
    ranks = _ranked(labels, words.language)
    return np.array([ranks[label] for label in labels], dtype=np.float64)[snapshot.kind]


def _by_town(snapshot: Snapshot, words: Words) -> Floats:
    """By the name of the nearest town, then by how far it is."""
    towns = snapshot.watch.basemap.towns
    if not towns:
        return np.full(snapshot.rows, np.nan)
    labels = [words.name(town.names, otherwise=town.id) for town in towns]
    ranks = _ranked(labels, words.language)
    nearest, metres = np.zeros(snapshot.rows, dtype=np.int64), np.full(snapshot.rows, np.inf)
    for number, town in enumerate(towns):
        along = np.radians(snapshot.lon - town.lon) * np.cos(np.radians((snapshot.lat + town.lat) / 2))
        away = np.hypot(along, np.radians(snapshot.lat - town.lat)) * EARTH_RADIUS_M
        is_nearer = away < metres
        nearest[is_nearer], metres[is_nearer] = number, away[is_nearer]
    rank = np.array([ranks[label] for label in labels], dtype=np.float64)[nearest]
    return np.where(np.isfinite(metres), rank + np.minimum(metres, 1e7) / 1e8, np.nan).astype(np.float64)


def _column(name: str) -> Key:
    return lambda snapshot, words: np.asarray(
        pc.fill_null(snapshot.incidents[name], float("nan")).combine_chunks(), dtype=np.float64
    )


def _lengths(name: str) -> Key:
    return lambda snapshot, words: np.asarray(
        pc.list_value_length(snapshot.incidents[name]).combine_chunks(), dtype=np.float64
    )


def _by_rung(snapshot: Snapshot, words: Words) -> Floats:
    rungs = list(RUNGS)
    named = snapshot.incidents["rung"].to_pylist()
    return np.array([rungs.index(rung) if rung in rungs else np.nan for rung in named], dtype=np.float64)


KEYS: Final[Mapping[str, Key]] = {
    "code": lambda snapshot, words: numbers_of(snapshot.ids).astype(np.float64),
    "assessment": lambda snapshot, words: (snapshot.outcome * 100 + snapshot.held_back).astype(np.float64),
    "when": lambda snapshot, words: snapshot.start_s.astype(np.float64),
    "what": _by_kind,
    "where": _by_town,
    "size": lambda snapshot, words: snapshot.major_m,
    "rung": _by_rung,
    "happened": _column("happened"),
    "cause": _column("what"),
    "reports": _lengths("members"),
    "edits": _lengths("acts"),
}
"""What each column is ordered by."""
