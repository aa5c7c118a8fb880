"""What words that a person adds to an urgent message would give away: a place or a time finer than the rule, a count,
a weapon, an effect, a caller. Every pass over a text is linear in its length.

It is stricter than people like: a word that only looks like one of these is refused too, and another can be written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from trucewatch.annotation.number_words import number_words, plain
from trucewatch.errors import PlaceError
from trucewatch.geo.place_text import folded
from trucewatch.messages import Message
from trucewatch.model.claims import looks_like
from trucewatch.model.names import OUR_OWN
from trucewatch.model.watch import Watch
from trucewatch.pipeline.flash_lexicon import Gives, what_it_gives
from trucewatch.sources.compass_words import direction_of
from trucewatch.sources.gazetteer import Gazetteer, Named, gazetteer_of, within_one_letter

CALLER: Final = Message("This names somebody who called; write nothing of who called.")
_GIVES: Final[Mapping[Gives, Message]] = {
    "weapon": Message("“{word}” says what was fired; write only what is asked."),
    "effect": Message("“{word}” says what was hit, hurt or damaged, which helps to correct fire; take it out."),
    "correction": Message("“{word}” says how far off it was, which helps to correct fire; take it out."),
    "origin": Message("“{word}” says where fire came from; take it out."),
    "landmark": Message("“{word}” tells the place finer than the rule; take it out."),
    "measure": Message("“{word}” tells a distance or a direction, finer than the rule; take it out."),
    "post": Message("“{word}” tells of a post or a sensor; take it out."),
    "direction": Message("“{word}” tells a direction, finer than the rule; take it out."),
}
_TIME: Final = re.compile(r"(?<![\d:.,])([01]?\d|2[0-3]):([0-5]\d)(?![\d:])(?![.,]\d)")
_CODE: Final = re.compile(r"\bum-\d{1,6}\b")
_NUMERAL: Final = re.compile(r"[0-9][0-9.,:/°'\"-]*")
_LINK: Final = re.compile(r"://|www\.|@|///|[^\W\d_]{2}\.[^\W\d_]{2}")
_WORD: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|(?<=\w)['’ʼ](?=\w))*")
_LONE_LETTERS: Final = re.compile(r"(?<![^\W\d_])[^\W\d_](?:[\s.\-_*·|/]{1,3}[^\W\d_](?![^\W\d_]))+")
_APART: Final = re.compile(r"(?<=[^\W\d_])[\-_*·|/\u00ad](?=[^\W\d_])")
_SIDES: Final = ("side", "сторон", "taraf", "կողմ")
"""After a word for two: both sides are no count."""
LONGEST_SHOWN: Final = 30
PREFIX_FROM: Final = 5
SLIP_FROM: Final = 6
NAME_PART_FROM: Final = 4
MOST_READ: Final = 1000
"""Characters that are looked at; a longer text is refused for its length anyway."""


def bared(text: str) -> str:
    """The text as it is searched: signs of one kind, digits of one kind, no mark that cannot be seen.

    >>> bared("Ho\u200bllin ２１:０５")
    'Hollin 21:05'
    """
    letters = []
    # ½, Ⅻ and ② are numbers as they stand, and letters or less once they are normalised.
    numbered = "".join("0" if unicodedata.category(char) in ("Nl", "No") else char for char in text[:MOST_READ])
    for char in unicodedata.normalize("NFKC", numbered):
        category = unicodedata.category(char)
        if category == "Nd":
            letters.append(str(unicodedata.decimal(char)))
        elif category[0] == "Z" or char in "\n\r\t":
            letters.append(" ")
        elif category == "Pd" or char == "−":
            letters.append("-")
        elif category not in ("Cf", "Cc", "Cn", "Co", "Cs") and not "\ufe00" <= char <= "\ufe0f":
            letters.append(char)
    return "".join(letters)


def giveaways(
    text: str,
    language: str,
    watch: Watch,
    *,
    may_name: Collection[str],
    callers: Collection[str] = (),
    codes: Collection[str] = (),
) -> Iterator[Message]:
    """What a text in a language would give away, the gravest first. may_name: ids of places that the message tells
    anyway; callers: names of people on record, which are never repeated in a sentence; codes: of messages on record,
    `UM-3`, the only numbers beside times that may stand there. What only looks like one may be anything."""
    bare = bared(text)
    lowered = bare.casefold()
    if _LINK.search(lowered):
        yield Message("This holds an address or a link, or words joined by full stops; take it out.")
    mixed = next((word for word in _words(bare) if _is_mixed(word)), "")
    if mixed:
        yield Message("“{word}” mixes letters of two alphabets; write it in one.", word=_shown(mixed))
    forms = _forms(bare)
    gazetteer, own_words = gazetteer_of(watch), _own_words(watch)
    for form in forms:
        for place in _places_in(form, gazetteer):
            if place.kind == "post":
                yield Message("This names a post or a sensor; take it out.")
            elif place.id not in may_name and place.id not in own_words:
                yield Message("“{place}” is a place finer than the message tells; take it out.", place=place.name)
    if any(_names_caller(lowered, caller) for caller in callers):
        yield CALLER
    yield from _numerals(lowered, {code.casefold() for code in codes})
    plain_names = _names_that_stand(watch, gazetteer, may_name)
    for form in forms:
        yield from _word_faults(form, language, plain_names)


def told_numbers(text: str) -> tuple[str, ...]:
    """The times and codes of a text, in order of their size: the same in every language, or the languages differ."""
    lowered = bared(text).casefold()
    times = (f"{int(hour):02d}:{minute}" for hour, minute in _TIME.findall(lowered))
    return tuple(sorted((*times, *_CODE.findall(lowered))))


def told_places(text: str, watch: Watch) -> frozenset[str]:
    """The ids of the places that a text names."""
    gazetteer = gazetteer_of(watch)
    return frozenset(place.id for form in _forms(bared(text)) for place in _places_in(form, gazetteer))


def _numerals(lowered: str, codes: Collection[str]) -> Iterator[Message]:
    for match in _TIME.finditer(lowered):
        if int(match[2]) % 15:
            yield Message("“{time}” is finer than a quarter of an hour; take it out.", time=match[0])
    rest = _CODE.sub(lambda match: " " if match[0] in codes else match[0], _TIME.sub(" ", lowered))
    number = _NUMERAL.search(rest)
    if number is None:
        return
    digits = sum(map(str.isdigit, rest))
    written = _shown(number[0])
    if digits >= 6:
        yield Message("“{number}” may be a coordinate, a grid cell or a telephone number; take it out.", number=written)
    else:
        yield Message("“{number}” may be a count, a calibre, a distance or a place; take it out.", number=written)


def _names_that_stand(watch: Watch, gazetteer: Gazetteer, may_name: Collection[str]) -> frozenset[str]:
    """Names, folded, whose words say nothing by themselves: of places that are told, of parties, bodies and
    delegations."""
    names = {name for name, places in gazetteer.places.items() if any(place.id in may_name for place in places)}
    names |= {folded(name) for called in watch.names_by_id.values() for name in called.values()}
    return frozenset(names)


def _own_words(watch: Watch) -> frozenset[str]:
    """Regions for counting whose names are words of this watch and no place's: *Centre* is whoever reads this too."""
    regions = {zone.id for zone in watch.zones if zone.kind == "region"}
    rows = watch.naming.place if watch.naming else ()
    own = (row for row in rows if all(set(name.users) == {OUR_OWN} for name in row.name))
    return frozenset(place_id for row in own for place_id in row.ids if place_id in regions)


