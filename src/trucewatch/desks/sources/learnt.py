"""What was learnt of the devices and sources of a watch, as a keeper reads it: the calibration that stands now, its
books in words, and where the register cannot be right. Stays in the console and on this machine; no report has it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from trucewatch.locale import Words, mark
from trucewatch.locale.terms import means_word
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.calibration import METHOD, OPENING, Calibration, DeviceBook, MeansBook, PairBook
from trucewatch.model.times import iso_utc
from trucewatch.store import Store
from trucewatch.store.calibration_records import Calibrated, calibration_of, calibrations_in_force

SMALLEST_TIMES = 1.05
"""A factor of stated errors below this is not worth a word."""
SMALLEST_SHARE: Final = 0.01
"""Of classes, as whole per cents can tell it."""
MOST_SAID: Final = 0.995
"""Above it a share is said to be over 99 %, since one in two hundred is what whole per cents can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """The calibration by which what happens now is worked out. `others`: how many more stand, for earlier months."""

    record: Calibrated
    calibration: Calibration
    by: str
    why: str
    others: int

    @property
    def from_what(self) -> Message:
        """Which rows it was learnt from, and until when."""
        count = self.record.rows
        return Plural(
            "Learnt from {count} row that began on {since} or later and was known before {until}.",
            "Learnt from {count} rows that began on {since} or later and were known before {until}.",
            count,
            count=Amount(count),
            since=self.calibration.since.date(),
            until=self.calibration.until,
        )

    @property
    def stands_for(self) -> Message:
        """For what it stands."""
        if self.record.period != OPENING:
            return Message("It stands for what begins in {month} (UTC).", month=self.record.period)
        if self.record.closes:
            return Message("It was the last of the opening, and stands for the months that had begun by then.")
        return Message(
            "The record spans less than 30 days, so it stands for all of it. While rows come in, it is made anew after "
            "each midnight UTC."
        )

    @property
    def of_earlier_method(self) -> Message | None:
        """That the program has another method now; None where it is the same."""
        if self.record.method == METHOD:
            return None
        return Message(
            "Learnt by the method {method}; this program has {now}, which new months are learnt by. What was learnt "
            "before stands until somebody calibrates anew: trucewatch calibrate WATCH",
            method=self.record.method,
            now=METHOD,
        )


def learnt_at(store: Store, moment: datetime) -> Learnt | None:
    """The calibration that stands for what happens at a moment; None where nothing was learnt by then."""
    from trucewatch.desks.sources.operations import acts_words
    from trucewatch.pipeline.calibrations import standing_records  # the compiler comes with it: not at the start

    records = standing_records(calibrations_in_force(store), moment)
    if not records:
        return None
    record = max(records, key=lambda each: (each.period != OPENING, each.period))
    by, why = acts_words(store, [record]).get(record.act, ("", ""))
    return Learnt(
        record=record,
        calibration=calibration_of(store, record),
        by=by,
        why=why,
        others=len(records) - 1,
    )


PEOPLE: Final = ("party", "public", "event_list")
"""Means of people's words, of which no share is told: what somebody says is judged case by case, nobody is scored."""


def answers_words(book: DeviceBook) -> Message:
    """How many of its reports answered to an event, in words and as a number with its uncertainty; of people's words
    only how many others bear out."""
    if not book.reports:
        return Message("nothing was reported yet")
    if book.means in PEOPLE:
        return Message("others bear out {number}; no more is told of people's words", number=Amount(book.borne_out))
    share = _share(book.answers, book.answers_sd)
    if book.answers >= 0.9:
        return Message("nearly all ({share})", share=share)
    if book.answers >= 0.6:
        return Message("most ({share})", share=share)
    if book.answers >= 0.4:
        return Message("about half ({share})", share=share)
    if book.answers >= 0.1:
        return Message("few ({share})", share=share)
    return Message("hardly any ({share})", share=share)


def _share(answers: float, spread: float) -> Message:
    """A share in whole per cent with its uncertainty; what is nearly all or nothing is never said to be all or
    nothing."""
    if answers > MOST_SAID:
        return Message("over 99 %")
    if answers < 1.0 - MOST_SAID:
        return Message("under 1 %")
    return Message(
        "{share} ± {spread} %", share=Amount(round(100 * answers)), spread=Amount(max(round(100 * spread), 1))
    )


_APART: Final = {
    "near": mark("{means}, close together"),
    "middle": mark("{means}, some way apart"),
    "far": mark("{means}, far apart"),
    "three": mark("{means}, three at once"),
    "four": mark("{means}, four or more at once"),
}


def pair_name(book: PairBook, words: Words) -> str:
    """Who agrees: devices of one means, by how far apart they stand or how many, or two means; others stay as they
    are."""
    parts = list(dict.fromkeys(book.kind.split(" / ")))
    name = words.listed([means_word(part, words) for part in parts if part not in _APART])
    for part in parts:
        if part in _APART:
            name = words.gettext(_APART[part]).format(means=name)
    return name


