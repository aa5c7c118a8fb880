"""Initiatives in the console and for programs: enter, list, step, take back; what is refused keeps what was typed."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response

from tests.conftest import each
from tests.desks.proposing.samples import PROPOSAL, STEP, propose, take_back, take_step
from tests.desks.replaying import replaying
from tests.server.conftest import client_of, unbroken
from trucewatch.server.console import Console

Fresh = Callable[[], Console]


def words_of(answer: Response) -> str:
    """The text of a page, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", answer.text)))


def rows_of(page: str) -> list[str]:
    """The rows of the list, as words."""
    body = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    texts = re.findall(r"<tr>.*?</tr>", body[1], re.DOTALL) if body else []
    return [re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", text))) for text in texts]


def without_file(console: Console) -> None:
    (console.folder / "initiatives.toml").unlink()
    console.refresh()


def test_an_empty_list_says_what_to_do(fresh: Fresh) -> None:
    console = fresh()
    without_file(console)
    page = client_of(console).get("/initiatives")
    assert "No initiative is on record." in words_of(page)
    assert "write it into initiatives.toml beside agreement.toml" in words_of(page)
    assert 'href="/initiatives/new"' in page.text
    assert re.search(r'<a href="/initiatives" aria-current="page">', unbroken(page.text))


def test_those_of_the_file_are_listed_and_shown_with_who_said_nothing(fresh: Fresh) -> None:
    client = client_of(fresh())
    work, clause = rows_of(client.get("/initiatives").text)
    assert "P-2 simulated 2 May 2031 Upper Valley → Joint Commission" in work
    assert "the work of the centre discussed by Joint Commission, Lower Valley and Upper Valley" in work
    assert "accepted by Lower Valley ; nothing on record from Upper Valley" in clause.replace("Valley;", "Valley ;")
    page = client.get("/initiatives/P-1")
    assert "says nothing of what somebody holds or does" in words_of(page)
    assert "It stands in initiatives.toml of this watch" in words_of(page)
    assert 'href="/agreement/5#5b"' in page.text
    assert "/undo" not in page.text
    assert "no words on record" in words_of(page)


def test_the_list_is_filtered_by_how_it_stands_and_by_clause(fresh: Fresh) -> None:
    client = client_of(fresh())
    take_step(client, "P-2", word="done", by=["JC"])
    codes = {
        query: re.findall(r"P-\d", " ".join(row[:5] for row in rows_of(client.get(f"/initiatives?{query}").text)))
        for query in ("show=all", "show=open", "about=work", "about=5b", "about=1a", "show=x&about=x")
    }
    assert codes == {
        "show=all": ["P-2", "P-1"],
        "show=open": ["P-1"],
        "about=work": ["P-2"],
        "about=5b": ["P-1"],
        "about=1a": [],
        "show=x&about=x": ["P-2", "P-1"],
    }
    assert "No initiative is of this choice." in words_of(client.get("/initiatives?about=1a"))


def test_from_the_proposal_to_a_step_and_back(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    form = client.get("/initiatives/new").text
    for who in ("UV", "LV", "JC", "NI", "SI"):
        assert f'name="proposed_by" value="{who}"' in form
    for name in ("what-en", "what-ru", "what-tr"):
        assert f'name="{name}"' in form
    before = len(console.store.journal)
    assert propose(client, **{"what-tr": "iki karargâh arasında bir hat"}) == "P-3"
    page = client.get("/initiatives/P-3")
    text = words_of(page)
    for expected in (
        "P-3 is entered.",
        "a telephone line between the two staffs",
        "iki karargâh arasında bir hat",
        "in our words",
        "proposed",
        "nothing on record from Lower Valley",
        "a letter of 2 May",
    ):
        assert expected in text
    assert f'href="/ledger/entry/{before}"' in page.text

    take_step(client, "P-3")
    text = words_of(client.get("/initiatives/P-3"))
    assert "3 May 2031 accepted by Lower Valley" in text
    assert "we agree to the line" in text
    assert "in their words" in text
    assert "nothing on record from" not in text
    take_back(client, "P-3", 1, "of another initiative")
    text = words_of(client.get("/initiatives/P-3"))
    assert "step 1 taken back" in text
    assert "Reason: of another initiative" in text
    assert "accepted by" not in text
    take_back(client, "P-3", 0, "entered twice")
    page = client.get("/initiatives/P-3")
    assert "It was taken out, as entered by mistake" in words_of(page)
    assert 'href="/initiatives/P-3/' not in page.text
    assert not any(row.startswith(" P-3") for row in rows_of(client.get("/initiatives").text))
    assert len(console.store.journal) == before + 4


def test_words_of_the_sides_stand_side_by_side_in_the_order_of_their_names(fresh: Fresh) -> None:
    client = client_of(fresh())
    propose(client, proposed_by=["LV", "UV"], to=["JC"])
    take_step(client, "P-3", word="declined", by=["JC"], **{"says-en": "not with these means"})
    page = client.get("/initiatives/P-3").text
    sides = page[page.index('id="sides"') :]
    assert re.findall(r"<h3><bdi>(.*?)</bdi></h3>", sides) == ["Joint Commission", "Lower Valley", "Upper Valley"]
    assert sides.count("a telephone line between the two staffs") == 2
    assert "together with Upper Valley" in sides
    assert "together with Lower Valley" in sides


def test_the_message_after_an_entry_takes_it_back_without_a_typed_reason(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    sent = client.post("/initiatives/new", data=PROPOSAL)
    shown = client.get(sent.headers["location"]).text
    undo = html.unescape(re.findall(r'action="(/initiatives/P-3/undo[^"]*)"', shown)[0])
    assert undo == "/initiatives/P-3/undo?stands=0"
    take_step(client, "P-3")
    assert client.post(undo).status_code == 422, "another thing stands meanwhile"
    assert client.post("/initiatives/P-3/undo?stands=1").status_code == 303
    assert "undone at once" in words_of(client.get("/initiatives/P-3"))
    start = console.now()
    console.now = lambda: start + timedelta(minutes=3)
    late = client.post(undo)
    assert late.status_code == 422
    assert "this is empty; write it in words" in words_of(late)


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"day": "30 February 2031"}, "day", '"30 February 2031" is no day here; write'),
    ({"day": ""}, "day", "is no day here"),
    ({"known_at": "yesterday"}, "known_at", "is no time here"),
    ({"proposed_by": []}, "proposed_by", "proposed_by names nobody"),
    ({"to": ["XX"]}, "to", '"XX" is no party, body or delegation of this watch'),
    ({"about": ["9z"]}, "about", '"9z" is no clause of this agreement'),
    ({"origin": "rumour"}, "origin", "choose where it comes from"),
    ({"origin": "meeting", "reference": "7"}, "reference", "is no number of a meeting"),
    ({"source": ""}, "source", "source is empty"),
    ({"what-en": "x" * 4001}, "what-en", "at most 4,000 are kept"),
    ({"what-en": " ", "what-ru": "\n", "source": 'кавычка " <b>'}, "what", "what is empty"),
]


