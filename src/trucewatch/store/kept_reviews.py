"""Reviews as they were read of the journal: what was put, committed, opened and said, nothing of the clock.

It is kept while the store is open, and only records that came since are read. Several threads may ask: `reading` holds
the one lock under which it is read on and looked at.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal

from trucewatch.model.duty_line import LineCheck
from trucewatch.model.review import Case, Outcome, ReviewKey, Said, Sealed, SealedFile, SideAct
from trucewatch.model.review_rule import ReviewRule
from trucewatch.model.times import read_time
from trucewatch.store import review_records as records
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import first_recorded_at
from trucewatch.store.line_check_records import CHECK, check_in
from trucewatch.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commitment: as it lies sealed now, and by which time it is dated."""

    sealed: Sealed
    signed_at: datetime
    is_opened: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What was said in a discussion; `words` is a reference."""

    side: str
    role: str
    by: str
    words: str
    refers: tuple[str, ...]
    entry: int
    known_at: datetime
    recorded_at: datetime


@dataclass(slots=True, kw_only=True)
class KeptCase:
    """What is on record of one case. case: as it was put. opened: each position, in the order in which they came.
    withheld: since when; done: the entry by which a delegation said that it has no more to say; acts: all of these, and
    who left. version: grows with every record; left: who left, where it was closed by that."""

    case: Case
    rule: ReviewRule
    chain: str
    recorded_at: datetime
    commits: dict[str, Commit] = field(default_factory=dict)
    opened: list[Said] = field(default_factory=list)
    withheld: dict[str, datetime] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    words: list[Word] = field(default_factory=list)
    acts: list[SideAct] = field(default_factory=list)
    outcome: Outcome | None = None
    why: str = ""
    left: tuple[str, ...] = ()
    version: int = 0


@dataclass(slots=True)
class KeptReviews:
    """All of it. until: the last entry of the ledger when it was read; chains: the codes of the cases of one finding,
    by the first of them; left: who left and did not come back, each with when."""

    until: int = -1
    cases: dict[str, KeptCase] = field(default_factory=dict)
    chains: dict[str, list[str]] = field(default_factory=dict)
    by_finding: dict[str, str] = field(default_factory=dict)
    """The chain of a finding's id."""
    by_first_member: dict[str, list[str]] = field(default_factory=dict)
    """Codes of cases, by the first observation of their incidents."""
    by_incident: dict[str, list[str]] = field(default_factory=dict)
    commitments: dict[str, str] = field(default_factory=dict)
    """The code of the case of each commitment."""
    keys: dict[int, ReviewKey] = field(default_factory=dict)
    left: dict[str, datetime] = field(default_factory=dict)
    checks: dict[int, LineCheck] = field(default_factory=dict)
    """Line checks that stand, by entry."""
    taken_back: list[LineCheck] = field(default_factory=list)
    """Line checks that were taken back, and at the moment of that the one that stood then in their place."""
    last_known_at: datetime | None = None
    rises: list[tuple[int, datetime]] = field(default_factory=list)
    """Each entry with which it rose, with what it is from there on."""
    touched: set[str] = field(default_factory=set)
    """Codes of cases of which a record came since this was emptied: by the one who works out how cases stand."""
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    rules: list[tuple[Mapping[str, Any], ReviewRule]] = field(default_factory=list)
    """Each rule as records hold it, and read; the last that was met first. A watch changes its rule rarely."""
    derived: dict[str, Any] = field(default_factory=dict)
    """What was worked out of a case, by its code: for the one who works it out."""

    @property
    def line_checks(self) -> tuple[LineCheck, ...]:
        """What a line was held to be at every moment: a check counts until it is taken back, so that no clock runs out
        in the past."""
        return (*self.checks.values(), *self.taken_back)

    @property
    def next_case(self) -> int:
        return max((kept_case.case.number for kept_case in self.cases.values()), default=0) + 1


