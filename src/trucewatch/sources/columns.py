"""Text columns → checked numbers, times and words, with a reason for every row that fails.

A row's first fault is the one that is told. Checks look at the text, so that what a cell really said can be quoted.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.errors import RowFault, TrucewatchError, UnreadableInput
from trucewatch.messages import Message
from trucewatch.model.batch import Batch, Origin, ReadingContext, SourceCard
from trucewatch.model.evidence import Rejected, excerpt_of
from trucewatch.model.observation import KINDS, STORED_OBSERVATION_SCHEMA
from trucewatch.model.watch import SourceSetting
from trucewatch.sources.limits import COUNT_LIMITS, FALSE_WORDS, TRUE_WORDS
from trucewatch.sources.table import Chunk

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
"""Of each row the number of its text among the different ones of its column."""

UTC_MICROS: Final = pa.timestamp("us", tz="UTC")

NUMBER: Final = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"
_NUMBER = re.compile(NUMBER)
_IS_PLAIN = np.isin(np.arange(256), np.frombuffer(b"0123456789.-", dtype=np.uint8))
_COMMA = re.compile(r"^[+-]?\d*,\d+$")
NO_POINT: Final = Message("a geometry that is no point")
"""Stands, in English, where a longitude or latitude would, so that it is refused and quoted like any other text."""


class Faults:
    """The first fault of each row of a chunk."""

    def __init__(self, count: int) -> None:
        self.reasons: dict[int, Message] = {}
        self._count = count

    def refuse(self, mask: Mask, reason: Message | Callable[[int], Message]) -> None:
        """Give every marked row that has no fault yet its reason: the same for all, or one by the row's number."""
        for index in np.flatnonzero(mask).tolist():
            if index not in self.reasons:
                self.reasons[index] = reason if isinstance(reason, Message) else reason(index)

    def refuse_texts(self, values: Sequence[Any], codes: Codes) -> None:
        """Give every row whose text came to nothing but a reason that reason. values: what each different text came to;
        codes: which of them each row has."""
        wrong = np.array([isinstance(value, Message) for value in values], dtype=np.bool_)
        self.refuse(wrong[codes], lambda i: values[codes[i]])

    @property
    def good(self) -> Mask:
        """True where a row has no fault."""
        good = np.ones(self._count, dtype=np.bool_)
        good[list(self.reasons)] = False
        return good


def quote_cell(text: str) -> str:
    """A cell as a message quotes it."""
    return '"' + excerpt_of(text if len(text) <= 40 else text[:40] + "…") + '"'


def reason_of(fault: Exception) -> Message:
    """What an error says: the message of one of ours, the words of any other."""
    return fault.message if isinstance(fault, TrucewatchError) else Message.verbatim(str(fault))


def with_remedy(reason: Message) -> Message:
    """A reason that came without one, with the plainest of remedies."""
    return reason if ";" in str(reason) else Message("{why}; correct it", why=reason)


def number_fault(name: str, text: str, *, decimal_comma: bool) -> Message:
    """Why a text is no number."""
    if not text:
        return Message("{name} is empty; give a number", name=name)
    if _COMMA.match(text) and not decimal_comma:
        return Message(
            "{name} {value} has a decimal comma; write a point, or set decimal_comma = true for this source",
            name=name,
            value=quote_cell(text),
        )
    if name in COUNT_LIMITS:
        return Message(
            "{name} {value} is no number; write a whole number, or leave it empty and keep the word in text",
            name=name,
            value=quote_cell(text),
        )
    value = Message('"{words}"', words=NO_POINT) if text == str(NO_POINT) else quote_cell(text)
    return Message("{name} {value} is no number; write it like 46.75", name=name, value=value)


def read_number(name: str, text: str, low: float = -math.inf, high: float = math.inf, *, decimal_comma: bool) -> float:
    """One number. Raises RowFault."""
    plain = text.replace(",", ".", 1) if decimal_comma and _COMMA.match(text) else text
    if not _NUMBER.match(plain):
        raise RowFault(number_fault(name, text, decimal_comma=decimal_comma))
    value = float(plain)
    if not low <= value <= high:
        raise RowFault(range_fault(name, quote_cell(text), low, high))
    return value


def range_fault(name: str, value: str, low: float, high: float) -> Message:
    """Why a number, as it is to be quoted, is outside its limits."""
    if name in COUNT_LIMITS:
        return Message(
            "{name} {value} is not between 0 and {high}: one row counts what is of one event; correct it, or leave it "
            "empty and keep the words in text",
            name=name,
            value=value,
            high=f"{high:.0f}",
        )
    return Message(
        "{name} {value} is not between {low} and {high}; correct it",
        name=name,
        value=value,
        low=f"{low:g}",
        high=f"{high:g}",
    )


