"""What is never kept in a humanitarian instance: any text → the rules that it meets, said without a word of it.

A text is read as its reader sees it (`never_here_text`), by words that people can read and mend (`never_here_words`)
and by shapes of numbers (`never_here_numbers`). Work is in proportion to the length of the text. Nothing is kept: no
text, no part of it, no hash. The rule is a net and no proof: a name alone, and a picture of a list, pass it.
"""

from __future__ import annotations

import re
from base64 import b64decode
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from trucewatch.messages import Message, Term
from trucewatch.model import never_here_words as words
from trucewatch.model.never_here_numbers import COARSE, is_contact, is_identity, is_position
from trucewatch.model.never_here_text import (
    IS_NAME,
    MAY_BE_NAME,
    Reading,
    cell_ends_after,
    is_surname,
    looks,
    plain_text,
    vocabularies,
)

MOST_CHARS: Final = 16_000_000
"""A longer text is not looked through: whoever asks refuses it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. why: what is said to whoever brought the text; definition: the rule in words that can be read."""

    name: str
    why: Message
    definition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A text meets a rule; nothing of the text is in it. rule: a name in RULES."""

    rule: str
    why: Message


_EVERY_RULE: Final = (
    Rule(
        name="birth",
        why=Message("it looks like a person's name with a birth date, a birth year or an age"),
        definition="A birth year, birth date or age beside a name; a whole birth date beside a word for birth; a row "
        "of a table with a name and a year from 1920 to 2012 or a sex and an age.",
    ),
    Rule(
        name="identity",
        why=Message("it looks like the number of a passport or of another identity paper"),
        definition="Passports and identity cards by their shape (AZE and 8 digits, two capitals and 7, C, P, U or A "
        "and 7 or 8), the lines a machine reads in them, numbers of public services and insurance by their check; any "
        "number of six digits, or seven letters and digits, beside a word for such a paper.",
    ),
    Rule(
        name="tracing",
        why=Message("it looks like the search for a person, or a list of missing, detained or displaced people"),
        definition="A word for missing, detained, prisoner or displaced, or for a search, beside a name; a word for a "
        "search beside one for a relative.",
    ),
    Rule(
        name="medical",
        why=Message("it looks like the case of a patient"),
        definition="A word for a patient or a diagnosis beside a name; an illness or wound beside a name, a relative "
        "or the age of one person.",
    ),
    Rule(
        name="protection",
        why=Message("it looks like a case of protection"),
        definition="A word for such a case beside a name, a relative or the age of one person.",
    ),
    Rule(
        name="ethnicity",
        why=Message("it looks like a word on who belongs to which people by ethnicity"),
        definition="A word for ethnicity beside the name of a group, or as the heading of a field. The name of a group "
        "alone passes: states, sides and languages have it too.",
    ),
    Rule(
        name="position",
        why=Message("it looks like coordinates that show a spot, or where somebody is now"),
        definition="Coordinates with three decimals or with seconds, MGRS to a hundred metres, UTM, plus codes, three "
        'words of a place; words for "now at" beside any coordinates. Fields that are made for an outline or a point '
        "are not asked.",
    ),
    Rule(
        name="contact",
        why=Message("it looks like a telephone number or the mailbox of a person"),
        definition="A telephone number with its country or of nine digits, or a mail address that is not an office's. "
        "Whom to call stands in the directory, by function, where it can be mended and erased.",
    ),
)
RULES: Final[Mapping[str, Rule]] = {rule.name: rule for rule in _EVERY_RULE}
OF_FILES: Final[Mapping[str, Rule]] = {
    rule.name: rule
    for rule in (
        Rule(
            name="people_list",
            why=Message("it holds names of people together with birth dates or identity numbers"),
            definition="The rule on lists of people that holds in every watch: headings, sentences and columns.",
        ),
        Rule(
            name="unreadable",
            why=Message("it cannot be read as text here, so that nobody can tell what stands in it"),
            definition="Pictures, scans, what is locked or damaged, and whatever else holds no text that this program "
            "reads; a file longer than it reads. Outlines (GeoJSON, KML) are read, their corners are no positions.",
        ),
    )
}
"""What a file is refused by beside the rules on texts."""


def rule_of(name: str) -> Rule:
    """The rule of a name; one that says no more than that it was one, for a name that a later program gave."""
    unknown = Rule(name=name, why=Message("it holds what is never kept here"), definition="")
    return RULES.get(name) or OF_FILES.get(name) or unknown


Door = Literal["form", "address", "file", "inbox", "message"]
DOORS: Final[Mapping[str, Term]] = {
    "form": Term("door", "a form"),
    "address": Term("door", "an address"),
    "file": Term("door", "a file that was brought"),
    "inbox": Term("door", "a file in the inbox"),
    "message": Term("door", "a message"),
}
"""Where something came in that was refused."""
INSTEAD: Final = Message(
    "Nothing of it was kept, only that something was refused, when and by which rule. Cases of people stay with the "
    'agencies: write "referred to ICRC on 3 May, reference R-17" and nothing of the case; numbers of people, districts '
    "and days can be written. Whom to call stands in the directory."
)
"""What can be done where something was refused."""

_SAID: Final = vocabularies(
    {
        "born": words.BORN,
        "age_after": words.AGE_AFTER,
        "age_before": words.AGE_BEFORE,
        "identity": words.IDENTITY,
        "searched": words.SEARCHED,
        "held": words.HELD,
        "kin": words.KIN,
        "patient": words.PATIENT,
        "illness": words.ILLNESS,
        "protection": words.PROTECTION,
        "ethnic": words.ETHNIC,
        "groups": words.GROUPS,
        "now_at": words.NOW_AT,
        "phone": words.PHONE,
    }
)
_YEAR: Final = re.compile(r"19\d\d|20[0-2]\d")
_BIRTH_YEAR_OF_A_ROW: Final = re.compile(r"19[2-9]\d|200\d|201[0-2]")
_DAY: Final = re.compile(
    r"(?<![\d.])(?:\d{1,2} ?[./-] ?\d{1,2} ?[./-] ?(?:19|20)\d\d|(?:19|20)\d\d ?[./-] ?\d{1,2} ?[./-] ?\d{1,2})(?![\d])"
)
_WITH_LETTERS: Final = re.compile(r"(?<!\w)(?=[A-Za-z]{0,6}\d)(?=\d{0,6}[A-Za-z])[A-Za-z\d]{7}(?!\w)")
_BIRTH_WITHIN, _NAME_WITHIN, _NUMBER_WITHIN = 5, 8, 6
"""Words between two that are beside each other."""


def refusals(text: str, *, allow: Collection[str] = ()) -> tuple[Refusal, ...]:
    """The rules that a text meets, each once, in the order of RULES; empty for a text that may be kept.

    allow: names of rules that are not asked, as "position" of a field that is made for an outline, "contact" of the
    directory. Raises nothing: of a text longer than MOST_CHARS the beginning is read.

    >>> [refusal.rule for refusal in refusals("Nemo Anyone, b. 1961")]
    ['birth']
    >>> refusals("referred to ICRC on 3 May, reference R-17; 15 patients, two urgent; 1,960 blankets")
    ()
    """
    if not text or not (plain := plain_text(text[:MOST_CHARS])).strip():
        return ()
    readings = [_Marked(each) for each in (plain, *_other_ways(text[:MOST_CHARS]))]
    return tuple(
        Refusal(rule=name, why=rule.why)
        for name, rule in RULES.items()
        if name not in allow and any(_MEETS[name](marked) for marked in readings)
    )


_TURNED: Final = ("\u202d", "\u202e")
_CODED: Final = re.compile(r"[A-Za-z0-9+/]{32,200}={0,2}")
_MOST_CODED: Final = 2000
"""Pieces of base64 that are unpacked."""


def _other_ways(text: str) -> Iterable[str]:
    """How else a text can be read: turned round by a mark of direction, or unpacked from base64."""
    if any(mark in text for mark in _TURNED):
        yield plain_text(text[::-1])
    read = bytearray()
    for coded in islice(_CODED.finditer(text), _MOST_CODED):
        whole = coded[0].rstrip("=")
        with suppress(ValueError):
            read += b64decode(whole[: len(whole) // 4 * 4])
    if read:
        yield plain_text(read.decode("utf-8", "ignore"))


def refusals_of_row(
    texts: Iterable[str], *, allow: Collection[str] = (), listed: Collection[str] = ()
) -> tuple[Refusal, ...]:
    """The same of several fields of one row: of each, and of what is split over neighbours. listed: values that were
    chosen from a list, which say nothing beside others: `call` beside an hour is no number to call."""
    filled = [text for text in texts if text]
    rules = {refusal.rule for text in filled for refusal in refusals(text, allow=allow)}
    filled = [text for text in filled if text not in listed]
    if len(filled) > 1:
        undated = [text for text in filled if not _A_DAY.fullmatch(text.strip())]
        uncounted = [text for text in undated if not _is_count(text)]
        for between in (" ; ", " "):
            joined = {refusal.rule for refusal in refusals(between.join(filled), allow=allow)}
            # Two moments, and four counts, have the digits of a telephone number; the short id of an organisation, a
            # count and a day have the shape of a passport: `HR 3 2031-05-04`.
            for rule, without in (("identity", undated if uncounted else []), ("contact", uncounted)):
                if rule in joined and rule not in {each.rule for each in refusals(between.join(without), allow=allow)}:
                    joined.discard(rule)
            rules |= joined
    return tuple(Refusal(rule=name, why=rule.why) for name, rule in RULES.items() if name in rules)


_A_DAY: Final = re.compile(
    r"(?:\d{4}-\d\d-\d\d|\d{1,2} [^\W\d]{3,12}\.? \d{4})(?:[ T]\d\d:\d\d(?::\d\d)?[0-9.]{0,8}(?:Z|[+-]\d\d:?\d\d)?)?"
)
"""What a field of a day or a moment holds: `2031-05-04T06:00Z`, `4 May 2031 06:00`."""


def _is_count(text: str) -> bool:
    """Whether it is what a field of a number mostly holds."""
    return len(text) <= 5 and text.isdecimal()


class _Marked:
    """A text with the words of each table, found once."""

    def __init__(self, plain: str) -> None:
        self.plain = plain
        self.reading = Reading(plain)
        self._places: dict[str, list[tuple[int, int]]] = {}

    def places_of(self, table: str) -> list[tuple[int, int]]:
        if table not in self._places:
            self._places[table] = _SAID[table].found_in(self.reading.words)
        return self._places[table]

    def is_beside(self, table: str, first: int, last: int, within: int) -> bool:
        """Whether a word of a table stands so near."""
        part = self.reading.words[max(first - within, 0) : last + within]
        return bool(_SAID[table].found_in(part))

    def stretch(self, first: int, last: int, within: int) -> str:
        """The text from so many words before to so many after."""
        starts, ends = self.reading.starts, self.reading.ends
        begin, end = starts[max(first - within, 0)], ends[min(last + within, len(ends)) - 1]
        middle = starts[first]
        return self.plain[max(begin, middle - 200) : min(end, middle + 240)]


def _meets_birth(marked: _Marked) -> bool:
    reading = marked.reading
    for first, last in marked.places_of("born"):
        if len(reading.words[first]) == 1 and last - first == 1 and not reading.typed[first].isascii():
            continue  # a Cyrillic letter that looks like b is a word of its own
        near = reading.typed[max(first - _BIRTH_WITHIN, 0) : last + _BIRTH_WITHIN]
        if not any(_YEAR.fullmatch(word) or (word.isdigit() and len(word) == 2) for word in near):
            continue
        if any(map(_YEAR.fullmatch, near)) or _DAY.search(marked.stretch(first, last, _BIRTH_WITHIN)):
            if reading.name_near(first, last, within=_NAME_WITHIN):
                return True
            if last - first > 1 or len(reading.words[first]) > 2:
                if _DAY.search(marked.stretch(first, last, _BIRTH_WITHIN)):
                    return True
                beside = reading.words[max(first - _NAME_WITHIN, 0) : last + _NAME_WITHIN]
                if any(map(is_surname, beside)):
                    return True
        elif len(reading.words[first]) == 1 and reading.name_near(first, last, within=2):
            return True
    return _tells_age(marked) or _is_row_of_people(marked)


def _ages(marked: _Marked) -> Iterable[tuple[int, int]]:
    """Where the age of one person stands: from its first word to the one after its last."""
    reading = marked.reading
    for first, last in marked.places_of("age_after"):
        at = first - 1 if first and reading.typed[first - 1].isdigit() else first - 2
        if at >= 0 and _is_age(reading.typed[at]):
            yield at, last
    for first, last in marked.places_of("age_before"):
        if last < len(reading.typed) and _is_age(reading.typed[last]):
            yield first, last + 1


def _is_age(word: str) -> bool:
    return word.isdigit() and len(word) < 4 and 0 < int(word) < 111


def _tells_age(marked: _Marked) -> bool:
    return any(marked.reading.name_near(first, last, within=3) for first, last in _ages(marked))


_NAME_AND_DAY: Final = re.compile(
    r"(?<!\w)[^\W\d_]{2,40}\s{0,3}[;|\t][;|\s]{0,20}"
    r"(?:\d{1,2}[./-]\d{1,2}[./-](?:19[2-9]\d|200\d|201[0-2])|(?:19[2-9]\d|200\d|201[0-2])-\d\d-\d\d)(?!\d)"
)


def _is_row_of_people(marked: _Marked) -> bool:
    """A name, then a year or a day of one in a cell of its own, or a sex and an age."""
    reading = marked.reading
    for cell in _NAME_AND_DAY.finditer(marked.plain):
        at = bisect_right(reading.starts, cell.start()) - 1
        if reading.names[at] == IS_NAME or any(reading.names[max(at - 2, 0) : at]):
            return True
    for at, typed in enumerate(reading.typed):
        if not typed.isdigit() or not at:
            continue
        is_cell = cell_ends_after(reading, at - 1) or (
            at + 1 < len(reading.typed) and cell_ends_after(reading, at) and reading.gap(at - 1) != " "
        )
        before = reading.names[max(at - 3, 0) : at]
        if _BIRTH_YEAR_OF_A_ROW.fullmatch(typed):
            is_told = any(word.islower() and len(word) > 3 for word in reading.typed[max(at - 3, 0) : at])
            if IS_NAME in before and not is_told and not _is_counted(reading, at):
                return True
            if is_cell and (MAY_BE_NAME in before or any(reading.names[at + 1 : at + 4])):
                return True
        elif _is_age(typed) and reading.words[at - 1] in _SEXES and any(before):
            return True
    return False


_SEXES: Final = frozenset(
    map(looks, ("f", "m", "male", "female", "муж", "жен", "м", "ж", "kişi", "qadın", "erkek", "kadın", "ա", "ի"))
)


def _is_counted(reading: Reading, at: int) -> bool:
    """Whether a number is said to be of things: a word in small letters follows it at once."""
    follows = at + 1 < len(reading.typed) and reading.gap(at) == " "
    return follows and reading.typed[at + 1].islower() and len(reading.typed[at + 1]) > 4


def _meets_identity(marked: _Marked) -> bool:
    if is_identity(marked.plain):
        return True
    for first, last in marked.places_of("identity"):
        stretch = marked.stretch(first, last, _NUMBER_WITHIN)
        closed = re.sub(r"(?<=\d)[ \n-]{1,2}(?=\d)", "", stretch)
        if re.search(r"(?<![\d.,])\d{6,14}(?![.,]\d)", _DAY.sub(" ", closed)) or _WITH_LETTERS.search(closed):
            return True
    return False


def _near_name(marked: _Marked, table: str) -> bool:
    """Whether a word of a table stands beside a name; one that may be a place's, right beside it."""
    reading = marked.reading
    for first, last in marked.places_of(table):
        if reading.name_near(first, last, within=_NAME_WITHIN, least=IS_NAME):
            return True
        if reading.name_near(first, last, within=2):
            return True
    return False