_SCHEMAS: Final = (*records.KINDS, CHECK)
_MOST_RULES: Final = 8
_MARKS: Final = ", ".join("?" * len(_SCHEMAS))


@dataclass(slots=True)
class _Then:
    """What was on record or known at an earlier moment, as it was read last: a page asks for it more than once."""

    of: tuple[Any, ...] = ()
    on_record: KeptReviews = field(default_factory=KeptReviews)


@contextmanager
def reading(
    store: Store, recorded_by: datetime | None = None, known_by: datetime | None = None
) -> Iterator[KeptReviews]:
    """What is on record now, for as long as nobody else reads on; with recorded_by what was on record then, with
    known_by what was known then by the watch's clock, read anew."""
    if recorded_by is not None or known_by is not None:
        yield _read_then(store, recorded_by, known_by)
        return
    on_record = store.memory.of(KeptReviews)
    with on_record.lock:
        until = _newest(store)
        if until != on_record.until:
            for entry in _entries(store, on_record.until):
                _take(on_record, entry)
            on_record.until = until
        yield on_record


def _read_then(store: Store, recorded_by: datetime | None, known_by: datetime | None) -> KeptReviews:
    of = (recorded_by, known_by, _newest(store))
    last = store.memory.of(_Then)
    if last.of == of:
        return last.on_record
    on_record = KeptReviews()
    for entry in _entries(store, -1):
        is_on_record = recorded_by is None or first_recorded_at(entry.record) <= recorded_by
        if is_on_record and (known_by is None or _known_at(entry.record) <= known_by):
            _take(on_record, entry)
    store.memory.put(_Then(of, on_record))
    return on_record


def _known_at(record: Mapping[str, Any]) -> datetime:
    """By the watch's clock. A line check tells when the line was called."""
    return read_time(record["at"] if record["schema"] == CHECK else record["known_at"])


def _newest(store: Store) -> int:
    ((newest,),) = store.index.rows("SELECT max(number) FROM entry")
    return -1 if newest is None else int(newest)


def _entries(store: Store, after: int) -> Iterator[Entry]:
    query = f"SELECT number FROM entry WHERE number > ? AND schema IN ({_MARKS}) ORDER BY number"
    return store.journal.entries_at(int(number) for (number,) in store.index.rows(query, after, *_SCHEMAS))


def _take(on_record: KeptReviews, entry: Entry) -> None:
    record = entry.record
    schema = record["schema"]
    if schema == CHECK:
        _take_check(on_record, entry)
        return
    known_at = read_time(record["known_at"])
    if on_record.last_known_at is None or known_at > on_record.last_known_at:
        on_record.last_known_at = known_at
        on_record.rises.append((entry.number, known_at))
    if schema == records.KEY:
        _take_key(on_record, entry, known_at)
    elif schema == records.LEFT:
        if record["act"] == "leave":
            on_record.left[record["delegation"]] = known_at
            _leave_open_cases(on_record, entry)
        else:
            on_record.left.pop(record["delegation"], None)
    elif schema == records.CASE:
        _take_case(on_record, entry, known_at)
    else:
        kept_case = on_record.cases.get(record["case"])
        if kept_case is not None:
            _TAKERS[schema](kept_case, entry, known_at)
            kept_case.version += 1
            on_record.touched.add(record["case"])
            if schema == records.COMMITMENT:
                on_record.commitments[_bare(record["commitment"])] = record["case"]


def _leave_open_cases(on_record: KeptReviews, entry: Entry) -> None:
    side = entry.record["delegation"]
    for kept_case in on_record.cases.values():
        if kept_case.outcome is None and side in kept_case.case.delegations:
            _take_act(kept_case, entry, side, "left")
            kept_case.version += 1


def _take_act(kept_case: KeptCase, entry: Entry, side: str, what: Literal["withheld", "done", "left"]) -> None:
    at, known_at = first_recorded_at(entry.record), read_time(entry.record["known_at"])
    kept_case.acts.append(SideAct(side=side, what=what, entry=entry.number, recorded_at=at, known_at=known_at))


