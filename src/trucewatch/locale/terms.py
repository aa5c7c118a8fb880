"""The program's own words in each language: kinds, aspects, means, outcomes, spans, units, compass, counts with
plurals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trucewatch.locale import Words, mark, mark_in
from trucewatch.model.deadlines import Term

if TYPE_CHECKING:
    from trucewatch.model.watch import Watch

KIND: Final = {
    "explosion": mark_in("kind", "Explosion"),
    "projectile": mark_in("kind", "Projectile in flight"),
    "muzzle_flash": mark_in("kind", "Muzzle flash"),
    "flare": mark_in("kind", "Illumination flare"),
    "burst": mark_in("kind", "Burst"),
    "shot": mark_in("kind", "Shot"),
    "thermal_anomaly": mark_in("kind", "Heat source"),
    "movement": mark_in("kind", "Movement"),
    "line_crossing": mark_in("kind", "Line crossed"),
    "weapon_present": mark_in("kind", "Weapon present"),
    "overflight": mark_in("kind", "Overflight"),
    "jamming": mark_in("kind", "Positioning or radio disturbed"),
    "access_denied": mark_in("kind", "Access refused"),
    "harm": mark_in("kind", "Harm to people"),
    "handover": mark_in("kind", "Handover"),
    "presence": mark_in("kind", "Presence"),
    "meeting": mark_in("kind", "Meeting"),
    "hostilities": mark_in("kind", "Hostilities, not told apart"),
    "agreement_act": mark_in("kind", "Act under the agreement"),
    "other": mark_in("kind", "Other"),
}

ASPECT: Final = {
    "undetermined": mark_in("aspect", "undetermined"),
    "outgoing": mark_in("aspect", "outgoing"),
    "impact": mark_in("aspect", "impact"),
    "airburst": mark_in("aspect", "airburst"),
    "controlled": mark_in("aspect", "controlled"),
    "exercise": mark_in("aspect", "exercise"),
}

MEANS: Final = {
    "satellite": mark_in("means", "satellite"),
    "seismic": mark_in("means", "seismic"),
    "acoustic": mark_in("means", "acoustic"),
    "uav": mark_in("means", "uncrewed aircraft"),
    "camera": mark_in("means", "camera"),
    "patrol": mark_in("means", "patrol"),
    "public": mark_in("means", "public sources"),
    "party": mark_in("means", "a party's report"),
    "event_list": mark_in("means", "event list"),
}

OUTCOME: Final = {
    "inconsistent": mark_in("outcome", "inconsistent"),
    "undetermined": mark_in("outcome", "undetermined"),
    "consistent": mark_in("outcome", "consistent"),
    "not_applicable": mark_in("outcome", "not applicable"),
    "withheld": mark_in("outcome", "withheld"),
}

HELD: Final = {
    "not_checked": mark_in("held", "reported, not yet checked"),
    "cannot_be_told": mark_in("held", "checked, cannot be told"),
    "at_edge": mark_in("held", "at the edge of zone or hour"),
    "readings_differ": mark_in("held", "readings differ"),
    "not_likely_enough": mark_in("held", "not likely enough"),
    "not_observable": mark_in("held", "not observable"),
    "access_refused": mark_in("held", "access refused"),
    "not_shown": mark_in("held", "not shown"),
    "for_people": mark_in("held", "for the delegations to decide"),
}
"""Why no outcome is said (`model/outcomes.py`): what stands in its place everywhere."""

HELD_BACK: Final = mark_in("held", "no assessment")
"""All of them together, where one word stands for a group and the reasons stand beside it."""

GRAVE: Final = {
    "killed": mark_in("grave", "people reported killed"),
    "hospital": mark_in("grave", "a hospital reported hit"),
    "school": mark_in("grave", "a school reported hit"),
    "place_of_worship": mark_in("grave", "a place of worship reported hit"),
}
"""What makes an event grave, as far as anybody says so."""

SPAN: Final = {
    "day": mark_in("span", "for the day"),
    "cumulative": mark_in("span", "in all so far"),
    "level": mark_in("span", "at that time"),
}

COUNTER: Final = {
    "returnees": mark_in("counter", "People who returned"),
    "hectares_cleared": mark_in("counter", "Land cleared of mines"),
    "roads_cleared_km": mark_in("counter", "Roads cleared of mines"),
    "buildings_checked": mark_in("counter", "Buildings checked for explosives"),
    "explosives_found": mark_in("counter", "Explosive objects found"),
    "explosives_destroyed": mark_in("counter", "Explosive objects destroyed"),
    "observation_posts": mark_in("counter", "Observation posts on watch"),
    "posts": mark_in("counter", "Posts on watch"),
    "personnel": mark_in("counter", "Peacekeepers on site"),
    "patrols": mark_in("counter", "Patrols"),
    "convoys": mark_in("counter", "Convoys escorted"),
    "vehicles": mark_in("counter", "Vehicles passed"),
    "aid_tonnes": mark_in("counter", "Humanitarian goods delivered"),
    "patients": mark_in("counter", "People given medical help"),
    "prisoners_returned": mark_in("counter", "Prisoners and detained persons returned"),
    "remains_returned": mark_in("counter", "Remains of the dead handed over"),
    "incidents_reported": mark_in("counter", "Incidents reported by the body itself"),
}

UNIT: Final = {
    "ha": mark_in("unit", "ha"),
    "km": mark_in("unit", "km"),
    "t": mark_in("unit", "t"),
    "people": mark_in("unit", "people"),
    "persons": mark_in("unit", "people"),
    "objects": mark_in("unit", "objects"),
    "items": mark_in("unit", "objects"),
    "posts": mark_in("unit", "posts"),
    "buildings": mark_in("unit", "buildings"),
    "vehicles": mark_in("unit", "vehicles"),
    "patrols": mark_in("unit", "patrols"),
    "convoys": mark_in("unit", "convoys"),
}

PERSON_STATUS: Final = {
    "military": mark_in("person status", "military"),
    "civilian": mark_in("person status", "civilian"),
}
"""Whom a number of people is of, where its giver states it."""

PERCEIVED: Final = {
    "saw": mark_in("perceived", "seen"),
    "heard": mark_in("perceived", "heard"),
    "recorded": mark_in("perceived", "recorded"),
    "told": mark_in("perceived", "told by others"),
}

COMPASS: Final = {
    "N": mark_in("compass", "N"),
    "NNE": mark_in("compass", "NNE"),
    "NE": mark_in("compass", "NE"),
    "ENE": mark_in("compass", "ENE"),
    "E": mark_in("compass", "E"),
    "ESE": mark_in("compass", "ESE"),
    "SE": mark_in("compass", "SE"),
    "SSE": mark_in("compass", "SSE"),
    "S": mark_in("compass", "S"),
    "SSW": mark_in("compass", "SSW"),
    "SW": mark_in("compass", "SW"),
    "WSW": mark_in("compass", "WSW"),
    "W": mark_in("compass", "W"),
    "WNW": mark_in("compass", "WNW"),
    "NW": mark_in("compass", "NW"),
    "NNW": mark_in("compass", "NNW"),
}

STATE: Final = {
    "met": mark_in("state", "met"),
    "late": mark_in("state", "met late"),
    "not_yet_due": mark_in("state", "not yet due"),
    "due_soon": mark_in("state", "due soon"),
    "not_shown": mark_in("state", "not shown"),
    "not_observable": mark_in("state", "not observable"),
    "reading_disputed": mark_in("state", "readings differ"),
    "disputed": mark_in("state", "disputed"),
    "kept_up": mark_in("state", "kept up"),
    "lapsed": mark_in("state", "lapsed"),
    "no_longer_in_force": mark_in("state", "no longer in force"),
    "unclear": mark_in("state", "cannot be told"),
    "claimed": mark_in("state", "reported, not yet checked"),
    "short": mark_in("state", "fell short"),
    "not_in_force": mark_in("state", "not in force"),
    "in_force": mark_in("state", "in force"),
    "not_put": mark_in("state", "not put to the delegations"),
    "decided": mark_in("state", "decided by the delegations"),
    "open": mark_in("state", "delegations differ or are not complete"),
    "not_yet_in_force": mark_in("state", "not yet in force"),
    "suspended": mark_in("state", "suspended"),
    "met_late": mark_in("state", "met late"),
    "met_in_part": mark_in("state", "met in part"),
    "not_met": mark_in("state", "not met"),
    "extended": mark_in("state", "extended"),
    "no_deadline": mark_in("state", "in force, no deadline"),
    "not_kept_up": mark_in("state", "not kept up"),
}
"""How a part of a clause stands (`model/clause_state.py`), and what a party says of it; then the words of findings."""

BOUND: Final = {
    "by": mark_in("bound", "by"),
    "before": mark_in("bound", "before"),
    "until": mark_in("bound", "until"),
}
"""How a text binds something to a day."""

FORM: Final = {"oral": mark_in("form", "oral"), "written": mark_in("form", "in writing")}

COUNTING: Final = {
    "exclusive": mark_in("counting", "that day itself is not counted"),
    "inclusive": mark_in("counting", "that day itself is counted"),
}

RELATION: Final = {
    "supplements": mark_in("relation", "supplements"),
    "amends": mark_in("relation", "amends"),
    "replaces": mark_in("relation", "replaces"),
    "extends": mark_in("relation", "extends"),
    "ends": mark_in("relation", "ends"),
}
"""What one instrument does to another."""

INSTRUMENT_KIND: Final = {
    "agreement": mark_in("instrument", "agreement"),
    "order": mark_in("instrument", "order"),
    "resolution": mark_in("instrument", "resolution"),
    "decision": mark_in("instrument", "decision"),
}

CLAUSE_ROLE: Final = {
    "bearer": mark_in("role", "bears the duty"),
    "beneficiary": mark_in("role", "benefits from it"),
    "guarantor": mark_in("role", "guarantees it"),
}

QUALIFIED: Final = {
    "more_than": mark("more than {number}"),
    "about": mark("about {number}"),
    "at_most": mark("at most {number}"),
}

STATE_OF_REASON: Final = {
    "before_in_force": "not_in_force",
    "after_in_force": "not_in_force",
    "not_due": "not_yet_due",
    "not_begun": "not_yet_due",
    "suspended": "not_in_force",
    "due_soon": "due_soon",
    "met_before": "met",
    "happened_in_time": "met",
    "happened": "met",
    "happened_late": "late",
    "happened_around_due": "unclear",
    "happened_place_unsure": "unclear",
    "happened_claimed_alone": "claimed",
    "no_record": "not_shown",
    "no_record_no_deadline": "not_shown",
    "number_reached": "met",
    "number_short": "short",
    "number_claimed_alone": "claimed",
    "number_unclear": "unclear",
    "number_not_shown": "not_shown",
    "cannot_be_seen": "not_observable",
    "reading_disputed": "reading_disputed",
    "delegations_differ": "disputed",
    "delegations_dissent": "disputed",
    "agreed_by_delegations": "decided",
    "reported_by_few": "claimed",
    "claimed_alone": "claimed",
    "kind_claimed_alone": "claimed",
    "kept_up": "kept_up",
    "kept_up_ended": "no_longer_in_force",
    "lapsed": "lapsed",
    "kept_up_not_shown": "not_shown",
    "kept_up_claimed_alone": "claimed",
    "kept_up_contested": "claimed",
    "not_put": "not_put",
    "judged": "decided",
    "judged_differently": "open",
    "judged_in_part": "open",
}


def kind_word(kind: str, words: Words) -> str:
    """`Explosion`; a kind that we have no word for stays as it is."""
    return words.pgettext("kind", KIND[kind]) if kind in KIND else kind


def aspect_word(aspect: str, words: Words) -> str:
    return words.pgettext("aspect", ASPECT[aspect]) if aspect in ASPECT else aspect


def means_word(means: str, words: Words) -> str:
    return words.pgettext("means", MEANS[means]) if means in MEANS else means


def held_word(held: str, words: Words, *, who: str = "") -> str:
    """What stands where no outcome is said: `reported by A, not yet checked`. who: whose report it is, as "
    "it is shown."""
    if held == "not_checked" and who:
        return words.gettext("reported by {who}, not yet checked").format(who=who)
    return words.pgettext("held", HELD[held]) if held in HELD else held


