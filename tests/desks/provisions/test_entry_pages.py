"""What is entered of the agreement in the console: forms in plain words, a receipt that takes it back, and what is
refused keeps what was typed."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from httpx2 import Response

from tests.conftest import each
from tests.desks.provisions.samples import READING, enter, take_back
from tests.desks.replaying import replaying
from tests.server.conftest import client_of
from trucewatch.desks.provisions.entry_fields import ENTRY_FORMS
from trucewatch.desks.provisions.entry_pages import entries_about
from trucewatch.model.agreement_entries import TABLES
from trucewatch.server.console import Console
from trucewatch.store.agreement_records import agreement_entries


def words_of(answer: Response) -> str:
    """The text of a page, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", answer.text)))


def readings(console: Console) -> list[str]:
    return [
        reading.says["en"]
        for provision in console.snapshot.watch.agreement.provision
        for reading in provision.reading
        if reading.about == "1a"
    ]


def test_every_table_has_a_form() -> None:
    assert set(ENTRY_FORMS) == set(TABLES)


def test_a_reading_is_entered_shown_and_taken_back(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    before, version, first = len(console.store.journal), console.snapshot.version, readings(console)
    name = enter(client)
    assert readings(console) == [*first, READING["says"]]
    assert console.snapshot.version != version
    page = client.get("/agreement/entered")
    for text in ("What somebody says a clause means", "Upper Valley", READING["says"], READING["source"]):
        assert text in words_of(page), text
    assert f'href="/ledger/entry/{before}"' in page.text
    assert READING["says"] not in words_of(client.get(f"/ledger/entry/{before}"))
    assert "reading of part 1a by UV" in words_of(client.get(f"/ledger/entry/{before}"))
    take_back(client, name, "the wrong clause")
    assert readings(console) == first
    assert console.snapshot.version == version, "the same as before it"
    page = client.get("/agreement/entered")
    assert "the wrong clause" in words_of(page)
    assert f"/agreement/entered/{name}/undo" not in page.text
    assert "taken back already" in words_of(client.get(f"/agreement/entered/{name}/undo"))
    again = client.post(f"/agreement/entered/{name}/undo", data={"reason": "twice"})
    assert again.status_code == 422
    assert "was taken back already" in words_of(again)


def test_the_message_after_an_entry_takes_it_back_without_a_typed_reason(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    sent = client.post("/agreement/enter", data=READING)
    page = client.get(sent.headers["location"].partition("#")[0])
    undo = re.search(r'action="(/agreement/entered/[^"]*/undo)"', page.text)
    assert undo
    assert client.post(undo[1]).status_code == 303
    assert "undone at once" in words_of(client.get("/agreement/entered"))
    name, start = enter(client), console.now()
    console.now = lambda: start + timedelta(minutes=3)  # type: ignore[method-assign]
    late = client.post(f"/agreement/entered/{name}/undo")
    assert late.status_code == 422
    assert "This is empty; write it in words." in words_of(late)


def test_what_can_be_entered_is_offered_for_every_part_and_only_where_its_text_has_a_use_for_it(
    fresh: Callable[[], Console],
) -> None:
    console = fresh()
    client = client_of(console)
    page = client.get("/agreement/enter").text
    for _, part in each(console.snapshot.watch.agreement.stipulations()):
        links = {
            html.unescape(link).rpartition("table=")[2]
            for link in re.findall(rf'href="(/agreement/enter\?about={part.id}&amp;table=\w+)"', page)
        }
        assert {"reading", "claim", "part", "suspension", "role", "by_hand"} <= links
        assert ("extension" in links) == (part.deadline is not None)
        assert ("gap" in links) == (part.kind == "kept_up")
        for table in links:
            form = client.get(f"/agreement/enter?about={part.id}&table={table}")
            assert form.status_code == 200
            assert words_of(form).count("Known since") == 1
    assert "Enter something about the agreement" in words_of(client.get("/agreement/enter?about=99z&table=reading"))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"by": ""}, "This is empty; fill it in."),
        ({"says": " "}, "This is empty; fill it in."),
        ({"source": ""}, "This is empty; fill it in."),
        ({"by": "XX"}, 'speaker "XX" is not known'),
        ({"known_at": "30 February 2031"}, "is no time here"),
        ({"known_at": "2032-05-03T12:00Z"}, "This lies ahead of the watch's clock"),
        ({"reads.day": "2031-02-30"}, "is no day here"),
        ({"reads.day": "2031-05-05"}, "reads day otherwise, of which 1a has none"),
        ({"says": "a\x07b"}, "holds a character that cannot be shown"),
        ({"source": "a" * 501}, "This has 501 characters, at most 500 are kept"),
    ],
)
def test_what_is_refused_enters_nothing_and_keeps_what_was_typed(
    fresh: Callable[[], Console], typed: dict[str, str], sentence: str
) -> None:
    console = fresh()
    client = client_of(console)
    before, words = len(console.store.journal), console.store.words.references()
    answer = client.post("/agreement/enter", data={**READING, **typed})
    assert answer.status_code == 422
    assert sentence in words_of(answer)
    if "says" not in typed:
        assert READING["says"] in answer.text
    assert len(console.store.journal) == before
    assert console.store.words.references() == words, "of the statements that the example has, and of nothing else"


