"""A ledger that cannot be carried on: set aside whole, and a new one begun under a new origin with what can still be
read.

A new origin, because the old key signed entries that are gone: under the same one, the next checkpoint would contradict
those that witnesses and readers hold. The first entry of the new ledger names the last checkpoint of the old one.

Written so that a kill at any moment leaves either the old ledger or the new one: the new one is made beside it, whole,
and the folders change their names last.
"""

from __future__ import annotations

import shutil
from base64 import b64encode
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from trucewatch.ledger.durable import move_durably
from trucewatch.ledger.log import Log
from trucewatch.store.disk_errors import translating
from trucewatch.store.history import History
from trucewatch.store.index_tables import references
from trucewatch.store.journal import ERASURE, KEY, PRUNING, Journal, read_surviving
from trucewatch.store.keys import Keyring, key_record
from trucewatch.store.objects import HashedFiles
from trucewatch.store.typed_words import place_of

LOST_CHECKPOINT = "lost_checkpoint_digest"
"""The field of a ledger's first entry that tells it from a first one: SHA-256 of the last checkpoint before it, or
""."""
_NEXT = "ledger.next"


def finish_beginning_anew(root: Path) -> None:
    """Finish what a killed `begin_anew` left: the new ledger takes the place that is free, or goes if it is not
    free."""
    ledger, following = root / "ledger", root / _NEXT
    if following.is_dir():
        with translating(following):
            if ledger.exists():
                shutil.rmtree(following)
            else:
                move_durably(following, ledger)


def words_of_start(swept: int, log: Log) -> list[str]:
    """What a start did to files and journal that a killed run left, in words. swept: how many files it removed."""
    words = [f"removed {swept} half-written file{'s' * (swept > 1)}"] if swept else []
    if log.recovered_bytes:
        words.append("cut off the end of the journal, which was never acknowledged (kept as ledger/journal.torn)")
    if log.restored:
        words.append(f"restored {log.restored} signed entries, which the journal had lost, from the ledger's tiles")
    return words


def begin_anew(
    root: Path,
    keys: Keyring,
    evidence: HashedFiles,
    objects: HashedFiles,
    clock: Callable[[], datetime],
    *,
    indexed: Sequence[tuple[int, str]],
    erased: Collection[str],
    why: str,
) -> str:
    """Set the ledger aside and begin another; what was done, in words.

    indexed: number and hash of every entry that the index knows, in order. erased: every hash and person known to be
    erased, so that none of it is read again. why: what is wrong with the old one.
    """
    ledger, following = root / "ledger", root / _NEXT
    records = [*_surviving(ledger, evidence, objects, indexed)]
    erasures = [record for record in records if record["schema"] == ERASURE]
    recorded = {name for record in erasures for name in (*record["erased"], *record.get("people", ()))}
    if rest := sorted(set(erased) - recorded):
        reason = "erased in the ledger before this one"
        hashes, people = (
            [name for name in rest if name.startswith(("p-", "w-")) is person] for person in (False, True)
        )
        record = {"schema": ERASURE, "erased": hashes, "reason": reason, "ordered_by": ""}
        records.append(record | ({"people": people} if people else {}))
    tree, signed = History(root, objects).largest_known()
    digest = sha256(signed).hexdigest() if signed else ""
    size = f"{tree.size} entries, origin {tree.origin}" if tree else "unknown"
    lost = {"lost_log": tree.origin, "lost_size": tree.size, "lost_root": b64encode(tree.root).decode()} if tree else {}
    keys.set_aside("log-key.next")
    key = keys.make_next_log_key("")
    journal = Journal(following, objects, clock)
    try:
        first = key_record(
            "new", "log", str(key.public), reason=f"the ledger before was lost (last checkpoint: {size})"
        )
        journal.commit([{**first, LOST_CHECKPOINT: digest, "lost": why, **lost}, *records])
    finally:
        journal.close()
    aside = _free_name(root / f"ledger.lost-{clock():%Y%m%d}")
    with translating(ledger):
        if was_there := ledger.exists():
            move_durably(ledger, aside)
        move_durably(following, ledger)
    keys.install_next_log_key()
    what = f"set the ledger aside as {aside.name} and began" if was_there else "began"
    return (
        f"{what} a new one with the key {key.public}, in which "
        f"{len(records)} records "
        "of the old one stand again. Tell every witness and delegation, by another way: the old one is not carried on"
    )


def _surviving(
    ledger: Path, evidence: HashedFiles, objects: HashedFiles, indexed: Sequence[tuple[int, str]]
) -> Iterator[Mapping[str, Any]]:
    """Records that stand on their own and whose bytes are all there; not lists, which a run makes again, nor what says
    which of them were pruned."""
    # What was entered anew without its words goes to its place: the order of acts decides what they do.
    for entry in sorted(
        read_surviving(ledger, objects, indexed), key=lambda entry: place_of(entry.number, entry.record)
    ):
        record = {name: value for name, value in entry.record.items() if name not in ("recorded_at", "in_place_of")}
        kind = str(record.get("schema"))
        record.pop("lists", None)  # of an erasure: numbers of entries that are no entries here
        if kind.startswith("trucewatch/list/") or kind == PRUNING or (kind == KEY and record["role"] == "log"):
            continue
        if kind == ERASURE or all(name in evidence or name in objects for name in references(record)):
            yield {**record, "first_recorded_at": entry.record.get("first_recorded_at", entry.record["recorded_at"])}


def _free_name(path: Path) -> Path:
    names = (path.with_name(f"{path.name}-{number}") for number in range(2, 1000))
    return path if not path.exists() else next(name for name in names if not name.exists())
