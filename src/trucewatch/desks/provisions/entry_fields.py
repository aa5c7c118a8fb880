"""What can be entered about a clause, in plain words: each thing with its fields and their choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from trucewatch.locale.reasons import party_name
from trucewatch.locale.terms import STATE, kind_word, outcome_word
from trucewatch.messages import Message, Term
from trucewatch.model.agreement import Stipulation
from trucewatch.model.agreement_entries import TableName
from trucewatch.model.clause_state import STATES
from trucewatch.model.observation import KINDS
from trucewatch.model.outcomes import OUTCOMES
from trucewatch.pipeline.agreement_entering import MOST
from trucewatch.server.view import View

FieldKind = Literal["text", "line", "day", "moment", "choice", "several", "number"]
Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryField:
    """One field of a form. `name`: in the form, of a key of the row or of one below it (`reads.day`)."""

    name: str
    kind: FieldKind
    label: Message
    is_needed: bool = False
    choices: Callable[[View, Stipulation | None], Choices] | None = None
    note: Message | None = None

    @property
    def key(self) -> str:
        """The key of the row, by which a fault is shown."""
        return self.name.partition(".")[0]

    @property
    def most(self) -> int:
        return MOST.get(self.key, 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryForm:
    """One thing that can be entered: what it is called, what it means, and its fields."""

    table: TableName
    title: Message
    note: Message
    fields: tuple[EntryField, ...] = field(default=())
    is_confirmed: bool = False
    """Whether it is looked at once more before it is entered."""


def _speakers(view: View, part: Stipulation | None) -> Choices:
    agreement = view.watch.agreement
    delegations = (each.id for each in view.watch.settings.delegation)
    ids = (*(each.id for each in agreement.party), *(each.id for each in agreement.body), *delegations)
    return [(who, party_name(who, view.watch, view.words)) for who in dict.fromkeys(ids)]


def _delegations(view: View, part: Stipulation | None) -> Choices:
    return [(each.id, party_name(each.id, view.watch, view.words)) for each in view.watch.settings.delegation]


def _parties(view: View, part: Stipulation | None) -> Choices:
    return [(each.id, party_name(each.id, view.watch, view.words)) for each in view.watch.agreement.party]


def _instruments(view: View, part: Stipulation | None) -> Choices:
    return [(each.id, view.words.name(each.names, otherwise=each.id)) for each in view.watch.agreement.instrument]


def _parts(view: View, part: Stipulation | None) -> Choices:
    return [
        (each.id, f"{each.id}: {view.words.name(each.summary, otherwise=each.id)}")
        for _, each in view.watch.agreement.stipulations()
    ]


def _kinds(view: View, part: Stipulation | None) -> Choices:
    return [(kind, kind_word(kind, view.words)) for kind in KINDS]


def _zones(view: View, part: Stipulation | None) -> Choices:
    areas = {zone.id: zone for zone in view.watch.zones if zone.kind != "line"}
    return [(zone.id, view.words.name(zone.names, otherwise=zone.id)) for zone in areas.values()]


def _languages(view: View, part: Stipulation | None) -> Choices:
    return [(code, view.words.language_name(code)) for code in view.watch.settings.languages]


def _of_words(words: Mapping[str, Message]) -> Callable[[View, Stipulation | None], Choices]:
    return lambda view, part: [(code, view.words.say(word)) for code, word in words.items()]


def _states(view: View, part: Stipulation | None) -> Choices:
    return [(state, state_words(state, view)) for state in STATES]


def _outcomes(view: View, part: Stipulation | None) -> Choices:
    return [(outcome, outcome_word(outcome, view.words)) for outcome in OUTCOMES]


def _bearers(view: View, part: Stipulation | None) -> Choices:
    as_text = view.words.say(Message("the text says so"))
    reads = Message("as {who} reads it")
    read = [
        (f"reading:{who}", view.words.say(Message(reads.template, who=name))) for who, name in _speakers(view, part)
    ]
    return [("text", as_text), *read]


_OTHER_STATES: Final[Mapping[str, Message]] = {
    "not_yet_in_force": Term("state", "not yet in force"),
    "suspended": Term("state", "suspended"),
    "met_late": Term("state", "met late"),
    "met_in_part": Term("state", "met in part"),
    "not_met": Term("state", "not met"),
    "not_kept_up": Term("state", "not kept up"),
    "extended": Term("state", "put off"),
    "no_deadline": Term("state", "without a day"),
}


def state_words(state: str, view: View) -> str:
    """A state in the reader's language."""
    if state in STATE:
        return view.words.pgettext("state", STATE[state])
    return view.words.say(_OTHER_STATES[state]) if state in _OTHER_STATES else state


