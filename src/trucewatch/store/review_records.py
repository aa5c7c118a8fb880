"""What delegations do with findings, as the journal holds it: one record an act, `trucewatch/review-…/1`.

A record holds no version and no reason: a position lies sealed (an age file) or opened (`trucewatch/position-opened/1`)
in `objects/`, where it can be erased, and the record names it. Every record has `known_at`, the watch's clock, and
`by`, a reference to a person. Hashes of what is not kept in `objects/` are written `sha256:` and 64 hexadecimal digits:
`commitment`, and `signed_sha256` of the signed bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final, Literal

from trucewatch.model.ids import canonical, short_id
from trucewatch.model.review import Case
from trucewatch.model.review_outcome import Settled
from trucewatch.model.review_rule import AttributionRule, ReviewRule
from trucewatch.model.roles import Role
from trucewatch.model.times import iso_utc

CASE: Final = "trucewatch/review-case/1"
COMMITMENT: Final = "trucewatch/review-commitment/1"
POSITION: Final = "trucewatch/review-position/1"
WITHHELD: Final = "trucewatch/review-withheld/1"
RESEAL: Final = "trucewatch/review-reseal/1"
WORD: Final = "trucewatch/review-word/1"
DONE: Final = "trucewatch/review-done/1"
OUTCOME: Final = "trucewatch/review-outcome/1"
KEY: Final = "trucewatch/review-key/1"
LEFT: Final = "trucewatch/delegation-left/1"
KINDS: Final = (CASE, COMMITMENT, POSITION, WITHHELD, RESEAL, WORD, DONE, OUTCOME, KEY, LEFT)
"""Every kind that a book of reviews is read from."""
DIGEST: Final = "sha256:"
KeyAct = Literal["ask", "enter", "end"]
WhyEnded = Literal["lost", "replaced", "left_office", "departure"]
WHY_ENDED: Final[tuple[WhyEnded, ...]] = ("lost", "replaced", "left_office", "departure")
WhyOutcome = Literal["all_agree", "all_done", "clock", "departure"]


def case_record(
    *,
    number: int,
    finding: str,
    incident: str,
    stipulation: str,
    questions: Sequence[str],
    put: Mapping[str, Any],
    dossier: int,
    list_entry: int,
    list_object: str,
    turn: int,
    before: str,
    why: str,
    delegations: Sequence[str],
    left: Sequence[str],
    own_clause: Sequence[str],
    own_evidence: Sequence[str],
    recused: Mapping[str, str],
    rule: ReviewRule,
    known_at: datetime,
    by: str,
    side: str = "",
    role: str = "",
) -> dict[str, Any]:
    """A finding as it is put to the delegations.

    put: texts, whole numbers, lists of texts (`put_of`). list_entry, list_object: the list that it is of. left: the
    delegations that had left by then. side, role: whose wish it was, where a delegation asked *who*.
    """
    content = {
        "number": number,
        "finding": finding,
        "incident": incident,
        "stipulation": stipulation,
        "questions": list(questions),
        "put": dict(put),
        "dossier": dossier,
        "list": {"entry": list_entry, "object": list_object},
        "round": turn,
        "before": before,
        "why": why,
        "delegations": list(delegations),
        "left": list(left),
        "own_clause": list(own_clause),
        "own_evidence": list(own_evidence),
        "recused": dict(recused),
        "rule": rule_text(rule),
        "side": side,
        "role": role,
        "known_at": iso_utc(known_at),
        "by": by,
    }
    # The id stands in the record: after the loss of a ledger its records are entered again, at other places and times.
    return {"schema": CASE, "id": short_id("r", canonical(content).decode()), **content}


def commitment_record(
    case: Case,
    *,
    delegation: str,
    person: str,
    role: Role,
    commitment: str,
    sealed: str,
    sealed_to: Sequence[str],
    key: str,
    signed_at: datetime,
    act: str,
    known_at: datetime,
) -> dict[str, Any]:
    """That a position is committed to. commitment: 64 hexadecimal digits. sealed: the SHA-256 of the age file in
    `objects/`. act: the id that all of one list have, "" for one alone."""
    return {
        "schema": COMMITMENT,
        "case": case.code,
        "finding_sha256": case.sha256,
        "delegation": delegation,
        "role": str(role),
        "round": case.turn,
        "commitment": DIGEST + commitment,
        "sealed": sealed,
        "sealed_to": list(sealed_to),
        "key": key,
        "signed_at": iso_utc(signed_at),
        "list": act,
        "known_at": iso_utc(known_at),
        "by": person,
    }


def position_record(
    case: Case,
    *,
    delegation: str,
    person: str,
    role: str,
    turn: int,
    answers: Mapping[str, str],
    names: str,
    position: str,
    signed_sha256: str,
    commitment: str,
    commitment_entry: int,
    key: str,
    signed_at: datetime,
    is_late: bool,
    known_at: datetime,
    by: str,
) -> dict[str, Any]:
    """A position as it is opened or given in the open. person: whose it is; by: who opened it. position: the SHA-256
    of the opened document in `objects/`. commitment: "" for one that is given in the open."""
    return {
        "schema": POSITION,
        "case": case.code,
        "delegation": delegation,
        "person": person,
        "role": role,
        "round": turn,
        "answers": dict(answers),
        "names": names,
        "position": position,
        "signed_sha256": DIGEST + signed_sha256,
        "commitment": DIGEST + commitment if commitment else "",
        "commitment_entry": commitment_entry,
        "key": key,
        "signed_at": iso_utc(signed_at),
        "late": is_late,
        "known_at": iso_utc(known_at),
        "by": by,
    }


def withheld_record(case: Case, *, delegation: str, role: Role, known_at: datetime, by: str) -> dict[str, Any]:
    """That a delegation says that it gives no position."""
    return {
        "schema": WITHHELD,
        "case": case.code,
        "delegation": delegation,
        "role": str(role),
        "known_at": iso_utc(known_at),
        "by": by,
    }


def reseal_record(
    case: Case,
    *,
    delegation: str,
    commitment: str,
    sealed: str,
    sealed_to: Sequence[str],
    key: str,
    known_at: datetime,
    by: str,
) -> dict[str, Any]:
    """That what was committed to is sealed once more, to the keys that are in force now."""
    return {
        "schema": RESEAL,
        "case": case.code,
        "delegation": delegation,
        "commitment": DIGEST + commitment,
        "sealed": sealed,
        "sealed_to": list(sealed_to),
        "key": key,
        "known_at": iso_utc(known_at),
        "by": by,
    }


def word_record(
    case: Case, *, side: str, role: Role, words: str, refers: Sequence[str], known_at: datetime, by: str
) -> dict[str, Any]:
    """What is said in a discussion. words: a reference. refers: observation ids, and entry numbers as text."""
    return {
        "schema": WORD,
        "case": case.code,
        "side": side,
        "role": str(role),
        "words": words,
        "refers": list(refers),
        "known_at": iso_utc(known_at),
        "by": by,
    }


def done_record(case: Case, *, side: str, role: Role, turn: int, known_at: datetime, by: str) -> dict[str, Any]:
    """That a delegation has no more to say. turn: the round of its last position, the case's where it gave none."""
    return {
        "schema": DONE,
        "case": case.code,
        "side": side,
        "role": str(role),
        "round": turn,
        "known_at": iso_utc(known_at),
        "by": by,
    }