def test_a_state_by_hand_is_looked_at_once_more_and_needs_a_reason(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    before = len(console.store.journal)
    typed = {
        "about": "1a",
        "table": "by_hand",
        "state": "suspended",
        "reason": "both heads said so by radio",
        "known_at": READING["known_at"],
    }
    assert "This is empty; fill it in." in words_of(client.post("/agreement/enter", data={**typed, "reason": ""}))
    summary = client.post("/agreement/enter", data=typed)
    assert summary.status_code == 200
    assert "What will be entered State suspended Reason; name no person in it both heads said so by radio" in words_of(
        summary
    )
    assert len(console.store.journal) == before, "a summary enters nothing"
    assert (
        "both heads said so by radio</textarea>"
        in client.post("/agreement/enter", data={**typed, "confirm": "change"}).text
    )
    assert client.post("/agreement/enter", data={**typed, "confirm": "yes"}).status_code == 303
    (set_by_hand,) = next(
        part.by_hand for _, part in console.snapshot.watch.agreement.stipulations() if part.id == "1a"
    )
    assert (set_by_hand.state, set_by_hand.entry) == ("suspended", before)
    assert set_by_hand.by.startswith("p-")


def test_nothing_is_entered_in_a_replay(fresh: Callable[[], Console]) -> None:
    console = fresh()
    tab, _ = replaying(console)
    before = len(console.store.journal)
    answer = tab.post("/agreement/enter", data=READING)
    assert "nothing of it is recorded" in words_of(answer)
    assert "disabled" in tab.get("/agreement/enter?about=1a&table=reading").text
    assert len(console.store.journal) == before


def test_erased_words_read_erased_and_the_entry_still_verifies(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    enter(client)
    (entry,) = agreement_entries(console.store)
    console.store.erase([], people=list(entry.typed.values()), reason="asked for", ordered_by="Court")
    page = words_of(client.get("/agreement/entered"))
    assert READING["says"] not in page
    assert READING["source"] not in page
    assert "What they say: erased" in page
    console.refresh()
    (said,) = readings(console)[-1:]
    assert said.startswith("(erased")
    assert client.get(f"/ledger/entry/{entry.entry}").status_code == 200


def test_a_page_is_given_what_was_entered_of_a_part(fresh: Callable[[], Console]) -> None:
    from starlette.requests import Request

    from trucewatch.server.preferences import visit_of
    from trucewatch.server.view import View

    console = fresh()
    client = client_of(console)
    name = enter(client)
    request = Request({"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""})
    view = View(
        request=request,
        console=console,
        snapshot=console.snapshot,
        reader=visit_of(request, console.snapshot.watch),
    )
    assert [row.entry.entry_id for row in entries_about(view, "1a")] == [name]
    assert entries_about(view, "1b") == []


def test_what_was_typed_is_escaped_wherever_it_stands(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    hostile = "<script>alert(1)</script>\u202e{{ 7*7 }} {who}"
    name = enter(client, says=hostile, source=hostile)
    pages = [client.get(path) for path in ("/agreement/entered", f"/agreement/entered/{name}/undo")]
    pages.append(client.post("/agreement/enter", data={**READING, "says": hostile, "source": hostile, "by": hostile}))
    take_back(client, name, hostile)
    pages.append(client.get("/agreement/entered"))
    for page in pages:
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text
        assert "49 {who}" not in page.text


def test_the_receipt_says_what_comes_of_an_extension_that_was_known_too_late(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    part = next(part for _, part in console.snapshot.watch.agreement.stipulations() if part.deadline is not None)
    typed = {
        "about": part.id,
        "table": "extension",
        "day": "1 April 2031",
        "form": "oral",
        "by": ["UV", "LV"],
        "source": "a call",
        "known_at": READING["known_at"],
    }
    sent = client.post("/agreement/enter", data=typed)
    assert sent.status_code == 303, words_of(sent)
    page = words_of(client.get(sent.headers["location"].partition("#")[0]))
    assert "so it counts as extended afterwards. If it was known before, take it back" in page
    assert "check known_at" not in page, "the words of a file are for its author"


def test_the_list_tells_what_was_chosen_and_leads_to_the_clause(fresh: Callable[[], Console]) -> None:
    console = fresh()
    client = client_of(console)
    own = console.snapshot.watch.agreement.stipulations()
    provision, part = next((above, part) for above, part in own if part.deadline is not None)
    typed = {"table": "extension", "about": part.id, "day": "9 May 2031", "form": "oral", "by": ["UV", "LV"]}
    client.post("/agreement/enter", data={**typed, "source": "a call", "known_at": READING["known_at"]})
    page = client.get("/agreement/entered")
    for text in ("The later day: 9 May 2031", "How it was agreed: by word of mouth", "Upper Valley"):
        assert text in words_of(page), text
    assert f'href="/agreement/{provision.number}#{part.id}"' in page.text
    enter(client)
    page = client.get("/agreement/entered")
    assert "Acts that it allows: Presence" in words_of(page)
    assert words_of(page).count(READING["says"]) == 1


def test_what_can_be_entered_is_a_line_a_part_and_open_where_there_is_one(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    assert 'href="/agreement/enter"' in client.get("/agreement").text
    assert 'href="/agreement/entered"' in client.get("/agreement").text
    page = client.get("/agreement/enter").text
    assert page.count('<details class="enter-links">') > 10
    assert '<details class="enter-links" open>' not in page
    alone = client.get("/agreement/enter?about=1a").text
    assert alone.count('<details class="enter-links" open>') == 1


def test_a_part_and_a_gap_stand_on_the_page_of_the_clause_with_who_states_them(
    fresh: Callable[[str], Console],
) -> None:
    client = client_of(fresh("karabakh-2020"))
    typed = {"says": "two of the five posts", "source": "a call of the third", "known_at": "2020-12-14T12:00:00Z"}
    enter(client, about="6b", table="part", by="AM", day="2020-12-02", **typed)
    enter(client, about="5", table="gap", by="AZ", **{"from": "2020-12-02", "until": "2020-12-03"}, **typed)
    stated = r" ?\. two of the five posts .{4,60}a call of the third"
    page = words_of(client.get("/agreement/6"))
    assert re.search(r"Armenia ?: done in part, 2 Dec 2020" + stated, page)
    rows = {row["part"]: row for row in client.get("/agreement/states.json").json()["stipulations"]}
    assert rows["6b"]["stated_parts"] == ["Armenia: 2020-12-02"]
    assert rows["5"]["stated_gaps"] == ["Azerbaijan: 2020-12-02/2020-12-03"]
    page = words_of(client.get("/agreement/5"))
    assert re.search(r"Azerbaijan ?: not kept up from 2 Dec 2020 to 3 Dec 2020" + stated, page)
