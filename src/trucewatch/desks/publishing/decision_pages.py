"""What is put to the heads for release: the list, one decision, agreeing to it and its withdrawal."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.publishing.deciding import (
    NEVER,
    barred_now,
    case_named,
    clock_of,
    decision_view,
    told_to_each,
)
from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.decisions import Decision
from trucewatch.model.link_entries import AT_ONCE, REASONS
from trucewatch.model.roles import Right
from trucewatch.pipeline.deciding_release import MOST_REASON, decision_named, decisions, withdraw_decision
from trucewatch.pipeline.objecting import objections_to
from trucewatch.server.agreeing import agree, agreeing_of, no_longer_agree
from trucewatch.server.forms import Form, text_of, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry

HERE: Final = "/decisions"
AT_ONCE_FOR: Final = timedelta(minutes=2)
router = APIRouter(include_in_schema=False)


@router.get(HERE)
@needs(Right.INSIDE)
def listed(view: CurrentView) -> HTMLResponse:
    """Every decision, the latest first, with why nothing leaves by it any more."""
    clock = clock_of(view)
    every = [each for each in decisions(view.console.store, view.snapshot.watch) if each.known_at <= clock]
    return view.page(
        "publishing/decisions.html.jinja",
        rows=[
            (shown, barred_now(view, each) if shown.is_open or (each.is_agreed and each.withdrawn is None) else ())
            for each in reversed(every)
            for shown in [decision_view(view, each)]
        ],
        never=NEVER,
    )


@router.get(HERE + "/D-{number}")
@needs(Right.INSIDE)
def decision_page(view: CurrentView, number: str) -> HTMLResponse:
    return _page(view, decision_at(view, f"D-{number}"))


def _page(view: View, decision: Decision, trouble: Message | None = None) -> HTMLResponse:
    whole = view.whole()
    shown = decision_view(whole, decision)
    case = case_named(whole, decision.subject) if decision.subject.startswith("R-") else None
    undone = decision.withdrawn
    return whole.page(
        "publishing/decision.html.jinja",
        status=422 if trouble else 200,
        shown=shown,
        tellings=told_to_each(whole, decision, case),
        barred=barred_now(whole, decision),
        never=NEVER,
        objections=objections_to(whole.console.store, decision.code),
        words_of=whole.console.store.typed.words_of,
        why=whole.console.store.typed.words_of(undone.reason) if undone and undone.reason else "",
        why_words=REASONS.get(undone.reason_code) if undone else None,
        trouble=trouble or view.replay_trouble,
        can_act=not view.snapshot.is_replay,
        agreeing=agreeing_of(
            whole,
            decision.assent_subject,
            decision.digest,
            action=f"{HERE}/{decision.code}/agree",
            is_open=decision.withdrawn is None
            and not decision.is_agreed
            and not decision.has_lapsed(clock_of(view))
            and not view.snapshot.is_replay,
        ),
    )


@router.post(HERE + "/D-{number}/agree")
@needs(Right.RELEASE, Right.AGREE)
def agree_to(view: CurrentView, number: str, form: Form) -> Response:
    """Agree, for one's delegation, that it is let out as it stands."""
    with view.writing() as now:
        now.refuse_in_replay()
        decision = decision_at(now, f"D-{number}")
        check_can_be_agreed(now, decision)
        entry = agree(now, decision.assent_subject, decision.digest, seen=text_of(form, "of"))
    here = f"{HERE}/{decision.code}"
    receipt = Message("Agreed. That is entry {entry} of the ledger.", entry=entry.number)
    is_last = decision_at(view, decision.code).is_agreed
    return after(here, Toast(receipt, undo="" if is_last else f"{here}/agree/undo"))


def check_can_be_agreed(view: View, decision: Decision) -> None:
    """Raises StoreError for what is withdrawn, what lapsed, and what no decision can let out."""
    if decision.withdrawn is not None:
        raise StoreError(Message("{code} is withdrawn; there is nothing to agree to.", code=decision.code))
    if decision.has_lapsed(clock_of(view)):
        raise StoreError(
            Message(
                "The clock of {code} ran out at {moment}, and nobody’s silence agreed. Put the same to the heads "
                "again.",
                code=decision.code,
                moment=view.telling.moment(decision.due),
            )
        )
    for barred in barred_now(view, decision):
        raise StoreError(barred)


@router.post(HERE + "/D-{number}/agree/undo")
@needs(Right.RELEASE, Right.AGREE)
def agree_no_longer(view: CurrentView, number: str) -> Response:
    with view.writing() as now:
        decision = decision_at(now, f"D-{number}")
        if decision.is_agreed:
            raise StoreError(
                Message(
                    "Every head agreed to {code}, and it is told since. Withdraw it instead: it is told no more from "
                    "then on, and that it was stays.",
                    code=decision.code,
                )
            )
        entry = no_longer_agree(now, decision.assent_subject)
    receipt = Message("Taken back. That is entry {entry} of the ledger.", entry=entry.number)
    return after(f"{HERE}/{decision.code}", Toast(receipt))


@router.get(HERE + "/D-{number}/withdraw")
@needs(Right.RELEASE)
def withdraw_form(view: CurrentView, number: str) -> HTMLResponse:
    return _withdraw_form(view, decision_at(view, f"D-{number}"), "")


@router.post(HERE + "/D-{number}/withdraw")
@needs(Right.RELEASE)
def withdraw(view: CurrentView, number: str, form: Form) -> Response:
    """Withdraw a decision. Straight after it was put no reason need be typed; later one is asked for."""
    decision, reason = decision_at(view, f"D-{number}"), typed_of(form, "reason").replace("\r\n", "\n")
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            is_at_once = now.console.now() - decision.recorded_at <= AT_ONCE_FOR
            reason_code = AT_ONCE if "reason" not in form and is_at_once else ""
            entry = withdraw_decision(
                now.console.store,
                now.watch,
                decision.code,
                by=now.by,
                now=now.clock,
                reason=reason,
                reason_code=reason_code,
            )
    except TrucewatchError as exc:
        return _withdraw_form(view, decision, reason, trouble=exc.message)
    return withdrawn(entry)


def withdrawn(entry: Entry) -> Response:
    """On to the page of the decision, which stays."""
    receipt = Message("Withdrawn. That is entry {entry} of the ledger; both stay.", entry=entry.number)
    return after(f"{HERE}/D-{entry.record['withdraws']}", Toast(receipt))


def decision_at(view: View, code: str) -> Decision:
    """The decision that an address names. Raises RefusalError 404 if there is none by the page's clock."""
    try:
        decision = decision_named(view.console.store, view.snapshot.watch, code)
        if decision.known_at > clock_of(view).replace(microsecond=0):
            raise StoreError(Message("{code} was not put by the moment that this page shows", code=decision.code))
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc
    return decision


def _withdraw_form(view: View, decision: Decision, reason: str, *, trouble: Message | None = None) -> HTMLResponse:
    return view.page(
        "publishing/decision_withdraw.html.jinja",
        status=422 if trouble else 200,
        shown=decision_view(view, decision),
        reason=reason,
        trouble=trouble or view.replay_trouble,
        most=MOST_REASON,
        can_act=not view.snapshot.is_replay,
    )
