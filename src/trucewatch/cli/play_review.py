"""The invented review of an example: its delegations judge findings, through the operations of the pages, with keys
that are published. Nothing is entered twice, whoever plays it again.

An act is entered while nothing later is on record of the review, so that what people do afterwards stays the last word.
Positions are signed, sealed and opened as officers do it; what is sealed lies nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyrage

from trucewatch.cli.published_keys import PublishedHand, hand_of
from trucewatch.errors import StoreError
from trucewatch.ledger.position import (
    SealedPosition,
    opened_document,
    read_opened,
    sign_at_once,
)
from trucewatch.ledger.signing import sign_record
from trucewatch.messages import Message
from trucewatch.model.decisions import Decision
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.model.review import QUESTIONS, Case
from trucewatch.model.roles import Role
from trucewatch.model.times import as_utc, iso_utc, read_time
from trucewatch.model.watch import Watch
from trucewatch.pipeline import Assessment
from trucewatch.pipeline import review_acts as acts
from trucewatch.pipeline.agreed_wording import (
    COMMON,
    bytes_to_sign,
    compared,
    enter_wording,
    sign_wording,
    signing_keys,
    wordings,
)
from trucewatch.pipeline.deciding_release import Wanted, decisions, propose_decision
from trucewatch.pipeline.objecting import object_in_writing
from trucewatch.pipeline.review_book import ReviewBook
from trucewatch.simulate.night import Night, moment_of
from trucewatch.simulate.review_night import ReviewAct, ReviewNight, read_review
from trucewatch.store import Store
from trucewatch.store.assent_records import ASSENT, enter_assent
from trucewatch.store.decision_records import DECISION, OBJECTION
from trucewatch.store.kind_entries import entries_of_kind
from trucewatch.store.wording_records import SIGNED, WORDING

FILE: Final = "review.toml"
_BESIDE: Final = {"text": WORDING, "sign_text": SIGNED, "propose": DECISION, "assent": ASSENT, "object": OBJECTION}
"""Acts that are no step of a case: known again by their kind and moment."""
_MOMENT: Final = timedelta(seconds=1)


def review_of(example: Path) -> ReviewNight | None:
    """The review of an example; None for one without."""
    path = example / FILE
    return read_review(path.read_text("utf-8")) if path.is_file() else None


@dataclass(slots=True)
class ReviewPlayer:
    """What of an invented review is entered next. clock: the computer's. assess: the list as it stands on record."""

    store: Store
    watch: Watch
    night: Night
    review: ReviewNight
    clock: Callable[[], datetime]
    assess: Callable[[], Assessment]
    entered: int = 0
    _list: Assessment | None = None

    def play(self) -> int:
        """Enter what is not entered yet, before anything of the night itself is; how many acts were."""
        self._enter_keys()
        for act in self.review.act:
            for at, keys in act.moments():
                moment = moment_of(at, self.watch)
                if not self._is_entered(act, moment):
                    self._enter(act, keys, moment)
                    self.entered += 1
        return self.entered

    def play_late(self) -> int:
        """Hold what came since against what was judged; how many findings are put once more."""
        moment = moment_of(self.review.late_at, self.watch)
        if any(case.why == "late_evidence" for case in self._book(moment).cases()) or not self._is_new(moment):
            return 0
        self._list = None
        return len(acts.reopen_late(self.store, self._recorded(), now=moment))

    def key_codes(self) -> dict[tuple[str, str], str]:
        """(key of a person, officer | recovery) → the code of their test key."""
        asked = self._book(self.clock()).keys()
        opens = {key.opens: key.code for key in asked}
        return {
            (key, use): opens.get(str(identity.to_public()), "")
            for use, people in (("officer", self.review.keys.people), ("recovery", self.review.keys.recovery))
            for key in people
            for hand in (hand_of(self.night, key),)
            for identity in (hand.opens if use == "officer" else hand.recovers,)
        }

    def waits(self) -> Case | None:
        """A case that waits for the first position of both; None where none does."""
        now = moment_of(self.review.late_at, self.watch)
        cases = [case for case in self._book(now).cases() if case.step == "blind" and not case.sealed]
        return cases[0] if cases else None

    # What is known again

    def _is_new(self, moment: datetime) -> bool:
        """Whether nothing of a review is on record of this moment or later."""
        return self._book(moment - _MOMENT).now < moment

    def _is_entered(self, act: ReviewAct, moment: datetime) -> bool:
        schema = _BESIDE.get(act.do)
        if schema is None:
            return not self._is_new(moment)
        return any(entry.record.get("known_at") == iso_utc(moment) for entry in entries_of_kind(self.store, schema))

    def _book(self, moment: datetime) -> ReviewBook:
        return ReviewBook(self.store, self.watch, as_utc(moment))

    def _recorded(self) -> Assessment:
        if self._list is None:
            self._list = self.assess()
        return self._list

    def _case(self, key: str, moment: datetime) -> Case:
        """The case of a key of the file, as it stands. Raises StoreError where it was not put."""
        book = self._book(moment)
        put = next((each for act in self.review.act for each in act.put if each.key == key), None)
        if put is not None:
            for case in book.cases():
                if case.why == "put" and case.stipulation == put.stipulation and put.of in case.members:
                    return case
        asked = next((act for act in self.review.act if act.key == key), None)
        if asked is not None:
            before = self._case(asked.on[0], moment)
            for case in book.cases():
                if case.is_of_who and case.before == before.code:
                    return case
        raise StoreError(Message('"{key}" of review.toml is no case that was put; make the example anew', key=key))

    # The acts

    def _enter_keys(self) -> None:
        moment = moment_of(self.review.keys.at, self.watch)
        if not self._is_new(moment):
            return
        own = [(key, False) for key in self.review.keys.people]
        recovery = [(key, True) for key in self.review.keys.recovery]
        heads = {person.side: person.name for person in self.night.person if person.role == Role.HEAD}
        for key, is_recovery in own + recovery:
            hand = hand_of(self.night, key)
            entry = acts.ask_key(
                self.store,
                self.watch,
                _speaker(hand, moment),
                signs=b"" if is_recovery else hand.signs.public.raw,
                opens=str((hand.recovers if is_recovery else hand.opens).to_public()),
                use="recovery" if is_recovery else "officer",
            )
            head = acts.Speaker(delegation=hand.side, role=Role.HEAD, person=heads[hand.side], now=moment)
            acts.enter_key(self.store, self.watch, head, f"OK-{entry.record['number']}")
            self.entered += 1

    def _enter(self, act: ReviewAct, keys: Sequence[str], moment: datetime) -> None:
        hand = hand_of(self.night, act.by)
        if act.do == "put":
            self._put(act, hand, moment)
            return
        codes = [self._case(key, moment).code for key in keys]
        store, watch, speaker = self.store, self.watch, _speaker(hand, moment)
        match act.do:
            case "seal":
                self._seal(act, hand, codes, moment)
            case "open":
                self._open(hand, codes[0], moment)
            case "give":
                self._give(act, hand, codes[0], moment)
            case "withhold":
                acts.withhold(store, watch, speaker, codes[0])
            case "speak":
                acts.speak(store, watch, speaker, codes[0], act.says, act.refers)
            case "done":
                acts.say_done(store, watch, speaker, codes[0])
            case "put_who":
                acts.put_who(store, watch, speaker, codes[0])
            case "text":
                case = self._book(moment).case(codes[0])
                enter_wording(store, watch, speaker, case, act.of or COMMON, act.texts)
            case "sign_text":
                self._sign_text(hand, codes[0], moment)
            case "propose":
                self._propose(act, hand, codes[0], moment)
            case "assent":
                self._assent(hand, codes[0], moment)
            case "object":
                self._object(act, hand, codes[0], moment)

    def _put(self, act: ReviewAct, hand: PublishedHand, moment: datetime) -> None:
        of_report = {
            (row["stipulation"], member): row["finding_id"]
            for row, members in _findings_with_members(self._recorded())
            for member in members
        }
        found = [of_report[each.stipulation, each.of] for each in act.put]
        acts.put_to_review(self.store, self._recorded(), found, by=hand.name, now=moment)

    def _documents(self, act: ReviewAct, hand: PublishedHand, codes: Sequence[str], moment: datetime) -> list[Any]:
        """What is signed, as the document of the page asks for it."""
        person = self.store.keys.person_reference(hand.name)
        asked = self._book(moment).to_sign(codes, hand.side, person)
        given = {
            question: {"answer": getattr(act, question)}
            | ({"version": act.versions[question]} if question in act.versions else {})
            for question in (*QUESTIONS, "who")
        }
        return [
            {
                **{name: asked[name] for name in ("watch", "log_origin", "delegation")},
                **{name: item[name] for name in ("finding", "finding_sha256", "round", "previous_sha256")},
                "answers": {question: given[question] for question in item["questions"]},
                "reasons": dict(act.reasons),
                "signed_at": iso_utc(self.clock().replace(microsecond=0)),
            }
            for item in asked["items"]
        ]

    def _seal(self, act: ReviewAct, hand: PublishedHand, codes: Sequence[str], moment: datetime) -> None:
        positions = sign_at_once(self._documents(act, hand, codes, moment), hand.signs)
        book = self._book(moment)
        in_force = book.keys_in_force(hand.side)
        own = next(key.code for key in in_force if key.signs == str(hand.signs.public))
        keys = [pyrage.x25519.Recipient.from_str(key.opens) for key in in_force]
        items = [
            acts.Handed(
                code=code,
                finding_sha256=position.document["finding_sha256"],
                turn=position.document["round"],
                key=own,
                commitment=position.commitment,
                signed_at=read_time(position.document["signed_at"]),
                sealed=bytes(pyrage.encrypt(opened_document(position, padded=True), keys)),
            )
            for code, position in zip(codes, positions, strict=True)
        ]
        acts.commit_positions(self.store, self.watch, _speaker(hand, moment), items, computer=self.clock())

    def _open(self, hand: PublishedHand, code: str, moment: datetime) -> None:
        for sealed in self._book(moment).case(code).sealed:
            if sealed.delegation == hand.side:
                content = pyrage.decrypt(self.store.objects.get(sealed.sealed_object), [hand.opens])
                position: SealedPosition = read_opened(bytes(content))
                acts.open_position(self.store, self.watch, _speaker(hand, moment), code, opened_document(position))

    def _give(self, act: ReviewAct, hand: PublishedHand, code: str, moment: datetime) -> None:
        (position,) = sign_at_once(self._documents(act, hand, [code], moment), hand.signs)
        acts.give_position(
            self.store,
            self.watch,
            _speaker(hand, moment),
            code,
            opened_document(position),
            computer=self.clock(),
        )

    def _sign_text(self, hand: PublishedHand, code: str, moment: datetime) -> None:
        book = self._book(moment)
        case = book.case(code)
        latest = [each for each in wordings(self.store, code) if each.of == COMMON][-1]
        now = self.clock().replace(microsecond=0)
        sign_wording(
            self.store,
            self.watch,
            _speaker(hand, moment),
            case,
            latest.number,
            sign_record(bytes_to_sign(self.store, latest), hand.signs, iso_utc(now)),
            differences=compared(self.store, self.watch, case, latest).digest,
            keys=signing_keys(book.keys_in_force(hand.side)),
            computer=self.clock(),
        )

    def _propose(self, act: ReviewAct, hand: PublishedHand, code: str, moment: datetime) -> None:
        case = self._book(moment).case(code)
        incident = _incident(self._recorded(), case.incident)
        wanted = Wanted(subject=code, opens=act.opens, to=act.to, reason=act.says)
        propose_decision(self.store, self.watch, wanted, incident, case, by=hand.name, now=moment)

    def _decision(self, code: str) -> Decision:
        return next(each for each in decisions(self.store, self.watch) if each.subject == code)

    def _assent(self, hand: PublishedHand, code: str, moment: datetime) -> None:
        decision = self._decision(code)
        enter_assent(
            self.store,
            decision.assent_subject,
            person=self.store.keys.person_reference(hand.name),
            side=hand.side,
            role=hand.role,
            now=moment,
            of=decision.digest,
        )

    def _object(self, act: ReviewAct, hand: PublishedHand, code: str, moment: datetime) -> None:
        decision = self._decision(code)
        object_in_writing(
            self.store,
            self.watch,
            about=decision.code,
            party=act.party,
            language=act.language,
            words=act.says,
            in_print=act.in_print,
            told_at=decision.agreed_known_at,
            by=hand.name,
            now=moment,
        )


def _speaker(hand: PublishedHand, moment: datetime) -> acts.Speaker:
    return acts.Speaker(delegation=hand.side, role=Role(hand.role), person=hand.name, now=moment)


def _findings_with_members(assessment: Assessment) -> list[tuple[dict[str, Any], list[str]]]:
    """The findings of incidents, each with the reports of its incident."""
    incidents = assessment.recorded_incidents.select(["incident_id", "members"]).to_pylist()
    members = {row["incident_id"]: row["members"] for row in incidents}
    findings = assessment.recorded_findings.select(["finding_id", "stipulation", "incident_id"]).to_pylist()
    return [(row, members[row["incident_id"]]) for row in findings if row["incident_id"] in members]


def _incident(assessment: Assessment, incident_id: str) -> Incident | None:
    incidents = assessment.recorded_incidents
    rows = incident_rows(
        incidents.filter(pc.is_in(incidents["incident_id"], value_set=pa.array([incident_id], pa.string())))
    )
    return rows[0] if rows else None