def read_numbers(
    column: Any,
    name: str,
    faults: Faults,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    required: bool = False,
    decimal_comma: bool = False,
) -> Floats:
    """A text column as numbers, NaN where empty or at fault."""
    plain = pc.replace_substring(column, ",", ".", max_replacements=1) if decimal_comma else column
    values = plain_numbers(plain)
    if values is None:
        values = _careful_numbers(column, plain, name, faults, required=required, decimal_comma=decimal_comma)
    with np.errstate(invalid="ignore"):
        outside = ~np.isnan(values) & ~((values >= low) & (values <= high) & np.isfinite(values))
    faults.refuse(outside, lambda i: range_fault(name, quote_cell(column[i].as_py()), low, high))
    values[outside] = np.nan
    return values


def plain_numbers(texts: Any) -> Floats | None:
    """The numbers of a column in which every cell is digits with at most a sign and a point; None for any other."""
    if not len(texts):
        return None
    ends = np.frombuffer(texts.buffers()[1], dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    letters = np.frombuffer(texts.buffers()[2] or b"", dtype=np.uint8)[ends[0] : ends[-1]]
    if not _IS_PLAIN[letters].all():
        return None
    try:
        return np.array(pc.cast(texts, pa.float64()).to_numpy(), dtype=np.float64)
    except pa.ArrowInvalid:
        return None  # an empty cell, or one that is no number: the careful way finds which


def _careful_numbers(
    column: Any, plain: Any, name: str, faults: Faults, *, required: bool, decimal_comma: bool
) -> Floats:
    """The numbers of a column cell by cell, NaN where empty or at fault."""
    empty = to_mask(pc.equal(column, ""))
    valid = to_mask(pc.match_substring_regex(plain, NUMBER))
    wrong = ~valid if required else ~valid & ~empty
    faults.refuse(wrong, lambda i: number_fault(name, column[i].as_py(), decimal_comma=decimal_comma))
    plain = pc.replace_substring_regex(pc.if_else(pa.array(valid), plain, None), r"^\+", "")
    values: Floats = pc.cast(plain, pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)
    return values


def read_words(
    column: Any, name: str, faults: Faults, *, allowed: Sequence[str], required: bool = True, default: str = ""
) -> Any:
    """A text column of words from a list; an empty cell becomes `default`."""
    empty = to_mask(pc.equal(column, ""))
    is_allowed = to_mask(pc.is_in(column, value_set=pa.array(allowed, pa.string())))
    faults.refuse(~is_allowed & (~empty | required), lambda i: word_fault(name, column[i].as_py(), allowed))
    return pc.if_else(pa.array(empty), default, column)


def word_fault(name: str, word: str, allowed: Sequence[str]) -> Message:
    """Why a word is not one of a list, with the nearest one."""
    if not word:
        return Message("{name} is empty; write one of {words}, …", name=name, words=", ".join(allowed[:4]))
    return Message(
        "{name} {value} is not known; {hint}", name=name, value=quote_cell(word), hint=nearest(word, allowed)
    )


def flag_fault(name: str, word: str) -> Message:
    """Why a word is no flag."""
    return Message("{name} {value} is neither true nor false; write one of them", name=name, value=quote_cell(word))


def read_flag(name: str, word: str) -> bool:
    """Whether a cell says yes; empty is no. Raises RowFault."""
    folded = word.casefold()
    if folded not in TRUE_WORDS and folded not in FALSE_WORDS:
        raise RowFault(flag_fault(name, word))
    return folded in TRUE_WORDS


def kind_faults(kinds: Mapping[str, str]) -> list[Message]:
    """What is wrong with a source's words for kinds: those that mean none of ours."""
    return [
        Message(
            "kinds maps {value} to {kind}, which is no kind; {hint}",
            value=quote_cell(word),
            kind=quote_cell(kind),
            hint=nearest(kind, KINDS),
        )
        for word, kind in kinds.items()
        if kind not in KINDS
    ]


def nearest(word: str, allowed: Iterable[str]) -> Message:
    """`did you mean "burst"?`, or the list to choose from."""
    allowed = list(allowed)
    close = difflib.get_close_matches(word.casefold(), allowed, n=1)
    return (
        Message('did you mean "{word}"?', word=close[0])
        if close
        else Message("write one of: {words}", words=", ".join(allowed))
    )


def coded(column: Any) -> tuple[list[str], Codes]:
    """The different texts of a column, in order of their first rows, and which of them each row has."""
    encoded = column.dictionary_encode()
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)


def distinct(numbers: Codes) -> tuple[Codes, Codes]:
    """The different numbers, in order of their first rows, and which of them each row has."""
    encoded = pa.array(numbers).dictionary_encode()
    return encoded.dictionary.to_numpy(), encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)


