"""The head of a page → title, kind, dates, time, zone and place, and where the statement itself begins."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Final

from trucewatch.model.statements import LANGUAGES, Kind
from trucewatch.sources.official_statement.head_people import is_people_line
from trucewatch.sources.official_statement.heading_dates import ClockFound, DateFound, clock_in, dates_in
from trucewatch.sources.official_statement.page import Block, Page
from trucewatch.sources.official_statement.roll import is_office
from trucewatch.sources.official_statement.stated_zones import ZONE_LETTERS, zone_stated
from trucewatch.sources.official_statement.statement_words import is_of_tools, small, statement_words
from trucewatch.sources.official_statement.turn_labels import PARTICLES, label_of

MOST_HEAD_BLOCKS: Final = 30
MOST_TITLE_WORDS: Final = 70
MOST_SUMMARY_WORDS: Final = 60
_BAR_CODE: Final = re.compile(r"(?<![\w-])([a-z]{2})-([A-Z]{2})\d?(?![A-Za-z])")
_BAR_WORD: Final = re.compile(r"[|/,·•\s]+")
_SPACED: Final = re.compile(r"(?<![^\W_])([^\W\d_]) (?=[^\W\d_](?![^\W_]))")
"""Letters set wide apart."""
_LANGUAGE_WORDS: Final = {
    "en": "eng english", "ru": "рус русский rus russian", "de": "deutsch ger deu", "fr": "français fra fre french",
    "es": "español esp spa spanish", "tr": "türkçe tur turkish", "az": "azərbaycan aze azərbaycanca",
    "hy": "հայերեն հայ arm hye armenian",
}  # fmt: skip
_LANGUAGE_OF: Final = {word: code for code, words in _LANGUAGE_WORDS.items() for word in (code, *words.split())}
_NUMBERED: Final = re.compile(r"^(?:№|no\.?|nr\.?|n°|nº)?\s?:?\s?[\d/\s.-]{3,}(?:\w{1,4})?$", re.IGNORECASE)
_ABBREVIATED: Final = re.compile(r"\b\w\.\s?\w\.$")
_THEMES: Final = re.compile(r"(?:themen|topics|темы|temas|thèmes|konular|mövzular|թեմաներ)(?:/[^:]{0,40})?\s?:")
_OPENS: Final = re.compile(r"vors\w*\.?\s[^.]{2,60}eröffnet die pressekonferenz")
_NUMBER_BEFORE: Final = re.compile(r"(?:№|No|Nr)[.:]?\s?\d[\d/-]*,\s")
_OFFICE_LINE: Final = re.compile(
    r"(?<!\w)(?:ministry|ministerium|ministère|ministerio|министерств\w*|bakanliği|nazirliyi|նախարարություն\w*|"
    r"newsroom|press office|direction|oficina|department|presidencia|présidence|office of|aussenamt\w*|"
    r"auswärtiges amt|presse- und|пресс-служба|"
    r"администрация|mətbuat xidməti|basin|salle de presse|sala de prensa)(?!\w)"
)
_HOUSE_ALONE: Final = 0.95
_QUOTES: Final = "«„“‘\"'"
_DROPPED: Final = " \t,;:.-–—|/()[]«»“”\"'•"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What the head says. used: numbers of the blocks that it takes; left: those before and among them that say
    nothing of the statement. begins: number of the first block of the statement itself.

    lines: the head's lines beside the title, as written; bar: codes of the language bar, as `en-GB`.
    """

    title: str
    kind: Kind
    day: date | None
    clock: time | None
    zone: str
    place: str
    other_dates: tuple[date, ...]
    is_day_open: bool
    lines: tuple[str, ...]
    languages: tuple[str, ...]
    bar: tuple[str, ...]
    used: frozenset[int]
    left: frozenset[int]
    begins: int


@dataclass(slots=True)
class _Line:
    """A line of the head with what was read in it."""

    text: str
    dates: list[DateFound] = field(default_factory=list)
    clock: ClockFound | None = None
    rest: str = ""
    zone: str = ""


