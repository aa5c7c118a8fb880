"""What a reader calls a place: the names of its row in `names.toml`, by the reader's policy and language, at a moment.

`called` gives a watch whose zones and towns bear these labels, so whoever shows a place's name reads it there and
nowhere else. A label holds all names that the policy gives, in the order of the reader's alphabet; none comes first by
rank. Places without a row keep the names of their own file.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from math import cos, hypot, radians
from typing import Final

from trucewatch.model.agreement import Agreement
from trucewatch.model.names import UNITED_NATIONS, PlaceName, PlaceRow
from trucewatch.model.watch import Watch
from trucewatch.model.zone import Town

CONSOLE: Final = ""
"""Stands for the console where a recipient's id is meant."""
ALL: Final = "all"
INSTRUMENT: Final = "instrument"
STANDARDISED: Final = "standardised"
SIDE: Final = "side:"
THEATRE: Final = "theatre"
"""The row of this id names the area of the watch too."""
SEPARATOR: Final = " / "
MOST_WORDS: Final = 4
"""Words of a town's name that are sought in the names of zones."""

_ALPHABETS: Final = {
    "az": "abcçdeəfgğhxıijkqlmnoöprsştuüvyz",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "tr": "abcçdefgğhıijklmnoöprsştuüvyz",
}
"""Alphabets whose order is neither that of the code points nor that of plain Latin letters."""
_SCRIPTS: Final = {
    "LATIN": "Latn",
    "CYRILLIC": "Cyrl",
    "ARMENIAN": "Armn",
    "GEORGIAN": "Geor",
    "ARABIC": "Arab",
    "HEBREW": "Hebr",
    "GREEK": "Grek",
}


@dataclass(frozen=True, slots=True)
class Label:
    """What a place is called: the names, in the reader's alphabetical order, and those that stand in brackets."""

    names: tuple[str, ...]
    others: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of them together: `Khankendi / Stepanakert`, `Alde (Alden)`."""
        text = SEPARATOR.join(self.names)
        return f"{text} ({SEPARATOR.join(self.others)})" if self.others else text


def policy_for(watch: Watch, recipient: str) -> str:
    """The policy of a recipient, or of the console; "" for a watch without a table of names."""
    table = watch.naming
    if table is None:
        return ""
    if recipient == CONSOLE:
        return table.console
    return next((rule.policy for rule in table.policy if rule.recipient == recipient), INSTRUMENT)


def called(watch: Watch, recipient: str, at: datetime | None) -> Watch:
    """The watch with the places as a recipient (or CONSOLE) calls them at a moment; without a moment, whenever."""
    table = watch.naming
    if table is None:
        return watch
    policy = policy_for(watch, recipient)
    day = at.astimezone(watch.zone).date() if at is not None else None
    rows = {place_id: row for row in table.place for place_id in row.ids}

    def names_of(place_id: str, own: Mapping[str, str]) -> Mapping[str, str]:
        row = rows.get(place_id)
        if row is None:
            return own
        languages = sorted({*own, *watch.settings.languages, "en", *(name.language for name in row.name)})
        return {language: label(row, policy, language, day, watch.agreement).text for language in languages}

    towns = tuple(
        replace(town, names=names_of(town.id, town.names), every_name=_every_name(rows.get(town.id), town.every_name))
        for town in watch.basemap.towns
    )
    agreement = watch.agreement
    if policy.startswith(SIDE):  # each side's copy names that side first
        side = policy.removeprefix(SIDE)
        agreement = replace(agreement, party=tuple(sorted(agreement.party, key=lambda party: party.id != side)))
    humanitarian = watch.humanitarian
    if humanitarian is not None:  # its own row first; else it is called as its outline
        districts = tuple(
            replace(district, names=names_of(district.id if district.id in rows else district.zone, district.names))
            for district in humanitarian.district
        )
        humanitarian = replace(humanitarian, district=districts)
    theatre = names_of(THEATRE, watch.settings.theatre)
    return replace(
        watch,
        settings=replace(watch.settings, theatre=theatre),
        agreement=agreement,
        zones=tuple(replace(zone, names=names_of(zone.id, zone.names)) for zone in watch.zones),
        basemap=replace(watch.basemap, towns=towns),
        humanitarian=humanitarian,
        policy=policy,
    )


def label(row: PlaceRow, policy: str, language: str, day: date | None, agreement: Agreement) -> Label:
    """What a place is called under a policy, in a language, on a day. What the policy has no name for bears all."""
    every = Label(_in_order(_all_names(row, language, day, agreement), language))
    if policy == INSTRUMENT:
        texts = {text.id for text in agreement.text} | {instrument.id for instrument in agreement.instrument}
        names = [name.text for name in _used(row, texts, day) if name.language == language]
        return Label(_in_order(names, language)) if names else every
    if policy.startswith(SIDE):
        names = _names_of_side(row, policy.removeprefix(SIDE), language, day, agreement)
        return Label(_in_order(names, language)) if names else every
    if policy == STANDARDISED:
        names = _spoken(_used(row, {UNITED_NATIONS}, day), language)
        if names:
            others = tuple(name for name in every.names if name not in names)
            return Label(_in_order(names, language), others)
    return every


def lines_by_user(
    row: PlaceRow, policy: str, language: str, day: date | None, agreement: Agreement
) -> list[tuple[tuple[str, ...], str]]:
    """Each name of a label with its users, for roads and networks, whose names stand each in a line of its own."""
    lines = []
    for text in (*(whole := label(row, policy, language, day, agreement)).names, *whole.others):
        users = {user for name in row.name if name.is_used_on(day) and name.text == text for user in name.users}
        lines.append((tuple(sorted(users)), text))
    return lines


def numbers_of(watch: Watch) -> Mapping[str, int]:
    """Zone or town → the number of its row, in the order of the rows' ids: the same for every reader."""
    rows = sorted(watch.naming.place, key=lambda row: row.id) if watch.naming else []
    return {place_id: number for number, row in enumerate(rows, 1) for place_id in row.ids}


