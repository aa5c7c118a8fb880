"""Official statements in the console: the list, the reader, what is decided beside the text; no rule decides."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta

from httpx2 import Response

from tests.conftest import each
from tests.desks.declaring.samples import (
    ADDED,
    GROWN,
    PRESS,
    RUSSIAN,
    bring,
    decide,
    offers_on,
    take_in,
)
from tests.desks.replaying import replaying
from tests.server.conftest import client_of
from trucewatch.server.console import Console
from trucewatch.store.statement_records import kept_annotations, official_statements

Fresh = Callable[[], Console]


def words_of(answer: Response) -> str:
    """The text of a page, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", answer.text)))


def without_statements(console: Console) -> None:
    """The same watch with no statement that stands."""
    client = client_of(console)
    for statement in official_statements(console.store):
        for version in statement.versions:
            sent = {"language": version.language, "version": str(version.version), "reason": "not for this test"}
            assert client.post(f"/statements/{statement.code}/take-out", data=sent).status_code == 303


def test_an_empty_list_says_what_to_do(fresh: Fresh) -> None:
    console = fresh()
    without_statements(console)
    page = client_of(console).get("/statements")
    assert "No official statement is on record." in words_of(page)
    assert "folder statements/ of the watch" in words_of(page)
    assert 'href="/statements/new"' in page.text


def test_the_list_is_filtered_and_says_what_is_decided(fresh: Fresh) -> None:
    client = client_of(fresh())
    code = take_in(client, PRESS, voice="LV")
    row = f'href="/statements/{code}"'
    for query in each(("", "?voice=LV", "?language=en", "?kind=press_conference", "?words=PRESS+spokesperson")):
        assert row in client.get(f"/statements{query}").text, query
    for query in each(("?voice=UV", "?language=tr", "?kind=letter", "?words=zebra", "?clause=2")):
        assert row not in client.get(f"/statements{query}").text, query
    decide(client, code, offers_on(client, f"/statements/{code}")[0])
    assert row in client.get("/statements?clause=2").text
    assert "1 decided" in words_of(client.get("/statements?clause=2"))
    assert "No statement is of this choice." in words_of(client.get("/statements?words=zebra"))


