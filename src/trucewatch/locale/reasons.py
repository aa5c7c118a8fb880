"""A finding's reason code and facts → one full sentence that names the clause, in each language.

Facts are strings or lists of strings: ids become names, times are shown in the watch's zone with its label, numbers in
the language's way. A fact that was withheld leaves a shorter sentence, never a gap. Sentences for one code stand from
the fullest to the shortest; the first whose facts are all there is taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from string import Formatter
from typing import Any, Final, Protocol

from trucewatch.errors import ReportError, TimeError
from trucewatch.locale import Words, mark
from trucewatch.locale.plain import printable
from trucewatch.locale.terms import aspect_word, counter_word, kind_word, outcome_word
from trucewatch.messages import Message
from trucewatch.model.times import read_time
from trucewatch.model.watch import Watch

SENTENCES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "prohibited/1": {
        "before_in_force": (
            mark("Clause {clause} was not in force yet: it binds from {from}."),
            mark("Clause {clause} was not in force yet."),
        ),
        "after_in_force": (
            mark("Clause {clause} was no longer in force: it bound until {until}."),
            mark("Clause {clause} was no longer in force."),
        ),
        "maybe_in_force": (
            mark("The event may have been before clause {clause} came into force, on {from}."),
            mark(
                "The texts do not say exactly when clause {clause} came into force: between {from_earliest} and "
                "{from_latest}. The event may have been before."
            ),
            mark("The event may have been before clause {clause} came into force, at the latest on {from_latest}."),
            mark("The event may have been before clause {clause} came into force, at the earliest on {from_earliest}."),
            mark("The event may have been after clause {clause} ceased to bind, on {until}."),
            mark("It cannot be told whether clause {clause} was in force at the time of the event."),
        ),
        "outside_zone": (
            mark("The place lies outside the zone that clause {clause} speaks of: {zone}."),
            mark("The place lies outside the zone that clause {clause} speaks of."),
        ),
        "at_zone_edge": (
            mark(
                "The place is at the edge of the zone that clause {clause} speaks of ({zone}, drawn to ±{accuracy_m}); "
                "whether it lies inside cannot be told."
            ),
            mark(
                "The place is at the edge of the zone that clause {clause} speaks of ({zone}); "
                "whether it lies inside cannot be told."
            ),
            mark(
                "The place is at the edge of the zone that clause {clause} speaks of; whether it lies inside cannot "
                "be told."
            ),
        ),
        "no_place": (
            mark("No place is known, so it cannot be told whether clause {clause} applies; it speaks of {zone}."),
            mark("No place is known, so it cannot be told whether clause {clause} applies."),
        ),
        "notice_covers": (
            mark(
                "Clause {clause} exempts what is announced: notice {notice} by {who}, known on {known_at}, "
                "covers this event."
            ),
            mark("Clause {clause} exempts what is announced: notice {notice} by {who} covers this event."),
            mark(
                "Clause {clause} exempts what is announced: a notice by {who}, known on {known_at}, covers this event."
            ),
            mark("Clause {clause} exempts what is announced: a notice by {who} covers this event."),
            mark("Clause {clause} exempts what is announced: a notice covers this event."),
        ),
        "notice_maybe": (
            mark("Notice {notice} by {who} may cover this event; if it does, clause {clause} exempts it."),
            mark("A notice by {who} may cover this event; if it does, clause {clause} exempts it."),
            mark("A notice may cover this event; if it does, clause {clause} exempts it."),
        ),
        "prohibited_act_notice_late": (
            mark(
                "Clause {clause} does not allow this in {zone}: {kind}. Notice {notice} became known on {known_at}, "
                "not before the event."
            ),
            mark(
                "Clause {clause} does not allow this: {kind}. Notice {notice} became known on {known_at}, not before "
                "the event."
            ),
            mark(
                "Clause {clause} does not allow this in {zone}: {kind}. A notice was known on {known_at}, not before "
                "the event."
            ),
            mark(
                "Clause {clause} does not allow this: {kind}. A notice was known on {known_at}, not before the event."
            ),
            mark("Clause {clause} does not allow this: {kind}. A notice did not become known before the event."),
            mark("Clause {clause} does not allow this. A notice did not become known before the event."),
        ),
        "aspect_exempt": (
            mark("Clause {clause} exempts an event of this nature: {aspect}."),
            mark("Clause {clause} exempts an event of this nature."),
        ),
        "indication_only": (
            mark(
                "A record of this kind may come from an act that clause {clause} does not allow, but does not show "
                "one: {kind}."
            ),
            mark("This record may come from an act that clause {clause} does not allow, but does not show one."),
        ),
        "not_settled": (mark("Whether clause {clause} applies cannot be told; the particulars are not released."),),
        "exempt": (mark("An exemption that clause {clause} allows covers it; the particulars are not released."),),
        "does_not_apply": (mark("Clause {clause} does not apply to it."),),
        "claimed_alone": (
            mark("Clause {clause} would apply, but the record rests on the word of one party alone: {claimed_by}."),
            mark("Clause {clause} would apply, but the record rests on the word of one party alone."),
        ),
        "prohibited_act": (
            mark("Clause {clause} does not allow this in {zone}: {kind}. No notice and no exemption covers it."),
            mark("Clause {clause} does not allow this: {kind}. No notice and no exemption covers it."),
            mark("Clause {clause} does not allow this. No notice and no exemption covers it."),
        ),
    },
    "required/1": {
        "before_in_force": (
            mark("Clause {clause} was not in force yet: it binds from {from}."),
            mark("Clause {clause} was not in force yet."),
        ),
        "after_in_force": (
            mark("Clause {clause} was no longer in force: it bound until {until}."),
            mark("Clause {clause} was no longer in force."),
        ),
        "outside_zone": (
            mark("The place lies outside the zone that clause {clause} speaks of: {zone}."),
            mark("The place lies outside the zone that clause {clause} speaks of."),
        ),
        "not_due": (
            mark("Clause {clause} is not due yet ({what}): due by {due}, as extension {extension} says."),
            mark("Clause {clause} is not due yet ({what}): due by {due}."),
            mark("Clause {clause} is not due yet: due by {due}."),
            mark("Clause {clause} is not due yet."),
        ),
        "due_soon": (
            mark("Clause {clause} is due soon ({what}): due by {due}, as extension {extension} says."),
            mark("Clause {clause} is due soon ({what}): due by {due}."),
            mark("Clause {clause} is due soon: due by {due}."),
            mark("Clause {clause} is due soon."),
        ),
        "met_before": (
            mark(
                "What clause {clause} requires ({what}) was already met by what is recorded on {occurred}; no more "
                "was owed."
            ),
            mark("What clause {clause} requires ({what}) was already met; no more was owed."),
            mark("What clause {clause} requires was already met; no more was owed."),
        ),
        "happened_in_time": (
            mark(
                "What clause {clause} requires ({what}) is recorded on {occurred}, in time: due by {due}, "
                "as extension {extension} says."
            ),
            mark("What clause {clause} requires ({what}) is recorded on {occurred}, in time: due by {due}."),
            mark(
                "What clause {clause} requires ({what}) is recorded in time: due by {due}, as extension {extension} "
                "says."
            ),
            mark("What clause {clause} requires ({what}) is recorded in time: due by {due}."),
            mark("What clause {clause} requires is recorded in time."),
        ),
        "happened": (
            mark("What clause {clause} requires ({what}) is recorded on {occurred}; the text sets no day."),
            mark("What clause {clause} requires ({what}) is recorded; the text sets no day."),
            mark("What clause {clause} requires is recorded; the text sets no day."),
        ),
        "happened_late": (
            mark(
                "What clause {clause} requires ({what}) is recorded on {occurred}, after it was due: by {due}, "
                "as extension {extension} says."
            ),
            mark("What clause {clause} requires ({what}) is recorded on {occurred}, after it was due: by {due}."),
            mark(
                "What clause {clause} requires ({what}) is recorded after it was due: by {due}, as extension "
                "{extension} says."
            ),
            mark("What clause {clause} requires ({what}) is recorded after it was due: by {due}."),
            mark("What clause {clause} requires is recorded after it was due."),
        ),
        "happened_around_due": (
            mark(
                "What clause {clause} requires ({what}) is recorded from {occurred} on; whether in time cannot be "
                "told: "
                "due by {due}."
            ),
            mark("What clause {clause} requires ({what}) is recorded; whether in time cannot be told: due by {due}."),
            mark("What clause {clause} requires is recorded; whether in time cannot be told."),
        ),
        "happened_place_unsure": (
            mark("What clause {clause} requires ({what}) is recorded, but whether it was in {zone} cannot be told."),
            mark("What clause {clause} requires is recorded, but whether it was in the right zone cannot be told."),
        ),
        "happened_claimed_alone": (
            mark("What clause {clause} requires ({what}) rests on the word of one party alone: {claimed_by}."),
            mark("What clause {clause} requires rests on the word of one party alone."),
        ),
        "no_record": (
            mark(
                "No record shows what clause {clause} requires ({what}), due by {due}. That does not show that it "
                "did not happen."
            ),
            mark("No record shows what clause {clause} requires. That does not show that it did not happen."),
        ),
        "no_record_no_deadline": (
            mark("No record shows what clause {clause} requires ({what}); the text sets no day."),
            mark("No record shows what clause {clause} requires; the text sets no day."),
        ),
        "number_reached": (
            mark("Clause {clause} requires at least {at_least} ({counter}); {claimed_by} reports {value}."),
            mark("The number that clause {clause} requires is reported as reached."),
        ),
        "number_short": (
            mark(
                "Clause {clause} requires at least {at_least} ({counter}); {claimed_by} reports {value}, which is "
                "fewer."
            ),
            mark("The number that clause {clause} requires is reported as not reached."),
        ),
        "number_claimed_alone": (
            mark(
                "Clause {clause} requires at least {at_least} ({counter}); {value} rests on the word of one party "
                "alone: "
                "{claimed_by}."
            ),
            mark("The number that clause {clause} requires rests on the word of one party alone."),
        ),
        "number_unknown": (
            mark("Clause {clause} requires at least {at_least} ({counter}); no report settles the number."),
            mark("No report settles the number that clause {clause} requires."),
        ),
    },
    "judged/1": {
        "not_put": (mark("Clause {clause} is for people to decide; it has not been put to the delegations."),),
        "judged": (
            mark("The delegations decided on clause {clause} ({by}): {outcome}."),
            mark("The delegations decided on clause {clause}."),
        ),
        "judged_differently": (
            mark("The delegations see clause {clause} differently: {views}."),
            mark("The delegations see clause {clause} differently."),
        ),
        "judged_in_part": (
            mark("On clause {clause} only a part of the delegations has spoken: {by}. Still open: {missing}."),
            mark("On clause {clause} only a part of the delegations has spoken."),
        ),
        "before_in_force": (
            mark("Clause {clause} was not in force yet: it binds from {from}."),
            mark("Clause {clause} was not in force yet."),
        ),
        "after_in_force": (
            mark("Clause {clause} was no longer in force: it bound until {until}."),
            mark("Clause {clause} was no longer in force."),
        ),
        "outside_zone": (
            mark("The place lies outside the zone that clause {clause} speaks of: {zone}."),
            mark("The place lies outside the zone that clause {clause} speaks of."),
        ),
    },
}
"""Rule → reason → sentences. Judged and required findings share the doubts on dates and zones with prohibited ones."""

_SHARED: Final = (
    "maybe_in_force",
    "at_zone_edge",
    "no_place",
    "outside_zone",
    "not_settled",
    "exempt",
    "does_not_apply",
)
_TIMES: Final = frozenset(
    ("from", "from_earliest", "from_latest", "until", "until_earliest", "until_latest", "due", "occurred", "known_at")
)
_VIEW: Final = re.compile(r"^\s*(?P<by>[^:=]+?)\s*[:=]\s*(?P<outcome>\w+)\s*$")


class Reasoned(Protocol):
    """What a sentence needs of a finding, released or not."""

    @property
    def finding_id(self) -> str: ...
    @property
    def stipulation(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...


def reason_sentence(finding: Reasoned, watch: Watch, words: Words) -> str:
    """Why a finding has its outcome, in one sentence. Raises ReportError for a rule or a reason without a sentence."""
    rule = SENTENCES.get(finding.rule)
    sentences = (rule or {}).get(finding.reason)
    if rule is not None and sentences is None and finding.reason in _SHARED:
        sentences = SENTENCES["prohibited/1"][finding.reason]
    if sentences is None:
        raise ReportError(
            Message(
                'finding {finding_id}: there is no sentence for reason "{reason}" of rule "{rule}"; add one to '
                "locale/reasons.py and to the catalogues",
                finding_id=finding.finding_id,
                reason=finding.reason,
                rule=finding.rule,
            )
        )
    told = {key: value for key, value in finding.facts.items() if value not in ("", [], None)}
    if told.get("extension") == "0":
        del told["extension"]
    shown = {key: _shown(key, value, watch, words) for key, value in told.items()}
    shown["clause"] = printable(finding.stipulation)
    best = next((one for one in sentences if _fields(one) <= shown.keys()), sentences[-1])
    return words.gettext(best).format(**shown)


def party_name(who: str, watch: Watch, words: Words) -> str:
    """The name of a party or delegation; any other body is shown as it is named."""
    named = {one.id: one.names for one in watch.settings.delegation} | {
        one.id: one.names for one in watch.agreement.party
    }
    return printable(words.name(named[who], otherwise=who) if who in named else who)


def zone_name(zone_id: str, watch: Watch, words: Words) -> str:
    """The name of a zone."""
    zone = watch.zone_with(zone_id)
    return printable(words.name(zone.names, otherwise=zone_id) if zone else zone_id)


def time_words(text: str, watch: Watch, words: Words) -> str:
    """A moment in the watch's zone with its label; a bare day stays a day."""
    try:
        if len(text) == 10:
            return words.short_day(date.fromisoformat(text))
        return words.moment(read_time(text, zone=watch.zone), watch.zone)
    except (TimeError, ValueError):
        return text


