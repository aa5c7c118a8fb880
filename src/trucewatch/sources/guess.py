"""A table's header and its first cells → which column probably says what. A proposal for a person to look at, never a
reading.

What comes out is shown with examples and accepted or changed by whoever brings the file; nothing is read by it before.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from trucewatch.errors import PlaceError
from trucewatch.geo.place_text import is_beside_town, read_place
from trucewatch.model.observation import KINDS
from trucewatch.model.people import PERCEIVED
from trucewatch.sources.guess_words import BEARING_WORDS, KIND_STEMS, NAMES, RANGE_WORDS
from trucewatch.sources.limits import COUNT_LIMITS
from trucewatch.sources.presets import PRESETS
from trucewatch.sources.table import Table, fold
from trucewatch.sources.time_columns import holds_clock, holds_day, mostly
from trucewatch.sources.units import UNITS_OF, names_unit, unit_of_heading

EXAMPLE_ROWS: Final = 2000
"""Rows that are looked at for examples and words."""
_LOOKED_AT: Final = 200
"""Filled cells by which a column is judged."""
MOST_WORDS: Final = 60
"""Different words for a kind that are shown; a column with more holds sentences, not kinds."""

_WORDS: Final = 12
"""More words than a column's name has."""
_WHOLE: Final = ("best", "high")
"""Words of UCDP for the killed when they stand alone; another word after them makes them something else."""
_KILLED_STEMS: Final = ("kill", "dead", "death", "fatal", "погиб", "убит", "ölü")
_INJURED_STEMS: Final = ("injur", "wound", "hurt", "casualt", "ранен", "пострад", "yaral")

_SLASHED: Final = re.compile(r"^(\d{1,2})/(\d{1,2})/\d{4}")


_BYTES_LOOKED_AT: Final = 65_536
_MAIL: Final = re.compile(rb"\s*(?:From [^\n]*\n|[!-9;-~]{1,100}[ \t]*:)")
_MAIL_HEADER: Final = re.compile(rb"^(?:from|received|message-id|return-path|delivered-to)[ \t]*:", re.I | re.M)
_CHATS: Final = re.compile(rb'"(?:messages|chats|left_chats)"\s*:\s*[\[{]')


def format_of(path: Path) -> str:
    """The adapter of what is no table, by the first bytes: `mail`, `telegram`, or "" for anything else."""
    with path.open("rb") as file:
        beginning = file.read(_BYTES_LOOKED_AT).removeprefix(b"\xef\xbb\xbf")
    if _MAIL.match(beginning) and _MAIL_HEADER.search(beginning):
        return "mail"
    return "telegram" if beginning.lstrip()[:1] == b"{" and _CHATS.search(beginning) else ""


def head_of(path: Path, rows: int = EXAMPLE_ROWS) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """The header as written and the first rows by folded header. Raises UnreadableInput."""
    table = Table(path)
    records = (cells for chunk in table.chunks() for _, cells in chunk.rows())
    return tuple(table.header), list(islice(records, rows))


def reads_like_prose(header: Sequence[str], rows: Sequence[Mapping[str, str]]) -> bool:
    """Whether the lines of a text are somebody's sentences and no table: a header of one name, or a first line that is
    written like a sentence, with no row under it."""
    named = [name for name in header if name]
    if len(named) < 2:
        return True
    return not rows and (header[-1].endswith((".", "!", "?", "…")) or max(len(name.split()) for name in named) > _WORDS)