@pytest.mark.parametrize(("changed", "field", "why"), WRONG)
def test_a_refused_form_says_why_beside_the_field_and_keeps_what_was_typed(
    fresh: Fresh, changed: dict[str, Any], field: str, why: str
) -> None:
    console = fresh()
    client, before = client_of(console), len(console.store.journal)
    page = client.post("/initiatives/new", data={**PROPOSAL, "what-ru": 'кавычка " <b>', **changed})
    assert page.status_code == 422
    assert f'id="fault-{field}"' in page.text
    assert why in words_of(page)
    assert re.search(r'кавычка &#34; &lt;b&gt;(</textarea>|")', page.text)
    if "to" not in changed:
        assert re.search(r'name="to" value="LV" checked', page.text)
    assert len(console.store.journal) == before


@pytest.mark.parametrize(
    ("changed", "field", "why"),
    [
        ({"day": "1 May 2031", "known_at": "2031-05-03T20:00Z"}, "day", "lies before the day on which it was proposed"),
        ({"by": []}, "by", "by names nobody"),
        ({"word": ""}, "word", "choose what was said or done"),
        ({"word": "accepted"}, "word", "is on record of"),
        ({"word": "withdrawn"}, "by", "did not propose it"),
        ({"word": "done", "says-en": "x" * 4001}, "says-en", "at most 4,000"),
        ({"word": "done", "meeting": "the last"}, "meeting", "is no number of a meeting"),
        ({"word": "done", "day": "9 May 2031"}, "day", "lies ahead of the watch's clock"),
    ],
)
def test_a_refused_step_says_why_beside_the_field(fresh: Fresh, changed: dict[str, Any], field: str, why: str) -> None:
    console = fresh()
    client = client_of(console)
    before = len(console.store.journal)
    page = client.post("/initiatives/P-1/step", data={**STEP, **changed})
    assert page.status_code == 422
    assert f'id="fault-{field}"' in page.text
    assert why in words_of(page)
    assert len(console.store.journal) == before


def test_a_step_after_the_withdrawal_is_refused(fresh: Fresh) -> None:
    client = client_of(fresh())
    propose(client)
    take_step(client, "P-3", word="withdrawn", by=["UV"])
    page = client.post("/initiatives/P-3/step", data=STEP)
    assert page.status_code == 422
    assert "comes after it was withdrawn" in words_of(page)


def test_an_initiative_that_is_not_there_is_a_page_that_says_so(fresh: Fresh) -> None:
    client = client_of(fresh())
    for where in ("/initiatives/P-9", "/initiatives/x/step", "/initiatives/P-9/undo", "/initiatives/P-9.json"):
        answer = client.get(where)
        assert answer.status_code == 404
        assert "no initiative" in html.unescape(answer.text)


def test_programs_get_ids_and_days_and_no_words(fresh: Fresh) -> None:
    client = client_of(fresh())
    propose(client)
    take_step(client, "P-3")
    whole, single = client.get("/initiatives.json"), client.get("/initiatives/P-3.json")
    document = whole.json()
    assert [row["number"] for row in document["initiatives"]] == ["P-3", "P-2", "P-1"]
    assert document["withheld"] == ["what", "says", "source", "statement", "reason"]
    assert single.json()["initiative"] == document["initiatives"][0]
    assert single.json()["initiative"]["standing"] == {"accepted": ["LV"]}
    for text in ("telephone", "agree", "letter", "Liaison officers meet", "We will be there"):
        assert text not in json.dumps(document)
        assert text not in single.text


