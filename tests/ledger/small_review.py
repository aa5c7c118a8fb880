"""A review in a small log: keys, a case, sealed and opened positions, an outcome, for tests of the inspector.

Records have the shapes of docs/ledger.md, "Positions"; each can be spoilt in one way by the fields that a caller gives.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from tests.ledger.positions import document_of, key_of, salt_of
from tests.ledger.small_log import SmallLog, run, wrong
from trucewatch.ledger.note import SecretKey
from trucewatch.ledger.position import SealedPosition, opened_document, sign_position, sign_positions

QUESTIONS = ("happened", "what", "where_when")
SIGNED_AT = "2031-05-04T00:30:00Z"
OPENED_AT = "2031-05-05T00:00:00Z"
"""A day after all cases were put: the clock of first positions has run out, whoever is awaited."""


def rule_text(**changes: Any) -> dict[str, Any]:
    """The rule of a case as its record holds it; `changes` hold of first positions and of *who*."""
    own = {"hours": "24.0", "each": "1", "signers": ["head", "officer"], "stands_in": [], "head_decides": True}
    return {**own, **changes, "attribution": {**own, **changes}}


class SmallReview:
    """What delegations A and B do in a log. Its acts add one record each and return the number of its entry."""

    def __init__(self, log: SmallLog) -> None:
        self.log = log
        self.keys = dict[str, SecretKey]()  # by code
        self.cases = dict[str, tuple[str, dict[str, Any]]]()  # code → hash, record
        self.names = dict[int, str]()  # entry → hash of its record
        self.sealed = dict[int, SealedPosition]()  # entry of a commitment → what was committed to

    def add(self, kind: str, **fields: Any) -> int:
        record = {"known_at": "2031-05-04T00:00:00Z", "by": "p", **fields}
        number = len(self.log.entries)
        self.names[number] = self.log.add(f"trucewatch/review-{kind}/1", **record)
        return number

    def key(self, number: int, delegation: str, *, seed: int = 0, entered: bool = True, **changes: Any) -> SecretKey:
        """A key OK-n of an officer, asked for and entered."""
        raw = key_of("x", seed or number).public.raw
        key = key_of(f"review/{delegation}/{sha256(raw).hexdigest()[:8]}", seed or number)
        self.keys[f"OK-{number}"] = key
        for act in ("ask", "enter")[: 1 + entered]:
            self.key_act(act, number, delegation, **changes)
        return key

    def key_act(self, act: str, number: int, side: str, /, **changes: Any) -> int:
        signs = str(self.keys[f"OK-{number}"].public)
        asked = {"number": number, "delegation": side, "person": f"p{number}", "use": "officer"}
        if act == "ask":
            asked["by"] = changes.get("person", asked["person"])
        return self.add("key", act=act, **{**asked, "signs": signs, "opens": "age1x", "why": "", **changes})

    def case(self, number: int, **changes: Any) -> str:
        """A finding is put; its code."""
        fields = {
            "number": number,
            "finding": f"f-{number:026}",
            "questions": list(QUESTIONS),
            "put": {"outcome": "not_kept"},
            "round": 1,
            "before": "",
            "why": "put",
            "delegations": ["A", "B"],
            "recused": {},
            "rule": rule_text(),
            **changes,
        }
        self.cases[f"R-{number}"] = self.names[self.add("case", **fields)], fields
        return f"R-{number}"

    def document(self, code: str, delegation: str, **changes: Any) -> dict[str, Any]:
        """What a delegation signs of a case: all three concur."""
        name, case = self.cases[code]
        answers = {question: {"answer": "concur"} for question in case["questions"]}
        return document_of(
            **{
                "finding": case["finding"],
                "finding_sha256": name,
                "log_origin": self.log.origin,
                "delegation": delegation,
                "round": case["round"],
                "answers": answers,
                "reasons": {},
                "signed_at": SIGNED_AT,
                **changes,
            }
        )

    def sign(self, code: str, delegation: str, key: str, **changes: Any) -> SealedPosition:
        return sign_position(self.document(code, delegation, **changes), self.keys[key], salt_of(len(self.log.entries)))

    def sign_list(self, codes: list[str], delegation: str, key: str) -> list[SealedPosition]:
        documents = [self.document(code, delegation) for code in codes]
        return sign_positions(documents, self.keys[key], [salt_of(1000 + at) for at in range(len(codes))])

    def commit(self, code: str, key: str, position: SealedPosition, /, **changes: Any) -> int:
        """A commitment, with what stands for an age file."""
        document = position.document
        fields = {
            "case": code,
            "finding_sha256": self.cases[code][0],
            "delegation": document["delegation"],
            "role": "officer",
            "round": document["round"],
            "commitment": f"sha256:{position.commitment}",
            "sealed": self.log.keep(b"age " + position.salt),
            "sealed_to": [key],
            "key": key,
            "signed_at": document["signed_at"],
            "list": "",
            "by": f"p{key[3:]}",
            **changes,
        }
        number = self.add("commitment", **fields)
        self.sealed[number] = position
        return number

    def open(self, code: str, key: str, position: SealedPosition, at: int = -1, /, **changes: Any) -> int:
        """A position as it is opened (`at`: the entry of its commitment) or given in the open."""
        document = position.document
        who = document["answers"].get("who", {})
        fields = {
            "case": code,
            "delegation": document["delegation"],
            "person": f"p{key[3:]}",
            "role": "officer",
            "round": document["round"],
            "answers": {question: given["answer"] for question, given in document["answers"].items()},
            "names": who.get("version", ""),
            "position": self.log.keep(opened_document(position)),
            "signed_sha256": f"sha256:{position.sha256}",
            "commitment": f"sha256:{position.commitment}" if at >= 0 else "",
            "commitment_entry": at,
            "key": key,
            "signed_at": document["signed_at"],
            "late": False,
            "known_at": OPENED_AT,
            **changes,
        }
        return self.add("position", **fields)

    def outcome(self, code: str, positions: list[int], **changes: Any) -> int:
        fields = {
            "case": code,
            "finding": self.cases[code][1]["finding"],
            "state": "agreed",
            "questions": dict.fromkeys(self.cases[code][1]["questions"], "agreed"),
            "attributed_to": "",
            "positions": positions,
            "why": "all_agree",
            **changes,
        }
        return self.add("outcome", **fields)

    def both(self, code: str, *, changes: dict[str, Any] | None = None) -> list[int]:
        """A by OK-1 and B by OK-2 commit, then open; the entries that opened."""
        positions = [self.sign(code, side, key, **(changes or {})) for side, key in (("A", "OK-1"), ("B", "OK-2"))]
        entries = [self.commit(code, f"OK-{at}", position) for at, position in enumerate(positions, 1)]
        pairs = enumerate(zip(positions, entries, strict=True), 1)
        return [self.open(code, f"OK-{at}", position, entry) for at, (position, entry) in pairs]


def reviewed(log: SmallLog) -> SmallReview:
    """Keys OK-1 of A and OK-2 of B, and the case R-1."""
    review = SmallReview(log)
    review.key(1, "A")
    review.key(2, "B")
    review.case(1)
    return review


def refused(review: SmallReview, entry: int, why: str) -> None:
    """The one fault is of the record of this entry, and says why."""
    review.log.publish()
    problem = wrong(review.log)
    name = review.names[entry]
    assert problem["file"] == f"objects/{name[:2]}/{name[2:]}"
    assert why in problem["what"]
    assert "tell all delegations" in problem["do"]


def holds(review: SmallReview) -> dict[str, Any]:
    """Nothing is wrong; what is said."""
    review.log.publish()
    code, document = run(review.log.watch, "--policy", review.log.policy())
    assert document["problems"] == []
    assert code == 0
    return document