def outcome_record(
    case: Case,
    settled: Settled,
    *,
    rule: ReviewRule,
    why: WhyOutcome,
    known_at: datetime,
    by: str,
    left: Sequence[str] = (),
) -> dict[str, Any]:
    """What came of a case. by: "" where the clock brought it about; left: the delegations whose leaving did."""
    return {
        "schema": OUTCOME,
        "case": case.code,
        "finding": case.finding,
        "state": settled.state,
        "questions": {str(question): state for question, state in settled.questions.items()},
        "attributed_to": settled.attributed_to,
        "positions": [each.entry for each in case.positions],
        "rule": rule_text(rule),
        "why": why,
        "left": list(left),
        "known_at": iso_utc(known_at),
        "by": by,
    }


def key_record(
    act: KeyAct,
    *,
    number: int,
    delegation: str,
    person: str,
    use: str,
    signs: str,
    opens: str,
    known_at: datetime,
    by: str,
    why: WhyEnded | Literal[""] = "",
) -> dict[str, Any]:
    """That a pair of public keys is asked for, entered by the head, or ended."""
    return {
        "schema": KEY,
        "act": act,
        "number": number,
        "delegation": delegation,
        "person": person,
        "use": use,
        "signs": signs,
        "opens": opens,
        "why": why,
        "known_at": iso_utc(known_at),
        "by": by,
    }