def test_during_a_replay_the_list_is_that_of_the_moment_and_takes_nothing(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    propose(client)
    client, _ = replaying(console, console.snapshot.as_of - timedelta(hours=33))
    codes = [re.findall(r"P-\d", row)[0] for row in rows_of(client.get("/initiatives").text)]
    assert codes == ["P-1"]
    assert "accepted by" not in words_of(client.get("/initiatives/P-1"))
    assert client.get("/initiatives/P-3").status_code == 404
    assert 'href="/initiatives/new"' not in client.get("/initiatives").text
    before = len(console.store.journal)
    for path, typed in (
        ("/initiatives/new", PROPOSAL),
        ("/initiatives/P-1/step", STEP),
        ("/initiatives/P-1/undo", {"stands": "0", "reason": "x"}),
    ):
        refused = client.post(path, data=typed)
        assert refused.status_code == 422
        assert "This is a replay" in words_of(refused)
    assert len(console.store.journal) == before


@pytest.mark.parametrize("text", ["{name} %s", "erased", "\u202eabc", "<b>x</b>", "{{ 7*7 }}", "a\u00a0b"])
def test_what_was_typed_is_shown_as_typed_in_every_language(fresh: Fresh, text: str) -> None:
    client = client_of(fresh())
    propose(client, source=text, **{"what-en": text})
    take_step(client, "P-3", source=text, **{"says-en": text})
    seen = html.escape(text.replace("\u202e", "").replace("\u00a0", " "))
    for language in each(("en", "ru", "tr")):
        page = client.get(f"/initiatives/P-3?lang={language}").text
        assert "\u202e" not in page
        assert page.count(f'<bdi dir="auto" lang="en">{seen}</bdi>') == 3, language
        assert page.count(f'<bdi dir="auto">{seen}</bdi>') == 3, language


def test_both_sides_get_the_same_words(fresh: Fresh) -> None:
    client = client_of(fresh())
    for by, to in (("UV", "LV"), ("LV", "UV")):
        code = propose(client, proposed_by=[by], to=[to])
        take_step(client, code, word="declined", by=[to])
    client.get("/initiatives")  # what the entry left to be said is said here
    texts = []
    for number in (3, 4):
        page = client.get(f"/initiatives/P-{number}").text
        before_sides = page[page.index("<main") : page.index('id="sides"')]
        words = re.sub(r"<[^>]*>", " ", before_sides)
        texts.append(re.sub(r"P-\d|Upper|Lower", "…", re.sub(r"\s+", " ", words)))
    assert texts[0] == texts[1]


def test_an_initiative_about_a_whole_clause_leads_to_it_and_is_listed_under_its_parts(fresh: Fresh) -> None:
    client = client_of(fresh())
    propose(client, about=["5", "work"])
    page = client.get("/initiatives/P-3")
    assert 'href="/agreement/5"' in page.text
    assert "the work of the centre" in words_of(page)
    for about in ("5a", "5b", "work"):
        assert "P-3" in " ".join(rows_of(client.get(f"/initiatives?about={about}").text)), about


def test_words_that_were_erased_stand_as_that(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    propose(client)
    take_step(client, "P-3")
    page = client.get("/initiatives/P-3").text
    references = re.findall(r"<code>(w-[a-z2-7]{26})</code>", page)
    assert len(references) == 4
    console.store.erase([], people=references, reason="asked for", ordered_by="")
    text = words_of(client.get("/initiatives/P-3"))
    for words in ("telephone", "we agree", "a letter of", "an answer of"):
        assert words not in text
    assert text.count("erased") == 6
    assert "erased" in rows_of(client.get("/initiatives").text)[0]


def test_a_number_that_file_and_ledger_give_to_two_is_said_with_what_to_do(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    propose(client)
    path = console.folder / "initiatives.toml"
    path.write_text(path.read_text("utf-8").replace('"P-1"', '"P-3"'), encoding="utf-8")
    console.refresh()
    for where in ("/initiatives", "/initiatives/P-3"):
        answer = client.get(where)
        assert 400 <= answer.status_code < 600
        assert "give the one of the file another number" in words_of(answer)


def test_the_form_asks_for_the_readers_own_language_first_and_folds_the_others(fresh: Fresh) -> None:
    client = client_of(fresh())
    page = unbroken(client.get("/initiatives/new").text)
    first, _, rest = page[page.index('name="what-') :].partition("<details")
    assert first.startswith('name="what-en"')
    assert first.count('name="what-') == 1
    assert rest.count('name="what-') > 1
    typed = unbroken(client.post("/initiatives/new", data={**PROPOSAL, "day": "", "what-ru": "слово"}).text)
    assert re.search(r"<details open>\s*<summary>In other languages", typed), "what was typed is seen"
