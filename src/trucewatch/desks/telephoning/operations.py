"""What can be done with the directory and its lines, each rule once: add, change, remove, check, undo."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, get_args

from trucewatch.desks.telephoning.rule import NAME, flash_recipients, medical_line_in, other_rules, read
from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.messages import Amount, Message
from trucewatch.model.duty_line import (
    CHECK_RESULTS,
    NUMBER_SORTS,
    CheckResult,
    DutyLine,
    DutyNumber,
    LineCheck,
    NumberSort,
)
from trucewatch.model.times import as_utc
from trucewatch.model.typed_text import as_typed, refusal_of
from trucewatch.store.duty_directory import (
    CONTENT,
    DirectoryEntry,
    content_of,
    directory_entries,
    directory_record,
    duty_directory,
    duty_line,
    kept_version,
    next_line_number,
    undone_record,
)
from trucewatch.store.line_check_records import check_record, last_check, line_checks, unchecked_record
from trucewatch.store.shift_records import shift_now

if TYPE_CHECKING:
    from trucewatch.model.watch import Watch
    from trucewatch.server.static_files import AnyDesk
    from trucewatch.store.journal import Entry
    from trucewatch.store.store import Store

MOST: Final = {"function": 120, "languages": 120, "hours": 120, "remark": 400, "number": 60, "words": 1000}
MOST_NUMBERS: Final = 8
"""Of one sort, of one function."""
MOST_LINES: Final = 500
SHIFT: Final = timedelta(hours=12)
"""How long a check holds where nobody says when a shift begins."""
ENTERING: Final = threading.RLock()
_TELEPHONE: Final = re.compile(r"[0-9+#*() ./,;xX-]{2,60}")
"""Loosely: digits and what is written between them. Who writes a number down knows best how it is dialled."""


class NotEnteredError(TrucewatchError):
    """Nothing was entered. faults: what is wrong, by field."""

    def __init__(self, faults: Mapping[str, Message]) -> None:
        super().__init__(Message("{why}. Nothing was entered.", why=next(iter(faults.values()))))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedLine:
    """A function as it was typed. telephone, radio, satellite: one number a line; languages: with commas between."""

    function: str
    of: str = ""
    telephone: str = ""
    radio: str = ""
    satellite: str = ""
    languages: str = ""
    hours: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedCheck:
    """A check as it was typed. number: `F-3:1`, the function and which of its numbers; "" where none of the directory
    was called."""

    of: str
    result: str
    number: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineState:
    """A line that is to be checked in this shift. last: its last check at all. is_checked: since the shift began."""

    of: str
    lines: tuple[DutyLine, ...]
    last: LineCheck | None
    is_checked: bool

    @property
    def is_silent(self) -> bool:
        """Whether the line did not bring anybody of that function in this shift. It says nothing of a side."""
        return self.is_checked and self.last is not None and not self.last.is_answered


class Directory:
    """The directory and the line checks of a watch at a moment of its clock. Raises NotEnteredError and StoreError with
    what stands in the way, WatchError where the watch's rule cannot be read."""

    def __init__(self, store: Store, watch: Watch, now: datetime, desks: Iterable[AnyDesk] = ()) -> None:
        self.store, self.watch = store, watch
        self.now = as_utc(now).replace(microsecond=0)
        self._rules = other_rules(watch.settings, desks)
        shift = shift_now(store)
        self.is_shift_known = shift is not None and shift.began_at <= self.now
        self.began_at = shift.began_at if shift and self.is_shift_known else self.now - SHIFT
        """Since when a check is of this shift."""

    @property
    def sides(self) -> tuple[str, ...]:
        """Whose line one can be: every party, delegation, body and organisation, and who else is told of urgent
        messages."""
        agreement = self.watch.agreement
        ids = [
            *(party.id for party in agreement.party),
            *(delegation.id for delegation in self.watch.settings.delegation),
            *(body.id for body in agreement.body),
            *(organisation.id for organisation in self.watch.organisations),
            *flash_recipients(self._rules),
            *read(self.watch.settings.desk.get(NAME, {})).check,
        ]
        return tuple(dict.fromkeys(ids))

    @property
    def to_check(self) -> tuple[str, ...]:
        """Whose lines are checked in every shift."""
        agreed = read(self.watch.settings.desk.get(NAME, {})).check
        return agreed or tuple(dict.fromkeys((*self.watch.agreement.bound_ids, *flash_recipients(self._rules))))

    @property
    def medical_line(self) -> str:
        return medical_line_in(self._rules)

    def lines(self) -> tuple[DutyLine, ...]:
        return duty_directory(self.store)

    def states(self) -> tuple[LineState, ...]:
        """Every line that is to be checked, in the order of the rule."""
        return tuple(self.state(of) for of in self.to_check)

    def state(self, of: str) -> LineState:
        last = last_check(self.store, of)
        if last is not None and last.at > self.now:  # the list of an earlier moment is looked at
            last = next(
                (each for each in reversed(line_checks(self.store)) if each.of == of and each.at <= self.now), None
            )
        return LineState(
            of=of,
            lines=tuple(line for line in self.lines() if line.of == of),
            last=last,
            is_checked=last is not None and last.at >= self.began_at,
        )

    # The directory

    def add(self, typed: TypedLine, *, by: str) -> Entry:
        with ENTERING:
            return self.add_all([typed], by=by)[0]

    def add_all(self, typed: Sequence[TypedLine], *, by: str) -> list[Entry]:
        """Add functions, all or none."""
        with ENTERING:
            lines = [self.checked(each) for each in typed]
            if len(self.lines()) + len(lines) > MOST_LINES:
                raise NotEnteredError(
                    {"function": Message("The directory holds at most {most} functions.", most=Amount(MOST_LINES))}
                )
            first = next_line_number(self.store)
            person = self._person(by)
            return self.store.commit(
                [
                    directory_record(first + place, "added", content=kept_version(self.store, line), by=person)
                    for place, line in enumerate(lines)
                ]
            )

    def change(self, code: str, typed: TypedLine, *, seen: int, by: str) -> Entry:
        """Change a function. seen: the entry of the version that the form showed."""
        with ENTERING:
            before, line = duty_line(self.store, code), self.checked(typed, beside=code)
            if seen and before.entry != seen:
                raise StoreError(
                    Message(
                        "{code} was changed meanwhile. Nothing was entered; look at it again, and change what is left "
                        "to be changed.",
                        code=before.code,
                    )
                )
            what = [name for name in CONTENT if content_of(before)[name] != content_of(line)[name]]
            if not what:
                raise NotEnteredError({"function": Message("Nothing of it is changed.")})
            content = kept_version(self.store, line)
            record = directory_record(before.number, "changed", content=content, what=what, by=self._person(by))
            return self.store.commit([record])[0]

    def remove(self, code: str, *, by: str) -> Entry:
        with ENTERING:
            line = duty_line(self.store, code)
            return self.store.commit([directory_record(line.number, "removed", by=self._person(by))])[0]

    def undo(self, entries: Collection[int], *, by: str) -> Entry:
        """Take entries of the directory back; each is the last that stands of its function."""
        with ENTERING:
            standing = {each.number: each for each in directory_entries(self.store) if each.stands}
            undone: list[DirectoryEntry] = [each for each in standing.values() if each.entry in entries]
            if not undone or len(undone) != len(set(entries)):
                raise StoreError(
                    Message("This was taken back already, or the function was changed since. Nothing was entered.")
                )
            return self.store.commit([undone_record(undone, by=self._person(by))])[0]

    def checked(self, typed: TypedLine, *, beside: str = "") -> DutyLine:
        """What was typed as a line. beside: the code of the line in whose place it comes. Raises NotEnteredError with
        all that is wrong."""
        faults: dict[str, Message] = {}
        texts = {name: as_typed(getattr(typed, name)) for name in ("function", "languages", "hours", "remark")}
        for name, text in texts.items():
            _check_text(name, text, faults)
        if not texts["function"] and "function" not in faults:
            faults["function"] = Message("Say what the function is, as: duty officer. No person's name.")
        if typed.of and typed.of not in self.sides:
            faults["of"] = Message("This watch has no such side, body or organisation")
        numbers: list[DutyNumber] = []
        for sort in NUMBER_SORTS:
            numbers += _numbers_in(sort, as_typed(getattr(typed, sort)), faults)
        if not numbers and not faults.keys() & set(NUMBER_SORTS):
            faults["telephone"] = Message("Write at least one number or call sign.")
        if "function" not in faults and any(
            (line.function.casefold(), line.of) == (texts["function"].casefold(), typed.of) and line.code != beside
            for line in self.lines()
        ):
            faults["function"] = Message("The directory has this function already; change that one.")
        if faults:
            raise NotEnteredError(faults)
        return DutyLine(
            number=0,
            entry=0,
            function=" ".join(texts["function"].split()),
            of=typed.of,
            numbers=tuple(dict.fromkeys(numbers)),
            languages=tuple(dict.fromkeys(word.strip() for word in texts["languages"].split(",") if word.strip())),
            hours=texts["hours"],
            remark=texts["remark"],
        )

    # Line checks

    def check(self, typed: Sequence[TypedCheck], *, by: str) -> list[Entry]:
        """Enter what came of line checks, all or none; the fields of a fault end with the id of the line."""
        with ENTERING:
            faults: dict[str, Message] = {}
            checks = [self._check(each, faults) for each in typed]
            if not checks and not faults:
                faults["result"] = Message("Say of one line at least what came of it.")
            if faults:
                raise NotEnteredError(faults)
            person = self._person(by)
            return self.store.commit(
                [
                    check_record(replace(check, by=person, words=self.store.keep_words(check.words)))
                    for check in checks
                    if check is not None
                ]
            )

    def undo_checks(self, entries: Collection[int], *, by: str) -> Entry:
        """Take line checks back."""
        with ENTERING:
            undone = [each for each in line_checks(self.store) if each.entry in entries]
            if not undone or len(undone) != len(set(entries)):
                raise StoreError(Message("This was taken back already. Nothing was entered."))
            return self.store.commit([unchecked_record(undone, by=self._person(by))])[0]

    def _check(self, typed: TypedCheck, faults: dict[str, Message]) -> LineCheck | None:
        if typed.of not in self.sides:
            faults[f"result-{typed.of}"] = Message("This watch has no such side, body or organisation")
            return None
        if typed.result not in CHECK_RESULTS:
            faults[f"result-{typed.of}"] = Message("Choose what came of it.")
            return None
        result: CheckResult = next(each for each in get_args(CheckResult) if each == typed.result)
        line, place = self._called(typed, faults)
        text = as_typed(typed.words)
        _check_text("words", text, faults, field=f"words-{typed.of}")
        number = line.numbers[place - 1] if line and place else None
        return LineCheck(
            entry=0,
            of=typed.of,
            result=result,
            at=self.now,
            by="",
            recorded_at=self.now,
            function=line.number if line else 0,
            via=number.sort if number else "",
            place=place,
            version=line.entry if line else 0,
            words=text,
        )

    def _called(self, typed: TypedCheck, faults: dict[str, Message]) -> tuple[DutyLine | None, int]:
        """The function and which of its numbers was called."""
        if not typed.number:
            return None, 0
        code, _, place = typed.number.partition(":")
        line = next((each for each in self.lines() if each.code == code and each.of == typed.of), None)
        is_place = place.isascii() and place.isdigit() and len(place) < 3
        if line is None or not (place == "" or (is_place and 0 < int(place) <= len(line.numbers))):
            faults[f"number-{typed.of}"] = Message("The directory was changed meanwhile; choose the number again.")
            return None, 0
        return line, int(place or 0)

    def _person(self, by: str) -> str:
        return self.store.keys.reference_of(by)


