"""Claims: the list, and one claim with its words, what was understood, its versions and what else is near."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.claiming.entry_pages import claim_at
from trucewatch.desks.claiming.forms import MOST, when_in, where_in
from trucewatch.desks.claiming.listing import (
    UNTRANSLATED,
    csv_text,
    is_untranslated,
    listed,
    received_by_now,
    speakers_heard,
    wanted_in,
)
from trucewatch.desks.claiming.near_claims import incident_with, near_claims
from trucewatch.desks.claiming.offers import offers_of
from trucewatch.desks.claiming.wording import (
    ANSWERS,
    VIA,
    people_words,
    perceived_words,
    rule_of,
    rung_words,
    speaker_name,
    what_words,
    when_words,
    where_words,
)
from trucewatch.errors import TrucewatchError
from trucewatch.locale import languages
from trucewatch.locale.reasons import party_name
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.claim_draft import ClaimRefusedError
from trucewatch.model.claim_record import Claim
from trucewatch.model.roles import Right
from trucewatch.model.typed_text import as_typed
from trucewatch.pipeline.claim_entering import REASONS, join_claims, part_claims, translate_claim
from trucewatch.pipeline.claims_near import AHEAD_LABEL, is_ahead
from trucewatch.pipeline.drilling import drill_codes
from trucewatch.server.forms import Form, typed_of
from trucewatch.server.people_shown import person_words
from trucewatch.server.rights import exports, needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.sources.recorded.claim_rows import why_in_no_list
from trucewatch.store.claim_records import claim_versions, kept_words, words_of_claim

PAGE: Final = 50
MOST_TRANSLATED: Final = 8000

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class KeptText:
    """What somebody typed, in lines as a page shows it; None where it was erased. `reference`: by which it is
    erased."""

    reference: str
    lines: tuple[str, ...] | None


@router.get("/claims")
@needs(Right.INSIDE)
def claims(
    view: CurrentView, speaker: str = "", day: str = "", drill: str = "", said_in: str = "", offset: int = 0
) -> HTMLResponse:
    """The list, a page of it, newest first."""
    wanted = wanted_in(view, speaker, day, drill, said_in)
    chosen = listed(view, wanted)
    first = min(max(offset, 0), max(len(chosen.claims) - 1, 0))
    return view.page(
        "claiming/claims.html.jinja",
        rows=[_row(view, claim) for claim in chosen.claims[first : first + PAGE]],
        drill_codes=drill_codes(view.console.store, chosen.claims[first : first + PAGE]),
        listed=chosen,
        wanted=wanted,
        untranslated=UNTRANSLATED,
        untranslated_count=sum(is_untranslated(view, claim) for claim in received_by_now(view)),
        own_language=view.words.language_name(view.reader.language),
        day=day[:80],
        first=first,
        page_size=PAGE,
        speakers=speakers_heard(view),
    )


@router.get("/claims.csv")
@needs(Right.INSIDE)
@exports
def claims_csv(view: CurrentView) -> Response:
    """Every claim without words, newest first."""
    name = f"inside-{view.watch.settings.id}-claims.csv"
    return Response(
        csv_text(listed(view, wanted_in(view, "", "", "")).claims),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


@router.get("/claims/{code}")
@needs(Right.INSIDE)
def claim_page(view: CurrentView, code: str) -> HTMLResponse:
    return _claim_page(view, claim_at(view, code))


@router.get("/claims/{code}/translate")
@needs(Right.TRANSLATE)
def translation_form(view: CurrentView, code: str) -> HTMLResponse:
    claim = claim_at(view, code)
    return _translation_form(view, claim, {"language": view.reader.language, "translation": ""})


@router.post("/claims/{code}/translate")
@needs(Right.TRANSLATE)
def translate(view: CurrentView, code: str, form: Form) -> Response:
    """A translation of the words that were looked at; refused where they were corrected meanwhile."""
    typed = {name: as_typed(typed_of(form, name)) for name in ("language", "translation", "says")}
    with view.writing() as now:
        claim = claim_at(now, code)
        try:
            now.refuse_in_replay()
            translate_claim(
                now.console.store,
                now.watch,
                claim.code,
                language=typed["language"],
                words=typed["translation"],
                says=typed["says"],
                by=now.by,
                now=now.clock,
            )
        except ClaimRefusedError as exc:
            return _translation_form(now, claim, typed, faults=exc.faults)
        except TrucewatchError as exc:
            return _translation_form(now, claim, typed, trouble=exc.message)
    return after(f"/claims/{claim.code}", Toast(Message("The translation is entered, beside the words.")))


@router.post("/claims/{code}/join")
@needs(Right.TAKE)
def join(view: CurrentView, code: str, form: Form) -> Response:
    """Hold two claims to speak of one event."""
    with view.writing() as now:
        claim, other = claim_at(now, code), claim_at(now, typed_of(form, "other")[:20])
        try:
            now.refuse_in_replay()
            join_claims(now.console.store, now.watch, claim.code, other.code, by=now.by, now=now.clock)
        except TrucewatchError as exc:
            return _claim_page(now, claim, trouble=exc.message)
    receipt = Message("{one} and {other} are held to speak of one event.", one=claim.code, other=other.code)
    letter = typed_of(form, "letter")
    back = f"/letters/{letter}" if letter == f"L-{claim.letter}" else f"/claims/{claim.code}"
    return after(back, Toast(receipt))


@router.post("/claims/{code}/part")
@needs(Right.TAKE)
def part(view: CurrentView, code: str, form: Form) -> Response:
    """Hold them no longer to speak of one event."""
    with view.writing() as now:
        claim, other = claim_at(now, code), claim_at(now, typed_of(form, "other")[:20])
        try:
            now.refuse_in_replay()
            part_claims(now.console.store, now.watch, claim.code, other.code, by=now.by, now=now.clock)
        except TrucewatchError as exc:
            return _claim_page(now, claim, trouble=exc.message)
    receipt = Message("{one} and {other} stand apart again.", one=claim.code, other=other.code)
    return after(f"/claims/{claim.code}", Toast(receipt))


def _row(view: View, claim: Claim) -> dict[str, Any]:
    """A claim as the list shows it, without its words."""
    return {
        "claim": claim,
        "speaker": speaker_name(view, claim.speaker),
        "what": what_words(view, claim.event),
        "when": when_words(view, claim.event.when, has_words=bool(claim.when_words)),
        "where": where_words(view, claim.event.where, has_words=bool(claim.where_words)),
    }


def _claim_page(view: View, claim: Claim, *, trouble: Message | None = None) -> HTMLResponse:
    store, event = view.console.store, claim.event
    texts = _texts(view, claim)
    versions = [each for each in claim_versions(store) if each.number == claim.number]
    return view.page(
        "claiming/claim.html.jinja",
        status=422 if trouble else 200,
        trouble=trouble,
        **_row(view, claim),
        drill_codes=drill_codes(view.console.store, [claim]),
        rule=rule_of(view),
        rung=rung_words(view, claim),
        people=people_words(view, event),
        perceived=perceived_words(view, event.perceived),
        via=view.words.say(VIA[claim.via]),
        actor=printable(party_name(event.actor, view.watch, view.words)) if event.actor else "",
        answers=[
            (label, view.words.say(ANSWERS[answer]))
            for label, answer in (
                (Message("Is anybody in danger now?"), claim.answers.in_danger),
                (Message("May both sides be told?"), claim.answers.may_tell),
                (Message("May we call back?"), claim.answers.may_call),
            )
        ],
        texts=texts,
        assumed=_assumed(view, claim),
        translations=[
            (view.words.language_name(language), language, _text_of(view, reference), person_words(view, by))
            for language, reference, by in claim.translations
        ],
        said_in=view.words.language_name(claim.language) if claim.language else "",
        versions=[
            (each, _texts(view, each)["says"], _reason(view, each), person_words(view, each.by, at=each.recorded_at))
            for each in versions
        ],
        undone_reason=_undone_reason(view, claim),
        near=near_claims(view, claim),
        incident=incident_with(view, claim),
        ahead=AHEAD_LABEL if is_ahead(claim, view.watch.zone) else None,
        no_list=why_in_no_list(claim) if claim.stands else None,
        joined=[_row(view, each) for each in received_by_now(view) if each.number in claim.joined],
        offers=offers_of(view, claim.code) if claim.stands else [],
        can_act=not view.snapshot.is_replay,
    )


def _texts(view: View, claim: Claim) -> dict[str, KeptText]:
    """What was typed of one version, by the names of ClaimWords. A call-back is given to nobody here who may not see
    it."""
    references = {
        "says": claim.says,
        "when": claim.when_words,
        "where": claim.where_words,
        "name": claim.name,
        "call_back": claim.call_back,
    }
    personal = () if view.may(Right.CALL_BACK) else ("name", "call_back")
    typed_texts = kept_words(view.console.store, claim)
    return {name: _kept_text(references[name], typed_texts[name]) for name in references if name not in personal}


def _text_of(view: View, reference: str) -> KeptText:
    return _kept_text(reference, view.console.store.typed.words_of(reference))


def _kept_text(reference: str, words: str | Message) -> KeptText:
    if isinstance(words, Message):
        return KeptText(reference, None)
    return KeptText(reference, tuple(printable(line) for line in words.splitlines()))


def _reason(view: View, claim: Claim) -> KeptText | None:
    return _text_of(view, claim.reason) if claim.reason else None


def _undone_reason(view: View, claim: Claim) -> KeptText | Message | None:
    if claim.undone is None:
        return None
    return REASONS.get(claim.undone.reason_code) or _text_of(view, claim.undone.reason)


def _assumed(view: View, claim: Claim) -> list[Message]:
    """What the words left open and how that was filled. Of words that are read otherwise than they are on record
    nothing is told: it was not assumed then."""
    words, event = words_of_claim(view.console.store, claim), claim.event
    assumed: list[Message] = []
    with suppress(TrucewatchError):  # words that were erased, or that an older version of the program read
        when = when_in(view, words.when, claim.received_at, claim.language, may_lie_ahead=bool(claim.letter))
        if when and event.when and (when.start, when.end) == (event.when.start, event.when.end):
            assumed += when.assumed
    with suppress(TrucewatchError):
        where = where_in(view, words.where)
        if where and event.where and (where.basis, where.place) == (event.where.basis, event.where.place):
            assumed += where.assumed
    return assumed


def _translation_form(
    view: View,
    claim: Claim,
    typed: Mapping[str, str],
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    return view.page(
        "claiming/translate_claim.html.jinja",
        status=422 if faults or trouble else 200,
        claim=claim,
        typed=typed,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        says=_texts(view, claim)["says"],
        languages_said=[
            (language, view.words.language_name(language)) for language in languages() if language != claim.language
        ],
        most=MOST | {"translation": MOST_TRANSLATED},
        can_act=not view.snapshot.is_replay,
    )
