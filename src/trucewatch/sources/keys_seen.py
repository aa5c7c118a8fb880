"""Natural keys that a file has had so far, with what their rows said, in few bytes each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

_Ints = npt.NDArray[np.int64]
_MOST_MERGED = 1 << 20
"""Rows of a run that is not merged any more: while two of millions are, both would be held twice."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Keys in order, with what was said and in which line."""

    keys: _Ints
    says: _Ints
    lines: _Ints

    def with_run(self, other: _Run) -> _Run:
        keys = np.concatenate((self.keys, other.keys))
        order = np.argsort(keys, kind="stable")
        return _Run(
            keys[order],
            np.concatenate((self.says, other.says))[order],
            np.concatenate((self.lines, other.lines))[order],
        )


class KeysSeen:
    """Keys as the first 64 bits of their hashes, in sorted runs that grow: 24 bytes a row, and no object for each."""

    def __init__(self) -> None:
        self._runs: list[_Run] = []

    def first_of_others(self, keys: _Ints, says: _Ints, lines: _Ints) -> _Ints:
        """Of each row the line in which its key stood first, if another thing was said there; 0 for any other row.

        What is new is remembered.
        """
        first_says, first_lines = says.copy(), np.zeros(len(keys), dtype=np.int64)
        is_known = np.zeros(len(keys), dtype=np.bool_)
        for run in self._runs:
            at = np.minimum(np.searchsorted(run.keys, keys), len(run.keys) - 1)
            hit = run.keys[at] == keys
            first_says[hit], first_lines[hit] = run.says[at[hit]], run.lines[at[hit]]
            is_known |= hit
        new = np.flatnonzero(~is_known)
        different, first, back = np.unique(keys[new], return_index=True, return_inverse=True)
        first_says[new], first_lines[new] = says[new][first][back], lines[new][first][back]
        if len(different):
            self._add(_Run(different, says[new][first], lines[new][first]))
        return np.where(first_says != says, first_lines, 0)

    def _add(self, run: _Run) -> None:
        while self._runs and len(self._runs[-1].keys) <= min(2 * len(run.keys), _MOST_MERGED - len(run.keys)):
            run = self._runs.pop().with_run(run)
        self._runs.append(run)


def key_numbers(ids: Any) -> _Ints:
    """A number for each observation's id, from its first twelve letters of five bits."""
    chars = np.frombuffer(ids.buffers()[2], dtype=np.uint8).reshape(len(ids), -1)[:, 2:14].astype(np.int64)
    letters = np.where(chars >= ord("a"), chars - ord("a"), chars - ord("2") + 26)
    keys = np.zeros(len(ids), dtype=np.int64)
    for at in range(letters.shape[1]):
        keys = (keys << 5) | letters[:, at]
    return keys
