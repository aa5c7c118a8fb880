"""Which text, rule or reading gave a state and its dates, in lines that words are found for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from trucewatch.locale import mark
from trucewatch.model.agreement import Agreement, Instrument, Stipulation
from trucewatch.model.clause_parts import StateByHand
from trucewatch.model.clause_state import RuleLine
from trucewatch.model.deadlines import EVENT, Deadline, Due, Ending, Range
from trucewatch.model.ids import PERSON_REFERENCE
from trucewatch.model.times import ALWAYS, NEVER, iso_utc, zone_named

RULE_SENTENCES: Final[Mapping[str, tuple[str, ...]]] = {
    "day": (mark("Text {text}: {bound} {day} ({time_zone})."),),
    "day_of_watch": (mark("Text {text}: {bound} {day}; it names no zone of time, that of the watch is read."),),
    "zones": (
        mark("Text {text}: {bound} {day}; it names no zone of time: read as {zones}, so the moment is a range."),
    ),
    "term": (
        mark("Text {text}: {term} from {after}, that is {from}; {counting}."),
        mark("Text {text}: {term} from {after}, which lies between {from_earliest} and {from_latest}; {counting}."),
        mark("Text {text}: {term} from {after}, which is not on record."),
    ),
    "event": (mark("When that was: {source}."),),
    "approximate": (mark("The text gives a term; the day is computed."),),
    "other_text": (
        mark("Text {text} gives another moment: {due}."),
        mark("Text {text} gives another moment: between {due_from} and {due}."),
    ),
    "extension": (
        mark("Extension {number} of text {text} ({form}): {day}, agreed by {by}. Source: {source}"),
        mark("Extension {number} of text {text} ({form}): {day}. Source: {source}"),
    ),
    "extended_afterwards": (
        mark("Extended afterwards: extension {number} ({form}) to {day} was known only when it had been due."),
    ),
    "extension_unchanged": (
        mark("Extension {number} names {day}, no later than it was due by then; it changes nothing and is kept."),
    ),
    "extension_of_one_side": (
        mark("Extension {number} ({form}) to {day} is named by {by} alone; so far that changes nothing. {source}"),
    ),
    "range_of_due": (mark("So it is due between {due_from} and {due}; no text says more exactly."),),
    "end": (mark("It binds until {until}."),),
    "end_range": (mark("No text states when its term begins; it ends between {until_earliest} and {until_latest}."),),
    "renewal": (
        mark("Text {text}: renewed by {term} unless one of these gives notice {notice_term} before: {may}."),
        mark("Text {text}: renewed by {term} unless notice is given {notice_term} before."),
    ),
    "last_notice": (
        mark("The last moment for notice: {until}."),
        mark("The last moment for notice lies between {until_earliest} and {until_latest}."),
    ),
    "renewed": (mark("How often it was renewed so far, as no notice in time is on record: {number}."),),
    "notice_in_time": (mark("Notice by {by} on {day}: in time. Source: {source}"),),
    "notice_late": (mark("Notice by {by} on {day}: late for the term that ran. Source: {source}"),),
    "notice_perhaps_late": (
        mark(
            "Notice by {by} on {day}: whether in time cannot be told, as no text states when the term began. {source}"
        ),
    ),
    "notice_not_entitled": (
        mark("A letter by {by} on {day} is no notice: the text lets {may} give it. It is kept. Source: {source}"),
    ),
    "notice_by_nobody": (mark("A paper of {day} that nobody signs is no notice. It is kept. Source: {source}"),),
    "obliged_by_reading": (mark("The clause names nobody; that it obliges {obliged} is a reading of {by}."),),
    "obliges_nobody": (mark("The clause names nobody, and nobody is on record as reading a name into it."),),
    "parallel": (
        mark("Text {text}: in parallel with clause {clause}, which stands as: {state}. It has no day of its own."),
        mark("Text {text}: in parallel with clause {clause}; it has no day of its own."),
    ),
    "parallel_with_day": (
        mark("Text {text}: in parallel with clause {clause}, which stands as: {state}."),
        mark("Text {text}: in parallel with clause {clause}."),
    ),
    "suspended": (
        mark("Suspended from {from} until {until}, by {instrument}. Source: {source}"),
        mark("Suspended from {from} on, by {instrument}. Source: {source}"),
    ),
    "suspended_as_said": (
        mark("{by} alone says that it does not bind from {from} until {until}; so far that suspends nothing. {source}"),
        mark("{by} alone says that it does not bind from {from} on; so far that suspends nothing. {source}"),
    ),
    "relation": (
        mark("{instrument} {relation} it by its own words: “{words}”"),
        mark("{instrument} {relation} it, as entered; its own words on that are not on file."),
    ),
    "relation_of_one_side": (
        mark("{instrument} is an act of {by} alone; what it says it ends or replaces, it does not end by that."),
    ),
    "prohibition": (mark("A prohibition: it has no day, and its findings stand beside it."),),
    "for_people": (mark("The delegations decide; no record settles it by itself."),),
    "by_hand": (
        mark("Set by hand by {by}: {reason} The record alone gives: {state}."),
        mark("Set by hand: {reason} The record alone gives: {state}."),
    ),
}
"""Code → its sentences, from the fullest to the shortest: the first whose facts are all there is told."""
PARALLEL: Final = ("parallel", "parallel_with_day")
"""Those that say with which other part something is to go on."""


def rule_lines(
    stipulation: Stipulation,
    on_record: Stipulation,
    agreement: Agreement,
    due: Due | None,
    ending: Ending,
    *,
    state: str,
    reason: str,
    now: datetime,
    relations: Sequence[Instrument],
    by_hand: StateByHand | None,
    worked_out: str,
) -> tuple[RuleLine, ...]:
    """Every text, rule and reading that the state or a date of it comes from."""
    lines: list[RuleLine] = []
    if by_hand is not None:
        # Who it was by name stands in the ledger's entry, as long as it is not erased.
        named = {} if PERSON_REFERENCE.fullmatch(by_hand.by) else {"by": by_hand.by}
        lines.append(RuleLine(code="by_hand", facts={**named, "reason": by_hand.reason, "state": worked_out}))
    lines += _deadline_lines(stipulation, due)
    lines += _event_lines(stipulation, due, agreement)
    lines += _extensions_of_one_side(on_record, agreement)
    if stipulation.parallel is not None:
        beside = {"text": stipulation.parallel.text, "clause": stipulation.parallel.clause}
        lines.append(RuleLine(code="parallel_with_day" if stipulation.deadline else "parallel", facts=beside))
    lines += _ending_lines(stipulation, ending)
    for pause in on_record.suspension:
        if pause.holds(now):
            until = {"until": iso_utc(pause.until)} if pause.until else {}
            of_pause: dict[str, Any] = {"from": iso_utc(pause.from_), "source": pause.source, **until}
            if agreement.suspends(pause):
                lines.append(RuleLine(code="suspended", facts={**of_pause, "instrument": pause.instrument}))
            else:
                of = next((each for each in agreement.instrument if each.id == pause.instrument), None)
                speakers = [pause.by] if pause.by else list(of.by) if of is not None else []
                lines.append(RuleLine(code="suspended_as_said", facts={**of_pause, "by": speakers}))
    for instrument in relations:
        if instrument.relation == "supplements" and not instrument.stipulations:
            continue  # of the whole: told once, beside the instruments
        facts = {"instrument": instrument.id, "relation": instrument.relation}
        lines.append(
            RuleLine(
                code="relation",
                facts=facts | ({"words": instrument.relation_words} if instrument.relation_words else {}),
            )
        )
        if instrument.relation in ("ends", "replaces") and agreement.is_of_one_side(instrument):
            of_it: dict[str, Any] = {"instrument": instrument.id, "by": list(instrument.by)}
            lines.append(RuleLine(code="relation_of_one_side", facts=of_it))
    source, _, who = stipulation.obliged_by.partition(":")
    if source == "reading":
        lines.append(RuleLine(code="obliged_by_reading", facts={"obliged": list(stipulation.obliged), "by": who}))
    elif not stipulation.obliged:
        lines.append(RuleLine(code="obliges_nobody"))
    if stipulation.kind == "prohibited":
        lines.append(RuleLine(code="prohibition"))
    elif stipulation.kind == "judged" and reason in ("not_put", "judged_in_part"):
        lines.append(RuleLine(code="for_people"))
    return tuple(lines)


def _deadline_lines(stipulation: Stipulation, due: Due | None) -> list[RuleLine]:
    deadline = stipulation.deadline
    if deadline is None:
        return []
    facts: dict[str, Any] = {"text": deadline.text, "bound": deadline.bound}
    lines: list[RuleLine] = []
    if deadline.day is None:
        facts |= {"term": deadline.term, "after": deadline.after, "counting": deadline.counting}
        if due is not None and due.from_ is not None:
            facts |= _begun(due.from_, deadline)
        lines.append(RuleLine(code="term", facts=facts))
    else:
        facts["day"] = deadline.day.isoformat()
        if deadline.zones:
            lines.append(RuleLine(code="zones", facts=facts | {"zones": list(deadline.zones)}))
        elif deadline.zone:
            lines.append(RuleLine(code="day", facts=facts | {"time_zone": deadline.zone}))
        else:
            lines.append(RuleLine(code="day_of_watch", facts=facts))
        if deadline.approximate:
            lines.append(RuleLine(code="approximate"))
    if due is None:
        return lines
    for text, span in due.by_text:
        lines.append(RuleLine(code="other_text", facts={"text": text} | _due_facts(span.earliest, span.latest)))
    codes = {due.extension: "extension"}
    codes |= dict.fromkeys(due.afterwards, "extended_afterwards") | dict.fromkeys(due.unchanged, "extension_unchanged")
    for number, extension in enumerate(stipulation.extension, 1):
        if number in codes:
            of_it = {
                "number": str(number),
                "text": deadline.text,
                "form": extension.form,
                "day": extension.day.isoformat(),
                "source": extension.source,
            }
            by = {"by": list(extension.by)} if extension.by else {}
            lines.append(RuleLine(code=codes[number], facts=of_it | by))
    if not due.range.is_exact:
        lines.append(RuleLine(code="range_of_due", facts=_due_facts(due.range.earliest, due.range.latest)))
    return lines


def _event_lines(stipulation: Stipulation, due: Due | None, agreement: Agreement) -> list[RuleLine]:
    """Whose word it is when something was that a term is counted from: no day of it is this watch's own."""
    after = stipulation.deadline.after if stipulation.deadline is not None else ""
    if due is None or not after.startswith(EVENT):
        return []
    sources = [event.source.rstrip(". ") for event in agreement.event if event.id == after.removeprefix(EVENT)]
    return [RuleLine(code="event", facts={"source": source}) for source in sources]


