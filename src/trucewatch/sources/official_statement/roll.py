"""Who speaks: names and offices from the head and from the labels, however they are written → speakers with ids."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final

from trucewatch.sources.official_statement.statement_words import small, statement_words
from trucewatch.sources.official_statement.turn_labels import PARTICLES

EDGE: Final = " \t,;:.!?–—-|/()[]«»“”„\"'"
INITIALS: Final = re.compile(r"^((?:[^\W\d_]{1,2}\.\s?-?){1,3})(?=[^\W\d_]{2})")
_ADDED: Final = re.compile(r"(?<=\w)-(?:at-large|elect|designate|in-chief|in-office)$")
"""What English adds to an office with a hyphen."""
SUFFIX: Final = re.compile(r"['’ʼ].*$")
_STEMS: Final = ("präsident", "minister", "kanzler", "sprecher", "sekretär")
MOST_PEOPLE: Final = 300
"""With more than these a page is a list; names are then one person's only if they are written alike."""
_SHORT_OFFICES: Final = frozenset(["AM", "StM", "MP", "IM", "VM", "FM", "DM"])
"""Offices in short that are other words where they do not stand first in a label, in capitals."""
_RANKS: Final = (
    "coronel", "comandante", "major", "generalmajor", "oberstleutnant", "майор*", "colonel", "col", "gen", "lt", "maj",
    "capt", "bp", "pm", "fm", "полковник*", "oberst",
)  # fmt: skip
_OF_OFFICES: Final = frozenset(
    [
        "state",
        "foreign",
        "affairs",
        "external",
        "asuntos",
        "exteriores",
        "extérieures",
        "étrangères",
        "affaires",
        "relaciones",
        "defensa",
        "defence",
        "defense",
        "interior",
        "prime",
    ]
)
"""Words of an office that are no office alone."""


@dataclass(slots=True)
class Person:
    """Someone who may speak: given names or initials, family name, office; the forms that were met."""

    forenames: str = ""
    family: str = ""
    role: str = ""
    is_of_head: bool = False
    is_moderator: bool = False
    offices: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        glue = "" if self.forenames.endswith(".") and " " not in self.forenames else " "
        return f"{self.forenames}{glue}{self.family}".strip() if self.forenames else self.family


@dataclass(slots=True)
class Roll:
    """The people of one page. `of_head`: those that the head names come first."""

    people: list[Person] = field(default_factory=list)
    title: str = ""
    lines: tuple[str, ...] = ()
    by_form: dict[str, Person] = field(default_factory=dict)
    """Labels as they were entered."""
    is_turkic: bool = False
    """Whether a capital I is a small ı."""

    def by_label(self, label: str, role: str = "") -> Person | None:
        """Whom a label names, among those who are known; None for somebody new."""
        forenames, family, offices = split_name(label)
        if not family:
            return self._by_office(offices)
        for person in self.people:
            if person.family and small(person.family) == small(family) and _agree(person.forenames, forenames):
                return person
        for person in self.people:
            if person.is_of_head and is_same_family(person.family, family) and _agree(person.forenames, forenames):
                return person
        return None

    def enter(self, label: str, role: str = "") -> Person:
        """The person of a label, entered if new; what this label says more fully is kept."""
        forenames, family, offices = split_name(label)
        if label in self.by_form:
            return self.by_form[label]
        person = self.by_label(label) if len(self.people) <= MOST_PEOPLE else None
        if person is None:
            person = Person(forenames=forenames, family=family or label.strip(), offices=offices)
            beside = self._in_head(family) if family else None
            if beside:
                head_given = beside[0] if not is_cyrillic(family) or beside[0].endswith(".") else ""
                person.forenames, person.role = max(head_given, forenames, key=len), beside[1]
            self.people.append(person)
        elif family:
            # The head inflects a name (Russian, Turkish, Armenian); the label has it as it is.
            if not (small(person.family) == small(family) and not person.family.isupper()):
                is_bent = small(person.family) != small(family) and is_cyrillic(family)
                person.family = family
                if is_bent and not person.forenames.endswith("."):
                    person.forenames = forenames  # Russian bends given names too; the label has them as they are.
            if len(forenames) > len(person.forenames) or (
                person.forenames.endswith(".") and forenames and not forenames.endswith(".")
            ):
                person.forenames = forenames
        person.family = _in_small_capitals(person.family, is_turkic=self.is_turkic)
        person.forenames = _in_small_capitals(person.forenames, is_turkic=self.is_turkic)
        person.role = person.role or role or " ".join(_written_office(label, person))
        person.offices |= offices
        self.by_form[label] = person
        return person

    def _by_office(self, offices: frozenset[str]) -> Person | None:
        fitting = [
            person
            for person in self.people
            if any(
                office[:5] in other or other[:5] in office
                for office in offices
                for other in person.offices | office_words(person.role)
            )
        ]
        return fitting[0] if fitting else None

    def _in_head(self, family: str) -> tuple[str, str] | None:
        for text in (self.title, *self.lines):
            beside = find_in(text, family)
            if beside:
                return beside
        return None


