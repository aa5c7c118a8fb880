"""What the pages of meetings share: the book of a request, what a form's fields say, words for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from starlette.datastructures import FormData

from trucewatch.errors import StoreError, TimeError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.meeting_checks import MOST_ITEMS, Trouble
from trucewatch.model.meetings import FORMATS, LEVELS, TYPED, Gathering, Meeting, meeting_of
from trucewatch.model.typed_text import as_typed
from trucewatch.pipeline.meeting_entering import MeetingBook, MeetingRefusedError
from trucewatch.server.forms import texts_of, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import View

PLAIN: Final = (
    "names",
    "day",
    "day_latest",
    "from",
    "until",
    "place",
    "offices",
    "level",
    "format",
    "next_by",
    "source",
)
DAYS: Final = ("day", "day_latest", "next_by")
MOMENTS: Final = ("from", "until")
SEVERAL: Final = ("who", "stated_by")
SPARE: Final = 1
"""Empty rows of an agenda and of decisions below those that are filled."""


class FieldsError(TrucewatchError):
    """A form cannot be taken as it was typed; `faults` says why, by field."""

    def __init__(self, faults: Mapping[str, Message]) -> None:
        super().__init__(next(iter(faults.values())))
        self.faults = dict(faults)


@dataclass(slots=True)
class TypedMeeting:
    """A form of a meeting as it was typed: single fields, lists of ids, rows of the agenda and of decisions."""

    texts: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, list[str]] = field(default_factory=dict)
    agenda: list[dict[str, str]] = field(default_factory=list)
    decision: list[dict[str, str]] = field(default_factory=list)

    def with_spare_rows(self, count: int = SPARE) -> TypedMeeting:
        """The same with empty rows below, as far as rows may be kept."""
        for rows, keys in ((self.agenda, ("words", "clauses")), (self.decision, ("words", "about", "by", "due"))):
            rows.extend(dict.fromkeys(keys, "") for _ in range(min(count, MOST_ITEMS - len(rows))))
        return self


def book_of(view: View) -> MeetingBook:
    """The meetings by the clock that the page shows: the replay's while one runs, else the watch's own."""
    watch = view.snapshot.watch
    own = watch.settings.watch_time or view.console.now()
    return MeetingBook(view.console.store, watch, view.snapshot.as_of if view.snapshot.is_replay else own)


def gathering_at(view: View, code: str) -> Gathering:
    """The meeting that an address names. Raises RefusalError 404 if there is none."""
    try:
        return book_of(view).gathering(code)
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc


def typed_in(form: FormData) -> TypedMeeting:
    """What a form brings; rows that are empty are left out."""

    def text(name: str) -> str:
        return as_typed(typed_of(form, name))

    def rows(kind: str, keys: tuple[str, ...]) -> list[dict[str, str]]:
        each = [{key: text(f"{kind}-{number}-{key}") for key in keys} for number in range(MOST_ITEMS + 1)]
        return [row for row in each if any(row.values())]

    return TypedMeeting(
        texts={name: text(name) for name in (*PLAIN, "account_of", "reason")},
        chosen={name: texts_of(form, name) for name in SEVERAL},
        agenda=rows("agenda", ("words", "clauses")),
        decision=rows("decision", ("words", "about", "by", "due")),
    )


def meeting_in(view: View, typed: TypedMeeting) -> Meeting:
    """The meeting that a form brings, checked. Raises FieldsError with all that is wrong with it."""
    book, faults, texts = book_of(view), dict[str, Message](), typed.texts
    days, moments = dict[str, date](), dict[str, datetime]()
    due = dict[int, date]()
    for name in DAYS:
        _read(faults, name, texts[name], view.time_form.read_day, days, name)
    for name in MOMENTS:
        _read(faults, name, texts[name], view.time_form.read_moment, moments, name)
    for number, row in enumerate(typed.decision):
        _read(faults, f"decision-{number}-due", row["due"], view.time_form.read_day, due, number)
    if texts["level"] not in LEVELS:
        faults["level"] = Message("Choose the level at which they met.")
    if "day" in faults:
        days["day"] = book.now.astimezone(book.watch.zone).date()
    instruments = book.vocabulary.instruments
    content: dict[str, Any] = {
        "id": "M-0",
        "known_at": book.now,
        "names": _words(texts["names"]),
        "place": _words(texts["place"]),
        "who": [
            *({"id": name} for name in typed.chosen["who"]),
            *({"office": _words(line.strip())} for line in texts["offices"].split("\n") if line.strip()),
        ],
        "level": texts["level"] if texts["level"] in LEVELS else "other",
        "format": texts["format"] if texts["format"] in FORMATS else "ordinary",
        "agenda": [{"words": _words(row["words"]), "clauses": _ids(row["clauses"])} for row in typed.agenda],
        "decision": [
            {
                "words": _words(row["words"]),
                "clauses": [name for name in _ids(row["about"]) if name not in instruments],
                "instruments": [name for name in _ids(row["about"]) if name in instruments],
                "by": _ids(row["by"]),
                "due": due.get(number),
            }
            for number, row in enumerate(typed.decision)
        ],
        "source": texts["source"],
        "stated_by": typed.chosen["stated_by"],
        "account_of": texts["account_of"],
        **days,
        **moments,
    }
    meeting = meeting_of(content)
    try:
        book.check(meeting)
    except MeetingRefusedError as exc:
        faults = {**by_field(exc.troubles, meeting, book), **faults}
    if faults:
        raise FieldsError(faults)
    return meeting


def _read(
    faults: dict[str, Message], name: str, text: str, read: Callable[[str], Any], into: dict[Any, Any], key: object
) -> None:
    if text:
        try:
            into[key] = read(text)
        except TimeError as exc:
            faults[name] = exc.message


def _words(text: str) -> dict[str, str]:
    return {TYPED: text} if text else {}


def _ids(text: str) -> list[str]:
    return list(dict.fromkeys(word.strip() for word in text.replace(";", ",").split(",") if word.strip()))


def by_field(wrong: tuple[Trouble, ...], meeting: Meeting, book: MeetingBook) -> dict[str, Message]:
    """What is wrong with a meeting, by the field of the form that each is about; of a field the first."""
    faults: dict[str, Message] = {}
    for trouble in wrong:
        name, message = str(trouble.at[0]), trouble.sentence
        if name in ("agenda", "decision") and len(trouble.at) == 3:
            key = {"clauses": "clauses" if name == "agenda" else "about", "instruments": "about"}
            step = str(trouble.at[2])
            name = f"{name}-{trouble.at[1]}-{key.get(step, step)}"
        elif name == "who" and len(trouble.at) == 3 and trouble.at[2] == "office":
            name = "offices"
        elif name == "known_at":
            name = "from" if meeting.from_ else "day"
            message = Message(
                "This lies ahead of the watch's clock, which shows {moment}; a meeting that is to come stands as the "
                "next one of the meeting before it.",
                moment=book.now,
            )
        faults.setdefault(name, message)
    return faults


def typed_of_meeting(view: View, meeting: Meeting) -> TypedMeeting:
    """A meeting as the fields of a form hold it."""
    form = view.time_form

    def day(value: date | None) -> str:
        return form.write_day(value) if value else ""

    def text(names: Mapping[str, str]) -> str:
        return view.words.name(names)

    return TypedMeeting(
        texts={
            "names": text(meeting.names),
            "day": day(meeting.day),
            "day_latest": day(meeting.day_latest),
            "from": form.write_moment(meeting.from_) if meeting.from_ else "",
            "until": form.write_moment(meeting.until) if meeting.until else "",
            "place": text(meeting.place),
            "offices": "\n".join(text(each.office) for each in meeting.who if each.office),
            "level": meeting.level,
            "format": meeting.format,
            "next_by": day(meeting.next_by),
            "source": meeting.source,
            "account_of": meeting.account_of,
            "reason": "",
        },
        chosen={"who": list(meeting.ids), "stated_by": list(meeting.stated_by)},
        agenda=[{"words": text(item.words), "clauses": ", ".join(item.clauses)} for item in meeting.agenda],
        decision=[
            {
                "words": text(each.words),
                "about": ", ".join([*each.clauses, *each.instruments]),
                "by": ", ".join(each.by),
                "due": day(each.due),
            }
            for each in meeting.decision
        ],
    )


def empty_form(account_of: str = "") -> TypedMeeting:
    """A form before anything is typed."""
    texts = dict.fromkeys((*PLAIN, "account_of", "reason"), "")
    return TypedMeeting(
        texts=texts | {"format": "ordinary", "account_of": account_of}, chosen={"who": [], "stated_by": []}
    )
