"""What is wrong with a decision on something that was said, by the field that each fault is about; nothing is entered
here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, get_args

from trucewatch.messages import Amount, Message
from trucewatch.model.annotations import ASSERTS, DECISIONS, KINDS, Bound, Passage
from trucewatch.model.statements import Spoken, Statement
from trucewatch.model.typed_text import refusal_of
from trucewatch.model.watch import Watch
from trucewatch.watch.toml_records import did_you_mean

MOST: Final = {
    "words": 4000,
    "note": 2000,
    "by_words": 300,
    "attributed_to": 300,
    "who": 200,
    "to": 200,
    "people": 200,
    "trigger": 300,
    "values": 300,
    "reason": 500,
    "says": 4000,
    "source": 500,
}
"""Characters of each text."""
MOST_ITEMS: Final = 40
"""Of anything that there may be several of in one sentence."""
_CODE: Final = re.compile(r"[A-Za-z0-9_.\-]{1,80}")
_OFFER: Final = re.compile(r"q-[a-z2-7]{26}")
_VALUE: Final = {
    "date": re.compile(r"[0-9-]{2,12}"),
    "number": re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,9})?"),
    "place": re.compile(r".{1,200}", re.DOTALL),
}
Faults = Iterator[tuple[str, Message]]


def ids_of(watch: Watch) -> frozenset[str]:
    """Ids that a decision may name as who or where; any other word is somebody's, and lies apart."""
    places = (*(zone.id for zone in watch.zones), *(town.id for town in watch.basemap.towns))
    return frozenset((*speakers_of(watch), *places))


def speakers_of(watch: Watch) -> frozenset[str]:
    """Parties, bodies and delegations."""
    agreement = watch.agreement
    return frozenset((*agreement.party_ids, *(body.id for body in agreement.body), *watch.delegation_ids))


def names_of_agreement(watch: Watch) -> frozenset[str]:
    """What may be spoken about: parts of clauses, numbers of provisions, instruments, bodies."""
    agreement = watch.agreement
    parts = (name for provision, part in agreement.stipulations() for name in (provision.number, part.id))
    instruments = (each.id for each in agreement.instrument)
    provisions = (provision.number for provision in agreement.provision)
    return frozenset((*parts, *provisions, *instruments, *(each.id for each in agreement.body)))


def placed(passage: Passage, statement: Statement) -> Passage | None:
    """The same, with the part, the exchange and the speaker that its paragraph has; None where there is no such
    paragraph."""
    spoken = statement.paragraph(passage.span.paragraph)
    if spoken is None:
        return None
    return replace(passage, part=spoken.part, exchange=spoken.exchange, speaker=spoken.speaker)


def faults_of(passage: Passage, statement: Statement, watch: Watch, *, decision: str, offer: str, note: str) -> Faults:
    """Everything that is wrong with a decision; the first of a field counts."""
    if decision not in DECISIONS:
        yield "decision", Message("Choose what you decide; this is none of the decisions there are.")
    if passage.kind not in KINDS:
        yield "kind", Message("Choose what it is; this is none of the kinds there are.")
    if offer and not _OFFER.fullmatch(offer):
        yield "offer", Message("This names no proposal; open the statement's page again and decide there.")
    elif not offer and decision in ("accepted", "rejected"):
        yield "offer", Message("Nothing was proposed that could be accepted or rejected; add it instead.")
    spoken = statement.paragraph(passage.span.paragraph)
    if spoken is None:
        yield (
            "paragraph",
            Message(
                "There is no paragraph {paragraph} in this version of the statement; open its page again.",
                paragraph=passage.span.paragraph[:40],
            ),
        )
    else:
        yield from _faults_of_place(passage, spoken, decision)
    yield from _faults_of_names(passage, watch)
    yield from _faults_of_texts(passage, note)


def _faults_of_place(passage: Passage, spoken: Spoken, decision: str) -> Faults:
    text = spoken.paragraph.text
    if not 0 <= passage.span.start < passage.span.end <= len(text):
        yield "words", Message("Mark the words that carry it; nothing is marked within the paragraph.")
    elif text[passage.span.start : passage.span.end] != passage.words:
        yield "words", Message("The words that stand there now are others; mark them again in the statement.")
    if spoken.part == "question" and passage.kind in ASSERTS and decision != "rejected":
        yield (
            "kind",
            Message(
                "These words are an asker's, and what an asker takes for granted is nobody's reading, commitment, "
                "claim or denial; mark the answer."
            ),
        )
    for value in passage.values:
        if not 0 <= value.start < value.end <= len(text) or text[value.start : value.end] != value.text:
            yield "values", Message('"{text}" does not stand where it is marked; mark it again.', text=value.text[:80])
        elif value.kind not in _VALUE or not _VALUE[value.kind].fullmatch(value.value):
            yield "values", Message('"{text}" is no date, number or place as they are kept.', text=value.value[:80])


def _faults_of_names(passage: Passage, watch: Watch) -> Faults:
    names = names_of_agreement(watch)
    for name in passage.about:
        if name not in names:
            near = did_you_mean(name, sorted(names))
            yield (
                "about",
                Message('There is no clause, instrument or body "{name}"; {remedy}.', name=name[:40], remedy=near),
            )
    for name, codes in (("topics", passage.topics), ("rule", (passage.rule,) if passage.rule else ())):
        if not all(_CODE.fullmatch(code) for code in codes):
            yield name, Message("This is no id; open the statement's page again and decide there.")
    if passage.by_bound not in get_args(Bound):
        yield "by_bound", Message("Choose how the day is meant: by, before, on or within.")


def _faults_of_texts(passage: Passage, note: str) -> Faults:
    texts: Sequence[tuple[str, Iterable[str]]] = (
        ("words", (passage.words,)),
        ("note", (note,)),
        ("by_words", (passage.by_words,)),
        ("attributed_to", passage.attributed_to),
        ("who", passage.who),
        ("to", passage.to),
        ("people", passage.people),
        ("trigger", passage.trigger),
        ("values", [text for value in passage.values for text in (value.text, value.value, value.unit)]),
    )
    for name, several in texts:
        listed: Sequence[str] = list(several)
        if len(listed) > 3 * MOST_ITEMS:
            yield name, Message("At most {most} are kept here; leave some out.", most=Amount(MOST_ITEMS))
        for text in listed:
            yield from text_faults(name, text)
    for name, listed in (("about", passage.about), ("topics", passage.topics)):
        if len(listed) > MOST_ITEMS:
            yield name, Message("At most {most} are kept here; leave some out.", most=Amount(MOST_ITEMS))


def text_faults(name: str, text: str, *, is_needed: bool = False) -> Faults:
    """What is wrong with one text, by its field."""
    if is_needed and not text.strip():
        yield name, Message("This is empty; write it in words.")
    if refusal := refusal_of(text):
        yield name, Message("{why}.", why=refusal)
    if len(text) > MOST[name]:
        yield (
            name,
            Message(
                "This has {count} characters, at most {most} are kept; shorten it.",
                count=Amount(len(text)),
                most=Amount(MOST[name]),
            ),
        )


def first_of_each(faults: Faults) -> Mapping[str, Message]:
    """One fault a field, the first."""
    by_field: dict[str, Message] = {}
    for name, fault in faults:
        by_field.setdefault(name, fault)
    return by_field
