"""The list of claims: what a page of it shows, who may be filtered for, how many voices there are; files without
words."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Any, Final

from trucewatch.desks.claiming.operations import claim_row
from trucewatch.desks.claiming.wording import speaker_name
from trucewatch.errors import TimeError
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.claim_record import Claim
from trucewatch.pipeline.claim_voices import voices
from trucewatch.server.view import View
from trucewatch.store.claim_records import claims_on_record

UNTRANSLATED: Final = "untranslated"
"""In an address: the claims of which there are no words in the reader's language."""
_COUNTED: Final = ("count", "killed", "injured")
_OF_A_COUNT: Final = ("least", "best", "most")
COLUMNS: Final = (
    *("number", "version", "speaker", "claimed_by", "rung", "via", "received_at", "language"),
    *("kind", "perceived", "occurred_from", "occurred_until", "lon", "lat", "semi_major_m"),
    *(f"{counted}.{which}" for counted in _COUNTED for which in _OF_A_COUNT),
    *("person_status", "letter", "row", "attachments", "translated_into", "joined"),
    *("simulated", "drill", "taken_back", "in_no_list", "entry"),
)
"""Of `/claims.csv`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which claims are asked for: by whom, of which day of receipt, drills or not, those alone of which the reader has
    no words in their language. fault: what cannot be read of it."""

    speaker: str = ""
    day: date | None = None
    drill: str = ""
    is_untranslated: bool = False
    fault: Message | None = None

    @property
    def is_any(self) -> bool:
        return bool(self.speaker or self.day or self.drill or self.is_untranslated)


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


def wanted_in(view: View, speaker: str, day: str, drill: str, said: str = "") -> Wanted:
    """What the filters say; a day that cannot be read filters nothing, and it is said."""
    try:
        read_day = view.time_form.read_day(day) if day.strip() else None
    except TimeError as exc:
        return Wanted(speaker=speaker[:120], drill=drill, fault=exc.message)
    return Wanted(
        speaker=speaker[:120],
        day=read_day,
        drill=drill if drill in ("only", "none") else "",
        is_untranslated=said == UNTRANSLATED,
    )


def is_untranslated(view: View, claim: Claim) -> bool:
    """Whether a claim that stands has no words in the reader's language: those of the call are in another, or in one
    that nobody stated, and no translation is beside them."""
    spoken = {claim.language, *(language for language, _, _ in claim.translations)}
    return claim.stands and view.reader.language not in spoken


def received_by_now(view: View) -> tuple[Claim, ...]:
    """The claims that were received by the watch's clock; in a replay those by its moment."""
    now = view.clock
    return tuple(claim for claim in claims_on_record(view.console.store) if claim.received_at <= now)


def listed(view: View, wanted: Wanted) -> Listed:
    """Newest first. Voices and counts are of what stands: drills are counted apart, never with the others."""
    claims = received_by_now(view)
    chosen = [claim for claim in claims if _is_wanted(view, claim, wanted)]
    chosen.sort(key=lambda claim: (claim.received_at, claim.number), reverse=True)
    standing = [claim for claim in chosen if claim.stands and not claim.is_drill]
    return Listed(
        claims=tuple(chosen),
        total=len(standing),
        voices=voices(standing, {body.id: body.counts_with for body in view.watch.agreement.body if body.counts_with}),
        drills=sum(claim.is_drill and claim.stands for claim in chosen),
    )


def speakers_heard(view: View) -> list[tuple[str, str]]:
    """Who spoke so far, by code and name, in the order of names."""
    speakers = {claim.speaker.code: claim.speaker for claim in received_by_now(view)}
    return sorted(((code, speaker_name(view, each)) for code, each in speakers.items()), key=lambda pair: pair[1])


def csv_text(claims: Sequence[Claim]) -> str:
    """Claims as a table, without anything that somebody typed; counts and people as least, best and most, an empty cell
    for what was not said."""
    sink = StringIO()
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for claim in claims:
        cells = _cells(claim_row(claim))
        writer.writerow([cells[name] for name in COLUMNS])
    return sink.getvalue()


def _cells(row: Mapping[str, Any]) -> dict[str, str]:
    """A row of a document as cells: `killed.best`, words of a list apart by blanks, nothing for what was not said."""
    cells: dict[str, str] = {}
    for name, value in row.items():
        if name in _COUNTED:
            cells |= {f"{name}.{which}": _cell(number) for which, number in zip(_OF_A_COUNT, value, strict=True)}
        else:
            cells[name] = _cell(value)
    return cells


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _is_wanted(view: View, claim: Claim, wanted: Wanted) -> bool:
    if wanted.speaker and claim.speaker.code != wanted.speaker:
        return False
    if wanted.day and claim.received_at.astimezone(view.time_form.zone).date() != wanted.day:
        return False
    if wanted.is_untranslated and not is_untranslated(view, claim):
        return False
    return not wanted.drill or claim.is_drill == (wanted.drill == "only")
