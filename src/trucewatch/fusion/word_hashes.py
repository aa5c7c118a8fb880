"""Texts → numbers that are the same in every table."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from trucewatch.geo.arrays import Floats, Ints


def words_of(column: pa.ChunkedArray) -> Ints:
    """A number for each different word, the same in every table: 61 bits of its hash."""
    chunk = column.combine_chunks()
    if not len(chunk):
        return np.zeros(0, dtype=np.int64)
    coded = chunk.dictionary_encode()
    codes = np.array([hash_of(word) for word in coded.dictionary.to_pylist()], dtype=np.int64)
    return np.asarray(codes[coded.indices.to_numpy(zero_copy_only=False)], dtype=np.int64)


def hash_of(word: str) -> int:
    """61 bits of BLAKE2b of a text."""
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big") >> 3


def row_hashes(numbers: Floats) -> npt.NDArray[np.uint64]:
    """A hash of each row of a table of numbers, shape (n,); all that are no number are alike."""
    bits = np.where(np.isnan(numbers), 0.5, numbers).view(np.uint64) ^ np.where(
        np.isnan(numbers), np.uint64(1), np.uint64(0)
    )
    result = np.zeros(len(numbers), dtype=np.uint64)
    for column in range(numbers.shape[1]):
        # The finaliser of MurmurHash3 (Appleby, public domain), column after column.
        result = (result ^ bits[:, column]) * np.uint64(0xFF51AFD7ED558CCD)
        result ^= result >> np.uint64(33)
    return result