def left_record(
    act: Literal["leave", "return"], *, delegation: str, reason: str, known_at: datetime, by: str
) -> dict[str, Any]:
    """That a delegation leaves the review, or comes back. reason: a reference."""
    return {
        "schema": LEFT,
        "delegation": delegation,
        "act": act,
        "reason": reason,
        "known_at": iso_utc(known_at),
        "by": by,
    }


def rule_text(rule: ReviewRule) -> dict[str, Any]:
    """A rule as a record holds it: every number as text, roles by their names."""

    def plain(value: Any) -> Any:
        if isinstance(value, bool):
            return value
        if isinstance(value, Mapping):
            return {name: plain(inner) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [str(inner) for inner in value]
        return str(value)

    return {name: plain(value) for name, value in asdict(rule).items()}


def rule_of_text(text: Mapping[str, Any]) -> ReviewRule:
    """The rule again, of a record."""
    apart = text["attribution"]
    return ReviewRule(
        hours=float(text["hours"]),
        discussion_hours=float(text["discussion_hours"]),
        each=int(text["each"]),
        signers=_roles(text["signers"]),
        stands_in=_roles(text["stands_in"]),
        silence=text["silence"],
        head_decides=text["head_decides"],
        recuse=text["recuse"],
        recuse_evidence=text["recuse_evidence"],
        objection_hours=float(text["objection_hours"]),
        decision_hours=float(text["decision_hours"]),
        attribution=AttributionRule(
            hours=float(apart["hours"]),
            each=int(apart["each"]),
            signers=_roles(apart["signers"]),
            stands_in=_roles(apart["stands_in"]),
            silence=apart["silence"],
            head_decides=apart["head_decides"],
        ),
    )


def _roles(names: Sequence[str]) -> tuple[Role, ...]:
    return tuple(Role(name) for name in names)


def put_of(finding: Mapping[str, Any], incident: Mapping[str, Any]) -> dict[str, Any]:
    """What both delegations see of a finding and its incident, as a record holds it: numbers with a fraction as decimal
    text, "" for what is not known.

    finding, incident: rows of the two tables, `to_pylist()`.
    """

    def text(value: Any) -> str:
        return "" if value is None else iso_utc(value) if isinstance(value, datetime) else str(value)

    facts = finding["facts"]
    return {
        **{name: text(finding[name]) for name in _OF_FINDING},
        "facts": facts if isinstance(facts, str) else json.dumps(facts, ensure_ascii=False, sort_keys=True),
        "evidence": [str(each) for each in finding["evidence"]],
        "simulated": bool(finding["simulated"]),
        **{name: text(incident[name]) for name in _OF_INCIDENT},
        **{name: [str(each) for each in incident[name]] for name in ("members", "classes", "means", "zones")},
    }


_OF_FINDING: Final = (
    *("finding_id", "stipulation", "provision", "instrument", "rule"),
    *("outcome", "held", "reason"),
)
_OF_INCIDENT: Final = (
    *("incident_id", "kind", "aspect", "occurred_start", "occurred_end"),
    *("lon", "lat", "semi_major_m", "semi_minor_m"),
    *("count_min", "count_best", "count_max", "rung", "first_known_at", "last_known_at"),
)
