"""Answers about openings that are proposed for release: the list, one of them as it was worked out, and the acts of the
heads. What changes is a new proposal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.linking.chosen_day import latest_of
from trucewatch.desks.linking.forms import Subject, end_name, subject_name
from trucewatch.desks.linking.outcomes import AT_ONCE_FOR, book_of
from trucewatch.desks.linking.wording import (
    MODE_WORDS,
    km_words,
    name_of,
    names_of,
    status_words,
    time_words,
    voice_words,
)
from trucewatch.errors import StoreError, TimeError, TrucewatchError
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.link_entries import AT_ONCE, REASONS
from trucewatch.model.links import MODES
from trucewatch.model.openings import Interval
from trucewatch.model.roles import Right
from trucewatch.model.times import read_time
from trucewatch.pipeline.link_entering import MOST, LinkRefusedError
from trucewatch.pipeline.link_opening import Question
from trucewatch.pipeline.opening_release import (
    proposal_named,
    proposals,
    propose_opening,
    released_openings,
    withdraw_opening,
)
from trucewatch.server.agreeing import agree, agreeing_of, no_longer_agree
from trucewatch.server.forms import Form, text_of, texts_of, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry
from trucewatch.store.opening_records import Proposal

MOST_OPENED: Final = 13
"""Links of a form that are read; the engine refuses so many with its own sentence."""

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SideLine:
    """What an answer says for the travellers of one side. None: there is no way."""

    side: str
    before: Message | None
    after: Message | None
    less: Message | None
    rests_on: tuple[tuple[str, Message], ...]
    """Each link of the way after, by its title, with its figures and what they rest on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededLine:
    """What stands between a link and its being passed, by the answer as it was proposed."""

    link: str
    status: Message
    decisions: tuple[tuple[str, str, str], ...]
    """Who says so, what has to be decided ("" where that was entered by hand), and by whom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalView:
    """A proposal as pages tell it. opened: address and title of each link. asked_anew: the address of the same question
    by what is known now."""

    proposal: Proposal
    from_name: str
    to_name: str
    opened: tuple[tuple[str, str], ...]
    mode: Message
    day: date
    known_by: datetime
    is_released: bool
    asked_anew: str


@router.get("/links/openings")
@needs(Right.INSIDE)
def listed(view: CurrentView) -> HTMLResponse:
    """Every proposal, the latest first."""
    rows = [_proposal_view(view, each) for each in reversed(_every(view))]
    return view.page("linking/proposals.html.jinja", rows=rows, can_act=not view.snapshot.is_replay)


@router.post("/links/openings")
@needs(Right.ADMIT)
def propose(view: CurrentView, form: Form) -> Response:
    """Propose the answer to a question, from the page that shows it."""
    question = _question_in(view, form)
    with view.writing() as now:
        now.refuse_in_replay()
        entry = propose_opening(now.console.store, now.watch, question, by=now.by, now=now.clock)
    return proposed(entry)


def proposed(entry: Entry) -> Response:
    """On to the page of the proposal."""
    here = f"/links/openings/LO-{entry.record['number']}"
    receipt = Message(
        "LO-{number} is proposed: entry {entry} of the ledger. It stays inside until both heads agree.",
        number=entry.record["number"],
        entry=entry.number,
    )
    return after(here, Toast(receipt, undo=f"{here}/withdraw"))


@router.get("/links/openings/{code}")
@needs(Right.INSIDE)
def proposal_page(view: CurrentView, code: str) -> HTMLResponse:
    proposal = _proposal_at(view, code)
    proposal_view = _proposal_view(view, proposal)
    undone = proposal.withdrawn
    return view.page(
        "linking/proposal.html.jinja",
        proposal_view=proposal_view,
        sides=[_side_line(view, each) for each in proposal.document["sides"]],
        whole_way=_whole_way(view, proposal.document.get("whole_way")),
        needed=[_needed_line(view, each) for each in proposal.document["still_needed"]],
        clauses=", ".join(proposal.document["clauses"]),
        whose=names_of(view, book_of(view).network, proposal.document["whose"]),
        simulated=proposal.document["simulated"],
        why=view.console.store.words.read(undone.reason) if undone else "",
        why_words=REASONS.get(undone.reason_code) if undone else None,
        can_act=not view.snapshot.is_replay,
        agreeing=agreeing_of(
            view,
            proposal.subject,
            proposal.digest,
            action=f"/links/openings/{proposal.code}/agree",
            is_open=proposal.stands and not view.snapshot.is_replay,
        ),
    )


@router.post("/links/openings/{code}/agree")
@needs(Right.RELEASE, Right.AGREE)
def agree_to(view: CurrentView, code: str, form: Form) -> Response:
    """Agree, for one's delegation, that the answer is released as it stands."""
    with view.writing() as now:
        proposal = _proposal_at(now, code)
        if not proposal.stands:
            raise StoreError(Message("{code} is withdrawn; there is nothing to agree to.", code=proposal.code))
        entry = agree(now, proposal.subject, proposal.digest, seen=text_of(form, "of"))
    here = f"/links/openings/{proposal.code}"
    receipt = Message("Agreed. That is entry {entry} of the ledger.", entry=entry.number)
    return after(here, Toast(receipt, undo=f"{here}/agree/undo"))


