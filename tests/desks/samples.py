"""A record of every kind, as the journal holds it; a kind without one fails the contract of the desks.

A new desk brings its own in `tests/desks/NAME/samples.py`: SAMPLES, and what stands for the parameters of its
addresses.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from trucewatch.desks import find

OF_DESKS: Final[list[ModuleType]] = [
    import_module(f"tests.desks.{path.parent.name}.samples")
    for path in sorted(Path(__file__).parent.glob("*/samples.py"))
]
"""The samples that lie with the tests of a desk: SAMPLES, OTHERWISE (address → what it answers with, where that is no
page) and put_to_work(client, text) → what stands for each parameter. If it needs them: CHOICES and QUERIES as in
tests/server/addresses.py, POSTS (tests/desks/posts.py) and NO_REASON (below).

A desk that serves a humanitarian instance alone is put to work there (two-valleys-aid), and nowhere else; one that
serves both kinds in both. Where that is done otherwise in an instance, it has put_to_work_aid, AID_POSTS and
AID_ENTERS_NOTHING too, and NOT_IN_AID: addresses of which nothing can be shown there."""

_SERVES: Final = {desk.name: desk.serves for desk in find()}


def samples_for(kind: str, samples: Sequence[ModuleType] = OF_DESKS) -> list[ModuleType]:
    """Those of the desks that a watch of this kind has."""
    return [module for module in samples if kind in _SERVES.get(module.__name__.split(".")[-2], ("centre",))]


SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "evidence": (
        {"schema": "trucewatch/evidence/1", "name": "a.csv", "size_bytes": 1204, "source": "fires", "organisation": ""},
    ),
    "batch": (
        {"schema": "trucewatch/batch/1", "file": "a.csv", "observation_rows": 2, "counter_rows": 0, "rejected_rows": 1},
    ),
    "aid-refusal": (
        {"schema": "trucewatch/aid-refusal/1", "at": "2031-05-04T02:00:00Z", "door": "file", "by_rule": "birth"},
        {
            "schema": "trucewatch/aid-refusal/1",
            "at": "2031-05-04T02:00:00Z",
            "door": "form",
            "by_rule": "identity",
            "brought_by": "p-x",
        },
    ),
    "aid-entry": tuple(
        {
            "schema": "trucewatch/aid-entry/1",
            "id": "a-x",
            "table": table,
            "code": "RQ-3",
            "about": about,
            "version": version,
            "content": "w-x",
            "totals": {"quantity": 300},
            "acting_for": "HR",
            "reason": reason,
            "known_at": "2031-05-03T10:00:00Z",
            "by": "p-x",
        }
        for table, about, version, reason in (
            ("request", "", 1, ""),
            ("request", "", 2, "w-y"),
            ("promise", "RQ-3", 1, ""),
        )
    ),
    "aid-undo": (
        {
            "schema": "trucewatch/aid-undo/1",
            "undoes": "a-x",
            "table": "request",
            "code": "RQ-3",
            "reason": "w-x",
            "reason_code": "at_once",
            "by": "p-x",
            "known_at": "2031-05-03T10:00:00Z",
        },
    ),
    "aid-export": tuple(
        {
            "schema": "trucewatch/aid-export/1",
            "table": "activity",
            "format": "hxl",
            "rows": rows,
            "content": "sha256:x",
            "size_bytes": 1204,
            "by": "p-x",
            "known_at": "2031-05-03T10:00:00Z",
        }
        for rows in (1, 12)
    ),
    "list": (
        {"schema": "trucewatch/list/1", "level": "L2", "as_of": "2031-05-04T02:00:00Z"},
        {"schema": "trucewatch/list/2", "level": "L2", "as_of": "2031-05-04T02:00:00Z"},
    ),
    "calibration": tuple(
        {
            "schema": "trucewatch/calibration/1",
            "period": period,
            "until": "2031-05-01T00:00:00Z",
            "rows": rows,
            "method": "sure/1",
            "act": act,
            "anew_from": "all" if act else "",
            "reason": "w-x" if act else "",
            "by": "p-x" if act else "",
        }
        for period, rows, act in (("2031-05", 1, "k-x"), ("opening", 1204, "k-x"), ("2031-05", 1204, ""))
    ),
    "watch-files": ({"schema": "trucewatch/watch-files/1", "files": {"watch.toml": "a", "zones.geojson": "b"}},),
    "publication": (
        {
            "schema": "trucewatch/publication/1",
            "number": "TW-1",
            "revision": 0,
            "recipient": "public",
            "rows": ["r"],
            "file_digests": [{}, {}],
        },
    ),
    "key": (
        {"schema": "trucewatch/key/1", "act": "new", "role": "log", "key": "valleys+0a+AA", "holder": "", "reason": ""},
        {
            "schema": "trucewatch/key/1",
            "act": "lost",
            "role": "witness",
            "key": "valleys+0a+AA",
            "holder": "W",
            "reason": "the computer was stolen",
        },
    ),
    "drill": tuple(
        {
            "schema": "trucewatch/drill/1",
            "act": "end" if end else "begin",
            "number": 2,
            "label": "" if end else "w-x",
            "at": "2031-05-03T23:10:00Z",
            "end": end,
            "for": claim,
            "by": "p-x",
            "simulated": True,
        }
        for end, claim in (("", ""), ("over", ""), ("real", "CL-7"), ("real", ""), ("mistake", ""))
    ),
    "recipient-key": tuple(
        {
            "schema": "trucewatch/recipient-key/1",
            "recipient": "public",
            "key_digest": "sha256:00",
            "replaces_digest": "",
            "reason": reason,
        }
        for reason in ("new", "lost")
    ),
    "day-manifest": (
        {"schema": "trucewatch/day-manifest/1", "report": "two-valleys/2031-05-01/public", "revision": 2},
    ),
    "recipient-log": tuple(
        {
            "schema": "trucewatch/recipient-log/1",
            "recipient": "public",
            "origin": "trucewatch/00112233",
            "size": size,
            "root": "AA==",
            "vkey": "trucewatch/00112233+00000000+AA==",
        }
        for size in (1, 365)
    ),
    "incident-act": tuple(
        {
            "schema": "trucewatch/incident-act/1",
            "deed": deed,
            "reason": "undone at once, from the message that followed the act",
            "reason_code": "at_once",
            "by": "p-x",
            "parts": [["o-1", "o-2"]],
            "members": [],
            "undoes": "",
            "observation": {},
        }
        for deed in ("merge", "split", "retype", "reject", "add", "undo")
    ),
    "verification-step": tuple(
        {
            "schema": "trucewatch/verification-step/1",
            "id": "v-x",
            "incident": "i-1",
            "members": ["o-1"],
            "step": "access",
            "answer": answer,
            "who": "A",
            "note": "w-x",
            "by": "p-x",
            "known_at": "2031-05-03T10:00:00Z",
            "undoes": undoes,
        }
        for answer, undoes in (("refused", ""), ("", "v-y"))
    ),
    "report-draft": (
        {
            "schema": "trucewatch/report-draft/1",
            "draft": "d-x",
            "day_from": "2031-05-03",
            "recipient": "public",
            "act": "check",
            "version": 2,
            "by": "p-x",
        },
    ),
    "export": tuple(
        {
            "schema": "trucewatch/export/1",
            "format": "csv",
            "language": "ru",
            "number": "TW-1",
            "revision": 0,
            "issued": issued,
            "by": "p-x",
        }
        for issued in (True, False)
    ),
    "assent": tuple(
        {
            "schema": "trucewatch/assent/1",
            "subject": subject,
            "of": "sha256:x",
            "side": "NI",
            "role": "head",
            "by": "p-x",
            "known_at": "2031-05-03T10:00:00Z",
        }
        for subject in ("release:d-x:4", "reading:e-x:1", "reply:C-3:2")
    ),
    "assent-undo": (
        {
            "schema": "trucewatch/assent-undo/1",
            "subject": "release:d-x:4",
            "undoes": 12,
            "by": "p-x",
            "known_at": "2031-05-03T10:00:00Z",
        },
    ),
    "pruning": tuple(
        {"schema": "trucewatch/pruning/1", "lists": [4, 7, 9][:count], "objects": 60, "reason": "full", "by": "A"}
        for count in (1, 3)
    ),
    "erasure": ({"schema": "trucewatch/erasure/1", "erased": ["a"], "reason": "asked for", "ordered_by": "Court"},),
}
NO_REASON: Final[dict[str, str]] = {
    "publication": "issuing follows a check of the draft, and a correction says itself what changed",
    "report-draft": "nobody has it yet: every version stays, and the last act can be taken back",
    "aid-entry 1": "it says itself what is stated; a later version says why it corrects it",
    "aid-export": "it changes nothing; the record is the account of who took what",
    "export": "it changes nothing; the record is the account of who took what",
    "drill": "it says itself that it begins, or how it ended",
    "assent": "it says by whom and to what; whoever does not agree enters nothing",
    "assent-undo": "nobody has to say why they no longer agree",
    "verification-step": "it says itself what was asked and what came of it; a later step takes it back",
    "key new": "a first key replaces none",
    "calibration ": "a run makes each once, by the rule; whoever calibrates anew says why",
}
"""Acts by hand that need no reason, and why: a kind, or a kind and its `act`, or its `version` where it has no act."""
for samples in OF_DESKS:
    SAMPLES.update(samples.SAMPLES)
    NO_REASON.update(getattr(samples, "NO_REASON", {}))
