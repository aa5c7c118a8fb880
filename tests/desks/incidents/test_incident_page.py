"""The Incident page: its sentence, four confidences, lists, and the way down to the original row; hostile texts."""

from __future__ import annotations

import gzip
import hashlib
import html
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.conftest import each
from tests.server.conftest import client_of, now, unbroken
from tests.server.directions import assert_marks_end_with_their_text
from trucewatch.desks.incidents.charts import draw_added, draw_share
from trucewatch.desks.incidents.detail import detail_of
from trucewatch.desks.incidents.evidence import RawLine, raw_text, read_original
from trucewatch.desks.incidents.observations import bounds_of, letter_of, members_of
from trucewatch.fusion.for_and_against import Reason
from trucewatch.model.incident import CHI2_95, Incident
from trucewatch.model.rounding import two_figures
from trucewatch.model.times import iso_utc
from trucewatch.server.console import Console
from trucewatch.server.snapshot import snapshot_recorded
from trucewatch.store import Store
from trucewatch.store.lists import recorded_lists


def largest(console: Console) -> tuple[Incident, str]:
    """The incident with the most observations, and its code."""
    snapshot = console.snapshot
    row = max(range(snapshot.rows), key=lambda one: len(snapshot.incident(one).members))
    return snapshot.incident(row), snapshot.codes[row]


def seen_text(page: str) -> str:
    """What a page says, its tags gone."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_who_is_obliged_by_a_reading_alone_is_told_so(karabakh: Console) -> None:
    """The text of the clause names nobody; that it is Armenia's duty is how Azerbaijan reads it."""
    client, snapshot = client_of(karabakh), karabakh.snapshot
    code = next(
        code
        for row, code in enumerate(snapshot.codes)
        if any(each.stipulation == "2" and each.outcome == "consistent" for each in snapshot.findings_of(row))
    )
    text = " ".join(re.sub(r"<[^>]+>", " ", client.get(f"/incident/{code}").text).split())
    told = text.replace("\u2068", "").replace("\u2069", "")
    assert "Obliged, as Azerbaijan reads it; the text names nobody: Armenia" in told
    assert told.count("Obliged, as the text assigns it: Armenia") < told.count("Obliged, as")


def test_the_sentence_stands_first_whole_and_can_be_copied(valleys: Console) -> None:
    one, code = largest(valleys)
    page = client_of(valleys).get(f"/incident/{code}").text
    (title,) = re.findall(r'<h1 id="sentence">(.*?)</h1>', page, re.S)
    sentence = html.unescape(title)
    number = "Explosions, 2 (controlled; 4 devices and 1 patrol of the centre; public reports say 2)"
    for part in ("3 May 2031", "(UTC-2)", "happened > 0.99", "(95%)", number):
        assert part in sentence
    assert f'data-copy="Simulated: {title} Incident {code}."' in page
    assert len(one.members) > 5


def test_there_are_always_four_confidences_and_who_is_never_a_number(valleys: Console) -> None:
    client, snapshot = client_of(valleys), valleys.snapshot
    for row in range(0, snapshot.rows, 5):
        one, page = snapshot.incident(row), client.get(f"/incident/{snapshot.codes[row]}").text
        (part,) = re.findall(r'<section class="card four".*?</section>', page, re.S)
        named = re.findall(r"<p><span>(.*?)</span> <b>(.*?)</b></p>", part)
        assert [name for name, _ in named] == ["Happened", "What", "Where and when", "Who"]
        assert named[3][1] == "–"
        assert "not put; default is none" in part
        assert (named[1][1] == "–") == (one.what is None)