_FORMS_OF_EXTENSION: Final = {"written": Message("in writing"), "oral": Message("by word of mouth")}
_BOUNDS: Final = {
    "by": Message("by the end of that day"),
    "before": Message("before that day begins"),
    "until": Message("until the end of that day"),
}
_ROLES: Final = {
    "bearer": Message("bears the duty"),
    "beneficiary": Message("benefits from it"),
    "guarantor": Message("vouches for it"),
}
_RELATIONS: Final = {
    "supplements": Message("supplements"),
    "amends": Message("amends"),
    "replaces": Message("replaces"),
    "extends": Message("extends"),
    "ends": Message("ends"),
}
_NUMBERS: Final = {
    "at_least": Message("at least so many"),
    "at_most": Message("at most so many"),
    "states": Message("exactly so many"),
}
_STATED: Final = ("met", "met_in_part", "not_met", "kept_up", "not_kept_up")


def _stated(view: View, part: Stipulation | None) -> Choices:
    return [(state, state_words(state, view)) for state in _STATED]


_BY: Final = EntryField(name="by", kind="choice", label=Message("Who says so"), is_needed=True, choices=_speakers)
_SAYS: Final = (
    EntryField(
        name="says", kind="text", label=Message("What they say, in their words or in ours of them"), is_needed=True
    ),
    EntryField(
        name="language", kind="choice", label=Message("Language of these words"), is_needed=True, choices=_languages
    ),
)
_SOURCE: Final = EntryField(
    name="source",
    kind="line",
    label=Message("Source: who said or published it, where and on which day"),
    is_needed=True,
)


