"""One line for the ledger of each record of a review. No line tells what a delegation answered, nor which one said that
it gives no position: the record does, inside."""

from __future__ import annotations

from typing import Final

from trucewatch.messages import Amount, Message, Plural, Term
from trucewatch.model.record_kind import Record, RecordKind
from trucewatch.model.review import OUTSIDE, STATE_WORDS


def _put(record: Record) -> Message:
    form = {
        "put": Message("R-{number}: a finding on part {clause} is put to the delegations"),
        "late_evidence": Message(
            "R-{number}: a finding on part {clause} is put again to the delegations, after late evidence"
        ),
        "attribution": Message(
            "R-{number}: the question apart, who, on a finding on part {clause} is put to the delegations"
        ),
    }[record["why"]]
    return Message(form.template, number=int(record["number"]), clause=str(record["stipulation"]))


def _sealed(record: Record) -> Message:
    return Message(
        "{case}: a position of {delegation} is sealed, round {turn}",
        case=str(record["case"]),
        delegation=str(record["delegation"]),
        turn=int(record["round"]),
    )


def _resealed(record: Record) -> Message:
    keys = len(record["sealed_to"])
    return Message(
        "{case}: another sealed file of {delegation} for the same commitment, to {keys}",
        case=str(record["case"]),
        delegation=str(record["delegation"]),
        keys=Plural("{count} key", "{count} keys", keys, count=Amount(keys)),
    )


def _stated(record: Record) -> Message:
    is_opened = bool(record["commitment"])
    form = (
        Message("{case}: the position of {delegation} that was sealed is opened, round {turn}")
        if is_opened
        else Message("{case}: a position of {delegation}, given in the open, round {turn}")
    )
    return Message(
        form.template,
        case=str(record["case"]),
        delegation=str(record["delegation"]),
        turn=int(record["round"]),
    )


def _withheld(record: Record) -> Message:
    return Message("{case}: a delegation says that it gives no position", case=str(record["case"]))


def _spoken(record: Record) -> Message:
    return Message("{case}: a word in the discussion", case=str(record["case"]))


def _done(record: Record) -> Message:
    return Message("{case}: a delegation has no more to say in this round", case=str(record["case"]))


def _came_of_it(record: Record) -> Message:
    return Message(
        "{case}: {state}, by the rule of this watch",
        case=str(record["case"]),
        state=STATE_WORDS[OUTSIDE[record["state"]]],
    )


def _key(record: Record) -> Message:
    form = {
        ("ask", "officer"): Message("OK-{number}: keys of {delegation} asked for, not in force yet"),
        ("ask", "recovery"): Message("OK-{number}: a recovery key of {delegation} asked for, not in force yet"),
        ("enter", "officer"): Message("OK-{number}: keys of {delegation} in force"),
        ("enter", "recovery"): Message("OK-{number}: recovery key of {delegation} in force"),
        ("end", "officer"): Message("OK-{number}: keys of {delegation} ended"),
        ("end", "recovery"): Message("OK-{number}: recovery key of {delegation} ended"),
    }[record["act"], record["use"]]
    return Message(form.template, number=int(record["number"]), delegation=str(record["delegation"]))


def _left(record: Record) -> Message:
    form = {
        "leave": Message("{delegation} takes part in the review no more, as its head says"),
        "return": Message("{delegation} takes part in the review again, as its head says"),
    }[record["act"]]
    return Message(form.template, delegation=str(record["delegation"]))


def _wording(record: Record) -> Message:
    if record["of"] == "common":
        return Message(
            "{case}: a common wording is proposed, number {number}",
            case=str(record["case"]),
            number=int(record["number"]),
        )
    return Message(
        "{case}: a wording of {delegation}, number {number}",
        case=str(record["case"]),
        delegation=str(record["of"]),
        number=int(record["number"]),
    )


def _wording_signed(record: Record) -> Message:
    return Message(
        "the wording of entry {entry} is signed for {delegation}",
        entry=int(record["wording"]),
        delegation=str(record["delegation"]),
    )


_STAYS: Final = Message("it cannot be: what was sealed or opened stays; a later position may differ")

KINDS: Final = (
    RecordKind(
        name="review-case",
        title=Term("entry", "Finding put to the delegations"),
        sentence=_put,
        who="by",
        undo=Message("it cannot be: what was put stays; late evidence puts the finding again"),
    ),
    RecordKind(
        name="review-commitment",
        title=Term("entry", "Position sealed"),
        sentence=_sealed,
        who="by",
        undo=_STAYS,
    ),
    RecordKind(
        name="review-reseal",
        title=Term("entry", "Position sealed to other keys"),
        sentence=_resealed,
        who="by",
        undo=_STAYS,
    ),
    RecordKind(
        name="review-position",
        title=Term("entry", "Position opened or given"),
        sentence=_stated,
        who="by",
        undo=_STAYS,
    ),
    RecordKind(
        name="review-withheld",
        title=Term("entry", "No position, as a delegation says"),
        sentence=_withheld,
        who="by",
        undo=Message("by giving a position before the first ones are opened; both stay"),
    ),
    RecordKind(
        name="review-word",
        title=Term("entry", "Word in a discussion"),
        sentence=_spoken,
        who="by",
        undo=Message("it cannot be: say another word; what was typed can be erased"),
    ),
    RecordKind(
        name="review-done",
        title=Term("entry", "Nothing more to say"),
        sentence=_done,
        who="by",
        undo=Message("by giving a later position while the case is open; both stay"),
    ),
    RecordKind(
        name="review-outcome",
        title=Term("entry", "What came of a review"),
        sentence=_came_of_it,
        by_hand=False,
    ),
    RecordKind(
        name="review-key",
        title=Term("entry", "Keys of an officer"),
        sentence=_key,
        who="by",
        undo=Message("by ending the keys, from the page of keys; both stay"),
    ),
    RecordKind(
        name="delegation-left",
        title=Term("entry", "A delegation leaves or returns"),
        sentence=_left,
        who="by",
        undo=Message("by returning, which its own head enters; both stay"),
    ),
    RecordKind(
        name="review-wording",
        title=Term("entry", "Wording of a finding"),
        sentence=_wording,
        who="by",
        undo=Message("it cannot be: enter another wording; what was typed can be erased"),
    ),
    RecordKind(
        name="review-wording-signed",
        title=Term("entry", "Wording of a finding signed"),
        sentence=_wording_signed,
        who="by",
        undo=Message("it cannot be: sign another wording"),
    ),
)
