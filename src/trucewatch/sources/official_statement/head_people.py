"""The head of a page → whom it names as speaking: lists of speakers, "Name, office" lines, names in the title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from trucewatch.sources.official_statement.name_cases import (
    armenian_nominative,
    azerbaijani_nominative,
    ends_in_azerbaijani_genitive,
    is_in_russian_genitive,
    russian_nominative,
)
from trucewatch.sources.official_statement.roll import (
    EDGE,
    INITIALS,
    SUFFIX,
    Person,
    is_cyrillic,
    is_office,
    is_spoken_word,
    office_words,
    role_beside,
    split_name,
)
from trucewatch.sources.official_statement.statement_words import small, statement_words
from trucewatch.sources.official_statement.turn_labels import PARTICLES

_PEOPLE_LINE: Final = re.compile(
    r"^(?:sprecher\w*(?: und sprecher\w*)?|es sprechen|es spricht|teilnehmende|teilnehmer\w*|auf dem podium|"
    r"comparecen|intervienen|participan|participants?|participantes|participent|avec la participation de|"
    r"intervenante?s?|speakers?|speaking|taking part|with|on the panel|panel|spokespersons?|участники|участвуют|"
    r"выступают|в брифинге участвуют|в пресс-конференции участвуют|katilimcilar|katilanlar|konuşmacilar|konuşanlar|"
    r"iştirakçilar|iştirak edirlər|iştirak edənlər|çixiş edirlər|մասնակիցներ|մասնակցում են|ելույթ են ունենում|"
    r"խոսում են|from|by|delivered by|author|автор|autor|autora|auteur|auteure|yazar|müəllif|հեղինակ)\s?[:՝]"
)
"""A line of the head that lists who speaks, in small letters."""
_SPEECH: Final = re.compile(r"[^\W\d_]{3,}[.!?…։](?:\s|$)")
_FURTHER: Final = re.compile(r"\.\s[^.:]{2,30}:")
"""A second fact on the same line: ". Delivered on: …"."""
_LIST_ITEM: Final = re.compile(r"(?P<name>[^,;():]{2,60})(?:\((?P<role>[^()]{1,80})\))?")
MOST_TITLE_CHARS: Final = 400
_OFFICE_SIGN: Final = re.compile(r"\s[–—-]\s")
_SIGN: Final = re.compile(r"[:՝]")
_FOR: Final = ("for", "für", "pour", "para")


def is_people_line(text: str) -> bool:
    """Whether a line lists who speaks; "Spokesperson: Good morning. …" is a turn.

    >>> is_people_line("Speaker: Isolde F., Spokesperson"), is_people_line("Speaker: We met. We talked.")
    (True, False)
    """
    if _is_office_and_name(text):
        return True
    return bool(_PEOPLE_LINE.match(small(text))) and not _SPEECH.search(_FURTHER.split(text, maxsplit=1)[0])


def _is_office_and_name(text: str) -> bool:
    """Whether a line is an office, a colon and a name, and nothing else: "Porte-parole : Élise V." says nothing."""
    if len(text) > 80 or text[-1:] in ".!?…,;":
        return False
    office, sign, name = text.partition(":")
    parts = name.split()
    is_name = 2 <= len(parts) <= 4 and all(part[:1].isupper() for part in parts) and not any(map(is_office, parts))
    before = office.split()
    return bool(sign) and is_name and len(before) <= 3 and any(map(is_office, before)) and not office[:1].isdigit()


def people_of_head(title: str, lines: Sequence[str]) -> list[Person]:
    """Those whom the head names as speaking: lists of speakers, "Name, office" lines, then names in the title."""
    people: list[Person] = []
    for line in lines:
        sign = _SIGN.search(line)
        colon, listed = (sign[0], line[sign.end() :]) if sign else ("", "")
        if _is_office_and_name(line):
            people += _listed(line)
        elif is_people_line(line):
            people += _listed(_FURTHER.split(listed, maxsplit=1)[0])
        elif "," in line and not colon and len(line.split()) <= 14 and not any(char.isdigit() for char in line):
            name, _, role = line.partition(",")
            if any(is_office(word) for word in role.split()) and len(name.split()) <= 4:
                people.append(_person(name, role.strip()))
        elif len(line.split()) > 10 and not colon:
            people += people_of_title(line)
    for named in (people_of_title(title), people_interviewed(title)):
        families = {small(person.family) for person in people}
        people += [person for person in named if small(person.family) not in families]
    return people


_NAME: Final = r"(?P<name>[^\W\d_a-zа-яա-և][\w'’-]+(?: (?:de|del|von|van|der|di|da|la) | )[^\W\d_a-zа-яա-և][\w'’-]+)"
_INTERVIEWED: Final = (
    re.compile(
        r"(?i:\b(?:interview|entretien|entrevista|gespräch|conversation|conversación|talk|беседа|разговор)\b)"
        r"(?i: (?:with|of|mit|avec|a|al|con|de|с))" + _NAME.replace("(?P<name>", " (?P<name>", 1)
    ),
    re.compile(_NAME + r" (?:ile|ilə)(?: \w+){0,2} (?i:söyleşi|röportaj|mülakat|müsahib|söhbət)"),
    re.compile(_NAME + r" (?:հարցազրույց|զրույց)"),
    re.compile(r"^" + _NAME + r" (?:talks|speaks|answers|in conversation|im gespräch|répond|responde|отвечает)"),
)
"""Where the title of an interview has the name of whom it is with, in eight languages."""


def people_interviewed(title: str) -> list[Person]:
    """Whom a title names as the one that is asked, without an office.

    >>> [person.name for person in people_interviewed("“It is raining”: an interview with Odile Garance")]
    ['Odile Garance']
    """
    people = []
    for pattern in _INTERVIEWED:
        match = pattern.search(title[:MOST_TITLE_CHARS])
        if not match:
            continue
        name = match["name"]
        if any(is_office(word) or is_spoken_word(word) for word in name.split()) or statement_words().press.search(
            small(name)
        ):
            continue
        if "\u0531" <= name[:1] <= "\u0556":
            name = armenian_nominative(name)
        people.append(_person(name, ""))
    return people


def _listed(listed: str) -> list[Person]:
    """`A (X), B (Y), C` or `A, office; B, office`."""
    people: list[Person] = []
    for item in listed.split(";"):
        # "Moderation: A B": the colon divides an office from its name.
        first, colon, behind = (part.strip() for part in _OFFICE_SIGN.sub(":", item, count=1).partition(":"))
        if colon and (_moderates(first) or is_office(first.partition(" ")[0])):
            people.append(_person(behind, first))
            continue
        verb, _, led = item.strip().partition(" ")
        if _moderates(verb) and led[:1].isupper():
            people.append(_person(led, verb))
            continue
        begun = len(people)
        for match in _LIST_ITEM.finditer(item):
            part = match["name"].strip(EDGE)
            if not part:
                continue
            # "A, Spokesperson of the Ministry": what stands behind the comma is the office of whoever is before it.
            is_role = len(people) > begun and not people[-1].role and not _ends_with_name(part)
            if is_role and (";" in listed or any(is_office(word) for word in part.split()[:3])):
                people[-1].role, people[-1].offices = part, people[-1].offices | office_words(part)
                continue
            people.append(_person(part, match["role"] or _office_before(part)))
    for person in people:
        person.is_moderator = _moderates(person.role)
    return [person for person in people if person.family]


def _moderates(role: str) -> bool:
    words = statement_words()
    return any(words.has("moderator", small(word.strip(EDGE))) for word in role.split())


def _ends_with_name(item: str) -> bool:
    """Whether an item is an office and then a name, "Deputy Spokesperson Leni F.": no word joins the two."""
    tokens = item.split()
    offices = [at for at, token in enumerate(tokens) if is_office(token)]
    names = tokens[offices[-1] + 1 :] if offices else []
    return bool(names) and len(names) <= 3 and all(name[:1].isupper() and not name.isupper() for name in names)


def _office_before(item: str) -> str:
    tokens = item.split()
    offices = [at for at, token in enumerate(tokens) if is_office(token)]
    return " ".join(tokens[: offices[-1] + 1]) if offices and _ends_with_name(item) else ""


def _person(name: str, role: str) -> Person:
    forenames, family, offices = split_name(name)
    return Person(
        forenames=forenames,
        family=family or name,
        role=role,
        is_of_head=True,
        offices=offices | office_words(role),
    )


def _in_small_letters(title: str) -> str:
    """A title in capitals as it would stand in small letters: what joins names is no name."""
    words = statement_words()
    joining = PARTICLES | words.sets["with"] | words.sets["together"] | {*_FOR}
    return " ".join(
        token.casefold() if token.strip(EDGE).casefold() in joining else token.capitalize() for token in title.split()
    )


def people_of_title(title: str) -> list[Person]:
    """People whom a title names with an office or a form of address, up to the words after which others are named."""
    words = statement_words()
    tokens = _in_small_letters(title).split() if title.isupper() else title.split()
    people: list[Person] = []
    run: list[int] = []
    office_at: int | None = None
    is_azerbaijani = "ə" in title.casefold()

    def close() -> None:
        nonlocal run
        if run and office_at is not None:
            initials = [at for at in run if INITIALS.match(tokens[at])]
            before = small(tokens[run[0] - 1].strip(EDGE)) if run[0] else ""
            follows_of = (before in PARTICLES or before in _FOR) and before not in words.sets["together"]
            is_lower = before and tokens[run[0] - 1][:1].islower() and not is_office(tokens[run[0] - 1])
            chosen = initials[:1] or (run[-2:] if len(run) > 2 or not follows_of else [])
            if follows_of and len(run) == 2:
                chosen = initials[:1]
            if chosen and not (is_lower and follows_of and len(run) < 3 and not initials):
                name = " ".join(tokens[at] for at in chosen)
                name = SUFFIX.sub("", name.strip(EDGE))
                # A title bends names: whose words they are stands in the genitive.
                if "\u0531" <= name[:1] <= "\u0556":
                    name = armenian_nominative(name)
                elif is_azerbaijani:
                    front, _, last = name.rpartition(" ")
                    name = f"{front} {azerbaijani_nominative(last)}".strip()
                person = _person(name, role_beside(tokens, chosen[0], chosen[-1]))
                if is_cyrillic(name) and is_in_russian_genitive(person.role):
                    person.forenames, person.family = russian_nominative(person.forenames, person.family)
                if person.family and len(person.family) > 1 and not words.press.search(small(name)):
                    people.append(person)
        run = []

    for at, token in enumerate(tokens):
        bare = token.strip(EDGE)
        plain = small(SUFFIX.sub("", bare))
        if people and not run and plain in words.sets["with"] and plain not in PARTICLES:
            break
        if token[:1] in '«“„"' and run:
            close()
        if is_office(token) or plain in words.sets["honorific"] - PARTICLES - {"he", "the"}:
            close()
            office_at = at
        elif bare[:1].isupper() and not is_spoken_word(bare) and not token.startswith(("«", "“", "„", '"')):
            run.append(at)
        elif run:
            close()
            if plain in words.sets["with"] and plain not in words.sets["together"]:
                office_at = None  # Who follows is somebody else, and needs an office of their own.
        is_ended = is_azerbaijani and len(run) >= 2 and ends_in_azerbaijani_genitive(bare)
        if run and (token[-1:] in ",;:)" or SUFFIX.search(bare) or is_ended):
            # "by Anna B., Spokesperson": the office stands behind the name.
            if office_at is None and token.endswith(",") and any(map(is_office, tokens[at + 1 : at + 3])):
                office_at = at
            close()
    close()
    return people
