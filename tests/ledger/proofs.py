"""What tests of the log ask of a proof."""

from __future__ import annotations

from collections.abc import Sequence

from trucewatch.errors import LedgerError
from trucewatch.ledger.tree import roots_from_consistency


def is_consistent(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of `new` leaves continues the one of `old`."""
    try:
        return roots_from_consistency(old, new, old_root, new_root, proof) == (old_root, new_root)
    except LedgerError:
        return False