def pair_words(book: PairBook) -> Message:
    """How often such an agreement answered to an event."""
    return _share(book.answers, book.answers_sd)


def remarkable(calibration: Calibration) -> list[tuple[DeviceBook, list[Message]]]:
    """The devices of which there is something to say, and what."""
    return [(book, remarks) for book in calibration.devices if (remarks := remarks_on(book))]


def remarks_on(book: DeviceBook) -> list[Message]:
    """What a keeper can act on: a register that cannot be right, a clock that is off, an hour in a wrong zone."""
    remarks: list[Message] = []
    if not book.register_fits and book.stated_false_per_day is not None:
        remarks.append(
            Message(
                "the register cannot be right: it says {stated} false alarms a day, and its reports fit {learnt}. What "
                "was learnt is used; correct sensors.geojson",
                stated=plain_number(book.stated_false_per_day),
                learnt=plain_number(book.false_per_day),
            )
        )
    elif not book.register_fits:
        remarks.append(
            Message(
                "the register cannot be right: it should have noticed {expected} sure events and noticed {noticed}. "
                "What was learnt is used; correct its range and its times in sensors.geojson",
                expected=plain_number(book.expected),
                noticed=Amount(book.noticed),
            )
        )
    if book.clock_s:
        remarks.append(_clock_words(book))
    if book.clock_proposed_s:
        remarks.append(
            Message(
                "its times fit those of others if {hours} h are taken off: perhaps a wrong time zone, its own or "
                "theirs. Nothing was changed; correct time_zone of the source that is wrong in watch.toml",
                hours=plain_number(book.clock_proposed_s / 3600),
            )
        )
    return remarks


def _clock_words(book: DeviceBook) -> Message:
    values: dict[str, object] = {
        "seconds": plain_number(abs(book.clock_s)),
        "spread": plain_number(book.clock_sd_s),
        "pairs": Amount(book.clock_pairs),
    }
    if book.clock_s > 0:
        return Plural(
            "its clock is {seconds} ± {spread} s ahead, by {pairs} event that it shares with others; taken off its "
            "times",
            "its clock is {seconds} ± {spread} s ahead, by {pairs} events that it shares with others; taken off its "
            "times",
            book.clock_pairs,
            **values,
        )
    return Plural(
        "its clock is {seconds} ± {spread} s behind, by {pairs} event that it shares with others; added to its times",
        "its clock is {seconds} ± {spread} s behind, by {pairs} events that it shares with others; added to its times",
        book.clock_pairs,
        **values,
    )


def class_shares(calibration: Calibration, words: Words) -> str:
    """Of what happens here which share is of which class, the largest first: `shelling 64 %, thunder 20 %`; those below
    one in a hundred are left out."""
    from trucewatch.server.formatting import EVENT_CLASSES  # drawings of reports come with it: not for a command

    books = sorted(calibration.classes, key=lambda book: (-book.share, book.name))
    return words.listed(
        [
            f"{words.pgettext('class', EVENT_CLASSES.get(book.name, book.name))} {words.percent(book.share)}"
            for book in books
            if book.share >= SMALLEST_SHARE
        ]
    )


def means_too_sure(calibration: Calibration) -> list[MeansBook]:
    """Those whose stated errors are too small, of places, directions or times."""
    return [
        book
        for book in calibration.means
        if max(book.place_times, book.bearing_times, book.time_times) > SMALLEST_TIMES
    ]


def document(learnt: Learnt | None, records: list[Calibrated]) -> dict[str, Any]:
    """`trucewatch calibrate WATCH --show --json`: the calibration that stands now, whole, and every one in force."""
    return {
        "schema": "trucewatch/calibrations/1",
        "now": None if learnt is None else _book_document(learnt),
        "in_force": [
            {
                "period": record.period,
                "until": iso_utc(record.until),
                "rows": record.rows,
                "method": record.method,
                "entry": record.entry,
                "sha256": record.sha256,
                "recorded_at": iso_utc(record.recorded_at),
                "by_hand": bool(record.act),
            }
            for record in records
        ],
    }


def _book_document(learnt: Learnt) -> dict[str, Any]:
    calibration = learnt.calibration
    return {
        "period": calibration.period,
        "since": iso_utc(calibration.since),
        "until": iso_utc(calibration.until),
        "rows": calibration.rows,
        "method": calibration.method,
        "by": learnt.by,
        "reason": learnt.why,
        "devices": [asdict(book) for book in calibration.devices],
        "pairs": [asdict(book) for book in calibration.pairs],
        "means": [asdict(book) for book in calibration.means],
        "classes": [asdict(book) for book in calibration.classes],
    }


def plain_number(value: float) -> str:
    """Three figures at most, as they are written everywhere: a rate of 0.0183 and of 41."""
    return f"{float(f'{value:.2g}'):g}" if abs(value) < 10 else f"{value:.0f}"
