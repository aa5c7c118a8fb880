"""A letter's rows as its page shows them, and the claims that are entered from those that are ticked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from starlette.datastructures import FormData

from trucewatch.desks.claiming.wording import speakers_of, when_words, where_words
from trucewatch.errors import TrucewatchError
from trucewatch.locale.reasons import party_name
from trucewatch.messages import Message
from trucewatch.model.claim_draft import ClaimDraft
from trucewatch.model.claim_record import Claim, ClaimWords, StatedEvent
from trucewatch.model.letters import Letter
from trucewatch.model.observation import KINDS
from trucewatch.model.spoken import SpokenPlace, SpokenTime
from trucewatch.model.typed_text import as_typed
from trucewatch.pipeline.claims_near import is_ahead
from trucewatch.server.forms import texts_of, typed_of
from trucewatch.server.view import View
from trucewatch.sources.letter_claims import LetterRow, LetterRows, rows_of_letter
from trucewatch.sources.spoken_when import read_when
from trucewatch.sources.spoken_where import Gazetteer, gazetteer_of, read_where
from trucewatch.store.claim_records import claims_on_record

LONGEST: Final = {"when": 200, "where": 300}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowShown:
    """A row with what its words were taken to mean, or why they were not understood. claim: the one that was entered
    from it. is_ahead: it speaks of what was to come when the letter came."""

    row: LetterRow
    claim: Claim | None
    when: SpokenTime | None = None
    where: SpokenPlace | None = None
    when_told: str = ""
    where_told: str = ""
    when_fault: Message | None = None
    where_fault: Message | None = None
    is_ahead: bool = False


def rows_in(view: View, text: str) -> LetterRows:
    """The rows of a letter by the names of places that this watch knows."""
    watch = view.watch
    zones = (name for zone in watch.zones for name in zone.names.values())
    towns = (name for town in watch.basemap.towns for name in town.names.values())
    rows = watch.naming.place if watch.naming else ()
    others = (name.text for row in rows for name in row.name)
    parties = [party_name(speaker.id, watch, view.words) for speaker in speakers_of(view) if speaker.id]
    return rows_of_letter(text, places=dict.fromkeys((*zones, *towns, *others)), nobodys=parties)


def entered_from(view: View, letter: Letter) -> dict[int, Claim]:
    """The claims that stand and were entered from a letter, by their row."""
    return {
        claim.row: claim
        for claim in claims_on_record(view.console.store)
        if claim.letter == letter.number and claim.stands
    }


def shown_rows(view: View, letter: Letter, rows: LetterRows) -> Iterator[RowShown]:
    """Each row with what is understood of it."""
    gazetteer, entered = gazetteer_of(view.watch), entered_from(view, letter)
    for row in rows.rows:
        yield _understood(view, letter, gazetteer, row, entered.get(row.number))


def _understood(view: View, letter: Letter, gazetteer: Gazetteer, row: LetterRow, claim: Claim | None) -> RowShown:
    when = where = None
    when_fault = where_fault = None
    try:
        when = _when(view, letter, row.when)
    except TrucewatchError as exc:
        when_fault = exc.message
    try:
        where = read_where(row.where, gazetteer) if row.where.strip() else None
    except TrucewatchError as exc:
        where_fault = exc.message
    return RowShown(
        row=row,
        claim=claim,
        when=when,
        where=where,
        when_told=when_words(view, when) if when else "",
        where_told=where_words(view, where) if where else "",
        when_fault=when_fault,
        where_fault=where_fault,
        is_ahead=is_ahead(claim, view.watch.zone) if claim else when is not None and when.start > letter.received_at,
    )


def _when(view: View, letter: Letter, text: str) -> SpokenTime | None:
    if not text.strip():
        return None
    spoken = tuple(dict.fromkeys((letter.language, view.reader.language, "en")))
    return read_when(text, received_at=letter.received_at, zone=view.watch.zone, languages=spoken, may_lie_ahead=True)


def drafts_in(view: View, letter: Letter, rows: LetterRows, form: FormData) -> tuple[ClaimDraft, ...]:
    """The claims that a form ticks, with what was changed in it. What was not understood of time and place stays as
    words, and is otherwise unknown. A row of which a claim stands is left out."""
    ticked, entered = set(texts_of(form, "row")), entered_from(view, letter)
    gazetteer = gazetteer_of(view.watch)
    drafts = []
    for row in rows.rows:
        if str(row.number) in ticked and row.number not in entered:
            changed = changed_row(row, form)
            drafts.append(_draft(letter, _understood(view, letter, gazetteer, changed, None)))
    return tuple(drafts)


def changed_row(row: LetterRow, form: FormData) -> LetterRow:
    """A row as a form has it: time, place and kind may be changed there; the words are the letter's."""
    kind = typed_of(form, f"kind-{row.number}")
    is_kind = f"kind-{row.number}" in form and (not kind or kind in KINDS)
    return replace(
        row,
        when=_field(form, "when", row.number, row.when),
        where=_field(form, "where", row.number, row.where),
        kind=kind if is_kind else row.kind,
    )


def _field(form: FormData, name: str, number: int, otherwise: str) -> str:
    field = f"{name}-{number}"
    return as_typed(typed_of(form, field))[: LONGEST[name]] if field in form else otherwise


def _draft(letter: Letter, row_shown: RowShown) -> ClaimDraft:
    row = row_shown.row
    return ClaimDraft(
        event=StatedEvent(kind=row.kind, when=row_shown.when, where=row_shown.where, count=row.count),
        words=ClaimWords(says=row.words, when=row.when, where=row.where),
        speaker=letter.sender,
        via=letter.via,
        received_at=letter.received_at,
        language=letter.language if letter.language != "und" else "",
        letter=letter.number,
        row=row.number,
    )
