"""Objections in writing, as the centre reads them; and those that came on paper, entered for the party."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.publishing.objecting_views import codes_told
from trucewatch.desks.publishing.own_pages import (
    NOTHING_TYPED,
    entered_by_form,
    objected,
    objection_withdrawn,
    typed_in,
)
from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.pipeline.objecting import MOST_OBJECTION, objection_named, objections_to, withdraw_objection
from trucewatch.server.forms import Form, text_of, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView, View

HERE: Final = "/decisions/objections"
router = APIRouter(include_in_schema=False)


@router.get(HERE)
@needs(Right.INSIDE)
def objections_page(view: CurrentView) -> HTMLResponse:
    """Every objection, the latest first."""
    return _page(view)


@router.post(HERE)
@needs(Right.TAKE)
def enter_paper(view: CurrentView, form: Form) -> Response:
    """Enter what a party handed in on paper, within the clock."""
    side = text_of(form, "side")
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            if side not in now.snapshot.watch.agreement.bound_ids:
                raise StoreError(Message("A written objection is of a party that is bound; choose which."))
            entry = entered_by_form(now.whole(), form, side, on_paper=True)
    except TrucewatchError as exc:
        return _page(view, trouble=exc.message, typed=typed_in(form))
    return objected(view, entry)


@router.post(HERE + "/OB-{number}/withdraw")
@needs(Right.TAKE)
def withdraw_by_paper(view: CurrentView, number: str, form: Form) -> Response:
    """Enter that a party withdrew an objection on paper."""
    try:
        objection = objection_named(view.console.store, f"OB-{number}")
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            entry = withdraw_objection(
                now.console.store,
                objection.code,
                party=objection.party,
                by=now.by,
                now=now.clock,
                reason=typed_of(form, "reason"),
            )
    except TrucewatchError as exc:
        return _page(view, trouble=exc.message)
    return objection_withdrawn(view, entry)


def _page(view: View, *, trouble: Message | None = None, typed: dict[str, str] | None = None) -> HTMLResponse:
    whole = view.whole()
    store, parties = whole.console.store, sorted(whole.snapshot.watch.agreement.bound_ids)
    return whole.page(
        "publishing/objections.html.jinja",
        status=422 if trouble else 200,
        rows=list(reversed(objections_to(store))),
        words_of=store.typed.words_of,
        codes=codes_told(whole, parties),
        parties=parties,
        hours=whole.watch.settings.review.objection_hours,
        written_in=[(each, whole.words.language_name(each)) for each in whole.watch.settings.languages],
        typed=NOTHING_TYPED | (typed or {}),
        most=MOST_OBJECTION,
        trouble=trouble or view.replay_trouble,
        can_act=not view.snapshot.is_replay and view.may(Right.TAKE),
    )
