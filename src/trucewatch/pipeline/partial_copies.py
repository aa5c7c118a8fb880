"""A partial copy of one incident for somebody: what its recipient's rule opens, what a person opens beside it, what
stays closed; the dossier entered, the copy entered as given."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Any, Final

import pyarrow.compute as pc

from trucewatch.errors import ReportError
from trucewatch.ledger.dossier import CONTENT, RECORD, SECTIONS, Fields, bare_record, content_path, write_copy
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.recipient_key import keeps_ids
from trucewatch.model.short_codes import ids_called
from trucewatch.model.watch import Recipient
from trucewatch.pipeline import Assessment
from trucewatch.pipeline.dossier_fields import compare_with_watch, fields_of_incident, open_piece
from trucewatch.pipeline.withholding import Withholding
from trucewatch.store import Store
from trucewatch.store.dossiers import dossiers_of_list, fields_of, record_dossier, record_given
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import entries_of_kind
from trucewatch.store.proofs import proof_of_entry

GUARDED: Final = {
    "incident": {"text"},
    "observations": {
        *("sensor", "observer_lon", "observer_lat", "bearing_deg", "bearing_sd_deg", "range_m", "range_sd_m"),
        *("actor", "text"),
    },
    "evidence": {"name", "organisation", CONTENT},
    "findings": {"facts"},
    "released": {"text"},
}
"""What is opened by its own name alone, never by a rule or by `*`: where somebody stood and what device it was, words
of persons, names of files, and the bytes of evidence, which hold all of that."""
MOST_LOOKED_AT: Final = 100
"""Dossiers of one list that are opened to find one that serves again."""
_EMPTY: Final[tuple[Any, ...]] = (None, "", [], {})


@dataclass(frozen=True, kw_only=True)
class Showing:
    """What a copy would open, before anything is entered or leaves. entry: the dossier, if one of this list and these
    values is on record. pieces: (evidence, number) of lines and chunks."""

    fields: Fields
    list_entry: int
    recipient: Recipient
    opened: frozenset[str]
    pieces: tuple[tuple[int, int], ...]
    entry: Entry | None

    @property
    def beyond_rule(self) -> list[str]:
        """What a person opens beside what the recipient's rule does, in order."""
        named = [path for path in self.fields.paths() if path in self.opened and not path.startswith("released/")]
        words = [path for path in self.opened if path.startswith("released/") and path.endswith("/text")]
        return [*named, *words, *(content_path(*piece) for piece in self.pieces)]

    @property
    def paths(self) -> list[str]:
        """All that is opened, pieces of evidence too."""
        return [*self.opened, *(content_path(*piece) for piece in self.pieces)]

    def opened_fields(self) -> Iterator[tuple[str, Any]]:
        """Path and value of every field that is opened."""
        for path in self.fields.paths():
            if path in self.opened:
                yield path, self.fields.value(path)

    def closed(self) -> dict[str, list[str]]:
        """The columns that are opened in no row, by section."""
        columns = {tuple(path.split("/")[::2]) for path in self.opened}
        return {
            section: [column for column in self.fields.columns[section] if (section, column) not in columns]
            for section in SECTIONS
        }


def prepare_copy(
    store: Store,
    assessment: Assessment,
    subject: str,
    *,
    recipient: str,
    names: Sequence[str] = (),
    open_all: bool = False,
    only_look: bool = False,
    joint: bool = False,
) -> Showing:
    """What a copy for a recipient would open; nothing is entered. With only_look evidence is not read: what comes out
    is good to be looked at, not to be given. With joint a dossier of all recipients who are told the ids of the list
    serves each of them, so that what two of them were given is provably of one entry; whoever has codes of their own
    has a dossier of their own, or else it would join their code to the id. Then open_all opens what can be opened, if
    anything can.

    subject: an incident or one of its findings, by any unique beginning of its id. names: fields to open beside what
    the rule does (`incident/lon`, `observations/*/kind`, `evidence/0/content/17`); open_all: all that are neither
    GUARDED nor withheld by the rule.
    Raises ReportError for what is none, and for what the recipient may not have.
    """
    if assessment.is_replay or assessment.list_entry < 0:
        raise ReportError(Message("only what stands on the list of today is shown; leave the replay first"))
    rule = assessment.watch.recipient(recipient)
    if rule is None:
        ids = ", ".join(each.id for each in assessment.watch.settings.recipient)
        raise ReportError(
            Message(
                '"{recipient}" is no recipient of this watch; it has: {words}',
                recipient=printable(recipient)[:60],
                words=ids,
            )
        )
    incident_id = incident_of(assessment, subject)
    served = served_together(assessment, rule) if joint else (rule.id,)
    if only_look:
        entry, fields = (
            None,
            fields_of_incident(store, assessment, incident_id, bytes(32), recipient=served, with_content=False),
        )
    else:
        entry, fields = _known_or_new(store, assessment, incident_id, served, joint=joint)
    place = next((number for number, row in enumerate(fields.rows["released"]) if row["recipient"] == rule.id), None)
    if place is None:
        raise ReportError(
            Message(
                "{recipient} may not have this incident, or not yet: its rule withholds it at {as_of}, or no report "
                "that was issued to it has shown it. Nothing of it can be shown",
                recipient=rule.id,
                as_of=assessment.as_of,
            )
        )
    by_rule = {
        f"released/{place}/{column}" for column in fields.columns["released"] if column not in GUARDED["released"]
    }
    withholding = Withholding(assessment, rule, fields)
    open_all = open_all and not (joint and withholding.of_all())
    beside, pieces = _beside_rule(withholding, fields, names, by_rule, open_all=open_all)
    opened = by_rule | beside | {f"evidence/{row}/{CONTENT}" for row, _ in pieces}
    return Showing(
        fields=fields,
        list_entry=assessment.list_entry,
        recipient=rule,
        opened=frozenset(opened),
        pieces=pieces,
        entry=entry,
    )


