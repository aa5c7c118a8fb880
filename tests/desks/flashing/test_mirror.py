"""What is said of one side is said of the other in the same words: rows with the two parties exchanged give the same
sentences with their names exchanged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.urgent_drafts import HEARD, NOW, WATCH, by_telephone, claim, later, rule_of
from trucewatch.model.claim_record import Speaker
from trucewatch.model.flash import Flash
from trucewatch.pipeline.claim_entering import join_claims
from trucewatch.pipeline.flash_acts import acknowledge, record_bounce, report_quiet
from trucewatch.pipeline.flash_drafting import draft_for
from trucewatch.pipeline.flash_sending import send_flash
from trucewatch.pipeline.flash_wording import hash_of, preview_of, texts_of
from trucewatch.store import Store
from trucewatch.store.claim_records import claim_of
from trucewatch.store.outbox import Outbox

OTHER: Final = {"UV": "LV", "LV": "UV"}
NAMES: Final = [
    {party.id: names for party in WATCH.agreement.party if party.id in OTHER for names in [party.names[language]]}
    for language in ("en", "ru", "tr")
]


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    with Store(tmp_path / "as-it-was", lambda: NOW) as first, Store(tmp_path / "mirrored", lambda: NOW) as second:
        yield first, second


def exchanged(text: str) -> str:
    """A text with the names of both parties exchanged, in every language."""
    pairs = {names[side]: names[OTHER[side]] for names in NAMES for side in OTHER}
    return re.sub("|".join(sorted(map(re.escape, pairs), key=len, reverse=True)), lambda name: pairs[name[0]], text)


def text_of(store: Store, *sides: str) -> str:
    """The text of a message about claims of these, in this order, that a person held to be one event."""
    claims = [claim(store, Speaker("party", side)) for side in sides]
    first = claims[0]
    for each in claims[1:]:
        join_claims(store, WATCH, first.code, each.code, by="officer", now=NOW)
    first = claim_of(store, first.code)
    draft = draft_for(store, WATCH, first, rule=rule_of(), now=NOW)
    return texts_of(WATCH, draft, rule_of(), sent_at=NOW, number=1)["UV"].whole


def test_a_claim_of_either_side_gets_the_same_words(stores: tuple[Store, Store]) -> None:
    was, mirrored = text_of(stores[0], "UV"), text_of(stores[1], "LV")
    assert "Reported by: Upper Valley" in was
    assert exchanged(was) == mirrored


def test_what_both_reported_is_told_as_of_both_whoever_was_first(stores: tuple[Store, Store]) -> None:
    was, mirrored = text_of(stores[0], "UV", "LV"), text_of(stores[1], "LV", "UV")
    assert "Reported by: Lower Valley, Upper Valley" in was
    assert was == mirrored


def test_a_civilian_who_was_first_speaks_for_no_side(stores: tuple[Store, Store]) -> None:
    texts = []
    for store, village in zip(stores, ("hollin", "stonegate"), strict=True):
        draft = draft_for(store, WATCH, claim(store, Speaker("civilian", village)), rule=rule_of(), now=NOW)
        texts.append(texts_of(WATCH, draft, rule_of(), sent_at=NOW, number=1)["UV"].whole)
    assert "Reported by: a civilian" in texts[0]
    assert texts[0] == texts[1]


def after_acts(store: Store, side: str) -> Flash:
    """A message that one side acknowledged and says quiet of, and whose mail to the other came back."""
    draft = draft_for(store, WATCH, claim(store, Speaker("party", side)), rule=rule_of(), now=NOW)
    rule = rule_of(ways=("telephone",))
    code = send_flash(
        store, WATCH, draft, rule=rule, outbox=Outbox(store), ways=by_telephone(rule),
        seen=hash_of(preview_of(WATCH, draft, rule)), by="officer", now=NOW, clock=lambda: NOW,
    ).code  # fmt: skip
    acknowledge(store, code, to=side, via="telephone", by="officer", at=later(2), now=later(9))
    report_quiet(store, code, to=side, via="telephone", by="officer", at=later(7), now=later(9))
    return record_bounce(store, code, to=OTHER[side], of="", by="officer", now=later(9))


def test_figures_of_one_side_are_no_figure_of_both(stores: tuple[Store, Store]) -> None:
    was, mirrored = after_acts(stores[0], "UV"), after_acts(stores[1], "LV")
    for flash, side in ((was, "UV"), (mirrored, "LV")):
        assert flash.time_to_quiet(side) == later(7) - HEARD
        assert flash.time_to_quiet(OTHER[side]) is None
        assert flash.both_quiet_at is None
        assert flash.quiet_at is None
        assert flash.unanswered(later(60)) == (OTHER[side],)