def test_what_a_rule_offers_is_marked_as_offered_until_a_person_decides(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    code = take_in(client, PRESS, voice="LV")
    page = client.get(f"/statements/{code}")
    keys = offers_on(client, f"/statements/{code}")
    assert words_of(page).count("offered by a rule, nobody decided it yet") == len(keys) > 0
    assert not kept_annotations(console.store)
    where = decide(client, code, keys[0])
    assert where.endswith(f"#{keys[1]}"), "on to the next that nobody decided"
    text = words_of(client.get(where))
    assert "A-1 accepted" in text
    assert text.count("nobody decided it yet") == len(keys) - 1
    decide(client, code, keys[1], "reject")
    assert "A-2 rejected" in words_of(client.get(where))


def test_marked_words_and_cards_say_to_everyone_what_they_are(fresh: Fresh) -> None:
    client = client_of(fresh())
    page = client.get(f"/statements/{take_in(client, PRESS, voice='LV')}").text
    cards = re.findall(r"<section class=\"card offer[^>]*>", page)
    assert cards
    assert all('role="group"' in card for card in cards), "a card is no landmark"
    names = re.findall(r'aria-label="([^"]*)"', " ".join(cards))
    assert len(set(names)) == len(names), "each card has a name of its own"
    assert 'title="Commitment, offered by a rule, nobody decided it yet"' in page


def test_a_time_is_said_once_where_page_and_watch_write_it_alike(fresh: Fresh) -> None:
    client = client_of(fresh())
    code = take_in(client, PRESS.replace("20:19", "20:19 (UTC-2)"), voice="LV")
    facts = re.sub(r"\s+", " ", client.get(f"/statements/{code}").text)
    assert facts.count("1 May 2031, 20:19 (UTC-2)") == 1


def test_questions_and_answers_stand_with_who_spoke(fresh: Fresh) -> None:
    client = client_of(fresh())
    text = words_of(client.get(f"/statements/{take_in(client, PRESS)}"))
    for expected in each(
        ("Opening Anna Reed", "Q 1 Question", "A 1 Anna Reed", "answers Q 1", "nobody said whose it is")
    ):
        assert expected in text


def test_the_message_after_a_decision_takes_it_back_and_the_offer_is_there_again(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    code = take_in(client, PRESS)
    key = offers_on(client, f"/statements/{code}")[0]
    page = client.get(decide(client, code, key))
    undo = re.findall(rf'action="(/statements/{code}/decisions/1/undo)"', page.text)[0]
    undone = client.post(undo)
    assert undone.status_code == 303
    assert undone.headers["location"].partition("?")[0] == f"/statements/{code}", "and the statement is open again"
    assert "Taken back." in words_of(client.get(undone.headers["location"]))
    assert offers_on(client, f"/statements/{code}")[0] == key
    start = console.now()
    decide(client, code, key)
    console.now = lambda: start + timedelta(minutes=3)
    late = client.post(f"/statements/{code}/decisions/2/undo")
    assert late.status_code == 422
    assert 'id="fault-reason"' in late.text


def test_a_decision_on_what_somebody_else_decided_meanwhile_is_refused(fresh: Fresh) -> None:
    client = client_of(fresh())
    code = take_in(client, PRESS)
    key = offers_on(client, f"/statements/{code}")[0]
    decide(client, code, key)
    sent = {"language": "en", "version": "1", "offer": key, "seen": "0", "decision": "reject"}
    refused = client.post(f"/statements/{code}/decide", data=sent)
    assert refused.status_code == 422
    assert "changed since it was looked at" in words_of(refused)


def test_a_changed_offer_holds_the_words_that_were_typed_and_only_those_of_the_paragraph(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    code = take_in(client, PRESS)
    key = offers_on(client, f"/statements/{code}")[0]
    form = client.get(f"/statements/{code}/change?language=en&version=1&offer={key}").text
    fields = {"language": "en", "version": "1", "offer": key, "seen": "0", "paragraph": "p1", "kind": "commitment"}
    assert f'name="offer" value="{key}"' in form
    wrong = client.post(f"/statements/{code}/change", data=fields | {"words": "we shall never"})
    assert wrong.status_code == 422
    assert 'id="fault-words"' in wrong.text
    assert "we shall never" in wrong.text
    assert not kept_annotations(console.store)
    right = fields | {
        "words": "We will hand over Hollin Meadows by 2 May",
        "by_day": "2 May 2031",
        "by_bound": "by",
        "who": "LV",
        "about": ["2"],
    }
    answer = client.post(f"/statements/{code}/change", data=right)
    assert answer.status_code == 303
    text = words_of(client.get(answer.headers["location"]))
    assert "A-1 accepted as changed" in text
    assert "Undertaking U-1" in text
    assert "by 2 May 2031, the day included" in text


def test_an_askers_words_are_nobodys_claim_by_hand_either(fresh: Fresh) -> None:
    client = client_of(fresh())
    code = take_in(client, PRESS)
    sent = {"language": "en", "version": "1", "paragraph": "p2", "kind": "claim", "words": "aid pass"}
    refused = client.post(f"/statements/{code}/change", data=sent)
    assert refused.status_code == 422
    assert 'id="fault-kind"' in refused.text


def test_a_reading_asks_for_the_part_of_its_clause_and_joins_it(fresh: Fresh) -> None:
    client = client_of(fresh())
    code = take_in(client, PRESS, voice="LV")
    sent = ADDED | {"language": "en", "version": "1", "kind": "reading", "words": "the accord says", "about": ["3"]}
    refused = client.post(f"/statements/{code}/change", data=sent)
    assert refused.status_code == 422
    assert "Choose the part of clause 3" in words_of(refused)
    answer = client.post(f"/statements/{code}/change", data=sent | {"about": ["3a"]})
    assert answer.status_code == 303
    assert "It stands beside the clause as a reading." in words_of(client.get(answer.headers["location"]))
    assert "the accord says" in client.get("/agreement/3").text


def test_an_accepted_claim_stands_beside_the_record_which_says_nothing_of_whether_it_happened(fresh: Fresh) -> None:
    client = client_of(fresh())
    code = take_in(client, PRESS)
    where = client.post(f"/statements/{code}/change", data=ADDED | {"language": "en", "version": "1"}).headers[
        "location"
    ]
    text = words_of(client.get(where))
    assert "the record cannot tell: the words name no day" in text
    assert "It says nothing of whether it happened." in text


def test_a_claim_that_is_added_by_hand_stands_beside_the_rows_of_its_day_and_place(fresh: Fresh) -> None:
    client = client_of(fresh())
    code = take_in(client, PRESS)
    words = "On 1 May two convoys were turned back on the Bridge Road"
    sent = {"paragraph": "p3", "kind": "claim", "words": words, "language": "en", "version": "1"}
    where = client.post(f"/statements/{code}/change", data=sent).headers["location"]
    text = words_of(client.get(where))
    assert "the words name no day" not in text
    assert "the record has" in text


def test_what_names_a_person_stays_inside_unless_somebody_says_otherwise(fresh: Fresh) -> None:
    client = client_of(fresh())
    code = take_in(client, PRESS)
    sent = ADDED | {"language": "en", "version": "1", "people": "Anna Reed"}
    page = client.get(client.post(f"/statements/{code}/change", data=sent).headers["location"])
    assert "It names a person and stays inside." in words_of(page)
    sent |= {"in_place_of": "1", "seen": re.findall(r"/ledger/entry/(\d+)", page.text)[-1], "may_leave": "yes"}
    page = client.get(client.post(f"/statements/{code}/change", data=sent).headers["location"])
    assert "It names a person and may leave, as was decided." in words_of(page)


def test_a_grown_transcript_is_a_version_and_the_older_one_is_to_be_read_only(fresh: Fresh) -> None:
    client = client_of(fresh())
    code = take_in(client, PRESS)
    key = offers_on(client, f"/statements/{code}")[0]
    decide(client, code, key)
    assert take_in(client, GROWN) == code
    older, newest = (client.get(f"/statements/{code}?language=en&version={number}") for number in (1, 2))
    assert "This is an older version" in words_of(older)
    assert 'data-act="a"' not in older.text
    assert f"/statements/{code}/change" not in older.text
    assert key in offers_on(client, f"/statements/{code}")
    assert "In version 1 the same words were decided: A-1 accepted." in words_of(newest)


def test_a_version_is_taken_out_only_when_no_decision_stands_on_it(fresh: Fresh) -> None:
    client = client_of(fresh())
    code = take_in(client, PRESS)
    decide(client, code, offers_on(client, f"/statements/{code}")[0])
    sent = {"language": "en", "version": "1", "reason": "of another day"}
    assert "Decisions stand on it: A-1." in words_of(client.get(f"/statements/{code}/take-out"))
    assert client.post(f"/statements/{code}/take-out", data=sent).status_code == 422
    client.post(f"/statements/{code}/decisions/1/undo", data={"reason": "a mistake"})
    assert client.post(f"/statements/{code}/take-out", data=sent).headers["location"] == "/statements"
    assert f'href="/statements/{code}"' not in client.get("/statements").text
    assert client.get(f"/statements/{code}").status_code == 404


def test_kinds_that_no_rule_offers_in_a_language_are_named(fresh: Fresh) -> None:
    client = client_of(fresh())
    turkish = next(code for code in _codes(client) if 'dir="auto" lang="tr"' in client.get(f"/statements/{code}").text)
    text = words_of(client.get(f"/statements/{turkish}"))
    assert "Not offered in Turkish:" in text
    for kind in each(("Reading of a clause", "Commitment", "Claim of fact", "Denial")):
        assert kind in text


def test_copies_in_two_languages_are_joined_and_parted_again(fresh: Fresh) -> None:
    client = client_of(fresh())
    first, second = take_in(client, PRESS), take_in(client, RUSSIAN)
    joined = client.post(f"/statements/{second}/join", data={"other": first})
    assert joined.headers["location"] == f"/statements/{first}"
    assert "Russian" in words_of(client.get(f"/statements/{first}"))
    parted = client.post(f"/statements/{second}/join/undo", data={"reason": "they are two"})
    assert parted.headers["location"] == f"/statements/{second}"
    assert "Russian" not in words_of(client.get(f"/statements/{first}")).partition("What was said")[0]


def test_erased_words_are_said_to_be_erased(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    code = take_in(client, PRESS)
    statement = next(each for each in official_statements(console.store) if each.code == code)
    console.store.erase([statement.versions[0].evidence], reason="asked for", ordered_by="A court")
    page = client.get(f"/statements/{code}")
    assert "The text was erased." in words_of(page)
    assert "Hollin" not in page.text
    assert "erased" in words_of(client.get("/statements"))


def test_in_a_replay_pages_are_read_and_nothing_is_entered(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    code = take_in(client, PRESS)
    key = offers_on(client, f"/statements/{code}")[0]
    tab, _ = replaying(console)
    page = tab.get(f"/statements/{code}")
    assert "This is a replay" in words_of(page)
    assert 'data-act="a"' not in page.text
    before = len(console.store.journal)
    sent = {"language": "en", "version": "1", "offer": key, "seen": "0", "decision": "accept"}
    for where, typed in each(
        (
            (f"/statements/{code}/decide", sent),
            (f"/statements/{code}/change", ADDED | {"language": "en", "version": "1"}),
            ("/statements/new", {"text": PRESS}),
        )
    ):
        refused = tab.post(where, data=typed)
        assert refused.status_code == 422
        assert "This is a replay" in words_of(refused)
    assert len(console.store.journal) == before


def test_markup_in_a_statement_is_shown_as_text(fresh: Fresh) -> None:
    client = client_of(fresh())
    text = PRESS.replace("Good evening.", 'Good evening. 2 < 3 & "<script>alert(1)</script>"')
    address = bring(client, text)
    for page in each((client.get(address).text, client.get(f"/statements/{take_in(client, text)}").text)):
        assert "<script>alert" not in page


def test_a_statement_that_is_not_there_is_a_page_that_says_so(fresh: Fresh) -> None:
    client = client_of(fresh())
    for where in each(("S-99", "x", "S-1?language=fr", "S-1?language=en&version=9", "S-1/change?offer=q-x")):
        assert client.get(f"/statements/{where}").status_code == 404, where


def _codes(client: object) -> list[str]:
    page = client.get("/statements").text  # type: ignore[attr-defined]
    return sorted(set(re.findall(r'href="/statements/(S-\d+)"', page)))


def test_the_list_of_keys_names_those_that_decide_on_the_page_where_they_do(fresh: Fresh) -> None:
    client = client_of(fresh())
    code = take_in(client, PRESS, voice="LV")
    own, other = (
        re.search(r'<dialog id="keys".*?</dialog>', client.get(path).text, re.DOTALL)
        for path in (f"/statements/{code}", "/statements")
    )
    assert own is not None
    assert other is not None
    for key, word in each((("a", "Accept"), ("c", "Change"), ("r", "Reject"))):
        assert re.search(rf"<kbd>{key}</kbd></dt>\s*<dd>{word}</dd>", own[0])
        assert f"<kbd>{key}</kbd>" not in other[0]