def give_copy(store: Store, showing: Showing, *, by: str) -> tuple[str, bytes]:
    """Enter the dossier if it is not yet, and that this copy is given: the copy's name and bytes. It cannot be taken
    back.

    by: a salted reference or a delegation. Raises StoreError, LedgerError.
    """
    entry, content = make_copy(store, showing)
    receipt = record_given(store, entry, recipient=showing.recipient.id, opened=showing.paths, content=content, by=by)
    store.publish()
    return f"dossier-copy-{receipt.number}.json", content


def make_copy(store: Store, showing: Showing, *, with_proof: bool = True) -> tuple[Entry, bytes]:
    """The dossier, entered if it is not yet, and the copy of it, which tells nothing of the ledger without its proof.
    That it is given is not entered here. Raises StoreError, LedgerError."""
    pieces = [open_piece(store, showing.fields, row, number) for row, number in showing.pieces]
    entry = showing.entry or record_dossier(store, showing.fields, showing.list_entry)
    store.publish()
    content = write_copy(
        store.objects.get(entry.sha256) if with_proof else bare_record(entry.record["sections"]),
        proof_of_entry(store.root, entry.number).as_json() if with_proof else None,
        showing.fields,
        recipient=showing.recipient.id,
        opened=showing.opened,
        pieces=pieces,
    )
    return entry, content


def compare_copy(store: Store, copy: Mapping[str, Any]) -> list[Message]:
    """What of the dossier behind a copy this watch does not hold; nothing if every field agrees, closed ones too.

    copy: what the inspector says that it proves: `entry`, and `dossier`, the hash of its record; without an entry that
    of its roots alone. Raises StoreError if its salts are erased, ReportError if the dossier is not of this watch.
    """
    if copy["entry"] is None:
        for entry in entries_of_kind(store, RECORD, newest_first=True):
            if sha256(bare_record(entry.record["sections"])).hexdigest() == copy["dossier"]:
                return compare_with_watch(store, entry.record, fields_of(store, entry.record))
        raise ReportError(Message("no dossier of this watch has these roots; the copy is of another watch"))
    if store.journal.hash_of(copy["entry"]) != copy["dossier"]:
        raise ReportError(
            Message(
                "entry {entry} of this watch is not that dossier; the copy is of another watch", entry=copy["entry"]
            )
        )
    record = next(store.journal.entries(copy["entry"])).record
    return compare_with_watch(store, record, fields_of(store, record))


def incident_of(assessment: Assessment, text: str) -> str:
    """The incident that a code or the beginning of an id names, its own or a finding's; with or without its letter."""
    called = ids_called(assessment.incidents["incident_id"].to_pylist(), text)
    if len(called) == 1:
        return called[0]
    tables = ((assessment.incidents, "incident_id", "i-"), (assessment.findings, "finding_id", "f-"))
    for table, column, letter in tables:
        start = letter + text.removeprefix(letter)
        rows = table.filter(pc.starts_with(table[column], start)) if len(start) > 3 else table.slice(0, 0)
        ids = set(rows[column].to_pylist())
        if len(ids) == 1:
            if incident_id := str(rows["incident_id"][0].as_py()):
                return incident_id
            raise ReportError(
                Message("this finding is about a deadline or a whole clause, not about an incident; give an incident")
            )
    raise ReportError(
        Message(
            'no incident or finding of the present list begins with "{text}", or several do; trucewatch incidents '
            "WATCH lists them",
            text=printable(text)[:60],
        )
    )


