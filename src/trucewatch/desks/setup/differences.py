"""Two versions of a draft → what they differ in, side by side, for who typed in one window while another changed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from trucewatch.locale import Words
from trucewatch.messages import Message
from trucewatch.watch.watch_draft import Draft

LABELS: Final = {
    "names": Message("Name of the watch"),
    "theatre": Message("What its area is called"),
    "time_zone": Message("Zone of time"),
    "languages": Message("Languages of its reports"),
    "area": Message("Sides of the map"),
    "simulated": Message("Invented"),
    "watch_time": Message("Moment that its clock shows"),
    "agreement": Message("What the agreement is called"),
    "signed": Message("Day on which it was signed"),
    "published": Message("Who published its text"),
    "parties": Message("Parties"),
    "delegations": Message("Delegations"),
    "zones": Message("Zones"),
    "stipulations": Message("Sentences"),
    "sources": Message("Sources"),
    "recipients": Message("Who gets what"),
}
"""What each part of a draft is called; what is not here is bookkeeping."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One part: as it stands, and as it was typed."""

    label: Message
    stands: str
    typed: str


def differences(standing: Draft, typed: Draft, words: Words) -> list[Difference]:
    """The parts in which what was typed differs from what stands, in the order of the steps."""
    rows = []
    for part in fields(Draft):
        if part.name not in LABELS:
            continue
        left, right = getattr(standing, part.name), getattr(typed, part.name)
        if left != right:
            if part.name in ("parties", "delegations", "zones", "stipulations", "sources", "recipients"):
                left, right = [each for each in left if each not in right], [each for each in right if each not in left]
            rows.append(Difference(label=LABELS[part.name], stands=_text_of(left, words), typed=_text_of(right, words)))
    return rows


def _text_of(value: Any, words: Words) -> str:
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return words.gettext("yes") if value else words.gettext("no")
    if isinstance(value, Mapping):
        return " · ".join(map(str, value.values()))
    if isinstance(value, list | tuple):
        return " · ".join(_text_of(member, words) for member in value)
    for name in ("names", "summary", "title"):
        if isinstance(texts := getattr(value, name, None), Mapping):
            return words.name(texts, otherwise=str(getattr(value, "id", "")))
    return str(value)
