"""Words for people about official statements: their kinds, their times, who and what they speak of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Final

from trucewatch.locale.reasons import instrument_name, party_name, zone_name
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.annotations import Annotation, Bound, Kind, Passage
from trucewatch.model.statements import Kind as StatementKind
from trucewatch.model.statements import Statement
from trucewatch.pipeline.annotation_checks import names_of_agreement, speakers_of
from trucewatch.server.view import View
from trucewatch.store.undertaking_records import zone_of_words

STATEMENT_KINDS: Final[Mapping[StatementKind, Message]] = {
    "press_conference": Message("Press conference"),
    "briefing": Message("Briefing"),
    "interview": Message("Interview"),
    "speech": Message("Speech"),
    "joint_statement": Message("Joint statement"),
    "statement": Message("Statement"),
    "comment": Message("Comment"),
    "letter": Message("Letter"),
    "article": Message("Article"),
    "other": Message("Other statement"),
}
WHY: Final[Mapping[Kind, Message]] = {
    "provision": Message("the words speak of this clause"),
    "reading": Message("the words say what a clause means to who speaks"),
    "commitment": Message("the words say that somebody will do something"),
    "claim": Message("the words say that something is or was so"),
    "denial": Message("the words say that something is or was not so"),
    "reaffirmation": Message("the words stand by an instrument"),
    "questioning": Message("the words put an instrument in question"),
    "body": Message("the words name a body"),
    "initiative": Message("the words speak of an initiative"),
    "proposal": Message("the words propose something"),
}
"""What a rule of each kind looks for, in plain words."""
BOUNDS: Final[Mapping[Bound, Message]] = {
    "": Message("no day is named"),
    "by": Message("by that day, the day included"),
    "before": Message("before that day begins"),
    "on": Message("on that day"),
    "within": Message("within the time that ends that day"),
}
_BY_DAY: Final[Mapping[str, Message]] = {
    "by": Message("by {day}, the day included"),
    "before": Message("before {day} begins"),
    "on": Message("on {day}"),
    "within": Message("within the time that ends {day}"),
}
_DECIDED: Final[Mapping[str, Message]] = {
    "accepted": Message("accepted"),
    "changed": Message("accepted as changed"),
    "rejected": Message("rejected"),
    "added": Message("added by hand"),
}


def who_name(view: View, who: str) -> str:
    """The name of a party, body or delegation; of anybody else the words as they were written."""
    return party_name(who, view.watch, view.words) if who else view.words.gettext("nobody said whose it is")


def who_names(view: View, several: Collection[str]) -> str:
    return view.words.listed([printable(who_name(view, who)) for who in several])


def voices(view: View) -> list[tuple[str, str]]:
    """Whose a statement can be: parties, bodies and delegations by their names, in the order of these."""
    pairs = [(who, printable(who_name(view, who))) for who in speakers_of(view.watch)]
    return sorted(pairs, key=lambda pair: (pair[1].casefold(), pair[0]))


def clause_choices(view: View) -> list[tuple[str, str]]:
    """Every part of a clause with what it says."""
    return [
        (part.id, f"{part.id} {printable(view.words.name(part.summary))}")
        for _, part in view.watch.agreement.stipulations()
    ]


def about_choices(view: View) -> list[tuple[str, str]]:
    """Whatever may be spoken about: parts of clauses, whole provisions, instruments, bodies."""
    parts = clause_choices(view)
    named = {name for name, _ in parts}
    whole = [
        (provision.number, view.words.gettext("clause {number} as a whole").format(number=provision.number))
        for provision in view.watch.agreement.provision
        if provision.number not in named
    ]
    others = sorted(names_of_agreement(view.watch) - named - {number for number, _ in whole})
    return [*parts, *whole, *((name, printable(instrument_name(name, view.watch, view.words))) for name in others)]


def about_links(view: View, about: Collection[str]) -> list[tuple[str, str]]:
    """Of each thing spoken about its name, and its page if it is a clause."""
    agreement = view.watch.agreement
    part_of = {part.id: provision.number for provision, part in agreement.stipulations()}
    numbers = {provision.number for provision in agreement.provision}
    links = []
    for name in about:
        if name in part_of or name in numbers:
            label = view.words.gettext("clause {number}").format(number=printable(name))
            place = f"{part_of[name]}#{name}" if name in part_of else name
            links.append((label, f"/agreement/{place}"))
        else:
            links.append((printable(instrument_name(name, view.watch, view.words)), ""))
    return links


def by_day_words(passage: Passage) -> Message | None:
    """By when, as the words name it; None where they name no day."""
    if passage.by_day is None:
        return None
    form = _BY_DAY.get(passage.by_bound, Message("{day}"))
    return Message(form.template, day=passage.by_day)


def value_words(view: View, passage: Passage) -> list[str]:
    """The dates, numbers and places in the words, as they are understood, where that is not what stands there."""
    values = []
    for value in passage.values:
        if value.kind == "place":
            meant = place_name(view, value.value)
        elif value.kind == "date" and len(value.value) == len("2031-05-02"):
            meant = view.words.short_day(date.fromisoformat(value.value))
        else:
            meant = printable(f"{value.value} {value.unit}")
        if meant.casefold() != value.text.casefold():
            values.append(f"{printable(value.text)} = {meant}")
    return values


def place_name(view: View, place: str) -> str:
    """The name of a place by the id that all its spellings share."""
    watch = view.watch
    rows = watch.naming.place if watch.naming is not None else ()
    row = next((row for row in rows if row.id == place), None)
    ids = {place, *row.ids} if row else {place}
    if zone := next((zone for zone in watch.zones if zone.id in ids), None):
        return printable(zone_name(zone.id, watch, view.words))
    town = next((town for town in watch.basemap.towns if town.id in ids), None)
    if town is not None:
        return printable(view.words.name(town.names, otherwise=place))
    return printable(row.name[0].text if row and row.name else place)


def decided_words(annotation: Annotation) -> Message:
    """How it was decided, with its number: `A-12: accepted`."""
    return _DECIDED[annotation.decision]


def own_moment(view: View, text: Statement) -> str:
    """When it was said, in the zone of the statement itself; the day alone where it names no time; "" for neither."""
    if text.day is None:
        return ""
    moment = text.spoken_at
    if moment is None:
        day = view.words.short_day(text.day)
        return f"{day}, {text.clock.isoformat('minutes')}" if text.clock else day
    return view.words.moment(moment, zone_of_words(text.zone or text.zone_assumed or "", view.watch.zone))


def clock_of(view: View) -> datetime:
    """The watch's clock to the second: what was known later is not on its pages."""
    return view.clock.replace(microsecond=0)