def _take_case(on_record: KeptReviews, entry: Entry, known_at: datetime) -> None:
    record = entry.record
    code = f"R-{record['number']}"
    if code in on_record.cases:
        return
    before = record["before"]
    chain = on_record.cases[before].chain if before in on_record.cases else code
    put = record["put"]
    case = Case(
        number=record["number"],
        finding=record["finding"],
        incident=record["incident"],
        stipulation=record["stipulation"],
        questions=tuple(record["questions"]),
        put=put,
        dossier_entry=record["dossier"],
        list_entry=record["list"]["entry"],
        turn=record["round"],
        entry=entry.number,
        sha256=entry.sha256,
        put_at=known_at,
        put_by=record["by"],
        due=known_at,
        paused_s=0,
        before=before,
        why=record["why"],
        delegations=tuple(record["delegations"]),
        own_clause=tuple(record["own_clause"]),
        own_evidence=tuple(record["own_evidence"]),
        recused=record["recused"],
        simulated=bool(put.get("simulated", False)),
    )
    on_record.cases[code] = KeptCase(
        case=case, rule=_rule(on_record, record["rule"]), chain=chain, recorded_at=first_recorded_at(record)
    )
    on_record.touched.add(code)
    on_record.chains.setdefault(chain, []).append(code)
    on_record.by_finding[case.finding] = chain
    on_record.by_incident.setdefault(case.incident, []).append(code)
    for member in case.members[:1]:
        on_record.by_first_member.setdefault(member, []).append(code)


def _rule(on_record: KeptReviews, text: Mapping[str, Any]) -> ReviewRule:
    for place, (known, rule) in enumerate(on_record.rules):
        if known == text:
            if place:
                on_record.rules.insert(0, on_record.rules.pop(place))
            return rule
    rule = records.rule_of_text(text)
    on_record.rules[:] = [(text, rule), *on_record.rules[: _MOST_RULES - 1]]
    return rule


def _take_commitment(kept_case: KeptCase, entry: Entry, known_at: datetime) -> None:
    record = entry.record
    name = _bare(record["commitment"])
    sealed = Sealed(
        delegation=record["delegation"],
        person=record["by"],
        role=record["role"],
        turn=record["round"],
        commitment=name,
        sealed_object=record["sealed"],
        key=record["key"],
        sealed_to=tuple(record["sealed_to"]),
        entry=entry.number,
        recorded_at=first_recorded_at(record),
        known_at=known_at,
        files=(_file_in(record),),
    )
    kept_case.commits[name] = Commit(sealed=sealed, signed_at=read_time(record["signed_at"]))
    kept_case.withheld.pop(record["delegation"], None)


def _take_reseal(kept_case: KeptCase, entry: Entry, known_at: datetime) -> None:
    record = entry.record
    name = _bare(record["commitment"])
    if (commit := kept_case.commits.get(name)) is not None:
        last = _file_in(record)
        files = (last, *commit.sealed.files)
        anew = replace(commit.sealed, sealed_object=last.sealed_object, sealed_to=last.sealed_to, files=files)
        kept_case.commits[name] = replace(commit, sealed=anew)


def _file_in(record: Mapping[str, Any]) -> SealedFile:
    return SealedFile(record["sealed"], tuple(record["sealed_to"]), record["by"])


