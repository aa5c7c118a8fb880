"""Compiled: lines of plain CSV → columns, in one pass over the bytes. Gives up at the first cell that is not plain.

Numbers are decimals of at most 2⁵³ without their point, over a power of ten that a double holds exactly: one division
rounds as it should, so they are bit for bit what any correct reader gives. Nothing counts references (`_nrt`): no
arrays are made here.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from trucewatch.geo.compiler import njit

compiled: Any = njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
inlined: Any = njit(cache=True, nogil=True, error_model="numpy", _nrt=False, forceinline=True)

SKIPPED, NUMBER, TIME, WORD, TEXT, FLAG = range(6)
"""What is done with a column."""
GIVEN_UP: Final = -1
MOST_WORDS: Final = 64
"""Different words of a column that one block may have."""
TIME_LENGTH: Final = 20
"""`2023-01-01T00:03:29Z`."""
_TENS = 10.0 ** np.arange(23)  # a double holds powers of ten exactly up to 10²²
_MONTHS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int64)
_NO_TIME: Final = -(1 << 63)  # the smallest integer: no time of any calendar


@compiled
def read_lines(
    content: Any,
    delimiter: int,
    roles: Any,
    slots: Any,
    limits: Any,
    numbers: Any,
    times: Any,
    codes: Any,
    texts: Any,
    flags: Any,
    words: Any,
    counts: Any,
) -> int:
    """How many lines there were, or GIVEN_UP. `content` ends with a line end.

    roles, slots: what each column is, and which row of its output it fills. limits (columns, 2): between which numbers
    lie.
    Outputs (columns, lines): numbers (NaN where empty), times (µs; the smallest integer where empty), codes, texts (a
    hash of 64 bits, 0 where empty), flags. words (columns, MOST_WORDS, 2): begin and end of each different word,
    `counts` of them; the codes are their numbers.
    """
    at, row = np.int64(0), np.int64(0)
    last = len(roles) - 1
    while at < len(content):
        for column in range(last + 1):
            stop = np.uint8(10) if column == last else np.uint8(delimiter)  # the last cell ends with its line
            role, slot, begin = roles[column], slots[column], at
            if role == NUMBER:
                at, value = _number(content, at, stop)
                numbers[slot, row] = value
                if value < limits[slot, 0] or value > limits[slot, 1]:
                    return GIVEN_UP
            elif role == TIME:
                at, times[slot, row] = _time(content, at, stop)
            else:
                # Words mostly repeat those of the line above: compared first, so that nothing has to be looked up.
                code = np.int64(codes[slot, row - 1]) if role == WORD and row else np.int64(-1)
                if code >= 0 and _stands_at(content, begin, words[slot, code, 0], words[slot, code, 1], stop):
                    codes[slot, row] = code
                    at = begin + words[slot, code, 1] - words[slot, code, 0]
                else:
                    at = _end_of_cell(content, at, stop, delimiter)
                    if at >= 0 and role == WORD:
                        codes[slot, row] = _code(content, begin, at, words, counts, slot)
                        at = at if codes[slot, row] >= 0 else np.int64(GIVEN_UP)
                    elif at >= 0 and role == TEXT:
                        texts[slot, row] = hash_text(content, begin, at)
                    elif at >= 0 and role == FLAG:
                        flag = _flag(content, begin, at)
                        flags[slot, row] = flag == 1
                        at = at if flag >= 0 else np.int64(GIVEN_UP)
            if at < 0:  # one odd cell and the slow reader takes the block
                return GIVEN_UP
            at += 1  # past the delimiter or the line end
        row += 1
    return row


@inlined
def _end_of_cell(content: Any, at: int, stop: int, delimiter: int) -> int:
    """Where the cell ends; given up where the line has more or fewer cells, or the cell a byte that is not ASCII."""
    while content[at] != stop:
        if content[at] == 10 or content[at] == delimiter or content[at] >= 128:
            return GIVEN_UP
        at += 1
    return at


@inlined
def _number(content: Any, at: int, stop: int) -> tuple[int, float]:
    if content[at] == stop:
        return at, np.nan
    negative = content[at] == 45  # the minus sign
    at += negative
    mantissa, digits, fraction = np.int64(0), 0, 0
    while content[at] - np.int64(48) >= 0 and content[at] - np.int64(48) <= 9:
        mantissa = mantissa * 10 + (np.int64(content[at]) - 48)
        digits += 1
        at += 1
    if digits == 0 or digits > 18:  # more could overflow 64 bits
        return GIVEN_UP, np.nan
    if content[at] == 46:  # the point
        at += 1
        while content[at] - np.int64(48) >= 0 and content[at] - np.int64(48) <= 9:
            mantissa = mantissa * 10 + (np.int64(content[at]) - 48)
            fraction += 1
            at += 1
            if digits + fraction > 18:
                return GIVEN_UP, np.nan
        if fraction == 0:  # “1.” is left to the slow reader
            return GIVEN_UP, np.nan
    if content[at] != stop or mantissa > 9_007_199_254_740_992:  # 2⁵³: larger ones are rounded before they are divided
        return GIVEN_UP, np.nan
    value = np.float64(mantissa) / _TENS[fraction]
    return at, -value if negative else value


@inlined
def _pair(content: Any, at: int) -> int:
    """Two digits, or a large negative number."""
    tens, units = np.int64(content[at]) - 48, np.int64(content[at + 1]) - 48
    # So negative that no sum with it passes for a date.
    return tens * 10 + units if 0 <= tens <= 9 and 0 <= units <= 9 else np.int64(-100_000)


@inlined
def _time(content: Any, at: int, stop: int) -> tuple[int, int]:
    if content[at] == stop:
        return at, _NO_TIME
    if at + TIME_LENGTH >= len(content) or content[at + TIME_LENGTH] != stop:
        return GIVEN_UP, _NO_TIME
    year = _pair(content, at) * 100 + _pair(content, at + 2)
    month, day = _pair(content, at + 5), _pair(content, at + 8)
    hour, minute, second = _pair(content, at + 11), _pair(content, at + 14), _pair(content, at + 17)
    framed = content[at + 4] == 45 and content[at + 7] == 45 and content[at + 10] == 84  # - - T, then : : Z
    framed = framed and content[at + 13] == 58 and content[at + 16] == 58 and content[at + 19] == 90
    if not framed or year < 1000 or year > 9998 or month < 1 or month > 12 or day < 1:
        return GIVEN_UP, _NO_TIME
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)  # Gregorian
    if day > _MONTHS[month] + (month == 2 and leap):
        return GIVEN_UP, _NO_TIME
    if hour < 0 or hour > 23 or minute < 0 or minute > 59 or second < 0 or second > 59:
        return GIVEN_UP, _NO_TIME
    # Years that begin in March: the odd day is then the last.
    y = year - (month <= 2)
    of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    days = y * 365 + y // 4 - y // 100 + y // 400 + of_year - 719_468  # 719,468 days from 1 March of year 0 to 1970
    return at + TIME_LENGTH, ((days * 24 + hour) * 60 + minute) * 60_000_000 + second * 1_000_000


@inlined
def _stands_at(content: Any, at: int, begin: int, end: int, stop: int) -> bool:
    """Whether the cell that begins here is a word that stood elsewhere before."""
    if at + end - begin >= len(content) or content[at + end - begin] != stop:
        return False
    same = True
    for step in range(end - begin):
        same = same and content[at + step] == content[begin + step]
    return same


@compiled
def _code(content: Any, begin: int, end: int, words: Any, counts: Any, slot: int) -> int:
    """The number of a word among those of its column so far; −1 if there are too many."""
    for code in range(counts[slot]):
        if words[slot, code, 1] - words[slot, code, 0] == end - begin:
            same = True
            for step in range(end - begin):
                same = same and content[begin + step] == content[words[slot, code, 0] + step]
            if same:
                return code
    if counts[slot] == MOST_WORDS:  # not a column of few words: the slow reader takes the block
        return -1
    words[slot, counts[slot], 0], words[slot, counts[slot], 1] = begin, end
    counts[slot] += 1
    return counts[slot] - 1


@inlined
def hash_text(content: Any, begin: int, end: int) -> Any:
    """FNV-1a, 64 bits, of a text without the blanks about it; 0 for an empty one."""
    while begin < end and content[begin] <= 32:  # blanks and control characters
        begin += 1
    while end > begin and content[end - 1] <= 32:
        end -= 1
    value = np.uint64(0xCBF29CE484222325)  # FNV's offset basis; its prime below
    for at in range(begin, end):
        value = (value ^ np.uint64(content[at])) * np.uint64(0x100000001B3)
    return np.uint64(0) if begin == end else value


@inlined
def _flag(content: Any, begin: int, end: int) -> int:
    """1 for `true` and `1`, 0 for `false`, `0` and nothing; −1 for other words."""
    length = end - begin
    if length == 0 or (length == 1 and content[begin] == 48):
        return 0
    if length == 1 and content[begin] == 49:
        return 1
    if length == 4 and content[begin] == 116 and content[begin + 1] == 114 and content[begin + 2] == 117:
        return 1 if content[begin + 3] == 101 else -1
    if length == 5 and content[begin] == 102 and content[begin + 1] == 97 and content[begin + 2] == 108:
        return 0 if content[begin + 3] == 115 and content[begin + 4] == 101 else -1
    return -1
