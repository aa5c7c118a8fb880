"""Alarms: what rings and who has it, one's own rules, and how one is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.alerting.forms import (
    FieldsError,
    TypedRule,
    habits_in,
    keep_habits,
    own_habits,
    rule_in,
    typed_habits,
    typed_in,
    typed_of_rule,
)
from trucewatch.desks.alerting.ringing import TRIAL
from trucewatch.desks.alerting.room import MAY_WISH, room_of
from trucewatch.desks.alerting.wording import (
    GO_ON_WITH_IT,
    in_bar,
    rule_words,
    said_choices,
    shown_alarms,
    taken_words,
    ways_words,
)
from trucewatch.errors import TrucewatchError
from trucewatch.locale.reasons import zone_name
from trucewatch.locale.terms import kind_word
from trucewatch.messages import Message
from trucewatch.model.alarm import (
    ABOUT_WORDS,
    MOST_NAME,
    MOST_RULES,
    RUNG_ORDER,
    WAY_WORDS,
    AlarmHabits,
    AlarmRule,
    AlarmThing,
)
from trucewatch.model.observation import KINDS
from trucewatch.server.formatting import RUNGS
from trucewatch.server.forms import Form, number_of, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import NOT_YOURS, needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.alarm_records import AlarmTakenError, have_alarm, undo_have
from trucewatch.store.journal import Entry

MOST_IN_BAR: Final = 3
router = APIRouter(include_in_schema=False)


@router.get("/alarms")
@needs(*MAY_WISH)
def alarms(view: CurrentView) -> HTMLResponse:
    """One's own alarms, rules, and how one is told."""
    return _page(view)


@router.get("/alarms/now")
@needs(*MAY_WISH)
def now_ringing(view: CurrentView, at: str = "/alarms") -> HTMLResponse:
    """The bar that every page shows: the part of the person who asks. at: the page that it is on, to come back to."""
    rows = [] if view.lookback else in_bar(view, shown_alarms(view))
    return view.fragment(
        "alerting/bar.html.jinja", rows=rows[:MOST_IN_BAR], more=max(0, len(rows) - MOST_IN_BAR), back=_ours(at)
    )


@router.post("/alarms/have")
@needs(*MAY_WISH)
def have(view: CurrentView, form: Form) -> Response:
    """One click: whoever has it goes on with it, and it stops for the others."""
    number, back, room = number_of(form, "alarm"), _ours(typed_of(form, "back")), room_of(view.console)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            alarm = room.ringing.alarm(view.by, number)
            if alarm is not None and alarm.rule.number == TRIAL:
                room.ringing.forget(view.by, number)
                return after(back, Toast(Message("Put away. Nothing was entered.")))
            if not view.may(*GO_ON_WITH_IT):
                raise RefusalError(403, NOT_YOURS)
            things = list(alarm.things.values()) if alarm else []
            entry = have_alarm(now.console.store, things, by=view.by, now=view.console.now())
    except AlarmTakenError as exc:
        room.tell()
        return after(back, Toast(taken_words(view, exc.had), trouble=True))
    except TrucewatchError as exc:
        return after(back, Toast(exc.message, trouble=True))
    room.tell()
    return had(entry, back)


def had(entry: Entry, back: str = "/alarms") -> Response:
    """What is told to whoever has it."""
    receipt = Message("You have it. It is entry {entry} of the ledger.", entry=entry.number)
    return after(back, Toast(receipt, undo=f"/alarms/undo?entry={entry.number}"))


@router.post("/alarms/undo")
@needs(*GO_ON_WITH_IT)
def undo(view: CurrentView, form: Form) -> Response:
    """I do not have it after all: it rings again for the others."""
    text = view.request.query_params.get("entry", "") if "entry" not in form else typed_of(form, "entry")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    room = room_of(view.console)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            entry = undo_have(now.console.store, number, by=view.by, now=view.console.now())
    except TrucewatchError as exc:
        return after("/alarms", Toast(exc.message, trouble=True))
    room.ringing.ring_again(entry.record["about"], but=view.by)
    room.tell()
    return handed_back()


def handed_back() -> Response:
    """What is told to whoever does not have it after all."""
    return after("/alarms", Toast(Message("You do not have it any more. It rings again for the others.")))


@router.post("/alarms/try")
@needs(*MAY_WISH)
def ring_now(view: CurrentView) -> Response:
    """Ring for whoever asks, so that they hear it."""
    room = room_of(view.console)
    try:
        view.refuse_in_replay()
        habits = own_habits(view)
        if room.rules.of(view.by) is None:
            keep_habits(view, habits)
    except TrucewatchError as exc:
        return after("/alarms", Toast(exc.message, trouble=True))
    now = view.console.now()
    rule = AlarmRule(number=TRIAL, name=view.words.gettext("Trial"), about="incidents", ways=("sound", "notice"))
    key = f"test:{now.timestamp()}"
    room.ringing.ring(view.by, rule, [AlarmThing(key=key, path="/alarms", is_grave=True)], now)
    room.tell()
    return after("/alarms", Toast(Message("It rings for you alone.")))