def is_cyrillic(name: str) -> bool:
    return "\u0400" <= name[:1] <= "\u04ff"


def _written_office(label: str, person: Person) -> list[str]:
    family = small(person.family)
    # Behind a comma an office stands whole: "of the Upper Valley" says whose it is.
    beside = [part.strip() for part in label.split(",")]
    for part in beside if len(beside) > 1 else []:
        plain = [small(word.strip(EDGE)) for word in part.split()]
        if family not in plain and any(is_office(word) for word in part.split()):
            return [part]
    words = [word for word in label.split() if small(word.strip(EDGE)) != family]
    parts_of_name = [word.strip(",") for word in words if is_office(word)]
    return [_in_small_capitals(word) for word in parts_of_name] if parts_of_name else []


def _agree(first_form: str, other: str) -> bool:
    """Whether two given names or initials can be one person's."""
    return not first_form or not other or small(first_form)[:1] == small(other)[:1]


def _in_small_capitals(name: str, *, is_turkic: bool = False) -> str:
    letters = [char for char in name if char.isalpha()]
    if len(letters) < 3 or not all(char.isupper() for char in letters):
        return name

    def lowered(match: re.Match[str]) -> str:
        rest = match[0][1:].replace("I", "ı") if is_turkic else match[0][1:]
        return match[0][0] + rest.lower().replace("\u0307", "")

    return re.sub(r"[^\W\d_]+", lowered, name)


def is_same_family(first_form: str, other: str) -> bool:
    """Whether two family names are one, however a language bends its end.

    >>> is_same_family("Лаврова", "Лавров"), is_same_family("Brandelin", "Brandel"), is_same_family("Miller", "Mills")
    (True, True, False)
    """
    first, second = small(SUFFIX.sub("", first_form)), small(SUFFIX.sub("", other))
    if first == second:
        return True
    shared = 0
    for left, right in zip(first, second, strict=False):
        if left != right:
            break
        shared += 1
    shorter, longer = sorted((len(first), len(second)))
    # The whole name stands in the bent one, but for one vowel or soft sign at its end.
    if shared == shorter:
        return shorter >= 3 and longer - shorter <= 4
    return is_cyrillic(second) and shared == shorter - 1 and shorter >= 5 and longer - shorter <= 2


@cache
def _office_tokens() -> re.Pattern[str]:
    words = statement_words()
    return re.compile(
        "|".join(
            (
                words.patterns["office"].pattern,
                r"(?:" + "|".join(word.replace("*", r"\w*") for word in _RANKS) + ")",
            )
        )
    )


@lru_cache(maxsize=4096)
def is_office(word: str) -> bool:
    """Whether a word names an office, "Minister"."""
    plain = _ADDED.sub("", small(SUFFIX.sub("", word)).strip(EDGE))
    return bool(_office_tokens().fullmatch(plain)) or any(stem in plain for stem in _STEMS) or plain in _first_words()


@cache
def _first_words() -> frozenset[str]:
    words = statement_words().sets["office"]
    return frozenset(
        part
        for word in words
        if " " in word
        for part in word.replace("*", "").split()
        if len(part) > 4 and part != "haute"  # of offices, and of many a place
    )


def office_words(role: str) -> frozenset[str]:
    return frozenset(small(word.strip(EDGE)) for word in role.split() if is_office(word))


