"""Officers and heads of both delegations with keys of their own, who sign, seal and open as a browser does it, over the
console's own addresses."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from hashlib import sha256
from typing import Any, Final

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from httpx2 import Response

from tests.server.signing_in import Colleague, enrol
from tests.store.test_sign_in_accounts import Clock
from trucewatch.ledger.note import LOG_ALGORITHM, SecretKey, read_public_key
from trucewatch.ledger.position import opened_document, read_opened, sign_position
from trucewatch.model.roles import Role
from trucewatch.model.times import iso_utc
from trucewatch.server.console import Console

PEOPLE: Final = (
    ("Anna Reef", "anna", Role.HEAD, "NI"),
    ("Ben Skerry", "ben", Role.OFFICER, "NI"),
    ("Cleo Shoal", "cleo", Role.HEAD, "SI"),
    ("Dan Holm", "dan", Role.OFFICER, "SI"),
)
QUESTIONS: Final = ("happened", "what", "where_when")


@dataclass
class Signer:
    """Somebody who speaks for a delegation, with the private halves of their keys. code: OK-n, once it is asked for."""

    colleague: Colleague
    side: str
    role: Role
    signing: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate, repr=False)
    opening: Any = field(default_factory=pyrage.x25519.Identity.generate, repr=False)
    code: str = ""

    def get(self, path: str) -> Response:
        return self.colleague.browser.get(path)

    def post(self, path: str, **fields: Any) -> Response:
        """A form, as the page of it sends it."""
        return self.colleague.browser.post(path, data=fields)

    def send(self, path: str, document: Mapping[str, Any]) -> Response:
        """What the page's own script sends."""
        token = sha256(json.dumps(document).encode()).hexdigest()
        return self.colleague.browser.post(path, json=document, headers={"idempotency-key": token})

    def ask_for_key(self) -> str:
        raw = base64.b64encode(self.signing.public_key().public_bytes_raw()).decode()
        answer = self.send("/review/keys/ask", {"signs": raw, "opens": str(self.opening.to_public())})
        assert answer.status_code == 200, answer.text
        self.code = answer.json()["code"]
        return self.code

    def seal(self, code: str, answers: Mapping[str, str], **reasons: str) -> Response:
        """Commit a first position. answers: question → answer, a dissent as `dissent:one's own version`."""
        asked = self._asked(code)
        position = sign_position(self._document(asked, answers, reasons), self.key(), bytes(range(32)))
        to = [pyrage.x25519.Recipient.from_str(each["opens"]) for each in asked["sealed_to"]]
        item = {
            "code": code,
            "finding_sha256": asked["items"][0]["finding_sha256"],
            "round": asked["items"][0]["round"],
            "key": self.code,
            "commitment": position.commitment,
            "signed_at": position.document["signed_at"],
            "sealed": base64.b64encode(pyrage.encrypt(opened_document(position, padded=True), to)).decode(),
        }
        answer = self.send("/review/commit", {"items": [item]})
        assert answer.status_code == 200, answer.text
        return answer

    def open(self, code: str) -> None:
        """Open all that one's own delegation sealed in a case, as far as one's key does."""
        for item in self.get(f"/review/{code}/sealed").json()["items"]:
            content = pyrage.decrypt(base64.b64decode(item["sealed"]), [self.opening])
            text = opened_document(read_opened(content)).decode()
            answer = self.send(f"/review/{code}/open", {"opened": text})
            assert answer.status_code == 200, answer.text

    def give(self, code: str, answers: Mapping[str, str], **reasons: str) -> None:
        """Give a later position, in the open."""
        document = self._document(self._asked(code), answers, reasons)
        text = opened_document(sign_position(document, self.key(), bytes(32))).decode()
        answer = self.send(f"/review/{code}/position", {"opened": text})
        assert answer.status_code == 200, answer.text

    def _asked(self, code: str) -> dict[str, Any]:
        answer = self.get(f"/review/to-sign?codes={code}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def _document(
        self, asked: Mapping[str, Any], answers: Mapping[str, str], reasons: Mapping[str, str]
    ) -> dict[str, Any]:
        item = asked["items"][0]
        return {
            "watch": asked["watch"],
            "log_origin": asked["log_origin"],
            "finding": item["finding"],
            "finding_sha256": item["finding_sha256"],
            "delegation": asked["delegation"],
            "round": item["round"],
            "answers": {question: _answer(word) for question, word in answers.items()},
            "reasons": dict(reasons),
            "previous_sha256": item["previous_sha256"],
            "signed_at": iso_utc(self.colleague.clock.moment.replace(microsecond=0).astimezone(UTC)),
        }

    def key(self) -> SecretKey:
        """The signing key under the name that the ledger gives it."""
        console = self.colleague.console
        for entry in console.store.journal.entries():
            record = entry.record
            if record["schema"] == "trucewatch/review-key/1" and f"OK-{record['number']}" == self.code:
                return SecretKey(read_public_key(record["signs"]).name, LOG_ALGORITHM, self.signing)
        raise AssertionError(self.code)


@dataclass
class Delegations:
    """Two heads and two officers, whose keys are in force."""

    console: Console
    anna: Signer
    ben: Signer
    cleo: Signer
    dan: Signer

    def put(self, count: int = 1) -> list[str]:
        """Put so many findings of the list; the codes of their cases."""
        console = self.console
        console.assessment()
        findings = console.snapshot.findings.filter(
            [bool(incident) for incident in console.snapshot.findings["incident_id"].to_pylist()]
        )
        wanted = list(dict.fromkeys(findings["finding_id"].to_pylist()))[:count]
        before = len(console.store.journal)
        answer = self.anna.post("/review/put", finding=wanted)
        assert answer.status_code == 303, answer.text[-3000:]
        return [
            f"R-{entry.record['number']}"
            for entry in console.store.journal.entries(before)
            if entry.record["schema"] == "trucewatch/review-case/1"
        ]


def both(console: Console, clock: Clock, *, with_keys: bool = True) -> Delegations:
    """Everybody enrolled, after an administrator; with_keys: and their keys entered by the heads."""
    enrol(console, clock, "Nora Quill", "nora", Role.ADMINISTRATOR)
    people = [
        Signer(enrol(console, clock, name, login, role, side=side), side, role) for name, login, role, side in PEOPLE
    ]
    anna, ben, cleo, dan = people
    if with_keys:
        for signer, head in ((anna, anna), (ben, anna), (cleo, cleo), (dan, cleo)):
            code = signer.ask_for_key()
            answer = head.post(f"/review/keys/{code}/enter")
            assert answer.status_code == 303, answer.text[-3000:]
    return Delegations(console, anna, ben, cleo, dan)


def _answer(word: str) -> dict[str, str]:
    answer, _, version = word.partition(":")
    return {"answer": answer} | ({"version": version} if version else {})


def all_of(word: str) -> dict[str, str]:
    return dict.fromkeys(QUESTIONS, word)
