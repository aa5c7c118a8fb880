"""What speaks for and against one incident, a sentence each: from what moved its log-odds (`weights.py`), the heaviest
first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, log
from typing import Any, Final, Literal

from trucewatch.fusion.books import prior_logit
from trucewatch.fusion.non_detection import silent_devices
from trucewatch.fusion.weights import LEAST_LEARNT
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.incident import Incident
from trucewatch.model.zone import Sensor

LEAST: Final = 0.3
"""Log-odds by which a reason moves an incident at least, or it is not told: evens to 0.57."""
MOST_NAMES: Final = 6

Sign = Literal["for", "against"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason: its sign, its code, by how much it moves the log-odds, its sentence and the particulars of it."""

    sign: Sign
    code: str
    weight: float
    message: Message
    facts: Mapping[str, Any]


def reasons_of(
    incident: Incident,
    weights: Mapping[str, Any] | None,
    sensors: Sequence[Sensor],
    *,
    spoke: Collection[str],
    first_end: datetime | None,
) -> list[Reason]:
    """What speaks for and against an incident: who stands behind its reports, then the heaviest first; nothing where
    nothing was weighed.

    weights: its row of WEIGHT_SCHEMA. sensors: the register. spoke: the devices among its observations; first_end: the
    earliest end of their times, at which the silent are asked about.
    """
    if weights is None:
        return []
    reasons = [_of_one(weights)] if weights["voices"] == 1 else _of_several(weights)
    reasons += [
        _silence(incident, weights, sensors, spoke, first_end),
        _around(weights),
        _place(weights),
        _echo(weights),
        *_hour(weights),
        _simple("pixels", weights["pixels"], _PIXELS, _PIXELS),
        _simple("announced", weights["announced"], _ANNOUNCED, _ANNOUNCED),
        _simple("late_list", weights["late_list"], _LATE_LIST, _LATE_LIST),
    ]
    # Who stands behind the reports is always told; of all else what moves it.
    chosen = [reason for reason in reasons if reason.weight >= LEAST or reason.code in _ALWAYS]
    chosen += _retold(weights)
    return sorted(chosen, key=lambda reason: (reason.code not in _FIRST, -reason.weight, reason.code))


_FIRST: Final = ("one_learnt", "one_not_learnt", "agreement")
_ALWAYS: Final = (*_FIRST, "one_cause")
_PIXELS: Final = Message("the satellite saw several hot pixels side by side in one overpass")
_ANNOUNCED: Final = Message("works or an exercise were announced for this place, time and kind")
_LATE_LIST: Final = Message(
    "a list’s row that nobody bears out mostly tells again, at another place or time, what others told before"
)


def _simple(code: str, weight: float, good: Message, bad: Message, **facts: Any) -> Reason:
    sign: Sign = "for" if weight >= 0 else "against"
    return Reason(sign=sign, code=code, weight=abs(weight), message=good if weight >= 0 else bad, facts=facts)


def _of_one(weights: Mapping[str, Any]) -> Reason:
    reports, answered = weights["learnt_from"], weights["answered"]
    if reports < LEAST_LEARNT:
        message = Message(
            "one independent source reports it and no other bears it out; it is not known yet how often such reports "
            "of its giver are right"
        )
        return Reason(sign="against", code="one_not_learnt", weight=0.0, message=message, facts={})
    answered = min(max(answered, 0.01), 0.99)
    held = round(reports * answered)
    message = Message(
        "one independent source reports it and no other bears it out; of {reports} such reports of its giver about "
        "{held} are held to be right",
        reports=Amount(reports),
        held=Amount(held),
    )
    return Reason(
        sign="for" if answered >= 0.5 else "against",
        code="one_learnt",
        weight=abs(log(answered / (1.0 - answered))),
        message=message,
        facts={"reports": reports, "held": held},
    )