def _fields(sentence: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(sentence) if field}


def _shown(key: str, value: Any, watch: Watch, words: Words) -> str:
    if isinstance(value, list | tuple):
        return words.listed([_shown(key, one, watch, words) for one in value])
    text = printable(str(value))
    if key in _TIMES:
        return time_words(text, watch, words)
    match key:
        case "zone":
            return zone_name(text, watch, words)
        case "who" | "claimed_by" | "by" | "missing":
            return party_name(text, watch, words)
        case "kind":
            return kind_word(text, words)
        case "what":
            named = kind_word(text, words)
            return counter_word(text, words, watch) if named == text else named
        case "aspect":
            return aspect_word(text, words)
        case "outcome":
            return outcome_word(text, words)
        case "counter":
            return counter_word(text, words, watch)
        case "accuracy_m":
            return words.gettext("{metres} m").format(metres=_number(text, words))
        case "value" | "at_least" | "extension":
            return _number(text, words)
        case "views":
            view = _VIEW.match(text)
            if view is None:
                return text
            return words.gettext("{who}: {outcome}").format(
                who=party_name(view["by"], watch, words), outcome=outcome_word(view["outcome"], words)
            )
        case _:
            return text


def _number(text: str, words: Words) -> str:
    try:
        return words.number(float(text))
    except ValueError:
        return text
