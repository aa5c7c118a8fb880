"""What the pages of initiatives share: the list of a request, what a form's fields say, words for people."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from starlette.datastructures import FormData

from trucewatch.desks.proposing.operations import InitiativeList, Listed, NotEnteredError, watch_clock
from trucewatch.errors import StoreError, TimeError
from trucewatch.locale.reasons import party_name
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.initiatives import ORIGINS, WORDS, WORK, Initiative, Step, standing_messages
from trucewatch.model.typed_text import as_typed
from trucewatch.server.forms import texts_of, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import View

_CHOSEN: Final = ("proposed_by", "to", "about", "by")
"""Fields of which several can be chosen."""
PROPOSAL_FIELDS: Final = ("day", "quoted", "origin", "reference", "source", "known_at")
STEP_FIELDS: Final = ("day", "word", "quoted", "meeting", "source", "known_at")


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form brought: texts by field, and what was chosen where several can be."""

    texts: Mapping[str, str]
    chosen: Mapping[str, tuple[str, ...]]

    def text(self, field: str) -> str:
        return self.texts.get(field, "")

    def has(self, field: str, value: str) -> bool:
        return value in self.chosen.get(field, ())


@dataclass(frozen=True, slots=True)
class Wording:
    """Words in a language, in lines as a page shows them; None where they were erased."""

    language: str
    lines: tuple[str, ...] | None


def list_of(view: View) -> InitiativeList:
    """The list by the clock that the page shows: the replay's while one runs, else the watch's own."""
    watch = view.snapshot.watch
    now = view.snapshot.as_of if view.snapshot.is_replay else watch_clock(watch, view.console.now)
    return InitiativeList(view.console.store, watch, now)


def initiative_at(view: View, code: str) -> Listed:
    """The initiative that an address names. Raises RefusalError 404 if there is none."""
    try:
        return list_of(view).initiative(code)
    except StoreError as exc:
        raise RefusalError(404, exc.message) from exc


def languages_of(view: View) -> tuple[str, ...]:
    """The languages in which words are typed: those of the watch."""
    return view.snapshot.watch.settings.languages


def typed_in(view: View, form: FormData, fields: Collection[str], words: str) -> Typed:
    """What was typed into these fields and into those for words, and what was chosen. Lines end as people mean them."""
    names = (*fields, *(f"{words}-{language}" for language in languages_of(view)))
    texts = {name: as_typed(typed_of(form, name)) for name in names}
    return Typed(texts, {name: tuple(texts_of(form, name)) for name in _CHOSEN})


def proposal_in(view: View, typed: Typed) -> Initiative:
    """The proposal that a form brings, checked. Raises NotEnteredError with all that is wrong with it."""
    listed, faults = list_of(view), dict[str, Message]()
    day, known_at = _moments_in(view, listed, typed, faults)
    origin = next((origin for origin in ORIGINS if origin == typed.text("origin")), None)
    if origin is None:
        faults["origin"] = Message("choose where it comes from")
    initiative = Initiative(
        code="P-1",
        proposed_by=typed.chosen["proposed_by"],
        to=typed.chosen["to"],
        day=day,
        what=_words_in(view, typed, "what"),
        quoted=typed.text("quoted") == "yes",
        about=typed.chosen["about"],
        origin=origin or "by_hand",
        reference=typed.text("reference") if origin else "",
        source=typed.text("source"),
        known_at=known_at,
        simulated=listed.watch.settings.simulated,
    )
    try:
        listed.check(initiative)
    except NotEnteredError as exc:
        faults = {**exc.faults, **faults}
    if faults:
        raise NotEnteredError(faults)
    return initiative


def step_in(view: View, code: str, typed: Typed) -> Step:
    """The step that a form brings, checked. Raises NotEnteredError with all that is wrong with it."""
    listed, faults = list_of(view), dict[str, Message]()
    day, known_at = _moments_in(view, listed, typed, faults)
    word = next((word for word in WORDS if word == typed.text("word")), None)
    if word is None:
        faults["word"] = Message("choose what was said or done")
    step = Step(
        day=day,
        word=word or "discussed",
        by=typed.chosen["by"],
        says=_words_in(view, typed, "says"),
        quoted=typed.text("quoted") == "yes",
        meeting=typed.text("meeting"),
        source=typed.text("source"),
        known_at=known_at,
    )
    try:
        listed.check_step(code, step)
    except NotEnteredError as exc:
        faults = {**exc.faults, **faults}
    if faults:
        raise NotEnteredError(faults)
    return step


def _words_in(view: View, typed: Typed, field: str) -> dict[str, str]:
    texts = {language: typed.text(f"{field}-{language}") for language in languages_of(view)}
    return {language: text for language, text in texts.items() if text}