@router.post("/alarms/told")
@needs(*MAY_WISH)
def keep_how_told(view: CurrentView, form: Form) -> Response:
    """Mail address and quiet hours."""
    try:
        view.refuse_in_replay()
        _, habits = habits_in(form, own_habits(view))
        keep_habits(view, habits)
    except FieldsError as exc:
        typed = {name: typed_of(form, name) for name in typed_habits(own_habits(view))}
        return _page(view, typed=typed, faults=exc.faults)
    except TrucewatchError as exc:
        return _page(view, trouble=exc.message)
    return after("/alarms", Toast(Message("Kept. Nobody else sees it.")))


@router.get("/alarms/rules/new")
@needs(*MAY_WISH)
def new_rule(view: CurrentView) -> HTMLResponse:
    return _form(view, typed_of_rule(None), 0)


@router.post("/alarms/rules/new")
@needs(*MAY_WISH)
def add_rule(view: CurrentView, form: Form) -> Response:
    return _keep_rule(view, form, 0)


@router.get("/alarms/rules/{number}")
@needs(*MAY_WISH)
def rule_page(view: CurrentView, number: int) -> HTMLResponse:
    return _form(view, typed_of_rule(_rule_at(own_habits(view), number)), number)


@router.post("/alarms/rules/{number}")
@needs(*MAY_WISH)
def change_rule(view: CurrentView, number: int, form: Form) -> Response:
    _rule_at(own_habits(view), number)
    return _keep_rule(view, form, number)


@router.post("/alarms/rules/{number}/remove")
@needs(*MAY_WISH)
def remove_rule(view: CurrentView, number: int) -> Response:
    """It rings no more; nothing of it is on record."""
    habits = own_habits(view)
    rule = _rule_at(habits, number)
    try:
        view.refuse_in_replay()
        room = keep_habits(view, _with(habits, number, None))
    except TrucewatchError as exc:
        return after("/alarms", Toast(exc.message, trouble=True))
    room.removed[view.by] = rule
    return after("/alarms", Toast(Message("The rule is removed."), undo=f"/alarms/rules/{number}/restore"))


@router.post("/alarms/rules/{number}/restore")
@needs(*MAY_WISH)
def restore_rule(view: CurrentView, number: int) -> Response:
    """The rule that was removed last, as it was."""
    room, habits = room_of(view.console), own_habits(view)
    rule = room.removed.get(view.by)
    try:
        view.refuse_in_replay()
        if rule is None or rule.number != number or habits.rule(number) is not None:
            return after("/alarms", Toast(Message("It cannot be brought back; make it anew."), trouble=True))
        keep_habits(view, _with(habits, number, rule))
    except TrucewatchError as exc:
        return after("/alarms", Toast(exc.message, trouble=True))
    return after("/alarms", Toast(Message("The rule is back.")))


def _keep_rule(view: View, form: Form, number: int) -> Response:
    typed, habits = typed_in(form), own_habits(view)
    try:
        view.refuse_in_replay()
        rule = rule_in(view, typed, habits, number)
        keep_habits(view, _with(habits, rule.number, rule))
    except FieldsError as exc:
        return _form(view, typed, number, faults=exc.faults)
    except TrucewatchError as exc:
        return _form(view, typed, number, trouble=exc.message)
    return after("/alarms", Toast(Message("The rule is kept. What is there already does not ring.")))


def _with(habits: AlarmHabits, number: int, rule: AlarmRule | None) -> AlarmHabits:
    """The same with a rule in place of the one of its number, or without it."""
    others = [each for each in habits.rules if each.number != number]
    rules = sorted([*others, *([rule] if rule else [])], key=lambda each: each.number)
    return replace(habits, rules=tuple(rules))


def _rule_at(habits: AlarmHabits, number: int) -> AlarmRule:
    rule = habits.rule(number)
    if rule is None:
        raise RefusalError(404, Message("You have no rule of this number; the page of alarms lists those you have."))
    return rule


def _page(
    view: View,
    *,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    habits = own_habits(view)
    return view.page(
        "alerting/alarms.html.jinja",
        status=422 if faults or trouble else 200,
        alarms=[] if view.lookback else shown_alarms(view),
        rules=[(rule, rule_words(view, rule), ways_words(view, rule)) for rule in habits.rules],
        most_rules=MOST_RULES,
        typed=typed or typed_habits(habits),
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        is_silent=room_of(view.console).is_silent,
        zone=view.reader.zone_name,
    )


def _form(
    view: View,
    typed: TypedRule,
    number: int,
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    choices: dict[str, Any] = {
        "abouts": ABOUT_WORDS,
        "kind_choices": [(kind, kind_word(kind, view.words)) for kind in KINDS],
        "zone_choices": [(zone.id, zone_name(zone.id, view.watch, view.words)) for zone in view.watch.zones],
        "rungs": [(rung, view.words.pgettext("rung", RUNGS[rung])) for rung in RUNG_ORDER],
        "clauses": [stipulation.id for _, stipulation in view.watch.agreement.stipulations()],
        "said_choices": said_choices(view),
        "said_ways": [(way, view.words.say(label)) for way, label in WAY_WORDS.items()],
    }
    return view.page(
        "alerting/rule.html.jinja",
        status=422 if faults or trouble else 200,
        typed=typed,
        number=number,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        most_name=MOST_NAME,
        **choices,
    )


def _ours(back: str) -> str:
    """An address of this console to come back to; the page of alarms for any other."""
    is_ours = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable() and len(back) < 2000
    return back if is_ours else "/alarms"
