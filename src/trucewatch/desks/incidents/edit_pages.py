"""An analyst's acts: a form, what it would do in words, then the entry. Each needs a reason; each can be undone by
another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.incidents.apart import gap_between, gap_words
from trucewatch.desks.incidents.as_listed import NAMES
from trucewatch.desks.incidents.detail import IncidentDetail, detail_of, holder_of
from trucewatch.desks.incidents.forms import (
    MOST_PARTS,
    ActDraft,
    Coming,
    Summary,
    act_line,
    coming_of,
    enter,
    examples_of,
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
from trucewatch.locale.terms import kind_word, perceived_word
from trucewatch.messages import Message
from trucewatch.model.edits import Act
from trucewatch.model.incident import Incident
from trucewatch.model.observation import KINDS, MEANS
from trucewatch.model.people import PERCEIVED
from trucewatch.model.roles import Right
from trucewatch.model.typed_text import as_typed
from trucewatch.server.formatting import Telling
from trucewatch.server.forms import Form, fields_of, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.shared_work import patience
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View, whole_view_of
from trucewatch.store.edit_records import check_reason

if TYPE_CHECKING:
    from trucewatch.desks.incidents.operations import Listing

_CHANGES: Final = ("merge", "split", "retype", "reject")
_AT_ONCE_FOR: Final = timedelta(minutes=2)
NEAR_H: Final = 12.0
NEAR_KM: Final = 30.0
"""How near in time and place incidents are offered for a merge; any other can be named by its code."""
MOST_NEAR: Final = 12

router = APIRouter(include_in_schema=False)


def ready_view(view: CurrentView) -> View:
    """The view of a form that will show what would come of an act. Of a long list what that goes on from is waited for
    no longer than a page may take; where the list cannot be made at all acts go on without."""
    if view.console.trouble is not None or patience(view.snapshot.rows) is None:
        return view
    return whole_view_of(view)


ReadyView = Annotated[View, Depends(ready_view)]


@router.get("/incident/new")
@needs(Right.ASSESS)
def new(view: ReadyView) -> HTMLResponse:
    return _add_form(view, {})


@router.post("/incident/new")
@needs(Right.ASSESS)
def add(view: CurrentView, form: Form) -> Response:
    texts = dict(fields_of(form))
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            listing = listing_of(now)
            stated = stated_of(texts, listing, now.time_form)
            reason = as_typed(texts.get("reason", ""))
            check_reason(reason)
            mark, is_sure = texts.get("coming", ""), texts.get("confirm") == "yes"
            if mark or not is_sure:
                coming = coming_of(listing.looking_ahead().add(stated, reason=reason, by=now.by), listing, now)
                if not is_sure or coming.mark != mark:
                    trouble = OTHERWISE_NOW if is_sure else ""
                    lines = stated_lines(stated, now.telling)
                    return _add_form(now, texts, trouble=trouble, lines=lines, coming=coming)
            return _on_to(now, listing.add(stated, reason=reason, by=now.by))
    except TrucewatchError as exc:
        return _add_form(view, texts, trouble=exc.message)


@router.get("/incident/{code}/act/{deed}")
@needs(Right.ASSESS)
def form(view: ReadyView, code: str, deed: str) -> HTMLResponse:
    detail = _detail(view, code, deed)
    draft = read_draft(deed, view.request.query_params.multi_items()).over([detail.incident])
    return _form(view, detail, draft, trouble=(view.replay_trouble or ""))


@router.post("/incident/{code}/act/{deed}")
@needs(Right.ASSESS)
def enter_act(view: CurrentView, code: str, deed: str, form: Form) -> Response:
    draft = read_draft(deed, fields_of(form))
    with view.writing() as now:
        detail = _detail(now, code, deed, changed=True)
        try:
            now.refuse_in_replay()
            listing = listing_of(now)
            if typed_of(form, "confirm") != "yes":
                summary = summary_of(detail, draft, listing, now)
                return _form(now, detail, draft.over(summary.about), summary=summary)
            entered = enter(detail, draft, listing, now)
        except TrucewatchError as exc:
            return _form_again(now, detail, draft, exc.message)
        if isinstance(entered, Summary):
            return _form(now, detail, draft.over(entered.about), summary=entered, trouble=OTHERWISE_NOW)
        return _on_to(now, entered)


def _form_again(view: View, detail: IncidentDetail, draft: ActDraft, trouble: Message) -> HTMLResponse:
    """What was refused: with what would come of it now, where the act still fits; else the form as it was filled in."""
    try:
        view.refuse_in_replay()
        summary = summary_of(detail, replace(draft, states={}), listing_of(view), view)
    except TrucewatchError:
        return _form(view, detail, draft.over([detail.incident]), trouble=trouble)
    return _form(view, detail, draft.over(summary.about), summary=summary, trouble=trouble)


@router.get("/incident/act/{act_id}/undo")
@needs(Right.ASSESS)
def undo_form(view: ReadyView, act_id: str) -> HTMLResponse:
    return _undo_form(view, act_id)


@router.post("/incident/act/{act_id}/undo")
@needs(Right.ASSESS)
def undo(view: CurrentView, act_id: str, form: Form) -> Response:
    reason = as_typed(typed_of(form, "reason"))
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            listing = listing_of(now)
            undone = listing.act_that_stands(act_id)
            is_at_once = now.console.now() - undone.recorded_at <= _AT_ONCE_FOR
            code = "at_once" if not reason and "reason" not in form and is_at_once else ""
            mark = typed_of(form, "coming")
            if mark and coming_of(_undoing(undone, listing, now.by), listing, now).mark != mark:
                return _undo_form(now, act_id, reason=reason, trouble=OTHERWISE_NOW)
            return _on_to(now, listing.undo(undone, reason=reason, by=now.by, reason_code=code))
    except TrucewatchError as exc:
        return _undo_form(view, act_id, reason=reason, trouble=exc.message)


def _undoing(act: Act, listing: Listing, by: str) -> Act:
    """What taking an act back would be."""
    return listing.looking_ahead().undo(act, reason="", by=by)


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


OTHERWISE_NOW: Final = Message(
    "The list changed since you looked: something else would come of it now, as shown below. Nothing was entered; look "
    "at it, and press again if it still fits."
)
_RECEIPTS: Final[Mapping[str, Message]] = {
    "merge": Message("Merged. Recorded as no. {entry}."),
    "split": Message("Split. Recorded as no. {entry}."),
    "reject": Message("Rejected. Recorded as no. {entry}."),
    "add": Message("Added. Recorded as no. {entry}."),
    "undo": Message("Taken back. Recorded as no. {entry}."),
}


def _receipt(act: Act, telling: Telling) -> Message:
    """What was done, and its number in the ledger."""
    if act.deed != "retype":
        return Message(_RECEIPTS[act.deed].template, entry=act.entry)
    kind, cause = kind_word(act.kind, telling.words), telling.event_class(act.event_class) if act.event_class else ""
    if not act.kind:
        return Message("Cause stated: “{cause}”. Recorded as no. {entry}.", cause=cause, entry=act.entry)
    if not cause:
        return Message("Kind changed to “{kind}”. Recorded as no. {entry}.", kind=kind, entry=act.entry)
    return Message(
        "Kind changed to “{kind}”, cause stated: “{cause}”. Recorded as no. {entry}.",
        kind=kind,
        cause=cause,
        entry=act.entry,
    )


def _on_to(before: View, act: Act) -> Response:
    """On to the incident that holds the act's observations in the next list, of a split those of its first part; with
    what was done and how it is undone."""
    return answer_to(before.of(before.console.refresh()), act)


def answer_to(view: View, act: Act) -> Response:
    """The same over the list of this moment."""
    receipt = _receipt(act, view.telling)
    if view.console.trouble:
        receipt = Message("{receipt} It will show once the list can be made again.", receipt=receipt)
    names = act.parts[0] if act.deed == "split" else listing_of(view).about(act)
    code = holder_of(view.snapshot, names)
    return after(f"/incident/{code}" if code else "/incidents", Toast(receipt, undo=f"/incident/act/{act.act_id}/undo"))


def _form(
    view: View,
    detail: IncidentDetail,
    draft: ActDraft,
    *,
    trouble: Message | str = "",
    summary: Summary | None = None,
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
        coming=summary.coming if summary else None,
        rows=rows,
        kinds=KINDS,
        most_parts=MOST_PARTS,
        classes=class_table().names,
        near=_near(detail, view.telling) if draft.deed == "merge" else [],
        deed=view.words.say(DEEDS[draft.deed]),
        act_words=act_words(draft, view.telling) if summary else "",
    )


def act_words(draft: ActDraft, telling: Telling) -> str:
    """What the button of an act says that it does."""
    words = telling.words
    match draft.deed:
        case "merge":
            return words.gettext("Merge them")
        case "split":
            return words.gettext("Split it")
        case "reject":
            return words.gettext("Reject it")
    if draft.kind:
        return words.gettext("Change it to “{what}”").format(what=kind_word(draft.kind, words))
    return words.gettext("State “{what}” as its cause").format(what=telling.event_class(draft.event_class))


def _form_page(view: View, template: str, *, is_refused: bool, **context: Any) -> HTMLResponse:
    """A form, with 422 where what was sent cannot be. The browser may keep it: else the way back from an act leads to a
    question of its own."""
    can_act = not view.snapshot.is_replay
    page = view.page(template, status=422 if is_refused else 200, can_act=can_act, names=NAMES, **context)
    page.headers["cache-control"] = "private"
    return page


def _near(detail: IncidentDetail, telling: Telling) -> list[tuple[str, Incident, str]]:
    """The listed incidents nearest in time and place of the same sort (real or simulated), for a merge; each with how
    far and how long it is apart."""
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
    others = [(snapshot.codes[other], snapshot.incident(other)) for other in nearest]
    return [(code, incident, gap_words(gap_between(detail.incident, incident), telling)) for code, incident in others]


def _add_form(
    view: View,
    texts: Mapping[str, str],
    *,
    trouble: Message | str = "",
    lines: tuple[str, ...] = (),
    coming: Coming | None = None,
) -> HTMLResponse:
    trouble = trouble or (view.replay_trouble or "")
    watch = view.snapshot.watch
    agreement = watch.agreement
    return _form_page(
        view,
        "incidents/new.html.jinja",
        is_refused=bool(trouble and texts),
        texts=texts,
        trouble=trouble,
        lines=lines,
        coming=coming,
        examples=examples_of(view),
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
            coming = (
                coming_of(_undoing(act, listing, view.by), listing, view.of(view.console.snapshot)) if act else None
            )
        except TrucewatchError as exc:
            act, coming, trouble = None, None, trouble or exc.message
    return _form_page(
        view,
        "incidents/undo.html.jinja",
        is_refused=bool(trouble),
        act=act,
        coming=coming,
        reason=reason,
        trouble=trouble,
        line=act_line(act, view.telling) if act else "",
    )
