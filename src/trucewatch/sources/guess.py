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

from trucewatch.model.observation import KINDS
from trucewatch.sources.limits import COUNT_LIMITS
from trucewatch.sources.table import Table, fold

EXAMPLE_ROWS: Final = 2000
"""Rows that are looked at for examples and words."""
MOST_WORDS: Final = 60
"""Different words for a kind that are shown; a column with more holds sentences, not kinds."""

_WORDS: Final = 12
"""More words than a column's name has."""

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "lon": ("lon", "long", "lng", "longitude", "x", "долгота", "boylam"),
    "lat": ("lat", "latitude", "y", "широта", "enlem"),
    "semi_major_m": ("semi_major_m",),
    "semi_minor_m": ("semi_minor_m",),
    "place": (
        "place",
        "where",
        "location",
        "coordinates",
        "mgrs",
        "position",
        "village",
        "town",
        "место",
        "где",
        "координаты",
        "населённый пункт",
        "yer",
        "konum",
        "nerede",
    ),
    "known_at": (
        "known_at",
        "published",
        "reported at",
        "publication date",
        "известно",
        "опубликовано",
        "yayın tarihi",
    ),
    "date_end": ("date_end", "end date", "last day", "дата окончания", "bitiş tarihi"),
    "date_start": ("date_start", "start date", "first day", "event_date", "дата начала", "başlangıç tarihi"),
    "occurred_end": ("occurred_end", "end", "until", "to", "ended", "end time", "конец", "окончание", "bitiş"),
    "occurred_start": (
        "occurred_start",
        "when",
        "time",
        "date",
        "datetime",
        "timestamp",
        "start",
        "from",
        "day",
        "began",
        "date and time",
        "start time",
        "когда",
        "время",
        "дата",
        "начало",
        "tarih",
        "zaman",
        "saat",
        "ne zaman",
    ),
    "kind": (
        "kind",
        "type",
        "event",
        "event type",
        "event_type",
        "what",
        "what happened",
        "category",
        "incident",
        "incident type",
        "вид",
        "тип",
        "что",
        "что произошло",
        "событие",
        "tür",
        "olay",
        "ne oldu",
    ),
    "claimed_by": (
        "claimed_by",
        "reported by",
        "reported_by",
        "who",
        "source",
        "reporter",
        "claimant",
        "кто сообщил",
        "кто",
        "источник",
        "bildiren",
        "kaynak",
        "kim",
    ),
    "means": ("means", "how", "method", "средство", "araç", "yöntem"),
    "count_best": (
        "count",
        "count_best",
        "number of rounds",
        "rounds",
        "how many",
        "quantity",
        "количество",
        "сколько",
        "sayı",
    ),
    "count_min": ("count_min", "at least"),
    "count_max": ("count_max", "at most"),
    "killed_min": ("killed_min", "low"),
    "killed_max": ("killed_max", "high"),
    "killed_best": (
        "killed_best",
        "killed",
        "people killed",
        "dead",
        "deaths",
        "fatalities",
        "best",
        "погибло",
        "погибшие",
        "убито",
        "ölü",
        "ölü sayısı",
    ),
    "injured_min": ("injured_min",),
    "injured_max": ("injured_max",),
    "injured_best": (
        "injured_best",
        "injured",
        "people injured",
        "wounded",
        "injuries",
        "ранено",
        "раненые",
        "yaralı",
        "yaralı sayısı",
    ),
    "harm_min": ("harm_min",),
    "harm_max": ("harm_max",),
    "harm_best": ("harm_best",),
    "person_status": ("person_status",),
    "perceived": ("perceived",),
    "actor": ("actor",),
    "struck": ("struck",),
    "simulated": ("simulated", "exercise only"),
    "text": (
        "text",
        "description",
        "remarks",
        "notes",
        "note",
        "comment",
        "comments",
        "details",
        "summary",
        "описание",
        "примечание",
        "комментарий",
        "açıklama",
        "not",
    ),
    "natural_key": (
        "id",
        "number",
        "no",
        "nr",
        "event id",
        "event_id",
        "ref",
        "reference",
        "code",
        "номер",
        "№",
        "numara",
    ),
}
"""Column names as people write them, folded. The first target that a name answers to is proposed. Nothing is proposed
for casualties, victims or losses: such a column may count the killed, the injured or both, and only who brings the file
knows."""

_WHOLE: Final = ("best", "high")
"""Words of UCDP for the killed when they stand alone; another word after them makes them something else."""
_KILLED_STEMS: Final = ("kill", "dead", "death", "fatal", "погиб", "убит", "ölü")
_INJURED_STEMS: Final = ("injur", "wound", "hurt", "casualt", "ранен", "пострад", "yaral")

