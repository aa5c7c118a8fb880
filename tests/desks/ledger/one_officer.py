"""One officer's computer, with keys and files to be signed and opened, and the records that they are on."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.pipeline.test_command_line import call
from trucewatch.ledger.signing import write_canonical

PUT = {
    "kind": "explosion",
    "aspect": "air",
    "classes": ["blast"],
    "count_min": "2",
    "count_best": "",
    "count_max": "3",
    "lat": "44.51000",
    "lon": "40.20000",
    "semi_major_m": "510.0",
    "zones": ["halvane", "long-water"],
    "occurred_start": "2031-05-04T00:21:05Z",
    "occurred_end": "2031-05-04T00:25:00Z",
    "instrument": "accord",
    "provision": "1",
    "stipulation": "1a",
    "rule": "prohibited/2",
    "outcome": "inconsistent",
    "simulated": True,
}


def record_of(number: int, **changes: Any) -> str:
    """The record of a case as the ledger has it: R-1 puts f-1, and so on."""
    record = {
        "schema": "trucewatch/review-case/1",
        "number": number,
        "finding": f"f-{number}",
        "put": {**PUT, "finding_id": changes.get("finding", f"f-{number}")},
        "round": 1,
        "before": "",
        "delegations": ["A", "B"],
        "questions": ["happened", "what", "where_when"],
        **changes,
    }
    return write_canonical(record)


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


class Desk:
    """One officer's computer: a signing key, an opening key, and the head's recovery key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        call("keys", "new", "monitors.example/officer", "--role", "delegation", "--out", str(folder / "key"))
        self.opens = {
            name: call("keys", "new", f"monitors.example/{name}", "--role", role, "--out", str(folder / name))[1]
            for name, role in (("opening", "opening"), ("recovery", "recovery"), ("stranger", "opening"))
        }

    @staticmethod
    def key_in(text: str) -> str:
        """The age1… of what the command says of a new key."""
        return next(line for line in text.splitlines() if line.startswith("age1"))

    def to_sign(self, *items: dict[str, Any], **changes: Any) -> str:
        sealed_to = [
            {"code": code, "opens": self.key_in(self.opens[name])}
            for code, name in (("OK-1", "opening"), ("OK-2", "recovery"))
        ]
        document = {
            "schema": "trucewatch/positions-to-sign/1",
            "watch": "two-valleys",
            "log_origin": "trucewatch/abc",
            "delegation": "A",
            "sealed_to": sealed_to,
            "items": [self.item(number, **item) for number, item in enumerate(items, 1)],
            **changes,
        }
        path = self.folder / "to-sign.json"
        path.write_text(json.dumps(document, indent=1), "utf-8")
        return str(path)

    def item(self, number: int, **changes: Any) -> dict[str, Any]:
        of_record = {name: changes[name] for name in ("finding", "questions") if name in changes}
        record = changes.get("record", record_of(number, **of_record))
        return {
            "code": f"R-{number}",
            "finding": f"f-{number}",
            "finding_sha256": hash_of(str(record)),
            "round": 1,
            "questions": ["happened", "what", "where_when"],
            "previous_sha256": None,
            "record": record,
            "answers": dict.fromkeys(("happened", "what", "where_when"), "concur"),
            **changes,
        }

    @property
    def only_to(self) -> tuple[str, str]:
        """A file of the keys that the officer knows."""
        lines = [line for name in ("opening", "recovery") for line in self.opens[name].splitlines()]
        (self.folder / "known").write_text("\n".join(lines), "utf-8")
        return "--only-to", str(self.folder / "known")

    def sign(self, file: str, *more: str, code: str = "OK-1") -> tuple[int, str]:
        words = ["--key", str(self.folder / "key"), "--out", str(self.folder / "in.json"), "--code", code, *more]
        return call("sign", file, *words, "--yes", *(() if "--only-to" in more else self.only_to))

    @property
    def handed_in(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.folder / "in.json").read_text("utf-8"))
        return document

    @property
    def asked(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.folder / "to-sign.json").read_text("utf-8"))
        return document

    def sealed(self, **changes: Any) -> str:
        """What the console gives back of what was sealed."""
        records = {each["code"]: each["record"] for each in self.asked["items"]}
        items = [
            {
                "code": each["code"],
                "record": records[each["code"]],
                "entry": 7,
                "key": "OK-1",
                "commitment": each["commitment"],
                "sealed": each["sealed"],
                "sealed_to": ["OK-1"],
            }
            for each in self.handed_in["items"]
        ]
        path = self.folder / "sealed.json"
        path.write_text(json.dumps({"items": items, "step": "opening", **changes}), "utf-8")
        return str(path)

    def open(self, file: str, name: str = "opening", out: str = "opened.json") -> tuple[int, str]:
        key, where = str(self.folder / name), str(self.folder / out)
        return call("sign", "--open", file, "--opening-key", key, "--out", where)


DISSENT = {
    "answers": {"happened": "concur", "what": {"answer": "dissent", "version": "взрыв"}, "where_when": "abstain"},
    "reasons": {"what": "road works", "happened": ""},
}