def heading_of(page: Page, *, month_first: bool = False) -> Heading:
    """The head of a page. month_first: how `05/04/2031` is read there."""
    texts = [(number, block) for number, block in enumerate(page.blocks) if not block.is_furniture]
    head = texts[:MOST_HEAD_BLOCKS]
    title_at = _title_at(page, head, month_first)
    used: set[int] = set()
    left: set[int] = set()
    lines: list[_Line] = []
    codes = _codes(page.blocks)
    languages = list(page.languages)
    begins = texts[0][0] if texts else 0
    often = {text for text, count in Counter(block.text for block in page.blocks).items() if count > 1}
    sorts = [
        ""
        if block.text in often and block.text != (page.blocks[title_at].text if title_at is not None else "")
        else _sort_of(block, is_before=title_at is not None and number < title_at, month_first=month_first)
        for number, block in head
    ]
    for position, (number, block) in enumerate(head):
        if title_at is not None and number == title_at:
            used.add(number)
            begins = number + 1
            continue
        is_before = title_at is not None and number < title_at
        sort = sorts[position]
        # A short line with a date or a list of speakers soon below it is of the head too.
        if not sort and not is_before and {"date", "people"} & set(sorts[position + 1 : position + 4]):
            sort = "subtitle" if _is_short_line(block.text) and block.text not in often else ""
            # What the editors say in a sentence or two above the date.
            is_summary = label_of(block.text) is None and block.text[-1:] == "." and "date" in sorts[position + 1 :][:2]
            sort = "left" if not sort and is_summary and len(block.text.split()) <= MOST_SUMMARY_WORDS else sort
        if not sort and not is_before:
            begins = number
            break
        begins = number + 1
        if sort == "bar":
            languages += [code for code in languages_in(block.text) if code not in languages]
        if sort in ("date", "place", "people", "note", "subtitle"):
            used.add(number)
            lines.append(_line(block.text, month_first))
        else:
            left.add(number)
    title = page.blocks[title_at].text if title_at is not None else page.title
    numbered = _NUMBER_BEFORE.match(title)
    if numbered and not any(written.start <= numbered.end() for written in dates_in(title)):
        title = title[numbered.end() :]
    return _read(title, lines, page, languages, codes, used, left, begins, month_first)


def _read(
    title: str,
    lines: list[_Line],
    page: Page,
    languages: list[str],
    codes: tuple[str, ...],
    used: set[int],
    left: set[int],
    begins: int,
    month_first: bool,
) -> Heading:
    own = _line(title, month_first)
    dated = ([own] if own.dates else []) + sorted(
        (line for line in lines if line.dates), key=lambda line: not _place_in(line.rest)
    )
    day = dated[0].dates[0].day if dated else None
    is_open = bool(dated and dated[0].dates[0].is_open and not month_first)
    every = dict.fromkeys(written.day for line in dated for written in line.dates)
    clocked = [
        line for line in (own, *lines) if line.clock and (not line.dates or any(each.day == day for each in line.dates))
    ]
    # A title rarely names a time of day; where it does, it stands beside its date.
    clocked = [line for line in clocked if line is not own or line.dates]
    zone = next((line.zone for line in clocked if line.zone), "")
    places = [_place_in_title(title, own)]
    places += [
        _place_in(line.rest) for line in sorted(lines, key=lambda line: not line.dates) if line.dates or line.clock
    ]
    places += [_place_alone(line.text) for line in lines if not line.dates and not line.clock]
    return Heading(
        title=title,
        kind=kind_of(title, [line.text for line in lines]),
        day=day,
        clock=clocked[0].clock.clock if clocked and clocked[0].clock else None,
        zone=zone,
        place=next((place for place in places if place), ""),
        other_dates=tuple(each for each in every if each != day),
        is_day_open=is_open,
        lines=tuple(line.text for line in lines),
        languages=tuple(languages),
        bar=codes,
        used=frozenset(used),
        left=frozenset(left),
        begins=begins,
    )


def kind_of(title: str, lines: Sequence[str] = ()) -> Kind:
    """The kind that the words of a title name, else those of the lines below it.

    >>> kind_of("Опровержение"), kind_of("Joint Statement by the two Presidents")
    ('statement', 'joint_statement')
    """
    words = statement_words()
    for text in (title, *lines):
        plain = small(text)
        for kind, pattern in words.kinds:
            if pattern.search(plain):
                return kind
    return "statement"


