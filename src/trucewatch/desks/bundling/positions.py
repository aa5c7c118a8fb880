"""Positions of delegations that may leave in a bundle: opened ones alone, to who reads inside; to anybody else only by
a decision, which is asked of who calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from trucewatch.errors import StoreError
from trucewatch.ledger.signing import write_canonical
from trucewatch.messages import Message
from trucewatch.model.recipient_key import keeps_ids
from trucewatch.model.watch import Recipient, Watch
from trucewatch.pipeline import Assessment
from trucewatch.pipeline.leaving_by_decision import positions_let_out
from trucewatch.pipeline.review_book import ReviewBook
from trucewatch.store import Store
from trucewatch.store.journal import Entry
from trucewatch.store.proofs import proof_of_entry

CASE: Final = "trucewatch/review-case/1"
POSITION: Final = "trucewatch/review-position/1"
SHOWN: Final = "trucewatch/position-shown/1"
Leaving = Callable[[str, str], bool]
"""The code of a case and a recipient → whether a decision lets the positions on it leave."""


def positions_that_leave(case: str, recipient: str) -> bool:
    """Without a decision none leaves."""
    return False


def by_decision(store: Store, assessment: Assessment, now: datetime) -> Leaving:
    """What every head agreed to let leave, by a moment, and what may leave as the list is now: of a case the positions
    of all its delegations, or none."""
    watch = assessment.watch

    def leaves(case: str, recipient: str) -> bool:
        let_out = positions_let_out(store, watch, assessment, now, case, recipient)
        return bool(let_out) and set(let_out) == set(ReviewBook(store, watch, now).case(case).delegations)

    return leaves


def case_called(store: Store, code: str) -> Entry:
    """The record that put a case. Raises StoreError if there is none of this code."""
    number = code.upper().removeprefix("R-")
    for entry in entries_of(store, CASE):
        if number.isdecimal() and entry.record["number"] == int(number):
            return entry
    raise StoreError(Message("this watch has no case {code}; the page Review lists them", code=code[:40]))


def cases_of(store: Store, incident_id: str) -> list[Entry]:
    """The records of the cases that were put of an incident, in order."""
    return [entry for entry in entries_of(store, CASE) if entry.record["incident"] == incident_id]


def shown_positions(
    store: Store, watch: Watch, cases: list[Entry], rule: Recipient, leaving: Leaving = positions_that_leave
) -> dict[str, bytes]:
    """Members of a bundle: each opened position on these cases that the recipient may have, with its entry, its case
    and their proofs. What was erased since is left out; its entry stays in the ledger."""
    by_number = {f"R-{entry.record['number']}": entry for entry in cases}
    is_inside = keeps_ids(rule, watch.agreement)
    members: dict[str, bytes] = {}
    for entry in entries_of(store, POSITION):
        record = entry.record
        code = record["case"] if isinstance(record["case"], str) else f"R-{record['case']}"
        case = by_number.get(code)
        if case is None or record["position"] not in store.objects:
            continue
        if is_inside or leaving(code, rule.id):
            members[f"positions/{entry.number}.json"] = _shown(store, entry, case if is_inside else None)
    return members


def _shown(store: Store, entry: Entry, case: Entry | None) -> bytes:
    """A position with its entry. case: as it was put, with the exact place and the ids of the list; None for who is not
    told them."""
    document = {
        "schema": SHOWN,
        "record": store.objects.get(entry.sha256).decode(),
        "proof": _proof(store, entry),
        "opened": store.objects.get(entry.record["position"]).decode(),
        "case": store.objects.get(case.sha256).decode() if case else "",
        "case_proof": _proof(store, case) if case else {},
    }
    return write_canonical(document).encode()


def _proof(store: Store, entry: Entry) -> dict[str, Any]:
    proof = proof_of_entry(store.root, entry.number).as_json()
    checkpoint: Any = proof["checkpoint"]
    return {**proof, "checkpoint": {**checkpoint, "cosignatures": []}}


def entries_of(store: Store, schema: str) -> Iterator[Entry]:
    """Every entry of one schema, in order."""
    for (number,) in store.index.rows("SELECT number FROM entry WHERE schema = ? ORDER BY number", schema):
        yield next(store.journal.entries(number))
