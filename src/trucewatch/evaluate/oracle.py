"""How well any list of given incidents could do: which of them to list, chosen in hindsight, with the truth at hand.

A lister sees of an incident who reported it, of what kind, and how probable it was held to be. Of incidents that look
alike in this it can list all or none. `best_in_hindsight` chooses the looks that are best for F1 on the very days that
it is judged on: no rule that is fixed beforehand, and tells no more looks apart, does better there. It is a ceiling,
not a method.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from trucewatch.evaluate.match import match_incidents
from trucewatch.evaluate.score_columns import floats
from trucewatch.geo.arrays import Floats

STEP: Final = 0.05
"""Incidents whose `happened` lies in one step of this width look alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Incidents of one set of days, the true events that could be placed, and how near an incident has to lie to
    each."""

    incidents: pa.Table
    truth: pa.Table
    gate_m: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """F1 of the best list in hindsight, how many incidents stand on it, and how many looks were told apart."""

    f1: float
    listed: int
    looks: int


def best_in_hindsight(days: Sequence[Day]) -> Ceiling:
    """The ceiling over several sets of days together. Incidents without a place stand on no list."""
    looks, matches, placed = [], [], []
    for day in days:
        has_place = np.isfinite(floats(day.incidents, "lon"))
        matched = np.zeros(day.incidents.num_rows, dtype=np.bool_)
        matched[match_incidents(day.incidents, day.truth, gate_m=day.gate_m).incident] = True
        looks += looks_of(day.incidents)
        matches.append(matched)
        placed.append(has_place)
    _, look = np.unique(np.array(looks, dtype=str), return_inverse=True)
    look = look.reshape(-1)
    is_placed = np.concatenate(placed) if placed else np.zeros(0, dtype=np.bool_)
    size = np.bincount(look[is_placed], minlength=int(look.max(initial=-1)) + 1)
    hits = np.bincount(look, weights=np.concatenate(matches) if matches else None, minlength=len(size))
    events = sum(day.truth.num_rows for day in days)
    share = hits / np.maximum(size, 1)
    order = np.argsort(-share, kind="stable")
    f1 = 2 * np.cumsum(hits[order]) / (np.cumsum(size[order]) + events) if len(order) else np.zeros(0)
    chosen = np.zeros(len(size), dtype=np.bool_)
    chosen[order[: int(np.argmax(f1)) + 1 if len(f1) else 0]] = True
    at, matched_pairs, listed = 0, 0, 0
    for day in days:
        rows = np.arange(at, at + day.incidents.num_rows)
        at += day.incidents.num_rows
        listed_rows = np.flatnonzero(chosen[look[rows]] & is_placed[rows])
        listed += len(listed_rows)
        matched_pairs += len(
            match_incidents(day.incidents.take(pa.array(listed_rows, pa.int64())), day.truth, gate_m=day.gate_m).event
        )
    return Ceiling(
        f1=2 * matched_pairs / (listed + events) if listed + events else float("nan"),
        listed=listed,
        looks=int((size > 0).sum()),
    )


def looks_of(incidents: pa.Table) -> list[str]:
    """What a lister sees of each incident: its means, its kind where it rests on a single report, two or more, and
    `happened`."""
    happened = floats(incidents, "happened")
    looks = []
    for means, members, kind, chance in zip(
        incidents["means"].to_pylist(),
        incidents["members"].to_pylist(),
        incidents["kind"].to_pylist(),
        happened,
        strict=True,
    ):
        step = "" if np.isnan(chance) else str(int(chance / STEP))
        many = min(len(members), 3)
        looks.append(f"{'+'.join(means)}|{kind if many == 1 else ''}|{many}|{step}")
    return looks