def _of_several(weights: Mapping[str, Any]) -> list[Reason]:
    """That they agree, and whether one cause may have reached them all."""
    voices, sources = weights["voices"], weights["sources"]
    book, events, answered = weights["book"], weights["learnt_from"], weights["answered"]
    held = round(events * answered)
    facts: dict[str, Any] = {"voices": voices, "sources": sources, "agreement": weights["agreement"]}
    numbers = {"voices": Amount(voices), "sources": Amount(sources)}
    if all(word in _TELLING for word in str(weights["agreement"]).split(" / ")):
        message = Message(
            "sources that agree: {voices}, all in words, who may have heard it from each other", **numbers
        )
    elif sources > 1:
        message = Message("sources that agree: {voices}; independent of each other: {sources}", **numbers)
    else:
        message = Message("sources that agree: {voices}", **numbers)
    if events >= LEAST_LEARNT:
        facts |= {"events": events, "held": held}
        message = Message(
            "{agreement}; of {events} such agreements about {held} are held to be right",
            agreement=message,
            events=Amount(events),
            held=Amount(held),
        )
    sign: Sign = "for" if book >= 0 else "against"
    reasons = [Reason(sign=sign, code="agreement", weight=abs(book), message=message, facts=facts)]
    if sources == 1 and str(weights["agreement"]).split(" / ")[0] not in (*_TELLING, "patrol"):
        message = Message("only devices of one means speak of it, and one cause may have reached them all")
        less = max(prior_logit("apart / apart") - book, 0.0)
        reasons.append(Reason(sign="against", code="one_cause", weight=less, message=message, facts={}))
    return reasons


_TELLING: Final = ("public", "party", "event_list")


def _silence(
    incident: Incident,
    weights: Mapping[str, Any],
    sensors: Sequence[Sensor],
    spoke: Collection[str],
    first_end: datetime | None,
) -> Reason:
    """Who was up, in range and silent, by name; without names where the place is not known."""
    weight = -weights["silence"]
    near = []
    if incident.lon is not None and incident.lat is not None and first_end is not None:
        near = silent_devices(
            sensors, spoke, lon=incident.lon, lat=incident.lat, when_s=first_end.timestamp(), kind=incident.kind
        )
    if not near:
        message: Message = Message("devices that were up and in range were silent")
        return Reason(sign="against", code="silent", weight=weight, message=message, facts={})
    names = [sensor.id for sensor, _ in near]
    km = max(ceil(near[min(len(near), MOST_NAMES) - 1][1] / 1000), 1)
    listed = ", ".join(names[:MOST_NAMES])
    message = Plural(
        "{names} was up within {km} km and silent",
        "{names} were up within {km} km and silent",
        min(len(names), MOST_NAMES),
        names=listed,
        km=Amount(km),
    )
    if len(names) > MOST_NAMES:
        more = len(names) - MOST_NAMES
        message = Plural(
            "{nearest}, and {more} device farther off too",
            "{nearest}, and {more} devices farther off too",
            more,
            nearest=message,
            more=Amount(more),
        )
    facts = {"devices": [{"sensor": sensor.id, "away_m": round(away)} for sensor, away in near]}
    return Reason(sign="against", code="silent", weight=weight, message=message, facts=facts)


def _around(weights: Mapping[str, Any]) -> Reason:
    return _simple(
        "around",
        weights["lively"],
        Message("other fire that several independent sources agree about is known near it in the hours about it"),
        Message(
            "little other fire that several independent sources agree about is known near it in the hours about it"
        ),
    )


def _place(weights: Mapping[str, Any]) -> Reason:
    return _simple(
        "place",
        weights["settled"],
        Message(
            "fire that several independent sources agree about is known at this place more than in the country around"
        ),
        Message(
            "fire that several independent sources agree about is known at this place less than in the country around"
        ),
    )


def _echo(weights: Mapping[str, Any]) -> Reason:
    number = weights["echoes"]
    message = Plural(
        "{number} report may be an echo: its device had reported another sound within ten seconds before",
        "{number} reports may be echoes: their devices had reported another sound within ten seconds before",
        number,
        number=Amount(number),
    )
    return _simple("echo", weights["echo"], message, message, reports=number)


def _hour(weights: Mapping[str, Any]) -> list[Reason]:
    """How its giver's other reports of the same hour stand; nothing where there is no other."""
    number = weights["in_hour"]
    if number < 2:
        return []
    good = Message(
        "others bear out the {number} reports of its giver in the same hour as far as they could notice",
        number=Amount(number),
    )
    bad = Message(
        "of {number} reports of its giver in the same hour others bear out fewer than usual", number=Amount(number)
    )
    return [_simple("hour", weights["hour"], good, bad, reports=number)]


def _retold(weights: Mapping[str, Any]) -> list[Reason]:
    number = weights["retold"]
    if not number:
        return []
    message = Plural(
        "{number} more report in words is of a source that is counted already",
        "{number} more reports in words are of sources that are counted already",
        number,
        number=Amount(number),
    )
    return [Reason(sign="against", code="retold", weight=0.0, message=message, facts={"reports": number})]
