"""A watch with many reviewed findings: real keys, real signatures, sealed and opened positions. Simulated, seeded.

What people would enter over a year is entered at once: of each case both commitments, both positions, the outcome, as
the acts would record them. One dossier stands for those of all cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pyrage
from benchmarks import console
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from trucewatch.desks import find, indexes
from trucewatch.ledger.note import LOG_ALGORITHM, SecretKey
from trucewatch.ledger.position import SealedPosition, opened_document, sign_position
from trucewatch.model.review import QUESTIONS, Case
from trucewatch.model.review_outcome import settle
from trucewatch.model.roles import Role
from trucewatch.model.times import iso_utc
from trucewatch.pipeline import Assessment
from trucewatch.pipeline import review_acts as acts
from trucewatch.pipeline.dossier_fields import fields_of_incident
from trucewatch.pipeline.review_book import ReviewBook
from trucewatch.pipeline.review_putting import rows_of_findings
from trucewatch.server.console import Console
from trucewatch.store import Store
from trucewatch.store.dossiers import record_dossier
from trucewatch.store.review_records import case_record, commitment_record, outcome_record, position_record

SIDES: Final = ("NI", "SI")
REASON: Final = "Our patrol report of that morning names the same place, an hour earlier than the time given here."
"""What a delegation writes to a question in a simulated position."""
_AT_ONCE: Final = 500
"""Cases that are entered in one go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """Somebody of a delegation with a pair of keys; the keys are made of the delegation's name."""

    delegation: str
    opens: pyrage.x25519.Identity = field(default_factory=pyrage.x25519.Identity.generate, repr=False)

    @property
    def name(self) -> str:
        return f"Officer of {self.delegation}"

    @property
    def signs(self) -> SecretKey:
        private = Ed25519PrivateKey.from_private_bytes(sha256(self.delegation.encode()).digest())
        raw = private.public_key().public_bytes_raw()
        return SecretKey(f"review/{self.delegation}/{sha256(raw).hexdigest()[:8]}", LOG_ALGORITHM, private)


@dataclass(slots=True, kw_only=True)
class ReviewedWatch:
    """A watch that is open, its list, and an officer of each delegation whose key is in force. now: its clock."""

    folder: Path
    store: Store
    assessment: Assessment
    now: datetime
    officers: dict[str, Officer]
    findings: tuple[str, ...]
    """Ids of the findings of incidents; those from the first on are under review."""
    salts: int = 0

    @property
    def book(self) -> ReviewBook:
        return ReviewBook(self.store, self.assessment.watch, self.now)

    def key_of(self, officer: Officer) -> str:
        keys = self.book.keys()
        return next(key.code for key in keys if key.signs == str(officer.signs.public))

    def sign(self, officer: Officer, item: dict[str, Any], answer: str = "concur") -> SealedPosition:
        """A position as an item of the to-sign document asks for it."""
        self.salts += 1
        given: dict[str, str] = {"answer": answer} | ({"version": REASON} if answer == "dissent" else {})
        document = {
            "watch": self.assessment.watch.settings.id,
            "log_origin": self.store.public_key.name,
            "finding": item["finding"],
            "finding_sha256": item["finding_sha256"],
            "delegation": officer.delegation,
            "round": item["round"],
            "answers": dict.fromkeys(QUESTIONS, given),
            "reasons": {"where_when": REASON},
            "previous_sha256": None,
            "signed_at": iso_utc(datetime.now(UTC).replace(microsecond=0)),
        }
        return sign_position(document, officer.signs, sha256(f"salt {self.salts}".encode()).digest())

    def seal(self, officer: Officer, position: SealedPosition) -> bytes:
        """To the officer's key, as the browser does it."""
        return bytes(pyrage.encrypt(opened_document(position, padded=True), [officer.opens.to_public()]))

    def handed(self, officer: Officer, code: str, position: SealedPosition, sealed: bytes) -> acts.Handed:
        document = position.document
        return acts.Handed(
            code=code,
            finding_sha256=document["finding_sha256"],
            turn=document["round"],
            key=self.key_of(officer),
            commitment=position.commitment,
            signed_at=datetime.fromisoformat(document["signed_at"]),
            sealed=sealed,
        )

    def put(self, names: Sequence[str]) -> list[str]:
        """Put findings as a person does; the codes of their cases."""
        entries = acts.put_to_review(self.store, self.assessment, names, by="analyst", now=self.now)
        return [f"R-{entry.record['number']}" for entry in entries]