@router.post("/links/openings/{code}/agree/undo")
@needs(Right.RELEASE, Right.AGREE)
def agree_no_longer(view: CurrentView, code: str) -> Response:
    with view.writing() as now:
        proposal = _proposal_at(now, code)
        entry = no_longer_agree(now, proposal.subject)
    receipt = Message("Taken back. That is entry {entry} of the ledger.", entry=entry.number)
    return after(f"/links/openings/{proposal.code}", Toast(receipt))


@router.get("/links/openings/{code}/withdraw")
@needs(Right.ADMIT)
def withdraw_form(view: CurrentView, code: str) -> HTMLResponse:
    return _withdraw_form(view, _proposal_at(view, code), "")


@router.post("/links/openings/{code}/withdraw")
@needs(Right.ADMIT)
def withdraw(view: CurrentView, code: str, form: Form) -> Response:
    """Withdraw a proposal. Straight after it no reason need be typed; later one is asked for."""
    proposal, reason = _proposal_at(view, code), typed_of(form, "reason").replace("\r\n", "\n")
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            is_at_once = now.console.now() - proposal.recorded_at <= AT_ONCE_FOR
            reason_code = AT_ONCE if "reason" not in form and is_at_once else ""
            entry = withdraw_opening(
                now.console.store, proposal.code, by=now.by, now=now.clock, reason=reason, reason_code=reason_code
            )
    except LinkRefusedError as exc:
        return _withdraw_form(view, proposal, reason, faults={"reason": exc.troubles[0].sentence})
    except TrucewatchError as exc:
        return _withdraw_form(view, proposal, reason, trouble=exc.message)
    return withdrawn(entry)


def withdrawn(entry: Entry) -> Response:
    """On to the page of the proposal, which stays."""
    receipt = Message("Withdrawn. That is entry {entry} of the ledger; both stay.", entry=entry.number)
    return after(f"/links/openings/LO-{entry.record['withdraws']}", Toast(receipt))


def _every(view: View) -> list[Proposal]:
    return [each for each in proposals(view.console.store) if each.known_at <= view.clock]


def _proposal_at(view: View, code: str) -> Proposal:
    """The proposal that an address names. Raises RefusalError 404 if there is none by the page's clock."""
    try:
        proposal = proposal_named(view.console.store, code)
        if proposal.known_at > view.clock.replace(microsecond=0):
            raise StoreError(Message("{code} was not proposed by the moment that this page shows", code=proposal.code))
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc
    return proposal


def _question_in(view: View, form: FormData) -> Question:
    """The question of a form, with the day and the moment of the page that it was on; else the page's clock."""
    clock = view.clock.replace(microsecond=0)
    at, known_by, mode = text_of(form, "at"), text_of(form, "known_by"), text_of(form, "mode")
    try:
        day = date.fromisoformat(at) if at else clock.astimezone(view.watch.zone).date()
        moment = read_time(known_by) if known_by else clock
    except (ValueError, TimeError) as exc:
        raise StoreError(
            Message("The day or the moment of the question cannot be read; ask it again. Nothing was entered.")
        ) from exc
    latest = latest_of(view)
    if moment > latest or day > latest.astimezone(view.watch.zone).date():
        raise StoreError(
            Message(
                "The question is of a later day than {moment}, up to which this watch tells; ask it again. "
                "Nothing was entered.",
                moment=view.telling.moment(latest),
            )
        )
    if mode and mode not in MODES:
        raise StoreError(Message("By road, by rail or by both: choose one, and ask again. Nothing was entered."))
    return Question(
        from_=text_of(form, "from"),
        to=text_of(form, "to"),
        opened=tuple(each.strip()[:100] for each in texts_of(form, "open")[:MOST_OPENED] if each.strip()),
        mode=next((each for each in MODES if each == mode), "any"),  # without one, as the page asks it
        day=day,
        known_by=moment,
    )