def served_together(assessment: Assessment, rule: Recipient) -> tuple[str, ...]:
    """The recipients whom one dossier can serve beside this one: all who are told the ids of the list, or it alone."""
    agreement, recipients = assessment.watch.agreement, assessment.watch.settings.recipient
    if not keeps_ids(rule, agreement):
        return (rule.id,)
    return tuple(each.id for each in recipients if keeps_ids(each, agreement))


def _known_or_new(
    store: Store, assessment: Assessment, incident_id: str, served: Sequence[str], *, joint: bool
) -> tuple[Entry | None, Fields]:
    """The dossier of this list that holds just these values and serves these recipients, with its salts; else the
    fields of a new one.

    joint: one that was put to the delegations serves too, for who is told the ids of the list. Of dossiers that were
    made long before no more than MOST_LOOKED_AT are opened: a new one costs less.
    """
    for entry, committed in islice(dossiers_of_list(store, assessment.list_entry), MOST_LOOKED_AT):
        named = [row["recipient"] for row in committed.rows["released"]]
        serves = {*named} <= {*served} or (joint and _keep(assessment, served))
        if not serves or not {*named} & {*served} or committed.rows["incident"][0]["incident_id"] != incident_id:
            continue
        again = fields_of_incident(store, assessment, incident_id, committed.seed, recipient=named)
        if again.rows == committed.rows:
            return entry, committed
    return None, fields_of_incident(store, assessment, incident_id, secrets.token_bytes(32), recipient=served)


def _keep(assessment: Assessment, served: Sequence[str]) -> bool:
    """Whether all of these recipients are told the ids of the list."""
    rules = [assessment.watch.recipient(name) for name in served]
    return all(rule is not None and keeps_ids(rule, assessment.watch.agreement) for rule in rules)


def _beside_rule(
    withholding: Withholding, fields: Fields, names: Sequence[str], by_rule: Set[str], *, open_all: bool
) -> tuple[set[str], tuple[tuple[int, int], ...]]:
    """The paths and pieces that a person opens beside what the rule does. What the rule withholds is left out of
    `--open-all` and of `*` in the place of a column; by its name it is refused. Raises ReportError."""
    wanted = [f"{section}/*/*" for section in SECTIONS if section != "released"] if open_all else []
    paths: set[str] = set()
    pieces: set[tuple[int, int]] = set()
    for name in (*wanted, *names):
        chosen, piece = _chosen(fields, name)
        if not chosen and not piece and name not in wanted:
            raise ReportError(
                Message(
                    '"{name}" is no field of this dossier; a field is written as incident/lon, observations/0/kind, '
                    "observations/*/kind, evidence/0/content/17",
                    name=printable(name)[:80],
                )
            )
        chosen -= by_rule
        places = sorted({*chosen, *(f"evidence/{row}/{CONTENT}" for row, _ in piece)})
        if places and (why := withholding.of_all()):
            raise ReportError(why)
        forbidden = {path: why for path in places if _is_there(fields, path) and (why := withholding.of(path))}
        if forbidden and name not in wanted and (not name.endswith("/*") or len(forbidden) == len(places)):
            raise ReportError(next(iter(forbidden.values())))
        paths |= chosen - forbidden.keys()
        pieces |= piece
    return paths, tuple(sorted(pieces))


def _chosen(fields: Fields, name: str) -> tuple[set[str], set[tuple[int, int]]]:
    """The paths or the piece that a name stands for; none for what is no field."""
    parts = name.split("/")
    if len(parts) == 4 and parts[0] == "evidence" and parts[2] == CONTENT and _are_numbers(parts[1], parts[3]):
        return set(), {(int(parts[1]), int(parts[3]))}
    if len(parts) == 2 and parts[0] in SECTIONS:
        parts.insert(1, "*")
    return set(_matching(fields, parts)) if len(parts) == 3 else set(), set()


def _is_there(fields: Fields, path: str) -> bool:
    section, row, _ = path.split("/")
    return int(row) < len(fields.rows[section])


def _matching(fields: Fields, parts: Sequence[str]) -> Iterator[str]:
    section, row, column = parts
    for place in range(len(fields.rows.get(section, ()))):
        if row not in ("*", str(place)):
            continue
        for name in fields.columns[section]:
            if name == column or (column == "*" and name not in GUARDED[section]):
                yield f"{section}/{place}/{name}"


def _are_numbers(*texts: str) -> bool:
    return all(text.isascii() and text.isdigit() and len(text) < 10 for text in texts)


def is_empty(value: Any) -> bool:
    """Whether a field states nothing."""
    return value in _EMPTY
