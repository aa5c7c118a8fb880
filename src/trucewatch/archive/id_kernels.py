"""Compiled: names for incidents of rows that bring none. SHA-256 of six numbers.

What is hashed is the six numbers as eight bytes each, the highest first, and the word `archive`: 55 bytes, the most
that one block holds.
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
_ENDING = np.frombuffer(b"archive\x80" + (55 * 8).to_bytes(8, "big"), dtype=">u4").astype(np.uint32)
"""The word, the bit that ends a message, and its length in bits: the last four words of the block."""
_BASE32 = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", dtype=np.uint8)  # RFC 4648's letters, small


def _primes(count: int) -> list[int]:
    primes: list[int] = []
    number = 2
    while len(primes) < count:
        if all(number % prime for prime in primes):
            primes.append(number)
        number += 1
    return primes


def _fraction_bits(prime: int, root: int) -> int:
    """The first 32 bits of the fraction of a square or cube root."""
    scaled = prime << (32 * root)
    # The root as a whole number of 2⁻³² parts, by halving: integers, so no bit is rounded.
    low, high = 0, 1 << 40
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**root <= scaled else (low, middle - 1)
    return low & 0xFFFFFFFF


# Of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2).
_ROUND = np.array([_fraction_bits(prime, 3) for prime in _primes(64)], dtype=np.uint32)
# Of the square roots of the first 8 (5.3.3).
_START = np.array([_fraction_bits(prime, 2) for prime in _primes(8)], dtype=np.uint32)


@compiled
def name_rows(rows: Any, start_us: Any, identities: Any, names: Any) -> None:
    """names (n, 28) uint8: `i-` and 26 base32 characters of the SHA-256 for each of the rows.

    The six numbers of a row: its device, start_us, and the other four of its identities (m, 5).
    """
    words = np.zeros((64, LANES), dtype=np.uint32)
    state = np.zeros((8, LANES), dtype=np.uint32)
    work = np.zeros((8, LANES), dtype=np.uint32)
    for first in range(0, len(rows), LANES):
        used = min(LANES, len(rows) - first)
        # 1. The six numbers of each row; lanes beyond the last hash what they held before, and are not read.
        for lane in range(used):
            row = rows[first + lane]
            _put_number(words, 0, lane, identities[row, 0])
            _put_number(words, 2, lane, start_us[row])
            for at in range(1, 5):
                _put_number(words, 2 * at + 2, lane, identities[row, at])
        for at in range(4):
            for lane in range(LANES):
                words[at + 12, lane] = _ENDING[at]
        for at in range(8):
            for lane in range(LANES):
                state[at, lane] = _START[at]
        # 2. One block is the whole message.
        _absorb(words, state, work)
        # 3. The first 130 bits as 26 letters.
        for lane in range(used):
            _write_name(state, lane, names, first + lane)


@compiled
def _put_number(words: Any, at: int, lane: int, number: Any) -> None:
    """The halves of a number of 64 bits as two words, the higher first."""
    bits = np.uint64(number)
    words[at, lane] = np.uint32(bits >> np.uint64(32))
    words[at + 1, lane] = np.uint32(bits & np.uint64(0xFFFFFFFF))


@compiled
def _absorb(words: Any, state: Any, work: Any) -> None:
    """One block of 16 words into the state, all lanes."""
    # FIPS 180-4, 6.2.2, step 1: the schedule of words.
    for t in range(16, 64):
        for lane in range(LANES):
            x, y = words[t - 15, lane], words[t - 2, lane]
            x = _turn(x, 7) ^ _turn(x, 18) ^ (x >> np.uint32(3))
            y = _turn(y, 17) ^ _turn(y, 19) ^ (y >> np.uint32(10))
            words[t, lane] = words[t - 16, lane] + x + words[t - 7, lane] + y
    work[:, :] = state
    # Step 3, eight rounds at a time: instead of moving on, the eight letters change places in the calls.
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
    # Step 4.
    for at in range(8):
        for lane in range(LANES):
            state[at, lane] += work[at, lane]


@compiled
def _round(a: Any, b: Any, c: Any, d: Any, e: Any, f: Any, g: Any, h: Any, added: Any) -> Any:
    """What `d` and `h` are after one round."""
    t1 = np.uint32(h + (_turn(e, 6) ^ _turn(e, 11) ^ _turn(e, 25)) + (g ^ (e & (f ^ g))) + added)
    t2 = np.uint32((_turn(a, 2) ^ _turn(a, 13) ^ _turn(a, 22)) + ((a & b) | (c & (a | b))))
    return np.uint32(d + t1), np.uint32(t1 + t2)


@compiled
def _turn(value: Any, bits: int) -> Any:
    return np.uint32((value >> np.uint32(bits)) | (value << np.uint32(32 - bits)))


@compiled
def _write_name(state: Any, lane: int, names: Any, row: int) -> None:
    names[row, 0], names[row, 1] = 105, 45  # i-
    buffer, bits, word = np.uint64(0), 0, 0
    for at in range(2, NAME_LENGTH):
        if bits < 5:
            buffer = (buffer << np.uint64(32)) | np.uint64(state[word, lane])
            bits += 32
            word += 1
        bits -= 5
        names[row, at] = _BASE32[(buffer >> np.uint64(bits)) & np.uint64(31)]