def numbers_of(line: DutyLine, sort: NumberSort) -> str:
    """The numbers of a sort as a form shows them, one a line."""
    return "\n".join(each.number for each in line.numbers if each.sort == sort)


def typed_line_of(line: DutyLine) -> dict[str, Any]:
    """A line as its form shows it."""
    numbers: dict[str, str] = {sort: numbers_of(line, sort) for sort in NUMBER_SORTS}
    languages = ", ".join(line.languages)
    return {
        "function": line.function,
        "of": line.of,
        **numbers,
        "languages": languages,
        "hours": line.hours,
        "remark": line.remark,
    }


def _numbers_in(sort: NumberSort, text: str, faults: dict[str, Message]) -> list[DutyNumber]:
    rows = [" ".join(row.split()) for row in text.split("\n") if row.strip()]
    if len(rows) > MOST_NUMBERS:
        faults[sort] = Message("Write at most {most} of them.", most=MOST_NUMBERS)
        return []
    for row in rows:
        if refusal := refusal_of(row):
            faults[sort] = Message("{why}.", why=refusal)
        elif len(row) > MOST["number"]:
            faults[sort] = Message("Write at most {most} characters a number.", most=MOST["number"])
        elif sort != "radio" and not (_TELEPHONE.fullmatch(row) and sum(map(str.isdigit, row)) >= 2):
            faults[sort] = Message("A number is digits with +, spaces, brackets and hyphens; one a line.")
    return [DutyNumber(sort=sort, number=row) for row in rows]


def _check_text(name: str, text: str, faults: dict[str, Message], *, field: str = "") -> None:
    if refusal := refusal_of(text):
        faults[field or name] = Message("{why}.", why=refusal)
    elif len(text) > MOST[name]:
        faults[field or name] = Message("Write at most {most} characters.", most=Amount(MOST[name]))
