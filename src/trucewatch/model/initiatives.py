"""Initiatives: who proposed what to whom, about a clause or about the work itself, and what each side says of it since.

How one stands is worked out from its steps and always by whose word; nothing here counts or weighs sides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from typing import Any, ClassVar, Final, Literal

from trucewatch.errors import TimeError
from trucewatch.messages import Amount, Message
from trucewatch.model.agreement import Agreement
from trucewatch.model.times import day_of
from trucewatch.model.typed_text import refusal_of

Word = Literal["discussed", "accepted", "declined", "under_way", "done", "withdrawn"]
Origin = Literal["statement", "meeting", "by_hand"]
WORDS: Final[tuple[Word, ...]] = ("discussed", "accepted", "declined", "under_way", "done", "withdrawn")
ORIGINS: Final[tuple[Origin, ...]] = ("statement", "meeting", "by_hand")
WORK: Final = "work"
"""What an initiative is about that is about the work of the centre itself and no clause."""
MOST: Final = {"what": 4000, "says": 4000, "source": 500, "reference": 200}
"""Characters of each text."""
_STRICT: dict[str, Any] = {"extra": "forbid"}
_CODE: Final = re.compile(r"P-[1-9]\d{0,5}")
_MEETING: Final = re.compile(r"M-[1-9]\d{0,5}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_ANSWERS: Final = ("accepted", "declined")
_PROGRESS: Final = ("under_way", "done")

_BY_WHOM: Final[Mapping[Word, Message]] = {
    "withdrawn": Message("withdrawn by {who}"),
    "accepted": Message("accepted by {who}"),
    "declined": Message("declined by {who}"),
    "discussed": Message("discussed by {who}"),
    "under_way": Message("under way, as stated by {who}"),
    "done": Message("done, as stated by {who}"),
}

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What somebody says or does about an initiative on a day. `says`: language → their words, or ours if not `quoted`;
    "" for words that were erased."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    day: date
    word: Word
    by: tuple[str, ...]
    """Parties, bodies or delegations: it is their word alone."""
    says: Mapping[str, str] = field(default_factory=dict)
    quoted: bool = False
    meeting: str = ""
    """`M-3`, where it was at a meeting."""
    source: str
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Initiative:
    """A proposal with its steps. `what`: language → words, as `Step.says`. `about`: parts of clauses, numbers of
    provisions, or "work"."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    code: str
    """`P-3`"""
    proposed_by: tuple[str, ...]
    to: tuple[str, ...]
    day: date
    what: Mapping[str, str]
    quoted: bool = False
    about: tuple[str, ...]
    origin: Origin = "by_hand"
    reference: str = ""
    """Which statement, or which meeting (`M-3`)."""
    source: str
    known_at: datetime
    simulated: bool = False
    step: tuple[Step, ...] = ()

    @property
    def number(self) -> int:
        return int(self.code.removeprefix("P-"))

    @property
    def steps(self) -> tuple[Step, ...]:
        """Its steps in the order of their days; of one day as they were entered."""
        return tuple(sorted(self.step, key=lambda step: step.day))

    @property
    def is_about_work(self) -> bool:
        return WORK in self.about

    def known_by(self, at: datetime) -> Initiative:
        """The same with the steps that were known by a moment."""
        return replace(self, step=tuple(step for step in self.step if step.known_at <= at))

    def concerns(self, clause: str, agreement: Agreement) -> bool:
        """Whether it is about this part of a clause (or the whole clause that it stands in), this provision, or
        "work"."""
        of = {stipulation.id: provision.number for provision, stipulation in agreement.stipulations()}
        return clause in self.about or of.get(clause, clause) in self.about or clause in {of.get(a) for a in self.about}


