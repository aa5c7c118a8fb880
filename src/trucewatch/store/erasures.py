"""What an erasure would take, before it is done: bytes and all that was made from them, and words that were typed.

A record itself goes only where it holds words as they were typed, or the name of a file that goes: it is entered anew
without them, at its place (`in_place_of`), and the object with the words is erased.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.claims import folded_name
from trucewatch.model.edits import added_id
from trucewatch.model.ids import PERSON_REFERENCE
from trucewatch.model.record_kind import kind_name
from trucewatch.store.dossier_salts import dossier_salts_with
from trucewatch.store.erased_parts import WITH_MEMBERS, Sought, parts_with
from trucewatch.store.erased_tables import incidents_with, rejected_by, tables_of_lists
from trucewatch.store.flash_erasure import forget_bodies
from trucewatch.store.handed_erasure import files_with, words_handed_with
from trucewatch.store.journal import ERASURE
from trucewatch.store.kept_bearing import forget_bearing
from trucewatch.store.kept_weights import forget_weights
from trucewatch.store.parquet_objects import read_table
from trucewatch.store.readings import names_on_record, observations_from
from trucewatch.store.review_erasure import sealed_files_with
from trucewatch.store.statement_erasure import words_made_from
from trucewatch.store.typed_words import OF_A_FILE, TYPED, changed, is_reference, references_in, typed_in
from trucewatch.store.words import dangling_reference

if TYPE_CHECKING:
    from trucewatch.store.index import Index
    from trucewatch.store.store import Store

_WITH_NOTES: Final = ("publication", "report-draft")
_EVERYTHING: Final = None


@dataclass(frozen=True, slots=True)
class Going:
    """Bytes that an erasure removes, and what they are, in words."""

    sha256: str
    what: str


@dataclass(slots=True)
class ErasurePlan:
    """What goes: bytes by hash; references; and which entries are entered anew without which texts (None: all).

    observations: whose rows go, so that what shows them can be found; lists: the entries of lists of which a part goes.
    """

    going: dict[str, Going] = field(default_factory=dict)
    references: dict[str, None] = field(default_factory=dict)
    anew: dict[int, frozenset[str] | None] = field(default_factory=dict)
    observations: set[str] = field(default_factory=set)
    lists: set[int] = field(default_factory=set)

    @property
    def tells_of_lists(self) -> bool:
        """Whether tables of lists are among it."""
        return any("of the list of entry" in going.what for going in self.going.values())


def plan_erasure(
    store: Store, names: Collection[str], references: Collection[str] = (), public_names: Collection[str] = ()
) -> ErasurePlan:
    """What goes if bytes and records by their hashes are erased, and what stands behind references; nothing twice.

    public_names: how parties and bodies are written (`folded_name`), which are nobody's to erase. Raises StoreError for
    a hash that is not kept here or was erased already, and for a record in which nothing was typed. Changes nothing.
    """
    return _Planning(store, frozenset(public_names)).plan(names, references)


def records_named(store: Store, name: str) -> list[str]:
    """The hashes of the records that a name stands for: an entry's number, an act `a-…`, a draft `d-…` in all
    versions in which something is typed. Raises StoreError for a name that is none of these, or that nothing has."""
    if name.isascii() and name.isdigit() and len(name) < 15:
        hashes = [sha256] if (sha256 := store.journal.hash_of(int(name))) else []
    elif _IDS.fullmatch(name):
        schema, field_name = _RECORDS_BY_ID[name[:2]]
        rows = store.index.rows("SELECT number FROM entry WHERE schema = ? ORDER BY number", schema)
        entries = (next(store.journal.entries(number)) for (number,) in rows)
        named = [entry for entry in entries if entry.record[field_name] == name]
        with_words = [entry for entry in named if any(typed_in(entry.record))]
        hashes = [str(entry.sha256) for entry in with_words or named[:1]]
    else:
        raise StoreError(
            Message(
                '"{name}" is nothing that can be erased; give the SHA-256 of a file, the number of an entry, or an id '
                "that begins with a-, d-, p- or w-",
                name=name[:80],
            )
        )
    if not hashes:
        raise StoreError(Message("nothing is on record here as {name}", name=name))
    return hashes


_IDS: Final = re.compile(r"[ad]-[a-z2-7]{26}")
_RECORDS_BY_ID: Final = {
    "a-": ("trucewatch/incident-act/1", "act"),
    "d-": ("trucewatch/report-draft/1", "draft"),
}


class _Planning:
    def __init__(self, store: Store, public_names: frozenset[str]) -> None:
        self.store, self.index, self.public_names = store, store.index, public_names
        self.result = ErasurePlan()
        self.rejections: set[str] = set()
        self.counters: set[str] = set()
        self.readings: set[int] = set()

    def plan(self, names: Collection[str], references: Collection[str]) -> ErasurePlan:
        for name in names:
            entries = self.index.rows("SELECT number, schema FROM entry WHERE sha256 = ? ORDER BY number", name)
            if entries and not str(entries[0][1]).endswith("#erased"):
                for number, _ in entries:
                    self._take_record(int(number), name)
            else:
                self._take_bytes(name, is_record=bool(entries))
        for reference in references:
            self.store.check_reference(reference)
            self._take_reference(reference)
        self._take_lists()
        self._take_parts_of_lists()
        self._take_dossiers()
        return self.result

    def _go(self, sha256: str, what: str) -> None:
        self.result.going.setdefault(sha256, Going(sha256, what))

    # Bytes

    def _take_bytes(self, sha256: str, *, is_record: bool) -> None:
        store = self.store
        if is_record or (sha256 not in store.evidence and sha256 not in store.objects):
            before = self.index.rows("SELECT entry FROM erased WHERE sha256 = ?", sha256)
            state = f"was erased already, says entry {before[0][0]}" if before else "is not kept here"
            raise StoreError(
                Message(
                    "{sha256}… {state}; trucewatch log WATCH --kind evidence shows what is kept",
                    sha256=sha256[:16],
                    state=state,
                )
            )
        today = self.index.rows("SELECT files FROM watch_files ORDER BY entry DESC LIMIT 1")
        current = {name: digest for digest, name in json.loads(today[0][0]).items()} if today else {}
        if sha256 in current:
            raise StoreError(
                Message(
                    "{sha256}… is {file} as it stands now; change that file first, run: trucewatch run WATCH, and "
                    "erase what it was before",
                    sha256=sha256[:16],
                    file=current[sha256],
                )
            )
        self._go(sha256, _named(self.index, sha256))
        for going in _made_from(self.index, sha256):
            self._go(going.sha256, going.what)
        for sealed, what in sealed_files_with(store, sha256):
            self._go(sealed, what)
        self.result.observations.update(observations_from(store, sha256))
        numbers = self.index.rows("SELECT counter_id FROM counter WHERE evidence = ?", sha256)
        self.counters |= {name for (name,) in numbers}
        batches = [entry for (entry,) in self.index.rows("SELECT entry FROM batch WHERE evidence = ?", sha256)]
        self.readings.update(batches)
        for number in batches:
            self._take_apart_from_rows(number)
        for kind, query in _RECORDS_OF_A_FILE.items():
            for (number,) in self.index.rows(query, sha256):
                record = self.store.journal.hash_of(number)
                if record in store.objects:
                    self._enter_anew(number, record, f"the record of that {kind}, entry {number}, with the file's name")

        for other, what in files_with(self.store, sha256):
            self._go(other, what)
            for kind, query in _RECORDS_OF_A_FILE.items():
                for (number,) in self.index.rows(query, other):
                    self._enter_anew(
                        number, self.store.journal.hash_of(number), f"the record of that {kind}, entry {number}"
                    )
        for reference in (*words_made_from(self.store, sha256), *words_handed_with(self.store, sha256)):
            if self.store.words.has(reference):
                self._take_reference(reference)

    def _take_apart_from_rows(self, number: int) -> None:
        """What a batch holds beside rows that are pointed to: track points, and who sent its rows."""
        record = next(self.store.journal.entries(number)).record
        if (tracks := record.get("tracks")) and tracks in self.store.objects:
            self._go(tracks, f"{record['track_rows']:,} track points of entry {number}")
        if (senders := record.get("senders")) and self.store.words.has(senders):
            self._take_reference(senders)

    # Records

    def _take_record(self, number: int, sha256: str) -> None:
        record = next(self.store.journal.entries(number)).record
        kind = kind_name(str(record["schema"]))
        if kind == "watch-files":
            self._take_watch_files(number, record)
            return
        if kind in OF_A_FILE:
            evidence = record["sha256" if kind == "evidence" else "evidence"]
            raise StoreError(
                Message(
                    "entry {entry} is the record of a file; erase the file, and its name goes with it: {evidence}",
                    entry=number,
                    evidence=evidence,
                )
            )
        texts = list(dict.fromkeys((*typed_in(record), *references_in(record))))
        claimants = self.claimants_to_hide(record)
        people = [part for part in _claimants(record) if PERSON_REFERENCE.fullmatch(part)]
        inline = [text for text in texts if not is_reference(text)]
        if kind == "key" and (inline or not texts):
            raise StoreError(
                Message(
                    "entry {entry} tells of a key and stays, the key's holder too: whoever checks the ledger needs it "
                    "whole; nothing was erased",
                    entry=number,
                )
            )
        if not texts and not claimants and not people:
            raise StoreError(
                Message(
                    "{sha256}… is a record of the ledger in which nobody typed anything, and cannot be erased; erase "
                    "what it points to",
                    sha256=sha256[:16],
                )
            )
        if inline or claimants:
            self._enter_anew(number, sha256, f"entry {number}, {kind}, with the words that were typed into it")
            self._enter_same_claimants_anew(number, claimants)
            if kind in _WITH_NOTES:
                self._enter_same_notes_anew(number, record)
            self._note_act(record)
        references = [text for text in texts if self.store.words.has(text)]
        for reference in (*references, *(name for name in people if self.store.keys.knows(name))):
            self._take_reference(reference)
        if not inline and not claimants and not references and not self.result.references:
            raise StoreError(Message("what was typed into entry {entry} is erased already", entry=number))

    def _enter_anew(self, number: int, sha256: str, what: str, texts: frozenset[str] | None = _EVERYTHING) -> None:
        before = self.result.anew.get(number, frozenset())
        self.result.anew[number] = None if before is None or texts is None else before | texts
        self._go(sha256, f"{what}; it is entered anew without them")

    def _enter_same_notes_anew(self, number: int, record: Mapping[str, Any]) -> None:
        """Other versions of a draft, and the report, hold the same note in the same words."""
        notes = {_note(note) for note in record["notes"] if not is_reference(note["text"])}
        for other, schema in self.index.rows("SELECT number, schema FROM entry ORDER BY number"):
            if other != number and kind_name(schema) in _WITH_NOTES and "#" not in schema:
                entry = next(self.store.journal.entries(other))
                same = {_note(note) for note in entry.record.get("notes", ())} & notes
                if same:
                    texts = frozenset(text for _, _, text in same)
                    what = f"entry {other}, {kind_name(schema)}, with the same note"
                    self._enter_anew(other, str(entry.sha256), what, texts)

    def _enter_same_claimants_anew(self, number: int, claimants: Collection[str]) -> None:
        """Whoever is named in one act is the same speaker in the others: named there too, or nowhere."""
        folded = {folded_name(name) for name in claimants}
        for other, sha256, record in self._acts if folded else ():
            if other != number and folded & {folded_name(name) for name in _claimants(record)}:
                self._enter_anew(other, sha256, f"entry {other}, incident-act, with the same name", frozenset())
                self._note_act(record)

    def claimants_to_hide(self, record: Mapping[str, Any]) -> list[str]:
        """Who says so, as typed into an act of an earlier version; not parties and bodies."""
        return [
            part
            for part in _claimants(record)
            if not PERSON_REFERENCE.fullmatch(part) and folded_name(part) not in self.public_names
        ]

    def _take_watch_files(self, number: int, record: Mapping[str, Any]) -> None:
        ((text,),) = self.index.rows("SELECT files FROM watch_files ORDER BY entry DESC LIMIT 1")
        today = set(json.loads(text).values())
        going = {name: sha256 for name, sha256 in record["files"].items() if sha256 not in today}
        for name, sha256 in going.items():
            if sha256 in self.store.objects:
                self._go(sha256, f"{name} as it was in entry {number}")
        if not any(sha256 in self.result.going for sha256 in going.values()):
            raise StoreError(
                Message(
                    "every file of entry {entry} is as it stands now, or erased already; change the watch's file "
                    "first, run: trucewatch run WATCH, and erase what it was before",
                    entry=number,
                )
            )

    # References

    def _take_reference(self, reference: str) -> None:
        self.result.references[reference] = None
        for _, _, record in self._acts:
            stated = record["observation"]
            if stated and reference in (stated["text"], *_claimants(record)):
                self._note_act(record)

    def _note_act(self, record: Mapping[str, Any]) -> None:
        """Lists made with this act hold its words: what it adds, and why it rejects."""
        if record.get("observation"):
            self.result.observations.add(added_id(record["act"]))
        if record.get("deed") == "reject":
            self.rejections.add(record["act"])

    @cached_property
    def _acts(self) -> list[tuple[int, str, Mapping[str, Any]]]:
        rows = self.index.rows("SELECT number FROM entry WHERE schema = 'trucewatch/incident-act/1' ORDER BY number")
        entries = (next(self.store.journal.entries(number)) for (number,) in rows)
        return [(entry.number, str(entry.sha256), entry.record) for entry in entries]

    # Lists

    def _take_parts_of_lists(self) -> None:
        """The chunks in which rows stand that were made from evidence that goes, or hold the words of an act."""
        added = self.result.observations - names_on_record(self.store, self.result.observations)
        read = self.result.observations - added
        for sought in (
            Sought(read, self.counters, readings=self.readings),
            Sought(added, rejections=self.rejections),
        ):
            parts = parts_with(self.store, sought)
            for chunk, (word, entry, rows) in parts.chunks.items():
                what = f"{rows:,} {word}" if rows else f"the {word}"
                self._go(chunk, f"{what} of the list of entry {entry} and of those that share them")
            self.result.lists |= parts.lists

    def _take_lists(self) -> None:
        """Tables of lists in which rows stand that hold the words of an act."""
        added = self.result.observations - names_on_record(self.store, self.result.observations)
        if not added and not self.rejections:
            return
        holds: dict[str, set[str]] = {}
        for entry, _, word, table in tables_of_lists(self.index):
            if word in WITH_MEMBERS:
                if table not in holds:
                    rows = read_table(self.store.objects, table)
                    holds[table] = incidents_with(rows, added)
                    if word == "rejected":
                        holds[table] |= rejected_by(rows, self.rejections)
                if holds[table]:
                    self._go(table, f"the {word} of the list of entry {entry}, with these words")
        touched = set().union(*holds.values())
        for entry, _, word, table in tables_of_lists(self.index):
            if word == "findings" and touched.intersection(
                read_table(self.store.objects, table)["incident_id"].to_pylist()
            ):
                self._go(table, f"the findings of the list of entry {entry}, about what was typed")

    def _take_dossiers(self) -> None:
        """The values and salts of every dossier that holds something of what goes."""
        result = self.result
        wanted = {*result.going, *result.references, *result.observations}
        for entry, salts in dossier_salts_with(self.index, self.store.objects, wanted):
            self._go(salts, f"the values and salts of the dossier of entry {entry}")


def erase(
    store: Store,
    names: Collection[str],
    references: Collection[str],
    public_names: Collection[str],
    why: Mapping[str, str],
) -> list[str]:
    """Do what `plan_erasure` says; the hashes that are gone. why: `reason` and `ordered_by`. The caller lets nobody
    else enter anything meanwhile."""
    plan = plan_erasure(store, names, references, public_names)
    anew, gone = retold(store, plan, public_names)
    erased, people = sorted(plan.going), sorted({*plan.references, *gone})
    record = {"schema": ERASURE, "erased": erased, **({"lists": sorted(plan.lists)} if plan.lists else {}), **why}
    store.commit([*anew, record | ({"people": people} if people else {})], is_act=False)
    store.publish()  # first: a ledger in which bytes are missing and no erasure is to be seen does not verify
    store._finish_erasures()
    if not any(store.root.glob("ledger.lost-*")):  # whose records may name texts that no entry of this one does
        store.typed.forget_unnamed(entry.record for entry in store.journal.entries())
    return erased


def finish_erasures(store: Store) -> None:
    """Remove what the index holds as erased, and its traces in the index and beside it."""
    erased = {str(name) for (name,) in store.index.rows("SELECT sha256 FROM erased")}
    references = {name for name in erased if name.startswith(("p-", "w-"))}
    left = [
        (files, name)
        for name in sorted(erased - references)
        for files in (store.evidence, store.objects)
        if name in files
    ]
    if left:
        store.index.scrub()  # first: what is left of the bytes tells the next start that this was not finished
        forget_weights(store.root)
        forget_bearing(store.root)
        for files, sha256 in left:
            files.remove(sha256)
    if references:
        store.keys.forget_people(references)
        store.words.forget(references)
        forget_bodies(store, references)


def retold(store: Store, plan: ErasurePlan, public_names: Collection[str]) -> tuple[list[dict[str, Any]], list[str]]:
    """The records that a plan enters anew, and the references in them behind which nothing stands any more."""
    planning = _Planning(store, frozenset(public_names))
    records: list[dict[str, Any]] = []
    gone: list[str] = []
    for number, texts in sorted(plan.anew.items()):
        entry = next(store.journal.entries(number))
        kind = kind_name(str(entry.record["schema"]))
        record = changed(entry.record, (*TYPED.get(kind, ()), *OF_A_FILE.get(kind, ())), _left_out(store, texts, gone))
        hidden = {name: store.keys.person_reference(name) for name in planning.claimants_to_hide(record)}
        if hidden:
            claimed_by = "; ".join(hidden.get(name, name) for name in _claimants(record))
            record["observation"] = {**record["observation"], "claimed_by": claimed_by}
            gone += [reference for reference in hidden.values() if texts is _EVERYTHING]
        if kind == "erasure":
            # What was entered again since stands, and is not erased once more.
            record |= {
                name: [each for each in record[name] if store.is_erased(each)]
                for name in ("erased", "people")
                if name in record
            }
        recorded_at = record.pop("recorded_at")
        record.setdefault("in_place_of", number)
        record.setdefault("first_recorded_at", recorded_at)
        records.append(record)
    return records, gone


def _left_out(store: Store, texts: frozenset[str] | None, gone: list[str]) -> Callable[[str], str]:
    """What stands in a record in place of a text: a reference to nothing where it is left out, else to what is kept."""

    def reference_for(text: str) -> str:
        if is_reference(text) or PERSON_REFERENCE.fullmatch(text):
            return text
        if texts is not None and text not in texts:
            return store.keep_words(text.removesuffix("\n"))
        gone.append(dangling_reference())
        return gone[-1]

    return reference_for


def _claimants(record: Mapping[str, Any]) -> list[str]:
    stated = record.get("observation") or {}
    return [part.strip() for part in str(stated.get("claimed_by", "")).split(";") if part.strip()]


def _note(note: Mapping[str, str]) -> tuple[str, str, str]:
    return note["section"], note["language"], note["text"]


_RECORDS_OF_A_FILE: Final = {
    "evidence": "SELECT entry FROM evidence WHERE sha256 = ?",
    "batch": "SELECT entry FROM batch WHERE evidence = ?",
}


def _named(index: Index, sha256: str) -> str:
    rows = index.rows("SELECT name, size_bytes, source FROM evidence WHERE sha256 = ? ORDER BY entry", sha256)
    return f"evidence {rows[0][0]}, {rows[0][1]:,} bytes, source {rows[0][2]}" if rows else "kept bytes"


def _made_from(index: Index, sha256: str) -> Iterator[Going]:
    """Tables of its readings, and lists made from those; not a table that a list made without it has in the same
    bytes."""
    columns = "observations, counters, rejected, observation_rows, counter_rows, rejected_rows"
    readings = set()
    for entry, *values in index.rows(f"SELECT entry, {columns} FROM batch WHERE evidence = ? ORDER BY entry", sha256):
        readings.add(str(entry))
        for word, table, rows in zip(("observations", "numbers", "rejected rows"), values[:3], values[3:], strict=True):
            if table:
                yield Going(table, f"{rows:,} {word} read from it, entry {entry}")
    lists = list(tables_of_lists(index))
    without = {table for _, inputs, _, table in lists if not readings & inputs}
    for entry, inputs, word, table in lists:
        if readings & inputs and table not in without:
            yield Going(table, f"the {word} of the list of entry {entry}, made with it")
