"""Meetings: the list, one meeting with its accounts, and the forms to enter, to correct and to take back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.convening.forms import (
    FieldsError,
    TypedMeeting,
    book_of,
    empty_form,
    gathering_at,
    meeting_in,
    typed_in,
    typed_of_meeting,
)
from trucewatch.desks.convening.wording import (
    FORMAT_WORDS,
    account_of,
    name_of,
    standing_words,
)
from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.meeting_checks import ENTERED, MOST
from trucewatch.model.meetings import LEVEL_WORDS, Gathering, clauses_beside
from trucewatch.model.roles import Right
from trucewatch.pipeline.meeting_entering import AT_ONCE, REASONS, MeetingBook, MeetingRefusedError
from trucewatch.server.forms import Form, number_of, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry
from trucewatch.store.meeting_records import Version, standing

PAGE: Final = 50
_AT_ONCE_FOR: Final = timedelta(minutes=2)
"""How long the message that follows an entry may take it back without a typed reason."""

router = APIRouter(include_in_schema=False)


@router.get("/meetings")
@needs(Right.INSIDE)
def meetings(view: CurrentView, clause: str = "", offset: int = 0) -> HTMLResponse:
    """The list, a page of it; of one clause where one is chosen."""
    book = book_of(view)
    everything = book.gatherings()
    about = clauses_beside(view.watch.agreement, [clause]) if clause else frozenset()
    chosen = [each for each in everything if not clause or not about.isdisjoint(each.clauses)]
    first = min(max(offset, 0), max(len(chosen) - 1, 0))
    return view.page(
        "convening/meetings.html.jinja",
        rows=[_row(view, book, gathering) for gathering in chosen[first : first + PAGE]],
        total=len(chosen),
        everything=len(everything),
        later=sum(meeting.known_at > book.now for meeting in view.watch.meetings),
        has_clauses=bool(book.vocabulary.clauses),
        clause=clause[:60],
        clauses=list(dict.fromkeys(name for each in everything for name in each.clauses)),
        first=first,
        page_size=PAGE,
    )


@router.get("/meetings/new")
@needs(Right.ADMIT)
def new(view: CurrentView, account_of: str = "") -> HTMLResponse:
    return _form(view, empty_form(account_of[:60]), "")


@router.post("/meetings/new")
@needs(Right.ADMIT)
def register(view: CurrentView, form: Form) -> Response:
    typed = typed_in(form)
    if typed_of(form, "more"):
        return _form(view, typed, "", spare=3)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            entry = book_of(now).register(meeting_in(now, typed), by=now.by)
    except FieldsError as exc:
        return _form(view, typed, "", faults=exc.faults)
    except TrucewatchError as exc:
        return _form(view, typed, "", trouble=exc.message)
    return entered(view, entry)


@router.get("/meetings/{code}")
@needs(Right.INSIDE)
def meeting_page(view: CurrentView, code: str) -> HTMLResponse:
    gathering = gathering_at(view, code)
    return view.page("convening/meeting.html.jinja", **_whole(view, gathering))


@router.get("/meetings/{code}/correct")
@needs(Right.ADMIT)
def correct_form(view: CurrentView, code: str) -> HTMLResponse:
    version = _version_at(view, code)
    return _form(view, typed_of_meeting(view, version.meeting), version.meeting.id, stands=version.version)


@router.post("/meetings/{code}/correct")
@needs(Right.ADMIT)
def correct(view: CurrentView, code: str, form: Form) -> Response:
    """The next version of an account; the one before it stays in the ledger."""
    typed, stands = typed_in(form), number_of(form, "stands")
    meeting_id = _version_at(view, code).meeting.id
    if typed_of(form, "more"):
        return _form(view, typed, meeting_id, stands=stands, spare=3)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            meeting = meeting_in(now, typed)
            entry = book_of(now).correct(meeting_id, stands, meeting, reason=typed.texts["reason"], by=now.by)
    except FieldsError as exc:
        return _form(view, typed, meeting_id, stands=stands, faults=exc.faults)
    except MeetingRefusedError as exc:
        faults = {str(trouble.at[0]): trouble.sentence for trouble in exc.troubles}
        return _form(view, typed, meeting_id, stands=stands, faults=faults)
    except TrucewatchError as exc:
        return _form(view, typed, meeting_id, stands=stands, trouble=exc.message)
    return entered(view, entry)


@router.get("/meetings/{code}/undo")
@needs(Right.ADMIT)
def undo_form(view: CurrentView, code: str) -> HTMLResponse:
    return _undo_form(view, _version_at(view, code), "")


@router.post("/meetings/{code}/undo")
@needs(Right.ADMIT)
def undo(view: CurrentView, code: str, form: Form) -> Response:
    """Take back the version that stands. Straight after an entry no reason need be typed; later one is asked for."""
    reason = typed_of(form, "reason").replace("\r\n", "\n")
    stands = number_of(form, "stands") if "stands" in form else _stands_in(view)
    with view.writing() as now:
        version = _version_at(now, code)
        is_at_once = now.console.now() - version.recorded_at <= _AT_ONCE_FOR
        reason_code = AT_ONCE if "reason" not in form and is_at_once else ""
        try:
            now.refuse_in_replay()
            book = book_of(now)
            entry = book.undo(version.meeting.id, stands, by=now.by, reason=reason, reason_code=reason_code)
        except MeetingRefusedError as exc:
            return _undo_form(now, version, reason, faults={"reason": exc.troubles[0].sentence})
        except TrucewatchError as exc:
            return _undo_form(now, version, reason, trouble=exc.message)
    return taken_back(view, entry)


def entered(view: View, entry: Entry) -> Response:
    """On to a meeting that was entered or corrected."""
    code, version = f"M-{entry.record['number']}", entry.record["version"]
    receipt = Message("{number} is entered. It is entry {entry} of the ledger.", number=code, entry=entry.number)
    if version > 1:
        receipt = Message("The correction of {number} is entry {entry} of the ledger.", number=code, entry=entry.number)
    return after(f"/meetings/{code}", Toast(receipt, undo=f"/meetings/{code}/undo?stands={version}"))


def taken_back(view: View, entry: Entry) -> Response:
    """Back to the meeting of which a version was taken back, or to the list where nothing of it stands."""
    receipt = Message("Taken back. That is entry {entry} of the ledger; both stay.", entry=entry.number)
    code = f"M-{entry.record['meeting']}"
    still_stands = any(version.meeting.id == code for version in standing(view.console.store, book_of(view).now))
    return after(f"/meetings/{code}" if still_stands else "/meetings", Toast(receipt))


def _stands_in(view: View) -> int:
    """What the message after an entry offers to take back, by its address; 0, which nothing is, where it says none."""
    text = view.request.query_params.get("stands", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _version_at(view: View, code: str) -> Version:
    try:
        return book_of(view).version(code)
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc


def _row(view: View, book: MeetingBook, gathering: Gathering) -> dict[str, Any]:
    accounts = [account_of(view, book, gathering, meeting) for meeting in gathering.accounts]
    return {"gathering": gathering, "account": accounts[0], "accounts": accounts, "title": _title(view, gathering)}


def _title(view: View, gathering: Gathering) -> str:
    return printable(view.words.name(gathering.first.names)) or view.words.gettext("erased")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry about a meeting, as its page lists it."""

    what: Message
    entry: int
    at: datetime
    reason: str | None = ""
    """None where it was erased."""
    reason_words: Message | None = None


