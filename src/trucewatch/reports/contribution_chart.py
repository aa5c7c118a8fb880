"""What each observation added → the share of each means in place, kind and probability, and its small picture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.locale import Words
from trucewatch.locale.terms import means_word
from trucewatch.reports.released import Added
from trucewatch.svg import element, named, px, rect, text, text_element

LEAST: Final = {"place": 0.02, "kind": 0.005, "confidence": 0.005}
"""What less than this is added by all together is added by no single one: the others bear it out without any of
them."""
_WIDTH, _LEFT, _HIGH, _STEP = 260.0, 76.0, 11.0, 14.0
_SHADES: Final = 4


def added_by_means(contributions: pa.Table | None, incident_ids: Collection[str]) -> dict[str, tuple[Added, ...]]:
    """The shares of each means in each incident of two means or more: of the place in how much sharper it became after
    the first; in lists of earlier versions in what would be missing."""
    if contributions is None or not incident_ids:
        return {}
    wanted = contributions.filter(pc.is_in(contributions["incident_id"], pa.array(sorted(incident_ids), pa.string())))
    sums: dict[str, dict[str, dict[str, float | None]]] = defaultdict(dict)
    for row in wanted.to_pylist():
        means = sums[row["incident_id"]].setdefault(row["means"], {"place": 0.0, "kind": 0.0, "confidence": 0.0})
        for name, before in means.items():
            value = row[name]
            if value is None and row.get("order") is not None:
                value = 0.0  # it gave the first place, or nothing was weighed
            means[name] = None if value is None or before is None else before + value
    return {incident_id: _shares(by_means) for incident_id, by_means in sums.items() if len(by_means) > 1}


def _shares(by_means: dict[str, dict[str, float | None]]) -> tuple[Added, ...]:
    shares: dict[str, dict[str, float | None]] = {means: {} for means in by_means}
    for name, least in LEAST.items():
        values = {means: sums[name] for means, sums in by_means.items()}
        if name == "place" and None in values.values():  # without these there would be no place at all
            values = {means: 1.0 if value is None else 0.0 for means, value in values.items()}
        positive = {means: max(value or 0.0, 0.0) for means, value in values.items()}
        total = sum(positive.values())
        for means, value in positive.items():
            shares[means][name] = None if total < least else round(value / total, 2)
    return tuple(Added(means=means, **shares[means]) for means in sorted(shares))


def draw_added(added: tuple[Added, ...], words: Words) -> str:
    """Three bars, one segment a means, each with the number that it has in the key; the same in words for who does not
    see it."""
    parts, sentences = [], []
    for place, (name, label) in enumerate(_labels(words)):
        y = place * _STEP
        parts.append(text(0, y + 9, label, "m-small"))
        x = _LEFT
        shares: list[tuple[Added, float]] = [
            (contribution, share) for contribution in added if (share := getattr(contribution, name))
        ]
        for contribution, share in shares:
            number = added.index(contribution)
            wide = share * (_WIDTH - _LEFT)
            css = f"a-{number % _SHADES}"
            parts.append(rect(px(x), y + 0.5, px(wide), _HIGH, css))
            if wide >= 12:
                parts.append(text(px(x + wide / 2), y + 9.4, str(number + 1), f"t-{css}", anchor="middle"))
            x += wide
        if not shares:
            parts.append(text(_LEFT, y + 9, words.gettext("no single one"), "m-small"))
        listed = words.listed(
            [f"{means_word(contribution.means, words)} {words.percent(share)}" for contribution, share in shares]
        )
        sentences.append(f"{label}: {listed or words.gettext('no single one')}")
    name = words.gettext("What each means added")
    high = 3 * _STEP
    return element(
        "svg",
        text_element("desc", "; ".join(sentences)),
        *parts,
        class_="added",
        width=_WIDTH,
        height=high,
        viewBox=f"0 0 {_WIDTH:g} {high:g}",
        **named(name),
    )


def added_key(added: tuple[Added, ...], words: Words) -> str:
    """Which number is which means."""
    return " · ".join(
        f"{number} {means_word(contribution.means, words)}" for number, contribution in enumerate(added, 1)
    )


def added_facts(added: tuple[Added, ...]) -> list[str]:
    """The shares in words that need no language, for tables."""
    return [
        f"{contribution.means}: " + ", ".join(f"{name} {_number(getattr(contribution, name))}" for name in LEAST)
        for contribution in added
    ]


def _number(share: float | None) -> Any:
    return "-" if share is None else f"{share:.2f}"


def _labels(words: Words) -> tuple[tuple[str, str], ...]:
    return (
        ("place", words.pgettext("added", "place")),
        ("kind", words.pgettext("added", "kind")),
        ("confidence", words.pgettext("added", "happened")),
    )