def guess_columns(header: Sequence[str], rows: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Our column → theirs, for a mapping of `event_table`. Each of their columns is used once, the natural key
    apart. What a column holds decides, and its name where several hold the like."""
    free = [name for name in header if fold(name)]
    cells = {name: [row.get(fold(name), "") for row in rows] for name in free}
    columns: dict[str, str] = _day_and_clocks(free, cells)
    for target, names in NAMES.items():
        if target in columns or (target in _DAYS and "day" in columns):
            continue
        matches = [name for alias in names for name in free if fold(name).replace("_", " ") == alias.replace("_", " ")]
        if target not in ("lon", "lat", "means", "natural_key", "count_best"):
            matches += [name for name in free if _begins_like(fold(name), names)]
        match = next((name for name in matches if _answers(target, cells[name])), None)
        if match is not None and (match == matches[0] or target in _BY_CONTENT):
            columns[target] = match
            free.remove(match)
    _by_content(columns, free, cells)
    if ("lon" in columns) != ("lat" in columns):
        columns.pop("lon", columns.pop("lat", None))
    _measures(columns, free, cells)
    every = {name: cells[name] for name in columns.values()}
    order = guess_date_order([cell for column in every.values() for cell in column])
    if order:
        columns["date_order"] = f"={order}"
    if any(_counts_days(name, every[name]) for target, name in columns.items() if target in (*_DAYS, "day")):
        columns["date_numbers"] = "=excel"
    return columns


_DAYS: Final = ("occurred_start", "date_start")
_BY_CONTENT: Final = ("occurred_start", "occurred_end", "date_start", "date_end", "known_at", "kind")
_NOT_OF_THE_EVENT: Final = ("report", "publish", "received", "update", "entered", "сообщ", "опубл", "получ", "bildir")
_OF_THE_END: Final = ("end", "until", "finish", "конец", "оконч", "bitiş", "bitis")
_DATE_WORDS: Final = ("date", "day", "when", "дата", "день", "когда", "tarih", "gün", "ամսաթիվ", "serial", "excel")
_EXCEL_DAYS: Final = (20_000, 80_000)
"""1954 to 2119, as a spreadsheet counts."""


def _day_and_clocks(free: list[str], cells: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The columns of day, time and end of a table that has day and time apart; they are taken from the free ones."""
    clocks = [name for name in free if mostly(cells[name], holds_clock) and not _has(fold(name), _NOT_OF_THE_EVENT)]
    starts = [name for name in clocks if not _is_end(name)]
    days = [name for name in free if _holds_days(name, cells[name]) and not _has(fold(name), _NOT_OF_THE_EVENT)]
    if not starts or not days:
        return {}
    columns = {"day": min(days, key=lambda name: (_is_end(name), not _has(fold(name), _DATE_WORDS)))}
    columns["time_of_day"] = starts[0]
    if end := next((name for name in clocks if name != starts[0]), None):
        columns["time_end"] = end
    for name in columns.values():
        free.remove(name)
    return columns


def _is_end(name: str) -> bool:
    return _has(fold(name), _OF_THE_END) or fold(name) in ("to", "till", "time to")


def _by_content(columns: dict[str, str], free: list[str], cells: Mapping[str, Sequence[str]]) -> None:
    """Columns whose names say nothing, by what they hold."""
    if not columns.keys() & {*_DAYS, "day"}:
        dated = next((name for name in free if _holds_days(name, cells[name])), None)
        if dated is not None:
            columns["occurred_start"] = dated
            free.remove(dated)
    named = columns.get("kind")
    if named is None or not _kind_share(cells[named]):
        others = [*free, *(name for target, name in columns.items() if target == "text")]
        best = max(others, key=lambda name: _kind_share(cells[name]), default=None)
        if best is not None and _kind_share(cells[best]) > 0.5:
            columns["kind"] = best
            if best in free:
                free.remove(best)
            elif columns.get("text") == best:
                del columns["text"]
            if named is not None and {fold(cell) for cell in cells[named] if cell} <= {*PERCEIVED}:
                columns["perceived"] = named
    if "place" not in columns and not columns.keys() & {"lon", "lat"}:
        place = next((name for name in free if mostly(cells[name][:_LOOKED_AT], _is_place)), None)
        if place is not None:
            columns["place"] = place
            free.remove(place)


def _measures(columns: dict[str, str], free: list[str], cells: Mapping[str, Sequence[str]]) -> None:
    """Bearing and distance from an observer whose place is given; a distance only where heading or cells name its
    unit, since a bare number may be metres or kilometres."""
    for target in ("observer_lon", "observer_lat"):
        long = target.replace("lon", "longitude").replace("lat", "latitude")
        aliases = (target.replace("_", " "), long.replace("_", " "))
        name = next((name for name in free if fold(name).replace("_", " ") in aliases), None)
        if name is not None and _answers(target[-3:], cells[name]):
            columns[target] = name
    if not {"observer_lon", "observer_lat"} <= columns.keys():
        columns.pop("observer_lon", columns.pop("observer_lat", None))
        return
    free[:] = [name for name in free if name not in columns.values()]
    for target, words in (("bearing_deg", BEARING_WORDS), ("range_m", RANGE_WORDS)):
        units = UNITS_OF[target]
        for name in free:
            if not _has(fold(name), words):
                continue
            has_unit = unit_of_heading(name, units) is not None or mostly(
                cells[name],
                lambda cell: names_unit(cell, units),  # noqa: B023 - called at once
            )
            if has_unit or (target == "bearing_deg" and mostly(cells[name], _is_azimuth)):
                columns[target] = name
                free.remove(name)
                break
        if target not in columns:
            return  # a distance says nothing without its bearing


def _is_azimuth(cell: str) -> bool:
    number = _number(cell)
    return number is not None and 0 <= number <= 360


def _is_place(cell: str) -> bool:
    if not any(char.isdigit() for char in cell):
        return False
    try:
        read_place(cell)
    except PlaceError:
        return is_beside_town(cell)  # which towns there are, the watch knows
    return True


def _kind_share(cells: Sequence[str]) -> float:
    """How many of a column's different words are like a kind; 0 for a column of sentences."""
    words = {fold(cell) for cell in cells if cell}
    if not words or len(words) > MOST_WORDS or sum(map(len, words)) > 40 * len(words):
        return 0.0
    return sum(bool(guess_kind(word)) for word in words) / len(words)


def _holds_days(name: str, cells: Sequence[str]) -> bool:
    return mostly(cells[:_LOOKED_AT], holds_day) or _counts_days(name, cells)


def _counts_days(name: str, cells: Sequence[str]) -> bool:
    """Whether a column whose heading says that it holds dates holds a spreadsheet's counts of days."""
    numbers = [_number(cell) for cell in cells if cell]
    low, high = _EXCEL_DAYS
    return (
        bool(numbers)
        and _has(fold(name), _DATE_WORDS)
        and all(number is not None and low <= number <= high for number in numbers)
    )


def guess_preset(header: Sequence[str]) -> str:
    """The preset whose columns, but those that may be missing, are all here and say which list it is; "" for none."""
    present = {fold(name) for name in header}
    for name, preset in PRESETS.items():
        named = [column for column in preset.columns.values() if not column.startswith("=")]
        needed = {fold(part) for column in named for part in column.split(" + ")} - preset.optional
        if name in _KNOWN_BY_HEADER and needed <= present:
            return name
    return ""


_KNOWN_BY_HEADER: Final = ("acled", "ucdp_ged")


def _begins_like(name: str, names: Sequence[str]) -> bool:
    if _has(name, _KILLED_STEMS) and _has(name, _INJURED_STEMS):
        return False  # "killed or wounded" is neither
    return any(name.startswith((f"{alias} ", f"{alias}_")) for alias in names if len(alias) > 3 and alias not in _WHOLE)


def _has(name: str, stems: Sequence[str]) -> bool:
    return any(stem in name for stem in stems)


def _answers(target: str, cells: Sequence[str]) -> bool:
    """Whether what stands in a column can be what its name says."""
    filled = [cell for cell in cells if cell][:_LOOKED_AT]
    if not filled:
        return target not in ("lon", "lat", "occurred_start", "date_start", "kind")
    if target in ("lon", "lat", *COUNT_LIMITS):
        limit = {"lon": 180.0, "lat": 90.0}.get(target, 1e9)
        numbers = [_number(cell) for cell in filled]
        return sum(number is not None and abs(number) <= limit for number in numbers) * 2 > len(filled)
    if target in ("occurred_start", "occurred_end", "date_start", "date_end", "known_at"):
        return mostly(filled, holds_day)
    if target in ("kind", "place", "claimed_by", "actor"):
        return not mostly(filled, holds_day) and not mostly(filled, holds_clock)
    return True


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", ".", 1))
    except ValueError:
        return None


def guess_date_order(cells: Sequence[str]) -> str:
    """`dmy` or `mdy` where dates with slashes show it by a number above 12; empty where nothing shows it."""
    orders = set()
    for cell in cells:
        match = _SLASHED.match(cell)
        if match and (int(match[1]) > 12) != (int(match[2]) > 12):
            orders.add("dmy" if int(match[1]) > 12 else "mdy")
    return orders.pop() if len(orders) == 1 else ""


def words_in(cells: Sequence[str]) -> list[str]:
    """The different words of a column, the most frequent first, as first written; at most MOST_WORDS."""
    counted: Counter[str] = Counter()
    written: dict[str, str] = {}
    for cell in cells:
        if cell:
            counted[fold(cell)] += 1
            written.setdefault(fold(cell), cell)
    return [written[word] for word, _ in counted.most_common(MOST_WORDS)]


def guess_kind(word: str) -> str:
    """The kind that a word probably means; empty where nothing is like it."""
    folded = fold(word)
    if folded.replace(" ", "_") in KINDS:
        return folded.replace(" ", "_")
    return next((kind for kind, stems in KIND_STEMS if any(stem in folded for stem in stems)), "")
