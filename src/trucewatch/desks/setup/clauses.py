"""A checkable sentence of the agreement: what its form asks for, a form for each kind, and what will be checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from starlette.datastructures import FormData

from trucewatch.desks.setup.forms import day_of_form, names_of, number_between
from trucewatch.errors import TrucewatchError
from trucewatch.locale import Words
from trucewatch.locale.terms import kind_word
from trucewatch.messages import Message
from trucewatch.model.agreement import StipulationKind
from trucewatch.model.observation import KINDS
from trucewatch.server.forms import number_of, text_of
from trucewatch.watch.watch_draft import THEATRE, Draft, DraftStipulation, slug


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseKind:
    """One kind as a person chooses it: what it is in plain words, and a sentence of that kind."""

    kind: StipulationKind
    title: Message
    example: Message


CLAUSE_KINDS: Final[Mapping[str, ClauseKind]] = {
    each.kind: each
    for each in (
        ClauseKind(
            kind="prohibited",
            title=Message("Something must not happen"),
            example=Message("All fire stops in the whole area from the day of signature."),
        ),
        ClauseKind(
            kind="required",
            title=Message("Something must be done by a day"),
            example=Message("The district is handed over by the 20th of May."),
        ),
        ClauseKind(
            kind="kept_up",
            title=Message("Something has to be kept up"),
            example=Message("At least twenty posts stand along the line, as long as the agreement holds."),
        ),
        ClauseKind(
            kind="judged",
            title=Message("People judge"),
            example=Message("Both sides act in good faith and inform each other."),
        ),
    )
}
UNLESS: Final = {
    "notice": Message("it was announced before"),
    "aspect:controlled": Message("it was a controlled demolition"),
    "aspect:exercise": Message("it was an exercise"),
}
_EXCEPTIONS: Final = {
    "notice": Message("Not where it was announced before."),
    "aspect:controlled": Message("Not where it was a controlled demolition."),
    "aspect:exercise": Message("Not where it was an exercise."),
}


def stipulation_step(form: FormData, draft: Draft) -> Draft:
    """One checkable sentence more, or in the place of the one that `which` numbers from 1. Raises TrucewatchError for
    what it lacks."""
    stipulation = stipulation_of(form, draft)
    place = number_of(form, "which")
    if not 1 <= place <= len(draft.stipulations):
        return replace(draft, stipulations=(*draft.stipulations, stipulation))
    others = list(draft.stipulations)
    others[place - 1] = stipulation
    return replace(draft, stipulations=tuple(others))


def stipulation_of(form: FormData, draft: Draft) -> DraftStipulation:
    """The sentence that a form gives, with the fields of its kind and no others. Raises TrucewatchError."""
    kind = text_of(form, "kind")
    if kind not in CLAUSE_KINDS:
        raise TrucewatchError(Message("choose first what kind of sentence it is"))
    summary = names_of(form, "summary", draft.languages)
    if not summary:
        raise TrucewatchError(Message("the clause says nothing; write in your own words what was agreed"))
    kinds = tuple(name for name in KINDS if name in form.getlist("kinds")) if kind != "required" else ()
    what = text_of(form, "what")
    counter = slug(text_of(form, "counter", 60), (), "") if text_of(form, "counter") else ""
    is_measured = kind in ("required", "kept_up")
    if kind == "prohibited" and not kinds:
        raise TrucewatchError(Message("it prohibits nothing yet; tick the kinds that are prohibited"))
    if is_measured and what not in KINDS and not counter:
        raise TrucewatchError(
            Message("it requires nothing yet; choose what has to happen, or name a number that has to be reached")
            if kind == "required"
            else Message("it keeps nothing up yet; choose what has to go on, or name a number that has to stand")
        )
    zone = text_of(form, "zone", 80)
    begin, end = day_of_form(form, "begin"), day_of_form(form, "end")
    due = day_of_form(form, "due") if kind == "required" else None
    if begin and end and end < begin:
        raise TrucewatchError(Message("its last day is before its first; exchange them"))
    return DraftStipulation(
        provision=text_of(form, "provision", 12) or str(len({earlier.provision for earlier in draft.stipulations}) + 1),
        kind=CLAUSE_KINDS[kind].kind,
        summary=summary,
        zone=zone if zone in draft.zone_ids else "",
        kinds=kinds,
        what=what if is_measured and what in KINDS and not counter else "",
        obliged=tuple(party.id for party in draft.parties if party.id in form.getlist("obliged")),
        counter=counter if is_measured else "",
        at_least=int(number_between(form, "at_least", low=0, high=10**9, otherwise=1.0)) if is_measured else 0,
        begin=begin,
        end=end,
        due=due,
        unless=tuple(excuse for excuse in UNLESS if excuse in form.getlist("unless")) if kind == "prohibited" else (),
    )


def zone_title(draft: Draft, zone: str, words: Words) -> str:
    """What a place of a sentence is called; the whole area where it names none."""
    drawn = next((other for other in draft.zones if other.id == zone), None)
    if drawn is not None:
        return words.name(drawn.names, otherwise=zone)
    if zone in ("", THEATRE):
        return words.say(Message("the whole area ({name})", name=words.name(draft.theatre)))
    return zone


def paraphrase(stipulation: DraftStipulation, draft: Draft, words: Words) -> list[Message]:
    """What will be checked, sentence by sentence."""
    zone = zone_title(draft, stipulation.zone, words)
    kinds = words.listed([kind_word(kind, words) for kind in stipulation.kinds])
    sentences = [_rule(stipulation, zone, kinds, words)]
    sentences += [_EXCEPTIONS[excuse] for excuse in stipulation.unless if excuse in _EXCEPTIONS]
    if stipulation.kind == "kept_up" and kinds:
        sentences.append(Message("An incident of these kinds shows that it was not: {kinds}.", kinds=kinds))
    if stipulation.kind == "required":
        sentences.append(
            Message(
                "It is due by the end of {day} in the zone of time {zone}.", day=stipulation.due, zone=draft.time_zone
            )
            if stipulation.due
            else Message("No day is set, so it is never late.")
        )
    sentences.append(_days(stipulation, draft))
    parties = [words.name(party.names) for party in draft.parties if party.id in stipulation.obliged]
    sentences.append(
        Message("It obliges {parties}.", parties=words.listed(parties))
        if parties
        else Message("It obliges nobody by name.")
    )
    return sentences


def _rule(stipulation: DraftStipulation, zone: str, kinds: str, words: Words) -> Message:
    if stipulation.kind == "prohibited":
        return Message("Every incident of these kinds in {zone} is held against it: {kinds}.", zone=zone, kinds=kinds)
    if stipulation.kind == "judged":
        if kinds:
            return Message(
                "People decide, on record. Incidents of these kinds in {zone} are gathered for them: {kinds}.",
                zone=zone,
                kinds=kinds,
            )
        return Message("People decide, on record; no program does.")
    number = {"counter": stipulation.counter, "least": words.number(stipulation.at_least), "zone": zone}
    if stipulation.kind == "kept_up":
        if stipulation.counter:
            return Message('It is kept up while the number "{counter}" is at least {least}.', **number)
        return Message(
            "It is kept up while {what} is on record in {zone}.", what=kind_word(stipulation.what, words), zone=zone
        )
    if stipulation.counter:
        return Message('It is met once the number "{counter}" reaches {least}.', **number)
    return Message("It is met once {what} is on record in {zone}.", what=kind_word(stipulation.what, words), zone=zone)


def _days(stipulation: DraftStipulation, draft: Draft) -> Message:
    begin = stipulation.begin or draft.signed
    if begin is None:
        if stipulation.end:
            return Message("It binds until {day}, that day included.", day=stipulation.end)
        return Message("It binds from the beginning, since no day of signature was entered.")
    if stipulation.end:
        return Message("It binds from {begin} to {end}, both days included.", begin=begin, end=stipulation.end)
    return Message("It binds from {begin} on.", begin=begin)
