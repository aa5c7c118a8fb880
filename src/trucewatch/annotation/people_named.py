"""Names of persons within words: beside a title or an office, initials with a surname, and those who speak."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from trucewatch.annotation.known_names import KnownNames
from trucewatch.annotation.place_spellings import Sort, names_in
from trucewatch.annotation.titled_names import titled_names
from trucewatch.model.statements import LANGUAGES

_UP: Final = "[" + "".join(chr(code) for code in range(0x41, 0x590) if chr(code).isupper()) + "]"
_NAME: Final = rf"{_UP}[\w’'-]+"
_TITLES: Final = (
    r"(?:Foreign |Prime |Defence |Defense |Interior |Deputy |Acting ){0,3}(?:Minister|President|Premier|Chancellor|"
    r"Secretary|Ambassador|Spokesperson|Spokesman|Spokeswoman|Commander|Speaker|Commissioner|Director|Chairman|"
    r"Chairwoman|Chair|Judge|"
    r"Governor|Mayor|King|Queen|Prince|Princess)|"
    r"Mr|Mrs|Ms|Miss|Dr|Prof|Sir|Lady|Lord|Madam|General|Gen|Colonel|Col|Major|Captain|Capt|Lieutenant|Sergeant|Sgt"
)
_OFFICES: Final = (
    r"(?:[Мм]инистр|[Пп]резидент|[Пп]ремьер(?:-министр)?|[Гг]лав|[Пп]осл|[Пп]осол|[Пп]редставител|[Гг]енерал|"
    r"[Пп]олковник|[Мм]айор|[Кк]апитан|[Лл]ейтенант|[Кк]омандующ|[Кк]омандир|[Гг]осподин|[Гг]оспож|[Сс]екретар|"
    r"[Дд]иректор|[Пп]редседател|[Уу]полномоченн|[Сс]пикер|[Кк]анцлер|[Кк]орол|[Сс]ержант|[Рр]ядов|[Дд]октор|[Пп]рофессор|[Кк]оллег|[Гг]ражданин|[Гг]ражданк|[Тт]оварищ|[Кк]омиссар|[Зз]аммин|[Нн]ачальник|[Кк]омендант|[Рр]уководител)\w{0,4}"
)
_CAPITALS: Final = re.compile(r"[A-Z][a-z]+")
_INITIALS: Final = re.compile(rf"(?<![zZ]\. )(?<![zZ]\.)\b(?:{_UP}\.\s?){{1,2}}({_UP}[\w’'-]{{2,}})")
_BESIDE_TITLE: Final = re.compile(rf"\b(?:{_TITLES})\.? ({_NAME}(?: {_NAME})?)")
_AFTER_COUNTRY: Final = re.compile(
    rf"\b(?:{_TITLES})(?: (?:of|for)(?: the)? {_NAME}(?: {_NAME})?){{1,3}}?,? ({_NAME} {_NAME})\b"
)
"""After "of" and a country only two words together are a name: "President of the Upper Valley" names nobody."""
_BESIDE_OFFICE: Final = re.compile(
    rf"\b{_OFFICES}(?: (?:иностранных дел|обороны|внутренних дел|по \w+ \w+))?(?: {_UP}?[а-яё]+(?:ой|ей|ого|его|их|ых) "
    rf"{_UP}?[а-яё]+)?\s({_UP}[а-яё’-]+(?: {_UP}[а-яё’-]+)?)"
)
_NOT_FIRST: Final = (
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday the a an and we i our he she it they of on in at by to for from"
)
_ORGANS: Final = (
    "комисс",
    "правительств",
    "министерств",
    "парламент",
    "долин",
    "совет",
    "центр",
    "commission",
    "valley",
)
"""Beginnings of words that mean a body or a country, though they begin with a capital."""
_ADJECTIVE_ENDINGS: Final = "нем ая яя ой ей ую юю ый ий ого его ых их ому ему ым им ые ие ыми ими ое ее"
_ADJECTIVES: Final = tuple(_ADJECTIVE_ENDINGS.split())
_SORTS: Final[tuple[Sort, ...]] = ("names", "places")
_TITLE_WORDS: Final = frozenset(re.findall(r"[A-Z][a-z]+", _TITLES))
_RUSSIAN_PAIR: Final = re.compile(r"\b([А-ЯЁ][а-яё]{2,20}) ([А-ЯЁ][а-яё]{2,20})\b")
_RUSSIAN_ADDRESS: Final = re.compile(
    r"\b[Гг]-(?:н|на|ну|ном|не|жа|жи|же|жу|жой) ([А-ЯЁ][а-яё]{1,20}(?: [А-ЯЁ][а-яё]{1,20})?)"
)
_RUSSIAN_OPENING_WORDS: Final = (
    "для при над под без вне все всё она они оно вам нам вас нас вот или что как так это эти эта тот где "
    "кто нет уже еще ещё "
    "если когда после через между перед около возле вчера сегодня завтра теперь тогда потом затем также однако поэтому "
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь наш наша наше наши "
    "ваш ваша ваше ваши "
    "пусть почему зачем куда откуда хотя пока ведь даже только именно против вокруг вдоль относительно согласно "
    "министр президент премьер глава посол генерал полковник майор господин госпожа организация российская республика "
    "министерства министру министра министром президента президенту президентом главы главе генерала генералу "
    "господина госпожу госпожи капитан лейтенант доктор профессор канцлер директор секретарь председатель"
)
_RUSSIAN_OPENINGS: Final = frozenset(_RUSSIAN_OPENING_WORDS.split())
_OFFICES_ALONE: Final = frozenset(
    ("President", "Minister", "Ambassador", "Secretary", "Chairman", "Chairwoman", "Premier")
)
"""Behind "Mr" these address an office; "Mr Judge" and "Mr King" may be names."""
_ADDRESS: Final = tuple(f"{title}{point} " for title in ("Mr", "Mrs", "Ms", "Miss", "Dr") for point in ("", "."))
"""Behind these "May" is a surname."""
_WITH_PLACE: Final = (_AFTER_COUNTRY, _BESIDE_TITLE)
_NO_NAMES: Final = frozenset(_NOT_FIRST.split())


@lru_cache(maxsize=64)
def _spoken_names(names: tuple[str, ...]) -> re.Pattern[str] | None:
    parts: set[str] = set()
    for name in names:
        words = [word for word in re.findall(r"[\w’'-]+", name) if word[:1].isupper() and len(word) > 2]
        if len(words) > 1:
            parts.add(" ".join(words))
        if words:
            parts.add(words[-1])
    if not parts:
        return None
    longest_first = sorted(parts, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(re.escape(part) for part in longest_first) + r")(?=\w{0,3}\b)")


def people_in(words: str, *, speakers: Iterable[str] = (), lexis: Iterable[tuple[int, int]] = ()) -> tuple[str, ...]:
    """Names of persons, as written, in their order. known: where parties, bodies, places, instruments are named in the
    words, [start, end): no persons.

    >>> people_in("Foreign Minister Ada Thorne met J. Reyle in May.")
    ('Ada Thorne', 'Reyle')
    >>> people_in("The Chair of Upper Valley spoke.", lexis=[(13, 25)])
    ()
    """
    spans: dict[int, tuple[int, str]] = {}
    # Most words name nobody: a pattern is tried only where its title, its script or its point stands.
    has_title = not _TITLE_WORDS.isdisjoint(_CAPITALS.findall(words))
    patterns = (
        *(_WITH_PLACE if has_title else ()),
        *(() if words.isascii() else (_BESIDE_OFFICE,)),
        *((_INITIALS,) if "." in words else ()),
    )
    for pattern in patterns:
        for match in pattern.finditer(words):
            spans.setdefault(match.start(1), (match.end(1), match[1]))
    for start, end in (*titled_names(words), *_russian_pairs(words)):
        beside = [begin for begin, (last, _) in spans.items() if begin < end and start < last]
        if all(spans[begin][0] - begin < end - start for begin in beside):
            for begin in beside:  # "M. Luc Roux": the point is that of a title, and the name goes on
                del spans[begin]
            spans[start] = (end, words[start:end])
    spoken = _spoken_names(tuple(speakers))
    if spoken is not None:
        for match in spoken.finditer(words):
            if not any(start <= match.start() < end for start, (end, _) in spans.items()):
                spans[match.start()] = (match.end(), match[0])
    barred = list(lexis)
    names = []
    for start, (end, name) in sorted(spans.items()):
        is_known = any(start < known_end and known_start < end for known_start, known_end in barred)
        is_addressed = words[max(0, start - 5) : start].endswith(_ADDRESS)
        if (
            name not in _OFFICES_ALONE
            and (is_addressed or name.lower().split()[0] not in _NO_NAMES)
            and not _is_of_organ(name.lower(), words[end : end + 20])
            and not is_known
        ):
            names.append(name)
    return tuple(dict.fromkeys(names))


def _russian_pairs(words: str) -> Iterator[tuple[int, int]]:
    """Two words with capitals, of which neither is an adjective, and what stands behind "г-н"."""
    if words.isascii():
        return
    for match in _RUSSIAN_PAIR.finditer(words):
        first, second = match[1].lower(), match[2].lower()
        if not (first in _RUSSIAN_OPENINGS or first.endswith(_ADJECTIVES) or second.endswith(_ADJECTIVES)):
            yield match.span()
    for match in _RUSSIAN_ADDRESS.finditer(words):
        yield match.span(1)


def strangers_in(words: str, lexis: KnownNames, *, speakers: Iterable[str] = ()) -> tuple[str, ...]:
    """The same without what a watch knows for a party, a body, an instrument or a place, in any of the languages.

    Only names of two words and more that are such a name as a whole: a person may be called like a place.
    """
    return tuple(name for name in people_in(words, speakers=speakers) if " " not in name or not _is_known(name, lexis))


def _is_known(name: str, lexis: KnownNames) -> bool:
    return any(
        (0, len(name)) == span[1:]
        for sort in _SORTS
        for language in LANGUAGES
        for span in names_in(name, language, lexis, sort)
    )


def _is_of_organ(low: str, following: str) -> bool:
    """Whether the first word means a body or a country, or the next does, behind an adjective."""
    first, *others = low.split() + following.lower().split()
    return first.startswith(_ORGANS) or (first.endswith(_ADJECTIVES) and any(map(_begins_as_organ, others[:1])))


def _begins_as_organ(low: str) -> bool:
    return low.startswith(_ORGANS)
