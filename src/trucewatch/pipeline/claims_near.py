"""What else is near a claim in day, place or name: proposed with reasons, joined by nobody but a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final, Literal, Protocol

from trucewatch.geo.place_text import folded
from trucewatch.messages import Message
from trucewatch.model.claim_record import Claim, StatedEvent
from trucewatch.model.times import zone_label
from trucewatch.pipeline.claim_pairs import AHEAD_LABEL, ClaimPair, PairKind, is_ahead, pairs
from trucewatch.pipeline.claim_voices import voice_of, voices
from trucewatch.pipeline.claims_apart import apart_words, distance_words, gap_between, metres_between

__all__ = [
    "AHEAD_LABEL",
    "ClaimPair",
    "LetterNear",
    "Near",
    "NearKind",
    "PairKind",
    "is_ahead",
    "near",
    "pairs",
    "voice_of",
    "voices",
]

NearKind = Literal["claim", "incident", "complaint"]
MOST_NEAR: Final = 8
NEAR_IN_TIME: Final = timedelta(hours=6)
"""Clocks of callers are wrong by minutes, "this morning" by hours; further apart two things are told by their place."""
NEAR_IN_DAYS: Final = timedelta(days=3)
"""So long a letter is under way that speaks of the same place by name."""
NEAR_M: Final = 5_000.0
FURTHEST_NEAR_M: Final = 15_000.0
"""However wide the ellipses are, further away is elsewhere."""
MOST_WORDS_READ: Final = 300
"""Words lie apart and are opened one by one: of so many claims, the nearest in time."""


class LetterNear(Protocol):
    """A complaint or a letter as far as it is compared: our number, when it came in, its words, whose it is."""

    @property
    def code(self) -> str: ...
    @property
    def received_at(self) -> datetime: ...
    @property
    def words(self) -> str: ...
    @property
    def speaker(self) -> str | Message: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Something that may be about the same. code: of a claim, a complaint or an incident. reasons: the strongest first.
    at: when it was, as it says, else when it came in."""

    kind: NearKind
    code: str
    reasons: tuple[Message, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class _Spot:
    """When and where, as far as they are stated."""

    start: datetime | None
    end: datetime | None
    lon: float | None
    lat: float | None
    sd_m: float
    kind: str
    place: str = ""


def near(
    event: StatedEvent,
    names: Sequence[str],
    *,
    claims: Sequence[Claim] = (),
    incidents: Sequence[Mapping[str, Any]] = (),
    letters: Sequence[LetterNear] = (),
    received_at: datetime | None = None,
    words_of: Callable[[Claim], str] | None = None,
    speaker_of: Callable[[Claim], str | Message] | None = None,
    zone: tzinfo = UTC,
    leaving_out: int = 0,
) -> tuple[Near, ...]:
    """What else may be about the same event, at most MOST_NEAR, the nearest first. Nothing is joined by it.

    names: of places that the words name, beside that of `event.where`. incidents: rows with incident_id,
    occurred_start, occurred_end, lon, lat, kind, zones; `code` where they have one. words_of: what a claim says;
    without it names are sought in the name of its place alone. received_at: stands for the time of an event without
    one. leaving_out: the number of the claim itself.
    """
    spot = _spot_of(event)
    place_names = {
        folded(name): name for name in (*names, event.where.place_name if event.where else "") if folded(name)
    }
    around = (spot.start or received_at, spot.end or received_at)
    ranked: list[tuple[float, str, Near]] = []
    standing = [claim for claim in claims if claim.stands and claim.number != leaving_out]
    middle = around[0]
    if middle is not None:
        # What lies further away in time has no reason left, and most of a record does.
        standing = [claim for claim in standing if _is_within_days(claim, around)]
        standing.sort(key=lambda claim: (abs(_time_of(claim) - middle), claim.number))
    for place_in_order, claim in enumerate(standing):
        words = words_of(claim) if words_of is not None and place_in_order < MOST_WORDS_READ and place_names else ""
        stated = claim.event.where.place_name if claim.event.where else ""
        named = _named_in(f"{words} {stated}", place_names)
        reasons, score = _reasons(spot, around, _spot_of(claim.event), named, zone, _time_of(claim))
        if reasons:
            if claim.letter:
                reasons = [*reasons, _letter_words(speaker_of(claim) if speaker_of else "", claim.received_at, zone)]
            ranked.append(
                (score, claim.code, Near(kind="claim", code=claim.code, reasons=tuple(reasons), at=_time_of(claim)))
            )
    for row in incidents:
        other = _Spot(row["occurred_start"], row["occurred_end"], row["lon"], row["lat"], 0.0, row["kind"])
        zones = {spot.place} & set(row.get("zones") or ()) if spot.place else set()
        named = event.where.place_name if zones and event.where else ""
        reasons, score = _reasons(spot, around, other, named, zone, row["occurred_start"])
        code = str(row.get("code") or row["incident_id"])
        if reasons:
            ranked.append(
                (score, code, Near(kind="incident", code=code, reasons=tuple(reasons), at=row["occurred_start"]))
            )
    for letter in letters:
        named = _named_in(letter.words, place_names)
        bare = _Spot(None, None, None, None, 0.0, "")
        reasons, score = _reasons(spot, around, bare, named, zone, letter.received_at)
        if named and reasons:
            reasons.append(_letter_words(letter.speaker, letter.received_at, zone))
            near_letter = Near(kind="complaint", code=letter.code, reasons=tuple(reasons), at=letter.received_at)
            ranked.append((score, letter.code, near_letter))
    ranked.sort(key=lambda each: each[:2])
    return tuple(each for _, _, each in ranked[:MOST_NEAR])


def _reasons(
    spot: _Spot,
    around: tuple[datetime | None, datetime | None],
    other: _Spot,
    named: str,
    zone: tzinfo,
    at: datetime,
) -> tuple[list[Message], float]:
    """Why two things may be the same, and how far they are apart: hours and three kilometres count alike."""
    start, end = other.start or at, other.end or at
    gap = gap_between(around[0], around[1], start, end)
    apart_m = metres_between(spot.lon, spot.lat, other.lon, other.lat)
    reach_m = min(FURTHEST_NEAR_M, max(NEAR_M, 2 * (spot.sd_m + other.sd_m)))
    is_near = apart_m is not None and apart_m <= reach_m
    is_elsewhere = apart_m is not None and not is_near
    same_day = around[0] is not None and around[0].astimezone(zone).date() == start.astimezone(zone).date()
    same_kind = bool(spot.kind) and spot.kind == other.kind
    # When something came in orders what is proposed; it is no word of when it happened.
    is_timed = spot.start is not None and other.start is not None
    reasons: list[Message] = []
    if is_timed and gap is not None and gap <= NEAR_IN_TIME and is_near and apart_m is not None:
        reasons.append(apart_words(gap, apart_m))
    elif is_near and apart_m is not None and gap is not None and gap <= NEAR_IN_DAYS:
        reasons.append(Message("{distance} apart", distance=distance_words(apart_m)))
    if named and (gap is None or gap <= NEAR_IN_DAYS):
        reasons.append(Message("names the same place, {place}", place=named))
    if not reasons and same_day and same_kind and not is_elsewhere:
        reasons.append(
            Message("the same day, and of the same kind")
            if is_timed
            else Message("came in on the day of the other, and of the same kind")
        )
    hours = 12.0 if gap is None else gap / timedelta(hours=1)
    score = (
        hours + (4.0 if apart_m is None else apart_m / 3_000) - (6.0 if named else 0.0) - (1.0 if same_kind else 0.0)
    )
    return reasons, score


def _letter_words(speaker: str | Message, received_at: datetime, zone: tzinfo) -> Message:
    local = received_at.astimezone(zone)
    when = {"day": local.date(), "clock": local.strftime("%H:%M"), "zone": zone_label(received_at, zone)}
    if not speaker:
        return Message("from the letter of {day} {clock} ({zone})", **when)
    return Message("{speaker}'s letter of {day} {clock} ({zone})", speaker=speaker, **when)


def _named_in(words: str, names: Mapping[str, str]) -> str:
    """The first of the names that stands in words, as it was given."""
    if not names:
        return ""
    text = f" {' '.join(_letters_only(folded(words)))} "
    return next((name for key, name in names.items() if f" {key} " in text), "")


def _letters_only(text: str) -> Iterator[str]:
    yield from "".join(char if char.isalnum() else " " for char in text).split()


def _is_within_days(claim: Claim, around: tuple[datetime | None, datetime | None]) -> bool:
    when = claim.event.when
    start, end = (when.start, when.end) if when else (claim.received_at, claim.received_at)
    gap = gap_between(*around, start, end)
    return gap is None or gap <= NEAR_IN_DAYS


def _time_of(claim: Claim) -> datetime:
    return claim.event.when.start if claim.event.when else claim.received_at


def _spot_of(event: StatedEvent) -> _Spot:
    when, where = event.when, event.where
    return _Spot(
        when.start if when else None,
        when.end if when else None,
        where.lon if where else None,
        where.lat if where else None,
        (where.semi_major_m or 0.0) if where else 0.0,
        event.kind,
        where.place if where else "",
    )
