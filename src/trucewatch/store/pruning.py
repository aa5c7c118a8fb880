"""Lists between two that anything rests on are taken out of the store, by a record that says so.

Of a pruned list the record and what changed in it (`history`) stay; its trees go where no other list shares them. The
record `trucewatch/pruning/1` is durable and published before anything is removed. What is to be removed stands in a
file of the store until that is done, so that a start finishes what a kill cut short.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from trucewatch.errors import StoreError
from trucewatch.ledger.durable import sync_folder
from trucewatch.messages import Message
from trucewatch.store.disk_errors import translating, write_durably
from trucewatch.store.index_tables import references
from trucewatch.store.journal import ERASURE, PRUNING, Entry, read_record_of
from trucewatch.store.list_tables import TABLES
from trucewatch.store.lists import RecordedList, recorded_lists
from trucewatch.store.resting import LIST, Resting, first_and_last_of_days, last_before, last_by, sizes_given_away
from trucewatch.store.trees import TREES, read_node

if TYPE_CHECKING:
    from trucewatch.store.objects import HashedFiles
    from trucewatch.store.store import Store

MOST_LISTS: Final = 100_000
"""Pruned by one record, the oldest first: it names each of them."""
REASONS: Final = ("last", "rests", "checkpoint", "young", "day")
"""Why a list stays, the first that holds: it is the last, or of the latest cut-off; a record or act rests on it; it is
the last under a checkpoint that others hold; it is young; it is the first or the last of its day."""
_GOING_ON: Final = "pruning"
_BLOCK: Final = 512
"""Bytes, in which the file system counts what a file takes."""

Advance = Callable[[str, int, int], None]


def _silent(step: str, position: int, total: int) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class PruningPlan:
    """What a pruning takes.

    lists: how many there are; going: entries of those that go, ascending; staying: how many stay, by `REASONS`;
    objects: hashes of what goes with them, sorted; size_bytes: what these take on the disk.
    """

    lists: int
    going: tuple[int, ...]
    staying: Mapping[str, int]
    objects: tuple[str, ...]
    size_bytes: int


def plan_pruning(store: Store, *, before: datetime, advance: Advance = _silent) -> PruningPlan:
    """What a pruning of lists recorded before a moment would take. Changes nothing.

    advance: is given a step (read, walk), how much of it is done, and how much there is. Raises StoreError, Corrupt for
    a node that cannot be read of a list that stays.
    """
    resting, named, entries = Resting(), set[bytes](), dict[int, str]()
    pruned = set[int]()
    for entry in store.journal.entries():
        resting.take(entry)
        named.add(bytes.fromhex(str(entry.sha256)))
        if _is_list(entry.record):
            entries[entry.number] = str(entry.sha256)
        elif entry.record["schema"] == PRUNING:
            pruned.update(entry.record["lists"])
        elif entry.record["schema"] != ERASURE:
            named.update(map(bytes.fromhex, references(entry.record)))
        advance("read", entry.number + 1, len(store.journal))
    lists = recorded_lists(store)
    reasons = _reasons(store, lists, resting, before)
    going = [recorded.entry for recorded in lists if recorded.entry not in reasons][:MOST_LISTS]
    staying = entries.keys() - pruned - {*going}  # with those of which a part was erased
    stays, alone = set[bytes](), set[bytes]()
    for position, number in enumerate((*sorted(staying), *going), 1):
        record = read_record_of(store.objects, entries[number])
        if number in staying:
            named.update(map(bytes.fromhex, references(record)))
            _add_parts(store.objects, record, stays)
        else:
            with suppress(StoreError):  # a part of it is missing: what is below that is no longer to be reached
                _add_parts(store.objects, record, alone, stays)
        advance("walk", position, len(staying) + len(going))
    alone -= named
    sizes = {name: size for name in sorted(map(bytes.hex, alone)) if (size := _size_on_disk(store.objects, name))}
    return PruningPlan(
        lists=len(lists),
        going=tuple(going),
        staying={reason: count for reason in REASONS if (count := [*reasons.values()].count(reason))},
        objects=tuple(sizes),
        size_bytes=sum(sizes.values()),
    )


def _is_list(record: Mapping[str, Any]) -> bool:
    return str(record["schema"]).startswith(f"trucewatch/{LIST}/")


def _reasons(store: Store, lists: Sequence[RecordedList], resting: Resting, before: datetime) -> dict[int, str]:
    """Why lists stay, by their entries: the first reason of each."""
    entries = [recorded.entry for recorded in lists]
    by_other_rules = {int(recorded.made_from.get("rules_before", -1)) for recorded in lists}
    latest = max(lists, key=lambda recorded: (recorded.as_of, recorded.entry), default=None)
    by_reason = {
        "last": {*entries[-1:], *([latest.entry] if latest else [])},
        "rests": by_other_rules | resting.named | last_before(lists, resting.places) | last_by(lists, resting.moments),
        "checkpoint": last_before(lists, sizes_given_away(store)),
        "young": {recorded.entry for recorded in lists if recorded.recorded_at >= before},
        "day": first_and_last_of_days(lists),
    }
    present = set(entries)
    return {entry: reason for reason in reversed(REASONS) for entry in by_reason[reason] & present}


def _add_parts(
    objects: HashedFiles, record: Mapping[str, Any], parts: set[bytes], met: Container[bytes] = frozenset()
) -> None:
    """Add the hashes of a list's tables but history, and of all nodes and chunks below them, to parts; not what is met
    already, nor what is below that. Raises StoreError, Corrupt for a node that cannot be read."""
    is_tree = record["schema"] != "trucewatch/list/1"
    roots = [record[name] for name in (TREES if is_tree else TABLES) if name != "history" and record.get(name)]
    pending = [(bytes.fromhex(root), is_tree) for root in roots]
    while pending:
        name, is_node = pending.pop()
        if name not in met and name not in parts:
            node = read_node(objects, name.hex()) if is_node else None
            parts.add(name)
            if node is not None:
                pending += [(bytes.fromhex(child.name), node.level > 1) for child in node.children]


def _size_on_disk(objects: HashedFiles, name: str) -> int:
    """Bytes that the file of this name takes; 0 where it is not there."""
    with suppress(FileNotFoundError):
        state = objects.path_of(name).stat()
        return max(getattr(state, "st_blocks", 0) * _BLOCK, state.st_size)
    return 0


def prune(store: Store, plan: PruningPlan, *, reason: str, by: str, advance: Advance = _silent) -> Entry:
    """Do what a plan says: its entry. by: who acts, as records hold it. The caller lets nobody enter anything between
    the plan and this. Raises StoreError where nothing can go, and without a reason."""
    if not plan.going:
        raise StoreError(Message("no list can be pruned now; nothing was entered"))
    if not reason.strip():
        raise StoreError(Message("say why: --reason TEXT, which can be erased later; nothing was entered"))
    store.memory.clear()
    content = "".join(f"{name}\n" for name in plan.objects).encode()
    # First: a file that no record speaks of is dropped by the next start; a record without it would leave its bytes.
    write_durably(store.root / _GOING_ON, content)
    record = {
        "schema": PRUNING,
        "lists": list(plan.going),
        "objects": len(plan.objects),
        "objects_digest": sha256(content).hexdigest(),
        "reason": reason.strip(),
        "by": by,
    }
    (entry,) = store.commit([record])
    store.publish()  # before bytes go: a ledger in which they are missing and no record is to be seen does not verify
    finish_pruning(store, advance)
    return entry


def finish_pruning(store: Store, advance: Advance = _silent) -> list[str]:
    """Remove what the last pruning still has to remove, and say in words what that was; nothing where none was cut
    short."""
    path = store.root / _GOING_ON
    if not path.is_file():
        return []
    with translating(path):
        content = path.read_bytes()
    words = []
    if _is_on_record(store, content):
        names = content.decode().split()
        store.objects.remove_many(names, lambda position, total: advance("remove", position, total))
        words.append(f"removed what pruned lists left, of {len(names)} objects, which the run before did not finish")
    with translating(path):
        path.unlink(missing_ok=True)
        sync_folder(store.root)
    return words


def _is_on_record(store: Store, content: bytes) -> bool:
    """Whether the last pruning names just these objects, and no list came since, which might hold them again."""
    query = "SELECT number FROM entry WHERE schema = ? ORDER BY number DESC LIMIT 1"
    for (number,) in store.index.rows(query, PRUNING):
        later = f"SELECT 1 FROM entry WHERE number > ? AND schema GLOB 'trucewatch/{LIST}/*' LIMIT 1"
        record = next(store.journal.entries(number)).record
        return record["objects_digest"] == sha256(content).hexdigest() and not store.index.rows(later, number)
    return False