@contextmanager
def reviewed_watch(folder: Path, reviewed: int, *, waiting: int = 0) -> Iterator[ReviewedWatch]:
    """A watch in a folder that is not there yet, with so many findings that both delegations judged, and so many more
    that wait."""
    # Nine findings come of ten incidents.
    watch_folder = console.make_watch(folder, incidents=5 * (reviewed + waiting) // 4)
    with opened(watch_folder) as watch:
        for hand in watch.officers.values():
            _enrol(watch, hand)
        if len(watch.findings) < reviewed + waiting:
            raise SystemExit(f"{len(watch.findings)} findings, and {reviewed + waiting} are wanted")
        _review(watch, watch.findings[:reviewed])
        _put(watch, watch.findings[reviewed : reviewed + waiting], first=reviewed + 1)
        yield watch


@contextmanager
def opened(watch_folder: Path) -> Iterator[ReviewedWatch]:
    """A watch, opened, with its list worked out."""
    with Store(watch_folder, lambda: datetime.now(UTC), desks=indexes()) as store:
        kept = Console(store, watch_folder, lambda: datetime.now(UTC), find())
        assessment = kept.assessment()
        rows = assessment.recorded_findings.select(["finding_id", "incident_id"]).to_pylist()
        yield ReviewedWatch(
            folder=watch_folder,
            store=store,
            assessment=assessment,
            now=assessment.watch.settings.watch_time or datetime.now(UTC),
            officers={side: Officer(delegation=side) for side in SIDES},
            findings=tuple(row["finding_id"] for row in rows if row["incident_id"]),
        )
        kept.close()


def _enrol(watch: ReviewedWatch, officer: Officer) -> None:
    store, of_watch, now = watch.store, watch.assessment.watch, watch.now
    speaker = acts.Speaker(delegation=officer.delegation, role=Role.OFFICER, person=officer.name, now=now)
    asked = acts.ask_key(store, of_watch, speaker, signs=officer.signs.public.raw, opens=str(officer.opens.to_public()))
    head = acts.Speaker(delegation=officer.delegation, role=Role.HEAD, person=f"Head of {officer.delegation}", now=now)
    acts.enter_key(store, of_watch, head, f"OK-{asked.record['number']}")


def _put(watch: ReviewedWatch, names: Sequence[str], *, first: int) -> None:
    """Cases as `put_to_review` records them, all with the dossier of the first."""
    store, assessment = watch.store, watch.assessment
    if not names:
        return
    rows = rows_of_findings(assessment, names)
    dossier = _dossier(watch, rows[names[0]].incident)
    rule, list_object = assessment.watch.settings.review, store.journal.hash_of(assessment.list_entry)
    by = store.keys.person_reference("analyst")
    records = [
        case_record(
            number=number,
            finding=name,
            incident=rows[name].incident,
            stipulation=rows[name].put["stipulation"],
            questions=QUESTIONS,
            put=rows[name].put,
            dossier=dossier,
            list_entry=assessment.list_entry,
            list_object=list_object,
            turn=1,
            before="",
            why="put",
            delegations=SIDES,
            left=(),
            own_clause=(),
            own_evidence=(),
            recused={},
            rule=rule,
            known_at=watch.now,
            by=by,
        )
        for number, name in enumerate(names, first)
    ]
    store.commit(records)


def _dossier(watch: ReviewedWatch, incident: str) -> int:
    fields = fields_of_incident(watch.store, watch.assessment, incident, bytes(32), recipient="public")
    return record_dossier(watch.store, fields, watch.assessment.list_entry).number


def _review(watch: ReviewedWatch, names: Sequence[str]) -> None:
    for begin in range(0, len(names), _AT_ONCE):
        some = names[begin : begin + _AT_ONCE]
        _put(watch, some, first=begin + 1)
        _give(watch, [watch.book.case(f"R-{begin + 1 + place}") for place in range(len(some))])


def _give(watch: ReviewedWatch, cases: Sequence[Case]) -> None:
    """Both positions of each case, and what came of it: of every fifth one delegation dissents."""
    store = watch.store
    given: list[tuple[Case, Officer, SealedPosition]] = []
    for case in cases:
        item = {"finding": case.finding, "finding_sha256": case.sha256, "round": case.turn}
        for side, officer in watch.officers.items():
            answer = "dissent" if case.number % 5 == 0 and side == SIDES[case.number % 2] else "concur"
            given.append((case, officer, watch.sign(officer, item, answer)))
    keys = {side: watch.key_of(officer) for side, officer in watch.officers.items()}
    people = {side: store.keys.person_reference(officer.name) for side, officer in watch.officers.items()}
    sealed = store.objects.put_all([watch.seal(officer, position) for _, officer, position in given])
    commitments = store.commit(
        [
            commitment_record(
                case,
                delegation=officer.delegation,
                person=people[officer.delegation],
                role=Role.OFFICER,
                commitment=position.commitment,
                sealed=name,
                sealed_to=[keys[officer.delegation]],
                key=keys[officer.delegation],
                signed_at=datetime.fromisoformat(position.document["signed_at"]),
                act="",
                known_at=watch.now,
            )
            for (case, officer, position), name in zip(given, sealed, strict=True)
        ]
    )
    documents = store.objects.put_all([opened_document(position) for _, _, position in given])
    store.commit(
        [
            position_record(
                case,
                delegation=officer.delegation,
                person=people[officer.delegation],
                role=Role.OFFICER,
                turn=case.turn,
                answers={question: told["answer"] for question, told in position.document["answers"].items()},
                names="",
                position=name,
                signed_sha256=position.sha256,
                commitment=position.commitment,
                commitment_entry=entry.number,
                key=keys[officer.delegation],
                signed_at=datetime.fromisoformat(position.document["signed_at"]),
                is_late=False,
                known_at=watch.now,
                by=people[officer.delegation],
            )
            for (case, officer, position), name, entry in zip(given, documents, commitments, strict=True)
        ]
    )
    book = ReviewBook(store, watch.assessment.watch, watch.now + timedelta(seconds=1))
    records = []
    for each in cases:
        case = book.case(each.code)
        rule = book.rule(case)
        settled = settle(case, rule)
        records.append(
            outcome_record(
                case,
                settled,
                rule=rule,
                why="all_agree" if settled.state == "agreed" else "clock",
                known_at=watch.now,
                by="",
            )
        )
    store.commit(records, is_act=False)
