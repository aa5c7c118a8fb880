"""What must hold of every date of a stipulation: deadlines, extensions, terms and notices, suspensions, events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, tzinfo

from trucewatch.errors import TimeError
from trucewatch.messages import Message
from trucewatch.model.agreement import Agreement, InForce, Provision, Stipulation
from trucewatch.model.deadlines import (
    EVENT,
    IN_FORCE,
    Deadline,
    Due,
    Event,
    Extension,
    Parallel,
    Range,
    Renewal,
    Suspension,
    Term,
    TermNotice,
    due_of,
    zones_of,
)
from trucewatch.model.meeting_checks import is_meeting_id
from trucewatch.model.meetings import COUNTED_FROM
from trucewatch.model.times import ALWAYS, NEVER, day_of, zone_named
from trucewatch.watch.row_checks import (
    AgreementWords,
    RowFault,
    RowFaults,
    day_faults,
    order_faults,
    source_faults,
    term_faults,
    word_faults,
    zone_faults,
)
from trucewatch.watch.toml_lines import Path
from trucewatch.watch.toml_records import did_you_mean

MOST_LINKS = 20
"""Parts that a term is counted over, each from the next; each is worked out wherever one of them is."""


def check_in_force(force: InForce, words: AgreementWords) -> RowFaults:
    """Bounds that contradict each other, and a term beside an end, without a start or beyond the calendar."""
    for what, remedy in _bad_bounds(force):
        yield RowFault((), what, remedy)
    if not force.term:
        yield from zone_faults(("zone",), force.zone)
        return
    faults = [*term_faults(("term",), force.term), *zone_faults(("zone",), force.zone)]
    yield from faults
    if force.until is not None or force.until_earliest is not None or force.until_latest is not None:
        yield RowFault(("term",), Message("gives a term and an end"), Message("give the one that the text gives"))
    if ALWAYS in (force.maybe_from, force.surely_from):
        remedy = Message("add from, or from_earliest and from_latest")
        yield RowFault(("term",), Message("gives a term and no start to count it from"), remedy)
    elif not faults:
        try:
            force.with_end(_watch_zone(words))
        except TimeError as exc:
            yield RowFault(("term",), exc.message, Message("check the term and the year"))


def _bad_bounds(force: InForce) -> list[tuple[Message, Message]]:
    faults = []
    if force.from_ is not None and (force.from_earliest is not None or force.from_latest is not None):
        faults.append(
            (Message("gives from and from_earliest or from_latest"), Message("give one exact start, or two bounds"))
        )
    if (force.from_earliest is None) != (force.from_latest is None):
        faults.append((Message("gives only one of from_earliest and from_latest"), Message("give both bounds")))
    if force.until is not None and (force.until_earliest is not None or force.until_latest is not None):
        faults.append(
            (Message("gives until and until_earliest or until_latest"), Message("give one exact end, or two bounds"))
        )
    if force.maybe_from > force.surely_from or force.surely_until > force.maybe_until:
        faults.append((Message("gives an earliest bound after its latest"), Message("swap them")))
    if force.maybe_until <= force.maybe_from:
        faults.append((Message("ends before it begins"), Message("check from and until")))
    return faults


def check_deadline(
    deadline: Deadline, stipulation: Stipulation, provision: Provision, agreement: Agreement, words: AgreementWords
) -> RowFaults:
    """Faults of a deadline: what it is counted from, its zone of time, the texts that it was read from."""
    yield from _check_count(deadline, stipulation, words)
    yield from _check_zones(deadline, words)
    yield from day_faults(("day",), deadline.day, _zone_names(deadline, words))
    yield from _check_texts(deadline, provision, agreement, words)


def _check_count(deadline: Deadline, stipulation: Stipulation, words: AgreementWords) -> RowFaults:
    counted = bool(deadline.term or deadline.after)
    if (deadline.day is not None) == counted:
        what = Message("gives a day and a term") if counted else Message("gives neither a day nor a term")
        remedy = Message(
            'write day = 2020-11-15, or term = "P1M" with after = "in_force" or what else it is counted from'
        )
        yield RowFault((), what, remedy)
    if bool(deadline.term) != bool(deadline.after):
        remedy = Message('give both: term = "P1M", after = "in_force", the id of a part, or "event:ID"')
        yield RowFault((), Message("gives only one of term and after"), remedy)
    if deadline.term:
        term = list(term_faults(("term",), deadline.term))
        yield from term or _far_faults(deadline, stipulation, words)
    after = deadline.after
    if after == IN_FORCE:
        if deadline.term and stipulation.in_force.maybe_from == ALWAYS:
            remedy = Message("add from, or from_earliest and from_latest, to in_force")
            yield RowFault(
                ("after",), Message("counts a term from its own start, which in_force does not give"), remedy
            )
    elif after == stipulation.id:
        remedy = Message('write "in_force", the id of another part, or "event:ID"')
        yield RowFault(("after",), Message("counts its term from itself"), remedy)
    elif after.startswith(EVENT):
        yield from word_faults(("after",), after.removeprefix(EVENT), words.events, "event")
    elif after.startswith(COUNTED_FROM):
        if not is_meeting_id(after.removeprefix(COUNTED_FROM)):
            what = Message('counts its term from "{after}", which is no meeting', after=after[:60])
            yield RowFault(("after",), what, Message('write "meeting:M-1", or the id of one in meetings.toml'))
    elif after and after not in words.stipulations:
        near = did_you_mean(after, sorted({IN_FORCE, *words.stipulations, *(EVENT + name for name in words.events)}))
        what = Message('counts its term from "{after}", which is neither a part nor an event', after=after[:60])
        yield RowFault(("after",), what, near)
    elif after and words.stipulations[after].kind == "prohibited":
        what = Message("counts its term from {after}, a prohibition, which is never met", after=after)
        yield RowFault(("after",), what, Message("name what is required or kept up, or an event"))
    elif after and (ring := _ring(stipulation.id, after, words.stipulations)):
        what = Message("counts its term in a ring: {ring}", ring=" → ".join(ring))
        yield RowFault(("after",), what, Message("one of them has to begin with a day, an event or its own start"))
    elif after and _links(after, words.stipulations) > MOST_LINKS:
        what = Message("counts its term over more than {most} others, each from the next", most=MOST_LINKS)
        yield RowFault(("after",), what, Message("begin one of them with a day, an event or its own start"))


def _far_faults(deadline: Deadline, stipulation: Stipulation, words: AgreementWords) -> RowFaults:
    """The fault of a term that leads beyond the calendar, as far as what it is counted from stands in the file."""
    event = words.events.get(deadline.after.removeprefix(EVENT)) if deadline.after.startswith(EVENT) else None
    begun = None
    if event is not None:
        begun = event.day_latest or event.day or (event.at.date() if event.at is not None else None)
    elif deadline.after == IN_FORCE and stipulation.in_force.surely_from > ALWAYS:
        begun = stipulation.in_force.surely_from.date()
    if begun is None:
        return
    try:
        day_of(Term.read(deadline.term).after(begun), zone_named("UTC"))
    except TimeError as exc:
        yield RowFault(("term",), exc.message, Message("check the term and the year"))


def _ring(own: str, after: str, stipulations: Mapping[str, Stipulation]) -> list[str]:
    """The parts from this one back to itself, each counted from the next; none where they do not lead back."""
    ring = [own]
    while after in stipulations and after not in ring:
        ring.append(after)
        deadline = stipulations[after].deadline
        after = deadline.after if deadline is not None and deadline.day is None else ""
    return [*ring, own] if after == own else []


def _links(after: str, stipulations: Mapping[str, Stipulation]) -> int:
    """How many parts a term is counted over, each from the next; no more than one above the most are followed."""
    links = 0
    while after in stipulations and links <= MOST_LINKS:
        links += 1
        deadline = stipulations[after].deadline
        after = deadline.after if deadline is not None and deadline.day is None else ""
    return links


def _check_zones(deadline: Deadline, words: AgreementWords) -> RowFaults:
    if deadline.zone and deadline.zones:
        remedy = Message("write zone where the text names it, and zones where it does not and several may be meant")
        yield RowFault(("zones",), Message("gives zone and zones"), remedy)
    yield from zone_faults(("zone",), deadline.zone)
    for number, name in enumerate(deadline.zones):
        yield from zone_faults(("zones", number), name or '""')
    if not deadline.zone and not deadline.zones:
        what = (
            Message("its deadline has no zone of time; read as {zone}", zone=words.time_zone)
            if words.time_zone
            else Message("its deadline has no zone of time; read as the watch's own")
        )
        remedy = Message('add zone = "Europe/Moscow" to the deadline, or the zone that the text means')
        yield RowFault((), what, remedy, "warning")


def _zone_names(deadline: Deadline, words: AgreementWords) -> tuple[str, ...]:
    return deadline.zones or (deadline.zone or words.time_zone or "UTC",)


def _check_texts(deadline: Deadline, provision: Provision, agreement: Agreement, words: AgreementWords) -> RowFaults:
    yield from word_faults(("text",), deadline.text, words.texts, "text")
    text = words.texts.get(deadline.text)
    own = provision.instrument
    if text is not None and text.instrument not in {own, *_changing(own, agreement)}:
        what = Message(
            "has the text {text} of another instrument, {instrument}", text=text.id, instrument=text.instrument
        )
        remedy = Message("name a text of {instrument}, or enter how the other one changes it", instrument=own)
        yield RowFault(("text",), what, remedy, "warning")
    for number, other in enumerate(deadline.other_texts):
        keys: Path = ("other_texts", number)
        yield from word_faults((*keys, "text"), other.text, words.texts, "text")
        yield from day_faults((*keys, "day"), other.day, _zone_names(deadline, words))
        is_same = other.bound in (None, deadline.bound) and other.day in (None, deadline.day)
        if other.text == deadline.text:
            what = Message("gives {text} as another text of itself", text=other.text)
            yield RowFault(keys, what, Message("name the other text"))
        elif is_same:
            what = Message("gives {text} as another text, with nothing that differs", text=other.text)
            yield RowFault(keys, what, Message("write its own bound or day, or leave it out"), "warning")
        elif {deadline.text, other.text} <= words.authoritative:
            what = Message(
                "two authoritative texts, {text} and {other}, give it differently, so what is due lies between",
                text=deadline.text,
                other=other.text,
            )
            remedy = Message("that is kept; enter a reading where somebody says which of them holds")
            yield RowFault(keys, what, remedy, "warning")


def _changing(instrument: str, agreement: Agreement) -> frozenset[str]:
    """The instruments that change this one, by their own words or as somebody reads them."""
    changes = ("amends", "extends", "replaces")
    return frozenset(
        other.id
        for other in agreement.instrument
        if (other.to == instrument and other.relation in changes)
        or any(read.to == instrument and read.relation in changes for read in other.read_as)
    )


def check_extension(number: int, extension: Extension, stipulation: Stipulation, words: AgreementWords) -> RowFaults:
    """Faults of the extension that stands at this number, from 1, beside those before it. What changes nothing, and
    what was known only afterwards, is kept, with a warning."""
    deadline = stipulation.deadline
    if deadline is None:
        yield RowFault((), Message("extends a deadline that it does not have"), Message("add deadline = {{ … }}"))
        return
    yield from day_faults(("day",), extension.day, _zone_names(deadline, words))
    for by in extension.by:
        yield from word_faults(("by",), by, words.speakers, "speaker")
    yield from source_faults(extension.source, "warning")
    twice = [place for place, other in enumerate(stipulation.extension[: number - 1], 1) if other.day == extension.day]
    due = _due_in_the_end(stipulation, words)
    if deadline.day is not None and extension.day < deadline.day:
        what = Message(
            "is extended to {day}, before its deadline {deadline}; that is kept and changes nothing",
            day=extension.day,
            deadline=deadline.day,
        )
        yield RowFault(("day",), what, Message("check both days"), "warning")
    elif twice:
        what = Message(
            "is extended to {day} twice; both are kept, and the one that was known first counts", day=extension.day
        )
        yield RowFault(("day",), what, Message("leave one out if it is the same act"), "warning")
    elif due is not None and number in due.unchanged:
        what = Message(
            "is extended to {day}, which is no later than it was due by then; that is kept and changes nothing",
            day=extension.day,
        )
        yield RowFault(("day",), what, Message("check the day; a shorter term is no extension"), "warning")
    if due is not None and number in due.afterwards:
        what = Message(
            "is extended to {day} by what was known only at {known_at}, after it was due; told as extended afterwards",
            day=extension.day,
            known_at=extension.known_at,
        )
        yield RowFault(("known_at",), what, Message("check known_at; what was due by then stays as it was"), "warning")


def _due_in_the_end(stipulation: Stipulation, words: AgreementWords) -> Due | None:
    """When it is due with all that is entered; None where that cannot be told from the file alone."""
    deadline = stipulation.deadline
    zone = _watch_zone(words)

    def when(what: str) -> Range | None:
        if what == IN_FORCE:
            return Range(stipulation.in_force.maybe_from, stipulation.in_force.surely_from)
        event = words.events.get(what.removeprefix(EVENT)) if what.startswith(EVENT) else None
        return event.range(zone) if event is not None else None

    try:
        if deadline is None or (deadline.day is None and (not deadline.term or not zones_of(deadline, zone))):
            return None
        return due_of(deadline, stipulation.extension, NEVER, zone, when, authoritative=words.authoritative)
    except (TimeError, OverflowError):
        return None


def _watch_zone(words: AgreementWords) -> tzinfo:
    try:
        return zone_named(words.time_zone or "UTC")
    except TimeError:
        return zone_named("UTC")


def check_renewal(renewal: Renewal, stipulation: Stipulation, words: AgreementWords) -> RowFaults:
    """Faults of a term that renews itself: its terms, who may give notice, its text, its end."""
    yield from term_faults(("term",), renewal.term)
    yield from term_faults(("notice",), renewal.notice)
    yield from word_faults(("text",), renewal.text, words.texts, "text")
    if not renewal.may:
        remedy = Message("write who may give notice by the text, as may = [{parties}]", parties=_listed(words))
        yield RowFault(("may",), Message("names nobody who may give notice"), remedy)
    for who in renewal.may:
        if who not in words.parties:
            what = Message('lets "{who}" give notice, who is no party of the agreement', who=who[:60])
            yield RowFault(("may",), what, did_you_mean(who, sorted(words.parties)))
    if not stipulation.in_force.term and stipulation.in_force.maybe_until == NEVER:
        remedy = Message("give in_force an end (until) or a term")
        yield RowFault((), Message("renews a term that has no end"), remedy)


def _listed(words: AgreementWords) -> str:
    return ", ".join(f'"{party}"' for party in sorted(words.parties))


def check_term_notice(notice: TermNotice, stipulation: Stipulation, words: AgreementWords) -> RowFaults:
    """Faults of a notice. One by nobody, or by somebody who may not give it, is kept, with a warning."""
    yield from source_faults(notice.source)
    if notice.day is not None and notice.given_at is not None:
        yield RowFault(("day",), Message("gives day and given_at"), Message("write the one that is on record"))
    yield from day_faults(("day",), notice.day, (stipulation.in_force.zone or words.time_zone or "UTC",))
    yield from order_faults(notice.known_at, notice.given_at, ("known_at",))
    if stipulation.renewal is None:
        remedy = Message("there is nothing to give notice of; add renewal = {{ … }} where the text has one")
        yield RowFault((), Message("is notice of a term that is not renewed"), remedy)
    elif not notice.by:
        what = Message("is notice by nobody; it is kept, and is no notice")
        yield RowFault(("by",), what, Message("write who gave it, if that is on record"), "warning")
    elif notice.by not in stipulation.renewal.may:
        what = Message(
            'is notice by "{who}", who may not give it by the text; it is kept, and is no notice', who=notice.by[:60]
        )
        may = ", ".join(stipulation.renewal.may)
        yield RowFault(("by",), what, Message("by the text these may: {may}", may=may), "warning")


def check_suspension(suspension: Suspension, words: AgreementWords) -> RowFaults:
    """Faults of a suspension: its moments, and what or who suspends."""
    yield from source_faults(suspension.source)
    if suspension.until is not None and suspension.until <= suspension.from_:
        what = Message(
            "is suspended from {begin} until {end}, so for no time", begin=suspension.from_, end=suspension.until
        )
        yield RowFault(("until",), what, Message("check from and until, with their zones of time"))
    if suspension.instrument:
        yield from word_faults(("instrument",), suspension.instrument, words.instruments, "instrument")
    if suspension.by:
        yield from word_faults(("by",), suspension.by, words.speakers, "speaker")
    if not suspension.instrument and not suspension.by:
        remedy = Message("write instrument = the id of the order, or by = who says so")
        yield RowFault((), Message("is suspended by no instrument and by nobody"), remedy)


def check_parallel(parallel: Parallel, stipulation: Stipulation, words: AgreementWords) -> RowFaults:
    """Faults of what is to go on together with another stipulation."""
    if parallel.clause == stipulation.id:
        remedy = Message("name the other part that the text speaks of")
        yield RowFault(("with",), Message("goes on in parallel with itself"), remedy)
    else:
        yield from word_faults(("clause",), parallel.clause, words.stipulations, "stipulation")
    if not parallel.text:
        remedy = Message("write text = the id of the text that has these words")
        yield RowFault(("text",), Message("goes on in parallel by no text"), remedy)
    else:
        yield from word_faults(("text",), parallel.text, words.texts, "text")


def check_event(event: Event, words: AgreementWords) -> RowFaults:
    """Faults of an event: its moment or days, its zone of time, its source."""
    yield from source_faults(event.source)
    yield from zone_faults(("zone",), event.zone)
    if (event.at is None) == (event.day is None):
        what = Message("gives at and day") if event.at is not None else Message("gives neither at nor day")
        yield RowFault((), what, Message("write at = the moment, or day = the local day of zone"))
    if event.day_latest is not None:
        if event.day is None:
            yield RowFault(
                ("day_latest",), Message("gives day_latest without day"), Message("add day, the first that it may be")
            )
        elif event.day_latest < event.day:
            what = Message("was on {last} at the latest, before {first}", first=event.day, last=event.day_latest)
            yield RowFault(("day_latest",), what, Message("swap them"))
    for key, day in (("day", event.day), ("day_latest", event.day_latest)):
        yield from day_faults((key,), day, (event.zone or words.time_zone or "UTC",))
    if event.at is not None:
        yield from day_faults(("at",), date(event.at.year, event.at.month, event.at.day), ("UTC",))
        yield from order_faults(event.known_at, event.at, ("known_at",))