@dataclass(frozen=True, slots=True, kw_only=True)
class InitiativesFile:
    """`initiatives.toml`"""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    schema: Literal[1]
    initiative: tuple[Initiative, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Who can propose and answer in a watch, and about what."""

    ids: frozenset[str]
    """Parties, bodies, delegations."""
    bound: tuple[str, ...]
    """The parties that the agreement binds."""
    counts_with: Mapping[str, str]
    """Body → the party as whose voice it counts."""
    clauses: frozenset[str]
    """Parts of clauses, and numbers of provisions."""
    zone: tzinfo

    def voice(self, who: str) -> str:
        return self.counts_with.get(who, who)

    def voices(self, ids: Collection[str]) -> frozenset[str]:
        return frozenset(map(self.voice, ids))


def circle_of(agreement: Agreement, delegations: Collection[str], zone: tzinfo) -> Circle:
    """Who and what an agreement names, and the delegations beside it; zone: in which the watch's days are."""
    parts = list(agreement.stipulations())
    return Circle(
        ids=frozenset((*agreement.party_ids, *(body.id for body in agreement.body), *delegations)),
        bound=tuple(party.id for party in agreement.party if party.role == "party"),
        counts_with={body.id: body.counts_with for body in agreement.body if body.counts_with},
        clauses=frozenset(name for provision, part in parts for name in (provision.number, part.id)),
        zone=zone,
    )


# How it stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an initiative stands by its steps: who stands by which word. A body is its party's voice."""

    by_word: Mapping[Word, frozenset[str]]
    """What each last answered, and how far each last said that it is; that it discussed it where it said nothing
    else."""
    silent: frozenset[str]
    """To whom it was addressed and of whom nothing is on record."""
    done_by_all: Literal["", "parties", "addressed"] = ""
    """Whether all parties that are bound state that it is done, or all to whom it was addressed."""
    declined_by_all: bool = False
    """Whether all to whom it was addressed declined it."""

    @property
    def is_open(self) -> bool:
        return not (self.by_word["withdrawn"] or self.done_by_all or self.declined_by_all)


def standing_of(initiative: Initiative, circle: Circle) -> Standing:
    """How it stands by all the steps that it has; ask `known_by` first for how it stood at a moment."""
    last: dict[tuple[str, str], Word] = {}
    for step in initiative.steps:
        part = "answer" if step.word in _ANSWERS else "progress" if step.word in _PROGRESS else step.word
        for who in circle.voices(step.by):
            last[who, part] = step.word
    speaking = frozenset(who for who, _ in last)
    by_word: dict[Word, frozenset[str]] = {
        word: frozenset(who for (who, _), of_who in last.items() if of_who == word) for word in WORDS
    }
    by_word["discussed"] -= frozenset(who for who, part in last if part != "discussed")
    addressed, bound = circle.voices(initiative.to), frozenset(circle.bound)
    return Standing(
        by_word=by_word,
        silent=addressed - speaking,
        done_by_all=(
            "parties"
            if len(bound) > 1 and bound <= by_word["done"]
            else "addressed"
            if addressed and addressed <= by_word["done"]
            else ""
        ),
        declined_by_all=bool(addressed) and addressed <= by_word["declined"],
    )


def step_message(step: Step, named: Callable[[Collection[str]], str]) -> Message:
    """What a step is, by whom; named: as for `standing_messages`."""
    return Message(_BY_WHOM[step.word].template, who=named(step.by))


def standing_messages(standing: Standing, named: Callable[[Collection[str]], str]) -> tuple[Message, ...]:
    """How it stands, a sentence for each word, always by whom. named: the names of these, joined as the reader's
    language does, in the order of their names."""
    forms = dict(_BY_WHOM)
    if standing.done_by_all:
        forms["done"] = {
            "parties": Message("done, as stated by all parties: {who}"),
            "addressed": Message("done, as stated by all to whom it was addressed: {who}"),
        }[standing.done_by_all]
    sentences = [
        Message(form.template, who=named(standing.by_word[word]))
        for word, form in forms.items()
        if standing.by_word[word]
    ]
    if standing.silent and not standing.by_word["withdrawn"]:
        sentences.append(Message("nothing on record from {who}", who=named(standing.silent)))
    return tuple(sentences) if any(standing.by_word.values()) else (Message("proposed"), *sentences)


# What is wrong with one


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with an initiative, at which of its fields: `("step", 2, "day")`."""

    path: Path
    what: Message
    remedy: Message


def troubles_of(initiative: Initiative, circle: Circle) -> Iterator[Trouble]:
    """Everything that is wrong with an initiative and its steps; the same for a file and for what is typed."""
    if not _CODE.fullmatch(initiative.code):
        what = Message('code "{code}" is no number of an initiative', code=initiative.code[:40])
        yield Trouble(("code",), what, Message("write P- and a number, such as P-3"))
    yield from _people_troubles(initiative.proposed_by, ("proposed_by",), circle)
    yield from _people_troubles(initiative.to, ("to",), circle)
    if both := circle.voices(initiative.proposed_by) & circle.voices(initiative.to):
        what = Message('"{name}" proposes it to itself', name=min(both))
        yield Trouble(("to",), what, Message("name in to only those who are to answer"))
    yield from _words_troubles(initiative.what, "what", ("what",), is_needed=True)
    yield from _about_troubles(initiative.about, circle)
    yield from _reference_troubles(initiative)
    yield from _source_troubles(initiative.source, initiative.day, initiative.known_at, (), circle)
    for index, step in enumerate(initiative.step):
        yield from _step_troubles(step, ("step", index), initiative, circle)
    yield from _order_troubles(initiative, circle)


def _people_troubles(ids: Sequence[str], path: Path, circle: Circle) -> Iterator[Trouble]:
    if not ids:
        what = Message("{key} names nobody", key=path[-1])
        yield Trouble(path, what, Message("name at least one party, body or delegation by its id"))
    for who in dict.fromkeys(ids):
        if who not in circle.ids:
            what = Message('{key} "{name}" is no party, body or delegation of this watch', key=path[-1], name=who[:40])
            yield Trouble(path, what, _among(circle.ids))
        elif ids.count(who) > 1:
            what = Message('{key} names "{name}" twice', key=path[-1], name=who)
            yield Trouble(path, what, Message("name each once"))


def _about_troubles(about: Sequence[str], circle: Circle) -> Iterator[Trouble]:
    if not about:
        remedy = Message('name parts of clauses, or "work" for the work of the centre itself')
        yield Trouble(("about",), Message("about names nothing"), remedy)
    for name in dict.fromkeys(about):
        if name != WORK and name not in circle.clauses:
            what = Message('about "{name}" is no clause of this agreement', name=name[:40])
            yield Trouble(("about",), what, _among((*circle.clauses, WORK)))


def _reference_troubles(initiative: Initiative) -> Iterator[Trouble]:
    reference = initiative.reference
    yield from _text_troubles(reference, "reference", ("reference",), is_needed=False)
    if initiative.origin == "meeting" and reference:
        yield from _meeting_troubles(reference, ("reference",))
    if initiative.origin == "by_hand" and reference:
        what = Message("has a reference and comes from neither a statement nor a meeting")
        yield Trouble(("reference",), what, Message('write origin = "statement" or "meeting", or leave it out'))


def _meeting_troubles(code: str, path: Path) -> Iterator[Trouble]:
    if not _MEETING.fullmatch(code):
        what = Message('"{code}" is no number of a meeting', code=code[:40])
        yield Trouble(path, what, Message("write M- and a number, such as M-3, or leave it out"))


def _source_troubles(source: str, day: date, known_at: datetime, path: Path, circle: Circle) -> Iterator[Trouble]:
    yield from _text_troubles(source, "source", (*path, "source"), is_needed=True)
    try:
        start = day_of(day, circle.zone).start
    except TimeError as exc:
        yield Trouble((*path, "day"), exc.message, Message("correct the day"))
        return
    if known_at.tzinfo is None:
        yield Trouble((*path, "known_at"), Message("known_at has no zone of time"), Message("add Z or an offset"))
    elif known_at.astimezone(UTC) < start:
        what = Message("known_at lies before its day, {day}", day=day)
        yield Trouble((*path, "known_at"), what, Message("write when it became known here, on that day or later"))


def _step_troubles(step: Step, path: Path, initiative: Initiative, circle: Circle) -> Iterator[Trouble]:
    yield from _people_troubles(step.by, (*path, "by"), circle)
    yield from _words_troubles(step.says, "says", (*path, "says"), is_needed=False)
    if step.meeting:
        yield from _meeting_troubles(step.meeting, (*path, "meeting"))
    yield from _source_troubles(step.source, step.day, step.known_at, path, circle)
    if step.day < initiative.day:
        what = Message(
            "{day} lies before the day on which it was proposed, {proposed}", day=step.day, proposed=initiative.day
        )
        yield Trouble((*path, "day"), what, Message("correct the day of the step, or that of the proposal"))
    strangers = circle.voices(step.by) - circle.voices(initiative.proposed_by)
    if step.word == "withdrawn" and step.by and strangers:
        what = Message('"{name}" did not propose it, so it cannot withdraw it', name=min(strangers))
        yield Trouble((*path, "by"), what, Message('name who proposed it, or write word = "declined"'))


def _order_troubles(initiative: Initiative, circle: Circle) -> Iterator[Trouble]:
    """What cannot follow on what was before: a step after the withdrawal, an answer that a side gave already."""
    in_order = sorted(enumerate(initiative.step), key=lambda numbered: numbered[1].day)
    last: dict[tuple[str, bool], Step] = {}
    withdrawn: date | None = None
    for index, step in in_order:
        path: Path = ("step", index)
        if withdrawn is not None:
            what = Message("comes after it was withdrawn, {day}", day=withdrawn)
            yield Trouble((*path, "day"), what, Message("enter what came after that as an initiative of its own"))
            continue
        withdrawn = step.day if step.word == "withdrawn" else None
        if step.word not in (*_ANSWERS, "done"):
            continue
        for who in sorted(circle.voices(step.by)):
            before = last.get((who, step.word in _ANSWERS))
            if before is not None and before.word == step.word:
                what = Message(
                    'the same is on record of "{name}" already, {day}',
                    name=who,
                    day=before.day,
                )
                yield Trouble((*path, "word"), what, Message("leave out who said it before"))
            last[who, step.word in _ANSWERS] = step


def _words_troubles(texts: Mapping[str, str], key: str, path: Path, *, is_needed: bool) -> Iterator[Trouble]:
    if is_needed and not texts:
        yield Trouble(path, Message("{key} is empty", key=key), Message("write it in at least one language"))
    for language, text in texts.items():
        if not _LANGUAGE.fullmatch(language):
            what = Message('"{language}" is no code of a language', language=language[:40])
            yield Trouble((*path, language), what, Message("write one such as en or ru"))
        yield from _text_troubles(text, key, (*path, language), is_needed=True)


def _text_troubles(text: str, key: str, path: Path, *, is_needed: bool) -> Iterator[Trouble]:
    if is_needed and not text.strip():
        yield Trouble(path, Message("{key} is empty", key=key), Message("write it in words"))
    if len(text) > MOST[key]:
        what = Message(
            "{key} has {count} characters, at most {most} are kept",
            key=key,
            count=Amount(len(text)),
            most=Amount(MOST[key]),
        )
        yield Trouble(path, what, Message("shorten it"))
    if refusal := refusal_of(text):
        yield Trouble(path, refusal, Message("write it again without that"))


def _among(words: Collection[str]) -> Message:
    return Message("write one of: {words}", words=", ".join(sorted(words)))
