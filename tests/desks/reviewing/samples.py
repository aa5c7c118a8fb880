"""Reviews for the contract of the desks: a record of each kind, and a watch in which a finding is put."""

from __future__ import annotations

import re
from typing import Any, Final

from starlette.testclient import TestClient

_HEX: Final = "ab" * 32
_RULE: Final[dict[str, Any]] = {
    "hours": "24.0",
    "discussion_hours": "72.0",
    "each": "1",
    "signers": ["head", "officer"],
    "stands_in": [],
    "silence": "no_position",
    "head_decides": True,
    "recuse": False,
    "recuse_evidence": False,
    "objection_hours": "48.0",
    "decision_hours": "72.0",
    "attribution": {
        "hours": "72.0",
        "each": "1",
        "signers": ["head"],
        "stands_in": [],
        "silence": "no_position",
        "head_decides": False,
    },
}
_PUT: Final[dict[str, Any]] = {
    "finding_id": "f-x",
    "stipulation": "1a",
    "provision": "1",
    "instrument": "accord",
    "rule": "prohibited/3",
    "outcome": "inconsistent",
    "held": "",
    "reason": "in_force",
    "facts": "{}",
    "evidence": ["o-x"],
    "simulated": True,
    "incident_id": "i-x",
    "kind": "explosion",
    "aspect": "impact",
    "occurred_start": "2031-05-01T21:02:00Z",
    "occurred_end": "2031-05-01T21:07:00Z",
    "lon": "-35.01",
    "lat": "-25.02",
    "semi_major_m": "210.0",
    "semi_minor_m": "130.0",
    "count_min": "3",
    "count_best": "4",
    "count_max": "5",
    "rung": "corroborated",
    "first_known_at": "2031-05-01T21:10:00Z",
    "last_known_at": "2031-05-02T02:00:00Z",
    "members": ["o-x"],
    "classes": ["shelling"],
    "means": ["acoustic"],
    "zones": ["salt-road"],
}
_WHEN: Final = {"known_at": "2031-05-03T10:00:00Z", "by": "p-x"}
_CASE: Final[dict[str, Any]] = {
    "schema": "trucewatch/review-case/1",
    "id": "r-x",
    "number": 1,
    "finding": "f-x",
    "incident": "i-x",
    "stipulation": "1a",
    "questions": ["happened", "what", "where_when"],
    "put": _PUT,
    "dossier": 40,
    "list": {"entry": 25, "object": _HEX},
    "round": 1,
    "before": "",
    "why": "put",
    "delegations": ["NI", "SI"],
    "left": [],
    "own_clause": ["NI"],
    "own_evidence": [],
    "recused": {"NI": "clause"},
    "rule": _RULE,
    "side": "",
    "role": "",
    **_WHEN,
}
_OF_CASE: Final[dict[str, Any]] = {"case": "R-1", "delegation": "NI", **_WHEN}
_KEY: Final[dict[str, Any]] = {
    "schema": "trucewatch/review-key/1",
    "number": 1,
    "delegation": "NI",
    "person": "p-x",
    "use": "officer",
    "signs": "review/NI/0123abcd+89abcdef+AQ==",
    "opens": "age1x",
    "why": "",
    **_WHEN,
}
_POSITION: Final[dict[str, Any]] = {
    "schema": "trucewatch/review-position/1",
    **_OF_CASE,
    "person": "p-x",
    "role": "officer",
    "round": 1,
    "answers": {"happened": "concur", "what": "dissent", "where_when": "abstain"},
    "names": "",
    "position": _HEX,
    "signed_sha256": f"sha256:{_HEX}",
    "commitment": f"sha256:{_HEX}",
    "commitment_entry": 41,
    "key": "OK-1",
    "signed_at": "2031-05-03T09:58:00Z",
    "late": False,
}
SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "review-case": (
        _CASE,
        _CASE | {"number": 2, "round": 3, "before": "R-1", "why": "late_evidence", "left": ["SI"]},
        _CASE
        | {"number": 3, "questions": ["who"], "before": "R-1", "why": "attribution", "side": "NI", "role": "head"},
    ),
    "review-commitment": (
        {
            "schema": "trucewatch/review-commitment/1",
            **_OF_CASE,
            "finding_sha256": _HEX,
            "role": "officer",
            "round": 1,
            "commitment": f"sha256:{_HEX}",
            "sealed": _HEX,
            "sealed_to": ["OK-1", "OK-2"],
            "key": "OK-1",
            "signed_at": "2031-05-03T09:58:00Z",
            "list": "l-x",
        },
    ),
    "review-reseal": tuple(
        {
            "schema": "trucewatch/review-reseal/1",
            **_OF_CASE,
            "commitment": f"sha256:{_HEX}",
            "sealed": _HEX,
            "sealed_to": keys,
            "key": "OK-1",
        }
        for keys in (["OK-1"], ["OK-1", "OK-3"])
    ),
    "review-position": (
        _POSITION,
        _POSITION | {"round": 2, "commitment": "", "commitment_entry": -1, "names": "UV", "late": True},
    ),
    "review-withheld": ({"schema": "trucewatch/review-withheld/1", **_OF_CASE, "role": "head"},),
    "review-word": (
        {
            "schema": "trucewatch/review-word/1",
            "case": "R-1",
            "side": "NI",
            "role": "officer",
            "words": "w-x",
            "refers": ["o-x", "41"],
            **_WHEN,
        },
    ),
    "review-done": (
        {"schema": "trucewatch/review-done/1", "case": "R-1", "side": "NI", "role": "head", "round": 2, **_WHEN},
    ),
    "review-outcome": tuple(
        {
            "schema": "trucewatch/review-outcome/1",
            "case": "R-1",
            "finding": "f-x",
            "state": state,
            "questions": {"happened": "agreed", "what": "differ", "where_when": "not_answered"},
            "attributed_to": attributed,
            "positions": [43, 44],
            "rule": _RULE,
            "why": why,
            **_WHEN,
        }
        for state, why, attributed in (
            ("agreed", "all_agree", ""),
            ("agreed_in_part", "all_done", ""),
            ("not_agreed", "clock", ""),
            ("withheld", "clock", ""),
            ("closed_unreviewed", "departure", ""),
            ("agreed", "all_agree", "UV"),
        )
    ),
    "review-key": (
        *(_KEY | {"act": act, "use": use} for act in ("ask", "enter") for use in ("officer", "recovery")),
        *(
            _KEY | {"act": "end", "use": use, "why": why}
            for use in ("officer", "recovery")
            for why in ("lost", "replaced", "left_office", "departure")
        ),
    ),
    "delegation-left": tuple(
        {"schema": "trucewatch/delegation-left/1", "delegation": "NI", "act": act, "reason": "w-x", **_WHEN}
        for act in ("leave", "return")
    ),
    "review-wording": tuple(
        {
            "schema": "trucewatch/review-wording/1",
            "case": "R-1",
            "number": 1,
            "of": of,
            "texts": {"en": "w-x", "ru": "w-y"},
            "sha": f"sha256:{_HEX}",
            "id": "rw-x",
            "side": "NI",
            "role": "officer",
            **_WHEN,
        }
        for of in ("NI", "common")
    ),
    "review-wording-signed": (
        {
            "schema": "trucewatch/review-wording-signed/1",
            "case": "R-1",
            "number": 1,
            "wording": 51,
            "wording_id": "rw-x",
            "delegation": "NI",
            "role": "head",
            "document": {"schema": "trucewatch/signature/1"},
            "differences": f"sha256:{_HEX}",
            **_WHEN,
        },
    ),
}
NO_REASON: Final[dict[str, str]] = {
    "review-case": "a finding of the list is put, as the rule of the watch says",
    "review-commitment": "the reasons lie sealed in it",
    "review-reseal": "the same position, sealed to the keys that are in force",
    "review-position": "the reasons stand in the position itself",
    "review-withheld": "a delegation need not say why it gives none",
    "review-word": "it is words itself",
    "review-done": "that there is no more to say",
    "review-key ask": "public keys are shown",
    "review-key enter": "the head enters them",
    "review-key end": "why is one of a list, and stands in it",
    "review-wording": "it is words itself",
    "review-wording-signed": "what is signed stands in it",
}
QUERIES: Final[dict[str, tuple[str, ...]]] = {"/review": ("", "?state=all")}
OTHERWISE: Final[dict[str, str]] = {
    # Whose they are nobody is without accounts: signing has tests with two people.
    "/review/to-sign": "absent",
    "/review/to-sign.json": "absent",
    "/review/R-{number}/to-sign.json": "absent",
    "/review/R-{number}/sealed": "absent",
    "/review/R-{number}/sealed.json": "absent",
    "/review/R-{number}/position-{entry}.json": "absent",
    "/review/keys/mine": "data",
}
_NOBODY: Final = "without accounts nobody speaks for a delegation"
POSTS: Final[dict[str, Any]] = {"/review/put": lambda busy: {"finding": [not_put(busy.client)[0]]}}
ENTERS_NOTHING: Final[dict[str, str]] = {
    "/review/commit": _NOBODY,
    "/review/R-{number}/open": _NOBODY,
    "/review/R-{number}/position": _NOBODY,
    "/review/R-{number}/reseal": _NOBODY,
    "/review/R-{number}/speak": _NOBODY,
    "/review/R-{number}/done": _NOBODY,
    "/review/R-{number}/withhold": _NOBODY,
    "/review/R-{number}/who": _NOBODY,
    "/review/R-{number}/wording": _NOBODY,
    "/review/R-{number}/wording/{version}/sign": _NOBODY,
    "/review/keys/ask": _NOBODY,
    "/review/keys/paste": _NOBODY,
    "/review/keys/{code}/enter": _NOBODY,
    "/review/keys/{code}/end": _NOBODY,
    "/review/leaving": _NOBODY,
    "/review/hand-in": _NOBODY,
}


def not_put(client: TestClient) -> list[str]:
    """The findings that the page offers, in its order."""
    found = re.findall(r'name="finding" value="([^"]+)"', client.get("/review/put").text)
    assert found, "the page offers no finding"
    return found


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """Findings of two events are put; what stands for `{number}` is the first."""
    client.post("/review/put", data={"finding": not_put(client)[:2]})
    return {
        "/review/R-{number}": "1",
        "/review/R-{number}/position-{entry}": "1",
        "/review/keys/{code}": "OK-1",
    }
