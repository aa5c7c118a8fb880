"""Answers about openings, proposed for release: inside only, until the head of each delegation has agreed to one as it
stands. What changes is a new proposal."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.link_entries import REASONS, network_with
from trucewatch.model.links import Network
from trucewatch.model.quorum import standing
from trucewatch.model.times import as_utc
from trucewatch.model.watch import Watch
from trucewatch.pipeline.link_ends import node_names
from trucewatch.pipeline.link_entering import LinkRefusedError, reason_troubles
from trucewatch.pipeline.link_opening import Question, opening
from trucewatch.pipeline.opening_document import opening_document
from trucewatch.store import Store
from trucewatch.store.assent_records import assents
from trucewatch.store.journal import Entry
from trucewatch.store.link_records import link_entries
from trucewatch.store.opening_records import Proposal, kept_proposals, proposal_record, withdrawal_record

_PROPOSING: Final = threading.RLock()
"""Held from the look at what stands until the entry: no number is given twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedOpening:
    """A proposal to which the head of each delegation agreed. released_at: when the last of them did; entries: of their
    assents."""

    proposal: Proposal
    released_at: datetime
    entries: tuple[int, ...]


def propose_opening(store: Store, watch: Watch, question: Question, *, by: str, now: datetime) -> Entry:
    """Work an answer out and enter it under the next number, without the words and sources of what was entered by hand:
    a proposal is to be released, and those stay inside. Raises LinkError for a question that has none, StoreError where
    a proposal that stands says the same."""
    entries = link_entries(store)
    # Of these entries, and not asked for again: the document knows what was entered by the rows themselves.
    network = network_with(watch.network or Network(), entries)
    names = node_names(watch, network)
    answer = opening_document(
        opening(network, watch.agreement, question, zone=watch.zone, names=names),
        network,
        entered=tuple(each.row for each in entries if each.typed),
    )
    with _PROPOSING:
        every = kept_proposals(store)
        same = [each for each in every if each.stands and _but_known_by(each.document) == _but_known_by(answer)]
        if same:
            raise StoreError(
                Message("{code} has the same question and the same answer; nothing was entered", code=same[0].code)
            )
        number = max((each.number for each in every), default=0) + 1
        record = proposal_record(store, number, answer, known_at=_whole(now), by=_who(store, by))
        (entry,) = store.commit([record])
        return entry


def proposals(store: Store, recorded_by: datetime | None = None) -> tuple[Proposal, ...]:
    """Every proposal in the order of their numbers, those withdrawn among them; as of a moment of the ledger."""
    return kept_proposals(store, recorded_by)


def proposal_named(store: Store, code: str, recorded_by: datetime | None = None) -> Proposal:
    """The proposal of this code. Raises StoreError if there is none."""
    for each in kept_proposals(store, recorded_by):
        if each.code == code.strip().upper():
            return each
    raise StoreError(Message('there is no proposal "{code}"; the list has those there are', code=code.strip()[:40]))


def withdraw_opening(
    store: Store, code: str, *, by: str, now: datetime, reason: str = "", reason_code: str = ""
) -> Entry:
    """Withdraw a proposal, with a reason that was typed or one of REASONS by its code: it is released no more. Raises
    LinkRefusedError without a reason, StoreError for what is not there or was withdrawn already."""
    with _PROPOSING:
        proposal = proposal_named(store, code)
        if proposal.withdrawn is not None:
            raise StoreError(
                Message(
                    "{code} was withdrawn already, by entry {entry}; nothing was entered",
                    code=proposal.code,
                    entry=proposal.withdrawn.entry,
                )
            )
        is_listed = reason_code in REASONS
        wrong = () if is_listed else tuple(reason_troubles(reason))
        if wrong:
            raise LinkRefusedError(wrong)
        record = withdrawal_record(
            proposal,
            reason="" if is_listed else store.keep_words(reason.strip()),
            reason_code=reason_code if is_listed else "",
            known_at=_whole(now),
            by=_who(store, by),
        )
        (entry,) = store.commit([record])
        return entry


def released_openings(store: Store, watch: Watch, recorded_by: datetime | None = None) -> tuple[ReleasedOpening, ...]:
    """The proposals that the head of every delegation agreed to, as they stand, and that nobody withdrew; as of a
    moment of the ledger, if one is given. None in a watch without delegations: nobody could agree there."""
    delegations = sorted(watch.delegation_ids)
    every = kept_proposals(store, recorded_by) if delegations else ()
    if not every:
        return ()
    by_subject, released = assents(store, recorded_by), []
    for proposal in every:
        agreed = [
            assent for assent, digest in by_subject.get(proposal.subject, {}).values() if digest == proposal.digest
        ]
        now = standing("each_head", agreed, delegations)
        if proposal.stands and now.agreed and now.is_reached:
            released.append(
                ReleasedOpening(
                    proposal=proposal,
                    released_at=max(assent.recorded_at for assent in now.agreed),
                    entries=tuple(assent.entry for assent in now.agreed),
                )
            )
    return tuple(released)


def _but_known_by(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document without the moment at which it was asked."""
    question = {key: value for key, value in document["question"].items() if key != "known_by"}
    return {**document, "question": question}


def _whole(now: datetime) -> datetime:
    return as_utc(now).replace(microsecond=0)


def _who(store: Store, by: str) -> str:
    return store.keys.reference_of(by)