def ranked_towns(watch: Watch, spoken_of: Collection[str] = ()) -> list[tuple[Town, int]]:
    """Towns with their ranks in the order in which labels are placed, on the console's maps and on the reports'.

    A town whose name occurs in the name of a zone, or of which the incidents' places speak (their ids), ranks one
    higher, since whoever reads of it looks for it, but after those whose own rank that is. Then the larger comes first,
    then the one nearer to the middle of the area. The order of the file, which is one of names and so of nobody's
    making, decides nothing.
    """
    named = {words for zone in watch.zones for name in zone.names.values() for words in _runs_of_words(name)}
    west, south, east, north = watch.settings.area
    middle = (west + east) / 2, (south + north) / 2
    along = cos(radians(middle[1]))

    def is_named(town: Town) -> bool:
        names = (part for name in town.names.values() for part in name.split(SEPARATOR))
        return any(tuple(part.casefold().split()) in named for part in names)

    def place_of(pair: tuple[Town, int]) -> tuple[int, int, int, float, str]:
        town, rank = pair
        return rank, town.rank, -town.population, hypot((town.lon - middle[0]) * along, town.lat - middle[1]), town.id

    ranks = (
        (town, max(1, town.rank - 1) if town.id in spoken_of or is_named(town) else town.rank)
        for town in watch.basemap.towns
    )
    return sorted(ranks, key=place_of)


def _runs_of_words(name: str) -> Iterator[tuple[str, ...]]:
    """Every run of up to MOST_WORDS words of a name: `lachin`, `corridor`, `lachin corridor`."""
    words = name.replace(SEPARATOR, " ").casefold().split()
    for first in range(len(words)):
        for last in range(first + 1, min(first + MOST_WORDS, len(words)) + 1):
            yield tuple(words[first:last])


def alphabetical(text: str, language: str) -> tuple[tuple[int, ...], str]:
    """The key that puts names into the order of a language's alphabet.

    >>> sorted(["Stepanakert", "Xankəndi"], key=lambda name: alphabetical(name, "az"))
    ['Xankəndi', 'Stepanakert']
    """
    order = _order_of(language)
    lowered = text.replace("İ", "i").replace("I", "ı") if language in ("az", "tr") else text
    letters = []
    for letter in lowered.casefold():
        if letter in order:
            letters.append(order[letter])
            continue
        plain = unicodedata.normalize("NFKD", letter)[0]
        letters.append(order.get(plain, len(order) + ord(plain)))
    return tuple(letters), text


def script_of(text: str) -> str:
    """The ISO 15924 code of the first letter's script; "" where there is none that is known.

    >>> script_of("Շուշի"), script_of("Шуша"), script_of("Şuşa")
    ('Armn', 'Cyrl', 'Latn')
    """
    for letter in text:
        word = unicodedata.name(letter, "").partition(" ")[0]
        if letter.isalpha() and word in _SCRIPTS:
            return _SCRIPTS[word]
    return ""


def parties_that_name(row: PlaceRow, agreement: Agreement) -> frozenset[str]:
    """The sides (the bound parties) that have a name for a place, themselves or through a body that counts with
    them."""
    counts_with = {body.id: body.counts_with for body in agreement.body}
    users = {user for name in row.name for user in name.users}
    return frozenset(counts_with.get(user, user) for user in users) & frozenset(agreement.bound_ids)


def _every_name(row: PlaceRow | None, spellings: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*spellings, *(name.text for name in row.name)})) if row else spellings


def _all_names(row: PlaceRow, language: str, day: date | None, agreement: Agreement) -> list[str]:
    """The names by all who use one. An instrument's and the UN's way to write it counts where nobody else has a
    name."""
    names = [name for name in row.name if name.is_used_on(day)] or list(row.name)
    written = {text.id for text in agreement.text} | {instrument.id for instrument in agreement.instrument}
    users = {user for name in names for user in name.users}
    users = users - written - {UNITED_NATIONS} or users
    return [
        text for user in sorted(users) for text in _spoken((name for name in names if user in name.users), language)
    ]


def _names_of_side(row: PlaceRow, side: str, language: str, day: date | None, agreement: Agreement) -> list[str]:
    """The names of a party, else of the bodies that count with it."""
    bodies = {body.id for body in agreement.body if body.counts_with == side}
    return _spoken(_used(row, {side}, day), language) or _spoken(_used(row, bodies, day), language)


def _used(row: PlaceRow, users: set[str], day: date | None) -> Iterator[PlaceName]:
    return (name for name in row.name if name.is_used_on(day) and users.intersection(name.users))


def _spoken(names: Iterable[PlaceName], language: str) -> list[str]:
    """One user's names in a language, else in English, else in the first that there is: no user is left out."""
    by_language: dict[str, list[str]] = {}
    for name in names:
        by_language.setdefault(name.language, []).append(name.text)
    if not by_language:
        return []
    return by_language.get(language) or by_language.get("en") or by_language[min(by_language)]


def _in_order(names: Iterable[str], language: str) -> tuple[str, ...]:
    return tuple(sorted(set(names), key=lambda name: alphabetical(name, language)))


@cache
def _order_of(language: str) -> Mapping[str, int]:
    return {letter: place for place, letter in enumerate(_ALPHABETS.get(language, "abcdefghijklmnopqrstuvwxyz"))}
