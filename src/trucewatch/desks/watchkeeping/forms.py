"""What the pages of the shift share: who may come on, names and spans for people, what a form's fields say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from starlette.datastructures import FormData

from trucewatch.desks.watchkeeping.handing_over import Changes, Proposal
from trucewatch.desks.watchkeeping.log_rows import WatchLog
from trucewatch.desks.watchkeeping.operations import Comer, Shifts, names_in
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.ids import WORDS_REFERENCE
from trucewatch.model.roles import OF_A_DELEGATION, RIGHTS, Right
from trucewatch.model.shift import OnShift, Shift
from trucewatch.server.forms import texts_of, typed_of
from trucewatch.server.people_shown import person_words, side_words
from trucewatch.server.view import View
from trucewatch.store.drill_records import drills_on_record
from trucewatch.store.role_records import grants_on_record

AT_ONCE_FOR: Final = timedelta(minutes=2)
"""How long the message that follows an entry may take it back without a typed reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MayCome:
    """Somebody with an account who may stand the watch. value: as a form names them."""

    value: str
    person: str
    side: str
    name: str
    side_name: str


def shifts_of(view: View) -> Shifts:
    """The shifts by the watch's clock."""
    return Shifts(view.console.store, view.snapshot.watch, view.clock)


def log_of(view: View) -> WatchLog:
    return WatchLog(view.console.store, view.console.kinds, say=view.words.say, language=view.words.language)


def who_may_come(view: View) -> list[MayCome]:
    """Who holds a role for a delegation today with which one stands the watch, whoever asks among them; nobody in a
    watch without accounts."""
    if view.person is None:
        return []
    now = view.console.now()
    grants = [grant for grant in grants_on_record(view.console.store) if grant.is_held(now)]
    coming: dict[tuple[str, str], MayCome] = {}
    for grant in (*view.person.grants, *grants):
        if grant.role in OF_A_DELEGATION and Right.INSIDE in RIGHTS[grant.role]:
            coming.setdefault(
                (grant.person, grant.side),
                MayCome(
                    value=f"{grant.person}:{grant.side}",
                    person=grant.person,
                    side=grant.side,
                    name=person_words(view, grant.person),
                    side_name=side_words(grant.side, view.watch, view.words),
                ),
            )
    return sorted(coming.values(), key=lambda each: (each.person != view.by, each.side, each.name))


def comers_in(view: View, form: FormData) -> list[Comer]:
    """Who comes on, as a form says: chosen accounts, or typed names where there are none."""
    if view.person is None:
        return [Comer(name=name) for name in names_in(typed_of(form, "names"))]
    chosen, leads = texts_of(form, "on"), texts_of(form, "lead")
    people: dict[str, Comer] = {}
    for each in who_may_come(view):
        if each.value in chosen:
            comer = Comer(person=each.person, side=each.side, is_lead=each.value in leads)
            people.setdefault(each.person, comer)
    return list(people.values())


def changes_in(form: FormData, proposal: Proposal) -> Changes:
    """What a form changes of a proposal; keys that it does not have are left out."""
    keys = [item.key for item in proposal.items]
    told, left_out = set(texts_of(form, "told")), set(texts_of(form, "out"))
    return Changes(
        told=frozenset(key for key in keys if key in told),
        left_out=frozenset(key for key in keys if key in left_out),
        notes={key: note for key in keys if (note := typed_of(form, f"note-{key}").strip())},
    )


def name_words(view: View, reference: str, *, at: datetime | None = None) -> str:
    """Who a reference names: an account's person, or a name that was typed."""
    if WORDS_REFERENCE.fullmatch(reference):
        name = view.console.store.words.read(reference)
        return printable(" ".join(name.split())) if name else view.words.gettext("a person whose name was erased")
    return person_words(view, reference, at=at)


def on_words(view: View, people: Sequence[OnShift]) -> list[dict[str, Any]]:
    """Who is on, each for a row: name, delegation, since when."""
    return [
        {
            "on": each,
            "name": name_words(view, each.who, at=None),
            "side": side_words(each.side, view.watch, view.words) if each.side else "",
        }
        for each in people
    ]


def span_words(view: View, span: timedelta) -> str:
    """A span as a page says it: `5 h 20 min`; never less than nothing."""
    minutes = max(int(span.total_seconds() // 60), 0)
    number = view.words.number
    if minutes < 60:
        return view.words.gettext("{count} min").format(count=number(minutes))
    return view.words.gettext("{hours} h {minutes} min").format(
        hours=number(minutes // 60), minutes=number(minutes % 60)
    )


def late_words(view: View, shift: Shift) -> Message | None:
    """That a shift goes on after its planned end, with what to do; None where it does not."""
    now = shifts_of(view).now
    if not shift.is_past_end(now) or shift.planned_end is None:
        return None
    return Message(
        "Shift {number} was to be handed over {moment}; that is {span} ago, and it is still on. Write the hand-over, "
        "or end the shift.",
        number=shift.code,
        moment=shift.planned_end,
        span=span_words(view, now - shift.planned_end),
    )


def drill_words(view: View, number: int) -> str:
    """What people call a drill; "" for none."""
    drill = next((each for each in drills_on_record(view.console.store) if each.number == number), None)
    if drill is None:
        return ""
    label = view.console.store.words.read(drill.label) or ""
    return printable(f"{drill.code} {label}".strip())


def unsigned_words(shifts: Sequence[Shift]) -> Message | None:
    """That a hand-over stands unsigned, with what to do; None where the last ones were signed."""
    for shift in reversed(shifts):
        if shift.unsigned is not None:
            return Message(
                "Hand-over {number} of shift {shift} is not signed. What is entered after it stands, and is marked so; "
                "who comes reads and signs it.",
                number=shift.unsigned.code,
                shift=shift.code,
            )
        if shift.handover is not None:
            return None
    return None


def kept_lines(view: View, reference: str) -> tuple[str, ...] | None:
    """A kept text in lines as a page shows it; None where it was erased."""
    text = view.console.store.words.read(reference)
    return None if text is None else tuple(printable(line) for line in text.splitlines())


def typed_in(form: FormData, names: Sequence[str]) -> Mapping[str, str]:
    return {name: typed_of(form, name).replace("\r\n", "\n") for name in names}
