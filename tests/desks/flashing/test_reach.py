"""Where a recipient stands: what they said, or that nothing is known to have reached them; never that it is quiet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from trucewatch.desks.flashing.reach import side_of
from trucewatch.model.flash import Flash, FlashAct, FlashDraft, FlashRecipient
from trucewatch.store.outbox import Delivery

SENT: Final = datetime(2031, 5, 2, 23, 26, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)


def message(*acts: FlashAct) -> Flash:
    draft = FlashDraft(
        about=("claim:CL-1",),
        matter="fire",
        place=None,
        quarter=(SENT - 15 * MINUTE, SENT),
        reporter="party",
        reporter_id="UV",
        first_report=SENT - 5 * MINUTE,
        asks=("stop",),
        answer_by=SENT + 30 * MINUTE,
    )
    to = tuple(FlashRecipient(id=each, ways=("console", "mail", "telephone")) for each in ("UV", "LV"))
    return Flash(
        number=1,
        entry=1,
        by="p-x",
        sent_at=SENT,
        queued_at=SENT,
        draft=draft,
        to=to,
        parties=("UV", "LV"),
        texts={},
        text_hash="00",
        acts=acts,
    )


def act(name: Any, **fields: Any) -> FlashAct:
    values: dict[str, Any] = {
        "entry": 2,
        "flash": 1,
        "to": "LV",
        "at": SENT + MINUTE,
        "via": "mail",
        "by": "p-x",
        "recorded_at": SENT,
    }
    return FlashAct(act=name, **(values | fields))


def delivery(state: Any, channel: str = "mail", **fields: Any) -> Delivery:
    values: dict[str, Any] = {
        "id": "q-1",
        "key": "k",
        "recipient": "LV",
        "number": "UM-1",
        "revision": 0,
        "content": "",
        "size_bytes": 0,
        "attempts": 1,
        "code": 0,
        "fault": "",
        "next_try": None,
        "entry": 2,
        "queued_at": SENT,
        "recorded_at": SENT,
        "about": "flash",
    }
    return Delivery(state=state, channel=channel, **(values | fields))


def said(*deliveries: Delivery, acts: tuple[FlashAct, ...] = (), liaisons: int = 0, minutes: int = 60) -> str:
    return side_of(message(*acts), "LV", deliveries, liaisons=liaisons, now=SENT + minutes * MINUTE).said


@pytest.mark.parametrize("state", ["failed", "given_up"])
def test_a_side_is_not_silent_where_every_way_failed(state: str) -> None:
    assert said(delivery(state)) == "not_known"
    assert said(delivery(state), delivery("queued", "telephone", id="q-2")) == "not_known"


def test_a_side_is_silent_only_once_something_was_taken_or_stands_on_their_page() -> None:
    assert said(delivery("sent")) == "silent_late"
    assert said(delivery("sent"), minutes=5) == "silent"
    assert said(delivery("failed"), liaisons=1) == "silent_late"
    assert said(delivery("queued")) == "on_its_way"
    assert said() == "not_known"


def test_a_mail_that_came_back_was_not_taken_whether_or_not_it_names_its_delivery() -> None:
    for of in ("q-1", ""):
        assert said(delivery("sent"), acts=(act("bounced", of=of),)) == "not_known"
    assert said(delivery("sent"), acts=(act("bounced", of="q-1", undone=True),)) == "silent_late"


def test_a_bounce_after_an_answer_takes_nothing_from_it() -> None:
    acts = (act("acknowledged", via="radio"), act("bounced", of="q-1", entry=3))
    assert said(delivery("sent"), acts=acts) == "acknowledged"
    assert said(delivery("sent"), acts=(*acts, act("quiet", entry=4))) == "quiet"


def test_what_was_read_out_reached_them_and_answers_nothing() -> None:
    assert said(delivery("failed"), acts=(act("read_out", via="telephone"),)) == "silent_late"


def test_what_followed_a_message_says_nothing_of_the_message() -> None:
    assert said(delivery("sent", revision=1)) == "not_known"
