"""A small watch with a list, two delegations with keys, and their hands: what tests of reviews begin from."""

from __future__ import annotations

import base64
import functools
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.builders import make_watch
from trucewatch.errors import LedgerError, StoreError
from trucewatch.ledger.note import LOG_ALGORITHM, SecretKey
from trucewatch.ledger.position import SealedPosition, opened_document, read_opened, sign_position, sign_positions
from trucewatch.model.review import Case
from trucewatch.model.review_rule import ReviewRule
from trucewatch.model.roles import Role
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import Watch
from trucewatch.pipeline import Assessment, assess
from trucewatch.pipeline import review_acts as acts
from trucewatch.pipeline.review_book import ReviewBook
from trucewatch.store import Store
from trucewatch.store.journal import Entry

NOW: Final = datetime(2031, 5, 5, tzinfo=UTC)
CONCUR: Final = {"happened": "concur", "what": "concur", "where_when": "concur"}
SIDES: Final = ("D1", "D2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """A person of a delegation with a pair of keys of one browser. number: makes the keys."""

    delegation: str
    name: str
    role: Role = Role.OFFICER
    number: int = 0

    @property
    def seed(self) -> bytes:
        return sha256(f"{self.delegation} {self.name} {self.number}".encode()).digest()

    @property
    def signs(self) -> SecretKey:
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        raw = private.public_key().public_bytes_raw()
        return SecretKey(f"review/{self.delegation}/{sha256(raw).hexdigest()[:8]}", LOG_ALGORITHM, private)

    @property
    def opens(self) -> pyrage.x25519.Identity:
        return _identity(self.seed)


@functools.cache
def _identity(seed: bytes) -> pyrage.x25519.Identity:
    return pyrage.x25519.Identity.generate()


def head_of(delegation: str) -> Hand:
    return Hand(delegation=delegation, name=f"head of {delegation}", role=Role.HEAD)


def officer_of(delegation: str, number: int = 0) -> Hand:
    return Hand(delegation=delegation, name=f"officer {number} of {delegation}", number=number)


A: Final = officer_of("D1")
B: Final = officer_of("D2")


@dataclass(slots=True)
class Room:
    """A store with a list, at a moment of the watch's clock (`now`) and of the computer's (`computer`)."""

    folder: Path
    store: Store
    assessment: Assessment
    now: datetime = NOW
    computer: datetime = NOW
    salts: int = 0
    documents: dict[str, bytes] = field(default_factory=dict)
    """What was sealed, by its commitment."""

    @property
    def watch(self) -> Watch:
        return self.assessment.watch

    @property
    def book(self) -> ReviewBook:
        return ReviewBook(self.store, self.watch, self.now)

    def case(self, code: str = "R-1") -> Case:
        return self.book.case(code)

    def pass_hours(self, hours: float) -> None:
        self.now += timedelta(hours=hours)
        self.computer += timedelta(hours=hours)

    def with_rule(self, **changes: Any) -> None:
        """Change the watch's rule from here on."""
        rule: ReviewRule = replace(self.watch.settings.review, **changes)
        watch = replace(self.watch, settings=replace(self.watch.settings, review=rule))
        self.assessment = replace(self.assessment, watch=watch)

    @property
    def findings(self) -> list[str]:
        """Ids of the findings of incidents."""
        return [row["finding_id"] for row in self.assessment.findings.to_pylist() if row["incident_id"]]

    def put(self, *numbers: int) -> list[Entry]:
        names = [self.findings[number] for number in numbers or (0,)]
        return acts.put_to_review(self.store, self.assessment, names, by="analyst", now=self.now)

    def change_list(self, number: int, **changes: Any) -> None:
        """Late evidence: another value in the row of a finding or of its incident."""
        finding = self.findings[number]
        rows = self.assessment.findings.to_pylist()
        incident = next(row["incident_id"] for row in rows if row["finding_id"] == finding)
        tables = {}
        for name, key, wanted in (("findings", "finding_id", finding), ("incidents", "incident_id", incident)):
            table = getattr(self.assessment, name)
            tables[name] = pa.Table.from_pylist(
                [
                    row | {field: value for field, value in changes.items() if field in row and row[key] == wanted}
                    for row in table.to_pylist()
                ],
                schema=table.schema,
            )
        self.assessment = replace(self.assessment, **tables)

    def take_off(self, number: int) -> str:
        """Late evidence: the list has a finding no more; its id."""
        finding, table = self.findings[number], self.assessment.findings
        self.assessment = replace(self.assessment, findings=table.filter(pc.not_equal(table["finding_id"], finding)))
        return finding

    def ask(self, hand: Hand) -> str:
        entry = acts.ask_key(
            self.store,
            self.watch,
            self.speaker(hand),
            signs=hand.signs.public.raw,
            opens=str(hand.opens.to_public()),
        )
        return f"OK-{entry.record['number']}"

    def enrol(self, *hands: Hand) -> None:
        """Keys of these people, in force."""
        for hand in hands:
            code = self.ask(hand)
            self.enter(code, hand.delegation)

    def enter(self, code: str, delegation: str) -> Entry:
        return acts.enter_key(self.store, self.watch, self.head(delegation), code)

    def speaker(self, hand: Hand) -> acts.Speaker:
        """A hand that acts now, by the watch's clock."""
        return acts.Speaker(delegation=hand.delegation, role=hand.role, person=hand.name, now=self.now)

    def head(self, delegation: str) -> acts.Speaker:
        """The head of a delegation, who acts now."""
        return self.speaker(head_of(delegation))

    def end(self, hand: Hand, why: Any = "lost") -> Entry:
        return acts.end_key(self.store, self.watch, self.head(hand.delegation), self.key_of(hand), why=why)

    def key_of(self, hand: Hand) -> str:
        keys = self.book.keys()
        return next(key.code for key in keys if key.signs == str(hand.signs.public))

    def document(
        self,
        hand: Hand,
        code: str = "R-1",
        answers: Mapping[str, str] = CONCUR,
        versions: Mapping[str, str] | None = None,
        reasons: Mapping[str, str] | None = None,
        **changes: Any,
    ) -> dict[str, Any]:
        """What is signed, as the to-sign document asks for it; `changes` are made to it."""
        asked = self.book.to_sign([code], hand.delegation, self.store.keys.person_reference(hand.name))
        (item,) = asked["items"]
        given: dict[str, Any] = {}
        for question, answer in answers.items():
            given[question] = {"answer": answer}
            if answer in ("dissent", "names"):
                given[question]["version"] = (versions or {}).get(question, "it was otherwise")
        return {
            "watch": asked["watch"],
            "log_origin": asked["log_origin"],
            "finding": item["finding"],
            "finding_sha256": item["finding_sha256"],
            "delegation": hand.delegation,
            "round": item["round"],
            "answers": given,
            "reasons": dict(reasons or {}),
            "previous_sha256": item["previous_sha256"],
            "signed_at": iso_utc(self.computer.replace(microsecond=0)),
        } | changes

    def salt(self) -> bytes:
        self.salts += 1
        return sha256(f"salt {self.salts}".encode()).digest()

    def sign(self, hand: Hand, code: str = "R-1", **given: Any) -> SealedPosition:
        return sign_position(self.document(hand, code, **given), hand.signs, self.salt())

    def sign_list(self, hand: Hand, codes: Sequence[str], **given: Any) -> list[SealedPosition]:
        documents = [self.document(hand, code, **given) for code in codes]
        return sign_positions(documents, hand.signs, [self.salt() for _ in codes])

    def seal(self, content: bytes, delegation: str) -> bytes:
        """Sealed to every key of a delegation that is in force."""
        keys = [pyrage.x25519.Recipient.from_str(key.opens) for key in self.book.keys_in_force(delegation)]
        return bytes(pyrage.encrypt(content, keys))

    def handed(self, hand: Hand, position: SealedPosition, code: str = "R-1", **changes: Any) -> acts.Handed:
        document = position.document
        self.documents[position.commitment] = opened_document(position)
        made = acts.Handed(
            code=code,
            finding_sha256=document["finding_sha256"],
            turn=document["round"],
            key=self.key_of(hand),
            commitment=position.commitment,
            signed_at=datetime.fromisoformat(document["signed_at"]),
            sealed=self.seal(opened_document(position, padded=True), hand.delegation),
        )
        return replace(made, **changes)

    def hand_in(self, hand: Hand, *items: acts.Handed, role: Role | None = None) -> list[Entry]:
        speaker = self.speaker(replace(hand, role=role or hand.role))
        return acts.commit_positions(self.store, self.watch, speaker, items, computer=self.computer)

    def commit(self, hand: Hand, code: str = "R-1", **given: Any) -> SealedPosition:
        """Sign, seal and hand in."""
        position = self.sign(hand, code, **given)
        self.hand_in(hand, self.handed(hand, position, code))
        return position

    def open(self, position: SealedPosition | bytes, hand: Hand, code: str = "R-1") -> list[Entry]:
        content = position if isinstance(position, bytes) else opened_document(position)
        return acts.open_position(self.store, self.watch, self.speaker(hand), code, content)

    def unseal(self, case: Case, hand: Hand) -> list[SealedPosition]:
        """What lies sealed of a hand's delegation and its key opens."""
        found = []
        for sealed in case.sealed:
            if sealed.delegation == hand.delegation and self.key_of(hand) in sealed.sealed_to:
                content = pyrage.decrypt(self.store.objects.get(sealed.sealed_object), [hand.opens])
                found.append(read_opened(content))
        return found

    def give(self, hand: Hand, code: str = "R-1", **given: Any) -> Entry:
        """A position in the open."""
        content = opened_document(self.sign(hand, code, **given))
        return self.give_document(hand, content, code)

    def give_document(self, hand: Hand, content: bytes, code: str = "R-1") -> Entry:
        return acts.give_position(self.store, self.watch, self.speaker(hand), code, content, computer=self.computer)

    def put_who(self, hand: Hand, code: str = "R-1") -> Entry:
        return acts.put_who(self.store, self.watch, self.speaker(hand), code)

    def withhold(self, hand: Hand, code: str = "R-1") -> list[Entry]:
        return acts.withhold(self.store, self.watch, self.speaker(hand), code)

    def say_done(self, hand: Hand, code: str = "R-1") -> list[Entry]:
        return acts.say_done(self.store, self.watch, self.speaker(hand), code)

    def speak(self, hand: Hand, text: str, *refers: str, code: str = "R-1") -> Entry:
        return acts.speak(self.store, self.watch, self.speaker(hand), code, text, refers)

    def leave(self, delegation: str) -> list[Entry]:
        return acts.leave(self.store, self.watch, self.head(delegation), reason="We withdraw.")

    def come_back(self, delegation: str) -> Entry:
        return acts.come_back(self.store, self.watch, self.head(delegation), reason="We return.")

    def close_due(self) -> list[Entry]:
        return acts.close_due(self.store, self.watch, self.now)

    def reopen_late(self) -> list[Entry]:
        return acts.reopen_late(self.store, self.assessment, now=self.now)


@functools.cache
def _prepared() -> tuple[Path, Assessment]:
    """The template with a list on record, made once a run."""
    folder = make_watch(Path(tempfile.mkdtemp(prefix="reviews-")) / "watch", rows=4)
    with Store(folder, lambda: NOW) as store:
        return folder, assess(store, folder, now=NOW)


@contextmanager
def room_in(folder: Path) -> Iterator[Room]:
    """A room in a folder that is not there yet."""
    prepared, assessment = _prepared()
    shutil.copytree(prepared, folder)
    moment: list[Room] = []
    with Store(folder, lambda: moment[0].computer if moment else NOW) as store:
        moment.append(Room(folder=folder, store=store, assessment=assessment))
        yield moment[0]


@contextmanager
def room_put(folder: Path) -> Iterator[Room]:
    """A room with an officer of each delegation, to whom its first finding is put."""
    with room_in(folder) as room:
        room.enrol(A, B)
        room.put()
        yield room


def refused(match: str) -> Any:
    """That an act of a review is refused, with these words."""
    return pytest.raises((StoreError, LedgerError), match=match)


def base64_of(text: str) -> tuple[bytes, ...]:
    """What a text looks like inside base64, whatever stands before it."""
    raw = text.encode()
    return tuple(base64.b64encode(b"x" * before + raw)[4 if before else 0 : -4] for before in range(3))