def held_back_word(words: Words) -> str:
    """What stands for all that the gate holds back, where the reasons stand beside it."""
    return words.pgettext("held", HELD_BACK)


def grave_word(grave: str, words: Words) -> str:
    return words.pgettext("grave", GRAVE[grave]) if grave in GRAVE else grave


def outcome_word(outcome: str, words: Words) -> str:
    return words.pgettext("outcome", OUTCOME[outcome]) if outcome in OUTCOME else outcome


def span_word(span: str, words: Words) -> str:
    return words.pgettext("span", SPAN[span]) if span in SPAN else span


def counter_word(name: str, words: Words, watch: Watch) -> str:
    """`People who returned`: as the watch calls it, else as we do, else its name."""
    for counter in watch.settings.counter:
        if counter.id == name:
            return words.name(counter.names, otherwise=name)
    return words.pgettext("counter", COUNTER[name]) if name in COUNTER else name.replace("_", " ")


def unit_word(unit: str, words: Words) -> str:
    return words.pgettext("unit", UNIT[unit]) if unit in UNIT else unit


def person_status_word(status: str, words: Words) -> str:
    """`civilian`; empty where it is not stated."""
    return words.pgettext("person status", PERSON_STATUS[status]) if status in PERSON_STATUS else ""


def perceived_word(perceived: str, words: Words) -> str:
    """How a giver knows, `seen`; empty where it is not stated."""
    return words.pgettext("perceived", PERCEIVED[perceived]) if perceived in PERCEIVED else ""