_KIND_STEMS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("access_denied", ("access", "denied", "turned back", "refused", "blocked", "не пропущ", "отказ", "engellen")),
    ("line_crossing", ("cross", "переход", "пересеч", "geçiş ihlal")),
    (
        "overflight",
        (
            "drone",
            "uav",
            "uas",
            "flight",
            "aircraft",
            "helicopter",
            "бпла",
            "беспилот",
            "облёт",
            "облет",
            "вертол",
            "iha",
            "uçuş",
        ),
    ),
    ("jamming", ("jam", "gps", "gnss", "глуш", "помех", "karıştır")),
    ("flare", ("flare", "illumin", "освети", "aydınlat")),
    ("harm", ("casualt", "killed", "wounded", "injur", "dead", "victim", "погиб", "ранен", "ölü", "yaral")),
    ("burst", ("burst", "machine gun", "очеред", "makineli")),
    (
        "explosion",
        (
            "shell",
            "explo",
            "blast",
            "mortar",
            "artill",
            "impact",
            "detonat",
            "mine",
            "взрыв",
            "обстрел",
            "миномёт",
            "миномет",
            "артил",
            "patlama",
            "top atış",
            "havan",
        ),
    ),
    ("projectile", ("rocket", "missile", "projectile", "ракет", "roket", "füze")),
    (
        "shot",
        ("shot", "shoot", "small arms", "gunfire", "sniper", "rifle", "выстрел", "стрельб", "снайпер", "silah", "ateş"),
    ),
    ("thermal_anomaly", ("fire", "smoke", "burn", "heat", "пожар", "дым", "yangın", "duman")),
    ("weapon_present", ("weapon", "tank", "howitzer", "вооружен", "оруж", "танк")),
    ("movement", ("movement", "convoy", "column", "vehicle", "движен", "колонн", "hareket", "konvoy")),
    ("handover", ("handover", "hand over", "exchange", "передач", "обмен", "teslim", "takas")),
    ("meeting", ("meeting", "talks", "встреч", "görüşme", "toplantı")),
    ("presence", ("presence", "present", "post", "присутств", "пост")),
)
_TIME: Final = re.compile(r"^(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{4})([T ].*)?$")
_SLASHED: Final = re.compile(r"^(\d{1,2})/(\d{1,2})/\d{4}")


_LOOKED_AT: Final = 65_536
_MAIL: Final = re.compile(rb"\s*(?:From [^\n]*\n|[!-9;-~]{1,100}[ \t]*:)")
_MAIL_HEADER: Final = re.compile(rb"^(?:from|received|message-id|return-path|delivered-to)[ \t]*:", re.I | re.M)
_CHATS: Final = re.compile(rb'"(?:messages|chats|left_chats)"\s*:\s*[\[{]')


def format_of(path: Path) -> str:
    """The adapter of what is no table, by the first bytes: `mail`, `telegram`, or "" for anything else."""
    with path.open("rb") as file:
        beginning = file.read(_LOOKED_AT).removeprefix(b"\xef\xbb\xbf")
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
    apart."""
    free = [name for name in header if fold(name)]
    columns: dict[str, str] = {}
    for target, names in _NAMES.items():
        match = next(
            (name for alias in names for name in free if fold(name).replace("_", " ") == alias.replace("_", " ")), None
        )
        if match is None and target not in ("lon", "lat", "means", "natural_key", "count_best"):
            match = next((name for name in free if _begins_like(fold(name), names)), None)
        if match is not None and _answers(target, [row.get(fold(match), "") for row in rows]):
            columns[target] = match
            free.remove(match)
    if "occurred_start" not in columns and "date_start" not in columns:
        dated = next(
            (name for name in free if _answers("occurred_start", [row.get(fold(name), "") for row in rows])), None
        )
        if dated is not None:
            columns["occurred_start"] = dated
    if ("lon" in columns) != ("lat" in columns):
        columns.pop("lon", columns.pop("lat", None))
    order = guess_date_order([row.get(fold(name), "") for name in columns.values() for row in rows])
    if order:
        columns["date_order"] = f"={order}"
    return columns


def _begins_like(name: str, names: Sequence[str]) -> bool:
    if _has(name, _KILLED_STEMS) and _has(name, _INJURED_STEMS):
        return False  # "killed or wounded" is neither
    return any(name.startswith((f"{alias} ", f"{alias}_")) for alias in names if len(alias) > 3 and alias not in _WHOLE)


def _has(name: str, stems: Sequence[str]) -> bool:
    return any(stem in name for stem in stems)


def _answers(target: str, cells: Sequence[str]) -> bool:
    """Whether what stands in a column can be what its name says."""
    filled = [cell for cell in cells if cell][:200]
    if not filled:
        return target not in ("lon", "lat", "occurred_start", "date_start", "kind")
    if target in ("lon", "lat", *COUNT_LIMITS):
        limit = {"lon": 180.0, "lat": 90.0}.get(target, 1e9)
        numbers = [_number(cell) for cell in filled]
        return sum(number is not None and abs(number) <= limit for number in numbers) * 2 > len(filled)
    if target in ("occurred_start", "occurred_end", "date_start", "date_end", "known_at"):
        return sum(bool(_TIME.match(cell)) for cell in filled) * 2 > len(filled)
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
    return next((kind for kind, stems in _KIND_STEMS if any(stem in folded for stem in stems)), "")
