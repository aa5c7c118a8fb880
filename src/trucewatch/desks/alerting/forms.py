"""What the pages of alarms share: whose they are, what a form's fields say, words for people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from starlette.datastructures import FormData

from trucewatch.desks.alerting.room import AlarmRoom, room_of
from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.alarm import (
    ALARM_ABOUT,
    ALARM_WAYS,
    MOST_NAME,
    MOST_RULES,
    RUNG_ORDER,
    SAID_OF_CLAUSE,
    AlarmHabits,
    AlarmRule,
)
from trucewatch.model.observation import KINDS
from trucewatch.model.typed_text import as_typed, refusal_of
from trucewatch.server.forms import texts_of, typed_of
from trucewatch.server.view import View
from trucewatch.store.mail_server import check_address

SINGLE: Final = ("name", "about", "rung", "happened", "clause", "drills")
SEVERAL: Final = ("kinds", "zones", "outcomes", "ways")
HABITS: Final = ("mail", "quiet_from", "quiet_until", "grave_rings")
_CLOCK: Final = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)


class FieldsError(TrucewatchError):
    """A form cannot be taken as it was typed; `faults` says why, by field."""

    def __init__(self, faults: Mapping[str, Message]) -> None:
        super().__init__(next(iter(faults.values())))
        self.faults = dict(faults)


@dataclass(slots=True)
class TypedRule:
    """A form of a rule as it was typed."""

    texts: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, list[str]] = field(default_factory=dict)


def own_habits(view: View) -> AlarmHabits:
    """What whoever asks chose; of who chose nothing yet, no rule, in the language and zone of this page."""
    habits = room_of(view.console).rules.of(view.by)
    return habits or AlarmHabits(zone=view.reader.zone_name, language=view.reader.language)


def keep_habits(view: View, habits: AlarmHabits) -> AlarmRoom:
    """Keep them, with the language and zone of the page on which they were chosen."""
    room = room_of(view.console)
    room.rules.put(view.by, replace(habits, zone=view.reader.zone_name, language=view.reader.language))
    return room


def typed_in(form: FormData) -> TypedRule:
    return TypedRule(
        texts={name: as_typed(typed_of(form, name)).strip() for name in SINGLE},
        chosen={name: texts_of(form, name)[:100] for name in SEVERAL},
    )


def typed_of_rule(rule: AlarmRule | None) -> TypedRule:
    """A rule as the fields of a form hold it; an empty form for none."""
    if rule is None:
        return TypedRule(
            {"name": "", "about": "incidents", "rung": "", "happened": "", "clause": "", "drills": ""},
            {"kinds": [], "zones": [], "outcomes": [], "ways": ["sound"]},
        )
    return TypedRule(
        {
            "name": rule.name,
            "about": rule.about,
            "rung": rule.rung,
            "happened": "" if rule.happened is None else f"{rule.happened * 100:g}",
            "clause": rule.clause,
            "drills": "yes" if rule.drills else "",
        },
        {name: list(getattr(rule, name)) for name in SEVERAL},
    )


def rule_in(view: View, typed: TypedRule, habits: AlarmHabits, number: int = 0) -> AlarmRule:
    """The rule that a form brings, checked; under its number, or the next one. Raises FieldsError with all that is
    wrong with it."""
    faults: dict[str, Message] = {}
    texts, chosen = typed.texts, typed.chosen
    _check_name(texts["name"], faults)
    about = next((about for about in ALARM_ABOUT if about == texts["about"]), None)
    if about is None:
        faults["about"] = Message("Choose what it rings for.")
    happened = _percent(texts["happened"], faults)
    ways = tuple(way for way in ALARM_WAYS if way in chosen["ways"])
    if not ways:
        faults["ways"] = Message("Choose at least one way in which it rings.")
    elif "mail" in ways and not habits.mail:
        faults["ways"] = Message("A mail needs an address: enter it under “How you are told” first.")
    if unknown := set(chosen["zones"]) - {zone.id for zone in view.watch.zones}:
        faults["zones"] = Message('This watch has no zone "{zone}"; choose again.', zone=min(unknown)[:60])
    if not number and len(habits.rules) >= MOST_RULES:
        faults["name"] = Message("Nobody has more than {most} rules. Remove one that you do not need.", most=MOST_RULES)
    if faults or about is None:
        raise FieldsError(faults)
    stipulations = {stipulation.id for _, stipulation in view.watch.agreement.stipulations()}
    return AlarmRule(
        number=number or max((rule.number for rule in habits.rules), default=0) + 1,
        name=texts["name"],
        about=about,
        kinds=tuple(kind for kind in KINDS if kind in chosen["kinds"]),
        zones=tuple(zone.id for zone in view.watch.zones if zone.id in chosen["zones"]),
        rung=texts["rung"] if texts["rung"] in RUNG_ORDER else "",
        happened=happened,
        clause=texts["clause"] if texts["clause"] in stipulations else "",
        outcomes=tuple(word for word in SAID_OF_CLAUSE if word in chosen["outcomes"]),
        drills=texts["drills"] == "yes",
        ways=ways,
    )


def habits_in(form: FormData, habits: AlarmHabits) -> tuple[dict[str, str], AlarmHabits]:
    """What the form of mail and quiet hours brings. Raises FieldsError."""
    typed = {name: typed_of(form, name).strip() for name in HABITS}
    faults: dict[str, Message] = {}
    if typed["mail"]:
        try:
            check_address(typed["mail"])
        except StoreError as exc:
            faults["mail"] = exc.message
    elif any("mail" in rule.ways for rule in habits.rules):
        faults["mail"] = Message("A rule of yours sends mails; change that rule first, or leave the address here.")
    minutes = {name: _minutes(typed[name], name, faults) for name in ("quiet_from", "quiet_until")}
    begin, end = minutes["quiet_from"], minutes["quiet_until"]
    if (begin is None) != (end is None) and not faults:
        faults["quiet_until"] = Message("Quiet hours need both, from and until; or leave both empty.")
    if begin is not None and begin == end:
        faults["quiet_until"] = Message(
            "These quiet hours last no time at all. Write another hour, or leave both empty."
        )
    if faults:
        raise FieldsError(faults)
    quiet = None if begin is None or end is None else (begin, end)
    return typed, replace(habits, mail=typed["mail"], quiet=quiet, grave_rings=typed["grave_rings"] == "yes")


def typed_habits(habits: AlarmHabits) -> dict[str, str]:
    """Mail and quiet hours as the fields of their form hold them."""
    begin, end = habits.quiet or (None, None)
    return {
        "mail": habits.mail,
        "quiet_from": "" if begin is None else clock_words(begin),
        "quiet_until": "" if end is None else clock_words(end),
        "grave_rings": "yes" if habits.grave_rings else "",
    }


def clock_words(minutes: int) -> str:
    """
    >>> clock_words(22 * 60 + 5)
    '22:05'
    """
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _check_name(name: str, faults: dict[str, Message]) -> None:
    if not name:
        faults["name"] = Message("Give it a name by which you know it; a mail names it too.")
    elif len(name) > MOST_NAME or "\n" in name:
        faults["name"] = Message("A name is one line of at most {most} characters.", most=MOST_NAME)
    elif refusal := refusal_of(name):
        faults["name"] = refusal


def _percent(text: str, faults: dict[str, Message]) -> float | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,3}", text, re.ASCII) or int(text) > 100:
        faults["happened"] = Message("Write a whole number from 0 to 100, or leave it empty.")
        return None
    return int(text) / 100


def _minutes(text: str, name: str, faults: dict[str, Message]) -> int | None:
    if not text:
        return None
    clock = _CLOCK.fullmatch(text)
    if clock is None:
        faults[name] = Message("Write an hour as 22:00, or leave it empty.")
        return None
    return int(clock[1]) * 60 + int(clock[2])
