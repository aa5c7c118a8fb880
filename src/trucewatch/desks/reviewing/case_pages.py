"""One case: what every delegation sees before it decides, sealed and opened positions side by side, discussion, what
came of it. And the acts of a delegation that are no positions: a word, nothing more to say, none given, *who* put."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.reviewing.acting import (
    NO_ACCOUNTS,
    Side,
    book_of,
    case_at,
    letters_of,
    side_of,
    speaking,
)
from trucewatch.desks.reviewing.before_deciding import as_put
from trucewatch.desks.reviewing.case_columns import columns_of
from trucewatch.desks.reviewing.case_view import (
    can_be_named,
    clock_words,
    is_open,
    may_give,
    outcomes_of,
    rule_words,
    state_words,
    steps_of,
    who_apart,
)
from trucewatch.desks.reviewing.case_words import title_of
from trucewatch.desks.reviewing.changed_meanwhile import changed_meanwhile, is_gone
from trucewatch.desks.reviewing.entering import entering
from trucewatch.desks.reviewing.opened import note_opened
from trucewatch.desks.reviewing.pages import REPLAY_NOTE
from trucewatch.desks.reviewing.wordings_shown import wordings_of
from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.review import QUESTION_WORDS, Case
from trucewatch.model.roles import Right
from trucewatch.pipeline.review_book import ReviewBook
from trucewatch.pipeline.review_putting import put_who
from trucewatch.pipeline.review_sealing import gives_none, has_sealed, withhold
from trucewatch.pipeline.review_speaking import say_done, speak
from trucewatch.server.forms import Form, text_of, texts_of, typed_of, words_of
from trucewatch.server.judgement_history import history_of
from trucewatch.server.people_shown import person_words
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry
from trucewatch.store.review_records import OUTCOME

MOST_WORDS: Final = 2000
"""Characters of one word in a discussion."""

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkLine:
    """One word of a discussion. words: None where they were erased. refers: address and label of what it speaks of."""

    letter: str
    side: str
    who: str
    at: str
    words: str | None
    entry: int
    refers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedWord:
    """What was typed and ticked for a word that was refused."""

    words: str = ""
    observations: tuple[str, ...] = ()
    entries: str = ""


NOTHING_TYPED: Final = TypedWord()


@router.get("/review/R-{number}")
@needs(Right.INSIDE)
def case_page(view: CurrentView, number: str) -> HTMLResponse:
    case = case_at(view, number)
    note_opened(view, case)
    return _page(view, case)


@router.post("/review/R-{number}/speak")
@needs(Right.AGREE)
def say_word(view: CurrentView, number: str, form: Form) -> Response:
    """A word in the discussion, with the observations and entries that it speaks of."""
    case = case_at(view, number)
    try:
        text = words_of(form, "words", MOST_WORDS)
        refers = [*texts_of(form, "observation"), *text_of(form, "entries").replace(",", " ").split()]
        with entering(view) as now:
            entry = speak(now.console.store, now.watch, speaking(now), case.code, text, refers)
    except TrucewatchError as exc:
        typed = TypedWord(
            words=typed_of(form, "words"),
            observations=tuple(texts_of(form, "observation")),
            entries=typed_of(form, "entries"),
        )
        return _page(view, case, trouble=exc.message, typed=typed)
    return word_said(entry)


def word_said(entry: Entry) -> Response:
    receipt = Message("It is said: entry {entry} of the ledger. It stays.", entry=entry.number)
    return after(f"/review/{entry.record['case']}#talk", Toast(receipt))


@router.post("/review/R-{number}/done")
@needs(Right.AGREE)
def no_more(view: CurrentView, number: str) -> Response:
    """That one's delegation has no more to say in this round."""
    case = case_at(view, number)
    with entering(view) as now:
        entries = say_done(now.console.store, now.watch, speaking(now), case.code)
    return done_said(entries)


def done_said(entries: Sequence[Entry]) -> Response:
    entry = entries[0]
    receipt = (
        Message(
            "Your delegation has no more to say: entry {entry} of the ledger, and with that the case is closed.",
            entry=entry.number,
        )
        if _is_closed_by(entries)
        else Message(
            "Your delegation has no more to say: entry {entry} of the ledger. A later position takes that back.",
            entry=entry.number,
        )
    )
    return after(f"/review/{entry.record['case']}", Toast(receipt))


@router.get("/review/R-{number}/withhold")
@needs(Right.AGREE)
def withhold_form(view: CurrentView, number: str) -> HTMLResponse:
    return _withhold_form(view, case_at(view, number))


def closes_by_withholding(case: Case, delegation: str) -> bool:
    """Whether nothing is awaited any more once this delegation says that it gives none."""
    others = [case.standings.get(each) for each in case.delegations if each != delegation]
    return not case.sealed and all(standing == "withheld" for standing in others)


@router.post("/review/R-{number}/withhold")
@needs(Right.AGREE)
def give_none(view: CurrentView, number: str) -> Response:
    """That one's delegation gives no position, which is printed as that."""
    case = case_at(view, number)
    try:
        with entering(view) as now:
            entries = withhold(now.console.store, now.watch, speaking(now), case.code)
    except TrucewatchError as exc:
        return _withhold_form(view, case, trouble=exc.message)
    return none_given(entries)


def none_given(entries: Sequence[Entry]) -> Response:
    entry = entries[0]
    receipt = (
        Message(
            "Entered that your delegation gives no position: entry {entry} of the ledger, and with that the case is "
            "closed.",
            entry=entry.number,
        )
        if _is_closed_by(entries)
        else Message(
            "Entered that your delegation gives no position: entry {entry} of the ledger. One that is sealed while "
            "first positions are awaited takes that back.",
            entry=entry.number,
        )
    )
    return after(f"/review/{entry.record['case']}", Toast(receipt))


