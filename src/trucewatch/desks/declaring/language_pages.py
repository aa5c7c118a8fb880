"""Two language copies of one statement side by side: which paragraphs say the same, and where they do not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from trucewatch.annotation.alignment import Alignment, Pair, align
from trucewatch.annotation.differences import Compared, Difference, compare
from trucewatch.desks.declaring.offers import names_here
from trucewatch.desks.declaring.pages import Place, place_at
from trucewatch.locale.sanitize import isolated
from trucewatch.messages import Message
from trucewatch.model.annotations import Span
from trucewatch.model.roles import Right
from trucewatch.model.statements import Paragraph, Spoken, Statement
from trucewatch.model.word_differences import Run
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView, View

router = APIRouter(include_in_schema=False)

DIFFERENCE_WORDS = {
    "number": Message("Number"),
    "date": Message("Day"),
    "name": Message("Name"),
    "bound": Message("By or before"),
    "lacks": Message("One lacks it"),
    "negation": Message("Denied in one"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ParagraphBeside:
    """A paragraph of one copy. name: of who speaks; runs: its text, cut where a difference is marked."""

    paragraph: Paragraph
    spoken: Spoken
    name: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairBeside:
    """What says the same in both, with its differences; a side without paragraphs lacks it. number: from 1."""

    number: int
    first: tuple[ParagraphBeside, ...]
    second: tuple[ParagraphBeside, ...]
    differences: tuple[Difference, ...]


@router.get("/statements/{number}/languages")
@needs(Right.INSIDE)
def languages(view: CurrentView, number: str, first: str = "", second: str = "", show: str = "all") -> HTMLResponse:
    """Two copies, each in its latest version. show: "differing" for the pairs with differences alone."""
    place = place_at(view, number, first)
    there = place.statement.languages
    first = place.version.language
    second = second or next((language for language in there if language != first), "")
    chosen = place_at(view, number, second) if second and second != first else None
    if second and second == first:
        raise RefusalError(
            422,
            Message("Choose two languages; a copy beside itself shows nothing. Its versions have a page of theirs."),
        )
    pairs: list[PairBeside] = []
    alignment: Alignment | None = None
    remarks: tuple[Message, ...] = ()
    differing = 0
    if chosen is not None and place.text is not None and chosen.text is not None:
        names = names_here(view.console.store, view.watch)
        alignment = align(place.text, chosen.text, names)
        compared = compare(place.text, chosen.text, alignment, names)
        remarks = tuple(_named(remark, view) for remark in compared.remarks)
        if alignment.is_aligned:
            pairs = pairs_beside(place.text, chosen.text, alignment.pairs, compared)
            differing = sum(bool(pair.differences) for pair in pairs)
    listed = [pair for pair in pairs if pair.differences] if show == "differing" else pairs
    return view.page(
        "declaring/languages.html.jinja",
        place=place,
        chosen=chosen,
        first=first,
        second=second,
        there=[(language, view.words.language_name(language)) for language in there],
        alignment=alignment,
        pairs=listed,
        every=len(pairs),
        differing=differing,
        show="differing" if show == "differing" else "all",
        remarks=remarks,
        kinds=DIFFERENCE_WORDS,
        sentence=lambda difference: _named(difference.sentence, view),
        titles=[_title(each) for each in (place, chosen) if each is not None],
    )


def pairs_beside(first: Statement, second: Statement, pairs: Sequence[Pair], compared: Compared) -> list[PairBeside]:
    """The pairs of an alignment with their paragraphs, cut where the words of a difference begin and end."""
    of_pair: dict[int, list[Difference]] = {}
    for difference in compared.differences:
        of_pair.setdefault(difference.pair, []).append(difference)
    own = {each.paragraph.id: each for each in first.spoken()}
    others = {each.paragraph.id: each for each in second.spoken()}
    beside = []
    for place, pair in enumerate(pairs):
        differences = of_pair.get(place, [])
        beside.append(
            PairBeside(
                number=place + 1,
                first=_paragraphs(first, own, pair.first, (span for each in differences for span in each.first)),
                second=_paragraphs(second, others, pair.second, (span for each in differences for span in each.second)),
                differences=tuple(differences),
            )
        )
    return beside


def _paragraphs(
    statement: Statement, spoken: dict[str, Spoken], names: Iterable[str], spans: Iterable[Span]
) -> tuple[ParagraphBeside, ...]:
    marked = list(spans)
    return tuple(
        ParagraphBeside(
            paragraph=spoken[name].paragraph,
            spoken=spoken[name],
            name=speaker_in(statement, spoken[name]),
            runs=runs_of(spoken[name].paragraph.text, [span for span in marked if span.paragraph == name]),
        )
        for name in names
    )


def speaker_in(statement: Statement, spoken: Spoken) -> str:
    """Who speaks a paragraph, by name; of a question whoever asks, "" where that is not said."""
    if spoken.part == "question":
        return statement.exchanges[spoken.exchange - 1].question.by or ""
    speaker = statement.speaker(spoken.speaker)
    return speaker.name if speaker else ""


def runs_of(text: str, spans: Iterable[Span]) -> tuple[Run, ...]:
    """A text cut where spans begin and end; spans that overlap are one. No run turns the direction of what follows it.

    >>> [(run.text.strip("\\u2068\\u2069"), run.differs) for run in runs_of("by 2 May", [
    ...     Span(paragraph="p1", start=3, end=8)])]
    [('by ', False), ('2 May', True)]
    """
    runs: list[Run] = []
    position = 0
    for begins, end in sorted((max(0, span.start), min(len(text), span.end)) for span in spans):
        start = max(begins, position)
        if start >= end or (start == 0 and end == len(text)):
            continue  # a paragraph that is marked whole is a gap beside, and needs no mark within
        runs += [Run(text[position:start]), Run(text[start:end], differs=True)]
        position = end
    runs.append(Run(text[position:]))
    return tuple(Run(isolated(run.text), run.differs) for run in runs if run.text)


def _named(message: Message, view: View) -> Message:
    """A sentence that names a copy by the code of its language, with the language's name."""
    language = message.values.get("language")
    if not isinstance(language, str):
        return message
    return Message(message.template, **{**message.values, "language": view.words.language_name(language)})


def _title(place: Place) -> str:
    return place.heading.title if place.heading else ""