def _take_position(kept_case: KeptCase, entry: Entry, known_at: datetime) -> None:
    record = entry.record
    name = _bare(record["commitment"])
    commit = kept_case.commits.get(name)
    position = Said(
        delegation=record["delegation"],
        person=record["person"],
        role=record["role"],
        turn=record["round"],
        answers=record["answers"],
        names=record["names"],
        sha256=_bare(record["signed_sha256"]),
        opened_object=record["position"],
        commitment=name,
        key=record["key"],
        # Of the commitment as it stands here: after the loss of a ledger the numbers of a record mean other entries.
        committed_entry=commit.sealed.entry if commit else -1,
        entry=entry.number,
        signed_at=read_time(record["signed_at"]),
        recorded_at=first_recorded_at(record),
        is_late=record["late"],
        known_at=known_at,
    )
    kept_case.opened.append(position)
    kept_case.done.clear()  # nobody ended a discussion in which this was still to come
    if commit is not None:
        kept_case.commits[name] = replace(commit, is_opened=True)


def _take_withheld(kept_case: KeptCase, entry: Entry, known_at: datetime) -> None:
    kept_case.withheld.setdefault(entry.record["delegation"], known_at)
    _take_act(kept_case, entry, entry.record["delegation"], "withheld")


def _take_word(kept_case: KeptCase, entry: Entry, known_at: datetime) -> None:
    record = entry.record
    kept_case.words.append(
        Word(
            side=record["side"],
            role=record["role"],
            by=record["by"],
            words=record["words"],
            refers=tuple(record["refers"]),
            entry=entry.number,
            known_at=known_at,
            recorded_at=first_recorded_at(record),
        )
    )


def _take_done(kept_case: KeptCase, entry: Entry, known_at: datetime) -> None:
    kept_case.done[entry.record["side"]] = entry.number
    _take_act(kept_case, entry, entry.record["side"], "done")


def _take_outcome(kept_case: KeptCase, entry: Entry, known_at: datetime) -> None:
    record = entry.record
    if kept_case.outcome is None:
        kept_case.outcome = Outcome(
            state=record["state"],
            questions=record["questions"],
            attributed_to=record["attributed_to"],
            entry=entry.number,
            known_at=known_at,
            recorded_at=first_recorded_at(record),
        )
        kept_case.why, kept_case.left = record["why"], tuple(record["left"])


_TAKERS: Final = {
    records.COMMITMENT: _take_commitment,
    records.RESEAL: _take_reseal,
    records.POSITION: _take_position,
    records.WITHHELD: _take_withheld,
    records.WORD: _take_word,
    records.DONE: _take_done,
    records.OUTCOME: _take_outcome,
}


def _take_key(on_record: KeptReviews, entry: Entry, known_at: datetime) -> None:
    record = entry.record
    number = record["number"]
    if record["act"] == "ask":
        on_record.keys.setdefault(
            number,
            ReviewKey(
                number=number,
                delegation=record["delegation"],
                person=record["person"],
                use=record["use"],
                signs=record["signs"],
                opens=record["opens"],
                asked_entry=entry.number,
                asked_at=known_at,
            ),
        )
    elif number in on_record.keys and record["act"] == "enter":
        on_record.keys[number] = replace(on_record.keys[number], entered_entry=entry.number, entered_at=known_at)
    elif number in on_record.keys and on_record.keys[number].ended_entry < 0:
        on_record.keys[number] = replace(
            on_record.keys[number], ended_entry=entry.number, ended_at=known_at, ended_why=record["why"]
        )


def _take_check(on_record: KeptReviews, entry: Entry) -> None:
    undoes = entry.record["undoes"]
    if not undoes:
        on_record.checks[entry.number] = check_in(entry)
        return
    undone = [on_record.checks.pop(number) for number in undoes if number in on_record.checks]
    for of in dict.fromkeys(check.of for check in undone):
        own = [check for check in on_record.checks.values() if check.of == of]
        last = max(own, key=lambda check: (check.at, check.entry), default=None)
        moment = max(first_recorded_at(entry.record), *(check.at for check in (*undone, *own)))
        stood = replace(undone[0], of=of, at=moment, entry=entry.number, result=last.result if last else "answered")
        on_record.taken_back += [*(check for check in undone if check.of == of), stood]


def _bare(digest: str) -> str:
    return digest.removeprefix(records.DIGEST)
