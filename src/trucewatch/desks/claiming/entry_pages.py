"""The form of a call, what it understands while it is filled in, and the forms that correct and take back a claim."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.claiming.forms import (
    MOST,
    PERCEIVED,
    STATUSES,
    Understood,
    draft_in,
    empty_form,
    typed_in,
    typed_of_claim,
    understood_in,
)
from trucewatch.desks.claiming.wording import (
    ANSWERS,
    GROUPS,
    VIA,
    perceived_words,
    place_names,
    rule_of,
    speaker_name,
    speakers_of,
    when_words,
    where_words,
)
from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.locale import languages
from trucewatch.locale.reasons import party_name
from trucewatch.locale.sanitize import printable
from trucewatch.locale.terms import kind_word, person_status_word
from trucewatch.messages import Message
from trucewatch.model.claim_draft import ClaimRefusedError
from trucewatch.model.claim_record import Claim, claim_code
from trucewatch.model.drill import Drill
from trucewatch.model.observation import KINDS
from trucewatch.model.roles import Right
from trucewatch.model.typed_text import as_typed
from trucewatch.pipeline.claim_entering import correct_claim, enter_claim, take_back_claim
from trucewatch.pipeline.drilling import end_for_real, enter_real_call
from trucewatch.server.drill_shown import REAL_KEY, tell_drill_ended
from trucewatch.server.forms import Form, number_of, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.claim_records import WHOLE, claim_of, words_of_claim
from trucewatch.store.drill_records import drill_now

AT_ONCE: Final = "at_once"
_AT_ONCE_FOR: Final = timedelta(minutes=2)
"""How long the message that follows an entry may take it back without a typed reason."""
_SEEN_LATER: Final = Message(
    "Somebody else changed this claim meanwhile. Nothing was entered; what you typed stands here. Look at the claim as "
    "it is now, then enter it once more."
)
_ENDED_MEANWHILE: Final = Message(
    "The drill has ended since this form was opened. Nothing was entered; what you typed stands here. If the call is "
    "real, take the mark of a drill away below; then enter it."
)

router = APIRouter(include_in_schema=False)


@router.get("/claims/new")
@needs(Right.TAKE)
def new(view: CurrentView) -> HTMLResponse:
    """The form of a call. The call begins when it is opened; while a drill runs it is of the drill, until somebody says
    that it is real."""
    return _call_form(view, empty_form(view))


@router.post("/claims/new")
@needs(Right.TAKE)
def enter(view: CurrentView, form: Form) -> Response:
    """What was taken down, looked at once more where that is asked for."""
    typed, looks = typed_in(form), bool(typed_of(form, "look"))
    if typed_of(form, "real"):
        return _enter_as_real(view, typed)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            draft = draft_in(now, typed, keeps_unread=_keeps_unread(form))
            if looks:
                return _call_form(now, typed, is_looked_at=True)
            if draft.is_drill and _has_ended(now, number_of(form, "in_drill")):
                return _call_form(now, typed, trouble=_ENDED_MEANWHILE)
            store, drill = now.console.store, None
            if draft.is_drill:
                claim = enter_claim(store, now.watch, draft, by=now.by, now=now.clock)
            else:
                claim, drill = enter_real_call(store, now.watch, draft, by=now.by, now=now.clock)
    except ClaimRefusedError as exc:
        return _call_form(view, typed, faults=exc.faults)
    except TrucewatchError as exc:
        return _call_form(view, typed, trouble=exc.message)
    _tell(view, drill)
    return entered(claim, drill)


@router.get("/claims/resolve")
@needs(Right.TAKE)
def resolve(view: CurrentView, when: str = "", where: str = "", received_at: str = "", language: str = "") -> Response:
    """What words for when or where are taken to mean, as it stands below the field."""
    typed = {"when": as_typed(when), "where": as_typed(where), "received_at": received_at, "language": language}
    part = "when" if "when" in view.request.query_params else "where"
    return view.fragment("claiming/understood.html.jinja", part=part, **_understood(view, understood_in(view, typed)))


@router.get("/claims/{code}/correct")
@needs(Right.TAKE)
def correction_form(view: CurrentView, code: str) -> HTMLResponse:
    claim = claim_at(view, code)
    typed = typed_of_claim(view, claim, words_of_claim(view.console.store, claim))
    return _call_form(view, typed, claim=claim, version=claim.version)


@router.post("/claims/{code}/correct")
@needs(Right.TAKE)
def correct(view: CurrentView, code: str, form: Form) -> Response:
    """A later version of a claim; refused where another one was entered since the form was opened."""
    typed, looked_at, looks = typed_in(form), number_of(form, "version"), bool(typed_of(form, "look"))
    with view.writing() as now:
        claim = claim_at(now, code)
        if not now.may(Right.CALL_BACK):
            words = words_of_claim(now.console.store, claim)
            typed |= {"name": words.name, "call_back": words.call_back}
        try:
            now.refuse_in_replay()
            draft = draft_in(now, typed, keeps_unread=_keeps_unread(form))
            if not typed["reason"]:
                raise ClaimRefusedError({"reason": Message("This is empty; write why it is corrected.")})
            if looked_at != claim.version:
                return _call_form(now, typed, claim=claim, version=claim.version, trouble=_SEEN_LATER)
            if looks:
                return _call_form(now, typed, claim=claim, version=looked_at, is_looked_at=True)
            store, at = now.console.store, now.clock
            corrected = correct_claim(
                store, now.watch, claim.code, draft, version=looked_at, by=now.by, now=at, reason=typed["reason"]
            )
        except ClaimRefusedError as exc:
            return _call_form(now, typed, claim=claim, version=looked_at, faults=exc.faults)
        except TrucewatchError as exc:
            return _call_form(now, typed, claim=claim, version=looked_at, trouble=exc.message)
    return entered(corrected)


@router.get("/claims/{code}/undo")
@needs(Right.TAKE)
def undo_form(view: CurrentView, code: str) -> HTMLResponse:
    return _undo_form(view, claim_at(view, code), "")


@router.post("/claims/{code}/undo")
@needs(Right.TAKE)
def undo(view: CurrentView, code: str, form: Form) -> Response:
    """Take the last version back, or a claim that has one alone. Straight after an entry no reason need be typed."""
    reason = as_typed(typed_of(form, "reason"))
    looked_at = number_of(form, "version") if "version" in form else _seen_in(view)
    with view.writing() as now:
        claim = claim_at(now, code)
        is_at_once = now.console.now() - claim.recorded_at <= _AT_ONCE_FOR
        reason_code = AT_ONCE if "reason" not in form and is_at_once else ""
        try:
            now.refuse_in_replay()
            if looked_at != claim.version:
                return _undo_form(now, claim, reason, trouble=_SEEN_LATER)
            if not reason and not reason_code:
                return _undo_form(now, claim, reason, faults={"reason": Message("This is empty; write it in words.")})
            take_back_claim(
                now.console.store,
                now.watch,
                claim.code,
                version=looked_at,
                undoes=claim.version if claim.version > 1 else WHOLE,
                by=now.by,
                now=now.clock,
                reason=reason,
                reason_code=reason_code,
            )
        except TrucewatchError as exc:
            return _undo_form(now, claim, reason, trouble=exc.message)
    return after(f"/claims/{claim.code}", Toast(Message("Taken back. Both entries stay in the ledger.")))


def _enter_as_real(view: View, typed: dict[str, str]) -> Response:
    """What was being typed in a drill is real: the drill ends, whatever is wrong with the form, and the call is entered
    outside it; words for when or where that cannot be read stand as words, since nobody has time for them now."""
    typed = typed | {"is_drill": ""}
    drill: Drill | None = None
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            try:
                draft = draft_in(now, typed, keeps_unread=True)
                claim, drill = enter_real_call(now.console.store, now.watch, draft, by=now.by, now=now.clock)
            except ClaimRefusedError:
                drill = end_for_real(now.console.store, now.watch, by=now.by, now=now.clock)
                raise
    except ClaimRefusedError as exc:
        _tell(view, drill)
        return _call_form(view, typed, faults=exc.faults, ended=drill)
    except TrucewatchError as exc:
        return _call_form(view, typed, trouble=exc.message)
    _tell(view, drill)
    return entered(claim, drill)


def _tell(view: View, drill: Drill | None) -> None:
    if drill is not None:
        tell_drill_ended(view, drill)


def _has_ended(view: View, number: int) -> bool:
    """Whether the drill that ran when the form was opened is over by now."""
    running = drill_now(view.console.store)
    return bool(number) and (running is None or running.number != number)


def entered(claim: Claim, drill: Drill | None = None) -> Response:
    """On to a claim that was entered."""
    code = claim_code(claim.number)
    if claim.version > 1:
        receipt = Message("{code} is corrected. It is entry {entry} of the ledger.", code=code, entry=claim.entry)
    elif drill is not None:
        receipt = Message(
            "{code} is entered and real. {drill} is over. It is entry {entry} of the ledger.",
            code=code,
            drill=drill.code,
            entry=claim.entry,
        )
    elif claim.is_drill:
        receipt = Message(
            "{code} is entered, as a drill. It is entry {entry} of the ledger.", code=code, entry=claim.entry
        )
    else:
        receipt = Message("{code} is entered. It is entry {entry} of the ledger.", code=code, entry=claim.entry)
    return after(f"/claims/{code}", Toast(receipt, undo=f"/claims/{code}/undo?version={claim.version}"))


def claim_at(view: View, code: str) -> Claim:
    """The claim that an address names. Raises RefusalError 404 if there is none."""
    try:
        return claim_of(view.console.store, code)
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc


def _keeps_unread(form: Form) -> bool:
    """Whether words for when or where that cannot be read shall stand as words."""
    return bool(typed_of(form, "keep_unread"))


def _seen_in(view: View) -> int:
    """Which version the message after an entry offers to take back, by its address; -1 where it says none."""
    text = view.request.query_params.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else -1


def _understood(view: View, understood: Understood) -> dict[str, Any]:
    return {
        "understood": understood,
        "faults": {},
        "when_words": lambda when: when_words(view, when),
        "where_words": lambda where: where_words(view, where),
    }


def _call_form(
    view: View,
    typed: Mapping[str, str],
    *,
    claim: Claim | None = None,
    version: int = 0,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
    is_looked_at: bool = False,
    ended: Drill | None = None,
) -> HTMLResponse:
    words = view.words
    running = drill_now(view.console.store) if claim is None else None
    groups = list(dict.fromkeys(GROUPS.values()))
    speakers = [
        {
            "code": speaker.code,
            "digit": str(place) if place < 10 else "",
            "name": speaker_name(view, speaker),
            "group": GROUPS[speaker.kind],
            "group_place": groups.index(GROUPS[speaker.kind]),
        }
        for place, speaker in enumerate(speakers_of(view), 1)
    ]
    not_said = words.gettext("not said")
    return view.page(
        "claiming/new_claim.html.jinja",
        status=422 if (faults or trouble) and ended is None else 200,  # that the drill ended was entered
        action=f"/claims/{claim.code}/correct" if claim else "/claims/new",
        claim=claim,
        version=version,
        typed=typed,
        trouble=trouble or view.replay_trouble,
        is_looked_at=is_looked_at,
        running=running,
        real_key=REAL_KEY,
        ended=ended,
        speakers=speakers,
        rule=rule_of(view),
        places=place_names(view),
        may_see_call_back=claim is None or view.may(Right.CALL_BACK),
        answers=[(answer, words.say(ANSWERS[answer])) for answer in ("not_asked", "yes", "no")],
        kinds=[("", not_said), *((kind, kind_word(kind, words)) for kind in KINDS)],
        perceived=[(word, perceived_words(view, word)) for word in PERCEIVED],
        statuses=[(status, person_status_word(status, words) or not_said) for status in STATUSES],
        vias=[(via, words.say(label)) for via, label in VIA.items()],
        languages_said=[*((each, words.language_name(each)) for each in languages()), ("", words.gettext("another"))],
        actors=[("", not_said), *_bound(view)],
        most=MOST,
        can_act=not view.snapshot.is_replay,
        **_understood(view, understood_in(view, typed)) | {"faults": faults or {}},
    )


def _bound(view: View) -> list[tuple[str, str]]:
    """The parties whose forces a speaker can name."""
    parties = [party.id for party in view.watch.agreement.party if party.role != "centre"]
    return [(party, printable(party_name(party, view.watch, view.words))) for party in parties]


def _undo_form(
    view: View,
    claim: Claim,
    reason: str,
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    return view.page(
        "claiming/undo_claim.html.jinja",
        status=422 if faults or trouble else 200,
        claim=claim,
        reason=reason,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        most=MOST,
        can_act=not view.snapshot.is_replay,
    )