def _meets_tracing(marked: _Marked) -> bool:
    searches = marked.places_of("searched")
    if any(marked.is_beside("kin", first, last, _NAME_WITHIN) for first, last in searches):
        return True
    return _near_name(marked, "searched") or _near_name(marked, "held")


def _meets_medical(marked: _Marked) -> bool:
    if _near_name(marked, "patient") or _near_name(marked, "illness"):
        return True
    return _is_of_one(marked, "illness")


def _meets_protection(marked: _Marked) -> bool:
    return _near_name(marked, "protection") or _is_of_one(marked, "protection")


def _is_of_one(marked: _Marked, table: str) -> bool:
    """Whether a word of a table stands beside a relative of somebody, or the age of one person."""
    if any(marked.is_beside("kin", first, last, 3) for first, last in marked.places_of(table)):
        return True
    return any(marked.is_beside(table, first, last, _NAME_WITHIN) for first, last in _ages(marked))


_HEADINGS_OF_ETHNICITY: Final = frozenset(
    map(
        looks,
        (
            "ethnicity",
            "национальность",
            "этничность",
            "milliyyət",
            "milliyyəti",
            "ազգություն",
            "ազգությունը",
            "etnisite",
        ),
    )
)


def _meets_ethnicity(marked: _Marked) -> bool:
    reading = marked.reading
    for first, last in marked.places_of("ethnic"):
        if marked.is_beside("groups", first, last, _NUMBER_WITHIN):
            return True
        if reading.words[first] in _HEADINGS_OF_ETHNICITY:
            after, before = reading.gap(last - 1), reading.gap(first - 1) if first else ";"
            is_last = last == len(reading.words)
            if re.match(r"\s{0,2}[:=;|\t]", after) or (
                re.search(r"[;|\t,]\s{0,2}$", before) and (is_last or "," in after)
            ):
                return True
    return False


def _meets_position(marked: _Marked) -> bool:
    if is_position(marked.plain):
        return True
    return any(COARSE.search(marked.stretch(first, last, 12)) for first, last in marked.places_of("now_at"))


def _meets_contact(marked: _Marked) -> bool:
    if is_contact(marked.plain):
        return True
    for _, last in marked.places_of("phone"):
        closed = re.sub(r"(?<=\d)[ ()-]{1,2}(?=\d)", "", marked.stretch(last - 1, last, _NUMBER_WITHIN))
        if re.search(r"(?<![\d.,])\d{7,14}(?![.,]?\d)", closed):
            return True
    return False


_MEETS: Final[Mapping[str, Callable[[_Marked], bool]]] = {
    "birth": _meets_birth,
    "identity": _meets_identity,
    "tracing": _meets_tracing,
    "medical": _meets_medical,
    "protection": _meets_protection,
    "ethnicity": _meets_ethnicity,
    "position": _meets_position,
    "contact": _meets_contact,
}
