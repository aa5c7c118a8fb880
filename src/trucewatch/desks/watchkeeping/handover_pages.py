"""The hand-over: what the program proposes, written by who leaves; read and signed by who comes; on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.watchkeeping.forms import (
    changes_in,
    comers_in,
    drill_words,
    kept_lines,
    late_words,
    name_words,
    shifts_of,
    typed_in,
    unsigned_words,
    who_may_come,
)
from trucewatch.desks.watchkeeping.handing_over import (
    SECTIONS,
    Changes,
    Proposal,
    read_changes,
    read_proposal,
    sign_handover,
    write_handover,
)
from trucewatch.desks.watchkeeping.operations import MOST, NotEnteredError
from trucewatch.desks.watchkeeping.proposal import Proposals, proposal_of
from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.messages import Message, Term
from trucewatch.model.roles import Right
from trucewatch.model.shift import Handover, Shift, handover_code
from trucewatch.server.forms import Form, text_of, texts_of
from trucewatch.server.people_shown import side_words
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry
from trucewatch.store.shift_records import handover_of, shift_now, shifts_on_record

SECTION_WORDS: Final[Mapping[str, Term]] = {
    "grave": Term("handover", "Grave events"),
    "happened": Term("handover", "What happened"),
    "open": Term("handover", "What is open"),
}
MOST_LISTED: Final = 200

router = APIRouter(include_in_schema=False)


@router.get("/shift/handover")
@needs(Right.SHIFT)
def handover_form(view: CurrentView) -> HTMLResponse:
    """What is proposed of the shift that is on, to be changed and written."""
    return _form(view)


@router.post("/shift/handover")
@needs(Right.SHIFT)
def write(view: CurrentView, form: Form) -> Response:
    """Write it: of what was proposed when the form was opened. What was entered since stands after it."""
    typed = typed_in(form, ("words", "name"))
    proposal = view.console.part(Proposals).of(text_of(form, "seen", 80))
    changes = changes_in(form, proposal) if proposal else Changes()
    try:
        view.refuse_in_replay()
        if proposal is None:
            raise StoreError(
                Message("The program was begun anew since this page was opened; look at what it proposes once more.")
            )
        with view.writing() as now:
            now.refuse_in_replay()
            entry = write_handover(
                shifts_of(now),
                proposal,
                changes,
                words=typed["words"],
                by=now.by,
                name=typed["name"],
                is_alone=now.person is None,
            )
    except NotEnteredError as exc:
        return _form(view, proposal=proposal, changes=changes, typed=typed, faults=exc.faults)
    except TrucewatchError as exc:
        return _form(view, proposal=proposal, changes=changes, typed=typed, trouble=exc.message)
    return written(view, entry)


@router.get("/shift/handovers")
@needs(Right.INSIDE)
def handovers(view: CurrentView) -> HTMLResponse:
    """Every hand-over, the newest first."""
    rows = [
        handover_words(view, shift, handover)
        for shift in reversed(shifts_on_record(view.console.store))
        for handover in reversed(shift.handovers)
    ]
    return view.page("watchkeeping/handovers.html.jinja", rows=rows[:MOST_LISTED], total=len(rows))


@router.get("/shift/handover/{number}")
@needs(Right.INSIDE)
def handover_shown(view: CurrentView, number: str) -> HTMLResponse:
    return _page(view, *_at(view, number))


@router.post("/shift/handover/{number}/sign")
@needs(Right.SHIFT)
def sign(view: CurrentView, number: str, form: Form) -> Response:
    """Sign it as who comes; while its shift is on the next one begins with that."""
    typed = typed_in(form, ("name", "names", "remark"))
    chosen = {"on": texts_of(form, "on"), "lead": texts_of(form, "lead")}
    shift, handover = _at(view, number)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            entry = sign_handover(
                shifts_of(now),
                number,
                by=now.by,
                comers=comers_in(now, form),
                name=typed["name"],
                remark=typed["remark"],
                is_alone=now.person is None,
            )
    except NotEnteredError as exc:
        return _page(view, shift, handover, typed=typed, chosen=chosen, faults=exc.faults)
    except TrucewatchError as exc:
        return _page(view, shift, handover, typed=typed, chosen=chosen, trouble=exc.message)
    return signed(view, entry)


def written(view: View, entry: Entry) -> Response:
    """On to a hand-over that was written."""
    code = handover_code(entry.record["number"])
    receipt = Message(
        "Hand-over {number} is written: entry {entry} of the ledger. Who comes reads and signs it here.",
        number=code,
        entry=entry.number,
    )
    return after(f"/shift/handover/{code}", Toast(receipt, undo=f"/shift/undo?entry={entry.number}"))


def signed(view: View, entry: Entry) -> Response:
    """On to a hand-over that was signed."""
    code = handover_code(entry.record["handover"])
    receipt = Message("Hand-over {number} is signed: entry {entry} of the ledger.", number=code, entry=entry.number)
    return after(f"/shift/handover/{code}", Toast(receipt, undo=f"/shift/undo?entry={entry.number}"))


def handover_words(view: View, shift: Shift, handover: Handover) -> dict[str, Any]:
    """A hand-over as a list shows it."""
    sign = handover.signed
    return {
        "shift": shift,
        "handover": handover,
        "writer": name_words(view, handover.name or handover.by, at=handover.recorded_at),
        "signer": name_words(view, sign.name or sign.by, at=sign.recorded_at) if sign else "",
        "is_last": shift.handover is not None and shift.handover.number == handover.number,
        "drill": drill_words(view, handover.drill) if handover.drill else "",
    }


def _at(view: View, number: str) -> tuple[Shift, Handover]:
    try:
        return handover_of(view.console.store, number)
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc


def _form(
    view: View,
    *,
    proposal: Proposal | None = None,
    changes: Changes | None = None,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    shift = shift_now(view.console.store)
    if shift is not None and (proposal is None or proposal.shift != shift.number):
        proposal = proposal_of(view, shift)
    return view.page(
        "watchkeeping/handover_form.html.jinja",
        status=422 if faults or trouble else 200,
        shift=shift,
        late=late_words(view, shift) if shift else None,
        proposal=proposal,
        groups=grouped(proposal) if proposal else [],
        people=people_words(view, proposal) if proposal else [],
        changes=changes or Changes(),
        typed=typed or {"name": _only_name(view, shift)},
        is_alone=view.person is None,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        most=MOST,
        can_act=not view.snapshot.is_replay,
    )


def _page(
    view: View,
    shift: Shift,
    handover: Handover,
    *,
    typed: Mapping[str, str] | None = None,
    chosen: Mapping[str, list[str]] | None = None,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    read = view.console.store.words.read
    proposal, changes = read_proposal(read(handover.proposed)), read_changes(read(handover.changes))
    coming = who_may_come(view)
    own = next((each.value for each in coming if each.person == view.by), "")
    can_act = not view.snapshot.is_replay and view.may(Right.SHIFT)
    words = handover_words(view, shift, handover)
    return view.page(
        "watchkeeping/handover.html.jinja",
        status=422 if faults or trouble else 200,
        proposal=proposal,
        groups=grouped(proposal) if proposal else [],
        people=people_words(view, proposal) if proposal else [],
        changes=changes,
        added=kept_lines(view, handover.words),
        remark=kept_lines(view, handover.signed.remark) if handover.signed else (),
        unsigned=unsigned_words([shift]),
        is_own=view.person is not None and handover.by == view.by,
        coming=coming,
        chosen=chosen or {"on": [own], "lead": [own]},
        typed=typed or {},
        is_alone=view.person is None,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        most=MOST,
        can_act=can_act,
        can_sign=can_act and handover.signed is None and words["is_last"],
        **words,
    )


def grouped(proposal: Proposal) -> list[tuple[Term, list[Any]]]:
    """The lines by their sections, what is empty left out; what is late first, drills last."""
    groups = []
    for section in SECTIONS:
        items = [item for item in proposal.items if item.section == section]
        if items:
            groups.append((SECTION_WORDS[section], sorted(items, key=lambda each: (each.is_drill, not each.is_late))))
    return groups


def people_words(view: View, proposal: Proposal) -> list[tuple[str, str, bool]]:
    """Who was on, as name, delegation, whether they lead."""
    return [
        (name_words(view, who), side_words(side, view.watch, view.words) if side else "", is_lead)
        for who, side, is_lead in proposal.people
    ]


def _only_name(view: View, shift: Shift | None) -> str:
    """The typed name of the one person who is on, so that it need not be typed again."""
    if view.person is not None or shift is None or len(shift.on) != 1:
        return ""
    return view.console.store.words.read(shift.on[0].who) or ""