@lru_cache(maxsize=32_768)
def split_name(label: str) -> tuple[str, str, frozenset[str]]:
    """Given names or initials, family name, words of office: of a label as written.

    >>> split_name("А. ТОРН")[:2], split_name("MR HADLOW")[:2], split_name("PRESIDENTE PEÑALBA")
    (('А.', 'ТОРН'), ('', 'HADLOW'), ('', 'PEÑALBA', frozenset({'presidente'})))
    """
    offices: set[str] = set()
    honorifics = statement_words().sets["honorific"]
    parts_of_name: list[str] = []
    parts = [part for part in label.split(",") if part.strip()]
    # Of "Minister of …, Pilar X" the part without an office is the name.
    bare = [part for part in parts if not any(is_office(word) for word in part.split())]
    for part in parts:
        offices |= {small(word.strip(EDGE)) for word in part.split() if is_office(word)}
    has_of = False
    short, _, behind = label.partition(" ")
    if short in _SHORT_OFFICES and behind[:1].isupper():
        offices.add(small(short))
        label = behind
    for token in (bare[0] if bare and len(parts) > 1 else label).split():
        glued = INITIALS.match(token)
        plain = small(SUFFIX.sub("", token)).strip(EDGE)
        if glued:
            parts_of_name += [glued[1], token[glued.end() :].strip(EDGE)]
        elif len(token) <= 3 and token.endswith(".") and plain not in honorifics and not is_office(token):
            parts_of_name.append(token)
        elif is_office(token) or plain in _OF_OFFICES:
            parts_of_name = []
        elif plain in PARTICLES and not parts_of_name:
            has_of = has_of or plain in ("of", "de", "des", "der", "del")
        elif plain in honorifics or not plain:
            continue
        elif token[:1].isupper() or (plain in PARTICLES and parts_of_name):
            parts_of_name.append(token.strip(',;:«»“”"()'))
    if has_of and len(parts_of_name) > 2:
        parts_of_name = parts_of_name[-2:]
    if not parts_of_name:
        return "", "", frozenset(offices)
    initials = [token for token in parts_of_name[:-1] if token.endswith(".")]
    are_initials = bool(initials) and len(initials) == len(parts_of_name) - 1
    forenames = ("" if are_initials else " ").join(parts_of_name[:-1])
    # A nobiliary word belongs to the family name: "von der Aa".
    pieces = forenames.split()
    family = parts_of_name[-1]
    while pieces and pieces[-1][:1].islower():
        family = f"{pieces.pop()} {family}"
    return " ".join(pieces), family, frozenset(offices)


def find_in(text: str, family: str) -> tuple[str, str] | None:
    """Given names and office of somebody in a line of the head; None where the line does not name them."""
    tokens = text.split()
    for at, token in enumerate(tokens):
        glued = INITIALS.match(token)
        core = SUFFIX.sub("", (token[glued.end() :] if glued else token).strip(EDGE))
        if not core[:1].isupper() or is_office(token) or not is_same_family(core, family.rsplit(maxsplit=1)[-1]):
            continue
        forenames: list[str] = [glued[1]] if glued else []
        left = at
        while not forenames or not glued:
            left -= 1
            if left < 0:
                break
            word = tokens[left]
            bare = word.strip(EDGE)
            is_end = word[-1:] in ',;:)»”"' or is_office(word) or not bare[:1].isupper()
            is_end = is_end or small(bare) in statement_words().sets["honorific"] or is_spoken_word(bare)
            if is_end or len(forenames) >= 2:
                break
            forenames.insert(0, bare + "." if word.endswith(".") else bare)
        first = at - len(forenames) if not glued else at
        return " ".join(forenames), role_beside(tokens, max(first, 0), at)
    return None


def is_spoken_word(word: str) -> bool:
    """Whether a word of a title is the kind of speech itself, "Statement", and no name."""
    words = statement_words()
    plain = small(word.strip(EDGE))
    return plain in words.sets["spoke"] or plain in words.sets["together"]


_AND: Final = frozenset(
    ["and", "&", "with", "und", "mit", "et", "avec", "y", "e", "con", "и", "с", "ve", "ile", "və", "ilə", "և", "եւ"]
)


def role_beside(tokens: Sequence[str], first: int, last: int) -> str:
    """The office that a line gives to a name that stands at tokens first … last: behind a comma, else before it."""
    if tokens[last].endswith(",") and last + 1 < len(tokens):
        behind = []
        for word in tokens[last + 1 : last + 14]:
            if small(word.strip(EDGE)) in ("avec", "with", "mit", "con"):
                break
            behind.append(word)
            if word[-1:] in ",;:)":
                break
        # Behind "and" stands the office of the next one.
        if any(is_office(word) for word in behind[:3]) and small(behind[0]) not in _AND:
            return " ".join(behind).strip(EDGE)
    start = None
    for at in range(first - 1, max(-1, first - 14), -1):
        if is_office(tokens[at]) or (start is not None and _joins(tokens[at])):
            start = at
        elif start is not None or tokens[at][-1:] in ";:)»”" or is_spoken_word(tokens[at]):
            break
    if start is None:
        return ""
    return " ".join(word for word in tokens[start:first]).strip(EDGE)


def _joins(word: str) -> bool:
    joining = ("официального", "official", "deputy", "first", "vice", "заместителя", "foreign", "prime", "assistant")
    return small(word) in joining