def _whole(view: View, gathering: Gathering) -> dict[str, Any]:
    """A meeting with everything that is on record of it."""
    book = book_of(view)
    entered = [account.id for account in gathering.accounts if ENTERED.fullmatch(account.id)]
    histories = {name: book.history(name) for name in entered}
    return _row(view, book, gathering) | {
        "standing": standing_words(view, gathering),
        "took_place": gathering.range(view.watch.zone),
        "entered": entered,
        "lines": sorted(
            (line for name in entered for version in histories[name] for line in _lines(book, version)),
            key=lambda line: line.entry,
        ),
        "erasable": {
            name: [reference for version in histories[name] for reference in version.references] for name in entered
        },
        "can_act": not view.snapshot.is_replay,
    }


def _lines(book: MeetingBook, version: Version) -> list[Line]:
    read, code = book.store.words.read, version.meeting.id
    what = Message("{number} entered", number=code)
    if version.version > 1:
        what = Message("{number} corrected, version {version}", number=code, version=version.version)
    lines = [Line(what=what, entry=version.entry, at=version.recorded_at, reason=read(version.reason))]
    if version.undone:
        back = Message("{number}, version {version}: taken back", number=code, version=version.version)
        undone = version.undone
        lines.append(
            Line(
                what=back,
                entry=undone.entry,
                at=undone.recorded_at,
                reason=read(undone.reason),
                reason_words=REASONS.get(undone.reason_code),
            )
        )
    return lines


def _form(
    view: View,
    typed: TypedMeeting,
    code: str,
    *,
    stands: int = 0,
    spare: int = 1,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    book = book_of(view)
    vocabulary = book.vocabulary
    own = {party.id for party in view.watch.agreement.party} | set(view.watch.delegation_ids)
    people = [(name, name_of(view, name), name in own) for name in vocabulary.people]
    return view.page(
        "convening/form.html.jinja",
        status=422 if faults or trouble else 200,
        typed=typed.with_spare_rows(spare),
        code=code,
        stands=stands,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        levels=[(name, view.words.say(words)) for name, words in LEVEL_WORDS.items()],
        formats=[(name, view.words.say(words)) for name, words in FORMAT_WORDS.items()],
        people=people,
        speakers=[each for each in people if each[0] in vocabulary.speakers],
        vocabulary=vocabulary,
        others=[(each.id, _title(view, each)) for each in book.gatherings() if each.id != code],
        most=MOST,
        can_act=not view.snapshot.is_replay,
    )


def _undo_form(
    view: View,
    version: Version,
    reason: str,
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    book = book_of(view)
    return view.page(
        "convening/undo.html.jinja",
        status=422 if faults or trouble else 200,
        version=version,
        account=account_of(view, book, Gathering((version.meeting,)), version.meeting),
        title=_title(view, Gathering((version.meeting,))),
        reason=reason,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        most=MOST,
        can_act=not view.snapshot.is_replay,
    )
