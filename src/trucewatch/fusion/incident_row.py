"""The rows of one event → one row of the incident table, but for what is judged of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from trucewatch.fusion.associate import BLAST_AND_FIRE
from trucewatch.fusion.counts import NOT_COUNTED, ROUNDS, SPEAKERS, CountReport, count_rounds
from trucewatch.fusion.people_reported import Statement, side_by_side
from trucewatch.fusion.setting import Setting
from trucewatch.fusion.verification_level import VAGUE_S
from trucewatch.model.claims import claimants_in
from trucewatch.model.ids import incident_id
from trucewatch.model.incident import SPEAKERS_APART, unparted
from trucewatch.model.speakers import testimony_of

_VAGUE = timedelta(seconds=VAGUE_S)  # a row that knows its time to an hour knows it well
READ: Final = (
    "observation_id",
    "source",
    "sensor",
    "means",
    "kind",
    "aspect",
    "occurred_start",
    "occurred_end",
    "time_sd_s",
    "count_min",
    "count_best",
    "count_max",
    "claimed_by",
    "perceived",
    "actor",
    "struck",
    "simulated",
    "known_at",
    "known_at_assumed",
    "text",
)
"""Columns of the observation table that an incident is made of."""


def incident_of(columns: dict[str, list[Any]], members: list[int], setting: Setting) -> dict[str, Any]:
    """The row of an event: its members, kinds, times, counts, people and claims.

    columns: READ of a block of rows, with `voice`, `stray` and `people`; members: where its rows stand in them.
    """

    def of(name: str) -> list[Any]:
        column = columns[name]
        return [column[row] for row in members]

    kinds = of("kind")
    kind = _most_telling(kinds)
    telling = [row for row, word in zip(members, kinds, strict=True) if word == kind]
    said = [
        testimony_of({name: columns[name][row] for name in _SAID}, setting.speakers, setting.parties) for row in members
    ]
    start, end = _time_span(of("occurred_start"), of("occurred_end"))
    # Beside it the time by those who recorded it: what a side says of the hour moves no clause.
    timing = [row for row, words in zip(members, said, strict=True) if not words.is_claim]
    times = [[columns[name][row] for row in timing or members] for name in _TIMES]
    recorded = _time_span(*times[:2]) if timing else (None, None)
    claims = [set(claimants_in(text, setting.parties)) for text in of("claimed_by")]
    voices = setting.speakers.voices or setting.parties
    known_parties = setting.speakers.parties or frozenset(setting.parties.values())
    # What comes by the means "party" is a party's word whoever is named, or nobody, and never anybody else's; what a
    # ministry says is its party's.
    is_claim = [
        means == "party" or (bool(text) and known_parties.issuperset(claimants_in(text, voices)))
        for text, means in zip(of("claimed_by"), of("means"), strict=True)
    ]
    givers = [
        "; ".join(sorted(whose)) or f":{means}" if claim or means in SPEAKERS else ""
        for whose, means, claim in zip(claims, of("means"), is_claim, strict=True)
    ]
    arrivals = list(zip(of("known_at"), of("known_at_assumed"), strict=True))
    ids = of("observation_id")
    return {
        "incident_id": incident_id(ids[0]),
        "members": ids,
        "sources": sorted(set(of("source"))),
        "means": sorted(set(of("means"))),
        "kind": kind,
        "kinds": sorted(set(kinds)),
        "aspect": _agreed([columns["aspect"][row] for row in telling]),
        "occurred_start": start,
        "occurred_end": end,
        **_counts(columns, members, telling, kind, givers, setting.centre_sources),
        "people": side_by_side(statement for stated in of("people") for statement in stated),
        "claimed_by": sorted(set().union(*claims)),
        "claims_only": all(is_claim),
        "testimony": sorted({testimony.text for testimony in said}),
        "grave": _grave(of("people"), of("struck")),
        "time_sd_s": _time_sd(*times),
        "recorded_start": recorded[0],
        "recorded_end": recorded[1],
        "simulated": of("simulated")[0],
        "first_known_at": min(arrivals)[0],
        "last_known_at": max(arrivals)[0],
        "known_at_assumed": min(arrivals)[1],
        "zones": [],
        "zones_at_edge": [],
        "line_distance_m": None,
        "text": _words(columns, members, telling),
        "acts": [],
        "period": "",
    }


def _words(columns: dict[str, list[Any]], members: Sequence[int], telling: Sequence[int]) -> str:
    """What is said of it: by several speakers, the words of each after its name, in the order of the names, none
    chosen; else the words of the first row that tells of its kind.

    What parts two speakers parts them nowhere else: who types it cannot put words into another's mouth.
    """
    spoken = sorted(
        {
            (unparted(columns["claimed_by"][row]), unparted(columns["text"][row]))
            for row in members
            if columns["claimed_by"][row] and columns["text"][row]
        }
    )
    if len({who for who, _ in spoken}) > 1:
        return SPEAKERS_APART.join(f"{who}: {text}" for who, text in spoken)
    return next((unparted(columns["text"][row]) for row in telling if columns["text"][row]), "")


_TIMES: Final = ("occurred_start", "occurred_end", "time_sd_s")
_SAID: Final = ("source", "means", "kind", "aspect", "claimed_by", "perceived", "actor")


def _grave(people: Sequence[Sequence[Statement]], struck: Sequence[str]) -> list[str]:
    """Why it is grave, as far as anybody says so: somebody killed; a hospital, school or place of worship hit."""
    killed = any(statement[f"killed_{which}"] for stated in people for statement in stated for which in _BOUNDS)
    return ["killed"] * killed + sorted({word for word in struck if word})


_BOUNDS: Final = ("min", "best", "max")


def _time_sd(starts: Sequence[datetime], ends: Sequence[datetime], spreads: Sequence[float | None]) -> float | None:
    """One standard deviation of the event's times, seconds, as the row states it that knows them best; None where
    nobody states one."""
    stated = [
        ((end - start).total_seconds() + 4 * spread, spread)
        for start, end, spread in zip(starts, ends, spreads, strict=True)
        if spread is not None
    ]
    return round(float(min(stated)[1]), 1) if stated else None


_COUNT = ("count_min", "count_best", "count_max")


def _most_telling(kinds: Sequence[str]) -> str:
    """The kind of the whole: the first of BLAST_AND_FIRE that occurs, else the only one there is."""
    return next((word for word in BLAST_AND_FIRE if word in kinds), kinds[0])


def _agreed(aspects: Sequence[str]) -> str:
    """The aspect if all who state one state the same."""
    stated = {word for word in aspects if word != "undetermined"}
    return stated.pop() if len(stated) == 1 else "undetermined"


def _time_span(starts: Sequence[datetime], ends: Sequence[datetime]) -> tuple[datetime, datetime]:
    """From the first start to the last end of those who knew the time well: a row that only knows the day widens
    nothing."""
    spans = list(zip(starts, ends, strict=True))
    enough = max(min(end - start for start, end in spans), _VAGUE)
    good = [(start, end) for start, end in spans if end - start <= enough]
    return min(start for start, _ in good), max(end for _, end in good)


def _counts(
    columns: dict[str, list[Any]],
    members: list[int],
    telling: list[int],
    kind: str,
    givers: Sequence[str],
    centre_sources: frozenset[str],
) -> dict[str, Any]:
    """How many, and by whom. What strays say counts only if nobody else gives a number.

    givers: whose claim each member's number is, empty for what devices counted. Pixels of a fire are no number of
    fires: a heat source has no count.
    """
    stating = [row for row in telling if any(columns[name][row] is not None for name in _COUNT)]
    if not stating or kind == "thermal_anomaly":
        return NOT_COUNTED.columns()
    stray, giver = columns["stray"], dict(zip(members, givers, strict=True))
    low, best, high = (columns[name] for name in _COUNT)
    reports = [
        CountReport(
            voice=columns["voice"][row],
            means=columns["means"][row],
            source=columns["source"][row],
            # A number of people harmed is never fused: each stays its giver's.
            giver=giver[row] or (f":{columns['means'][row]}" if kind == "harm" else ""),
            low=low[row],
            best=best[row],
            high=high[row],
            known_at=columns["known_at"][row],
        )
        for row in [row for row in stating if not stray[row]] or stating
    ]
    # A camera's flash may be any fire; every other kind that more devices report than this one casts doubt on it.
    voices: dict[str, set[int]] = {}
    for row in members:
        if not giver[row] and not stray[row]:
            voices.setdefault(columns["kind"][row], set()).add(columns["voice"][row])
    rivals = (len(those) for word, those in voices.items() if word in ROUNDS - {kind, "muzzle_flash"})
    doubtful = max(rivals, default=0) > len(voices.get(kind, ()))
    return count_rounds(reports, kind, centre_sources=centre_sources, doubtful=doubtful).columns()