def _in_a_name(words: Sequence[str], names: Collection[str]) -> frozenset[int]:
    """Which words of a text stand in a name."""
    most = max((name.count(" ") + 1 for name in names), default=0)
    return frozenset(
        place
        for first in range(len(words))
        for length in range(1, min(most, len(words) - first) + 1)
        if folded(" ".join(words[first : first + length])) in names
        for place in range(first, first + length)
    )


def _word_faults(form: str, language: str, names: Collection[str]) -> Iterator[Message]:
    counts = number_words(language)
    words = _words(form)
    in_a_name = _in_a_name(words, names)
    for place, word in enumerate(words):
        if place in in_a_name:
            continue
        gives = what_it_gives(folded(word)) or what_it_gives(folded(looks_like(word)))
        if gives is None and len(word) > 2 and direction_of(word.casefold()):
            gives = "direction"
        if gives is not None:
            yield Message(_GIVES[gives].template, word=_shown(word))
        value = counts.get(plain(word), 0)
        is_both = value == 2 and place + 1 < len(words) and plain(words[place + 1]).startswith(_SIDES)
        if value > 1 and not is_both:
            yield Message("“{word}” may be a count; take it out.", word=_shown(word))


def _places_in(form: str, gazetteer: Gazetteer) -> Iterator[Named]:
    """The places that a text names, in any case, with a slip of one letter, in letters that look alike."""
    words = [word.casefold() for word in _words(form)]
    alike = _alike(gazetteer)
    for first, word in enumerate(words):
        for length in range(1, min(gazetteer.most_words + 1, len(words) - first + 1)):
            run = words[first : first + length]
            yield from _called(" ".join(run), gazetteer, alike)
            if length > 1:
                yield from _inflected(run, gazetteer)
        yield from _nearly(word, gazetteer)


