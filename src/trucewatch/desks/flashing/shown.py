"""What the pages show of urgent messages: each with its recipients, its figures, and what came of it in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trucewatch.desks.flashing.beside import outbox_of
from trucewatch.desks.flashing.operations import in_order, liaisons_of, sides_of_message
from trucewatch.desks.flashing.reach import SENT_BY_PROGRAM, Side, is_open
from trucewatch.desks.flashing.records import ACT_WORDS
from trucewatch.desks.flashing.ringing import whom_to_ring
from trucewatch.desks.flashing.wording import (
    ended_words,
    faults_of,
    hour,
    lasting,
    name_of,
    second,
    standing_of,
    way_words,
    why_not,
)
from trucewatch.errors import StoreError
from trucewatch.locale import languages, words
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message, Term
from trucewatch.model.flash import MATTER_WORDS, VIA_WORDS, Flash, FlashAct
from trucewatch.model.roles import Right
from trucewatch.server.people_shown import person_words
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import View
from trucewatch.store.drill_records import drills_on_record
from trucewatch.store.flash_records import flash_of, flashes_on_record
from trucewatch.store.outbox import Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How long it took from the first report: to what each side says of its own side, to the later of both, and to what
    the centre's own means saw, each by itself; "" where it is not said."""

    sides: tuple[tuple[str, str], ...]
    both: str
    own_means: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One message as the list has it."""

    flash: Flash
    matter: Term
    sent: str
    missing: tuple[Message, ...]
    ended: Message | None
    figures: Figures
    drill: str

    @property
    def is_open(self) -> bool:
        return is_open(self.flash)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that came of a message, for its history. can_go: whether it can be taken back."""

    what: Message | Term
    at: str
    entered: str
    who: str
    entry: int
    via: Term | None
    words: str | None
    is_undone: bool
    is_late: bool
    can_go: bool


def flash_at(view: View, code: str) -> Flash:
    """The message that an address names. Raises RefusalError 404 if there is none."""
    try:
        return flash_of(view.console.store, code)
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc


def rows_of(view: View, flashes: Sequence[Flash] | None = None) -> list[Row]:
    """Open ones first, real ones before drills, the latest first; then those that have ended."""
    flashes = flashes_on_record(view.console.store) if flashes is None else flashes
    liaisons, labels = liaisons_now(view), drill_labels(view)
    deliveries = outbox_of(view.console).deliveries()
    by_code: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        if delivery.about == "flash":
            by_code.setdefault(delivery.number, []).append(delivery)
    rows = []
    for flash in in_order(flashes):
        sides = sides_in(view, flash, by_code.get(flash.code, ()), liaisons)
        rows.append(
            Row(
                flash=flash,
                matter=MATTER_WORDS[flash.draft.matter],
                sent=hour(view, flash.sent_at),
                missing=tuple(missing_of(view, flash, sides)) if is_open(flash) else (),
                ended=ended_words(view, flash),
                figures=figures_of(view, flash),
                drill=labels.get(flash.draft.drill, ""),
            )
        )
    return rows


def sides_in(view: View, flash: Flash, deliveries: Sequence[Delivery], liaisons: Mapping[str, int]) -> tuple[Side, ...]:
    """Every recipient as it stands now, in the order of the message."""
    return sides_of_message(flash, deliveries, liaisons, view.clock)


def missing_of(view: View, flash: Flash, sides: Sequence[Side]) -> list[Message]:
    """What stands and what is missing, a sentence a recipient, and what went wrong on the way to it."""
    sentences: list[Message] = []
    for side in sides:
        sentences.append(standing_of(view, flash, side))
        sentences += faults_of(view, side)
    return sentences


def figures_of(view: View, flash: Flash) -> Figures:
    def figure(at: datetime | None) -> str:
        return "" if at is None else lasting(view, at - flash.draft.first_report)

    quiets = {each: flash.quiet(each) for each in flash.parties}
    return Figures(
        sides=tuple((name_of(view, each), figure(act.at if act else None)) for each, act in quiets.items()),
        both=figure(flash.both_quiet_at),
        own_means=figure(flash.own_quiet.at if flash.own_quiet else None),
    )


def liaisons_now(view: View) -> dict[str, int]:
    """For each side how many people speak for it now."""
    return liaisons_of(view.console.store, view.console.now())


def drill_labels(view: View) -> dict[int, str]:
    """What people call each drill, by its number; its number where that was erased."""
    store = view.console.store
    return {drill.number: printable(store.words.read(drill.label) or drill.code) for drill in drills_on_record(store)}


def text_lines(view: View, reference: str) -> tuple[str, ...] | None:
    """A text that is kept apart, in lines; None where it was erased."""
    text = view.console.store.words.read(reference)
    return None if text is None else lines_of(text)


def lines_of(text: str) -> tuple[str, ...]:
    """A text as a page shows it, line by line."""
    return tuple(printable(line) for line in text.splitlines())


