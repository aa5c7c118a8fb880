"""Compiled: names for incidents of rows that bring none. SHA-256 of six numbers.

What is hashed is `archive`, the unit separator, and the six numbers as 16 hexadecimal digits each: 104 bytes, two blocks.
Source: FIPS 180-4, sections 5 and 6.2; checked against hashlib in the tests.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from trucewatch.geo.compiler import njit

compiled: Any = njit(cache=True, nogil=True, error_model="numpy")

LANES: Final = 32
"""Rows at a time: the loops over them are what the compiler makes vector instructions of."""
NAME_LENGTH: Final = 28
_PREFIX = np.frombuffer(b"archive\x1f", dtype=">u4").astype(np.uint32)
_BASE32 = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", dtype=np.uint8)


def hex_digits() -> Any:
    """The text of each number below 2¹⁶ as four hexadecimal digits, read as one big-endian word."""
    return np.frombuffer("".join(f"{one:04x}" for one in range(1 << 16)).encode(), dtype=">u4").astype(np.uint32)


def _primes(count: int) -> list[int]:
    found: list[int] = []
    number = 2
    while len(found) < count:
        if all(number % one for one in found):
            found.append(number)
        number += 1
    return found


def _fraction_bits(prime: int, root: int) -> int:
    """The first 32 bits of the fraction of a square or cube root."""
    scaled = prime << (32 * root)
    low, high = 0, 1 << 40
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**root <= scaled else (low, middle - 1)
    return low & 0xFFFFFFFF


_ROUND = np.array([_fraction_bits(one, 3) for one in _primes(64)], dtype=np.uint32)
_START = np.array([_fraction_bits(one, 2) for one in _primes(8)], dtype=np.uint32)


@compiled
def name_rows(rows: Any, start_us: Any, identities: Any, digits: Any, names: Any) -> None:
    """names (n, 28) uint8: `i-` and 26 base32 characters of the SHA-256 for each of the rows.

    The six numbers of a row: its device, start_us, and the other four of its identities (m, 5).
    digits: `hex_digits()`, the four hexadecimal digits of each 16 bits as one word.
    """
    words = np.zeros((64, LANES), dtype=np.uint32)
    state = np.zeros((8, LANES), dtype=np.uint32)
    work = np.zeros((8, LANES), dtype=np.uint32)
    numbers = np.zeros((LANES, 6), dtype=np.uint64)
    for first in range(0, len(rows), LANES):
        used = min(LANES, len(rows) - first)
        for lane in range(used):
            row = rows[first + lane]
            numbers[lane, 0], numbers[lane, 1] = identities[row, 0], start_us[row]
            for at in range(1, 5):
                numbers[lane, at + 1] = identities[row, at]
        for at in range(8):
            for lane in range(LANES):
                state[at, lane] = _START[at]
        for lane in range(LANES):
            words[0, lane], words[1, lane] = _PREFIX[0], _PREFIX[1]
        for lane in range(used):
            for at in range(14):
                words[at + 2, lane] = digits[_quarter(numbers, lane, at)]
        _absorb(words, state, work)
        for lane in range(LANES):
            words[10, lane], words[15, lane] = 0x80000000, 104 * 8
            for at in range(11, 15):
                words[at, lane] = 0
        for lane in range(used):
            for at in range(10):
                words[at, lane] = digits[_quarter(numbers, lane, at + 14)]
        _absorb(words, state, work)
        for lane in range(used):
            _write_name(state, lane, names, first + lane)


@compiled
def _quarter(numbers: Any, row: int, at: int) -> Any:
    """The `at`-th 16 bits of a row's numbers, the highest first."""
    return (numbers[row, at >> 2] >> np.uint64(48 - 16 * (at & 3))) & np.uint64(0xFFFF)


@compiled
def _absorb(words: Any, state: Any, work: Any) -> None:
    """One block of 16 words into the state, all lanes."""
    for t in range(16, 64):
        for lane in range(LANES):
            x, y = words[t - 15, lane], words[t - 2, lane]
            x = _turn(x, 7) ^ _turn(x, 18) ^ (x >> np.uint32(3))
            y = _turn(y, 17) ^ _turn(y, 19) ^ (y >> np.uint32(10))
            words[t, lane] = words[t - 16, lane] + x + words[t - 7, lane] + y
    work[:, :] = state
    for t in range(0, 64, 8):
        for lane in range(LANES):
            a, b, c, d = work[0, lane], work[1, lane], work[2, lane], work[3, lane]
            e, f, g, h = work[4, lane], work[5, lane], work[6, lane], work[7, lane]
            d, h = _round(a, b, c, d, e, f, g, h, _ROUND[t] + words[t, lane])
            c, g = _round(h, a, b, c, d, e, f, g, _ROUND[t + 1] + words[t + 1, lane])
            b, f = _round(g, h, a, b, c, d, e, f, _ROUND[t + 2] + words[t + 2, lane])
            a, e = _round(f, g, h, a, b, c, d, e, _ROUND[t + 3] + words[t + 3, lane])
            h, d = _round(e, f, g, h, a, b, c, d, _ROUND[t + 4] + words[t + 4, lane])
            g, c = _round(d, e, f, g, h, a, b, c, _ROUND[t + 5] + words[t + 5, lane])
            f, b = _round(c, d, e, f, g, h, a, b, _ROUND[t + 6] + words[t + 6, lane])
            e, a = _round(b, c, d, e, f, g, h, a, _ROUND[t + 7] + words[t + 7, lane])
            work[0, lane], work[1, lane], work[2, lane], work[3, lane] = a, b, c, d
            work[4, lane], work[5, lane], work[6, lane], work[7, lane] = e, f, g, h
    for at in range(8):
        for lane in range(LANES):
            state[at, lane] += work[at, lane]


@compiled
def _round(a: Any, b: Any, c: Any, d: Any, e: Any, f: Any, g: Any, h: Any, added: Any) -> Any:
    """What `d` and `h` are after one round."""
    one = np.uint32(h + (_turn(e, 6) ^ _turn(e, 11) ^ _turn(e, 25)) + (g ^ (e & (f ^ g))) + added)
    two = np.uint32((_turn(a, 2) ^ _turn(a, 13) ^ _turn(a, 22)) + ((a & b) | (c & (a | b))))
    return np.uint32(d + one), np.uint32(one + two)


@compiled
def _turn(value: Any, bits: int) -> Any:
    return np.uint32((value >> np.uint32(bits)) | (value << np.uint32(32 - bits)))


@compiled
def _write_name(state: Any, lane: int, names: Any, row: int) -> None:
    names[row, 0], names[row, 1] = 105, 45
    held, bits, word = np.uint64(0), 0, 0
    for at in range(2, NAME_LENGTH):
        if bits < 5:
            held = (held << np.uint64(32)) | np.uint64(state[word, lane])
            bits += 32
            word += 1
        bits -= 5
        names[row, at] = _BASE32[(held >> np.uint64(bits)) & np.uint64(31)]
