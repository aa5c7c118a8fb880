"""What of a review may leave in a bundle: the case as it was put, how it came out, each opened position and what was
committed to before. To who is told the ids of the list alone: the signed words name the finding, its case and a key,
and a signature holds of all of them or of none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.ledger.signing import write_canonical
from trucewatch.model.incident import incident_rows
from trucewatch.model.review import Case, Said
from trucewatch.model.review_list import cases_among
from trucewatch.pipeline import Assessment
from trucewatch.pipeline.barred_words import barred_words
from trucewatch.pipeline.review_book import ReviewBook
from trucewatch.store import Store
from trucewatch.store.proofs import proof_of_entry

SHOWN: Final = "trucewatch/position-shown/1"
REVIEW: Final = "trucewatch/review-shown/1"


def case_called(store: Store, assessment: Assessment, code: str) -> Case:
    """The case of a code, in any letters. Raises StoreError if there is none."""
    return _book(store, assessment).case(code.strip().upper())


def cases_of(store: Store, assessment: Assessment, incident_id: str) -> tuple[Case, ...]:
    """The cases of an incident of the list in their order, under whatever id it was put."""
    table = assessment.incidents
    (incident,) = incident_rows(table.filter(pc.equal(table["incident_id"], incident_id)))
    return cases_among(_book(store, assessment).cases(), incident)


def event_now(assessment: Assessment, case: Case) -> str:
    """What the incident of a case is called now: the one that holds its first report, else as it was put; its finding
    where it is of none."""
    members = assessment.incidents["members"].combine_chunks()
    for first in case.members[:1]:
        at = pc.index(pc.list_flatten(members), pa.scalar(first, pa.string())).as_py()
        if at >= 0:
            return str(assessment.incidents["incident_id"][pc.list_parent_indices(members)[at].as_py()].as_py())
    return case.incident or case.finding


def leaving_entries(cases: Iterable[Case]) -> Iterator[int]:
    """The entries of all that would leave of cases: by these a person knows again what was looked at."""
    for case in cases:
        yield case.entry
        yield from (each.entry for each in case.positions)
        if case.outcome:
            yield case.outcome.entry


def barred_positions(store: Store, assessment: Assessment, cases: Iterable[Case]) -> frozenset[int]:
    """The entries of positions on cases of which the words leave to nobody: they name a device or a post, a place by
    its coordinates, or a person."""
    book, barred = _book(store, assessment), set()
    for position in (each for case in cases for each in case.positions):
        texts = [text for given in book.words_of(position) or () for text in given.values()]
        if barred_words(assessment.watch, texts) is not None:
            barred.add(position.entry)
    return frozenset(barred)


def review_members(store: Store, cases: Iterable[Case], barred: frozenset[int] = frozenset()) -> dict[str, bytes]:
    """Members of a bundle: each case with its outcome, each position on it with what was committed to before, and their
    proofs. barred: of `barred_positions`; of these, and of a position whose words were erased, there is the entry
    alone."""
    members: dict[str, bytes] = {}
    for case in cases:
        members[f"reviews/{case.code}.json"] = write_canonical(
            {
                "schema": REVIEW,
                **_entered(store, "case", case.entry),
                **_entered(store, "outcome", case.outcome.entry if case.outcome else -1),
            }
        ).encode()
        members |= {f"positions/{each.entry}.json": _position(store, each, barred) for each in case.positions}
    return members


def _position(store: Store, position: Said, barred: frozenset[int]) -> bytes:
    is_kept = position.opened_object in store.objects and position.entry not in barred
    return write_canonical(
        {
            "schema": SHOWN,
            **_entered(store, "record", position.entry),
            "opened": store.objects.get(position.opened_object).decode() if is_kept else "",
            **_entered(store, "commitment", position.committed_entry),
        }
    ).encode()


def _entered(store: Store, name: str, number: int) -> dict[str, Any]:
    """A record of the ledger and its proof; "" and none where there is no entry (-1)."""
    if number < 0:
        return {name: "", f"{name}_proof": {}}
    proof = proof_of_entry(store.root, number).as_json()
    checkpoint: Any = proof["checkpoint"]
    return {
        name: store.objects.get(store.journal.hash_of(number)).decode(),
        f"{name}_proof": {**proof, "checkpoint": {**checkpoint, "cosignatures": []}},
    }


def _book(store: Store, assessment: Assessment) -> ReviewBook:
    return ReviewBook(store, assessment.watch, assessment.as_of)
