"""The form in which a person changes an offer or a decision, or adds what no rule offered: its fields, and what they
say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, get_args

from starlette.datastructures import FormData

from trucewatch.annotation.values import values_in
from trucewatch.desks.declaring.offers import names_here
from trucewatch.errors import TimeError
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.annotations import ASSERTS, KINDS, Bound, Passage, Span, Value
from trucewatch.model.statements import Spoken, Statement
from trucewatch.model.typed_text import as_typed
from trucewatch.pipeline.annotation_checks import placed
from trucewatch.server.forms import texts_of, typed_of
from trucewatch.server.view import View

TEXTS: Final = ("kind", "words", "who", "to", "attributed_to", "people", "by_day", "by_bound", "by_words", "note")
_APART: Final = ";"
"""What stands between several names in one field; commas stand within offices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in the fields. about: what was chosen of clauses and the like."""

    texts: Mapping[str, str]
    about: tuple[str, ...] = ()
    is_soft: bool = False
    may_leave: bool = False

    def text(self, field: str) -> str:
        return self.texts.get(field, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a form is about: the paragraph, and the offer or the decision that it changes. offer: its key; in_place_of:
    number of a decision; visited: the entry of the decision that was looked at, 0 for none."""

    spoken: Spoken
    passage: Passage | None = None
    offer: str = ""
    in_place_of: int = 0
    visited: int = 0
    note: str = ""
    may_leave: bool = False


def typed_in(form: FormData) -> Typed:
    """What the form brought."""
    return Typed(
        texts={name: as_typed(typed_of(form, name)) for name in TEXTS},
        about=tuple(texts_of(form, "about")),
        is_soft="is_soft" in form,
        may_leave="may_leave" in form,
    )


def standing_in(view: View, basis: Basis) -> Typed:
    """What stands in the form before anybody typed."""
    passage = basis.passage
    if passage is None:
        return Typed(texts={"kind": "", "words": ""})
    return Typed(
        texts={
            "kind": passage.kind,
            "words": passage.words,
            "who": _joined(passage.who),
            "to": _joined(passage.to),
            "attributed_to": _joined(passage.attributed_to),
            "people": _joined(passage.people),
            "by_day": view.time_form.write_day(passage.by_day) if passage.by_day else "",
            "by_bound": passage.by_bound,
            "by_words": passage.by_words,
            "note": basis.note,
        },
        about=passage.about,
        is_soft=passage.is_soft,
        may_leave=basis.may_leave,
    )


def said_in(view: View, text: Statement, basis: Basis, typed: Typed) -> tuple[Passage | None, dict[str, Message]]:
    """What the form says was said, with what is wrong with it by field; None where the words cannot be placed."""
    faults: dict[str, Message] = {}
    kind = next((kind for kind in KINDS if kind == typed.text("kind")), None)
    if kind is None:
        faults["kind"] = Message("Choose what it is.")
    span = span_of(basis, typed.text("words"))
    if span is None:
        faults["words"] = Message(
            "These words do not stand in this paragraph as they are typed; copy them from it without a change."
        )
    by_day = None
    if typed.text("by_day"):
        try:
            by_day = view.time_form.read_day(typed.text("by_day"))
        except TimeError as exc:
            faults["by_day"] = exc.message
    bound: Bound = next((bound for bound in get_args(Bound) if bound == typed.text("by_bound")), "")
    if by_day is not None and not bound:
        faults["by_bound"] = Message("Choose how the day is meant: by, before, on or within.")
    if kind is None or span is None:
        return None, faults
    before = basis.passage
    passage = Passage(
        kind=kind,
        span=span,
        words=typed.text("words"),
        part=basis.spoken.part,
        about=typed.about,
        topics=before.topics if before else (),
        who=_several(typed.text("who")),
        to=_several(typed.text("to")),
        attributed_to=_several(typed.text("attributed_to")),
        people=_several(typed.text("people")),
        by_day=by_day,
        by_bound=bound if by_day is not None else "",
        by_words=typed.text("by_words"),
        is_soft=typed.is_soft,
        values=_values_within(view, text, basis, span) if kind in ASSERTS else (),
        rule=before.rule if before else "",
        trigger=before.trigger if before else (),
    )
    return placed(passage, text) or passage, faults


def _values_within(view: View, text: Statement, basis: Basis, span: Span) -> tuple[Value, ...]:
    """The dates, numbers and places in the words: those that a rule took, and in words that no rule marked what stands
    there."""
    before = basis.passage
    taken = [value for value in before.values if span.start <= value.start and value.end <= span.end] if before else []
    if before and before.span.start <= span.start and span.end <= before.span.end:
        return tuple(taken)
    read = values_in(
        basis.spoken.paragraph.text, text.language, names_here(view.console.store, view.watch), year_of=text.day
    )
    taken += [
        value
        for value in read
        if span.start <= value.start
        and value.end <= span.end
        and not any(each.start < value.end and value.start < each.end for each in taken)
    ]
    return tuple(sorted(taken, key=lambda value: value.start))


def span_of(basis: Basis, words: str) -> Span | None:
    """Where words stand in the paragraph: of several places the one nearest to where they were offered."""
    text = basis.spoken.paragraph.text
    if not words:
        return None
    near = basis.passage.span.start if basis.passage else 0
    start = -1
    place = text.find(words)
    while place >= 0 and (start < 0 or abs(place - near) < abs(start - near)):
        start = place
        place = text.find(words, place + 1)
    return Span(paragraph=basis.spoken.paragraph.id, start=start, end=start + len(words)) if start >= 0 else None


def with_part(passage: Passage, part: str, parts: Mapping[str, str]) -> Passage:
    """A reading of this part of a clause; parts: each with the number of its provision. What else it is about stays,
    but for clauses."""
    others = tuple(name for name in passage.about if name not in parts and name not in set(parts.values()))
    return replace(passage, about=(part, *others))


def _several(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(_APART) if part.strip()))


def _joined(names: tuple[str, ...]) -> str:
    return f"{_APART} ".join(printable(name) for name in names)
