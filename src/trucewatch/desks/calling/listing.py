"""The list of claims: what a page of it shows, who may be filtered for, how many voices there are; files without
words."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Any, Final

from trucewatch.desks.calling.wording import speaker_name
from trucewatch.errors import TimeError
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.claim_record import RUNG, Claim
from trucewatch.model.times import iso_utc
from trucewatch.pipeline.claims_near import voices
from trucewatch.server.view import View
from trucewatch.store.claim_records import claims_on_record

WITHHELD: Final = ("says", "when_words", "where_words", "name", "call_back", "translations", "reasons")
"""What files are not given: whatever somebody typed."""
COLUMNS: Final = (
    *("number", "version", "speaker", "via", "received_at", "kind", "occurred_from", "occurred_until"),
    *("lon", "lat", "semi_major_m", "killed", "injured", "person_status", "perceived", "rung"),
    *("letter", "row", "simulated", "drill", "joined", "taken_back", "entry"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which claims are asked for: by whom, of which day of receipt, drills or not. fault: what cannot be read of it."""

    speaker: str = ""
    day: date | None = None
    drill: str = ""
    fault: Message | None = None

    @property
    def is_any(self) -> bool:
        return bool(self.speaker or self.day or self.drill)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The claims that were asked for, newest first; `total` of all that stand."""

    claims: tuple[Claim, ...]
    total: int
    voices: int
    drills: int

    @property
    def claims_words(self) -> Message:
        return Plural("{n} claim", "{n} claims", self.total, n=Amount(self.total))

    @property
    def voices_words(self) -> Message:
        return Plural("{n} voice", "{n} voices", self.voices, n=Amount(self.voices))

    @property
    def drills_words(self) -> Message:
        return Plural("{n} drill", "{n} drills", self.drills, n=Amount(self.drills))


def wanted_in(view: View, speaker: str, day: str, drill: str) -> Wanted:
    """What the filters say; a day that cannot be read filters nothing, and it is said."""
    try:
        read_day = view.time_form.read_day(day) if day.strip() else None
    except TimeError as exc:
        return Wanted(speaker=speaker[:120], drill=drill, fault=exc.message)
    return Wanted(speaker=speaker[:120], day=read_day, drill=drill if drill in ("only", "none") else "")


def received_by_now(view: View) -> tuple[Claim, ...]:
    """The claims that were received by the watch's clock; in a replay those by its moment."""
    return tuple(claim for claim in claims_on_record(view.console.store) if claim.received_at <= view.clock)


def listed(view: View, wanted: Wanted) -> Listed:
    """Newest first. Voices and counts are of what stands: drills are counted apart, never with the others."""
    claims = received_by_now(view)
    chosen = [claim for claim in claims if _is_wanted(view, claim, wanted)]
    chosen.sort(key=lambda claim: (claim.received_at, claim.number), reverse=True)
    standing = [claim for claim in chosen if claim.stands and not claim.is_drill]
    return Listed(
        claims=tuple(chosen),
        total=len(standing),
        voices=voices(standing),
        drills=sum(claim.is_drill and claim.stands for claim in chosen),
    )


def speakers_heard(view: View) -> list[tuple[str, str]]:
    """Who spoke so far, by code and name, in the order of names."""
    speakers = {claim.speaker.code: claim.speaker for claim in received_by_now(view)}
    return sorted(((code, speaker_name(view, each)) for code, each in speakers.items()), key=lambda pair: pair[1])


def document(view: View, claims: Sequence[Claim]) -> dict[str, Any]:
    """Claims for programs inside: numbers, moments, places; nothing that somebody typed."""
    return {
        "schema": "trucewatch/claims/1",
        "watch": view.watch.settings.id,
        "simulated": view.watch.settings.simulated,
        "as_of": iso_utc(view.clock.replace(microsecond=0)),
        "withheld": list(WITHHELD),
        "claims": [row_of(claim) for claim in claims],
    }


def row_of(claim: Claim) -> dict[str, Any]:
    """One claim by COLUMNS; None for what was not said."""
    event = claim.event
    when, where = event.when, event.where
    return {
        "number": claim.code,
        "version": claim.version,
        "speaker": claim.speaker.code,
        "via": claim.via,
        "received_at": iso_utc(claim.received_at),
        "kind": event.kind or None,
        "occurred_from": iso_utc(when.start) if when else None,
        "occurred_until": iso_utc(when.end) if when else None,
        "lon": where.lon if where else None,
        "lat": where.lat if where else None,
        "semi_major_m": where.semi_major_m if where else None,
        "killed": list(event.killed),
        "injured": list(event.injured),
        "person_status": event.person_status,
        "perceived": event.perceived,
        "rung": RUNG,
        "letter": claim.letter or None,
        "row": claim.row or None,
        "simulated": claim.simulated,
        "drill": claim.is_drill,
        "joined": [f"CL-{number}" for number in claim.joined],
        "taken_back": not claim.stands,
        "entry": claim.entry,
    }


def csv_text(claims: Sequence[Claim]) -> str:
    """The same as a table; numbers of people as least, best, most apart by blanks."""
    sink = StringIO()
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for claim in claims:
        row = row_of(claim)
        writer.writerow([_cell(row[name]) for name in COLUMNS])
    return sink.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return " ".join("?" if each is None else str(each) for each in value if each is not None or any(value))
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _is_wanted(view: View, claim: Claim, wanted: Wanted) -> bool:
    if wanted.speaker and claim.speaker.code != wanted.speaker:
        return False
    if wanted.day and claim.received_at.astimezone(view.time_form.zone).date() != wanted.day:
        return False
    return not wanted.drill or claim.is_drill == (wanted.drill == "only")