def _codes(blocks: Sequence[Block]) -> tuple[str, ...]:
    for block in blocks[: 4 * MOST_HEAD_BLOCKS]:
        codes = [f"{match[1]}-{match[2]}" for match in _BAR_CODE.finditer(block.text[:400])]
        if len(codes) >= 2:
            return tuple(codes)
    return ()


def languages_in(text: str) -> list[str]:
    """The languages that a bar of languages names, in order; none for a text that is no such bar.

    >>> languages_in("EN | RU"), languages_in("de-DE1 en-GB1"), languages_in("We are in Rome")
    (['en', 'ru'], ['de', 'en'], [])
    """
    if len(text) > 200:
        return []
    text = _SPACED.sub(r"\1", text)
    codes = [match[1] for match in _BAR_CODE.finditer(text)]
    if codes and not _BAR_CODE.sub("", text).strip(_DROPPED):
        return list(dict.fromkeys(codes))
    words = [small(word) for word in _BAR_WORD.split(text) if word]
    if 1 < len(words) <= 12 and all(word in _LANGUAGE_OF for word in words):
        return list(dict.fromkeys(_LANGUAGE_OF[word] for word in words))
    return []


def _line(text: str, month_first: bool) -> _Line:
    dates = dates_in(text, month_first=month_first)
    clock = clock_in(text, dates)
    cut = sorted([(each.start, each.end) for each in dates] + ([(clock.start, clock.end)] if clock else []))
    rest, at = "", 0
    for start, end in cut:
        rest += text[at:start] + " | "
        at = max(at, end)
    return _Line(
        text=text, dates=dates, clock=clock, rest=rest + text[at:], zone=zone_stated(text[cut[0][0] :] if cut else "")
    )


def _title_at(page: Page, head: list[tuple[int, Block]], month_first: bool) -> int | None:
    words = statement_words()
    page_title = small(page.title)
    best, best_score = None, 0.9
    for position, (number, block) in enumerate(head):
        text = block.text
        label = label_of(text)
        if position and label and block.kind != "heading" and (label.sort != "name" or label.is_certain):
            break
        count = len(text.split())
        if count < 2 or count > MOST_TITLE_WORDS or block.kind == "item":
            continue
        is_of_page = len(text) > 12 and (small(text) in page_title or (page_title and page_title in small(text)))
        sort = _sort_of(block, is_before=True, month_first=month_first)
        is_named_kind = (
            sort == "date"
            and not words.finds_start("head_note", small(text))
            and _words_of_kind(text, month_first) >= 2
        )
        if sort and sort != "subtitle" and not is_named_kind and not is_of_page and block.kind != "heading":
            continue
        plain = small(text)
        has_kind = any(pattern.search(plain) for _, pattern in words.kinds)
        score = min(count, 12) / 6 + (6.0 if block.kind == "heading" and block.level == 1 else 0)
        score += 3.0 if block.kind == "heading" and block.level == 2 else 0
        score += (5 if is_of_page else 0) + (3 if has_kind else 0) + (1 if dates_in(text) else 0)
        score -= 2 if _OFFICE_LINE.search(plain) and not has_kind else 0
        score += 4 if _NUMBER_BEFORE.match(text) else 0
        score -= 2 if count > 30 and block.kind != "heading" and not is_of_page else 0
        score -= (
            4 if text.rstrip(' ”»"')[-1:] in ".!;,։" and not text.endswith("Hk.") and block.kind != "heading" else 0
        )
        score -= 3 if re.search(r"[^\W\d_]{3,}[.!?]\s+\w", text) and block.kind != "heading" and not is_of_page else 0
        score -= 3 if re.search(r"\s[>/|]\s", text) and not is_of_page else 0
        following = head[position + 1][1].text if position + 1 < len(head) else ""
        score -= 6 if text.endswith(":") and following[:1] in _QUOTES and following else 0
        score -= position / 8
        if has_kind and count <= 4 and _OFFICE_LINE.search(plain) and block.kind != "heading" and not is_of_page:
            score = _HOUSE_ALONE  # "Statement of the Ministry", unless any other line is a title.
        if score > best_score:
            best, best_score = number, score
        if best is not None and count > 40 and not has_kind and not is_of_page:
            break
    return best


