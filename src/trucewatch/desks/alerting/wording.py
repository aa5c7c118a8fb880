"""Alarms in words: for the page and the bar, and for a notice of the browser, which others may read on a locked
screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from trucewatch.desks.alerting.ringing import TRIAL
from trucewatch.desks.alerting.room import room_of
from trucewatch.locale.reasons import zone_name
from trucewatch.locale.terms import kind_word, outcome_word
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.alarm import (
    ABOUT_WORDS,
    BEFORE_GATE,
    SAID_OF_CLAUSE,
    WAY_WORDS,
    Alarm,
    AlarmHad,
    AlarmRule,
)
from trucewatch.model.roles import Right
from trucewatch.server.formatting import RUNGS
from trucewatch.server.people_shown import person_words
from trucewatch.server.view import View

GO_ON_WITH_IT: Final = (Right.TAKE,)
"""Whoever has one of these takes an alarm from the others: they can enter what follows. An interpreter would leave it
with nobody."""
SHOWN_HAD: Final = timedelta(minutes=15)
"""How long the bar says who has what rang."""
MOST_THINGS: Final = 8
"""Things of one alarm that the page names; the others are on its lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HadShown:
    """Who has it, since when, and the entry if it is whoever looks."""

    who: str
    since: str
    own_entry: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmShown:
    """One alarm for the person who looks. ring: the same until it rings again. notice: for a screen that others see."""

    number: int
    ring: str
    sentence: str
    rang: str
    rings: bool
    is_open: bool
    can_have: bool
    has_sound: bool
    has_notice: bool
    notice: str
    simulated: bool
    is_drill: bool
    is_trial: bool
    had: tuple[HadShown, ...]
    things: tuple[tuple[str, str], ...]
    more: int


def shown_alarms(view: View) -> list[AlarmShown]:
    """Their alarms, those that ring first, then the latest first; none for who may not read the list now."""
    room = room_of(view.console)
    if view.by not in room.people():
        return []
    rows = [shown_alarm(view, alarm) for alarm in room.ringing.of(view.by)]
    return sorted(rows, key=lambda row: (not row.rings, not row.is_open, -row.number))


def in_bar(view: View, rows: list[AlarmShown]) -> list[AlarmShown]:
    """What the bar of every page shows: what rings, and what somebody took a moment ago."""
    room, now = room_of(view.console), view.console.now()
    had, alarms = room.had(), {alarm.number: alarm for alarm in room.ringing.of(view.by)}

    def is_recent(row: AlarmShown) -> bool:
        acts = {had[key] for key in alarms[row.number].things if key in had} if row.number in alarms else set()
        return bool(acts) and not row.is_open and now - max(act.at for act in acts) < SHOWN_HAD

    return [row for row in rows if row.rings or is_recent(row)]


