"""The pages of official statements: the list, and the reader with what was offered and decided beside the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from trucewatch.annotation.long_paragraphs import MOST_CHARS, is_longer
from trucewatch.annotation.propose import not_offered
from trucewatch.desks.declaring.copies_differ import copies_beside
from trucewatch.desks.declaring.offers import keys_offered, offers_of
from trucewatch.desks.declaring.operations import (
    ROWS_AT_ONCE,
    Asked,
    known_by,
    rows_of,
    statement_at,
    statements_known,
)
from trucewatch.desks.declaring.passages import Card, cards_of, counts_of, parts_of, turns_of
from trucewatch.desks.declaring.wording import (
    STATEMENT_KINDS,
    WHY,
    about_links,
    by_day_words,
    clause_choices,
    clock_of,
    decided_words,
    own_moment,
    value_words,
    voices,
    who_name,
    who_names,
)
from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.annotations import KIND_WORDS, OFFERED_IN
from trucewatch.model.roles import Right
from trucewatch.model.statement_record import Heading, OfficialStatement, StatementVersion
from trucewatch.model.statements import KINDS, LANGUAGES, Statement
from trucewatch.model.undertakings import Undertaking, clock_message
from trucewatch.pipeline.annotation_entering import REASONS
from trucewatch.pipeline.record_beside import RecordRows, beside
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView, View
from trucewatch.store.statement_records import heading_at, number_on_record, version_of, words_of
from trucewatch.store.undertaking_records import undertakings, zone_of_words

LONGEST_WORDS = 200

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What an address names: a statement, one of its versions, and its text; None where that was erased."""

    statement: OfficialStatement
    version: StatementVersion
    text: Statement | None
    heading: Heading | None
    newest: StatementVersion | None = field(default=None)

    @property
    def address(self) -> str:
        """The reader's page of this version."""
        query = urlencode({"language": self.version.language, "version": self.version.version})
        return f"/statements/{self.statement.code}?{query}"

    @property
    def is_newest(self) -> bool:
        return self.newest is not None and self.newest.entry == self.version.entry