def _proposal_view(view: View, proposal: Proposal) -> ProposalView:
    network, question = book_of(view).network, proposal.question
    released = {each.proposal.number for each in released_openings(view.console.store, view.watch)}
    query = [("from", question["from"]), ("to", question["to"]), ("mode", question["mode"])]
    query += [("open", link) for link in question["opened"]]
    return ProposalView(
        proposal=proposal,
        from_name=end_name(view, network, question["from"]),
        to_name=end_name(view, network, question["to"]),
        opened=tuple((f"/links/{quote(link)}", _title(view, link)) for link in question["opened"]),
        mode=next((MODE_WORDS[mode] for mode in MODES if mode == question["mode"]), MODE_WORDS["any"]),
        day=date.fromisoformat(question["day"]),
        known_by=read_time(question["known_by"]),
        is_released=proposal.number in released,
        asked_anew=f"/links/opening?{urlencode(query)}",
    )


def _side_line(view: View, side: Mapping[str, Any]) -> SideLine:
    less = side["minutes_less"]
    return SideLine(
        side=name_of(view, book_of(view).network, side["side"]),
        before=_journey_words(view, side["before"]),
        after=_journey_words(view, side["after"]),
        less=time_words(Interval(least=less[0], most=less[1])) if less else None,
        rests_on=tuple(
            (_title(view, each["link"]), _figures_of(view, each))
            for each in (side["after"] or {"stretches": ()})["stretches"]
        ),
    )


def _title(view: View, link_id: str) -> str:
    return subject_name(view, Subject(book_of(view).network, link_id))


def _figures_of(view: View, stretch: Mapping[str, Any]) -> Message:
    """`14.8 km (stated: Upper Valley), 15 min to 30 min (worked out from its length and assumed speeds)`"""
    km, minutes = (
        Interval(least=least, most=most) for least, most in (stretch["length"]["km"], stretch["time"]["minutes"])
    )
    return Message(
        "{km} ({length_from}), {time} ({time_from})",
        km=km_words(view, km),
        length_from=_rests_on(view, stretch["length"]),
        time=time_words(minutes),
        time_from=_rests_on(view, stretch["time"]),
    )


_WORKED_OUT: Final[Mapping[str, Message]] = {
    "straight_line": Message("worked out from the straight line, as this watch assumes"),
    "length_and_speed": Message("worked out from its length and speeds that this watch assumes"),
    "assumed": Message("as this watch assumes"),
}

_STAYS_INSIDE: Final = Message("a source entered by hand, which a proposal leaves out")


def _rests_on(view: View, figure: Mapping[str, Any]) -> Message:
    network = book_of(view).network
    who = dict.fromkeys(
        voice_words(view, network, each["by"], each["source"])
        if each["by"] or each["source"]
        else view.words.say(_STAYS_INSIDE)
        for each in figure["stated"]
    )
    return _WORKED_OUT.get(figure["from"]) or Message("stated: {who}", who=view.words.listed(list(who)))


def _journey_words(view: View, journey: Mapping[str, Any] | None) -> Message | None:
    """`3 h to 5 h, 86 to 120 km, of that 20 min to 4 h at borders`"""
    if journey is None:
        return None
    minutes, km, border = (
        Interval(least=least, most=most)
        for least, most in (journey["minutes"], journey["km"], journey["border_minutes"])
    )
    if not border.most:
        return Message("{time}, {km}, no border on the way", time=time_words(minutes), km=km_words(view, km))
    return Message(
        "{time}, {km}; of that {border} at borders",
        time=time_words(minutes),
        km=km_words(view, km),
        border=time_words(border),
    )


def _needed_line(view: View, needed: Mapping[str, Any]) -> NeededLine:
    network = book_of(view).network
    return NeededLine(
        link=_title(view, needed["link"]),
        status=status_words(needed["status"]),
        decisions=tuple(
            (
                voice_words(view, network, each["by"], each["source"]),
                printable(view.words.name(each["what"])),
                names_of(view, network, each["who"]),
            )
            for each in needed["decisions"]
        ),
    )


def _whole_way(view: View, figures: Mapping[str, Any] | None) -> Message | None:
    """What the whole way would take; None of proposals from before that was told."""
    if figures is None:
        return None
    minutes, km, border = (
        Interval(least=least, most=most)
        for least, most in (figures[name] for name in ("minutes", "km", "border_minutes"))
    )
    return Message(
        "The whole way, if everything on it could be passed: {time}, {km}; of that at borders: {border}.",
        time=time_words(minutes),
        km=km_words(view, km),
        border=time_words(border),
    )


def _withdraw_form(
    view: View,
    proposal: Proposal,
    reason: str,
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    return view.page(
        "linking/proposal_withdraw.html.jinja",
        status=422 if faults or trouble else 200,
        proposal_view=_proposal_view(view, proposal),
        reason=reason,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        most=MOST,
        can_act=not view.snapshot.is_replay,
    )
