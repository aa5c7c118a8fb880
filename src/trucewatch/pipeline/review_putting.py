"""Findings are put to the delegations: a dossier of each incident first, then one case a finding.

What is put is that of the list of today, as both sides see it; it stays as it is whatever later lists say.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.errors import StoreError
from trucewatch.ledger.dossier import Fields
from trucewatch.messages import Message
from trucewatch.model.review import QUESTIONS, Case
from trucewatch.model.review_list import cases_known
from trucewatch.model.review_outcome import changed_since, own_of, recused_by, reopens
from trucewatch.model.watch import Watch
from trucewatch.pipeline import Assessment
from trucewatch.pipeline.dossier_fields import fields_of_incident, released_rows
from trucewatch.pipeline.judged_findings import puts_of
from trucewatch.pipeline.review_book import ReviewBook, taking_part
from trucewatch.pipeline.review_closing import acting
from trucewatch.pipeline.review_effects import if_agreed
from trucewatch.pipeline.review_speaker import Speaker, case_for
from trucewatch.store import Store
from trucewatch.store.dossiers import record_dossier
from trucewatch.store.journal import Entry
from trucewatch.store.review_records import case_record

MOST_PUT: Final = 500
"""Findings that are put in one act; a night has some thirty."""


OF_NO_EVENT: Final = Message(
    "a finding on a deadline or on a whole clause is of no event, and is not put: it follows from the clause, from "
    "what is entered on it, and from findings on events, which are. Object to it by a complaint or a reading of the "
    "clause; nothing was entered"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToPut:
    """A finding of a list that can be put. put: `put_of`; sources, claimants: `source` and `claimed_by` of the
    incident's observations; before: the last case of the same finding, of the questions of every finding; None for
    none."""

    put: Mapping[str, Any]
    sources: frozenset[str]
    claimants: frozenset[str]
    before: Case | None = None

    @property
    def incident(self) -> str:
        return str(self.put["incident_id"])


def put_to_review(
    store: Store, assessment: Assessment, finding_ids: Sequence[str], *, by: str, now: datetime
) -> list[Entry]:
    """Put findings of the list of today to review; the entries of their cases. by: a person's name or reference.

    Findings of one incident share a dossier. Raises StoreError for a finding that is not on the list, is of no
    incident, or is under review unchanged: nothing is entered then.
    """
    wanted = tuple(dict.fromkeys(finding_ids))
    if not wanted:
        raise StoreError(Message("choose at least one finding; nothing was entered"))
    if len(wanted) > MOST_PUT:
        raise StoreError(Message("{count} findings at once; choose at most {most}", count=len(wanted), most=MOST_PUT))
    rows = rows_of_findings(assessment, wanted)
    missing = [name for name in wanted if name not in rows]
    if missing:
        if pc.any(pc.equal(assessment.recorded_findings["finding_id"], missing[0])).as_py():
            raise StoreError(OF_NO_EVENT)
        raise StoreError(
            Message(
                "{finding} is no finding of an incident on the list of today; load the page again",
                finding=missing[0][:60],
            )
        )
    with acting(store, assessment.watch, now) as book:
        to_put = [with_before(book, rows[name]) for name in wanted]
        for each in to_put:
            _check_is_new(each)
        return enter_cases(store, assessment, book, to_put, by=store.keys.reference_of(by))


def put_who(store: Store, watch: Watch, speaker: Speaker, code: str) -> Entry:
    """Put the question *who* about the finding of a case of which *happened* is agreed; it is the speaker's wish.
    Raises StoreError."""
    with acting(store, watch, speaker.now) as book:
        case = case_for(book, speaker, code)
        rule = book.rule(case).attribution
        if speaker.role not in (*rule.signers, *rule.stands_in):
            raise StoreError(
                Message(
                    "who did it is asked by those who may answer it, and this watch’s rule does not name: {role}. Ask "
                    "the head of your delegation",
                    role=speaker.role.label,
                )
            )
        chain = book.chain_of(case)
        last = [each for each in chain if not each.is_of_who][-1]
        asked = [each for each in chain if each.is_of_who and each.step != "closed"]
        if asked:
            raise StoreError(Message("who did it is under review already, as {case}", case=asked[0].code))
        if last.outcome is None or last.outcome.questions.get("happened") != "agreed":
            raise StoreError(
                Message(
                    "who did it can be asked only after it is agreed that it happened, and {case} does not say so. "
                    "Nothing was entered",
                    case=last.code,
                )
            )
        record = case_record(
            number=book.next_number(),
            finding=last.finding,
            incident=last.incident,
            stipulation=last.stipulation,
            questions=("who",),
            put=last.put,
            dossier=last.dossier_entry,
            list_entry=last.list_entry,
            list_object=store.journal.hash_of(last.list_entry),
            turn=book.next_turn(last),
            before=last.code,
            why="attribution",
            delegations=taking_part(book, watch),
            left=tuple(book.left()),
            own_clause=last.own_clause,
            own_evidence=last.own_evidence,
            recused=last.recused,
            rule=watch.settings.review,
            known_at=book.known_at,
            by=speaker.reference(store),
            side=speaker.delegation,
            role=str(speaker.role),
        )
        (entry,) = store.commit([record])
        return entry


def rows_of_findings(assessment: Assessment, finding_ids: Sequence[str]) -> dict[str, ToPut]:
    """What would be put of findings of a list, by their ids; those of no incident left out."""
    puts = puts_of(assessment.recorded_incidents, assessment.recorded_findings, finding_ids)
    members = pa.array(sorted({each for put in puts.values() for each in put["members"]}), pa.string())
    named = assessment.observations.filter(pc.is_in(assessment.observations["observation_id"], value_set=members))
    columns = (named[name].to_pylist() for name in ("observation_id", "source", "claimed_by"))
    givers = {name: (source, claimed_by) for name, source, claimed_by in zip(*columns, strict=True)}
    rows = {}
    for name, put in puts.items():
        of_members = [givers[each] for each in put["members"] if each in givers]
        rows[name] = ToPut(
            put=put,
            sources=frozenset(source for source, _ in of_members),
            claimants=frozenset(claimed_by for _, claimed_by in of_members if claimed_by),
        )
    return rows


def with_before(book: ReviewBook, row: ToPut) -> ToPut:
    """The same with the last case of this finding, also under an id that its incident had before."""
    chain = book.of_finding(row.put["finding_id"]) or tuple(
        each
        for each in book.of_incident(row.incident, row.put["members"])
        if each.stipulation == row.put["stipulation"]
    )
    of_finding = [each for each in chain if not each.is_of_who]
    return replace(row, before=of_finding[-1] if of_finding else None)


def enter_cases(
    store: Store, assessment: Assessment, book: ReviewBook, to_put: Sequence[ToPut], *, by: str
) -> list[Entry]:
    """Enter a dossier of each incident, and then all cases at once. The caller holds REVIEWING, and has looked whether
    they may be put. Raises StoreError, LedgerError."""
    watch = assessment.watch
    delegations = taking_part(book, watch)
    if assessment.list_entry < 0 or assessment.is_replay:
        raise StoreError(
            Message("what is put to review is of a list on record, and this one is not. Run: trucewatch run WATCH")
        )
    if not delegations:
        raise StoreError(Message("this watch has no delegation that reviews; watch.toml names them"))
    dossiers = {
        incident: record_dossier(store, fields_for_all(store, assessment, incident), assessment.list_entry).number
        for incident in dict.fromkeys(each.incident for each in to_put)
    }
    agreed = if_agreed(
        [each.put for each in to_put],
        cases_known(book.cases(), assessment.as_of),
        assessment.recorded_incidents,
        assessment.counters,
        watch,
        as_of=assessment.as_of,
    )
    records = []
    for number, each in enumerate(to_put, book.next_number()):
        own_clause, own_evidence = own_of(watch, each.put["stipulation"], each.sources, each.claimants)
        rule = watch.settings.review
        recused = recused_by(rule, own_clause, own_evidence)
        records.append(
            case_record(
                number=number,
                finding=each.put["finding_id"],
                incident=each.incident,
                stipulation=each.put["stipulation"],
                questions=QUESTIONS,
                put={**each.put, **agreed.get(each.put["finding_id"], {})},
                dossier=dossiers[each.incident],
                list_entry=assessment.list_entry,
                list_object=store.journal.hash_of(assessment.list_entry),
                turn=book.next_turn(each.before) if each.before else 1,
                before=each.before.code if each.before else "",
                why="late_evidence" if each.before and _is_changed(each) else "put",
                delegations=delegations,
                left=tuple(book.left()),
                own_clause=own_clause,
                own_evidence=own_evidence,
                recused=recused,
                rule=rule,
                known_at=book.known_at,
                by=by,
            )
        )
    return store.commit(records)


def fields_for_all(store: Store, assessment: Assessment, incident_id: str) -> Fields:
    """Every field of an incident, with a released row for each recipient that may have one: copies with different
    redactions are so provably of one entry."""
    inputs = assessment.report_inputs()
    recipients = [recipient.id for recipient in assessment.watch.settings.recipient]
    fields = fields_of_incident(
        store, assessment, incident_id, secrets.token_bytes(32), recipient=recipients[0] if recipients else ""
    )
    rest = [row for name in recipients[1:] for row in released_rows(inputs, incident_id, name)]
    return Fields(fields.seed, {**fields.rows, "released": [*fields.rows["released"], *rest]})


def _is_changed(row: ToPut) -> bool:
    return row.before is not None and reopens(changed_since(row.before.put, row.put))


def _check_is_new(row: ToPut) -> None:
    case = row.before
    if case is None or case.state == "closed_unreviewed":
        return
    if case.step != "closed":
        raise StoreError(
            Message(
                "{finding} is under review already, as {case}; nothing was entered",
                finding=str(row.put["finding_id"])[:60],
                case=case.code,
            )
        )
    if not _is_changed(row):
        raise StoreError(
            Message(
                "{finding} was reviewed as it stands, as {case}; nothing was entered. It is put once more when late "
                "evidence changes it",
                finding=str(row.put["finding_id"])[:60],
                case=case.code,
            )
        )
