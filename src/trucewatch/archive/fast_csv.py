"""A block of plain CSV → rows, in one pass; None where it is not plain or has any fault, and the other ways read it.

Plain: no quotes, UTC times written `2023-01-01T00:03:29Z`, decimal numbers, few different words, every cell sound. What
comes out is what `clean_table` makes of the same block, bit for bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from trucewatch.archive.fast_csv_kernels import FLAG, MOST_WORDS, NUMBER, SKIPPED, TEXT, TIME, WORD, read_lines
from trucewatch.archive.header import Layout
from trucewatch.archive.rows import NOTHING, TYPES, Rows
from trucewatch.archive.validate import ALIKE, UNKNOWN, cell_word, means_or_usual, numbers_of_words
from trucewatch.fusion.word_hashes import hash_of
from trucewatch.model.observation import KINDS, MEANS
from trucewatch.sources.limits import FLOAT_LIMITS
from trucewatch.sources.observations import NO_TIME

_WORDS: Final = ("kind", "means", "source", "sensor", "claimed_by")
_ROLES: Final = {
    **{name: NUMBER for name in FLOAT_LIMITS if name in TYPES},
    **dict.fromkeys(_WORDS, WORD),
    "start": TIME,
    "end": TIME,
    "id": TEXT,
    "simulated": FLAG,
}
"""Columns that can be read so, and as what."""


def is_plain(layout: Layout, header: Sequence[str]) -> bool:
    """Whether blocks of this layout can be plain. FIRMS, our own ids and what people say are read in other ways."""
    wanted = set(layout.columns)
    is_clear = len(set(header)) == len(header) and len(set(layout.columns.values())) == len(layout.columns)
    return layout.form != "firms" and not layout.has_our_ids and {"lon", "lat"} <= wanted <= set(_ROLES) and is_clear


def plain_rows(
    data: bytes, header: Sequence[str], delimiter: str, layout: Layout, kind: str, lines: int = -1
) -> Rows | None:
    """The rows of a block of whole lines, or None.

    kind: what a table without such a column reports. lines: how many there are, if they were counted; else negative.
    """
    if not data.endswith(b"\n") or b'"' in data or b"\r" in data:
        return None
    content = np.frombuffer(data, dtype=np.uint8)
    count = lines if lines >= 0 else int(np.count_nonzero(content == 10))
    what_of = {name: what for what, name in layout.columns.items()}
    fields = [what_of.get(name, "") for name in header]
    slots = {
        role: [what for what in fields if what and _ROLES[what] == role] for role in (NUMBER, TIME, WORD, TEXT, FLAG)
    }
    limits = np.array([FLOAT_LIMITS[what] for what in slots[NUMBER]], dtype=np.float64).reshape(-1, 2)
    numbers = np.empty((len(slots[NUMBER]), count))
    times = np.empty((len(slots[TIME]), count), dtype=np.int64)
    codes = np.empty((len(slots[WORD]), count), dtype=np.int8)
    texts = np.empty((len(slots[TEXT]), count), dtype=np.uint64)
    flags = np.empty((len(slots[FLAG]), count), dtype=np.bool_)
    words = np.zeros((len(slots[WORD]) + 1, MOST_WORDS, 2), dtype=np.int64)
    counts = np.zeros(len(slots[WORD]) + 1, dtype=np.int64)
    roles = np.array([_ROLES.get(what, SKIPPED) for what in fields], dtype=np.int64)
    at = np.array([slots[_ROLES[what]].index(what) if what else 0 for what in fields], dtype=np.int64)
    line_count = read_lines(
        content, ord(delimiter), roles, at, limits, numbers, times, codes, texts, flags, words, counts
    )
    if line_count != count:
        return None
    filled = ((NUMBER, numbers), (TEXT, texts.view(np.int64)), (FLAG, flags), (TIME, times))
    columns = {what: column for role, arrays in filled for what, column in zip(slots[role], arrays, strict=True)}
    column_words = {
        what: [cell_word(data[begin:end].decode("ascii")) for begin, end in words[slot, : counts[slot]].tolist()]
        for slot, what in enumerate(slots[WORD])
    }
    return _rows_of(columns, column_words, dict(zip(slots[WORD], codes, strict=True)), count, kind)


def _rows_of(
    columns: dict[str, npt.NDArray[Any]],
    column_words: dict[str, list[str]],
    codes: dict[str, npt.NDArray[np.int8]],
    count: int,
    kind: str,
) -> Rows | None:
    """Rows of what was read, or None for a fault in what has to fit together."""
    typed = {("text_id" if what == "id" else what): column for what, column in columns.items()}
    typed["start_us"] = typed.pop("start")
    if np.any(typed["start_us"] == NO_TIME):
        return None
    if "end" in typed:
        end = typed.pop("end")
        typed["end_us"] = np.where(end == NO_TIME, typed["start_us"], end)
        if np.any(typed["end_us"] < typed["start_us"]):
            return None
    for name, allowed, alike, otherwise in (("kind", KINDS, ALIKE, KINDS.index(kind)), ("means", MEANS, {}, -1)):
        if name not in column_words:
            typed[name] = np.full(count, otherwise, dtype=np.int8)
            continue
        of_word = numbers_of_words(column_words[name], allowed, alike, otherwise)
        if np.any(of_word == UNKNOWN):
            return None
        typed[name] = of_word[codes[name]]
    typed["means"] = means_or_usual(typed["means"], typed["kind"])
    texts: dict[int, str] = {}
    for name in ("source", "sensor", "claimed_by"):
        if name in column_words:
            hashes = [hash_of(word) for word in column_words[name]]
            texts.update(
                {number: word for number, word in zip(hashes, column_words[name], strict=True) if number != NOTHING}
            )
            typed[name] = np.array(hashes, dtype=np.int64)[codes[name]]
    for first, second in (("lon", "lat"), ("observer_lon", "observer_lat")):
        if first in typed and second in typed and np.any(np.isnan(typed[first]) != np.isnan(typed[second])):
            return None
    if "semi_minor_m" in typed and "semi_major_m" in typed and np.any(typed["semi_minor_m"] > typed["semi_major_m"]):
        return None
    return Rows(count, {name: column.astype(TYPES[name], copy=False) for name, column in typed.items()}, None, texts)
