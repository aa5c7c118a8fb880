"""Two versions of one copy of a statement → whether they are one statement, which paragraphs stayed, what changed.

A transcript grows: questions are added, words are mended. What a person accepted hangs on the ids of paragraphs, so a
paragraph that stayed, or was mended a little, keeps its id, and no id is ever used again.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from trucewatch.model.annotations import Span
from trucewatch.model.statements import Paragraph, Statement, with_paragraph_ids
from trucewatch.model.word_differences import Differences, word_differences

SAME_FROM: Final = 0.75
"""A likeness from which two texts are offered as versions of one statement."""
_OF_TEXT, _OF_TITLE, _OF_DAY = 0.7, 0.15, 0.15
_MENDED_FROM: Final = 0.6
"""Share of the words that two wordings of one paragraph have in common."""
_MOST_CANDIDATES: Final = 24
"""Paragraphs that one is compared with, so that time grows with the length alone."""
_WORD: Final = re.compile(r"\w+")
_ID: Final = re.compile(r"p(\d{1,9})")
_ONE_SIGN: Final = str.maketrans(
    {
        **dict.fromkeys("’‘ʼ`", "'"),
        **dict.fromkeys("“”„«»‟", '"'),
        **dict.fromkeys("‐‑‒–—", "-"),
        **dict.fromkeys("\u00a0\u202f\u2009", " "),
    }
)
"""Signs that printers choose, one for one, so that places hold."""
_MOST_PLACES: Final = 1_000
_FEWEST_CHARS: Final = 12
"""Shorter words are looked for in their own paragraph alone: elsewhere they may be other words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A paragraph that the later version has more, has no more, or words otherwise. differences: of both wordings."""

    kind: Literal["added", "removed", "corrected"]
    paragraph: str
    before: str = ""
    after: str = ""
    differences: Differences | None = None


def likeness(earlier: Statement, later: Statement) -> float:
    """From 0 to 1: how surely two texts are versions of one copy of a statement (`SAME_FROM`).

    Compared are runs of three words, as a share of the shorter text (questions may be added, a typo mended), the titles
    and the days. Texts in two languages are copies and no versions: 0.
    """
    if earlier.language and later.language and earlier.language != later.language:
        return 0.0
    runs, other_runs = _runs_of(earlier), _runs_of(later)
    fewest = min(len(runs), len(other_runs))
    of_text = len(runs & other_runs) / fewest if fewest else float(not runs and not other_runs)
    of_day = 0.5 if earlier.day is None or later.day is None else float(earlier.day == later.day)
    return _OF_TEXT * of_text + _OF_TITLE * _common_share(earlier.title, later.title) + _OF_DAY * of_day


def _runs_of(statement: Statement) -> set[tuple[str, ...]]:
    runs: set[tuple[str, ...]] = set()
    for spoken in statement.spoken():
        words = _WORD.findall(spoken.paragraph.text.casefold())
        if len(words) < 3:
            # "Thank you." stands in any transcript and tells nothing of this one.
            continue
        runs.update(zip(words, words[1:], words[2:], strict=False))
    return runs


def _common_share(first: str, second: str) -> float:
    """Dice's share of the words that two texts have in common."""
    words, others = Counter(_WORD.findall(first.casefold())), Counter(_WORD.findall(second.casefold()))
    total = words.total() + others.total()
    return 2 * (words & others).total() / total if total else 1.0


def ids_kept(earlier: Statement, later: Statement, *, used: Collection[str] = ()) -> Statement:
    """The later version; a paragraph that the earlier one has too, the same or mended a little, has its id.

    New paragraphs get numbers above every one in `earlier` and in `used`: give there the ids of all versions before,
    so that the id of a paragraph that was taken out is not used again. The same input gives the same ids, and doing it
    twice changes nothing.
    Limits: of paragraphs with the same words the first keeps the first id; of a split paragraph one half may keep
    it.
    """
    old, new = _paragraphs(earlier), _paragraphs(later)
    origins = _origins(old, new)
    numbers = [int(match[1]) for each in (*(every.id for every in old), *used) if (match := _ID.fullmatch(each))]
    following = max(numbers, default=0)
    ids: dict[str, str] = {}
    for place, paragraph in enumerate(new):
        if place in origins:
            ids[paragraph.id] = old[origins[place]].id
        else:
            following += 1
            ids[paragraph.id] = f"p{following}"
    return with_paragraph_ids(later, ids)


def _paragraphs(statement: Statement) -> list[Paragraph]:
    return [spoken.paragraph for spoken in statement.spoken()]


def _key(text: str) -> str:
    return " ".join(text.translate(_ONE_SIGN).casefold().split())


