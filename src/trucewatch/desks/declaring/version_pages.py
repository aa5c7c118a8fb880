"""Two versions of one copy of a statement: what the later one adds, takes out and words otherwise, word by word."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from trucewatch.desks.declaring.language_pages import speaker_in
from trucewatch.desks.declaring.pages import place_at
from trucewatch.locale.sanitize import isolated
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.model.statements import Spoken, Statement
from trucewatch.model.word_differences import Run, word_differences
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView

router = APIRouter(include_in_schema=False)

Change = Literal["same", "added", "removed", "corrected", "moved", "speaker"]
CHANGE_WORDS = {
    "added": Message("Added"),
    "removed": Message("Removed"),
    "corrected": Message("Worded otherwise"),
    "moved": Message("Moved"),
    "speaker": Message("Other speaker"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A paragraph of either version, by the id that it keeps. earlier, later: its text in each, cut where the words
    differ; empty where that version has it not. too_long: not compared word by word. speakers: who says it in each,
    where that is not the same."""

    id: str
    spoken: Spoken
    change: Change
    earlier: tuple[Run, ...] = ()
    later: tuple[Run, ...] = ()
    too_long: bool = False
    speakers: tuple[str, str] = ("", "")


@router.get("/statements/{number}/versions")
@needs(Right.INSIDE)
def versions(view: CurrentView, number: str, language: str = "", first: int = 0, second: int = 0) -> HTMLResponse:
    """Two versions of a copy; without numbers the last one beside the one before it."""
    newest = place_at(view, number, language)
    language = newest.version.language
    numbers = sorted({each.version for each in newest.statement.versions if each.language == language})
    second = second or numbers[-1]
    first = first or max((each for each in numbers if each < second), default=numbers[0])
    if first > second:
        first, second = second, first
    if len(numbers) > 1 and first == second:
        raise RefusalError(422, Message("Choose two versions; one beside itself shows nothing."))
    earlier, later = (place_at(view, number, language, each) for each in (first, second))
    pieces: list[Piece] = []
    has_words = earlier.text is not None and later.text is not None
    if len(numbers) > 1 and earlier.text is not None and later.text is not None:
        pieces = list(pieces_between(earlier.text, later.text))
    changed = [piece for piece in pieces if piece.change != "same"]
    return view.page(
        "declaring/versions.html.jinja",
        place=newest,
        language=language,
        numbers=numbers,
        first=first,
        second=second,
        earlier=earlier,
        later=later,
        has_words=has_words,
        pieces=changed,
        same=len(pieces) - len(changed),
        counts={
            name: sum(piece.change == name for piece in changed)
            for name in CHANGE_WORDS
            if any(piece.change == name for piece in changed)
        },
        changes=CHANGE_WORDS,
        heads=list(heads_between(earlier.text, later.text)) if earlier.text and later.text else [],
    )


def pieces_between(earlier: Statement, later: Statement) -> Iterator[Piece]:
    """Every paragraph of both, in the order of the later one; those that it has no more stand where they stood."""
    before = {each.paragraph.id: each for each in earlier.spoken()}
    after = {each.paragraph.id: each for each in later.spoken()}
    order = [each for each in before if each in after]
    place = {name: number for number, name in enumerate(after)}
    moved = set(order) - set(_longest_run([place[each] for each in order], order))
    waiting = deque(before)
    passed: set[str] = set()
    for name, spoken in after.items():
        if name not in before:
            yield Piece(
                id=name, spoken=spoken, change="added", later=(Run(isolated(spoken.paragraph.text), differs=True),)
            )
            continue
        passed.add(name)
        while waiting and (waiting[0] not in after or waiting[0] in passed):
            gone = waiting.popleft()
            if gone not in after:
                yield _removed(before[gone])
        speakers = speaker_in(earlier, before[name]), speaker_in(later, spoken)
        yield _in_both(before[name], spoken, speakers, is_moved=name in moved)
    for name in waiting:
        if name not in after:
            yield _removed(before[name])


def _removed(spoken: Spoken) -> Piece:
    return Piece(
        id=spoken.paragraph.id,
        spoken=spoken,
        change="removed",
        earlier=(Run(isolated(spoken.paragraph.text), differs=True),),
    )


def _in_both(before: Spoken, after: Spoken, speakers: tuple[str, str], *, is_moved: bool) -> Piece:
    texts = (before.paragraph.text, after.paragraph.text)
    is_of_another = speakers[0] != speakers[1] or (before.part == "question") != (after.part == "question")
    shown = speakers if is_of_another else ("", "")
    if texts[0] == texts[1]:
        runs = (Run(isolated(texts[1])),)
        change: Change = "speaker" if is_of_another else "moved" if is_moved else "same"
        return Piece(id=after.paragraph.id, spoken=after, change=change, earlier=runs, later=runs, speakers=shown)
    differences = word_differences(texts)
    own, others = (tuple(Run(isolated(run.text), run.differs) for run in runs) for runs in differences.runs)
    return Piece(
        id=after.paragraph.id,
        spoken=after,
        change="corrected",
        earlier=own,
        later=others,
        too_long=differences.too_long,
        speakers=shown,
    )


def _longest_run(places: list[int], names: list[str]) -> list[str]:
    """The names whose places rise, as many as can be: what is left has moved.

    >>> _longest_run([2, 0, 1], ["a", "b", "c"])
    ['b', 'c']
    """
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, place in enumerate(places):
        length = bisect_left(ends, place)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [number]
    run: list[str] = []
    number = last[-1] if last else -1
    while number >= 0:
        run.append(names[number])
        number = before[number]
    return run[::-1]


def heads_between(earlier: Statement, later: Statement) -> Iterator[tuple[Message, str, str]]:
    """What the heads say otherwise: which field, before, after."""
    fields = (
        (Message("Title"), earlier.title, later.title),
        (Message("Day"), str(earlier.day or ""), str(later.day or "")),
        (Message("Time"), _clock(earlier), _clock(later)),
        (Message("Place"), earlier.place, later.place),
        (Message("Speakers"), _speakers(earlier), _speakers(later)),
    )
    for label, before, after in fields:
        if before != after:
            yield label, before, after


def _clock(statement: Statement) -> str:
    """With the zone: in another one the same hour is another moment."""
    clock = statement.clock.isoformat("minutes") if statement.clock else ""
    return " ".join(filter(None, (clock, clock and (statement.zone or statement.zone_assumed or ""))))


def _speakers(statement: Statement) -> str:
    return "; ".join(", ".join(filter(None, (each.name, each.role))) for each in statement.speakers)
