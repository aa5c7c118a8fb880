"""A side's own page: what was let out to it and told to it of reviews, and its objections in writing; nothing of
anybody else's."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.publishing.objecting_views import event_objected_to, recipients_of, subject_of, told_to_side
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.roles import Right, Role
from trucewatch.pipeline.objecting import MOST_OBJECTION, object_in_writing, objections_to, withdraw_objection
from trucewatch.server.forms import Form, text_of, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import NOT_YOURS, needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry

HERE: Final = "/decisions/own"
NOTHING_TYPED: Final = dict.fromkeys(("about", "language", "words", "in_print", "side"), "")
router = APIRouter(include_in_schema=False)


@router.get(HERE)
@needs(Right.LIAISE, Right.INSIDE)
def own_page(view: CurrentView, side: str = "") -> HTMLResponse:
    """A liaison reads that of the side for which they speak; the delegations any side's, as that side does."""
    if not sides_of(view) and not side:
        return view.page("publishing/own_decisions.html.jinja", side="", sides=[])
    return _page(view, side_of(view, side))


@router.post(f"{HERE}/object")
@needs(Right.LIAISE)
def object_to(view: CurrentView, form: Form) -> Response:
    """Object in writing, within the clock."""
    side = side_of(view, text_of(form, "side"))
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            entry = entered_by_form(now.whole(), form, side, on_paper=False)
    except TrucewatchError as exc:
        return _page(view, side, trouble=exc.message, typed=typed_in(form))
    return objected(view, entry)


@router.post(f"{HERE}/withdraw")
@needs(Right.LIAISE)
def withdraw_own(view: CurrentView, form: Form) -> Response:
    """Withdraw an objection of one's own side."""
    side = side_of(view, text_of(form, "side"))
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            entry = withdraw_objection(
                now.console.store,
                _code_in_centre(now, side, text_of(form, "code")),
                party=side,
                by=now.by,
                now=now.clock,
                reason=typed_of(form, "reason"),
            )
    except TrucewatchError as exc:
        return _page(view, side, trouble=exc.message)
    return objection_withdrawn(view, entry)


def entered_by_form(view: View, form: FormData, side: str, *, on_paper: bool) -> Entry:
    """Enter the objection of a form. In a view that is whole. Raises StoreError."""
    about, told = subject_of(view, side, text_of(form, "about"), on_paper=on_paper)
    return object_in_writing(
        view.console.store,
        view.snapshot.watch,
        about=about,
        party=side,
        language=text_of(form, "language"),
        words=typed_of(form, "words").replace("\r\n", "\n"),
        in_print=text_of(form, "in_print") == "yes",
        told_at=told,
        by=view.by,
        now=view.clock,
        on_paper=on_paper,
        incident=event_objected_to(view, about),
    )


def typed_in(form: FormData) -> dict[str, str]:
    return {
        name: typed_of(form, name)[: MOST_OBJECTION * 2] for name in ("about", "language", "words", "in_print", "side")
    }


def objected(view: View, entry: Entry) -> Response:
    """Back to the page from which it was entered."""
    number = entry.record["number"]
    if view.request.url.path.startswith(HERE):
        number = _called(view, entry.record["party"])[number].partition("-")[2]
    receipt = Message("OB-{number} is entered: entry {entry} of the ledger.", number=number, entry=entry.number)
    return after(_back(view, entry.record["party"]), Toast(receipt))


def _called(view: View, side: str) -> dict[int, str]:
    """By the centre's number of each objection of a side its code as the side counts its own: the other numbers would
    tell it how many the others wrote."""
    own = [each.number for each in objections_to(view.console.store) if each.party == side]
    return {number: f"OB-{place}" for place, number in enumerate(own, 1)}


def _code_in_centre(view: View, side: str, code: str) -> str:
    """The code inside the centre of the objection that a side calls so; the same where there is none."""
    by_code = {each: f"OB-{number}" for number, each in _called(view, side).items()}
    return by_code.get(code.strip().upper(), "")


def objection_withdrawn(view: View, entry: Entry) -> Response:
    receipt = Message("Withdrawn. That is entry {entry} of the ledger; both stay.", entry=entry.number)
    return after(_back(view, ""), Toast(receipt))


def _back(view: View, party: str) -> str:
    if view.request.url.path.startswith(HERE):
        return f"{HERE}?side={party}" if party else HERE
    return "/decisions/objections"


def sides_of(view: View) -> list[str]:
    """For whom whoever asks reads: a liaison their own side, the delegations every bound party."""
    if view.person is not None and not view.may(Right.INSIDE):
        return sorted(view.person.sides_as(Role.LIAISON))
    return sorted(view.snapshot.watch.agreement.bound_ids)


def side_of(view: View, name: str) -> str:
    """The side that is asked for; the first that they may read where none is. Raises RefusalError 403 for another's,
    and 404 for one that there is not."""
    sides = sides_of(view)
    chosen = next((side for side in sides if not name or side == name), None)
    if chosen is not None:
        return chosen
    if view.may(Right.INSIDE):
        raise RefusalError(404, Message('this watch has no side "{side}"', side=name[:40]))
    raise RefusalError(403, NOT_YOURS)


def _page(
    view: View, side: str, *, trouble: Message | None = None, typed: dict[str, str] | None = None
) -> HTMLResponse:
    whole = view.whole()
    store, is_party = whole.console.store, side in whole.snapshot.watch.agreement.bound_ids
    told = told_to_side(whole, side)
    return whole.page(
        "publishing/own_decisions.html.jinja",
        status=422 if trouble else 200,
        side=side,
        sides=sides_of(whole),
        tellings=told,
        open=[each for each in told if not each.is_over] if is_party else [],
        is_party=is_party,
        has_recipient=bool(recipients_of(whole, side)),
        called=_called(whole, side),
        own=[each for each in reversed(objections_to(store)) if each.party == side],
        words_of=store.typed.words_of,
        hours=whole.watch.settings.review.objection_hours,
        written_in=[(each, whole.words.language_name(each)) for each in whole.watch.settings.languages],
        typed=NOTHING_TYPED | (typed or {}),
        most=MOST_OBJECTION,
        trouble=trouble or view.replay_trouble,
        can_act=not view.snapshot.is_replay and view.may(Right.LIAISE),
    )
