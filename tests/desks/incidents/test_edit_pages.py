"""An analyst's acts in the console: nothing without a reason, nothing unseen, nothing on a page that is out of date."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from tests.desks.replaying import replaying
from tests.server.conftest import client_of
from tests.server.directions import assert_marks_end_with_their_text
from trucewatch.model.short_codes import codes_of
from trucewatch.server.console import Console
from trucewatch.server.person import WHO
from trucewatch.store.edit_records import recorded_acts


def hidden(page: str) -> list[tuple[str, str]]:
    """The hidden fields of the form of a page."""
    return [
        (html.unescape(name), html.unescape(value))
        for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page)
        if name not in ("back",)
    ]


def post(client: TestClient, address: str, fields: list[tuple[str, str]]) -> Response:
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    return client.post(address, data=data)


def ask(client: TestClient, code: str, deed: str, *fields: tuple[str, str]) -> tuple[Response, list[tuple[str, str]]]:
    """The form, filled and sent: the summary, and the fields that its button sends."""
    address = f"/incident/{code}/act/{deed}"
    seen = [pair for pair in hidden(client.get(address).text) if pair[0] == "seen"]
    answer = post(client, address, [*seen, *fields])
    return answer, [*hidden(answer.text), ("confirm", "yes")]


def troubled(page: str) -> str:
    found = re.search(r'id="trouble"><div>(.*?)</div>', page, re.S)
    return html.unescape(found[1]) if found else ""


def code_with(console: Console, least: int) -> str:
    """An incident of so many observations or more."""
    snapshot = console.snapshot
    return next(code for row, code in enumerate(snapshot.codes) if len(snapshot.incident(row).members) >= least)


def test_rejecting_takes_off_the_list_says_the_reason_and_can_be_undone(fresh: Callable[..., Console]) -> None:
    console = fresh()
    client, code, before = client_of(console), code_with(console, 2), console.snapshot.rows
    summary, fields = ask(client, code, "reject", ("reason", "a film set"))
    assert summary.status_code == 200
    assert "taken off the list" in summary.text
    assert not recorded_acts(console.store), "a summary enters nothing"
    done = post(client, f"/incident/{code}/act/reject", fields)
    assert done.status_code == 303
    (act,) = recorded_acts(console.store)
    assert (act.deed, act.reason) == ("reject", "a film set")
    assert act.by.startswith("p-")
    assert WHO not in act.by
    assert console.snapshot.rows == before - 1
    page = client.get(done.headers["location"]).text
    assert "Rejected by hand" in page
    assert "a film set" in page
    assert f'action="/incident/act/{act.act_id}/undo"' in page
    assert "a film set" in client.get("/incidents").text
    undone = client.post(f"/incident/act/{act.act_id}/undo")
    assert undone.status_code == 303
    assert console.snapshot.rows == before
    assert [one.deed for one in recorded_acts(console.store)] == ["reject", "undo"]
    assert code in client.get(undone.headers["location"]).text


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_no_act_goes_without_a_reason_and_what_was_typed_is_kept(fresh: Callable[..., Console], reason: str) -> None:
    console = fresh()
    client, code = client_of(console), code_with(console, 2)
    answer, _ = ask(client, code, "retype", ("kind", "burst"), ("reason", reason))
    assert answer.status_code == 422
    assert "reason" in troubled(answer.text)
    assert '<option value="burst" selected>' in answer.text
    (seen,) = [value for name, value in hidden(answer.text) if name == "seen"]
    sent = [("kind", "burst"), ("reason", reason), ("confirm", "yes"), ("seen", seen)]
    assert post(client, f"/incident/{code}/act/retype", sent).status_code == 422
    assert not recorded_acts(console.store)


def test_merging_makes_one_of_several_and_its_history_says_so(fresh: Callable[..., Console]) -> None:
    console = fresh()
    client, snapshot = client_of(console), console.snapshot
    one, two = snapshot.codes[0], snapshot.codes[1]
    members = {*snapshot.incident(0).members, *snapshot.incident(1).members}
    summary, fields = ask(client, one, "merge", ("other", two), ("reason", "one event"))
    assert "These 2 incidents become one" in summary.text
    done = post(client, f"/incident/{one}/act/merge", fields)
    code = done.headers["location"].rpartition("/")[2]
    assert set(console.snapshot.incident(console.snapshot.row_of[code]).members) == members
    page = client.get(f"/incident/{code}").text
    assert "several became one" in page
    assert "one event" in page
    assert re.findall(r'<span class="level">(.*?)</span>', page) == [
        *(["first list"] * 2),
        "today’s list",
        "review",
    ]


def test_splitting_keeps_the_parts_apart(fresh: Callable[..., Console]) -> None:
    console = fresh()
    client, snapshot = client_of(console), console.snapshot
    code = code_with(console, 3)
    members = snapshot.incident(snapshot.row_of[code]).members
    summary, fields = ask(client, code, "split", (f"part-{members[0]}", "2"), ("reason", "two shots"))
    assert "This incident becomes 2" in summary.text
    assert post(client, f"/incident/{code}/act/split", fields).status_code == 303
    homes = [set(console.snapshot.incident(row).members) for row in range(console.snapshot.rows)]
    assert {members[0]} in homes
    assert set(members[1:]) in homes
    for parts in ([], [(f"part-{members[0]}", "9")]):
        answer, _ = ask(client, console.snapshot.codes[0], "split", *parts, ("reason", "none"))
        assert answer.status_code == 422


def test_stating_a_cause_leaves_no_figure_for_it(fresh: Callable[..., Console]) -> None:
    console = fresh()
    client = client_of(console)
    row = next(row for row in range(console.snapshot.rows) if console.snapshot.incident(row).classes)
    code = console.snapshot.codes[row]
    summary, fields = ask(client, code, "retype", ("class", "quarry_blast"), ("reason", "the quarry told us"))
    assert "quarry blast" in summary.text
    done = post(client, f"/incident/{code}/act/retype", fields)
    page = client.get(done.headers["location"]).text
    assert "quarry blast, stated by hand" in page
    assert re.findall(r"<p><span>What</span> <b>(.*?)</b>", page) == ["–"]


def test_an_observation_is_added_and_its_original_is_the_act_itself(fresh: Callable[..., Console]) -> None:
    console = fresh()
    client, snapshot = client_of(console), console.snapshot
    here = snapshot.incident(0)
    fields = [
        ("kind", "harm"),
        ("means", "patrol"),
        ("claimed_by", "the eastern patrol"),
        ("start", "2031-05-01T03:00:00Z"),
        ("end", ""),
        ("within_m", "300"),
        ("place", f"{here.lat:.4f}, {here.lon:.4f}"),
        ("count", "1"),
        ("text", "told on the telephone"),
        ("reason", "a call"),
    ]
    summary = post(client, "/incident/new", fields)
    assert summary.status_code == 200
    assert "told on the telephone" in summary.text
    assert not recorded_acts(console.store)
    done = post(client, "/incident/new", [*hidden(summary.text), ("confirm", "yes")])
    assert done.status_code == 303
    (act,) = recorded_acts(console.store)
    page = client.get(done.headers["location"]).text
    assert "told on the telephone" in page
    assert f'data-url="/evidence/{act.sha256}"' in page
    assert client.get(f"/evidence/{act.sha256}").content == console.store.objects.get(act.sha256)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": ""},
        {"kind": "nonsense"},
        {"means": "gossip"},
        {"start": "yesterday"},
        {"start": "1 May"},
        {"end": "2031-05-01T02:00:00Z"},
        {"place": "nowhere at all"},
        {"place": "", "within_m": "100"},
        {"within_m": "wide"},
        {"within_m": "nan"},
        {"within_m": "1e30"},
        {"count": "-1"},
        {"count": "1" * 40},
        {"text": "x" * 501},
        {"reason": ""},
    ],
    ids=str,
)
def test_a_faulty_observation_is_refused_with_what_was_typed_kept(valleys: Console, wrong: dict[str, str]) -> None:
    fields = {
        "kind": "harm",
        "means": "patrol",
        "claimed_by": "A",
        "start": "2031-05-01T03:00:00Z",
        "end": "",
        "place": "-35.0, -25.3",
        "within_m": "300",
        "count": "1",
        "text": "told",
        "reason": "a call < of two",
    } | wrong
    answer = client_of(valleys).post("/incident/new", data=fields)
    assert answer.status_code == 422
    assert troubled(answer.text)
    if "text" not in wrong:
        assert 'name="text" maxlength="500">told</textarea>' in answer.text
    assert not recorded_acts(valleys.store)


def test_a_page_that_is_out_of_date_enters_nothing(fresh: Callable[..., Console]) -> None:
    console = fresh()
    client, code = client_of(console), code_with(console, 3)
    _, first_tab = ask(client, code, "retype", ("kind", "burst"), ("reason", "first"))
    _, second_tab = ask(client, code, "retype", ("kind", "shot"), ("reason", "second"))
    assert post(client, f"/incident/{code}/act/retype", first_tab).status_code == 303
    answer = post(client, f"/incident/{code}/act/retype", second_tab)
    assert answer.status_code == 422
    assert "changed after this form was opened" in troubled(answer.text)
    assert "Change it to “Shot”" in answer.text, "what would come of it now is shown, and can be entered"
    assert '<input type="hidden" name="reason" value="second">' in answer.text
    assert [act.reason for act in recorded_acts(console.store)] == ["first"]


def test_a_tab_of_an_incident_that_went_into_another_is_told_where_it_went(fresh: Callable[..., Console]) -> None:
    console = fresh()
    client, snapshot = client_of(console), console.snapshot
    one, two = sorted(snapshot.ids[:2])
    _, stale = ask(client, two, "reject", ("reason", "late"))
    _, fields = ask(client, one, "merge", ("other", two), ("reason", "same"))
    assert post(client, f"/incident/{one}/act/merge", fields).status_code == 303
    answer = post(client, f"/incident/{two}/act/reject", stale)
    assert answer.status_code == 409
    assert "Nothing was entered" in answer.text
    assert codes_of([one])[0] in answer.text
    assert len(recorded_acts(console.store)) == 1


def test_an_act_that_was_never_summed_up_is_not_entered(fresh: Callable[..., Console]) -> None:
    console = fresh()
    client, code = client_of(console), code_with(console, 2)
    answer = post(client, f"/incident/{code}/act/reject", [("reason", "at once"), ("confirm", "yes")])
    assert answer.status_code == 422
    assert not recorded_acts(console.store)


def test_an_undo_needs_a_reason_where_the_form_asks_for_one_and_goes_once(fresh: Callable[..., Console]) -> None:
    console = fresh()
    client, code = client_of(console), code_with(console, 2)
    _, fields = ask(client, code, "reject", ("reason", "wrong"))
    post(client, f"/incident/{code}/act/reject", fields)
    (act,) = recorded_acts(console.store)
    address = f"/incident/act/{act.act_id}/undo"
    assert client.post(address, data={"reason": " "}).status_code == 422
    assert "wrong" in client.get(address).text
    assert client.post(address, data={"reason": "it was right"}).status_code == 303
    again = client.post(address, data={"reason": "twice"})
    assert again.status_code == 422
    assert "does not stand" in troubled(again.text)
    assert client.get("/incident/act/a-none/undo").status_code == 422


def test_a_replay_shows_acts_and_enters_none(fresh: Callable[..., Console]) -> None:
    console = fresh()
    client, code = client_of(console), code_with(console, 2)
    _, fields = ask(client, code, "reject", ("reason", "no"))
    client, _ = replaying(console)
    page = client.get(f"/incident/{code}").text
    assert "This is a replay" in page
    assert f"/incident/{code}/act/reject" not in page
    assert "This is a replay" in client.get("/incident/new").text
    answer = post(client, f"/incident/{code}/act/reject", fields)
    assert answer.status_code == 422
    assert "This is a replay" in troubled(answer.text)
    assert client.post("/incident/new", data={"reason": "x", "kind": "harm"}).status_code == 422
    assert not recorded_acts(console.store)


def test_hostile_reasons_are_kept_as_text(fresh: Callable[..., Console]) -> None:
    console = fresh()
    client, code = client_of(console), code_with(console, 2)
    reason = '</textarea><script>alert(1)</script> \u202eevil "quoted" 💥'
    _, fields = ask(client, code, "reject", ("reason", reason))
    done = post(client, f"/incident/{code}/act/reject", fields)
    page = client.get(done.headers["location"]).text
    assert "<script>alert" not in page
    assert reason in html.unescape(page)
    assert_marks_end_with_their_text(page)
    (act,) = recorded_acts(console.store)
    assert act.reason == reason


def test_acts_that_are_none_are_not_found(valleys: Console) -> None:
    client, code = client_of(valleys), valleys.snapshot.codes[0]
    assert client.get(f"/incident/{code}/act/delete").status_code == 404
    assert client.post(f"/incident/{code}/act/undo", data={"reason": "x"}).status_code == 404
    answer, _ = ask(client, code, "merge", ("others", "i-nothing"), ("reason", "x"))
    assert answer.status_code == 422
    assert "i-nothing" in troubled(answer.text)
    alone, _ = ask(client, code, "merge", ("reason", "x"))
    assert "name two or more" in troubled(alone.text)


def consequence(page: str) -> str:
    """What a page says would come of an act, as text."""
    part = page[page.index('id="consequence"') : page.index('name="coming"')]
    text = re.sub(r"<[^>]+>", " ", part)
    return " ".join(html.unescape(text).replace("\u2068", "").replace("\u2069", "").split())


def test_before_an_edit_the_coming_sentence_place_outcome_and_clause_stand_beside_those_of_now(
    fresh: Callable[..., Console],
) -> None:
    console = fresh()
    client, snapshot = client_of(console), console.snapshot
    exempt = next(name for name in snapshot.ids if name.startswith("i-metovrmjtg"))
    far = next(name for name in snapshot.ids if name.startswith("i-urqmjsucpi"))
    summary, fields = ask(client, exempt, "merge", ("other", far), ("reason", "one event"))
    told = consequence(summary.text)
    now, _, afterwards = told.partition("Afterwards")
    assert re.search(r"8\.4 km ± [\d.,]+ k?m N of Ambermill", now)
    assert "Clause 1a consistent: Clause 1a exempts what is announced" in now
    assert re.search(r"3\.5 km ± [\d.,]+ k?m SSW of Larkfell / Quarrystead.*\(changes\)", afterwards)
    assert "inconsistent (changes)" in afterwards
    assert "Obliged by it: Upper Valley and Lower Valley." in afterwards
    assert "The assessment becomes another: consistent | not likely enough → inconsistent." in told
    assert "14.7 km ± 380 m and 30 min apart" in summary.text
    assert "by it these are two events (likelihood ratio less than 1 to 1,000,000)" in summary.text
    assert "You can still merge them; the reason is kept." in summary.text
    assert ">\n          Merge them\n" in summary.text or "Merge them" in summary.text
    assert "data-places=" in summary.text
    done = post(client, f"/incident/{exempt}/act/merge", fields)
    page = client.get(done.headers["location"]).text
    assert re.search(r"3\.5 km ± [\d.,]+ k?m SSW of Larkfell / Quarrystead", page)
    assert "No notice and no exemption covers it" in page


def test_what_the_rule_itself_would_join_is_merged_without_a_warning(fresh: Callable[..., Console]) -> None:
    console = fresh()
    client = client_of(console)
    code = code_with(console, 4)
    members = console.snapshot.incident(console.snapshot.row_of[code]).members
    _, fields = ask(client, code, "split", (f"part-{members[0]}", "2"), ("reason", "two"))
    post(client, f"/incident/{code}/act/split", fields)
    holders = [
        console.snapshot.codes[row]
        for row in range(console.snapshot.rows)
        if set(members) & set(console.snapshot.incident(row).members)
    ]
    summary, _ = ask(client, holders[0], "merge", ("other", holders[1]), ("reason", "one after all"))
    assert summary.status_code == 200
    assert "against-rule" not in summary.text


def test_beside_each_candidate_of_a_merge_stands_how_far_and_how_long_it_is_apart(valleys: Console) -> None:
    client = client_of(valleys)
    code = next(name[:12] for name in valleys.snapshot.ids if name.startswith("i-metovrmjtg"))
    page = client.get(f"/incident/{code}/act/merge").text
    gaps = re.findall(r'<strong class="gap">(.*?)</strong>', page)
    assert len(gaps) == page.count('name="other"')
    assert any("14.7 km ± 380 m and 30 min apart" in html.unescape(gap) for gap in gaps)


def test_a_consequence_that_became_another_is_shown_again_and_then_entered_once(
    fresh: Callable[..., Console],
) -> None:
    console = fresh()
    client, snapshot = client_of(console), console.snapshot
    row = next(row for row in range(snapshot.rows) if len(snapshot.incident(row).members) >= 3)
    code, here = snapshot.codes[row], snapshot.incident(row)
    _, fields = ask(client, code, "retype", ("kind", "flare"), ("reason", "seen"))
    # Meanwhile a report comes that joins nothing of the form's own state but what would come of it.
    wrong = [(name, "0" * 20 if name == "coming" else value) for name, value in fields]
    answer = post(client, f"/incident/{code}/act/retype", wrong)
    assert answer.status_code == 422
    assert "something else would come of it now" in troubled(answer.text)
    assert "Illumination flare" in consequence(answer.text)
    assert not recorded_acts(console.store)
    assert here.members == console.snapshot.incident(row).members
    again = [*hidden(answer.text), ("confirm", "yes")]
    assert post(client, f"/incident/{code}/act/retype", again).status_code == 303
    assert len(recorded_acts(console.store)) == 1


def test_taking_back_shows_what_comes_of_it(fresh: Callable[..., Console]) -> None:
    console = fresh()
    client, code = client_of(console), code_with(console, 2)
    _, fields = ask(client, code, "reject", ("reason", "a film set"))
    post(client, f"/incident/{code}/act/reject", fields)
    (act,) = recorded_acts(console.store)
    page = client.get(f"/incident/act/{act.act_id}/undo").text
    told = consequence(page)
    now, _, afterwards = told.partition("Afterwards")
    assert "Rejected by hand" in now
    assert "Assessment" in afterwards
    assert "Take it back" in page
    (mark,) = [value for name, value in hidden(page) if name == "coming"]
    stale = client.post(f"/incident/act/{act.act_id}/undo", data={"reason": "no", "coming": mark[::-1]})
    assert stale.status_code == 422
    assert "something else would come of it now" in troubled(stale.text)
    done = client.post(f"/incident/act/{act.act_id}/undo", data={"reason": "no", "coming": mark})
    assert done.status_code == 303


def test_a_merge_of_absurdly_many_is_refused_plainly(fresh: Callable[..., Console]) -> None:
    console = fresh()
    client, codes = client_of(console), console.snapshot.codes
    others = [("other", code) for code in codes[1:60]]
    answer, _ = ask(client, codes[0], "merge", *others, ("reason", "all"))
    assert answer.status_code == 422
    assert "one act merges at most 50" in troubled(answer.text)
    assert not recorded_acts(console.store)


def test_times_without_a_zone_are_the_watchs_and_a_plus_minus_is_ninety_five_percent(
    fresh: Callable[..., Console],
) -> None:
    console = fresh()
    client = client_of(console)
    page = client.get("/incident/new").text
    assert '<span class="zone">UTC-2</span>' in page
    assert 'placeholder="4 May 2031 00:00"' in page, "an example is of this watch's clock"
    west, south, east, north = console.snapshot.watch.settings.area
    assert f'placeholder="{(south + north) / 2:.2f}, {(west + east) / 2:.2f}"' in page
    assert "2020" not in page
    fields = [
        ("kind", "explosion"),
        ("means", "patrol"),
        ("claimed_by", "a patrol"),
        ("start", "2031-05-02 10:30"),
        ("place", "-35.2, -25.2"),
        ("within_m", "600"),
        ("reason", "a call"),
    ]
    summary = post(client, "/incident/new", fields)
    assert "±600" in summary.text
    assert "(95%)" in summary.text
    assert "No incident yet." in consequence(summary.text)
    assert post(client, "/incident/new", [*hidden(summary.text), ("confirm", "yes")]).status_code == 303
    (act,) = recorded_acts(console.store)
    assert act.stated is not None
    assert act.stated.occurred_start.isoformat() == "2031-05-02T12:30:00+00:00"
    assert act.stated.semi_major_m == pytest.approx(600 / 2.4477, rel=1e-4)


def test_where_the_watch_cannot_be_read_the_form_says_so_and_the_act_goes_on(fresh: Callable[..., Console]) -> None:
    console = fresh()
    client, code = client_of(console), code_with(console, 2)
    settings = console.folder / "watch.toml"
    settings.write_text("this is no watch", encoding="utf-8")
    console.refresh()
    assert console.trouble is not None
    summary, fields = ask(client, code, "reject", ("reason", "a film set"))
    assert "What would come of it cannot be worked out now" in summary.text
    assert post(client, f"/incident/{code}/act/reject", fields).status_code == 303
    assert len(recorded_acts(console.store)) == 1
