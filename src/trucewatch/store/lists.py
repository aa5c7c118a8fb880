"""Lists of incidents, as the journal holds them: L2 as it stands, L1 as it stood first, what changed, what each report
added.

Tables, inputs and calibrations are trees (`trees.py`), of which the record `trucewatch/list/2` names the roots; records
of version 1 name Parquet objects, and hold the numbers of their inputs as text. Both are read.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.edits import FIRST_SCHEMA
from trucewatch.model.times import as_utc, iso_utc, read_time
from trucewatch.store.chunks import unpack
from trucewatch.store.kept_trees import (
    KeptTrees,
    is_held,
    keep_names,
    keep_numbers,
    keep_tables,
    read_names,
    read_numbers,
    read_rows,
)
from trucewatch.store.list_tables import KEYS, START, TABLES, fitted, in_order, rows_of_chunks, schema_in_tree
from trucewatch.store.parquet_objects import read_table
from trucewatch.store.readings import last_readings
from trucewatch.store.trees import Key, chunks_between, read_part, up_to

if TYPE_CHECKING:
    from trucewatch.store.batches import StandingBatch
    from trucewatch.store.store import Store

SCHEMA: Final = "trucewatch/list/2"
_INPUTS: Final = ("inputs", "inputs_ever", "acts")


class Entered(Protocol):
    """What a person entered that a list rests on: an act, or a version of a claim."""

    @property
    def entry(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedList:
    """One list of the journal: its entry, its cut-off, and its tables ("" for an empty one).

    tables: by name the root of a tree, of history a chunk; in lists of version 1 Parquet objects. made_from: what the
    record says of its inputs and calibrations, as it says it. pruning: the entry that pruned it, of which history alone
    is left; -1 for none.
    """

    entry: int
    as_of: datetime
    recorded_at: datetime
    version: int
    tables: dict[str, str]
    made_from: dict[str, Any]
    pruning: int = -1
    follows: int = -1
    """The entry of the list that it follows; -1 for none."""

    def inputs(self, store: Store) -> list[int]:
        """The readings that it was made from."""
        return self._numbers(store, "inputs")

    def inputs_ever(self, store: Store) -> list[int]:
        """The same with those that the lists before it were made from."""
        return self._numbers(store, "inputs_ever" if "inputs_ever" in self.made_from else "inputs")

    def acts(self, store: Store) -> list[int]:
        """The entries by hand that it was made from, those of claims among them."""
        return self._numbers(store, "acts")

    def calibrations(self, store: Store) -> list[str]:
        """The hashes of the calibrations that it rests on; none in records of before there were any."""
        if self.version > 1:
            return read_names(store, self.made_from["calibrations"])
        return list(self.made_from.get("calibrations", ()))

    def _numbers(self, store: Store, name: str) -> list[int]:
        text = self.made_from.get(name, "")
        return read_numbers(store, text) if self.version > 1 else [int(number) for number in text.split(",") if number]

    def table(self, store: Store, name: str) -> pa.Table:
        """One of its tables, with every column that there is today: what an old one lacks is empty. In the order of its
        tree. Raises StoreError, Corrupt for a part that is missing or damaged."""
        root = self.tables.get(name)
        if root is None and name == "first":
            table = self.table(store, "incidents")
            now = pa.array([[incident_id] for incident_id in table["incident_id"].to_pylist()], pa.list_(pa.string()))
            return table.append_column("now", now).cast(FIRST_SCHEMA)
        if self.version > 1:
            return read_rows(store, name, root or "")
        return fitted(read_table(store.objects, root), TABLES[name]) if root else TABLES[name].empty_table()

    def columns(self, store: Store, name: str, columns: Collection[str]) -> pa.Table:
        """Some columns of one of its tables; raises as `table`."""
        if self.version > 1:
            return read_rows(store, name, self.tables.get(name, ""), columns)
        return self.table(store, name).select(list(columns))

    def rows_between(self, store: Store, name: str, start: datetime, end: datetime) -> pa.Table:
        """The rows of a table that start in [start, end), or whose incidents do; of a list of version 2 without reading
        others."""
        column = KEYS[name][0]
        bounds = [pa.scalar(as_utc(moment), START.type) for moment in (start, end)]
        if self.version == 1:
            table = self.table(store, name)
            if column == START.name:
                incidents = self.rows_between(store, "incidents", start, end)["incident_id"]
                return table.filter(pc.is_in(table["incident_id"], value_set=incidents.combine_chunks()))
        else:
            low, high = ((scalar.cast(pa.timestamp("us")).value,) for scalar in bounds)
            chunks = [chunk.name for chunk in chunks_between(store.objects, self.tables[name], low, high)]
            table = rows_of_chunks(store.objects, chunks, schema_in_tree(name))
        is_within = pc.and_(pc.greater_equal(table[column], bounds[0]), pc.less(table[column], bounds[1]))
        return table.filter(is_within).select(TABLES[name].names)

    def rows_of(self, store: Store, name: str, ids: Collection[str]) -> pa.Table:
        """The rows of a table about some incidents; of a list of version 2 with few others read, but for L1: there
        several may have one id, and stand anywhere (`some_first`)."""
        root, wanted = self.tables.get(name), pa.array(sorted(ids), pa.string())
        if self.version == 1 or name == "first" or not root or is_held(store, name, root):
            rows = self.table(store, name)
        elif KEYS[name][0] == START.name:
            keys = list(_keys_of(self.rows_of(store, "rejected", ids)))  # few: first
            keys += _keys_of(self.rows_of(store, "incidents", {*ids}.difference(incident for _, incident in keys)))
            parts = (chunks_between(store.objects, root, key, up_to(key)) for key in sorted(keys))
            chunks = dict.fromkeys(chunk.name for part in parts for chunk in part)
            rows = rows_of_chunks(store.objects, [*chunks], TABLES[name])
        else:
            rows = _incidents_near(store, name, root, ids)
        return rows.filter(pc.is_in(rows["incident_id"], value_set=wanted))

    def some_first(self, store: Store, ids: Collection[str]) -> pa.Table | None:
        """Rows of L1 with these ids, of each at least one where there is any, with few others read; None where that is
        no less than reading all of it."""
        root = self.tables.get("first")
        if self.version == 1 or not root or is_held(store, "first", root):
            return None
        rows = _incidents_near(store, "first", root, ids)
        return rows.filter(pc.is_in(rows["incident_id"], value_set=pa.array(sorted(ids), pa.string())))


def _keys_of(incidents: pa.Table) -> Iterator[Key]:
    starts = incidents["occurred_start"].cast(pa.timestamp("us")).cast(pa.int64()).to_pylist()
    return zip(starts, incidents["incident_id"].to_pylist(), strict=True)


_HOUR_US: Final = 3_600_000_000
_AROUND_US: Final = (_HOUR_US, 48 * _HOUR_US, 62 * 24 * _HOUR_US)


def _incidents_near(store: Store, name: str, root: str, ids: Collection[str]) -> pa.Table:
    """The rows of the chunks that hold some incidents: looked for around the time of the report that each is named by,
    ever wider, and everywhere where that does not find it."""
    holds, met, incidents = dict[str, Key](), set[str](), set[str]()
    starts = _starts_of(store, [f"o-{incident.removeprefix('i-')}" for incident in sorted(ids)])
    for incident in ids:
        start = starts.get(f"o-{incident.removeprefix('i-')}")
        around: list[tuple[Key, Key]] = [((start - us,), (start + us,)) for us in _AROUND_US if start is not None]
        for low, high in (*around, ((), (2**63,))):
            for chunk in chunks_between(store.objects, root, low, high) if incident not in incidents else ():
                if chunk.name not in met:
                    met.add(chunk.name)
                    document = unpack(read_part(store.objects, chunk.name), chunk.name)
                    if here := set(document["columns"]["incident_id"]).intersection(ids):
                        holds[chunk.name] = chunk.key
                        incidents |= here
    return rows_of_chunks(store.objects, sorted(holds, key=lambda chunk: holds[chunk]), TABLES[name])


def _starts_of(store: Store, observations: Sequence[str]) -> dict[str, int]:
    """When each of some observations began, as it was read last; of those that were entered by hand nothing."""
    columns = ("observation_id", "occurred_start")
    starts = dict[str, int]()
    for _, rows in last_readings(store, observations, columns=columns):
        micros = rows["occurred_start"].cast(pa.timestamp("us", "UTC")).cast(pa.int64())
        starts |= zip(rows["observation_id"].to_pylist(), micros.to_pylist(), strict=True)
    return starts


def recorded_lists(store: Store, recorded_by: datetime | None = None) -> list[RecordedList]:
    """Every list that was recorded and neither erased nor pruned, in order; those recorded by a moment, if one is
    given."""
    lists = _lists(store, "ORDER BY entry")
    return [each for each in lists if recorded_by is None or each.recorded_at <= recorded_by]


def pruned_lists(store: Store) -> list[RecordedList]:
    """Every list that was pruned, in order: cut-off and times, and of its tables `history` alone."""
    return _lists_of(store.index.rows(f"SELECT {_COLUMNS}, pruning FROM pruned_list ORDER BY entry"))


def words_of_pruning(store: Store, entry: int) -> Message | None:
    """That a list was pruned, when, and what to do; None for an entry of which none was."""
    for pruned in _lists_of(store.index.rows(f"SELECT {_COLUMNS}, pruning FROM pruned_list WHERE entry = ?", entry)):
        return Message(
            "This list was pruned on {day} by entry {pruning}: its record and what changed in it are kept. It is "
            "worked out again from its inputs by: trucewatch run WATCH --as-of {cut_off} --recorded-by {recorded}",
            day=pruned_on(store, pruned),
            pruning=pruned.pruning,
            cut_off=iso_utc(pruned.as_of),
            recorded=iso_utc(pruned.recorded_at),
        )
    return None


def last_recorded_by(store: Store, moment: datetime) -> RecordedList | None:
    """The last list that was recorded by a moment. Raises StoreError, which says what to do, if it was pruned."""
    last = last_list(store, recorded_by=moment, ever=True)
    if last is not None and last.pruning >= 0:
        raise StoreError(
            Message(
                "the last list of that moment, entry {entry}, was pruned on {day} by entry {pruning}. Give a moment at "
                "which a later one stood, or have it worked out again from its inputs: --as-of {cut_off}",
                entry=last.entry,
                day=pruned_on(store, last),
                pruning=last.pruning,
                cut_off=iso_utc(last.as_of),
            )
        )
    return last


def without_its_list(store: Store, pruned: RecordedList) -> Message:
    """What a replay lacks whose list was pruned."""
    return Message(
        "the list of entry {entry} was pruned on {day} by entry {pruning}: it is worked out again from its inputs, "
        "without how its incidents stood first",
        entry=pruned.entry,
        day=pruned_on(store, pruned),
        pruning=pruned.pruning,
    )


def pruned_on(store: Store, pruned: RecordedList) -> date:
    """The day on which a list was pruned, UTC."""
    ((recorded_at,),) = store.index.rows("SELECT recorded_at FROM entry WHERE number = ?", pruned.pruning)
    return read_time(recorded_at).date()


def last_list(
    store: Store,
    *,
    as_of: datetime | None = None,
    up_to: datetime | None = None,
    recorded_by: datetime | None = None,
    ever: bool = False,
) -> RecordedList | None:
    """The last list that was recorded and not erased, however many there are; with just this cut-off, with none later
    than `up_to`, or of those recorded by a moment. Of those that were pruned too for `ever`."""
    if ever:
        ends = (_last(store, table, as_of, up_to, recorded_by) for table in _TABLES_EVER)
        return max((each for each in ends if each), key=lambda recorded: recorded.entry, default=None)
    return _last(store, "list", as_of, up_to, recorded_by)


def is_latest(store: Store, entry: int, as_of: datetime) -> bool:
    """Whether an entry is the last list, and none was made of a later second than this one."""
    last = last_list(store)
    ((latest,),) = store.index.rows("SELECT MAX(substr(as_of, 1, 19)) FROM list")
    return last is not None and last.entry == entry and latest <= iso_utc(as_of)[:19]


_TABLES_EVER: Final = ("list", "pruned_list")


def _last(
    store: Store, table: str, as_of: datetime | None, up_to: datetime | None, recorded_by: datetime | None
) -> RecordedList | None:
    conditions, values = ["entry < ?"], list[Any]()
    for column, operator, moment in (("as_of", "=", as_of), ("as_of", "<=", up_to), ("recorded_at", "<=", recorded_by)):
        if moment is not None:  # of a text with fractions of a second the order is not that of times
            conditions.append(f"substr({column}, 1, 19) {operator} ?")
            values.append(iso_utc(moment)[:19])
    # Of those of one second, which are few, all are read.
    where = f"{'NOT INDEXED' if as_of is None else ''} WHERE {' AND '.join(conditions)} ORDER BY entry DESC LIMIT ?"
    entry, count = 2**63 - 1, 1
    while lists := _lists(store, where, entry, *values, count, table=table):
        for each in lists:
            if (
                (as_of is None or each.as_of == as_of)
                and (up_to is None or each.as_of <= up_to)
                and (recorded_by is None or each.recorded_at <= recorded_by)
            ):
                return each
        entry, count = lists[-1].entry, 64
    return None


def recorded_list(store: Store, entry: int, *, ever: bool = False) -> RecordedList | None:
    """The list of an entry, if it is one and was not erased; a pruned one for `ever` alone."""
    tables = _TABLES_EVER if ever else ("list",)
    return next((each for table in tables for each in _lists(store, "WHERE entry = ?", entry, table=table)), None)


def list_before(store: Store, as_of: datetime) -> RecordedList | None:
    """The list that one with this cut-off follows: of those with no later cut-off the latest, and of equals the last
    made."""
    second = iso_utc(as_of)[:19]  # of a text with fractions of a second the order is not that of times
    while second:
        query = "SELECT max(substr(as_of, 1, 19)) FROM list WHERE substr(as_of, 1, 19) <= ?"
        ((latest,),) = store.index.rows(query, second)
        if latest is None:
            return None
        rows = store.index.rows("SELECT DISTINCT as_of FROM list WHERE substr(as_of, 1, 19) = ?", latest)
        texts = [text for (text,) in rows if read_time(text) <= as_of]
        if texts:
            text = max(texts, key=read_time)
            where = "WHERE substr(as_of, 1, 19) = ? AND as_of = ? ORDER BY entry DESC LIMIT 1"
            return next(iter(_lists(store, where, latest, text)))
        second = latest[:-1]  # sorts before it, and after every second before
    return None


_COLUMNS: Final = "entry, as_of, recorded_at, inputs, incidents, findings, more"


def _lists(store: Store, which: str, *values: Any, table: str = "list") -> list[RecordedList]:
    pruning = "-1" if table == "list" else "pruning"
    return _lists_of(store.index.rows(f"SELECT {_COLUMNS}, {pruning} FROM {table} {which}", *values))


def _lists_of(rows: Iterable[tuple[Any, ...]]) -> list[RecordedList]:
    lists = []
    for entry, as_of, recorded_at, inputs, incidents, findings, text, pruning in rows:
        more = json.loads(text)
        tables = {"incidents": incidents, "findings": findings}
        tables |= {name: more[name] for name in TABLES if name in more}
        lists.append(
            RecordedList(
                entry=entry,
                as_of=read_time(as_of),
                recorded_at=read_time(recorded_at),
                version=more.get("version", 1),
                follows=more.get("follows", -1),
                made_from={
                    "inputs": inputs,
                    **{
                        name: more[name] for name in (*_INPUTS, "calibrations", "rules", "rules_before") if name in more
                    },
                },
                tables=tables if pruning < 0 else {"history": more.get("history", "")},
                pruning=pruning,
            )
        )
    return lists


def list_made(store: Store, as_of: datetime, recorded_by: datetime) -> RecordedList | None:
    """The last list of this cut-off that was recorded by a moment; it may have been pruned."""
    return last_list(store, as_of=as_of, recorded_by=recorded_by, ever=True)


def same_list(
    store: Store,
    tables: dict[str, pa.Table],
    batches: Sequence[StandingBatch],
    acts: Sequence[Entered],
    calibrations: Sequence[str],
) -> RecordedList | None:
    """The last list, if it holds these tables and was made from the same: then nothing is recorded again."""
    last = last_list(store)
    if last is None:
        return None
    if last.version == 1:
        made_from = ([batch.entry for batch in batches], [act.entry for act in acts], list(calibrations))
        is_same = (last.inputs(store), last.acts(store), last.calibrations(store)) == made_from
        then = {name: last.table(store, name) for name in tables} if is_same else {}
        is_same = is_same and all(in_order(name, then).equals(in_order(name, tables)) for name in tables)
        return last if is_same else None
    # All of it is kept before anything is compared: what a list lost is made again so.
    roots = keep_tables(store, tables) | _keep_inputs(store, batches, acts, calibrations)
    return last if roots.items() <= (last.tables | last.made_from).items() else None


def is_made_from(
    store: Store,
    recorded: RecordedList,
    batches: Sequence[StandingBatch],
    acts: Sequence[Entered],
    calibrations: Sequence[str],
) -> bool:
    """Whether a list was made from these readings, acts and calibrations."""
    return _keep_inputs(store, batches, acts, calibrations).items() <= recorded.made_from.items()


def _keep_inputs(
    store: Store, batches: Sequence[StandingBatch], acts: Sequence[Entered], calibrations: Sequence[str]
) -> dict[str, str]:
    return {
        "inputs": keep_numbers(store, "inputs", [batch.entry for batch in batches]),
        "acts": keep_numbers(store, "acts", [act.entry for act in acts]),
        "calibrations": keep_names(store, "calibrations", calibrations),
    }


def record_list(
    store: Store,
    tables: dict[str, pa.Table],
    batches: Sequence[StandingBatch],
    acts: Sequence[Entered],
    as_of: datetime,
    before: RecordedList | None,
    *,
    calibrations: Sequence[str],
    rules: Sequence[str] = (),
) -> int:
    """Record a list with its six tables; its entry. calibrations: the hashes of those that it rests on."""
    roots = keep_tables(store, tables)
    return record_roots(store, roots, batches, acts, as_of, before, calibrations=calibrations, rules=rules)


def _under_other_rules(store: Store, before: RecordedList | None, rules: Sequence[str]) -> int:
    """The last list whose findings were made by other rules, by its entry; -1 for none."""
    if before is None:
        return -1
    then = before.made_from.get("rules")
    if then is None:  # of a time when lists did not say it
        is_same = {*before.columns(store, "findings", ["rule"])["rule"].to_pylist()} <= {*rules}
    else:
        is_same = then == list(rules)
    return int(before.made_from.get("rules_before", -1)) if is_same else before.entry


def _ever(store: Store, recorded: RecordedList) -> set[int]:
    """Which readings a list and those before it were made from; what cannot be read of that is put together from what
    each of them was made from. Raises StoreError, Corrupt."""
    numbers = set[int]()
    while True:
        try:
            return numbers.union(recorded.inputs_ever(store))
        except StoreError:
            before = recorded_list(store, recorded.follows)
            if before is None and recorded.follows >= 0:
                raise
            numbers |= {*recorded.inputs(store)}
        if before is None:
            return numbers
        recorded = before


def record_roots(
    store: Store,
    roots: Mapping[str, str],
    batches: Sequence[StandingBatch],
    acts: Sequence[Entered],
    as_of: datetime,
    before: RecordedList | None,
    *,
    calibrations: Sequence[str],
    rules: Sequence[str] = (),
) -> int:
    """Record a list whose tables are kept already, by their roots; its entry. rules: the versions of the rules of its
    findings."""
    ever = {*(batch.entry for batch in batches), *(_ever(store, before) if before else ())}
    record: dict[str, Any] = {
        "schema": SCHEMA,
        "level": "L2",
        "as_of": iso_utc(as_of),
        **_keep_inputs(store, batches, acts, calibrations),
        "inputs_ever": keep_numbers(store, "inputs_ever", sorted(ever)),
        "follows": before.entry if before else -1,
        "rules": list(rules),
        "rules_before": _under_other_rules(store, before, rules),
        **roots,
    }
    memory = store.memory.of(KeptTrees)
    if store.index.rows("SELECT 1 FROM erased LIMIT 1") and (
        restored := sorted(name for name in memory.written if store.is_erased(name))
    ):
        record["restored"] = restored
    entry = store.commit([record])[0].number
    memory.written.clear()
    return entry
