"""A post-box for the contract of the desks: a record of each kind, a peer whose digits are compared, and messages."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

from starlette.testclient import TestClient

from trucewatch.model.aid_registry import TABLES
from trucewatch.model.ids import Sha256, short_id
from trucewatch.model.post_card import PostCard, card_bytes
from trucewatch.model.record_mapping import record_from
from trucewatch.model.sealed_message import Envelope, body_hash, seal_message, sign_message
from trucewatch.pipeline.post import Post
from trucewatch.store.aid_rows import row_text
from trucewatch.store.post_keys import PostKeys

SINCE: Final = datetime(2020, 1, 1, tzinfo=UTC)
_KEY: Final = "ed25519:" + "ab" * 32
_DIGEST: Final = "sha256:" + "cd" * 32
_MESSAGE: Final = {
    "from": "valleys-aid",
    "number": 2,
    "message_sha256": _DIGEST,
    "previous": _DIGEST,
    "kind": "rows",
    "sent_at": "2031-05-03T23:00:00Z",
    "keep_until": "2031-08-03T23:00:00Z",
    "body": _DIGEST,
    "key": _KEY,
    "signature": "ef" * 64,
}
_PEER: Final = {
    "schema": "trucewatch/post-peer/1",
    "peer": "hills-aid",
    "signs": _KEY,
    "opens": "",
    "since": "",
    "card": "",
    "compared_with": "",
    "compared_on": "",
    "by": "p-x",
}
_STEP: Final = {
    "schema": "trucewatch/post-step/1",
    "peer": "hills-aid",
    "number": 2,
    "way": "",
    "fault": "",
    "their_sha256": "",
    "key": "",
    "signature": "",
}
_ROW: Final = {
    "table": "request",
    "entry": "a-x",
    "code": "valleys-aid:RQ-1",
    "about": "",
    "version": 1,
    "known_at": "2031-05-03T23:00:00Z",
}
SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "post-key": tuple(
        {"schema": "trucewatch/post-key/1", "act": act, "signs": _KEY, "opens": "age1x", "by": "p-x"}
        for act in ("made", "replaced", "dropped")
    ),
    "post-peer": (
        _PEER | {"act": "added", "card": "w-x", "opens": "age1x", "since": "2031-05-01T00:00:00Z"},
        _PEER | {"act": "confirmed", "compared_with": "w-x", "compared_on": "2031-05-02"},
        _PEER | {"act": "revoked"},
        _PEER | {"act": "left", "signs": "", "by": ""},
        _PEER | {"act": "removed", "signs": ""},
    ),
    "post-sent": (
        {
            "schema": "trucewatch/post-sent/1",
            "to": "hills-aid",
            **_MESSAGE,
            "message": "w-x",
            "rows": [_ROW],
            "by": "p-x",
        },
    ),
    "post-received": (
        {
            "schema": "trucewatch/post-received/1",
            **_MESSAGE,
            "rows": [{**_ROW, "content": "w-x", "totals": {"quantity": 3}}],
            "refused": "",
        },
        {"schema": "trucewatch/post-received/1", **_MESSAGE, "message_sha256": "", "rows": [], "refused": "table"},
    ),
    "post-step": (
        _STEP | {"act": "handed", "way": "file"},
        _STEP | {"act": "acknowledged", "their_sha256": _DIGEST, "key": _KEY, "signature": "ef" * 64},
        _STEP | {"act": "refused", "fault": "table"},
        _STEP | {"act": "expired"},
        _STEP | {"act": "forked", "their_sha256": _DIGEST, "key": _KEY, "signature": "ef" * 64},
        _STEP | {"act": "down", "number": 0, "way": "https", "fault": "unreachable"},
        _STEP | {"act": "up", "number": 0, "way": "https"},
    ),
}
NO_REASON: Final[dict[str, str]] = {
    "post-key": "keys are made at the first use, or anew",
    "post-peer": "it says whose card, and with whom its digits were compared",
    "post-sent": "it says what is sent, to whom",
}
_NUMBERS: Final = count(1)


class Outsider:
    """An organisation with keys of its own in a folder, and no watch."""

    def __init__(self, post_id: str, kind: str = "organisation") -> None:
        self.keys = PostKeys(Path(mkdtemp()))
        self.keys.make(SINCE)
        self.keys.keep_ways(id=post_id, name=f"Aid {post_id}", kind=kind)
        self.id = post_id
        self._last: Envelope | None = None

    @property
    def card(self) -> PostCard:
        card = self.keys.card()
        assert card is not None
        return card

    def sealed(self, to: PostCard, kind: Any = "leaving", **content: Any) -> bytes:
        """The next message to a post-box, sealed."""
        last = self._last
        body = {"salt": "00" * 16, **content}
        key = self.keys.in_force
        assert key is not None
        self._last = envelope = Envelope(
            sender=self.id,
            receiver=to.id,
            number=last.number + 1 if last else 1,
            previous_sha256=Sha256(last.sha256) if last else None,
            sent_at=datetime(2031, 5, 4, tzinfo=UTC),
            keep_until=datetime(2099, 1, 1, tzinfo=UTC),
            kind=kind,
            body_sha256=body_hash(body),
        )
        return seal_message(sign_message(envelope, body, key.seed).document, [to.opens])


def card_of(client: TestClient) -> PostCard:
    """The card of the console behind a browser, whose keys are made where there are none."""
    _posted(client, "/post/own", {"mail": "post@example.org", "https": ""})
    console = client.app.state.console  # type: ignore[attr-defined]
    return Post(console.store, console.snapshot.watch, console.now()).card()


def add_outsider(
    client: TestClient, *, confirmed: bool = True, function: str = "duty officer", kind: str = "organisation"
) -> Outsider:
    """An organisation, or what else has a post-box, whose card is taken in, and whose digits are compared."""
    outsider = Outsider(f"aid-{next(_NUMBERS)}-x", kind)
    take_card(client, outsider.card)
    if confirmed:
        fields = {"signs": outsider.card.signs, "function": function, "same": "yes"}
        _posted(client, f"/post/peers/{outsider.id}/confirm", fields)
    return outsider


def brought_row(client: TestClient, table: str, number: int = 1, *, by: Outsider | None = None, **fields: Any) -> str:
    """The code of a row that somebody outside sends: sealed, and taken in."""
    sender = by or add_outsider(client)
    code = f"{sender.id}:{TABLES[table].prefix}-{number}"
    row = {
        "table": table,
        "entry": short_id("a", table, str(number)),
        "code": code,
        "about": "",
        "version": 1,
        "content": row_text(record_from(TABLES[table].row, fields)),
        "known_at": "2031-05-03T23:30:00Z",
    }
    answer = client.post("/post/take", files={"file": ("a.age", sender.sealed(card_of(client), "rows", rows=[row]))})
    assert "1 message is kept" in answer.text, answer.text[:3000]
    assert "refused: 0" in answer.text, answer.text[:3000]
    return code


def take_card(client: TestClient, card: PostCard) -> None:
    answered = client.post("/post/add", files={"file": ("card.json", card_bytes(card))})
    assert answered.status_code == 303, answered.text[:3000]


def _confirming(busy: Any) -> Any:
    outsider = add_outsider(busy.client, confirmed=False)
    fields = {"signs": outsider.card.signs, "function": "duty officer", "same": "yes"}
    return (f"/post/peers/{outsider.id}/confirm", fields)


def _taking(busy: Any) -> Any:
    card = card_of(busy.client)
    outsider = add_outsider(busy.client)
    return ("/post/take", {}, {"file": ("a.age", outsider.sealed(card))})


def _giving(busy: Any) -> Any:
    outsider = add_outsider(busy.client)
    _posted(busy.client, f"/post/peers/{outsider.id}/leave", {})
    return (f"/post/give/{outsider.id}", {})


def _handing_in(busy: Any) -> Any:
    card = card_of(busy.client)
    return ("/post/in", {}, {"file": ("a.age", add_outsider(busy.client).sealed(card))})


def _of_outsider(act: str) -> Any:
    def sending(busy: Any) -> Any:
        outsider = add_outsider(busy.client)
        return (f"/post/peers/{outsider.id}/{act}", {"signs": outsider.card.signs})

    return sending


def _adding(busy: Any) -> Any:
    return ("/post/add", {}, {"file": ("card.json", card_bytes(Outsider(f"aid-{next(_NUMBERS)}-y").card))})


POSTS: Final[dict[str, Any]] = {
    "/post/add": _adding,
    "/post/give/{peer_id}": _giving,
    "/post/in": _handing_in,
    "/post/own/replace": {},
    "/post/peers/{peer_id}/confirm": _confirming,
    "/post/peers/{peer_id}/leave": _of_outsider("leave"),
    "/post/peers/{peer_id}/remove": _of_outsider("remove"),
    "/post/peers/{peer_id}/revoke": _of_outsider("revoke"),
    "/post/take": _taking,
}
ENTERS_NOTHING: Final[dict[str, str]] = {
    "/post/own": "the ways lie in private/, beside the keys; those are there already",
    "/post/mail/{peer_id}": "no mail server is named",
    "/post/send/{peer_id}": "there is nothing of this number",
}
OTHERWISE: Final[dict[str, str]] = {"/post/card": "file", "/post/out/{number}?{signs}": "file"}
QUERIES: Final[dict[str, tuple[str, ...]]] = {"/post/out/{number}": ("?{signs}",)}


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """A peer whose digits are compared, which said that it leaves; and one whose digits are not."""
    card = card_of(client)
    outsider = add_outsider(client, function=re.sub(r"\s+", " ", text)[:200])
    answered = client.post("/post/take", files={"file": ("a.age", outsider.sealed(card))})
    assert answered.status_code == 200
    _posted(client, f"/post/peers/{outsider.id}/leave", {})
    add_outsider(client, confirmed=False)
    return {
        "/post/peers/{peer_id}": outsider.id,
        "/post/give/{peer_id}": outsider.id,
        "/post/mail/{peer_id}": outsider.id,
        "/post/send/{peer_id}": outsider.id,
        "/post/out/{number}": "0",
        "{signs}": f"for={outsider.card.signs}",
    }


def _posted(client: TestClient, where: str, fields: dict[str, str]) -> str:
    answered = client.post(where, data=fields)
    assert answered.status_code == 303, answered.text[:3000]
    return str(answered.headers["location"])
