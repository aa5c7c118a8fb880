"""The Merkle tree of RFC 6962 (section 2.1): leaf and node hashes, roots, inclusion and consistency proofs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

from trucewatch.errors import LedgerError
from trucewatch.messages import Message

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""

NodeReader = Callable[[int, int], bytes]
"""(height, index) → hash of the perfect subtree of 2**height leaves that begins at leaf index × 2**height."""


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


def perfect_subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """The perfect subtrees (height, index) that together are the leaves `[start, end)`, from left to right."""
    subtrees: list[tuple[int, int]] = []
    while start < end:
        height = (start & -start).bit_length() - 1 if start else (end - start).bit_length() - 1
        while start + (1 << height) > end:
            height -= 1
        subtrees.append((height, start >> height))
        start += 1 << height
    return subtrees


def root_of_range(node: NodeReader, start: int, end: int) -> bytes:
    """MTH of the leaves `[start, end)`, where `start` is 0 or begins a subtree at least as large as the range."""
    if start == end:
        return EMPTY_ROOT
    hashes = [node(height, index) for height, index in perfect_subtrees(start, end)]
    root = hashes.pop()
    while hashes:
        root = node_hash(hashes.pop(), root)
    return root


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(node: NodeReader, index: int, size: int) -> list[bytes]:
    """PATH(index, D[size]) of RFC 6962, section 2.1.1. Raises LedgerError if the leaf is not in the tree."""
    if not 0 <= index < size:
        raise LedgerError(Message("entry {index} is not in a log of {size} entries", index=index, size=size))
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(root_of_range(node, middle, end))
            end = middle
        else:
            path.append(root_of_range(node, start, middle))
            start = middle
    return path[::-1]


def consistency_proof(node: NodeReader, old: int, new: int) -> list[bytes]:
    """PROOF(old, D[new]) of RFC 6962, section 2.1.2. Raises LedgerError unless 0 ≤ old ≤ new."""
    if not 0 <= old <= new:
        raise LedgerError(Message("a log of {new} entries has no past of {old}", new=new, old=old))
    if old in (0, new):
        return []
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while end - start > 1 and old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(root_of_range(node, middle, end))
            end = middle
        else:
            path.append(root_of_range(node, start, middle))
            start, whole = middle, False
    if not whole:
        path.append(root_of_range(node, start, end))
    return path[::-1]


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that a proof leads to (RFC 9162, section 2.1.3.2). Raises LedgerError if its length does not fit."""
    if not 0 <= index < size:
        raise LedgerError(Message("entry {index} is not in a log of {size} entries", index=index, size=size))
    fn, sn, root = index, size - 1, leaf
    for step in proof:
        if sn == 0:
            raise LedgerError(Message("the inclusion proof is too long"))
        if fn & 1 or fn == sn:
            root = node_hash(step, root)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            root = node_hash(root, step)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise LedgerError(Message("the inclusion proof is too short"))
    return root


def roots_from_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """The two roots that a consistency proof leads to (RFC 9162, section 2.1.4.2); both have to equal those given.

    Raises LedgerError if its length does not fit.
    """
    if old == new:
        if proof:
            raise LedgerError(Message("a proof between equal sizes is empty"))
        return old_root, old_root
    if old == 0:
        if proof:
            raise LedgerError(Message("a proof from the empty log is empty"))
        return EMPTY_ROOT, new_root
    if not 0 < old < new or not proof:
        raise LedgerError(Message("the consistency proof does not fit these sizes"))
    steps = list(proof)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if sn == 0:
            raise LedgerError(Message("the consistency proof is too long"))
        if fn & 1 or fn == sn:
            first, second = node_hash(step, first), node_hash(step, second)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node_hash(second, step)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise LedgerError(Message("the consistency proof is too short"))
    return first, second