def test_every_observation_has_a_letter_in_order_of_arrival_and_its_twin_on_the_map(valleys: Console) -> None:
    one, code = largest(valleys)
    client = client_of(valleys)
    members = members_of(valleys.store, valleys.snapshot, one)
    known = [member.row["known_at"] for member in members]
    assert known == sorted(known)
    assert {member.name for member in members} == set(one.members)
    page = client.get(f"/incident/{code}").text
    assert re.findall(r'<tr id="obs-(\w+)"', page) == [member.letter for member in members]
    shapes = client.get(f"/incident/{code}/map.json").json()
    assert [shape["letter"] for shape in shapes["observations"]] == [member.letter for member in members]
    west, south, east, north = shapes["bounds"]
    for shape in (*shapes["observations"], shapes["fused"]):
        assert west < shape["lon"] < east
        assert south < shape["lat"] < north
    assert shapes["fused"]["major_m"] == two_figures(one.semi_major_m * CHI2_95**0.5), "rounded as everywhere"
    assert shapes["outcome"] == "undetermined", "a controlled blast is not likely enough to be fire"


def test_observations_read_from_the_store_are_those_that_were_just_worked_out(valleys: Console) -> None:
    one, _ = largest(valleys)
    fresh = members_of(valleys.store, valleys.snapshot, one)
    kept = members_of(valleys.store, replace(valleys.snapshot, assessment=None), one)
    assert [member.row for member in kept] == [member.row for member in fresh]


def test_a_report_that_is_not_kept_any_more_stays_in_its_place_with_what_it_added(valleys: Console) -> None:
    incident, code = largest(valleys)
    detail = detail_of(valleys.store, valleys.snapshot, code)
    whole, gone = detail.reports, detail.members[0].name
    assert sorted(report["observation_id"] for report in whole) == sorted(incident.members)
    assert [report["added"]["order"] for report in whole] == sorted(report["added"]["order"] for report in whole)
    vars(detail)["members"] = detail.members[1:]
    assert [report["observation_id"] for report in detail.reports] == [report["observation_id"] for report in whole]
    for before, after in each(zip(whole, detail.reports, strict=True)):
        is_gone = after["observation_id"] == gone
        assert after["source"] == ("" if is_gone else before["source"])
        assert after["added"] == before["added"]


def test_what_each_added_is_the_figure_on_record(valleys: Console) -> None:
    snapshot, client = valleys.snapshot, client_of(valleys)
    alone = set(snapshot.incidents.filter(pc.not_equal(snapshot.incidents["alone"], ""))["incident_id"].to_pylist())
    several = [row for row in snapshot.contributions.to_pylist() if row["incident_id"] not in alone]
    rows = {row["observation_id"]: row for row in several if 0 < (row["confidence"] or 0) < 0.9}
    name = max(rows, key=lambda one: rows[one]["confidence"])
    incident = rows[name]["incident_id"]
    assert rows[name]["confidence"] > 0.2
    page = client.get(f"/incident/{incident}").text
    (row,) = [part for part in re.findall(r"<tr id=\"obs-.*?</tr>", page, re.S) if name in part]
    assert f"<b>+{rows[name]['confidence']:.2f}</b>" in row
    assert 'class="b-added"' in row


def test_lists_stand_side_by_side_and_what_is_not_reviewed_says_so(valleys: Console) -> None:
    _, code = largest(valleys)
    page = client_of(valleys).get(f"/incident/{code}").text
    assert re.findall(r'<span class="level">(.*?)</span>', page) == ["first list", "today’s list", "review"]
    (part,) = re.findall(r'<section class="card" id="lists">.*?</section>', page, re.S)
    assert "not yet reviewed" in part
    assert part.count("<ellipse") == 3
    assert "a to g" in part


def test_what_came_in_later_leaves_l1_as_it_stood(fresh: Callable[..., Console]) -> None:
    console = fresh("two-valleys")
    one, code = largest(console)
    before = client_of(console).get(f"/incident/{code}/map.json").json()
    assert before["first"] is None, "L1 and L2 are the same as long as nothing came in"
    path = console.folder / "inbox" / "simulated-patrols.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    (line,) = [each for each in lines if any(each.startswith(name) for name in one.members)]
    later = "o-" + "z" * 26 + line[28:]
    path.write_text("\n".join([*lines, later]) + "\n", encoding="utf-8")
    console.refresh()
    page, after = (client_of(console).get(f"/incident/{code}{part}") for part in ("", "/map.json"))
    assert len(after.json()["observations"]) == len(one.members) + 1
    assert after.json()["first"] == before["fused"]
    assert "observations came in" in page.text
    assert re.findall(r"happened (?:&gt; )?[0-9.]+; (a to [gh])", page.text) == ["a to g", "a to h"]