def _extensions_of_one_side(on_record: Stipulation, agreement: Agreement) -> list[RuleLine]:
    return [
        RuleLine(
            code="extension_of_one_side",
            facts={
                "number": str(number),
                "form": each.form,
                "day": each.day.isoformat(),
                "by": list(each.by),
                "source": each.source,
            },
        )
        for number, each in enumerate(on_record.extension, 1)
        if not agreement.is_agreed(each, on_record)
    ]


def _begun(begun: Range, deadline: Deadline) -> dict[str, str]:
    """When that was which a term is counted from: the moment, the local day, or between which moments."""
    if begun.is_exact:
        return {"from": iso_utc(begun.earliest)}
    if deadline.zone:
        days = {moment.astimezone(zone_named(deadline.zone)).date() for moment in (begun.earliest, begun.latest)}
        if len(days) == 1:
            return {"from": days.pop().isoformat()}
    return {"from_earliest": iso_utc(begun.earliest), "from_latest": iso_utc(begun.latest)}


def _due_facts(earliest: datetime, latest: datetime) -> dict[str, str]:
    facts = {"due": iso_utc(latest)}
    return facts if earliest == latest else facts | {"due_from": iso_utc(earliest)}


def _ending_lines(stipulation: Stipulation, ending: Ending) -> list[RuleLine]:
    lines: list[RuleLine] = []
    end, renewal = ending.end, stipulation.renewal
    if ALWAYS < end.earliest < NEVER:
        lines.append(
            RuleLine(code="end", facts={"until": iso_utc(end.latest)})
            if end.is_exact
            else RuleLine(
                code="end_range", facts={"until_earliest": iso_utc(end.earliest), "until_latest": iso_utc(end.latest)}
            )
        )
    if renewal is None:
        return lines
    terms = {"text": renewal.text, "term": renewal.term, "notice_term": renewal.notice, "may": list(renewal.may)}
    lines.append(RuleLine(code="renewal", facts=terms))
    if ending.renewed:
        lines.append(RuleLine(code="renewed", facts={"number": str(ending.renewed)}))
    if ending.last_notice is not None:
        last = ending.last_notice
        lines.append(
            RuleLine(code="last_notice", facts={"until": iso_utc(last.latest)})
            if last.is_exact
            else RuleLine(
                code="last_notice",
                facts={"until_earliest": iso_utc(last.earliest), "until_latest": iso_utc(last.latest)},
            )
        )
    for heard in ending.notices:
        notice = heard.notice
        moment = notice.given_at or notice.known_at
        facts = {
            "day": notice.day.isoformat() if notice.day else iso_utc(moment),
            "source": notice.source,
            "may": list(renewal.may),
        }
        lines.append(RuleLine(code=f"notice_{heard.status}", facts=facts | ({"by": notice.by} if notice.by else {})))
    return lines