def _origins(old: list[Paragraph], new: list[Paragraph]) -> dict[int, int]:
    """Places in the later version → in the earlier one."""
    old_keys, new_keys = [_key(each.text) for each in old], [_key(each.text) for each in new]
    least = min(len(old), len(new))
    before = next((place for place in range(least) if old_keys[place] != new_keys[place]), least)
    after = next(
        (place for place in range(least - before) if old_keys[-1 - place] != new_keys[-1 - place]), least - before
    )
    origins = {place: place for place in range(before)}
    origins |= {len(new) - 1 - place: len(old) - 1 - place for place in range(after)}
    waiting: defaultdict[str, deque[int]] = defaultdict(deque)
    for place in range(before, len(old) - after):
        waiting[old_keys[place]].append(place)
    for place in range(before, len(new) - after):
        if waiting.get(new_keys[place]):
            origins[place] = waiting[new_keys[place]].popleft()
    _add_mended(origins, old, new, before)
    return origins


def _add_mended(origins: dict[int, int], old: list[Paragraph], new: list[Paragraph], before: int) -> None:
    """Pairs what is left between the same neighbours, the best first wording in order."""
    matched = set(origins.values())
    low = before - 1
    for place in range(before, len(new)):
        if place in origins:
            low = origins[place]
            continue
        best, best_share = -1, _MENDED_FROM
        for origin in range(low + 1, min(len(old), low + 1 + _MOST_CANDIDATES)):
            if origin in matched:
                break
            share = _common_share(old[origin].text, new[place].text)
            if share > best_share:
                best, best_share = origin, share
        if best >= 0:
            origins[place] = low = best
            matched.add(best)


def changes(earlier: Statement, later: Statement) -> tuple[Change, ...]:
    """What is added, taken out and worded otherwise, by ids: the later version with its ids kept (`ids_kept`).

    In the order of the later version; what was taken out stands where it stood.
    """
    old, new = _paragraphs(earlier), _paragraphs(later)
    old_texts = {each.id: each.text for each in old}
    new_ids = {each.id for each in new}
    gone: defaultdict[str, list[Change]] = defaultdict(list)
    last = ""
    for each in old:
        if each.id in new_ids:
            last = each.id
        else:
            gone[last].append(Change(kind="removed", paragraph=each.id, before=each.text))
    result = list(gone[""])
    for each in new:
        before = old_texts.get(each.id)
        if before is None:
            result.append(Change(kind="added", paragraph=each.id, after=each.text))
        elif before != each.text:
            differences = word_differences((before, each.text))
            result.append(
                Change(kind="corrected", paragraph=each.id, before=before, after=each.text, differences=differences)
            )
        result += gone[each.id] if each.id in old_texts else []
    return tuple(result)


def moved_span(span: Span, earlier: Statement, later: Statement) -> Span | None:
    """Where the very words of a span stand in a later version; None where they are there no more.

    Looked for in the paragraph of that id, then, if they are long enough, in all others, where they must stand once.
    Kinds of quotation marks, dashes and blanks count for nothing; every other letter does.
    """
    old = earlier.paragraph(span.paragraph)
    if old is None or not 0 <= span.start < span.end <= len(old.paragraph.text):
        return None
    words = old.paragraph.text[span.start : span.end].translate(_ONE_SIGN)
    same = later.paragraph(span.paragraph)
    if same is not None:
        places = _places_of(words, same.paragraph.text)
        own_places = _places_of(words, old.paragraph.text)
        if places:
            if len(places) == len(own_places) and span.start in own_places:
                start = places[own_places.index(span.start)]
            else:
                start = min(places, key=lambda place: abs(place - span.start))
            return Span(paragraph=span.paragraph, start=start, end=start + len(words))
    if len(words) < _FEWEST_CHARS:
        return None
    elsewhere = [
        Span(paragraph=each.id, start=place, end=place + len(words))
        for each in _paragraphs(later)
        if each.id != span.paragraph
        for place in _places_of(words, each.text)
    ]
    return elsewhere[0] if len(elsewhere) == 1 else None


def _places_of(words: str, text: str) -> list[int]:
    """Where words stand in a text as whole words."""
    plain = text.translate(_ONE_SIGN)
    places: list[int] = []
    place = plain.find(words)
    while place >= 0 and len(places) < _MOST_PLACES:
        before, after = plain[place - 1 : place] if place else "", plain[place + len(words) : place + len(words) + 1]
        if not (before.isalnum() and words[0].isalnum()) and not (after.isalnum() and words[-1].isalnum()):
            places.append(place)
        place = plain.find(words, place + len(words))
    return places
