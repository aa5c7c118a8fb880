"""What must hold of every provision as it is read and kept: readings, roles, what is stated of how it is kept, how
instruments stand to each other. Each table can be checked for a single row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trucewatch.messages import Message
from trucewatch.model.agreement import Agreement, Instrument, Provision, RelationRead, Stipulation
from trucewatch.model.clause_parts import ClaimOfState, Gap, Number, Part, Reading, Reads, RoleOf, StateByHand
from trucewatch.model.clause_state import STATES
from trucewatch.model.faults import Fault
from trucewatch.model.observation import KINDS
from trucewatch.model.watch import WatchFile
from trucewatch.model.zone import Zone
from trucewatch.watch import deadline_checks as dates
from trucewatch.watch.faults_of_file import FaultList
from trucewatch.watch.row_checks import (
    AgreementWords,
    RowFault,
    RowFaults,
    day_faults,
    origin_faults,
    source_faults,
    word_faults,
    words_faults,
)
from trucewatch.watch.toml_lines import Path, TomlLines

LONGEST_NAME = 100
MOST_EXTENSIONS = 100
"""Of one deadline; each is weighed against all before it."""
_GOES_ON = ("kept_up", "not_kept_up")


def check_provisions(
    agreement: Agreement, settings: WatchFile | None, zones: Sequence[Zone], lines: TomlLines
) -> list[Fault]:
    """Faults of `agreement.toml`: of instruments, events, readings, dates, and what is stated of each stipulation."""
    faults = FaultList("agreement.toml", lines)
    words = AgreementWords.of(agreement, settings, zones)
    faults.unique("event", (event.id for event in agreement.event))
    for at, name in _names_in(agreement):
        faults.of_row(at, _name_faults(name))
    for index, event in enumerate(agreement.event):
        place = Message('event "{event}"', event=event.id[:40])
        faults.of_row(("event", index), dates.check_event(event, words), place)
    for index, instrument in enumerate(agreement.instrument):
        place = Message('instrument "{instrument}"', instrument=instrument.id[:40])
        path: Path = ("instrument", index)
        faults.of_row(path, check_instrument(instrument, words), place)
        for which, read in enumerate(instrument.read_as):
            faults.of_row((*path, "read_as", which), check_relation_read(read, instrument, words), place)
    for number, provision in enumerate(agreement.provision):
        for which, reading in enumerate(provision.reading):
            place = Message("reading of {about} by {who}", about=reading.about[:40], who=reading.by[:40])
            faults.of_row(("provision", number, "reading", which), check_reading(provision, reading, words), place)
        for which, stipulation in enumerate(provision.stipulation):
            place = Message("part {id} of clause {number}", id=stipulation.id, number=provision.number)
            path = ("provision", number, "stipulation", which)
            for keys, of_row in _of_stipulation(provision, stipulation, agreement, words):
                faults.of_row((*path, *keys), of_row, place)
    return faults


def _names_in(agreement: Agreement) -> Iterator[tuple[Path, str]]:
    """By which names pages, records and other rows know what is in it."""
    for index, instrument in enumerate(agreement.instrument):
        yield ("instrument", index, "id"), instrument.id
    for index, event in enumerate(agreement.event):
        yield ("event", index, "id"), event.id
    for number, provision in enumerate(agreement.provision):
        yield ("provision", number, "number"), provision.number
        for which, stipulation in enumerate(provision.stipulation):
            yield ("provision", number, "stipulation", which, "id"), stipulation.id


def _name_faults(name: str) -> RowFaults:
    if name.strip() != name or not name or len(name) > LONGEST_NAME or not name.isprintable():
        what = Message('"{name}" is no name that a row can have', name=name[:40])
        remedy = Message("write at most {most} characters, such as letters, digits and hyphens", most=LONGEST_NAME)
        yield RowFault((), what, remedy)


def _of_stipulation(
    provision: Provision, stipulation: Stipulation, agreement: Agreement, words: AgreementWords
) -> Iterator[tuple[Path, RowFaults]]:
    """The checks of each row of a stipulation, by where it stands."""
    yield ("in_force",), dates.check_in_force(stipulation.in_force, words)
    if stipulation.deadline is not None:
        yield ("deadline",), dates.check_deadline(stipulation.deadline, stipulation, provision, agreement, words)
    if len(stipulation.extension) > MOST_EXTENSIONS:
        yield ("extension", MOST_EXTENSIONS), _too_many_extensions(len(stipulation.extension))
    else:
        for index, extension in enumerate(stipulation.extension):
            yield ("extension", index), dates.check_extension(index + 1, extension, stipulation, words)
    if stipulation.renewal is not None:
        yield ("renewal",), dates.check_renewal(stipulation.renewal, stipulation, words)
    for index, notice in enumerate(stipulation.term_notice):
        yield ("term_notice", index), dates.check_term_notice(notice, stipulation, words)
    for index, suspension in enumerate(stipulation.suspension):
        yield ("suspension", index), dates.check_suspension(suspension, words)
    if stipulation.parallel is not None:
        yield ("parallel",), dates.check_parallel(stipulation.parallel, stipulation, words)
    for index, role in enumerate(stipulation.role):
        yield ("role", index), check_role(role, words)
    for index, part in enumerate(stipulation.part):
        yield ("part", index), check_part(part, stipulation, words)
    for index, claim in enumerate(stipulation.claim):
        yield ("claim", index), check_claim(claim, stipulation, words)
    for index, gap in enumerate(stipulation.gap):
        yield ("gap", index), check_gap(gap, stipulation, words)
    for index, entry in enumerate(stipulation.by_hand):
        yield ("by_hand", index), check_by_hand(entry)


def _too_many_extensions(count: int) -> RowFaults:
    what = Message("is extended {count} times, and at most {most} are read", count=count, most=MOST_EXTENSIONS)
    yield RowFault((), what, Message("leave out those that a later one stands in place of"))


def check_instrument(instrument: Instrument, words: AgreementWords) -> RowFaults:
    """Faults of the day of an instrument, and of how it stands to another by its own words."""
    yield from day_faults(("signed",), instrument.signed, ("UTC",))
    if instrument.relation and not instrument.relation_words.strip():
        read = {(reading.relation, reading.to) for reading in instrument.read_as}
        if (instrument.relation, instrument.to) not in read:
            what = Message('{relation} "{to}", by its own words only', relation=instrument.relation, to=instrument.to)
            remedy = Message(
                "quote them in relation_words, or say where they stand; or enter who reads it so (read_as)"
            )
            yield RowFault(("relation",), what, remedy, "warning")
    if instrument.to and instrument.to == instrument.id:
        yield RowFault(("to",), Message("stands in a relation to itself"), Message("name the earlier instrument"))
    for name in instrument.stipulations:
        yield from word_faults(("stipulations",), name, words.stipulations, "stipulation")
    if instrument.stipulations and not instrument.relation:
        remedy = Message('add relation = "amends" or what its words say, and to')
        yield RowFault(("stipulations",), Message("names parts and not what it does to them"), remedy)


def check_relation_read(read: RelationRead, instrument: Instrument, words: AgreementWords) -> RowFaults:
    """Faults of how somebody reads what an instrument does to another."""
    yield from word_faults(("by",), read.by, words.speakers, "speaker")
    yield from source_faults(read.source)
    yield from words_faults(read.says)
    if read.to == instrument.id:
        what = Message("is read as in a relation to itself")
        yield RowFault(("to",), what, Message("name the earlier instrument"))
    else:
        yield from word_faults(("to",), read.to, words.instruments, "instrument")
    for name in read.stipulations:
        yield from word_faults(("stipulations",), name, words.stipulations, "stipulation")


def check_reading(provision: Provision, reading: Reading, words: AgreementWords) -> RowFaults:
    """Faults of what somebody says that a stipulation means."""
    yield from word_faults(("by",), reading.by, words.speakers, "speaker")
    if not reading.source.strip():
        remedy = Message("say who said it, where and on which day; a reading without one is nobody's")
        yield RowFault(("source",), Message("has no source"), remedy)
    own = {stipulation.id: stipulation for stipulation in provision.stipulation}
    yield from word_faults(("about",), reading.about, own, "stipulation")
    for key, faults in _of_reads(reading.reads, words):
        for fault in faults:
            yield RowFault(("reads", key), fault.what, fault.remedy, fault.severity)
    if words.delegations is not None:
        for delegation in reading.let_by:
            yield from word_faults(("let_by",), delegation, words.delegations, "delegation")
    if reading.about in own:
        yield from _without_field(reading.reads, own[reading.about])


def _of_reads(reads: Reads, words: AgreementWords) -> Iterator[tuple[str, RowFaults]]:
    for kind in reads.permits:
        yield "permits", word_faults((), kind, KINDS, "kind")
    for kind in reads.kinds or ():
        yield "kinds", word_faults((), kind, KINDS, "kind")
    if reads.zone:
        yield "zone", word_faults((), reads.zone, words.zone_ids, "zone")
    for party in reads.obliged or ():
        yield "obliged", word_faults((), party, words.parties, "party")
    if reads.number is not None:
        yield "number", check_number(reads.number)
    yield "day", day_faults((), reads.day, (words.time_zone or "UTC",))


def _without_field(reads: Reads, stipulation: Stipulation) -> RowFaults:
    """What a reading gives otherwise and the stipulation does not have."""
    lacking = {
        "number": reads.number is not None and stipulation.number is None,
        "day": reads.day is not None and stipulation.deadline is None,
        "bound": reads.bound is not None and stipulation.deadline is None,
        "zone": reads.zone is not None and not stipulation.zone,
        "kinds": reads.kinds is not None and not (stipulation.kinds or stipulation.indications),
        "unless": reads.unless is not None and stipulation.kind != "prohibited",
        "permits": bool(reads.permits) and not (stipulation.kinds or stipulation.indications or stipulation.what),
    }
    for key, is_lacking in lacking.items():
        if is_lacking:
            what = Message("reads {key} otherwise, of which {id} has none", key=key, id=stipulation.id)
            remedy = Message("leave {key} out of reads; what it says stands in says", key=key)
            yield RowFault(("reads", key), what, remedy)


def check_number(number: Number) -> RowFaults:
    """Faults of a figure: not exactly one of the three, or one below 0."""
    figures = [value for value in (number.at_least, number.at_most, number.states) if value is not None]
    if len(figures) != 1:
        what = Message("gives {count} of at_least, at_most and states", count=len(figures))
        yield RowFault(
            (), what, Message("write one: states is the text's own figure where it says neither least nor most")
        )
    elif figures[0] < 0:
        yield RowFault((), Message("{value} is below 0", value=figures[0]), Message("write a number from 0"))


def check_role(role: RoleOf, words: AgreementWords) -> RowFaults:
    """Faults of who stands how to a stipulation, and of who says so."""
    if role.who:
        yield from word_faults(("who",), role.who, words.speakers, "speaker")
    elif not any(name.strip() for name in role.names.values()):
        remedy = Message('write who = the id of a party or body, or names = {{ en = "…" }} of who is none')
        yield RowFault(("who",), Message("has a role of nobody"), remedy)
    yield from origin_faults(role.by, words)
    if role.by != "text":
        yield from source_faults(role.source)
        if role.known_at is None:
            what = Message("has a role by a reading without the moment at which it was stated")
            yield RowFault(("known_at",), what, Message("add known_at = 2020-11-10T12:00:00Z"))


def check_part(part: Part, stipulation: Stipulation, words: AgreementWords) -> RowFaults:
    """Faults of a part of what is owed that somebody states was done."""
    if part.by:
        yield from word_faults(("by",), part.by, words.speakers, "speaker")
    yield from source_faults(part.source)
    yield from words_faults(part.says)
    yield from day_faults(("day",), part.day, (words.time_zone or "UTC",))
    if stipulation.kind == "prohibited":
        what = Message("has a part that was done, and prohibits something")
        yield RowFault((), what, Message("enter it with the part of the clause that requires it, or as a claim"))


def check_claim(claim: ClaimOfState, stipulation: Stipulation, words: AgreementWords) -> RowFaults:
    """Faults of what somebody says of how a stipulation stands."""
    yield from word_faults(("by",), claim.by, words.speakers, "speaker")
    yield from source_faults(claim.source)
    yield from words_faults(claim.says)
    yield from day_faults(("since",), claim.since, (words.time_zone or "UTC",))
    if stipulation.kind == "required" and claim.state in _GOES_ON:
        what = Message('is claimed to be "{state}", and is required once', state=claim.state)
        yield RowFault(("state",), what, Message('write "met", "met_in_part" or "not_met"'))


def check_gap(gap: Gap, stipulation: Stipulation, words: AgreementWords) -> RowFaults:
    """Faults of a time in which something did not go on, as somebody states it."""
    yield from word_faults(("by",), gap.by, words.speakers, "speaker")
    yield from source_faults(gap.source)
    yield from words_faults(gap.says)
    for key, day in (("from", gap.from_), ("until", gap.until)):
        yield from day_faults((key,), day, (words.time_zone or "UTC",))
    if gap.until is not None and gap.until < gap.from_:
        what = Message("has a gap that ends on {last}, before it begins on {first}", first=gap.from_, last=gap.until)
        yield RowFault(("until",), what, Message("swap them; until is the last day of the gap"))
    if stipulation.kind != "kept_up":
        what = Message("has a gap, and is nothing that has to go on")
        yield RowFault((), what, Message('enter it with a part of kind = "kept_up", or as a claim'))


def check_by_hand(entry: StateByHand) -> RowFaults:
    """Faults of a state that somebody set by hand."""
    yield from word_faults(("state",), entry.state, STATES, "state")
    if not entry.reason.strip():
        what = Message("has a state by hand without a reason")
        yield RowFault(("reason",), what, Message("write why; what is worked out from the record stands beside it"))
    if not entry.by.strip():
        remedy = Message("write by = who set it")
        yield RowFault(("by",), Message("has a state by hand that nobody set"), remedy)