def compass_word(point: str, words: Words) -> str:
    return words.pgettext("compass", COMPASS[point])


def state_word(reason: str, words: Words) -> str:
    """Where an obligation stands, by the reason of its finding."""
    return state_named(STATE_OF_REASON.get(reason, "unclear"), words)


def term_words(term: str, words: Words) -> str:
    """A term in calendar months and days: `six months`, `5 years`.

    >>> from trucewatch.locale import words
    >>> term_words("P1Y6M", words("en")), term_words("P5Y", words("en")), term_words("P10D", words("en"))
    ('18 months', '5 years', '10 days')
    """
    length = Term.read(term)
    parts = []
    years, months = divmod(length.months, 12)
    if months or not years:
        years, months = 0, length.months
    if years:
        parts.append(words.ngettext("{number} year", "{number} years", years).format(number=words.number(years)))
    if months:
        parts.append(words.ngettext("{number} month", "{number} months", months).format(number=words.number(months)))
    if length.days:
        days = length.days
        parts.append(words.ngettext("{number} day", "{number} days", days).format(number=words.number(days)))
    return words.listed(parts)


def state_named(state: str, words: Words) -> str:
    """The words of a state: `not shown`."""
    return words.pgettext("state", STATE[state])


def qualified(value: str, qualifier: str, words: Words) -> str:
    """A reported number with its reporter's own qualifier: `more than 26,000`."""
    return words.gettext(QUALIFIED[qualifier]).format(number=value) if qualifier in QUALIFIED else value