def shown_alarm(view: View, alarm: Alarm) -> AlarmShown:
    room, had_by = room_of(view.console), room_of(view.console).had()
    habits = room.rules.of(view.by)
    waiting = alarm.open_things(had_by)
    acts = {had_by[key] for key in alarm.things if key in had_by}
    own = view.console.store.keys.person_reference(view.by)
    snapshot, things = view.snapshot, list(alarm.things.values())
    return AlarmShown(
        number=alarm.number,
        ring=f"{room.token}-{alarm.ring}",
        sentence=_sentence(view, alarm),
        rang=view.telling.moment(alarm.rang_at),
        rings=habits is not None and alarm.rings(habits, had_by, view.console.now()),
        is_open=bool(waiting),
        can_have=bool(waiting) and (alarm.rule.number == TRIAL or view.may(*GO_ON_WITH_IT)),
        has_sound="sound" in alarm.rule.ways,
        has_notice="notice" in alarm.rule.ways,
        notice=_notice(view, alarm),
        simulated=alarm.simulated or view.watch.settings.simulated,
        is_drill=alarm.is_drill,
        is_trial=alarm.rule.number == TRIAL,
        had=tuple(
            HadShown(
                who=person_words(view, act.by, at=act.at),
                since=view.telling.moment(act.at),
                own_entry=act.entry if act.by == own else -1,
            )
            for act in sorted(acts, key=lambda act: act.entry)
        ),
        things=tuple(
            (_name(thing.path), thing.path)
            for thing in things[:MOST_THINGS]
            if not thing.path.startswith("/incident/") or _name(thing.path) in snapshot.row_of
        ),
        more=max(0, len(things) - MOST_THINGS),
    )


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _sentence(view: View, alarm: Alarm) -> str:
    """`3 events · Night in the corridor · Sorrel District`"""
    words, count = view.words, len(alarm.things)
    if alarm.rule.number == TRIAL:
        return words.gettext("This is how an alarm rings. Nothing happened.")
    parts = [words.say(Plural("{count} event", "{count} events", count, count=Amount(count))), alarm.rule.name]
    parts += [zone_name(alarm.zones[0], view.watch, words)] if len(alarm.zones) == 1 else []
    return " · ".join(parts)


def _notice(view: View, alarm: Alarm) -> str:
    """No place finer than a zone, nothing of what happened."""
    words, count = view.words, len(alarm.things)
    if alarm.rule.number == TRIAL:
        return words.gettext("This is how an alarm rings. Nothing happened.")
    number = words.say(Plural("{count} event", "{count} events", count, count=Amount(count)))
    if len(alarm.zones) == 1:
        zone = zone_name(alarm.zones[0], view.watch, words)
        text = words.gettext("{events} in {zone}; open the console").format(events=number, zone=zone)
    else:
        text = words.gettext("{events}; open the console").format(events=number)
    if alarm.is_drill:
        return words.gettext("DRILL: {notice}").format(notice=text)
    is_simulated = alarm.simulated or view.watch.settings.simulated
    return words.gettext("Simulated: {notice}").format(notice=text) if is_simulated else text


def rule_words(view: View, rule: AlarmRule) -> str:
    """What a rule rings for, in a line."""
    words = view.words
    parts = [words.say(ABOUT_WORDS[rule.about])]
    if rule.is_of_incidents:
        if rule.kinds:
            parts.append(words.listed([kind_word(kind, words) for kind in rule.kinds]))
        if rule.zones:
            parts.append(words.listed([zone_name(zone, view.watch, words) for zone in rule.zones]))
        if rule.rung:
            least = words.pgettext("rung", RUNGS[rule.rung])
            parts.append(words.gettext("at least {rung}").format(rung=least))
        if rule.happened is not None:
            percent = words.number(round(rule.happened * 100))
            parts.append(words.gettext("at least {percent} % likely").format(percent=percent))
        if rule.clause or rule.outcomes:
            outcomes = words.listed([said_words(view, word) for word in rule.outcomes])
            parts.append(" ".join(part for part in (rule.clause, outcomes) if part))
    if rule.drills:
        parts.append(words.gettext("drills too"))
    return " · ".join(parts)


def said_words(view: View, word: str) -> str:
    """What is said of a clause: an outcome, or that the gate holds it back."""
    if word == BEFORE_GATE:
        return view.words.gettext("not assessed yet")
    return outcome_word(word, view.words)


def said_choices(view: View) -> list[tuple[str, str]]:
    return [(word, said_words(view, word)) for word in SAID_OF_CLAUSE]


def ways_words(view: View, rule: AlarmRule) -> str:
    return view.words.listed([view.words.say(WAY_WORDS[way]) for way in rule.ways])


def taken_words(view: View, had: AlarmHad) -> Message:
    """What whoever comes second is told."""
    return Message(
        "{who} has it since {moment}. You need do nothing.",
        who=person_words(view, had.by, at=had.at),
        moment=view.telling.moment(had.at),
    )
