"""Kinds of records of claims, each with its line for the ledger; what was typed stands in none of them."""

from __future__ import annotations

from typing import Final

from trucewatch.messages import Message, Term
from trucewatch.model.claim_record import claim_code
from trucewatch.model.letter_kinds import KINDS as LETTER_KINDS
from trucewatch.model.record_kind import Record, RecordKind


def _speaker(record: Record) -> Message | str | Term:
    kind, name = record["speaker"], str(record["speaker_id"])
    if kind == "civilian":
        return Term("speaker", "a civilian")
    if kind == "not_said":
        return Term("speaker", "somebody who did not say who they are")
    if kind == "delegation":
        return Message("the delegation {delegation}", delegation=name)
    if kind == "post":
        return Message("the post {post}", post=name)
    return name


def _claimed(record: Record) -> Message:
    number, speaker = claim_code(record["number"]), _speaker(record)
    if record["act"] == "correct":
        return Message(
            "claim {number} from {speaker}: corrected, version {version}",
            number=number,
            speaker=speaker,
            version=record["version"],
        )
    if record["letter"]:
        return Message(
            "claim {number} from {speaker}: taken down, row {row} of letter {letter}",
            number=number,
            speaker=speaker,
            row=record["row"],
            letter=record["letter"],
        )
    return Message("claim {number} from {speaker}: taken down", number=number, speaker=speaker)


def _undone(record: Record) -> Message:
    number = claim_code(record["claim"])
    if record["undoes"]:
        return Message("claim {number}: version {version} taken back", number=number, version=record["undoes"])
    return Message("claim {number}: taken back", number=number)


def _translated(record: Record) -> Message:
    return Message(
        "claim {number}: translation into {language}", number=claim_code(record["claim"]), language=record["language"]
    )


def _joined(record: Record) -> Message:
    first, second = (claim_code(number) for number in record["claims"])
    if record["act"] == "part":
        return Message("claims {first} and {second}: held no longer to be of one event", first=first, second=second)
    return Message("claims {first} and {second}: held to be of one event", first=first, second=second)


KINDS: Final = (
    RecordKind(
        name="claim",
        title=Term("entry", "Claim taken down"),
        sentence=_claimed,
        who="by",
        undo=Message("by another entry, from the claim's page; both stay"),
    ),
    RecordKind(
        name="claim-undo",
        title=Term("entry", "Claim taken back"),
        sentence=_undone,
        who="by",
        undo=Message("it cannot be: take the claim down, or correct it, again"),
    ),
    RecordKind(
        name="claim-translation",
        title=Term("entry", "Translation of a claim"),
        sentence=_translated,
        who="by",
        undo=Message("by another entry: a later translation stands in its place"),
    ),
    RecordKind(
        name="claim-join",
        title=Term("entry", "Claims joined or parted"),
        sentence=_joined,
        who="by",
        undo=Message("by another entry, from the claim's page; both stay"),
    ),
    *LETTER_KINDS,
)