@router.get("/statements")
@needs(Right.INSIDE)
def statements(
    view: CurrentView,
    voice: str = "",
    clause: str = "",
    language: str = "",
    kind: str = "",
    words: str = "",
    page: int = 1,
) -> HTMLResponse:
    """The list, the newest first, at most a hundred at a time."""
    store, watch, at = view.console.store, view.watch, clock_of(view)
    clauses = clause_choices(view)
    asked = Asked(
        voice=voice if voice in {who for who, _ in voices(view)} else "",
        clause=clause if clause in {part for part, _ in clauses} else "",
        language=language if language.isalpha() and len(language) < 9 else "",
        kind=kind if kind in KINDS else "",
        words=words[:LONGEST_WORDS],
    )
    rows = rows_of(store, at, asked, lambda part: _names_of(view, part), lambda of: keys_offered(store, watch, of))
    last = max(-(-len(rows) // ROWS_AT_ONCE), 1)
    page = min(max(page, 1), last)
    first = (page - 1) * ROWS_AT_ONCE
    every = rows if not asked.is_narrow else list(statements_known(store, at))
    languages = sorted({code for each in statements_known(store, at) for code in each.languages})
    return view.page(
        "declaring/statements.html.jinja",
        rows=rows[first : first + ROWS_AT_ONCE],
        total=len(rows),
        first=first,
        page=page,
        last=last,
        has_any=bool(every),
        asked=asked,
        voices=voices(view),
        clauses=clauses,
        languages_there=[(code, view.words.language_name(code)) for code in languages],
        kinds=STATEMENT_KINDS,
        who_name=lambda who: who_name(view, who),
        can_act=not view.snapshot.is_replay and view.may(Right.TAKE),
        query_of=lambda number: _query(asked, number),
    )


@router.get("/statements/{number}")
@needs(Right.INSIDE)
def statement_page(
    view: CurrentView, number: str, language: str = "", version: int = 0, show: str = "", part: int = 1
) -> HTMLResponse:
    """The reader of a statement, in its latest version or the one asked for."""
    return reader(view, place_at(view, number, language, version), show=show, part=part)


def place_at(view: View, number: str, language: str = "", version: int = 0) -> Place:
    """The version of a statement that an address names. Raises RefusalError 404 if there is none by now."""
    store = view.console.store
    try:
        statement = known_by(statement_at(store, number), clock_of(view))
        if statement is None:
            raise StoreError(
                Message("nothing of {code} was known by now; the list has those that are", code=number[:20])
            )
        newest = statement.latest(language)
        copy = version_of(statement, language or _first(statement).language, version) if version else newest
        if copy is None:
            raise StoreError(
                Message(
                    "{code} has no copy in this language ({language}); its page has those there are",
                    code=statement.code,
                    language=language[:20],
                )
            )
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc
    return Place(
        statement=statement,
        version=copy,
        text=words_of(store, copy),
        heading=heading_at(store, copy),
        newest=statement.latest(copy.language),
    )


def reader(
    view: View, place: Place, *, show: str = "", part: int = 1, status: int = 200, trouble: Message | None = None
) -> HTMLResponse:
    """The page of a version."""
    text, version = place.text, place.version
    offers = offers_of(view.console.store, view.watch, version) if version.stands else ()
    cards = cards_of(place.statement, version, text, offers) if text else []
    counts = counts_of(cards)
    shown = [card for card in cards if card.passage.kind == show] if show in counts else cards
    parts = parts_of(text) if text else [frozenset[str]()]
    part = min(max(part, 1), len(parts))
    if len(parts) > 1:
        shown = [card for card in shown if card.passage.span.paragraph in parts[part - 1]]
    due = _undertakings(view, shown)
    lacking = not_offered(version.language)
    return view.page(
        "declaring/statement.html.jinja",
        status=status,
        trouble=trouble,
        turns=turns_of(text, shown, parts[part - 1]) if text else [],
        cards=[_card(view, place, card, due) for card in shown],
        counts=counts,
        show=show if show in counts else "",
        part=part,
        parts=len(parts),
        open_count=sum(card.is_open for card in cards),
        decided_count=sum(not card.is_open for card in cards),
        kind_words=KIND_WORDS,
        not_offered=[KIND_WORDS[kind] for kind in lacking],
        is_read=version.language in LANGUAGES,
        looked_at=MOST_CHARS if text is not None and is_longer(text) else 0,
        copies_beside=list(copies_beside(view.console.store, view.watch, place.statement, version, text))
        if text and version.stands
        else [],
        offered_in=[view.words.language_name(code) for code in OFFERED_IN["commitment"]],
        **head_of(view, place),
    )


def head_of(view: View, place: Place) -> dict[str, Any]:
    """What every page about a version says of it."""
    text, version = place.text, place.version
    return {
        "place": place,
        "statement": place.statement,
        "version": version,
        "text": text,
        "title": place.heading.title if place.heading else "",
        "kind": STATEMENT_KINDS[version.kind],
        "voice": who_name(view, version.voice),
        "own_moment": own_moment(view, text) if text else view.words.short_day(version.day) if version.day else "",
        "copies": _copies(view, place),
        "can_act": view.may(Right.ASSESS)
        and not view.snapshot.is_replay
        and version.stands
        and place.is_newest
        and text is not None,
        "is_replay": view.snapshot.is_replay,
        "undone_reason": REASONS.get(version.undone.reason_code) if version.undone else None,
        "joined": sorted(
            {f"S-{number_on_record(view.console.store, each)}" for each in place.statement.versions}
            - {place.statement.code}
        ),
        "undone_words": _reason(view, version.undone.reason) if version.undone else "",
    }


def _reason(view: View, reference: str) -> str:
    return (view.console.store.words.read(reference) or "") if reference else ""


def _first(statement: OfficialStatement) -> StatementVersion:
    return next((each for each in statement.versions if each.stands), statement.versions[0])


def _names_of(view: View, part: str) -> frozenset[str]:
    """Every name by which a decision may mean a part of a clause: its own, and its provision's."""
    provisions = (provision.number for provision, each in view.watch.agreement.stipulations() if each.id == part)
    return frozenset((part, *provisions))


def _query(asked: Asked, number: int) -> str:
    fields = {
        "voice": asked.voice,
        "clause": asked.clause,
        "language": asked.language,
        "kind": asked.kind,
        "words": asked.words,
        "page": str(number) if number > 1 else "",
    }
    query = urlencode({name: value for name, value in fields.items() if value})
    return f"/statements?{query}" if query else "/statements"


def _copies(view: View, place: Place) -> list[dict[str, Any]]:
    """The languages of a statement, each with its versions, the latest first."""
    languages = dict.fromkeys(each.language for each in place.statement.versions)
    return [
        {
            "language": language,
            "name": view.words.language_name(language),
            "is_shown": language == place.version.language,
            "versions": [each for each in reversed(place.statement.versions) if each.language == language],
        }
        for language in languages
    ]


def _undertakings(view: View, cards: Sequence[Card]) -> dict[int, Undertaking]:
    """The undertakings that decisions on these cards led to, by their numbers."""
    if not any(card.is_standing and card.passage.kind == "commitment" for card in cards):
        return {}
    at = clock_of(view)
    return {each.number: each for each in undertakings(view.console.store, view.watch.zone, at)}


def _card(view: View, place: Place, card: Card, due: dict[int, Undertaking]) -> dict[str, Any]:
    passage, annotation = card.passage, card.annotation
    undertaking = due.get(annotation.number) if annotation else None
    speaker = place.text.speaker(passage.speaker) if place.text else None
    return {
        "card": card,
        "passage": passage,
        "annotation": annotation,
        "kind": KIND_WORDS[passage.kind],
        "about": about_links(view, passage.about),
        "why": WHY[passage.kind],
        "speaker": speaker.name if speaker else "",
        "who": who_names(view, passage.who),
        "to": who_names(view, passage.to),
        "attributed_to": who_names(view, passage.attributed_to),
        "by_day": by_day_words(passage),
        "understood": value_words(view, passage),
        "decided": decided_words(annotation) if annotation else None,
        "earlier": decided_words(card.earlier) if card.earlier else None,
        "parts": part_choices(view, card) if passage.kind == "reading" and card.is_open else [],
        "undertaking": undertaking,
        "clock": clock_message(undertaking, clock_of(view)) if undertaking else None,
        "beside": _beside(view, place, card),
    }


def part_choices(view: View, card: Card) -> list[tuple[str, str, bool]]:
    """The parts of clauses that a reading can be of, each with what it says and whether it is the only one offered."""
    stipulations = list(view.watch.agreement.stipulations())
    about = set(card.passage.about)
    offered = [part.id for provision, part in stipulations if part.id in about] or [
        part.id for provision, part in stipulations if provision.number in about
    ]
    labels = dict(clause_choices(view))
    chosen = offered[0] if len(offered) == 1 else ""
    return [(part, labels[part], part == chosen) for part in offered or labels]


def _beside(view: View, place: Place, card: Card) -> Any:
    """What the record has of an accepted claim; None for anything else, and while there is no list."""
    assessment = view.snapshot.assessment
    if assessment is None or not card.is_standing or card.passage.kind not in ("claim", "denial"):
        return None
    text = place.text
    rows = RecordRows(
        observations=assessment.observations, incidents=assessment.incidents, counters=assessment.counters
    )
    zone = zone_of_words((text.zone or text.zone_assumed or "") if text else "", view.watch.zone)
    try:
        return beside(rows, view.watch, card.passage, view.snapshot.as_of, zone=zone)
    except TrucewatchError:
        return None