def _called(run: str, gazetteer: Gazetteer, alike: Mapping[str, Sequence[Named]]) -> Iterator[Named]:
    for name in {folded(run), folded(run.partition("'")[0])}:
        yield from gazetteer.places.get(name, ())
    yield from alike.get(looks_like(run), ())


def _inflected(run: Sequence[str], gazetteer: Gazetteer) -> Iterator[Named]:
    """The place whose name of several words stands here in another case."""
    try:
        place = gazetteer.inflected(run)
    except PlaceError:  # several are called so: any of them is one too many
        place = next(
            (each for name in gazetteer.by_beginning[folded(run[0])[:3]] for each in gazetteer.places[name]), None
        )
    if place is not None:
        yield place


def _nearly(word: str, gazetteer: Gazetteer) -> Iterator[Named]:
    """A name that this word begins with, or is a case of, or one letter apart from."""
    written = folded(word)
    for place_name in gazetteer.by_beginning.get(written[:3], ()):
        if " " in place_name or len(place_name) < PREFIX_FROM:
            continue
        has_case = place_name > "\u024f" and len(place_name) > PREFIX_FROM  # which takes the last letter
        stem = place_name[:-1] if has_case else place_name
        is_slip = len(written) >= SLIP_FROM and within_one_letter(place_name, written)
        if written.startswith(stem) or is_slip:
            yield from gazetteer.places[place_name]


_ALIKE: list[tuple[Gazetteer, Mapping[str, Sequence[Named]]]] = []


def _alike(gazetteer: Gazetteer) -> Mapping[str, Sequence[Named]]:
    """Names by how their letters look, whatever alphabet they are of. Of the last gazetteer it is kept."""
    if _ALIKE and _ALIKE[0][0] is gazetteer:
        return _ALIKE[0][1]
    by_look: dict[str, tuple[Named, ...]] = {}
    for name, places in gazetteer.places.items():
        by_look[looks_like(name)] = (*by_look.get(looks_like(name), ()), *places)
    _ALIKE[:] = [(gazetteer, by_look)]
    return by_look


def _forms(bare: str) -> tuple[str, ...]:
    """The text, and as it reads without what stands between letters: `Hol-lin`, `H o l l i n`."""
    joined = _APART.sub("", bare)
    letters = _LONE_LETTERS.sub(lambda match: "".join(filter(str.isalpha, match[0])), bare)
    return tuple(dict.fromkeys((bare.replace("-", " ").replace("_", " "), joined, letters)))


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _is_mixed(word: str) -> bool:
    scripts = {unicodedata.name(char, "?").partition(" ")[0] for char in word if char.isalpha()}
    return len(scripts) > 1


def _names_caller(lowered: str, caller: str) -> bool:
    """Whether a text holds a name on record, or a part of it that is long enough to be one."""
    written = {folded(word) for word in _words(lowered)}
    parts = [folded(part) for part in _words(bared(caller).casefold())]
    return any(len(part) >= NAME_PART_FROM and any(word.startswith(part) for word in written) for part in parts) or (
        bool(parts) and set(parts) <= written
    )


def _shown(word: str) -> str:
    return word if len(word) <= LONGEST_SHOWN else word[:LONGEST_SHOWN] + "…"
