"""Names of persons within words: beside a title or an office, initials with a surname, and those who speak."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_UP: Final = r"[A-ZÀ-ÖØ-ÞА-ЯЁ]"
_NAME: Final = rf"{_UP}[\w’'-]+"
_TITLES: Final = (
    r"(?:Foreign |Prime |Defence |Defense |Interior |Deputy |Acting )*(?:Minister|President|Premier|Chancellor|Secretary|"
    r"Ambassador|Spokesperson|Spokesman|Spokeswoman|Commander|Speaker|Commissioner|Director|Chairman|Chairwoman|Chair|Judge|"
    r"Governor|Mayor|King|Queen|Prince|Princess)"
    r"(?: of (?:the )?(?:{up}[\w’'-]+(?: of)? ?){{1,5}}(?=\s))?|"
    r"Mr|Mrs|Ms|Miss|Dr|Prof|Sir|Lady|Lord|Madam|General|Gen|Colonel|Col|Major|Captain|Capt|Lieutenant|Sergeant|Sgt|Private"
).replace("{up}", _UP).replace("{{", "{").replace("}}", "}")
_OFFICES: Final = (
    r"(?:[Мм]инистр|[Пп]резидент|[Пп]ремьер(?:-министр)?|[Гг]лав|[Пп]осл|[Пп]осол|[Пп]редставител|[Гг]енерал|[Пп]олковник|"
    r"[Мм]айор|[Кк]апитан|[Лл]ейтенант|[Кк]омандующ|[Кк]омандир|[Гг]осподин|[Гг]оспож|[Сс]екретар|[Дд]иректор|[Пп]редседател|"
    r"[Уу]полномоченн|[Сс]пикер|[Кк]анцлер|[Кк]орол|[Сс]ержант|[Рр]ядов|[Дд]октор|[Пп]рофессор|[Кк]оллег)\w{0,4}"
)
_INITIALS: Final = re.compile(rf"\b(?:{_UP}\.\s?){{1,2}}({_UP}[\w’'-]{{2,}})")
_BESIDE_TITLE: Final = re.compile(rf"\b(?:{_TITLES})\.? ({_NAME}(?: {_NAME})?)")
_BESIDE_OFFICE: Final = re.compile(
    rf"\b{_OFFICES}(?: (?:иностранных дел|обороны|внутренних дел|по \w+ \w+))?(?: {_UP}?[а-яё]+(?:ой|ей|ого|его|их|ых) "
    rf"{_UP}?[а-яё]+)?\s({_UP}[а-яё’-]+(?: {_UP}[а-яё’-]+)?)"
)
_NO_NAMES: Final = frozenset(
    "january february march april may june july august september october november december monday tuesday wednesday thursday "
    "friday saturday sunday the a an and we i our he she it they of on in at by to for from".split()
)


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
    return re.compile(r"\b(?:" + "|".join(re.escape(part) for part in sorted(parts, key=len, reverse=True)) + r")(?=\w{0,3}\b)")


def people_in(words: str, *, speakers: Iterable[str] = (), known: Iterable[str] = ()) -> tuple[str, ...]:
    """Names of persons, as written, in their order. known: names of parties, bodies, places, instruments: no persons.

    >>> people_in("Foreign Minister Ada Thorne met J. Reyle in May.")
    ('Ada Thorne', 'Reyle')
    >>> people_in("President of the Upper Valley spoke.", known=("Upper Valley",))
    ()
    """
    spans: dict[int, tuple[int, str]] = {}
    for pattern in (_BESIDE_TITLE, _BESIDE_OFFICE, _INITIALS):
        for match in pattern.finditer(words):
            spans.setdefault(match.start(1), (match.end(1), match[1]))
    spoken = _spoken_names(tuple(speakers))
    if spoken is not None:
        for match in spoken.finditer(words):
            if not any(start <= match.start() < end for start, (end, _) in spans.items()):
                spans[match.start()] = (match.end(), match[0])
    barred = " | ".join(known).lower()
    names = []
    for _, (_, name) in sorted(spans.items()):
        low = name.lower()
        if low.split()[0] not in _NO_NAMES and not (barred and low in barred):
            names.append(name)
    return tuple(dict.fromkeys(names))