def test_the_only_observation_gives_all_there_is(valleys: Console) -> None:
    snapshot = valleys.snapshot
    row = next(row for row in range(snapshot.rows) if snapshot.incident(row).alone)
    page = unbroken(client_of(valleys).get(f"/incident/{snapshot.codes[row]}").text)
    (bars,) = re.findall(r'<div class="added">.*?</div></td>', page, re.S)
    assert '<span class="note">all rests on this source</span>' in bars


def test_a_finding_says_its_outcome_its_reason_and_the_text_of_its_stipulation(valleys: Console) -> None:
    one, code = largest(valleys)
    page = client_of(valleys).get(f"/incident/{code}").text
    said = seen_text(page)
    assert "This happened, but the probability that it is what clause 1a speaks of is 0.01" in said
    assert "this watch says an assessment from 0.9 (say_outcome_from)" in said
    assert "1a No fire within the ceasefire belt, unless announced beforehand" in said
    for finding in each(valleys.snapshot.findings_of(valleys.snapshot.row_of[one.incident_id])):
        assert f'id="{finding.finding_id}"' in page


def test_a_finding_on_record_by_a_rule_of_another_version_is_shown_by_its_codes(
    valleys: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trucewatch.server.rendering.SENTENCES", {})
    _, code = largest(valleys)
    for address in (f"/incident/{code}", "/agreement/1"):
        answer = client_of(valleys).get(address)
        assert answer.status_code == 200
        assert re.search(r"\b1a: \w+ \(prohibited/2\)", answer.text)


def test_three_hops_end_at_the_row_of_the_evidence_itself(valleys: Console) -> None:
    one, code = largest(valleys)
    client = client_of(valleys)
    for member in each(members_of(valleys.store, valleys.snapshot, one)):
        page = unbroken(client.get(f"/incident/{code}/hop?observation={member.name}").text)
        sha256, row = member.row["evidence_sha256"], member.row["evidence_row"]
        answer = client.get(f"/evidence/{sha256}")
        assert hashlib.sha256(answer.content).hexdigest() == sha256
        lines = answer.content.decode().splitlines()
        shown = {
            int(number): html.unescape(text)
            for number, text in re.findall(r'<th scope="row">(\d+)</th><td dir="ltr">(.*?)</td>', page)
        }
        assert shown[row] == lines[row - 1]
        assert shown[row - 1] == lines[row - 2]
        if row < len(lines):
            assert shown[row + 1] == lines[row]
        assert f'<tr class="is-it" aria-current="true"><th scope="row">{row}</th>' in page
        assert f'<tw-hash data-url="/evidence/{sha256}" data-expected="{sha256}">' in page
        ((entry,),) = valleys.store.index.rows("SELECT entry FROM evidence WHERE sha256 = ?", sha256)
        assert f'href="/ledger/entry/{entry}"' in page


def test_a_hop_for_a_part_of_a_page_is_that_part_alone(valleys: Console) -> None:
    _, code = largest(valleys)
    part = client_of(valleys).get(f"/incident/{code}/hop", headers={"hx-request": "true"}).text
    assert part.startswith('<section class="card" id="hop"')
    assert "<html" not in part


def test_evidence_is_a_download_and_never_a_page(valleys: Console) -> None:
    ((sha256,),) = valleys.store.index.rows("SELECT sha256 FROM evidence ORDER BY entry LIMIT 1")
    answer = client_of(valleys).get(f"/evidence/{sha256}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_is_not_there_is_explained(valleys: Console) -> None:
    client = client_of(valleys)
    for path in (
        "/evidence/" + "0" * 64,
        "/evidence/..%2f..%2fwatch.toml",
        "/evidence/short",
        "/incident/i-zzzzzzzzzz",
        "/incident/i",
        f"/incident/{largest(valleys)[1]}/hop?observation=o-none",
        f"/incident/{largest(valleys)[1]}/hop?finding=f-none",
    ):
        answer = client.get(path, headers={"accept": "text/html"})
        assert answer.status_code == 404, path
        assert "Traceback" not in answer.text


def test_an_object_of_the_store_that_is_no_evidence_is_not_handed_out(valleys: Console) -> None:
    ((sha256,),) = valleys.store.index.rows("SELECT observations FROM batch ORDER BY entry LIMIT 1")
    assert sha256 in valleys.store.objects
    assert client_of(valleys).get(f"/evidence/{sha256}").status_code == 404


def test_erased_bytes_say_that_they_were_erased(fresh: Callable[..., Console]) -> None:
    console = fresh("two-valleys")
    ((sha256,),) = console.store.index.rows("SELECT sha256 FROM evidence WHERE name LIKE '%public%'")
    with console.writing() as store:
        store.erase([sha256], reason="a person asked", ordered_by="the centre")
    answer = client_of(console).get(f"/evidence/{sha256}")
    assert answer.status_code == 410
    ((entry,),) = console.store.index.rows("SELECT entry FROM erased WHERE sha256 = ?", sha256)
    assert f"entry {entry} " in answer.text


def test_the_table_of_incidents_has_them_all_and_can_be_paged(
    valleys: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trucewatch.desks.incidents import list_pages

    monkeypatch.setattr(list_pages, "ROWS_AT_ONCE", 30)
    client, address, found = client_of(valleys), "/incidents", list[str]()
    while address:
        page = unbroken(client.get(address).text)
        found += re.findall(r'<a class="mono opens" href="/incident/([^"]+)"', page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        address = html.unescape(more[1]) if more else ""
    assert found == valleys.snapshot.codes
    for query in ("-1", "x", "9" * 30, "99999999"):
        assert client.get("/incidents", params={"after": query}).status_code == 200


def test_the_one_before_and_the_one_after_are_those_of_the_list(valleys: Console) -> None:
    codes, client = valleys.snapshot.codes, client_of(valleys)
    page = client.get(f"/incident/{codes[3]}").text
    assert f'rel="prev" href="/incident/{codes[4]}"' in page
    assert f'rel="next" href="/incident/{codes[2]}"' in page
    assert 'rel="next"' not in client.get(f"/incident/{codes[0]}").text
    assert 'rel="prev"' not in client.get(f"/incident/{codes[-1]}").text


def test_no_page_holds_a_style_or_script_of_its_own(valleys: Console) -> None:
    client, (_, code) = client_of(valleys), largest(valleys)
    for path in (
        "/incidents",
        f"/incident/{code}",
        f"/incident/{code}/hop",
        f"/incident/{code}/act/split",
        "/incident/new",
    ):
        page = client.get(path).text
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=", page), path


HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>\u202egnp.exe\u2066 \U0001f4a5' + "long " * 20_000


def test_hostile_words_of_a_source_are_shown_as_text_and_cut(fresh: Callable[..., Console]) -> None:
    console = fresh("two-valleys")
    path = console.folder / "inbox" / "simulated-patrols.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    text = lines[1].split(",")[-1]
    assert text.startswith("Simulated")
    lines[1] = lines[1].removesuffix(text) + '"' + HOSTILE.replace('"', '""') + '"'
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    console.refresh()
    assert not console.trouble
    name = lines[1].split(",")[0]
    snapshot = console.snapshot
    row = next(row for row in range(snapshot.rows) if name in snapshot.incident(row).members)
    client = client_of(console)
    for page in (
        client.get(f"/incident/{snapshot.codes[row]}").text,
        client.get(f"/incident/{snapshot.codes[row]}/hop?observation={name}").text,
        client.get("/incidents").text,
    ):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert_marks_end_with_their_text(page)
        assert len(page) < 200_000
    raw = client.get(f"/incident/{snapshot.codes[row]}/hop?observation={name}").text
    assert "\\u202egnp.exe" in raw
    assert "more characters; the file has them" in raw


def test_marks_that_turn_the_writing_are_written_out_and_scripts_stay() -> None:
    assert raw_text("a\u202eb\x00c\td") == "a\\u202eb\\u0000c⇥d"
    assert raw_text("Ստեփանակերт 🎇 Şuşa") == "Ստեփանակերт 🎇 Şuşa"


Keep = Callable[[bytes, str], tuple[Store, str]]


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Keep]:
    """Bytes as evidence of one store."""
    with Store(tmp_path, now) as store:

        def keep(content: bytes, name: str) -> tuple[Store, str]:
            sha256 = store.evidence.put(content)
            record = {
                "schema": "trucewatch/evidence/1",
                "sha256": sha256,
                "source": "s",
                "name": name,
                "size_bytes": len(content),
                "received_at": iso_utc(now()),
                "organisation": "",
                "licence": "",
                "handling": "",
            }
            store.commit([record])
            return store, sha256

        yield keep


def test_a_row_of_packed_text_is_found_and_a_cell_that_runs_on_is_one_row(
    kept: Keep,
) -> None:
    text = 'id,text\n1,one\n2,"two\nlines, ""quoted"""\n3,three\n' + "".join(f"{n},x\n" for n in range(4, 3000))
    store, sha256 = kept(gzip.compress(text.encode()), "packed.csv.gz")
    found = read_original(store, sha256, 3, "s")
    assert found.lines == [
        RawLine(2, "1,one", False),
        RawLine(3, '2,"two', True),
        RawLine(4, 'lines, ""quoted"""', True),
        RawLine(5, "3,three", False),
    ]
    assert found.header == "id,text"
    last = read_original(store, sha256, 3001, "s").lines
    assert [line.text for line in last] == ["2998,x", "2999,x"]


def test_a_row_of_a_workbook_or_parquet_file_is_shown_cell_by_cell(kept: Keep) -> None:
    book = openpyxl.Workbook()
    for row in (("id", "text"), (1, "one"), (2, "two")):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    store, sha256 = kept(content.getvalue(), "book.xlsx")
    assert list(read_original(store, sha256, 3, "s").cells) == [("id", "2"), ("text", "two")]
    assert "row 9 is not in this file" in str(read_original(store, sha256, 9, "s").fault)
    sink = io.BytesIO()
    pq.write_table(pa.table({"id": [1, 2], "text": ["one", "two"]}), sink)
    store, sha256 = kept(sink.getvalue(), "rows.parquet")
    assert list(read_original(store, sha256, 1, "s").cells) == [("id", "1"), ("text", "one")]


def test_no_page_shows_who_sent_a_form_or_wrote_a_message(kept: Keep) -> None:
    store, sha256 = kept(b"when,words,_submitted_by,phonenumber\n2031,one,quokka,+99450\n", "form.csv")
    found = read_original(store, sha256, 2, "s", "kobo")
    assert (list(found.cells), list(found.lines)) == ([("when", "2031"), ("words", "one")], [])
    for adapter in ("mail", "telegram", "archived_media"):
        store, sha256 = kept(b"From: quokka@people.example\nSubject: x\n\nwords\n", f"{adapter}.eml")
        found = read_original(store, sha256, 1, "s", adapter)
        assert "quokka" not in repr(found)
        assert "who wrote it" in str(found.fault)


def test_damaged_bytes_are_said_to_be_damaged(kept: Keep) -> None:
    store, sha256 = kept(b"id,text\n1,one\n", "a.csv")
    store.evidence.path_of(sha256).write_bytes(b"id,text\n1,two\n")
    assert "do not match" in str(read_original(store, sha256, 2, "s").fault)


def test_letters_run_on_after_z_and_none_stands_twice() -> None:
    assert [letter_of(place) for place in (0, 25, 26, 51, 52, 701, 702)] == ["a", "z", "aa", "az", "ba", "zz", "aaa"]
    assert len({letter_of(place) for place in range(2000)}) == 2000


def test_bars_reach_as_far_as_their_figures() -> None:
    assert 'width="60.0"' in draw_share(0.5)
    assert "b-none" in draw_share(None)
    gave = draw_added(0.5, 0.25)
    assert '<rect class="b-grey" x="0.0" width="60.0"' in gave
    assert '<rect class="b-added" x="60.0" width="30.0"' in gave
    assert '<rect class="b-taken" x="60.0" width="12.0"' in draw_added(0.6, -0.1)
    assert "b-added" not in draw_added(0.5, 0.001)


def test_bounds_hold_every_place_and_one_vague_report_does_not_push_the_others_together() -> None:
    shapes = [{"lon": 46.0 + n / 100, "lat": 39.5, "major_m": 500.0} for n in range(3)]
    west, south, east, north = bounds_of([*shapes, {"lon": 46.01, "lat": 39.5, "major_m": 90_000.0}], (0, 0, 1, 1))
    assert west < 46.0
    assert east > 46.02
    assert south < 39.5 < north
    assert east - west < 0.1
    assert bounds_of([{"lon": None, "lat": None, "major_m": None}], (1, 2, 3, 4)) == [1.0, 2.0, 3.0, 4.0]


def part_of(page: str, section: str) -> str:
    (part,) = re.findall(rf'<section class="card[^"]*" id="{section}".*?</section>', page, re.S)
    return unbroken(part)


def test_what_speaks_for_and_against_stands_on_the_page(valleys: Console) -> None:
    snapshot = valleys.snapshot
    told = {reason.code for code in snapshot.codes for reason in reasons_on_page(valleys, code)}
    assert {"agreement", "one_not_learnt", "around"} <= told


def reasons_on_page(console: Console, code: str) -> list[Reason]:
    """The reasons of an incident, each held against its page."""
    detail = detail_of(console.store, console.snapshot, code)
    assert detail.reasons is not None
    if detail.reasons:
        part = html.unescape(part_of(client_of(console).get(f"/incident/{code}").text, "reasons"))
        for sign, head in (("for", "For"), ("against", "Against")):
            assert (f"<h3>{head}</h3>" in part) is any(reason.sign == sign for reason in detail.reasons)
        assert all(str(reason.message) in part for reason in detail.reasons)
    return detail.reasons


def test_the_list_on_record_has_the_same_reasons(valleys: Console) -> None:
    recorded = recorded_lists(valleys.store)[-1]
    again = snapshot_recorded(valleys.store, valleys.snapshot.watch, recorded)
    assert again.weights is not None
    assert (
        again.weights.sort_by("incident_id").to_pylist() == valleys.snapshot.weights.sort_by("incident_id").to_pylist()
    )
    before = replace(recorded, entry=recorded.entry - 1)
    assert snapshot_recorded(valleys.store, valleys.snapshot.watch, before).weights is None
    kept = valleys.store.root / "private" / "weights.parquet"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "weights" not in recorded.tables


def test_of_a_kind_of_which_nothing_is_weighed_no_number_is_shown(valleys: Console) -> None:
    snapshot = valleys.snapshot
    rows = [row for row in range(snapshot.rows) if snapshot.incident(row).happened is None]
    for row in each(rows):
        page = client_of(valleys).get(f"/incident/{snapshot.codes[row]}").text
        assert "nothing is weighed of this kind" in part_of(page, "confidences")
        assert not re.search(r"\d[.]\d\d", re.sub(r"<svg.*?</svg>", "", part_of(page, "confidences"), flags=re.S))
        assert 'id="reasons"' not in page
        (sentence,) = re.findall(r'<h1 id="sentence">(.*?)</h1>', page, re.S)
        assert "happened" not in sentence


def test_of_one_voice_the_page_says_words_and_no_decimals(valleys: Console) -> None:
    snapshot = valleys.snapshot
    rows = [row for row in range(snapshot.rows) if snapshot.incident(row).alone][:5]
    for row in each(rows):
        page = client_of(valleys).get(f"/incident/{snapshot.codes[row]}").text
        (sentence,) = re.findall(r'<h1 id="sentence">(.*?)</h1>', page, re.S)
        assert "one independent source, borne out by no other" in sentence
        assert f"{snapshot.incident(row).happened:.2f}" not in sentence
