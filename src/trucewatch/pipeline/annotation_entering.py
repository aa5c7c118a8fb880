"""What a person decides of something that was said → entries of the journal: the decision, and the reading of a clause
that it leads to. Both are entered together, and taken back together.

Who decides is named by a salted reference; words lie apart, so that they can be erased.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from trucewatch.annotation.people_named import people_in
from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.agreement_entries import AT_ONCE, DECIDED_ANEW, AgreementEntry, with_entries
from trucewatch.model.annotations import Annotation, Decision, Passage
from trucewatch.model.statement_record import OfficialStatement, StatementVersion
from trucewatch.model.statements import Statement
from trucewatch.model.times import as_utc
from trucewatch.model.watch import Watch
from trucewatch.pipeline.agreement_entering import ENTERING, NotTakenError, Stating, checked_record
from trucewatch.pipeline.annotation_checks import (
    MOST,
    faults_of,
    first_of_each,
    ids_of,
    placed,
    speakers_of,
    text_faults,
)
from trucewatch.pipeline.whose_words import own_side
from trucewatch.store import Store
from trucewatch.store.agreement_records import agreement_entries
from trucewatch.store.agreement_records import undo_record as agreement_undo_record
from trucewatch.store.journal import Entry
from trucewatch.store.statement_entries import annotation_record, undo_record
from trucewatch.store.statement_records import (
    annotation_numbered,
    heading_at,
    kept_annotations,
    number_on_record,
    statement_numbered,
    version_of,
    words_of,
)
from trucewatch.store.undertaking_records import undertakings

REASONS: Final = {
    AT_ONCE: Message("undone at once, from the message that followed the entry"),
    DECIDED_ANEW: Message("decided anew; the later decision stands"),
}
"""Reasons that nobody has to type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a decision came to. leads_to: `U-12`, or the names `e-…` of the readings that were entered, with a blank
    between; "" for neither. remarks: what is to be said of it all the same."""

    entry: Entry
    annotation: Annotation
    leads_to: str = ""
    remarks: tuple[Message, ...] = ()


def decide(
    store: Store,
    watch: Watch,
    statement: int,
    language: str,
    version: int,
    passage: Passage,
    *,
    decision: Decision,
    offer: str = "",
    note: str = "",
    may_leave: bool = False,
    in_place_of: int = 0,
    looked_at: int | None = None,
    by: str,
    now: datetime,
) -> Decided:
    """Enter what somebody decides of something that was said. A later decision on the same offer, or `in_place_of` one
    by its number, takes its place under its number; the one before stays in the ledger.

    watch: as its files say; seen: the entry of the decision that the person looked at, 0 for none, where that is to be
    held against what stands. An accepted reading joins the parts of clauses that it is about (`said.about`), by the one
    that `said.who` names, else by the speaker's side (`own_side`); of nobody's clause it is kept and counts nowhere.
    Raises NotTakenError with every fault, StoreError.
    """
    now = as_utc(now).replace(microsecond=0)
    with ENTERING:
        of = statement_numbered(store, statement)
        copy = version_of(of, language, version)
        text = _text_of(store, of, copy)
        passage = placed(passage, text) or passage
        _refuse(first_of_each(faults_of(passage, text, watch, decision=decision, offer=offer, note=note)))
        before = _decided_before(of, copy, offer, in_place_of)
        _check_seen(before, looked_at, of)
        own = own_side(passage, text, copy, watch)
        if passage.kind == "commitment" and not passage.who and own:
            passage = replace(passage, who=(own,))
        if decision == "added":
            passage = replace(passage, people=passage.people or _people_in(passage, text))
        number = before.number if before else _next_number(store)
        who = person_on_record(store, by)
        undone = _readings_of(store, before) if before else []
        readings: list[dict[str, Any]] = []
        remarks: tuple[Message, ...] = ()
        if passage.kind == "reading" and decision != "rejected":
            readings, remarks = _readings(
                store, watch, passage, of, copy, own, may_leave=may_leave, without=undone, by=who, now=now
            )
        leads_to = " ".join(str(reading["id"]) for reading in readings)
        if passage.kind == "commitment" and decision != "rejected":
            leads_to = f"U-{number}"
        record = annotation_record(
            passage,
            copy,
            statement=number_on_record(store, copy),
            number=number,
            decision=decision,
            offer=offer or (before.offer if before else ""),
            note=note.strip(),
            may_leave=may_leave,
            leads_to=leads_to,
            zone=text.zone or text.zone_assumed or "",
            by=who,
            known_at=copy.known_at,
            ids=ids_of(watch),
            keep=store.keep_words,
        )
        undos = [
            agreement_undo_record(entry, reason="", reason_code=DECIDED_ANEW, known_at=now, by=who) for entry in undone
        ]
        entry, *_ = store.commit([record, *undos, *readings])
        return Decided(entry=entry, annotation=annotation_numbered(store, number), leads_to=leads_to, remarks=remarks)


def take_back(
    store: Store,
    number: int,
    *,
    looked_at: int | None = None,
    by: str,
    now: datetime,
    reason: str = "",
    reason_code: str = "",
) -> Entry:
    """Take a decision back, and the readings that it led to; what was decided of the same before does not come back.

    reason: typed, or one of REASONS by its code. Raises NotTakenError without one, StoreError for what is not there,
    was taken back already, changed since it was looked at (`seen`), or has steps that stand on it.
    """
    with ENTERING:
        annotation = annotation_numbered(store, number)
        if annotation.undone is not None:
            raise StoreError(
                Message(
                    "{code} was taken back already, by entry {undo}; nothing was entered",
                    code=annotation.code,
                    undo=annotation.undone.entry,
                )
            )
        _check_seen(annotation, looked_at, None)
        _check_steps(store, annotation, now)
        why, code = reason_on_record(store, reason, reason_code)
        record = undo_record(
            "annotation", number, reason=why, reason_code=code, by=person_on_record(store, by), known_at=now
        )
        undos = [
            agreement_undo_record(
                entry,
                reason=record["reason"],
                reason_code=record["reason_code"],
                known_at=now,
                by=record["by"],
            )
            for entry in _readings_of(store, annotation)
        ]
        entry, *_ = store.commit([record, *undos])
        return entry


def take_back_version(
    store: Store,
    statement: int,
    language: str,
    version: int,
    *,
    by: str,
    now: datetime,
    reason: str = "",
    reason_code: str = "",
) -> Entry:
    """Take out a version that was taken in by mistake. Raises StoreError while decisions stand on it, and as
    `take_back` does."""
    with ENTERING:
        of = statement_numbered(store, statement)
        copy = version_of(of, language, version)
        if copy.undone is not None:
            raise StoreError(
                Message(
                    "version {version} of {code} was taken out already, by entry {undo}; nothing was entered",
                    version=version,
                    code=of.code,
                    undo=copy.undone.entry,
                )
            )
        standing = [
            each.code
            for each in of.annotations
            if each.undone is None and (each.language, each.version) == (language, version)
        ]
        if standing:
            raise StoreError(
                Message(
                    "decisions stand on version {version} of {code}: {decisions}; take them back first. Nothing was "
                    "entered",
                    version=version,
                    code=of.code,
                    decisions=", ".join(standing[:10]),
                )
            )
        why, code = reason_on_record(store, reason, reason_code)
        record = undo_record(
            "version",
            number_on_record(store, copy),
            language=language,
            version=version,
            reason=why,
            reason_code=code,
            by=person_on_record(store, by),
            known_at=now,
        )
        (entry,) = store.commit([record])
        return entry


# What is looked at before


def _text_of(store: Store, of: OfficialStatement, copy: StatementVersion) -> Statement:
    if copy.undone is not None:
        raise StoreError(
            Message(
                "version {version} of {code} is taken out, so nothing can be decided of it; nothing was entered",
                version=copy.version,
                code=of.code,
            )
        )
    text = words_of(store, copy)
    if text is None:
        raise StoreError(
            Message("the text of {code} was erased, so nothing can be decided of it; nothing was entered", code=of.code)
        )
    return text


def _decided_before(of: OfficialStatement, copy: StatementVersion, offer: str, in_place_of: int) -> Annotation | None:
    """What stands that a new decision takes the place of."""
    for each in of.annotations:
        if each.undone is not None:
            continue
        if in_place_of and each.number == in_place_of:
            return each
        is_same_copy = (each.language, each.version) == (copy.language, copy.version)
        if not in_place_of and offer and each.offer == offer and is_same_copy:
            return each
    if in_place_of:
        raise StoreError(
            Message(
                "{code} has no decision A-{number} that stands; open its page again. Nothing was entered",
                code=of.code,
                number=in_place_of,
            )
        )
    return None


def _check_seen(before: Annotation | None, looked_at: int | None, of: OfficialStatement | None) -> None:
    if looked_at is None or looked_at == (before.entry if before else 0):
        return
    code = before.code if before else of.code if of else ""
    raise StoreError(
        Message(
            "{number} changed since it was looked at; nothing was entered. Look at it as it stands now", number=code
        )
    )


def _check_steps(store: Store, annotation: Annotation, now: datetime) -> None:
    for undertaking in undertakings(store, UTC, now):
        if undertaking.number == annotation.number and undertaking.standing_steps:
            raise StoreError(
                Message("steps of {code} stand on it; take them back first. Nothing was entered", code=undertaking.code)
            )


def _next_number(store: Store) -> int:
    return max((decided.annotation.number for decided in kept_annotations(store)), default=0) + 1


def _people_in(passage: Passage, text: Statement) -> tuple[str, ...]:
    """The persons whom words name that somebody marked by hand and said nothing of."""
    return people_in(passage.words, speakers=tuple(each.name for each in text.speakers))


# Readings


def _readings(
    store: Store,
    watch: Watch,
    passage: Passage,
    of: OfficialStatement,
    copy: StatementVersion,
    own: str,
    *,
    may_leave: bool,
    without: Iterable[AgreementEntry],
    by: str,
    now: datetime,
) -> tuple[list[dict[str, Any]], tuple[Message, ...]]:
    """The records of a reading, one for each part of a clause; own: whose "we" it is; without: entries that this
    decision takes back."""
    parts = _parts_of(watch, passage)
    if not parts:
        return [], (
            Message("It is kept, and counts at no clause: it is about none. Change it to name a part of a clause."),
        )
    reader = next((each for each in passage.who if each in speakers_of(watch)), own)
    if not reader:
        raise NotTakenError({"who": Message("Say whose reading it is: a party, a body or a delegation of this watch.")})
    if passage.people and not may_leave:
        raise NotTakenError(
            {
                "people": Message(
                    "A reading is told in reports beside its clause, and these words name a person. Say that they may "
                    "leave, or mark words that name nobody."
                )
            }
        )
    gone = {entry.entry_id for entry in without}
    standing = [entry for entry in agreement_entries(store) if entry.entry_id not in gone]
    filled = replace(watch, agreement=with_entries(watch.agreement, standing))
    source = _source_of(store, of, copy)
    records, remarks = list[dict[str, Any]](), list[Message]()
    for part in parts:
        stating = Stating(
            table="reading",
            about=part,
            own={"by": reader, "says": {copy.language: passage.words}, "source": source},
            known_at=copy.known_at,
        )
        record, of_part = checked_record(store, filled, stating, by=by, now=now)
        records.append(record)
        remarks += of_part
    return records, tuple(remarks)


def _parts_of(watch: Watch, passage: Passage) -> list[str]:
    """The parts of clauses that a reading is about; a clause of one part is that part. Raises NotTakenError for a
    clause of several."""
    parts: dict[str, list[str]] = {}
    for provision, part in watch.agreement.stipulations():
        parts.setdefault(provision.number, []).append(part.id)
    every_part = {part for several in parts.values() for part in several}
    chosen: dict[str, None] = {}
    for name in passage.about:
        if name in every_part:
            chosen[name] = None
        elif len(parts.get(name, [])) == 1:
            chosen[parts[name][0]] = None
        elif name in parts and not any(part in passage.about for part in parts[name]):
            raise NotTakenError(
                {
                    "about": Message(
                        "Choose the part of clause {number} that is read: {parts}.",
                        number=name,
                        parts=", ".join(parts[name]),
                    )
                }
            )
    return list(chosen)


def _source_of(store: Store, of: OfficialStatement, copy: StatementVersion) -> str:
    """What a report cites; without a title that names a person."""
    heading = heading_at(store, copy)
    title = heading.title if heading else ""
    if heading and people_in(title, speakers=heading.speakers):
        title = ""
    day = copy.day.isoformat() if copy.day else ""
    room = MOST["source"] - len(of.code) - len(day) - 4
    return ", ".join(each for each in (of.code, title[:room], day) if each)


def _readings_of(store: Store, annotation: Annotation) -> list[AgreementEntry]:
    """The readings that a decision led to and that stand."""
    names = set(annotation.leads_to.split())
    return [entry for entry in agreement_entries(store) if entry.entry_id in names and entry.undone is None]


def reason_on_record(store: Store, reason: str, reason_code: str) -> tuple[str, str]:
    """A reason as a record holds it: a reference to what was typed, or the code of one that nobody types. Raises
    NotTakenError without any."""
    if reason_code == AT_ONCE:
        return "", AT_ONCE
    _refuse(first_of_each(text_faults("reason", reason.strip(), is_needed=True)))
    return store.keep_words(reason.strip()), ""


def person_on_record(store: Store, by: str) -> str:
    """Who does something, as a record names them; "" for the program itself."""
    return store.keys.reference_of(by) if by else ""


def _refuse(faults: Mapping[str, Message]) -> None:
    if faults:
        raise NotTakenError(faults)