def _is_closed_by(entries: Sequence[Entry]) -> bool:
    """Whether an act, the first of these entries, closed its case. What of other cases is due is among them."""
    ends = [entry.record["case"] for entry in entries if entry.record["schema"] == OUTCOME]
    return entries[0].record["case"] in ends


@router.post("/review/R-{number}/who")
@needs(Right.AGREE)
def ask_who(view: CurrentView, number: str) -> Response:
    """Put the question *who*, apart, as a case of its own."""
    case = case_at(view, number)
    with entering(view) as now:
        if any(is_gone(now, each) for each in book_of(now).of_finding(case.finding)):
            raise StoreError(
                Message(
                    "What was judged is no longer on the list of today, so who did it is not asked. Nothing was entered"
                )
            )
        entry = put_who(now.console.store, now.watch, speaking(now), case.code)
    return who_put(entry)


def who_put(entry: Entry) -> Response:
    """On to the case of its own."""
    number = entry.record["number"]
    receipt = Message("R-{number} is put: entry {entry} of the ledger.", number=number, entry=entry.number)
    return after(f"/review/R-{number}", Toast(receipt))


def _page(view: View, case: Case, *, trouble: Message | None = None, typed: TypedWord = NOTHING_TYPED) -> HTMLResponse:
    book, side = book_of(view), side_of(view)
    own = side.delegation if side else ""
    columns = columns_of(view, case, book, own)
    chain = book.of_finding(case.finding) or (case,)
    can_act = not view.snapshot.is_replay
    own_sealed = {sealed.person for sealed in case.sealed if sealed.delegation == own}
    gives = can_act and view.by not in own_sealed and may_give(case, book.rule(case), side)
    is_in_case = can_act and own in case.delegations and case.standings.get(own) != "left"
    return view.page(
        "reviewing/case.html.jinja",
        status=422 if trouble else 200,
        case=case,
        seen=as_put(view, case),
        steps=steps_of(case),
        meanwhile=changed_meanwhile(view, case),
        clock=clock_words(view, case, book.rule(case), view.clock),
        rule=rule_words(view, case, book.rule(case)),
        columns=columns,
        question_outcomes=outcomes_of(case, columns),
        state=state_words(case),
        apart=who_apart(case, chain),
        is_off_the_list=any(is_gone(view, each) for each in chain),
        chain=chain,
        later=[each for each in chain if each.number > case.number and not each.is_of_who][:1],
        judgement=history_of(view, chain),
        replay_note=REPLAY_NOTE if view.snapshot.is_replay else None,
        questions=[(question, QUESTION_WORDS[question]) for question in case.questions],
        can_be_named=can_be_named(view) if case.is_of_who else [],
        own=own,
        gives=gives,
        gives_late=gives and not own_sealed and not any(each.delegation == own for each in case.positions),
        room=book.room(case, own, view.by) if gives else 0,
        may_talk=is_in_case and case.step == "open",
        may_withhold=is_in_case and case.step == "blind" and case.standings.get(own) == "awaited" and not own_sealed,
        may_put_who=can_act and bool(own) and is_open_for_who(chain) and not any(is_gone(view, each) for each in chain),
        talk=_talk(view, book, case),
        done=[each for each in case.delegations if each in book.done(case)],
        wordings=wordings_of(view, case, side),
        entries=len(view.console.store.journal),
        most_words=MOST_WORDS,
        trouble=trouble or view.replay_trouble,
        no_accounts=NO_ACCOUNTS if view.person is None and case.step != "closed" else None,
        typed=typed,
    )


def is_open_for_who(chain: Sequence[Case]) -> bool:
    """Whether *who* can be put: *happened* is agreed by the last case of the finding, and *who* is not put after it, or
    was closed unreviewed."""
    counting = [each for each in chain if not (each.is_of_who and each.state == "closed_unreviewed")]
    last = counting[-1] if counting else None
    if last is None or last.is_of_who or last.outcome is None:
        return False
    return last.outcome.questions.get("happened") == "agreed"


def _talk(view: View, book: ReviewBook, case: Case) -> list[TalkLine]:
    letters = letters_of(view.watch)
    return [
        TalkLine(
            letter=letters.get(spoken.side, "–"),
            side=spoken.side,
            who=person_words(view, spoken.by, at=spoken.recorded_at),
            at=view.telling.moment(spoken.known_at),
            words=spoken.words,
            entry=spoken.entry,
            refers=tuple(_refers(view, case, name) for name in spoken.refers),
        )
        for spoken in book.discussion(case)
    ]


def _refers(view: View, case: Case, name: str) -> tuple[str, str]:
    if name.isdigit():
        label = view.words.say(Message("entry {entry}", entry=view.words.number(int(name))))
        return f"/ledger/entry/{name}", label
    label = view.words.say(Message("an observation, {name}", name=name[:10]))
    return f"/incident/{case.incident}/hop?observation={name}", label


def _withhold_form(view: View, case: Case, trouble: Message | None = None) -> HTMLResponse:
    side: Side | None = side_of(view)
    return view.page(
        "reviewing/withhold.html.jinja",
        status=422 if trouble else 200,
        case=case,
        title=title_of(view, case),
        own=side.delegation if side else "",
        is_open=is_open(case) and case.step == "blind",
        has_sealed=side is not None and has_sealed(case, side.delegation),
        gives_none=side is not None and gives_none(case, side.delegation),
        closes=side is not None and closes_by_withholding(case, side.delegation),
        trouble=trouble or view.replay_trouble,
        can_act=not view.snapshot.is_replay,
    )
