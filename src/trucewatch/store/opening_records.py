"""Answers about openings that are proposed to both heads, as the journal holds them: `trucewatch/link-opening/1`, one
record a proposal (LO-1, LO-2 …), and `trucewatch/link-opening-withdrawal/1`.

A proposal never changes: it holds the question and the document of the answer as it was worked out then. A number with
a fraction is a decimal string in it. Its words, those of `links.geojson`, lie apart and can be erased; what was
typed in an entry is not in it at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from trucewatch.model.agreement_entries import TakenBack
from trucewatch.model.ids import canonical, sha256_of
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.entered_words import in_words, taken_back_by
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import entries_of_kind, first_recorded_at
from trucewatch.store.store import Store
from trucewatch.store.typed_words import is_reference

PROPOSAL: Final = "trucewatch/link-opening/1"
WITHDRAWAL: Final = "trucewatch/link-opening-withdrawal/1"
_WORDS: Final = ("source", "what", "says", "of", "who", "cargo", "papers", "hours", "controller", "called")
"""Keys of a document under which words stand: a text under `source`, texts by language under the others."""
_FIGURES: Final = ("km", "km_less", "least", "most")
"""Keys of a document under which numbers with a fraction stand, also several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A question with the answer that was worked out then, as it is proposed for release.

    document: the answer, with its words as far as they were not erased. digest: `sha256:` and the hash of the document
    as the ledger holds it, which heads assent to. by: who proposed it, a salted reference.
    """

    number: int
    question: Mapping[str, Any]
    document: Mapping[str, Any]
    digest: str
    entry: int
    known_at: datetime
    recorded_at: datetime
    by: str
    withdrawn: TakenBack | None = None

    @property
    def code(self) -> str:
        return f"LO-{self.number}"

    @property
    def subject(self) -> str:
        """What an assent to it is of."""
        return opening_subject(self.number)

    @property
    def stands(self) -> bool:
        return self.withdrawn is None


def opening_subject(number: int) -> str:
    """What an assent to a proposal is of. A proposal never changes, so that it has one version."""
    return f"opening:LO-{number}:1"


def kept_proposals(store: Store, recorded_by: datetime | None = None) -> tuple[Proposal, ...]:
    """Every proposal in the order of their numbers, those withdrawn among them; as the journal stood at a moment, if
    one is given."""

    def is_held(entry: Entry) -> bool:
        return recorded_by is None or first_recorded_at(entry.record) <= recorded_by

    by_number: dict[int, Proposal] = {}
    for entry in filter(is_held, entries_of_kind(store, PROPOSAL)):
        by_number.setdefault(entry.record["number"], _proposal(store, entry))
    for entry in filter(is_held, entries_of_kind(store, WITHDRAWAL)):
        before = by_number.get(entry.record["withdraws"])
        if before is not None and before.withdrawn is None:
            by_number[before.number] = replace(before, withdrawn=taken_back_by(entry))
    return tuple(by_number[number] for number in sorted(by_number))


def proposal_record(
    store: Store, number: int, document: Mapping[str, Any], *, known_at: datetime, by: str
) -> dict[str, Any]:
    """The record of an answer that is proposed: its words are kept apart, and references stand in their place."""
    answer = _as_kept(document, _reference_of(store))
    return {
        "schema": PROPOSAL,
        "number": number,
        "question": answer["question"],
        "answer": answer,
        "answer_digest": digest_of_answer(answer),
        "known_at": iso_utc(known_at),
        "by": by,
    }


def withdrawal_record(
    proposal: Proposal, *, reason: str, reason_code: str, known_at: datetime, by: str
) -> dict[str, Any]:
    """The record by which a proposal is withdrawn. reason: a reference; "" with a reason that nobody typed."""
    return {
        "schema": WITHDRAWAL,
        "withdraws": proposal.number,
        "reason": reason,
        "reason_code": reason_code,
        "by": by,
        "known_at": iso_utc(known_at),
    }


def digest_of_answer(answer: Mapping[str, Any]) -> str:
    """What heads assent to: the hash of the document as the ledger holds it, which no erasure changes."""
    return f"sha256:{sha256_of(canonical(answer))}"


def _proposal(store: Store, entry: Entry) -> Proposal:
    record = entry.record
    return Proposal(
        number=record["number"],
        question=record["question"],
        document=_as_read(in_words(record["answer"], lambda reference: store.words.read(reference) or "")),
        digest=record["answer_digest"],
        entry=entry.number,
        known_at=read_time(record["known_at"]),
        recorded_at=first_recorded_at(record),
        by=record["by"],
    )


def _reference_of(store: Store) -> Callable[[str], str]:
    """A reference for a text; one a text."""
    references: dict[str, str] = {}

    def reference_of(text: str) -> str:
        if text not in references:
            references[text] = store.keep_words(text)
        return references[text]

    return reference_of


def _as_kept(value: Any, reference_of: Callable[[str], str]) -> Any:
    """A document as a record holds it."""
    if isinstance(value, Mapping):
        return {key: _kept_at(key, inner, reference_of) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_as_kept(inner, reference_of) for inner in value]
    return repr(value) if isinstance(value, float) else value


def _kept_at(key: str, value: Any, reference_of: Callable[[str], str]) -> Any:
    if key in _WORDS and isinstance(value, Mapping):
        return {language: reference_of(str(text)) if text else "" for language, text in value.items()}
    if key == "source" and isinstance(value, str):
        return value if is_reference(value) or not value else reference_of(value)
    return _as_kept(value, reference_of)


def _as_read(value: Any, key: str = "") -> Any:
    """The same with numbers in place of decimal strings."""
    if isinstance(value, Mapping):
        return {name: _as_read(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_as_read(inner, key) for inner in value]
    return float(value) if key in _FIGURES and isinstance(value, str) else value