def _words_of_kind(text: str, month_first: bool) -> int:
    """How many words a line has beside its date, if they name a kind of statement: "Daily Press Briefing"."""
    rest = _line(text, month_first).rest
    plain = small(rest)
    if not any(pattern.search(plain) for _, pattern in statement_words().kinds):
        return 0
    place = _place_in(rest)
    bare = [word.strip(_DROPPED) for word in rest.split()]
    return sum(len(word) > 2 and word not in place and any(map(str.islower, word)) for word in bare)


def _is_short_line(text: str) -> bool:
    return len(text.split()) <= 12 and text[-1:] not in ",!?:;…։" and label_of(text) is None


_TRAIL: Final = re.compile(r"\w\s[>›→]\s\w")
"""The way to a page through the house's menus, "President > Speeches"."""


def _sort_of(block: Block, *, is_before: bool, month_first: bool) -> str:
    """What a line of the head is: date, place, people, bar, note, subtitle, left; "" for what is none of the head."""
    text = block.text.strip()
    plain = small(text)
    words = statement_words()
    count = len(text.split())
    if not any(char.isalnum() for char in text):
        return "left"
    if languages_in(text):
        return "bar"
    if _TRAIL.search(text) and count <= 16 and text[-1:] not in ".!?:;…։":
        return "left"
    if _NUMBERED.match(text):
        line = _line(text, month_first)
        return "date" if line.dates or line.clock else "left"
    if is_people_line(text):
        return "people"
    if text[0] in "([" and text[-1] in ")]" and count <= 40:
        return "left"
    if _THEMES.match(plain):
        return "note"
    if _OPENS.match(plain):
        return "left"
    if count > 25:
        return ""
    if is_of_tools(text) or (
        block.kind == "item" and count <= 8 and text[-1:] not in ".!?։" and label_of(text) is None and not block.part
    ):
        return "left"
    line = _line(text, month_first)
    label = label_of(text)
    if label and not line.dates and line.clock and (line.clock.start <= 1 or text[line.clock.start - 1] in "(["):
        return ""  # The minute of a recording stands before who speaks.
    if (line.dates or line.clock) and not (label and label.sort != "name"):
        rest = [word for word in re.split(r"[\s|]+", line.rest) if word.strip(_DROPPED)]
        has_kind = any(pattern.search(plain) for _, pattern in words.kinds)
        if (
            len(rest) <= (6 if is_before or has_kind else 10)
            and text[-1:] not in "?!"
            and not (has_kind and len(rest) > 5)
        ):
            return "date"
    plain = plain.strip("–—-*• ")
    if words.finds_start("head_note", plain) and (count <= 8 or plain.startswith("the following is")):
        return "left" if is_before or count <= 4 else "note"
    if (label and (label.sign != "dash" or label.sort != "name")) or text[-1:] in ",!?:;…։":
        return ""
    if text[-1:] == "." and not _ABBREVIATED.search(text):
        return ""
    has_kind = any(pattern.search(plain) for _, pattern in words.kinds)
    if _is_name_and_office(text) or (
        count <= 8 and "," in text and words.finds("office", plain) and text[0].isupper() and not has_kind
    ):
        return "people"
    if _place_alone(text) and not (has_kind and any(is_office(word) for word in text.split())):
        return "place"
    # "Statement by Minister X" in few words stands above that statement; the page's own second line says more.
    if has_kind and (count >= 7 or not any(is_office(word) for word in text.split())):
        return "subtitle"
    # "Statement of the Ministry" may be the title; "Ministry" is the page's own line.
    if count <= 4 and _OFFICE_LINE.search(plain) and not (is_before and has_kind):
        return "left"
    return ""


def _is_name_and_office(text: str) -> bool:
    """ "Anna B., Minister of the Interior of X": a name, a comma, an office first of what follows."""
    name, comma, role = text.partition(",")
    tokens = name.split()
    return (
        bool(comma and role.strip())
        and len(text.split()) <= 14
        and 2 <= len(tokens) <= 4
        and all(token[:1].isupper() or small(token) in PARTICLES for token in tokens)
        and not any(is_office(token) or small(token) in statement_words().sets["honorific"] for token in tokens)
        and any(is_office(word) for word in role.split()[:2])
    )