def _moments_in(view: View, listed: InitiativeList, typed: Typed, faults: dict[str, Message]) -> tuple[date, datetime]:
    """The day, and when it became known; what cannot be read is a fault, and the clock's stands in for it."""
    day, known_at = listed.now.astimezone(listed.watch.zone).date(), listed.now
    try:
        day = view.time_form.read_day(typed.text("day"))
    except TimeError as exc:
        faults["day"] = exc.message
    try:
        known_at = view.time_form.read_moment(typed.text("known_at"))
    except TimeError as exc:
        faults["known_at"] = exc.message
    return day, known_at


# Words for people


def people(view: View) -> list[tuple[str, str]]:
    """Who can propose and answer, with their names, in the order of these."""
    ids = list_of(view).circle.ids
    return sorted(((who, name_of(view, who)) for who in ids), key=lambda pair: (pair[1].casefold(), pair[0]))


def clauses(view: View) -> list[tuple[str, str]]:
    """What an initiative can be about: the work itself, then every part of a clause with what it says."""
    words = view.words
    parts = [
        (part.id, f"{part.id} {printable(words.name(part.summary))}")
        for _, part in view.snapshot.watch.agreement.stipulations()
    ]
    return [(WORK, about_words(view, (WORK,))), *parts]


def clause_links(view: View, about: Collection[str]) -> list[tuple[str, str, str]]:
    """Of each clause that it is about: its number, what it says, and its place below the page of the agreement."""
    words, agreement = view.words, view.snapshot.watch.agreement
    parts = {part.id: (provision, part) for provision, part in agreement.stipulations()}
    whole = {provision.number: provision for provision in agreement.provision}
    links = []
    for name in about:
        if name in parts:
            provision, part = parts[name]
            links.append((name, printable(words.name(part.summary)), f"{provision.number}#{name}"))
        elif name in whole:
            links.append((name, printable(words.name(whole[name].summary)), name))
    return links


def name_of(view: View, who: str) -> str:
    return party_name(who, view.snapshot.watch, view.words)


def names_of(view: View, ids: Collection[str]) -> str:
    """Names joined as the reader's language does, in the order of the names."""
    return view.words.listed(sorted((name_of(view, who) for who in ids), key=str.casefold))


def about_words(view: View, about: Collection[str]) -> str:
    """What it is about: `the work of the centre`, `clauses 1a and 5b`."""
    words = view.words
    numbers = [name for name in about if name != WORK]
    parts = [words.gettext("the work of the centre")] if WORK in about else []
    if numbers:
        sentence = words.ngettext("clause {numbers}", "clauses {numbers}", len(numbers))
        parts.append(sentence.format(numbers=words.listed(numbers)))
    return words.listed(parts)


def standing_words(view: View, row: Listed) -> list[Message]:
    """How it stands, a sentence for each word."""
    return list(standing_messages(row.standing, lambda ids: names_of(view, ids)))


def wordings(texts: Mapping[str, str]) -> list[Wording]:
    """Words in the order of their languages' codes."""
    return [
        Wording(language, tuple(printable(line) for line in text.splitlines()) if text else None)
        for language, text in sorted(texts.items())
    ]


def wording_for(view: View, texts: Mapping[str, str]) -> Wording:
    """Words in the reader's language, else in the next that there is."""
    standing = {language: text for language, text in texts.items() if text}
    text = view.words.name(standing)
    language = next((code for code, words in sorted(standing.items()) if words == text), "")
    return Wording(language, tuple(printable(line) for line in text.splitlines()) if text else None)


def word_labels(view: View) -> dict[str, str]:
    """What a step says, for a list to choose from."""
    pgettext = view.words.pgettext
    return {
        "discussed": pgettext("initiative", "discussed"),
        "accepted": pgettext("initiative", "accepted"),
        "declined": pgettext("initiative", "declined"),
        "under_way": pgettext("initiative", "under way"),
        "done": pgettext("initiative", "done"),
        "withdrawn": pgettext("initiative", "withdrawn"),
    }


def origin_labels(view: View) -> dict[str, str]:
    words = view.words
    return {
        "by_hand": words.gettext("entered by hand from another source"),
        "meeting": words.gettext("a meeting"),
        "statement": words.gettext("a statement"),
    }


def sides_words(view: View, row: Listed) -> list[dict[str, Any]]:
    """What each says, side by side in the order of their names: the proposal and every step with words."""
    circle, initiative = list_of(view).circle, row.initiative
    ids = circle.voices(
        (*initiative.proposed_by, *initiative.to, *(who for step in initiative.step for who in step.by))
    )
    spoken = [(initiative.day, initiative.proposed_by, initiative.what, initiative.quoted)]
    spoken += [(step.day, step.by, step.says, step.quoted) for step in initiative.steps if step.says]
    return [
        {
            "name": name_of(view, side),
            "spoken": [
                {
                    "day": day,
                    "with": names_of(view, set(by) - {who for who in by if circle.voice(who) == side}),
                    "as": names_of(view, {who for who in by if circle.voice(who) == side} - {side}),
                    "wordings": wordings(texts),
                    "quoted": quoted,
                }
                for day, by, texts, quoted in spoken
                if side in circle.voices(by)
            ],
        }
        for side in sorted(ids, key=lambda who: (name_of(view, who).casefold(), who))
    ]
