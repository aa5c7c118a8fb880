"""What people decide of something that was said: accept, reject, change, add by hand, take back; and what is done with
a statement as a whole: taken out, joined to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.declaring.forms import Basis, Typed, said_in, standing_in, typed_in, with_part
from trucewatch.desks.declaring.offers import offers_of
from trucewatch.desks.declaring.operations import number_of_code, standing_on
from trucewatch.desks.declaring.pages import Place, head_of, place_at, reader
from trucewatch.desks.declaring.passages import cards_of
from trucewatch.desks.declaring.wording import BOUNDS, about_choices, decided_words, voices
from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.agreement_entries import AT_ONCE
from trucewatch.model.annotations import KIND_WORDS, Annotation, Decision, Passage
from trucewatch.model.roles import Right
from trucewatch.model.typed_text import as_typed
from trucewatch.pipeline.agreement_entering import NotTakenError
from trucewatch.pipeline.annotation_checks import MOST
from trucewatch.pipeline.annotation_entering import decide, take_back, take_back_version
from trucewatch.pipeline.statement_intake import join, take_back_join
from trucewatch.server.forms import Form, number_of, text_of, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry
from trucewatch.store.statement_records import annotation_numbered, statement_numbered

_AT_ONCE_FOR: Final = timedelta(minutes=2)
"""How long the message that follows an entry may take it back without a typed reason."""

router = APIRouter(include_in_schema=False)


@router.post("/statements/{number}/decide")
@needs(Right.ASSESS)
def decide_offer(view: CurrentView, number: str, form: Form) -> Response:
    """Accept or reject what a rule offers, as it is offered; of a reading with the part of the clause."""
    is_accepted = typed_of(form, "decision") == "accept"
    key, part = text_of(form, "offer"), text_of(form, "part")
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            place = _place_in(now, number, form)
            passage = _offered(now, place, key)
            decision: Decision = "accepted" if is_accepted else "rejected"
            if is_accepted and passage.kind == "reading" and part:
                changed = with_part(passage, part, _parts(now))
                decision = "accepted" if set(changed.about) <= _meant(now, passage) else "changed"
                passage = changed
            decided = decide(
                now.console.store,
                now.snapshot.watch,
                place.statement.number,
                place.version.language,
                place.version.version,
                passage,
                decision=decision,
                offer=key,
                may_leave="may_leave" in form,
                looked_at=number_of(form, "seen"),
                by=now.by,
                now=now.clock,
            )
            later = _after_entry(now, decided.leads_to)
    except NotTakenError as exc:
        return _change(view, number, form, key, exc.faults)
    except TrucewatchError as exc:
        return reader(view, _place_in(view, number, form), status=422, trouble=exc.message)
    return decided_answer(later, decided.entry)


@router.get("/statements/{number}/change")
@needs(Right.ASSESS)
def change_form(
    view: CurrentView,
    number: str,
    language: str = "",
    version: int = 0,
    offer: str = "",
    decision: int = 0,
    paragraph: str = "",
) -> HTMLResponse:
    """The form of an offer, of a decision, or of what is added by hand to a paragraph."""
    place = place_at(view, number, language, version)
    basis = _basis(view, place, offer=offer, decision=decision, paragraph=paragraph)
    return _form(view, place, basis, standing_in(view, basis))


@router.post("/statements/{number}/change")
@needs(Right.ASSESS)
def change(view: CurrentView, number: str, form: Form) -> Response:
    """Enter what was said as a person puts it, in place of an offer or a decision, or by hand."""
    typed = typed_in(form)
    place = _place_in(view, number, form)
    basis = _basis_in(view, place, form)
    if place.text is None:
        return reader(view, place, status=422)
    passage, faults = said_in(view, place.text, basis, typed)
    if passage is None or faults:
        return _form(view, place, basis, typed, faults=faults)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            decided = decide(
                now.console.store,
                now.snapshot.watch,
                place.statement.number,
                place.version.language,
                place.version.version,
                passage,
                decision="changed" if basis.offer or basis.in_place_of else "added",
                offer=basis.offer,
                note=typed.text("note"),
                may_leave=typed.may_leave,
                in_place_of=basis.in_place_of,
                looked_at=number_of(form, "seen") if basis.offer or basis.in_place_of else None,
                by=now.by,
                now=now.clock,
            )
            later = _after_entry(now, decided.leads_to)
    except NotTakenError as exc:
        return _form(view, place, basis, typed, faults=exc.faults)
    except TrucewatchError as exc:
        return _form(view, place, basis, typed, trouble=exc.message)
    return decided_answer(later, decided.entry)


@router.get("/statements/{number}/decisions/{decision}/undo")
@needs(Right.ASSESS)
def undo_form(view: CurrentView, number: str, decision: int) -> HTMLResponse:
    return _undo_form(view, number, decision, "")


@router.post("/statements/{number}/decisions/{decision}/undo")
@needs(Right.ASSESS)
def undo(view: CurrentView, number: str, decision: int, form: Form) -> Response:
    """Take a decision back. Straight after it no reason need be typed; later one is asked for."""
    reason = as_typed(typed_of(form, "reason"))
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            annotation = _annotation(now, number, decision)
            is_at_once = now.console.now() - annotation.recorded_at <= _AT_ONCE_FOR
            entry = take_back(
                now.console.store,
                decision,
                looked_at=number_of(form, "seen") if "seen" in form else None,
                by=now.by,
                now=now.clock,
                reason=reason,
                reason_code=AT_ONCE if "reason" not in form and is_at_once else "",
            )
            later = _after_entry(now, annotation.leads_to)
    except NotTakenError as exc:
        return _undo_form(view, number, decision, reason, faults=exc.faults)
    except TrucewatchError as exc:
        return _undo_form(view, number, decision, reason, trouble=exc.message)
    return undone_answer(later, entry)


@router.get("/statements/{number}/take-out")
@needs(Right.ASSESS)
def take_out_form(view: CurrentView, number: str, language: str = "", version: int = 0) -> HTMLResponse:
    return _take_out_form(view, place_at(view, number, language, version), "")


@router.post("/statements/{number}/take-out")
@needs(Right.ASSESS)
def take_out(view: CurrentView, number: str, form: Form, language: str = "", version: int = 0) -> Response:
    """Take a version out that was entered by mistake."""
    reason = as_typed(typed_of(form, "reason"))
    language = text_of(form, "language", 20) or language
    place = place_at(view, number, language, number_of(form, "version") or version)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            is_at_once = now.console.now() - place.version.recorded_at <= _AT_ONCE_FOR
            entry = take_back_version(
                now.console.store,
                place.statement.number,
                place.version.language,
                place.version.version,
                by=now.by,
                now=now.clock,
                reason=reason,
                reason_code=AT_ONCE if "reason" not in form and is_at_once else "",
            )
    except NotTakenError as exc:
        return _take_out_form(view, place, reason, faults=exc.faults)
    except TrucewatchError as exc:
        return _take_out_form(view, place, reason, trouble=exc.message)
    return undone_answer(view, entry)


@router.post("/statements/{number}/join")
@needs(Right.ASSESS)
def join_copies(view: CurrentView, number: str, form: Form) -> Response:
    """Enter that a statement is another one in another language."""
    place = place_at(view, number)
    other = number_of_code(text_of(form, "other"))
    try:
        if other is None:
            raise StoreError(Message("Write the number of the other statement, as S-3. Nothing was entered."))
        with view.writing() as now:
            now.refuse_in_replay()
            entry = join(now.console.store, place.statement.number, other, by=now.by, now=now.clock)
    except TrucewatchError as exc:
        return reader(view, place, status=422, trouble=exc.message)
    return joined_answer(view, entry)


@router.post("/statements/{number}/join/undo")
@needs(Right.ASSESS)
def part_copies(view: CurrentView, number: str, form: Form) -> Response:
    """Take back that a statement is another one in another language; it stands by itself again."""
    place = place_at(view, number)
    own, reason = number_of_code(number), as_typed(typed_of(form, "reason"))
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            entry = take_back_join(
                now.console.store,
                own if own is not None else place.statement.number,
                by=now.by,
                now=now.clock,
                reason=reason,
                reason_code="" if "reason" in form else AT_ONCE,
            )
    except TrucewatchError as exc:
        return reader(view, place, status=422, trouble=exc.message)
    return undone_answer(view, entry)


# Where an act leads


def decided_answer(view: View, entry: Entry) -> Response:
    """Back to the statement: to what was added by hand, else where the next thing that nobody decided waits; by the
    record of the decision."""
    record = entry.record
    annotation = annotation_numbered(view.console.store, int(record["number"]))
    code = f"S-{annotation.statement}"
    receipt = Message(
        "{code} {decision}. It is entry {entry} of the ledger.",
        code=annotation.code,
        decision=decided_words(annotation),
        entry=entry.number,
    )
    undo = f"/statements/{code}/decisions/{annotation.number}/undo"
    query = f"?language={annotation.language}&version={annotation.version}"
    anchor = _next_open(view, annotation) if annotation.offer else annotation.code
    return after(f"/statements/{code}{query}#{anchor}", Toast(receipt, undo=undo))


def undone_answer(view: View, entry: Entry) -> Response:
    """Back to the statement of which something was taken back."""
    record = entry.record
    receipt = Message("Taken back. That is entry {entry} of the ledger; both stay.", entry=entry.number)
    number = int(record["number"])
    if record["kind"] == "annotation":
        annotation = annotation_numbered(view.console.store, number)
        query = f"?language={annotation.language}&version={annotation.version}"
        anchor = annotation.offer or annotation.code
        return after(f"/statements/S-{annotation.statement}{query}#{anchor}", Toast(receipt))
    if record["kind"] == "step":
        return after(f"/undertakings/U-{number}", Toast(receipt))
    statement = statement_numbered(view.console.store, number)
    stands = any(each.stands for each in statement.versions)
    return after(f"/statements/{statement.code}" if stands else "/statements", Toast(receipt))


def joined_answer(view: View, entry: Entry) -> Response:
    """On to the statement under whose number both count now."""
    same_as = int(entry.record["same_as"])
    receipt = Message(
        "Both count as S-{number} now. It is entry {entry} of the ledger.", number=same_as, entry=entry.number
    )
    return after(f"/statements/S-{same_as}", Toast(receipt))


def _next_open(view: View, annotation: Annotation) -> str:
    """The anchor of what nobody decided yet, after this one in the text; without one its own."""
    store, own = view.console.store, annotation.offer or annotation.code
    place = place_at(view, str(annotation.statement), annotation.language, annotation.version)
    if place.text is None:
        return own
    cards = cards_of(place.statement, place.version, place.text, offers_of(store, view.watch, place.version))
    anchors = [card.anchor for card in cards]
    later = cards[anchors.index(own) + 1 :] if own in anchors else cards
    return next((card.anchor for card in later if card.is_open), own)


def _after_entry(view: View, leads_to: str) -> View:
    """The view after an entry; a reading changes what the agreement says, so that the list is made anew."""
    if leads_to and not leads_to.startswith("U-"):
        return view.of(view.console.refresh())
    return view


# What a request is about


def _place_in(view: View, number: str, form: FormData) -> Place:
    return place_at(view, number, text_of(form, "language", 20), number_of(form, "version"))


def _offered(view: View, place: Place, key: str) -> Passage:
    for passage in offers_of(view.console.store, view.watch, place.version):
        if passage.key == key:
            return passage
    raise StoreError(
        Message("No rule offers this any more: the words that the watch knows have changed. Nothing was entered.")
    )


def _annotation(view: View, number: str, decision: int) -> Annotation:
    place = place_at(view, number)
    try:
        annotation = annotation_numbered(view.console.store, decision)
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc
    if annotation.statement != place.statement.number:
        raise RefusalError(
            404, Message("A-{number} is no decision on {code}", number=decision, code=place.statement.code)
        )
    return annotation


def _basis_in(view: View, place: Place, form: FormData) -> Basis:
    return _basis(
        view,
        place,
        offer=text_of(form, "offer"),
        decision=number_of(form, "in_place_of"),
        paragraph=text_of(form, "paragraph", 40),
    )


def _basis(view: View, place: Place, *, offer: str = "", decision: int = 0, paragraph: str = "") -> Basis:
    """What a form is about. Raises RefusalError 404 for what is not there."""
    standing = standing_on(place.statement.annotations, place.version)
    annotation = next((each for each in standing if each.number == decision or (offer and each.offer == offer)), None)
    passage = annotation.passage if annotation else None
    if passage is None and offer:
        offers = offers_of(view.console.store, view.watch, place.version)
        passage = next((each for each in offers if each.key == offer), None)
    spoken = place.text.paragraph(passage.span.paragraph if passage else paragraph) if place.text else None
    if spoken is None or (passage is None and (offer or decision)):
        raise RefusalError(
            404, Message("{code} has no such words or decision now; open its page again", code=place.statement.code)
        )
    return Basis(
        spoken=spoken,
        passage=passage,
        offer=annotation.offer if annotation else offer,
        in_place_of=annotation.number if annotation else 0,
        visited=annotation.entry if annotation else 0,
        note=annotation.note if annotation else "",
        may_leave=annotation.may_leave if annotation else False,
    )


def _parts(view: View) -> dict[str, str]:
    return {part.id: provision.number for provision, part in view.watch.agreement.stipulations()}


def _meant(view: View, passage: Passage) -> set[str]:
    """What an offer is about, with the parts of each clause that it names as a whole."""
    parts = {part for part, provision in _parts(view).items() if provision in passage.about}
    return {*passage.about, *parts}


# Pages


def _change(view: View, number: str, form: FormData, offer: str, faults: Mapping[str, Message]) -> Response:
    """The whole form of an offer that could not be accepted as it is."""
    place = _place_in(view, number, form)
    basis = _basis(view, place, offer=offer)
    typed = replace(standing_in(view, basis), may_leave="may_leave" in form)
    return _form(view, place, basis, typed, faults=faults)


def _form(
    view: View,
    place: Place,
    basis: Basis,
    typed: Typed,
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    return view.page(
        "declaring/change.html.jinja",
        status=422 if faults or trouble else 200,
        basis=basis,
        typed=typed,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        kind_words=KIND_WORDS,
        bounds=BOUNDS,
        about_choices=sorted(about_choices(view), key=lambda pair: pair[0] not in typed.about),
        people=voices(view),
        most=MOST,
        **head_of(view, place),
    )


def _undo_form(
    view: View,
    number: str,
    decision: int,
    reason: str,
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    annotation = _annotation(view, number, decision)
    place = place_at(view, number, annotation.language, annotation.version)
    return view.page(
        "declaring/undo.html.jinja",
        status=422 if faults or trouble else 200,
        annotation=annotation,
        decided=decided_words(annotation),
        kind_word=KIND_WORDS[annotation.passage.kind],
        reason=reason,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        most_reason=MOST["reason"],
        **head_of(view, place),
    )


def _take_out_form(
    view: View,
    place: Place,
    reason: str,
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    return view.page(
        "declaring/take_out.html.jinja",
        status=422 if faults or trouble else 200,
        standing=standing_on(place.statement.annotations, place.version),
        reason=reason,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        most_reason=MOST["reason"],
        **head_of(view, place),
    )