def sections_of(view: View, reference: str) -> list[tuple[str, tuple[str, ...] | None]]:
    """A text by its languages, the reader's first: each begins below its own heading, `== English ==`. One without
    such headings is one part of no language."""
    lines = text_lines(view, reference)
    if lines is None:
        return [("", None)]
    headings = {f"== {words(language).language_name(language)} ==": language for language in languages()}
    sections: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.strip() in headings:
            sections.append((headings[line.strip()], []))
        elif sections:
            sections[-1][1].append(line)
    if not sections:
        return [("", lines)]
    sections.sort(key=lambda section: section[0] != view.words.language)
    return [(language, tuple(own)) for language, own in sections]


def texts_of_message(view: View, flash: Flash) -> list[tuple[str, list[tuple[str, tuple[str, ...] | None]]]]:
    """Each text, by its languages, with the names of those who got it: the bound parties have the same."""
    groups: dict[str, list[str]] = {}
    for each in flash.to:
        reference = flash.texts.get(each.id, "")
        text = view.console.store.words.read(reference)
        groups.setdefault(reference if text is None else text, []).append(each.id)
    texts = []
    for ids in groups.values():
        names = view.words.listed([name_of(view, each) for each in ids])
        texts.append((names, sections_of(view, flash.texts.get(ids[0], ""))))
    return texts


def live_part(view: View, flash: Flash) -> dict[str, Any]:
    """What of a message's page changes by itself: its recipients, its ways, its figures, its history."""
    deliveries = outbox_of(view.console).deliveries_of(flash.code)
    sides = sides_in(view, flash, deliveries, liaisons_now(view))
    return {
        "flash": flash,
        "sides": [
            {
                "side": side,
                "name": name_of(view, side.to),
                "standing": standing_of(view, flash, side),
                "faults": list(faults_of(view, side)),
                "ways": _ways(view, flash, side),
                "whom_to_ring": () if side.acknowledged or side.quiet or flash.ended else whom_to_ring(view, side.to),
                "quiet_after": lasting(view, span) if (span := flash.time_to_quiet(side.to)) is not None else "",
            }
            for side in sides
        ],
        "followed": [_delivered(view, each) for each in deliveries if each.revision],
        "figures": figures_of(view, flash),
        "ended": ended_words(view, flash),
        "lines": history_of(view, flash),
        "first_report": hour(view, flash.draft.first_report),
        "can_act": not view.snapshot.is_replay and view.may(Right.FLASH),
    }


def _ways(view: View, flash: Flash, side: Side) -> list[dict[str, Any]]:
    came_back = {each.of for each in side.bounced}
    ways = [_delivered(view, each) | {"came_back": each.id in came_back} for each in side.deliveries]
    recipient = next(each for each in flash.to if each.id == side.to)
    if "console" in recipient.ways:
        ways = [way for way in ways if way["way"] != "console"]
        ways.insert(0, {"way": "console", "liaisons": liaisons_now(view).get(side.to, 0)})
    return ways


def _delivered(view: View, delivery: Delivery) -> dict[str, Any]:
    return {
        "way": delivery.channel,
        "delivery": delivery,
        "to": name_of(view, delivery.recipient),
        "label": way_words(delivery),
        "is_sent_by_us": delivery.channel in SENT_BY_PROGRAM,
        "why": why_not(delivery),
        "queued": second(view, delivery.queued_at),
        "last": second(view, delivery.recorded_at),
        "next_try": second(view, delivery.next_try) if delivery.next_try else "",
        "tries": view.words.number(delivery.attempts),
        "came_back": False,
    }


def history_of(view: View, flash: Flash) -> list[Line]:
    """What was entered of a message, the first as it was sent, in the order of the entries."""
    lines = [
        Line(
            what=Message("sent"),
            at=hour(view, flash.sent_at),
            entered=second(view, flash.queued_at),
            who=person_words(view, flash.by, at=flash.queued_at),
            entry=flash.entry,
            via=None,
            words=None,
            is_undone=False,
            is_late=False,
            can_go=False,
        )
    ]
    return lines + [_line(view, act) for act in flash.acts]


def _line(view: View, act: FlashAct) -> Line:
    typed = view.console.store.words.read(act.words) if act.words else ""
    what: Message | Term = ACT_WORDS[act.act]
    if act.act == "undone":
        what = Message("entry {entry} taken back", entry=act.undoes)
    elif act.to:
        what = Message("{side}: {act}", side=name_of(view, act.to), act=ACT_WORDS[act.act])
    has_via = act.act in ("acknowledged", "quiet", "own_quiet", "read_out")
    return Line(
        what=what,
        at=hour(view, act.at),
        entered=second(view, act.recorded_at),
        who=person_words(view, act.by, at=act.recorded_at),
        entry=act.entry,
        via=VIA_WORDS[act.via] if has_via and act.act != "own_quiet" else None,
        words=None if typed is None else printable(typed) or None,
        is_undone=act.undone,
        is_late=act.is_late,
        can_go=not act.undone and act.act not in ("undone", "withdrawn"),
    )