ENTRY_FORMS: Final[Mapping[str, EntryForm]] = {
    form.table: form
    for form in (
        EntryForm(
            table="reading",
            title=Message("What somebody says a clause means"),
            note=Message(
                "It stands beside the clause with its speaker, never instead of it. Fill in below only what differs "
                "under this reading."
            ),
            fields=(
                _BY,
                *_SAYS,
                _SOURCE,
                EntryField(name="reads.permits", kind="several", label=Message("Acts that it allows"), choices=_kinds),
                EntryField(
                    name="reads.kinds", kind="several", label=Message("Acts that the clause is about"), choices=_kinds
                ),
                EntryField(name="reads.obliged", kind="several", label=Message("Whom it obliges"), choices=_parties),
                EntryField(name="reads.zone", kind="choice", label=Message("Where it holds"), choices=_zones),
                EntryField(name="reads.day", kind="day", label=Message("The day that it gives")),
                EntryField(
                    name="reads.bound",
                    kind="choice",
                    label=Message("What is due with that day"),
                    choices=_of_words(_BOUNDS),
                ),
                EntryField(
                    name="reads.which",
                    kind="choice",
                    label=Message("How it takes the number of the text"),
                    choices=_of_words(_NUMBERS),
                ),
                EntryField(name="reads.figure", kind="number", label=Message("The number")),
            ),
        ),
        EntryForm(
            table="extension",
            title=Message("A later day"),
            note=Message(
                "It counts if it was known when the clause was due, or before. One that was known only later changes "
                "nothing of what was due; it is kept and said to have come afterwards."
            ),
            fields=(
                EntryField(name="day", kind="day", label=Message("The later day"), is_needed=True),
                EntryField(
                    name="form",
                    kind="choice",
                    label=Message("How it was agreed"),
                    is_needed=True,
                    choices=_of_words(_FORMS_OF_EXTENSION),
                ),
                EntryField(name="by", kind="several", label=Message("Who agreed to it"), choices=_speakers),
                _SOURCE,
            ),
        ),
        EntryForm(
            table="term_notice",
            title=Message("A notice that a term shall end"),
            note=Message(
                "It is kept whoever gave it and whenever. Whether it is a notice depends on who may give one by the "
                "text, and on its day."
            ),
            fields=(
                EntryField(
                    name="by",
                    kind="choice",
                    label=Message("Who gave it; empty if nobody is named"),
                    choices=_speakers,
                ),
                EntryField(name="by_other", kind="line", label=Message("Somebody else, by name (personal)")),
                EntryField(name="day", kind="day", label=Message("The day on which it was given")),
                EntryField(name="given_at", kind="moment", label=Message("The moment, if that is known")),
                _SOURCE,
            ),
        ),
        EntryForm(
            table="part",
            title=Message("A part was done"),
            note=Message("That a part of what is owed was done, as somebody states it."),
            fields=(
                EntryField(
                    name="by",
                    kind="choice",
                    label=Message("Who states it; empty if nobody is named"),
                    choices=_speakers,
                ),
                *_SAYS,
                EntryField(name="day", kind="day", label=Message("The day on which it was done"), is_needed=True),
                _SOURCE,
            ),
        ),
        EntryForm(
            table="claim",
            title=Message("What a party says of how it stands"),
            note=Message("It is a claim of who says it, and stands beside what is worked out from the record."),
            fields=(
                _BY,
                EntryField(
                    name="state",
                    kind="choice",
                    label=Message("How it stands, as they say"),
                    is_needed=True,
                    choices=_stated,
                ),
                *_SAYS,
                EntryField(name="since", kind="day", label=Message("Since which day, if they say")),
                _SOURCE,
            ),
        ),
        EntryForm(
            table="gap",
            title=Message("A time in which it did not go on"),
            note=Message("Of something that has to go on: from when until when it did not, with the reason."),
            fields=(
                _BY,
                EntryField(name="from", kind="day", label=Message("The first day"), is_needed=True),
                EntryField(
                    name="until", kind="day", label=Message("The last day; empty if it does not go on again yet")
                ),
                *_SAYS,
                _SOURCE,
            ),
        ),
        EntryForm(
            table="suspension",
            title=Message("It does not bind for a time"),
            note=Message("By an instrument such as an order, or as somebody says."),
            fields=(
                EntryField(name="from", kind="moment", label=Message("From"), is_needed=True),
                EntryField(name="until", kind="moment", label=Message("Until; empty if no end is known")),
                EntryField(
                    name="instrument", kind="choice", label=Message("By which instrument"), choices=_instruments
                ),
                EntryField(name="by", kind="choice", label=Message("Or as who says"), choices=_speakers),
                _SOURCE,
            ),
        ),
        EntryForm(
            table="role",
            title=Message("Who stands how to it"),
            note=Message(
                "Who bears the duty, whom it benefits, who vouches for it: by the text, or as somebody reads it."
            ),
            fields=(
                EntryField(
                    name="role", kind="choice", label=Message("Role"), is_needed=True, choices=_of_words(_ROLES)
                ),
                EntryField(name="who", kind="choice", label=Message("Who"), choices=_speakers),
                EntryField(name="names", kind="line", label=Message("Somebody else, such as displaced people")),
                EntryField(
                    name="by", kind="choice", label=Message("How that is known"), is_needed=True, choices=_bearers
                ),
                _SOURCE,
            ),
        ),
        EntryForm(
            table="judgment",
            title=Message("The position of a delegation"),
            note=Message("Of the clause as a whole. Positions that differ leave it open."),
            fields=(
                EntryField(
                    name="by",
                    kind="choice",
                    label=Message("Which delegation"),
                    is_needed=True,
                    choices=_delegations,
                ),
                EntryField(
                    name="outcome", kind="choice", label=Message("What it says"), is_needed=True, choices=_outcomes
                ),
                _SOURCE,
            ),
        ),
        EntryForm(
            table="read_as",
            title=Message("What somebody says an instrument does to another"),
            note=Message("Where its own words do not say it. It stands with its speaker."),
            fields=(
                _BY,
                EntryField(
                    name="relation",
                    kind="choice",
                    label=Message("What it does"),
                    is_needed=True,
                    choices=_of_words(_RELATIONS),
                ),
                EntryField(
                    name="to", kind="choice", label=Message("To which instrument"), is_needed=True, choices=_instruments
                ),
                EntryField(
                    name="stipulations",
                    kind="several",
                    label=Message("To which of its parts; none for all"),
                    choices=_parts,
                ),
                *_SAYS,
                _SOURCE,
            ),
        ),
        EntryForm(
            table="by_hand",
            title=Message("Set the state by hand (needs a reason)"),
            note=Message(
                "What is worked out from the record stays beside it, and whoever reads the clause sees that people set "
                "its state, who, and why."
            ),
            fields=(
                EntryField(name="state", kind="choice", label=Message("State"), is_needed=True, choices=_states),
                EntryField(name="reason", kind="text", label=Message("Reason; name no person in it"), is_needed=True),
            ),
            is_confirmed=True,
        ),
    )
}
"""Table → its form, in the order in which they are offered."""
KNOWN_AT: Final = EntryField(name="known_at", kind="moment", label=Message("Known since"), is_needed=True)