def together(columns: Sequence[tuple[list[str], Codes]], count: int) -> tuple[list[tuple[str, ...]], Codes]:
    """The different combinations of texts that rows have over some columns, and which of them each row has."""
    combinations: list[tuple[str, ...]] = [()] * min(count, 1)
    codes = np.zeros(count, dtype=np.int64)
    for texts, own in columns:
        pairs, codes = distinct(codes * len(texts) + own)
        combinations = [(*combinations[pair // len(texts)], texts[pair % len(texts)]) for pair in pairs.tolist()]
    return combinations, codes


def to_mask(array: Any) -> Mask:
    """An Arrow boolean array without nulls as numpy."""
    return np.asarray(array.to_numpy(zero_copy_only=False), dtype=np.bool_)


def swapped_axes(lon: Floats, lat: Floats, context: ReadingContext) -> Mask:
    """True where a place lies outside the watch's area and the place with its axes exchanged lies inside."""
    west, south, east, north = context.area
    with np.errstate(invalid="ignore"):
        inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        mirrored = (lat >= west) & (lat <= east) & (lon >= south) & (lon <= north)
    return np.asarray(~inside & mirrored, dtype=np.bool_)


def swapped_fault(lon: float, lat: float) -> Message:
    """What to say of exchanged axes."""
    return Message(
        "lon {lon}, lat {lat} lies outside the watch's area and lat {lon_again}, lon {lat_again} inside; "
        "latitude and longitude are probably exchanged: correct the columns",
        lon=f"{lon:g}",
        lat=f"{lat:g}",
        lon_again=f"{lon:g}",
        lat_again=f"{lat:g}",
    )


def delay_of(card: SourceCard, setting: SourceSetting) -> timedelta:
    """How long after an event this source's rows become known."""
    return card.delay if setting.delay_hours is None else timedelta(hours=setting.delay_hours)


_DEFAULTS: Final[dict[str, Any]] = {
    "sensor": "",
    "aspect": "undetermined",
    "person_status": "not_stated",
    "perceived": "",
    "intensity_unit": "",
    "source_quality": "",
    "claimed_by": "",
    "actor": "",
    "struck": "",
    "text": "",
    "simulated": False,
    "product_rank": 1,
    "known_at_assumed": False,
}


def observation_table(columns: dict[str, Any], count: int) -> pa.Table:
    """A table with the stored schema; columns not given are null or have their default. NaN becomes null."""
    arrays = []
    for field in STORED_OBSERVATION_SCHEMA:
        value = columns.get(field.name, _DEFAULTS.get(field.name))
        if isinstance(value, np.ndarray):
            array = pa.array(value, from_pandas=True)
        elif isinstance(value, pa.Array | list):
            array = pa.array(value, field.type) if isinstance(value, list) else value
        else:
            array = pa.repeat(pa.scalar(value, field.type), count)
        if array.type != field.type:
            array = array.cast(field.type)
        arrays.append(array)
    return pa.Table.from_arrays(arrays, schema=STORED_OBSERVATION_SCHEMA)


def rejected_rows(chunk: Chunk, faults: Faults, origin: Origin) -> tuple[Rejected, ...]:
    """Every refused row of a chunk, in the order of the file."""
    refused = [(bad.line, bad.reason, bad.raw) for bad in chunk.bad]
    refused += [(int(chunk.lines[index]), reason, chunk.raw(index)) for index, reason in faults.reasons.items()]
    return tuple(
        Rejected(
            evidence_sha256=origin.evidence_sha256, file=origin.file, row=line, reason=reason, excerpt=excerpt_of(raw)
        )
        for line, reason, raw in sorted(refused, key=lambda row: (row[0], str(row[1]), row[2]))
    )


def rejected_file(origin: Origin, reason: Message) -> Batch:
    """The one refusal for a whole file."""
    refusal = Rejected(evidence_sha256=origin.evidence_sha256, file=origin.file, row=0, reason=reason, excerpt="")
    return Batch(rejected=(refusal,))


def require_columns(names: Iterable[str], present: Iterable[str], *, hint: Message) -> None:
    """Raises UnreadableInput that names the columns a file lacks, and those it has."""
    present = [name for name in present if name]
    missing = [name for name in names if name not in present]
    if missing:
        quoted = ", ".join(f'"{name}"' for name in missing)
        has = names_shown(present)
        raise UnreadableInput(
            Message("the file lacks the columns {names}; {hint}. It has: {has}", names=quoted, hint=hint, has=has)
            if len(missing) > 1
            else Message("the file lacks the column {names}; {hint}. It has: {has}", names=quoted, hint=hint, has=has)
        )


def names_shown(names: Sequence[str]) -> Message | str:
    """The first of a header's names; the word for none where there are none."""
    return ", ".join((*names[:12], "…") if len(names) > 12 else names) or Message("no names")
