"""An analyst's acts: a form, what it would do in words, then the entry. Each needs a reason; each can be undone by
another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.incidents.detail import IncidentDetail, detail_of, holder_of
from trucewatch.desks.incidents.forms import (
    MOST_PARTS,
    ActDraft,
    act_line,
    enter,
    listing_of,
    read_draft,
    stated_lines,
    stated_of,
    summary_of,
)
from trucewatch.desks.incidents.observations import MOST_SHOWN, says_words, when_words
from trucewatch.desks.incidents.records import DEEDS
from trucewatch.errors import TrucewatchError
from trucewatch.geo.degrees import METRES_PER_DEGREE
from trucewatch.locale.terms import perceived_word
from trucewatch.messages import Message
from trucewatch.model.edits import Act
from trucewatch.model.observation import KINDS, MEANS
from trucewatch.model.people import PERCEIVED
from trucewatch.model.typed_text import as_typed
from trucewatch.server.console import WHO, Console
from trucewatch.server.flash import Flash, after
from trucewatch.server.forms import Form, fields_of, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import CurrentView, View
from trucewatch.store.edit_records import check_reason, recorded_acts

_CHANGES: Final = ("merge", "split", "retype", "reject")
_AT_ONCE_FOR: Final = timedelta(minutes=2)
NEAR_H: Final = 12.0
NEAR_KM: Final = 30.0
"""How near in time and place incidents are offered for a merge; any other can be named by its code."""
MOST_NEAR: Final = 12

router = APIRouter(include_in_schema=False)


@router.get("/incident/new")
def new(view: CurrentView) -> HTMLResponse:
    return _add_form(view, {})


@router.post("/incident/new")
def add(view: CurrentView, form: Form) -> Response:
    texts = dict(fields_of(form))
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            listing = listing_of(now)
            stated = stated_of(texts, listing, now.time_form)
            reason = as_typed(texts.get("reason", ""))
            check_reason(reason)
            if texts.get("confirm") != "yes":
                return _add_form(now, texts, lines=stated_lines(stated, now.telling))
            return _on_to(now, listing.add(stated, reason=reason, by=WHO))
    except TrucewatchError as exc:
        return _add_form(view, texts, trouble=exc.message)


@router.get("/incident/{code}/act/{deed}")
def form(view: CurrentView, code: str, deed: str) -> HTMLResponse:
    detail = _detail(view, code, deed)
    draft = read_draft(deed, view.request.query_params.multi_items()).over([detail.incident])
    return _form(view, detail, draft, trouble=_replay_trouble(view))


@router.post("/incident/{code}/act/{deed}")
def enter_act(view: CurrentView, code: str, deed: str, form: Form) -> Response:
    draft = read_draft(deed, fields_of(form))
    with view.writing() as now:
        detail = _detail(now, code, deed, changed=True)
        try:
            now.refuse_in_replay()
            listing = listing_of(now)
            if typed_of(form, "confirm") != "yes":
                summary = summary_of(detail, draft, listing, now.telling)
                return _form(now, detail, draft.over(summary.about), summary=summary)
            act = enter(detail, draft, listing)
        except TrucewatchError as exc:
            return _form(now, detail, draft.over([detail.incident]), trouble=exc.message)
        return _on_to(now, act)


@router.get("/incident/act/{act_id}/undo")
def undo_form(view: CurrentView, act_id: str) -> HTMLResponse:
    return _undo_form(view, act_id)


@router.post("/incident/act/{act_id}/undo")
def undo(view: CurrentView, act_id: str, form: Form) -> Response:
    reason = as_typed(typed_of(form, "reason"))
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            listing = listing_of(now)
            undone = listing.act_that_stands(act_id)
            is_at_once = now.console.now() - undone.recorded_at <= _AT_ONCE_FOR
            code = "at_once" if not reason and "reason" not in form and is_at_once else ""
            return _on_to(now, listing.undo(undone, reason=reason, by=WHO, reason_code=code))
    except TrucewatchError as exc:
        return _undo_form(view, act_id, reason=reason, trouble=exc.message)


def _about(act: Act, console: Console) -> frozenset[str]:
    """The observations that an act is about; of an undo those of what it undid."""
    if act.deed != "undo":
        return act.named
    before = next((candidate for candidate in recorded_acts(console.store) if candidate.act_id == act.undoes), None)
    return _about(before, console) if before else frozenset()


def _detail(view: View, code: str, deed: str, *, changed: bool = False) -> IncidentDetail:
    """The incident that an act is about. changed: it was there when the form was opened, so its absence is news."""
    if deed not in _CHANGES:
        raise RefusalError(404, Message("No such act: an incident is merged, split, retyped or rejected."))
    try:
        return detail_of(view.console.store, view.snapshot, code)
    except RefusalError as exc:
        if not changed:
            raise
        raise RefusalError(409, Message("{sentence} Nothing was entered.", sentence=exc.message)) from exc


def _replay_trouble(view: View) -> Message | str:
    try:
        view.refuse_in_replay()
    except TrucewatchError as exc:
        return exc.message
    return ""


_RECEIPTS: Final[Mapping[str, Message]] = {
    "merge": Message("Merged. It is entry {entry} of the ledger."),
    "split": Message("Split. It is entry {entry} of the ledger."),
    "retype": Message("Stated. It is entry {entry} of the ledger."),
    "reject": Message("Rejected. It is entry {entry} of the ledger."),
    "add": Message("Added. It is entry {entry} of the ledger."),
    "undo": Message("Undone. The undoing is entry {entry} of the ledger."),
}


def _on_to(before: View, act: Act) -> Response:
    """On to the incident that holds the act's observations in the next list, of a split those of its first part; with
    what was done and how it is undone."""
    return answer_to(before.of(before.console.refresh()), act)


def answer_to(view: View, act: Act) -> Response:
    """The same over the list of this moment."""
    receipt = Message(_RECEIPTS[act.deed].template, entry=act.entry)
    if view.console.trouble:
        receipt = Message("{receipt} It will show once the list can be made again.", receipt=receipt)
    names = act.parts[0] if act.deed == "split" else _about(act, view.console)
    code = holder_of(view.snapshot, names)
    return after(f"/incident/{code}" if code else "/incidents", Flash(receipt, undo=f"/incident/act/{act.act_id}/undo"))


def _form(
    view: View,
    detail: IncidentDetail,
    draft: ActDraft,
    *,
    trouble: Message | str = "",
    summary: Any = None,
) -> HTMLResponse:
    from trucewatch.fusion.classify import class_table

    rows = [
        (member, when_words(member.row, view.telling), "; ".join(says_words(member.row, view.telling)))
        for member in detail.members[:MOST_SHOWN]
    ]
    return _form_page(
        view,
        "incidents/act.html.jinja",
        is_refused=bool(trouble),
        detail=detail,
        incident=detail.incident,
        code=detail.code,
        draft=draft,
        trouble=trouble,
        summary=summary,
        rows=rows,
        kinds=KINDS,
        most_parts=MOST_PARTS,
        classes=class_table().names,
        near=_near(detail) if draft.deed == "merge" else [],
        deed=view.words.say(DEEDS[draft.deed]),
    )


def _form_page(view: View, template: str, *, is_refused: bool, **context: Any) -> HTMLResponse:
    """A form, with 422 where what was sent cannot be. The browser may keep it: else the way back from an act leads to a
    question of its own."""
    can_act = not view.snapshot.is_replay
    page = view.page(template, status=422 if is_refused else 200, can_act=can_act, **context)
    page.headers["cache-control"] = "private"
    return page


def _near(detail: IncidentDetail) -> list[tuple[str, Any]]:
    """The listed incidents nearest in time and place of the same sort (real or simulated), for a merge."""
    import numpy as np

    snapshot, row = detail.snapshot, detail.row
    if row is None:
        return []
    hours = np.abs(snapshot.start_s - snapshot.start_s[row]) / 3600
    along = (snapshot.lon - snapshot.lon[row]) * np.cos(np.radians(snapshot.lat[row]))
    degrees = np.hypot(along, snapshot.lat - snapshot.lat[row])
    far_km = np.nan_to_num(degrees * METRES_PER_DEGREE / 1000, nan=NEAR_KM / 2)
    fits = np.flatnonzero((hours <= NEAR_H) & (far_km <= NEAR_KM) & (snapshot.simulated == snapshot.simulated[row]))
    order = fits[np.argsort(hours[fits] / NEAR_H + far_km[fits] / NEAR_KM, kind="stable")]
    nearest = [int(other) for other in order if int(other) != row][:MOST_NEAR]
    return [(snapshot.codes[other], snapshot.incident(other)) for other in nearest]


def _add_form(
    view: View, texts: Mapping[str, str], *, trouble: Message | str = "", lines: tuple[str, ...] = ()
) -> HTMLResponse:
    trouble = trouble or _replay_trouble(view)
    agreement = view.snapshot.watch.agreement
    return _form_page(
        view,
        "incidents/new.html.jinja",
        is_refused=bool(trouble and texts),
        texts=texts,
        trouble=trouble,
        lines=lines,
        kinds=KINDS,
        means=MEANS,
        claimants=[*sorted(agreement.party_ids), *(body.id for body in agreement.body)],
        perceived=[(word, perceived_word(word, view.words)) for word in PERCEIVED],
    )


def _undo_form(view: View, act_id: str, *, reason: str = "", trouble: Message | str = "") -> HTMLResponse:
    with view.console.writing():
        listing = listing_of(view)
        try:
            act: Act | None = listing.act_that_stands(act_id)
        except TrucewatchError as exc:
            act, trouble = None, trouble or exc.message
    return _form_page(
        view,
        "incidents/undo.html.jinja",
        is_refused=bool(trouble),
        act=act,
        reason=reason,
        trouble=trouble,
        line=act_line(act, view.telling) if act else "",
    )