def _place_in(rest: str) -> str:
    """The place in a dateline from which date and time were taken: the first piece that could be one."""
    for piece in re.split(r"[|]|\s[–—-]\s|\(|\)", rest):
        places = []
        for part in piece.split(","):
            place = re.sub(r"^(?:in|à|en|г\.|ք\.|le|den|am)\s+", "", part.strip(_DROPPED))
            if _is_place(place):
                places.append(place)
        if places and len(places) <= 3:
            return ", ".join(places)
    return ""


def _place_in_title(title: str, own: _Line) -> str:
    """The place in a title: what stands between commas or brackets before its date, or what it says it was held in."""
    held = _HELD_IN.search(title)
    if held:
        return held[1]
    if not own.dates:
        return ""
    before = title[: own.dates[0].start].rstrip(_DROPPED + " ")
    piece = re.split(r"[,(]|\s[–—-]\s", before)[-1].strip(_DROPPED)
    if piece != before and _is_place(piece):
        return piece
    after = title[own.dates[0].end :].strip(_DROPPED)
    return after if _is_place(after) else ""


_HELD_IN: Final = re.compile(r"(?<!\w)([\u0531-\u0556]\w{2,20})ում (?:կայացած|կայացրած|անցկացված|տեղի ունեցած)")
_WEEKDAY: Final = re.compile(
    r"^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend|"
    r"lundi|mardi|mercredi|"
    r"jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo|понедельник|вторник|среда|"
    r"четверг|пятница|суббота|воскресенье|pazartesi|sali|çarşamba|perşembe|cuma|cumartesi|pazar|pressemitteilung|"
    r"saat|press release|uhr|hrs|hours|msk|мск|bazar\w*|çərşənbə\w*|cümə\w*|şənbə)$"
)


def _is_place(text: str) -> bool:
    tokens = text.split()
    if not tokens or len(tokens) > 6 or len(text) < 3 or not text[0].isupper():
        return False
    words = statement_words()
    plain = small(text)
    if any(_WEEKDAY.match(small(token).strip(_DROPPED)) for token in tokens) or any(char.isdigit() for char in text):
        return False
    if (
        words.finds("office", plain)
        or ":" in text
        or words.has("not_name", plain)
        or words.has("spoke", plain)
        or words.finds("tail", plain)
        or plain == "newsroom"
        or words.press.search(plain)
        or any(p.search(plain) for _, p in words.kinds)
    ):
        return False
    if zone_stated("0:00 " + text) and len(tokens) == 1 and ZONE_LETTERS.fullmatch(plain):
        return False
    if "\u0531" <= text[0] <= "\u0556" and len(tokens) <= 3:
        return True  # Armenian writes only the first word of a name large.
    return all(token[:1].isupper() or small(token.strip(_DROPPED)) in PARTICLES | {"in", "du"} for token in tokens)


def _place_alone(text: str) -> str:
    """A line that is nothing but a place: "Baku", or a room, a house and a city between commas."""
    pieces = [piece.strip() for piece in text.split(",")]
    is_ended = text[-1:] in "!?:;" or (text[-1:] == "." and not _ABBREVIATED.search(text))
    if len(text) > 90 or len(pieces) > 4 or is_ended or not pieces[-1]:
        return ""
    if len(pieces) == 1:
        return text if len(text.split()) <= 3 and _is_place(text) and not languages_in(text) else ""
    return text if _is_place(pieces[-1]) and all(_may_be_room(piece) for piece in pieces[:-1]) else ""


def _may_be_room(text: str) -> bool:
    """A room or a house before its town: "Press Room, Ministry of X"."""
    tokens = text.split()
    if not 0 < len(tokens) <= 6 or any(char.isdigit() for char in text):
        return False
    return _is_place(text) or all(token[:1].isupper() or small(token) in PARTICLES for token in tokens)


assert set(_LANGUAGE_WORDS) == set(LANGUAGES)
