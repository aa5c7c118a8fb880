"""A window that is asked for in an instance is answered in the centre, and what the centre found inside stays there."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from tests.desks.cautioning.samples import say
from tests.desks.quieting.samples import add, answer, ask
from tests.server.conftest import AID, client_of
from trucewatch.desks.cautioning.beside import work
from trucewatch.pipeline.post import Post
from trucewatch.pipeline.post_receiving import receive
from trucewatch.pipeline.post_sending import follow_up
from trucewatch.server.console import Console
from trucewatch.store.post_peers import add_peer, confirm_peer

Fresh = Callable[[str], Console]


def post_of(console: Console) -> Post:
    return Post(console.store, console.snapshot.watch, console.snapshot.as_of)


def introduce(first: Console, second: Console) -> None:
    """Each takes the other's card in, and compares its digits."""
    for console, other in ((first, second), (second, first)):
        card, here = post_of(other).card(), post_of(console)
        add_peer(console.store, card, own_id=here.here, by="p-1")
        confirm_peer(
            console.store, card.id, card.signs, function="duty officer", on=console.snapshot.as_of.date(), by="p-1"
        )


def carry(sender: Console, to: Console) -> list[str]:
    """What waits goes over; the tables of the rows."""
    tables: list[str] = []
    for outgoing in post_of(sender).waiting(post_of(to).here):
        tables += [str(row["table"]) for row in outgoing.rows]
        assert not receive(post_of(to), post_of(sender).sealed(outgoing)).refused
    return tables


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def test_a_window_is_asked_there_answered_here_and_only_that_something_is_checked_goes_back(fresh: Fresh) -> None:
    centre, instance = fresh("two-valleys"), fresh(AID)
    introduce(centre, instance)
    here, there = client_of(centre), client_of(instance)
    code = ask(there)
    assert there.post(f"/windows/{code}/send").status_code == 303
    assert carry(instance, centre) == ["window"]
    full = f"{instance.snapshot.watch.settings.id}:{code}"
    for side in ("LV", "UV"):
        add(here, full, "window_answer", **answer(side))
    incidents = set(re.findall(r'href="/incident/([\d-]+)"', here.get(f"/windows/{full}").text))
    assert incidents
    add(here, full, "window_check", state="being_checked", said_at="2031-05-04T01:00:00Z")
    follow_up(post_of(centre))
    assert sorted(carry(centre, instance)) == ["window_answer", "window_answer", "window_check"]
    page = there.get(f"/windows/{code}").text
    assert "the monitoring centre says: something is being checked" in text_of(page)
    assert "Upper Valley: agrees as asked" in text_of(page)
    assert not any(incident in page for incident in incidents)
    assert "burst" not in text_of(page).casefold()


def test_a_road_notice_stands_in_the_instance_seconds_after_it_was_decided(fresh: Fresh) -> None:
    centre, instance = fresh("two-valleys"), fresh(AID)
    introduce(centre, instance)
    code = say(client_of(centre))
    work(centre)
    work(centre)
    assert carry(centre, instance) == ["road_notice"]
    page = text_of(client_of(instance).get("/road-notices").text)
    assert f"{centre.snapshot.watch.settings.id}:{code}" in page
    assert "K-12 between Norhaven and Highmere: advised against" in page
    assert "This is advice. The organisation decides." in page
