"""What leaves by itself, for the contract of the desks: a record of each kind, and an outbox with something in it."""

from __future__ import annotations

import re
from typing import Any, Final

from starlette.testclient import TestClient

from tests.conftest import each
from trucewatch.desks.dispatch.records import ACTS, FAULTS, LINE_ACTS, STATES
from trucewatch.model.flash import WAYS
from trucewatch.store.delivery_records import FIRST_ACT, FIRST_DELIVERY
from trucewatch.store.outbox import ACT, DELIVERY, Outbox
from trucewatch.store.webhooks import new_webhook

_FIRST: Final = {
    "schema": FIRST_DELIVERY,
    "id": "q-x",
    "channel": "webhook",
    "key": "h-x",
    "recipient": "public",
    "number": "TW-1/2031-05-03/public",
    "revision": 0,
    "content": "sha256:00",
    "size_bytes": 400,
    "state": "failed",
    "attempts": 1,
    "code": 0,
    "fault": "unreachable",
    "next_try": "2031-05-04T09:01:00Z",
}
_DELIVERY: Final = _FIRST | {"schema": DELIVERY, "about": "issue", "queued_at": ""}
_FLASH: Final = _DELIVERY | {
    "about": "flash",
    "recipient": "UV",
    "number": "UM-3",
    "queued_at": "2031-05-04T09:00:00Z",
}
_FIRST_ACT: Final = {
    "schema": FIRST_ACT,
    "act": "add",
    "channel": "webhook",
    "key": "h-x",
    "recipient": "public",
    "delivery": "",
    "by": "p-x",
}
SAMPLES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "delivery": (
        *(_DELIVERY | {"state": state, "fault": ""} for state in STATES),
        *(_DELIVERY | {"fault": fault, "code": code} for fault in FAULTS for code in (0, 503)),
        *(_FLASH | {"channel": way, "state": state, "fault": ""} for way in WAYS for state in STATES),
        _FIRST,
    ),
    "outbox-act": (
        *(_FIRST_ACT | {"schema": ACT, "carries": "issues", "act": act} for act in ACTS),
        *(_FIRST_ACT | {"schema": ACT, "carries": "flashes", "channel": "mail", "act": act} for act in LINE_ACTS),
        _FIRST_ACT,
    ),
}
NO_REASON: Final[dict[str, str]] = {
    "outbox-act": "it changes nothing that was said: who is told stands in it, and an act against it is the way back",
}
OTHERWISE: Final[dict[str, str]] = {
    "/feed/{recipient}.atom": "file",
    "/feed/{recipient}/files/{digest}": "file",
    "/released/{recipient}/{digest}": "file",
}
POSTS: Final[dict[str, dict[str, str]]] = {"/outbox/{delivery_id}/retry": {}, "/outbox/{delivery_id}/stop": {}}

AID_POSTS: Final = POSTS
NOT_IN_AID: Final = (
    "/feed/{recipient}.atom",
    "/feed/{recipient}/files/{digest}",
    "/released/{recipient}/{digest}",
)
"""An instance issues no reports."""


def put_to_work_aid(client: TestClient, text: str) -> dict[str, str]:
    """A webhook, and one delivery of an urgent message in each state; no report is issued there."""
    console: Any = client.app.state.console  # type: ignore[attr-defined]
    hook = new_webhook("field-office", "https://example.org/in")
    Outbox(console.store).add(hook, recipient="LV", by=console.store.keys.person_reference(text[:40] or "Ann"))
    own = _FLASH | {"key": hook.key}
    console.store.commit(
        [own | {"id": f"q-{state}", "state": state, "fault": "", "next_try": ""} for state in STATES]
        + [own | {"code": 503, "fault": "refused"}]
    )
    return {"/outbox/{delivery_id}": "q-x"}


def put_to_work(client: TestClient, text: str) -> dict[str, str]:
    """A webhook, and one delivery in each state; what stands for `{delivery_id}` is the one that failed."""
    console: Any = client.app.state.console  # type: ignore[attr-defined]
    outbox, issued = Outbox(console.store), ""
    for rule in console.snapshot.watch.settings.recipient:
        feed = client.get(f"/feed/{rule.id}.atom").text
        if found := re.search(rf"/feed/{rule.id}/files/([0-9a-f]{{64}})", feed):
            issued, recipient = found[1], rule.id
    assert issued, "no report was issued"
    number = each(re.findall(r"<title>(\S+), revision 1</title>", client.get(f"/feed/{recipient}.atom").text))[0]
    hook = new_webhook("field-office", "https://example.org/in")
    outbox.add(hook, recipient=recipient, by=console.store.keys.person_reference(text[:40] or "Ann"))
    own = _DELIVERY | {"key": hook.key, "recipient": recipient, "number": number}
    console.store.commit(
        [own | {"id": f"q-{state}", "state": state, "fault": "", "next_try": ""} for state in STATES]
        + [own | {"code": 503, "fault": "refused"}]
        + [_FLASH | {"id": f"q-{way}", "channel": way, "key": ""} for way in WAYS]
    )
    return {
        "/feed/{recipient}": recipient,
        "/feed/{recipient}/files/{digest}": issued,
        "/released/{recipient}": recipient,
        "/released/{recipient}/{digest}": issued,
        "/outbox/{delivery_id}": "q-x",
    }
