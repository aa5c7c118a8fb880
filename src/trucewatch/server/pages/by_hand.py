"""An analyst's acts: a form, what it would do in words, then the entry. Each needs a reason; each can be undone by
another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from trucewatch.errors import TrucewatchError
from trucewatch.locale import Words
from trucewatch.messages import Message
from trucewatch.model.acts import Act, added_id
from trucewatch.model.observation import KINDS, MEANS
from trucewatch.server.console import WHO, Console
from trucewatch.server.deeds import (
    MOST_PARTS,
    Asked,
    RefusedActError,
    act_line,
    check_may_act,
    check_reason,
    deed_word,
    enter,
    listing_of,
    read_asked,
    stated_lines,
    stated_of,
    summary_of,
)
from trucewatch.server.dossier import Dossier, dossier_of, holder_of, seen_of
from trucewatch.server.flash import Flash, after
from trucewatch.server.members import MOST_SHOWN, says_words, when_words
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import CurrentView, View

_CHANGES: Final = ("merge", "split", "retype", "reject")
_AT_ONCE_FOR: Final = timedelta(minutes=2)
NEAR_H: Final = 12.0
NEAR_KM: Final = 30.0
"""How near in time and place incidents are offered for a merge; any other can be named by its code."""
MOST_NEAR: Final = 12

Fields = list[tuple[str, str]]


async def posted(request: Request) -> Fields:
    """The fields of a form, texts only."""
    form = await request.form()
    return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]


router = APIRouter(include_in_schema=False)


@router.get("/incident/new")
def new(view: CurrentView) -> HTMLResponse:
    return _add_form(view, {})


@router.post("/incident/new")
def add(view: CurrentView, fields: Annotated[Fields, Depends(posted)]) -> Response:
    texts, visit = dict(fields), view.reader
    try:
        check_may_act(view.snapshot, visit.words)
        with view.console.writing():
            listing = listing_of(view.console)
            stated = stated_of(texts, listing, visit.words)
            reason = " ".join(texts.get("reason", "").split())
            check_reason(reason, visit.words)
            if texts.get("confirm") != "yes":
                return _add_form(view, texts, lines=stated_lines(stated, visit.telling))
            act, _ = listing.add(stated, reason=reason, by=WHO)
            view.console.refresh()
    except TrucewatchError as exc:
        return _add_form(view, texts, trouble=exc.message)
    return _done(view.console, act, "add", [added_id(act)], visit.words)


@router.get("/incident/{code}/act/{deed}")
def form(view: CurrentView, code: str, deed: str) -> HTMLResponse:
    dossier = _dossier(view, code, deed)
    typed = read_asked(deed, view.request.query_params.multi_items())
    asked = replace(typed, seen={dossier.one.incident_id: dossier.seen})
    trouble: Message | str = ""
    try:
        check_may_act(view.snapshot, view.reader.words)
    except RefusedActError as exc:
        trouble = exc.message
    return _form(view, dossier, asked, trouble=trouble)


@router.post("/incident/{code}/act/{deed}")
def act(view: CurrentView, code: str, deed: str, fields: Annotated[Fields, Depends(posted)]) -> Response:
    words = view.reader.words
    asked = read_asked(deed, fields)
    try:
        with view.console.writing():
            dossier = _dossier(view, code, deed)
            try:
                listing = listing_of(view.console)
                if ("confirm", "yes") not in fields:
                    summary = summary_of(dossier, asked, listing, view.reader.telling)
                    seen = {one.incident_id: seen_of(one) for one in summary.about}
                    told = replace(asked, seen=seen)
                    return _form(view, dossier, told, summary=summary)
                entered, names = enter(dossier, asked, listing, words)
            except TrucewatchError as exc:
                now = replace(asked, seen={dossier.one.incident_id: dossier.seen})
                return _form(view, dossier, now, trouble=exc.message)
            view.console.refresh()
    except HTTPException as exc:
        if exc.status_code != 404 or deed not in _CHANGES:
            raise
        told_404 = words.gettext("{sentence} Nothing was entered.").format(sentence=exc.detail)
        raise HTTPException(409, told_404) from exc
    return _done(view.console, entered, deed, names, words)


@router.get("/incident/act/{act_id}/undo")
def undo_form(view: CurrentView, act_id: str) -> HTMLResponse:
    return _undo_form(view, act_id)


@router.post("/incident/act/{act_id}/undo")
def undo(view: CurrentView, act_id: str, fields: Annotated[Fields, Depends(posted)]) -> Response:
    words, reason = view.reader.words, " ".join(dict(fields).get("reason", "").split())
    code = ""
    try:
        check_may_act(view.snapshot, words)
        with view.console.writing():
            listing = listing_of(view.console)
            one = listing.act_that_stands(act_id)
            if not reason and "reason" not in dict(fields) and view.console.now() - one.recorded_at <= _AT_ONCE_FOR:
                code = "at_once"
            else:
                check_reason(reason, words)
            entered, _ = listing.undo(one, reason=reason, by=WHO, reason_code=code)
            view.console.refresh()
    except TrucewatchError as exc:
        return _undo_form(view, act_id, reason=reason, trouble=exc.message)
    return _done(view.console, entered, "undo", sorted(_about(one, view.console)), words)


def _about(act: Act, console: Console) -> frozenset[str]:
    """The observations that an act is about; of an undo those of what it undid."""
    if act.deed != "undo":
        return act.named
    from trucewatch.store.acts import recorded_acts

    before = next((one for one in recorded_acts(console.store) if one.act_id == act.undoes), None)
    return _about(before, console) if before else frozenset()


def _dossier(view: View, code: str, deed: str) -> Dossier:
    words = view.reader.words
    if deed not in _CHANGES:
        raise RefusalError(404, Message("No such act: an incident is merged, split, retyped or rejected."))
    return dossier_of(view.console.store, view.snapshot, code, words)


def _done(console: Console, act: str, deed: str, names: list[str], words: Words) -> Response:
    """On to the incident that holds these observations now, with what was done and how it is undone."""
    said = {
        "merge": words.gettext("Merged. It is entry {entry} of the ledger."),
        "split": words.gettext("Split. It is entry {entry} of the ledger."),
        "retype": words.gettext("Stated. It is entry {entry} of the ledger."),
        "reject": words.gettext("Rejected. It is entry {entry} of the ledger."),
        "add": words.gettext("Added. It is entry {entry} of the ledger."),
        "undo": words.gettext("Undone. The undoing is entry {entry} of the ledger."),
    }[deed].format(entry=_entry_of(console, act))
    if console.trouble:
        said = words.gettext("{done} It will show once the list can be made again.").format(done=said)
    code = holder_of(console.snapshot, names)
    return after(f"/incident/{code}" if code else "/incidents", Flash(said, undo=f"/incident/act/{act}/undo"))


def _entry_of(console: Console, act: str) -> int:
    from trucewatch.store.acts import recorded_acts

    return next(one.entry for one in reversed(recorded_acts(console.store)) if one.act_id == act)


def _form(
    view: View,
    dossier: Dossier,
    asked: Asked,
    *,
    trouble: Message | str = "",
    summary: Any = None,
) -> HTMLResponse:
    from trucewatch.incidents.classify import class_table

    visit = view.reader
    rows = [
        (member, when_words(member.row, visit.telling), "; ".join(says_words(member.row, visit.telling)))
        for member in dossier.members[:MOST_SHOWN]
    ]
    page = view.page(
        "incident/act.html.jinja",
        status=422 if trouble else 200,
        dossier=dossier,
        one=dossier.one,
        code=dossier.code,
        asked=asked,
        trouble=trouble,
        summary=summary,
        rows=rows,
        kinds=KINDS,
        most_parts=MOST_PARTS,
        classes=class_table().names,
        near=_near(dossier) if asked.deed == "merge" else [],
        deed=deed_word(asked.deed, visit.words),
        can_act=not view.snapshot.is_replay,
    )
    return _to_come_back_to(page)


def _to_come_back_to(page: HTMLResponse) -> HTMLResponse:
    """The answer to a form as the browser may keep it: else the way back from an act leads to a question of its own."""
    page.headers["cache-control"] = "private"
    return page


def _near(dossier: Dossier) -> list[tuple[str, Any]]:
    """The listed incidents nearest in time and place of the same sort (real or simulated), for a merge."""
    import numpy as np

    snapshot, row = dossier.snapshot, dossier.row
    if row is None:
        return []
    hours = np.abs(snapshot.start_s - snapshot.start_s[row]) / 3600
    along = (snapshot.lon - snapshot.lon[row]) * np.cos(np.radians(snapshot.lat[row]))
    far_km = np.nan_to_num(np.hypot(along, snapshot.lat - snapshot.lat[row]) * 111.2, nan=NEAR_KM / 2)
    fits = np.flatnonzero((hours <= NEAR_H) & (far_km <= NEAR_KM) & (snapshot.simulated == snapshot.simulated[row]))
    order = fits[np.argsort(hours[fits] / NEAR_H + far_km[fits] / NEAR_KM, kind="stable")]
    nearest = [int(one) for one in order if int(one) != row][:MOST_NEAR]
    return [(snapshot.codes[one], snapshot.incident(one)) for one in nearest]


def _add_form(
    view: View,
    texts: Mapping[str, str],
    *,
    trouble: Message | str = "",
    lines: tuple[str, ...] = (),
) -> HTMLResponse:
    words = view.reader.words
    if view.snapshot.is_replay and not trouble:
        try:
            check_may_act(view.snapshot, words)
        except RefusedActError as exc:
            trouble = exc.message
    page = view.page(
        "incident/new.html.jinja",
        status=422 if trouble and texts else 200,
        texts=texts,
        trouble=trouble,
        lines=lines,
        kinds=KINDS,
        means=MEANS,
        can_act=not view.snapshot.is_replay,
    )
    return _to_come_back_to(page)


def _undo_form(view: View, act_id: str, *, reason: str = "", trouble: Message | str = "") -> HTMLResponse:
    visit = view.reader
    with view.console.writing():
        listing = listing_of(view.console)
        try:
            one: Act | None = listing.act_that_stands(act_id)
        except TrucewatchError as exc:
            one, trouble = None, trouble or exc.message
    page = view.page(
        "incident/undo.html.jinja",
        status=422 if trouble else 200,
        act=one,
        reason=reason,
        trouble=trouble,
        line=act_line(one, visit.telling) if one else "",
        can_act=not view.snapshot.is_replay,
    )
    return _to_come_back_to(page)