def counted_kind(kind: str, low: int | None, best: int | None, high: int | None, words: Words) -> str:
    """What happened and how often: `Explosions, 3 to 5`, `Shot`, `Bursts, 2`, `Bursts, at least 21`.

    >>> from trucewatch.locale import words
    >>> counted_kind("explosion", 3, 4, 5, words("en"))
    'Explosions, 3 to 5'
    """
    least, most = low if low is not None else best, high if high is not None else best
    if least is None and most is None:
        return kind_word(kind, words)
    if least is None or most is None:
        stated = least if least is not None else most or 0
        return words.gettext("{kind}, {number}").format(
            kind=_plural_kind(kind, stated, words), number=figure_words(low, None, high, words)
        )
    name = _plural_kind(kind, most, words)
    if least == most:
        if most == 1 and kind in KIND:
            return name
        return words.gettext("{kind}, {number}").format(kind=name, number=words.number(most))
    return words.gettext("{kind}, {low} to {high}").format(kind=name, low=words.number(least), high=words.number(most))


def kind_of_number(kind: str, number: int, words: Words) -> str:
    """The kind as it is called of so many, without the number: `Explosions`."""
    return _plural_kind(kind, number, words)


def figure_words(low: int | None, best: int | None, high: int | None, words: Words) -> str:
    """A number as it was stated: `3`, `3 (2 to 5)`, `2 to 5`, `at least 2`; empty if none was.

    >>> from trucewatch.locale import words
    >>> figure_words(2, 3, None, words("en"))
    '3 (at least 2)'
    """
    if best is not None:
        low, high = (None if low == high == best else limit for limit in (low, high))
    if low is not None and low == high:
        limits = words.number(low)
    elif low is not None and high is not None:
        limits = words.gettext("{low} to {high}").format(low=words.number(low), high=words.number(high))
    elif low is not None:
        limits = words.gettext("at least {number}").format(number=words.number(low))
    elif high is not None:
        limits = words.gettext("at most {number}").format(number=words.number(high))
    else:
        return "" if best is None else words.number(best)
    if best is None:
        return limits
    return words.gettext("{number} ({limits})").format(number=words.number(best), limits=limits)


def _plural_kind(kind: str, number: int, words: Words) -> str:
    match kind:
        case "explosion":
            return words.npgettext("counted kind", "Explosion", "Explosions", number)
        case "projectile":
            return words.npgettext("counted kind", "Projectile in flight", "Projectiles in flight", number)
        case "muzzle_flash":
            return words.npgettext("counted kind", "Muzzle flash", "Muzzle flashes", number)
        case "flare":
            return words.npgettext("counted kind", "Illumination flare", "Illumination flares", number)
        case "burst":
            return words.npgettext("counted kind", "Burst", "Bursts", number)
        case "shot":
            return words.npgettext("counted kind", "Shot", "Shots", number)
        case "thermal_anomaly":
            return words.npgettext("counted kind", "Heat source", "Heat sources", number)
        case "movement":
            return words.npgettext("counted kind", "Movement", "Movements", number)
        case "line_crossing":
            return words.npgettext("counted kind", "Line crossing", "Line crossings", number)
        case "weapon_present":
            return words.npgettext("counted kind", "Weapon present", "Weapons present", number)
        case "overflight":
            return words.npgettext("counted kind", "Overflight", "Overflights", number)
        case _:
            return kind_word(kind, words)
