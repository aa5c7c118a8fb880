"""Sources: what came of each, what was refused and why, and a file that is looked at before it is taken."""

from __future__ import annotations

import io
import random
import re
import shutil
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from tests.desks.replaying import replaying
from tests.server.conftest import client_of, copy_of, now, unbroken
from trucewatch.desks import find
from trucewatch.desks.sources import pages
from trucewatch.server.console import Console
from trucewatch.server.toast import COOKIE
from trucewatch.server.uploads import plain_name
from trucewatch.store import Store
from trucewatch.watch import check_watch, load_watch

LIST = (
    "Nr;When;What;Where;Who;Notes\n"
    "1;2031-05-02T10:00;mortar shelling;-34.99, -24.95;UV;heard <b>three</b>\n"
    "2;2031-05-02;gunfire;somewhere;LV;x\n"
    "3;03.05.2031;road closed;-34.98, -24.9;UV;=cmd()\n"
)
ANSWERS = {"title": "Lists by hand", "organisation": "Who keeps them", "words": "independent", "repeats": "nobody"}
"""What is asked of every new source."""
Fresh = Callable[[str], Console]


@pytest.fixture(scope="module")
def bystander(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A console that files are brought to and that takes none of them."""
    folder = copy_of("two-valleys", tmp_path_factory.mktemp("aside"))
    with Store(folder, now) as store:
        console = Console(store, folder, now, find())
        console.assessment()
        yield console


@pytest.fixture
def aside(bystander: Console) -> Iterator[Console]:
    before = inbox_of(bystander)
    yield bystander
    shutil.rmtree(bystander.folder / ".trucewatch" / "private" / "pending", ignore_errors=True)
    assert inbox_of(bystander) == before


def bring(client: TestClient, content: bytes | str, name: str, source: str = "") -> Response:
    """Send a file as the form does; what comes back."""
    body = content.encode() if isinstance(content, str) else content
    return client.post("/sources/drop", data={"source": source}, files={"file": (name, body)})


def said(client: TestClient, answer: Response) -> str:
    """The sentence that the page after an act shows."""
    page = unbroken(client.get(answer.headers["location"]).text)
    found = re.search(r'id="toast"><span>(.*?)</span>', page)
    assert found, page[-2000:]
    return unescape(found[1])


def fields(page: str) -> dict[str, str]:
    """The form of a pending file as a browser would send it unchanged."""
    form = page[page.index('id="pending-form"') :]
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name = re.search(r' name="([^"]*)"', tag)
        value = re.search(r' value="([^"]*)"', tag)
        if name and not ('type="checkbox"' in tag and " checked" not in tag):
            sent[name[1]] = unescape(value[1]) if value else ""
    for select in re.findall(r'<select name="([^"]*)".*?</select>', form, re.DOTALL):
        body = re.search(rf'<select name="{re.escape(select)}".*?</select>', form, re.DOTALL)
        assert body
        chosen = re.search(r'<option value="([^"]*)" selected', body[0]) or re.search(
            r'<option value="([^"]*)"', body[0]
        )
        assert chosen
        sent[select] = chosen[1]
    return sent


def inbox_of(console: Console) -> set[str]:
    return {path.name for path in (console.folder / "inbox").iterdir()}


def test_every_source_has_a_card_with_its_counts_and_blind_spots(valleys: Console) -> None:
    page = client_of(valleys).get("/sources").text
    for one in valleys.snapshot.watch.settings.source:
        assert f'id="source-{one.id}"' in page
    card = page[page.index('id="source-fires"') : page.index('id="source-acoustic"')]
    assert "<b>11</b> rows taken" in card
    assert "what is between passes" in card
    assert "A past case: nothing is awaited" in page


def test_a_file_is_looked_at_before_anything_of_it_is_kept(fresh: Fresh) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    before, toml = inbox_of(console), (console.folder / "watch.toml").read_bytes()
    entries = len(console.store.journal)
    answer = bring(client, LIST, "My list.csv")
    page = client.get(answer.headers["location"]).text
    assert "1 row would be taken, 2 refused" in page
    assert "no town &#34;somewhere&#34; is in the basemap" in page
    assert "heard &lt;b&gt;three&lt;/b&gt;" in page
    assert "<b>three" not in page
    assert (inbox_of(console), (console.folder / "watch.toml").read_bytes()) == (before, toml)
    assert len(console.store.journal) == entries
    assert (console.folder / ".trucewatch" / "private" / "pending").stat().st_mode & 0o777 == 0o700
    assert "<html" in page


def test_rows_that_nobody_knew_yet_are_told_before_they_are_taken(fresh: Fresh) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    known = client.get(bring(client, LIST, "My list.csv").headers["location"]).text
    later = client.get(bring(client, LIST.replace("2031-05-0", "2031-06-0"), "Later.csv").headers["location"]).text
    assert "becomes known only after the moment" not in known
    assert "becomes known only after the moment" in later


def test_a_new_source_is_mapped_by_example_and_accepted(fresh: Fresh) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    here = bring(client, LIST, "My list.csv").headers["location"]
    form = fields(client.get(here).text)
    words = {form[name]: name for name in form if name.startswith("word-")}
    form[words["road closed"].replace("word", "kind")] = "access_denied"
    form |= ANSWERS | {"col-3": "", "title": 'Lists "by hand"', "organisation": "A\\B", "claimed_by": ""}
    unseen = client.post(f"{here}/accept", data=form)
    assert "Look at how the file reads now" in said(client, unseen)
    form = fields(client.get(here).text)
    taken = client.post(f"{here}/accept", data=form)
    assert "My-list.csv: 3 rows taken, 0 refused" in said(client, taken)
    setting = next(one for one in load_watch(console.folder).settings.source if one.id == "my-list")
    assert setting.kinds == {"mortar shelling": "explosion", "gunfire": "shot", "road closed": "access_denied"}
    assert setting.columns["natural_key"] == "Nr"
    assert "place" not in setting.columns
    assert (setting.title["en"], setting.organisation) == ('Lists "by hand"', "A\\B")
    assert (console.folder / "inbox" / "My-list.csv").read_text() == LIST
    assert "# Who reviews: two invented guarantors" in (console.folder / "watch.toml").read_text()
    assert check_watch(console.folder).errors == 0
    assert 'id="source-my-list"' in client.get("/sources").text
    assert client.get(here).status_code == 303


ANSWERED = (
    "start;end;When did it happen?;What happened?;GPS;_GPS_latitude;_GPS_longitude;_GPS_altitude;_GPS_precision;"
    "Direction (degrees);How far (km);_uuid;_submission_time;_submitted_by\n"
    "2031-05-02T18:05:00-02:00;2031-05-02T18:12:00-02:00;2031-05-02T18:00:00-02:00;Shelling;-35.0142 -24.8093 120 6;"
    "-35.0142;-24.8093;120;6;80;3;u-1;2031-05-02T20:20:11;north_team\n"
)


def test_the_export_of_a_form_of_somebodys_own_is_mapped_as_a_form(fresh: Fresh) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    here = bring(client, ANSWERED, "answers.csv").headers["location"]
    page = client.get(here).text
    assert "by direction and distance" in page
    assert "where the person stood, with the telephone" in page
    taken = client.post(f"{here}/accept", data=fields(page) | ANSWERS)
    assert "answers.csv: 1 row taken, 0 refused" in said(client, taken)
    setting = next(each for each in load_watch(console.folder).settings.source if each.id == "answers")
    assert setting.adapter == "kobo"
    # When the telephone opened the form is not when the event was, nor is its place the event's.
    assert setting.columns == {
        "occurred_start": "When did it happen?",
        "kind": "What happened?",
        "bearing_deg": "Direction (degrees)",
        "range_m": "How far (km)",
    }


def test_a_day_and_a_time_in_columns_of_their_own_say_when(aside: Console) -> None:
    client = client_of(aside)
    here = bring(client, "Date;Time;Where;What\n2031-05-02;20:15;Threeoaks;Explosion\n", "log.csv").headers["location"]
    page = client.get(here).text
    assert "No column says when it was" not in page
    assert "1 row would be taken, 0 refused" in page


MISSION = (
    "Table of observations as of 3 May 2031\n\n"
    "SMM Position;Event location;Means;No.;Observation;Description;Weapon;Date, time\n"
    "SMM camera at Threeoaks;2-4km ESE;Recorded;3;Explosion;In flight, S to N;N/K;2-May, 10:20-10:31\n"
    "A hill of no name;4 km W;Heard;>20;Burst;Undetermined;HMG;2-May, 10:40\n"
)


def test_a_table_of_a_mission_is_known_by_its_columns(aside: Console) -> None:
    client = client_of(aside)
    page = client.get(bring(client, MISSION, "table.csv").headers["location"]).text
    assert "1 row would be taken, 1 refused" in page
    assert "&#34;A hill of no name&#34; is no post of the sensor register" in page
    assert fields(page)["adapter"] == "smm_table"


def test_a_day_beside_its_time_says_when_it_was(aside: Console) -> None:
    client = client_of(aside)
    table = "Datum;Zeit;What;Where\n2 May 2031;10:20;mortar shelling;-34.99, -24.95\n"
    page = client.get(bring(client, table, "apart.csv", "new").headers["location"]).text
    assert {"day", "time_of_day"} < set(fields(page).values())
    assert "No column says when it was" not in page
    assert "1 row would be taken, 0 refused" in page


KOBO = (
    "_uuid;start;report/when;report/what;_GPS_latitude;_GPS_longitude;_GPS_altitude;_GPS_precision;"
    "report/direction;How far (km);words;_submission_time;_submitted_by\n"
    "u-1;2031-05-02T10:00:00Z;2031-05-02T10:05:00Z;mortar shelling;-34.99;-24.95;0;5;112.5;3;a;"
    "2031-05-02T10:30:00;planted_account\n"
)
ODK = (
    "SubmissionDate,when,what,gps-Latitude,gps-Longitude,gps-Altitude,gps-Accuracy,words,meta-instanceID,KEY,SubmitterName\n"
    "2031-05-02T10:30:00Z,2031-05-02T10:05:00Z,mortar shelling,-34.99,-24.95,0,5,a,uuid:1,uuid:1,planted_account\n"
)


@pytest.mark.parametrize("table", [KOBO, ODK])
def test_a_form_from_telephones_is_mapped_as_one_and_nobodys_place_becomes_the_events(fresh: Fresh, table: str) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    path = bring(client, table, "answers.csv", "new").headers["location"]
    page = client.get(path).text
    sent = fields(page)
    assert sent["adapter"] == "kobo"
    assert {"occurred_start", "kind"} < set(sent.values())
    assert {"lon", "lat", "place"}.isdisjoint(sent.values())
    assert "is taken as where the person stood" in page
    assert "planted_account" not in page
    assert "1 row would be taken, 0 refused" in page
    taken = client.post(f"{path}/accept", data=sent | ANSWERS)
    assert "answers.csv: 1 row taken, 0 refused" in said(client, taken)
    kept = next(source for source in load_watch(console.folder).settings.source if source.adapter == "kobo")
    assert kept.columns["kind"].endswith("what")


@pytest.mark.parametrize(
    ("words", "kept", "whose"),
    [
        ("centre", {"of": "centre"}, "the centre’s own"),
        ("own:NI", {"of": "NI"}, "Northern Isles"),
        ("independent", {}, "not enough alone"),
        ("claim:UV", {"of": "UV", "claimed_by": "UV"}, "Upper Valley"),
        ("side:LV", {"side": "LV"}, "not enough alone"),
    ],
)
def test_a_new_source_says_whose_words_it_brings(fresh: Fresh, words: str, kept: dict[str, str], whose: str) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    here = bring(client, LIST, "My list.csv", "new").headers["location"]
    page = client.get(here).text
    assert "none is enough alone" in unbroken(page)
    asked = ANSWERS | {"words": words, "all-perceived": "heard", "id": "mine", "others": "explosion"}
    client.post(f"{here}/look", data=fields(page) | asked)
    client.post(f"{here}/accept", data=fields(client.get(here).text))
    (source,) = [each for each in console.snapshot.watch.settings.source if each.id == "mine"]
    assert {name: getattr(source, name) for name in ("of", "claimed_by", "side")} == (
        {"of": "", "claimed_by": "", "side": ""} | kept
    )
    assert source.columns["perceived"] == "=heard"
    assert source.columns.get("means") == ("=public" if "side" in kept else None)
    assert (source.organisation, source.repeats) == ("Who keeps them", ())
    card = client.get("/sources").text.partition('id="source-mine"')[2]
    assert whose in card[: card.index("</article>")]


@pytest.mark.parametrize("missing", [*ANSWERS, "all"])
def test_no_new_source_is_taken_before_all_is_said_of_it(aside: Console, missing: str) -> None:
    client = client_of(aside)
    toml = (aside.folder / "watch.toml").read_bytes()
    here = bring(client, LIST, "My list.csv", "new").headers["location"]
    page = client.get(here).text
    assert "Before the file is taken, say" in page
    answers = {name: "" if missing in (name, "all") else value for name, value in ANSWERS.items()}
    if missing == "words":
        answers["words"] = "somebody at all"
    answer = client.post(f"{here}/accept", data=fields(page) | answers)
    assert "Before the file is taken, say" in said(client, answer)
    assert (aside.folder / "watch.toml").read_bytes() == toml
    again = fields(client.get(here).text)
    assert [again[name] for name in ("title", "organisation")] == [answers["title"], answers["organisation"]]


def test_answers_alone_need_no_second_look(fresh: Fresh) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    here = bring(client, LIST, "My list.csv", "new").headers["location"]
    answers = ANSWERS | {"words": "claim:LV"}
    assert "1 row taken" in said(client, client.post(f"{here}/accept", data=fields(client.get(here).text) | answers))


@pytest.mark.parametrize(
    ("repeats", "press", "kept"),
    [
        ("nobody", "", ()),
        ("fires", "", ("fires",)),
        ("press", "The Valley Post", ("press:The Valley Post",)),
        ("fires", "The Valley Post", ("fires", "press:The Valley Post")),
    ],
)
def test_a_new_source_says_whom_it_repeats(fresh: Fresh, repeats: str, press: str, kept: tuple[str, ...]) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    here = bring(client, LIST, "My list.csv", "new").headers["location"]
    answers = ANSWERS | {"repeats": repeats, "press": press, "id": "mine"}
    client.post(f"{here}/look", data=fields(client.get(here).text) | answers)
    form = fields(client.get(here).text)
    assert (form["repeats"], form["press"]) == (repeats, press)
    client.post(f"{here}/accept", data=form)
    (source,) = [each for each in console.snapshot.watch.settings.source if each.id == "mine"]
    assert source.repeats == kept


def test_a_source_that_repeats_press_names_it(aside: Console) -> None:
    client = client_of(aside)
    here = bring(client, LIST, "My list.csv", "new").headers["location"]
    answer = client.post(f"{here}/accept", data=fields(client.get(here).text) | ANSWERS | {"repeats": "press"})
    assert "Before the file is taken, say" in said(client, answer)


def test_another_answer_takes_back_what_the_first_one_filled_in(aside: Console) -> None:
    client = client_of(aside)
    here = bring(client, LIST, "My list.csv", "new").headers["location"]
    for words, claimed_by, means in (("claim:LV", "LV", ""), ("side:UV", "", "public"), ("independent", "", "")):
        client.post(f"{here}/look", data=fields(client.get(here).text) | ANSWERS | {"words": words})
        form = fields(client.get(here).text)
        assert (form["words"], form["claimed_by"], form["all-means"]) == (words, claimed_by, means)


def test_a_file_for_a_source_that_stands_changes_no_line_of_the_watch(fresh: Fresh) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    toml = (console.folder / "watch.toml").read_bytes()
    content = (console.folder / "inbox" / "simulated-events.csv").read_text()
    more = content + content.splitlines()[1].replace("203105011851", "203105011951") + "\n"
    here = bring(client, more, "simulated-events.csv").headers["location"]
    page = client.get(here).text
    assert "the earlier version stays as history" in page
    answer = client.post(f"{here}/accept", data=fields(page))
    assert "6 rows taken, 0 refused" in said(client, answer)
    assert (console.folder / "watch.toml").read_bytes() == toml
    assert (console.folder / "inbox" / "simulated-events.csv").read_text() == more


def test_a_form_of_another_window_is_refused(aside: Console) -> None:
    client = client_of(aside)
    here = bring(client, LIST, "list.csv").headers["location"]
    first = fields(client.get(here).text)
    client.post(f"{here}/look", data=first | {"organisation": "changed"})
    answer = client.post(f"{here}/accept", data=first)
    assert "changed in another window" in said(client, answer)


def test_a_mapping_that_spoils_the_watch_leaves_it_as_it_was(fresh: Fresh) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    toml = (console.folder / "watch.toml").read_bytes()
    here = bring(client, LIST, "list.csv").headers["location"]
    form = fields(client.get(here).text) | ANSWERS | {"id": "not/a name"}
    client.post(f"{here}/look", data=form)
    answer = client.post(f"{here}/accept", data=fields(client.get(here).text))
    assert "cannot be a file name" in said(client, answer)
    assert (console.folder / "watch.toml").read_bytes() == toml
    assert "list.csv" not in inbox_of(console)


def test_a_name_that_another_source_reads_is_refused(aside: Console) -> None:
    client = client_of(aside)
    here = bring(client, LIST, "list.csv", "new").headers["location"]
    form = fields(client.get(here).text) | {"name": "simulated-fires.csv"}
    client.post(f"{here}/look", data=form)
    page = client.get(here).text
    assert "reads a file of this name too" in page
    assert re.search(r'formaction="[^"]*/accept" disabled', unbroken(page))


@pytest.mark.parametrize("name", ["../../watch.toml", "a/b.csv", ".hidden", "x" * 200, ""])
def test_no_name_leads_out_of_the_inbox(fresh: Fresh, name: str) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    before = inbox_of(console)
    here = bring(client, LIST, "list.csv", "new").headers["location"]
    client.post(f"{here}/look", data=fields(client.get(here).text) | ANSWERS | {"name": name})
    client.post(f"{here}/accept", data=fields(client.get(here).text))
    assert inbox_of(console) - before <= {"list.csv", "x" * 200}
    assert all(path.parent == console.folder / "inbox" for path in (console.folder / "inbox").rglob("*"))


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (300 << 20))
    return out.getvalue()


def zipped(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, b"<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("report.csv", b"%PDF-1.7\n\x00\x01", "is a PDF, not a table"),
        ("table.xlsx", b"PK\x03\x04not an archive", "cut off or damaged"),
        ("page.csv", b"<!doctype html><html></html>", "is a web page or XML"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n", "is a picture"),
        ("blank.csv", b"\n\n\n", "only blank lines"),
        ("latin.csv", "când,ce\n1,fără\n".encode("latin2"), "UTF-8"),
        ("photo.csv", b"\xff\xd8\xff\xe0" + bytes(50), "is a picture"),
        ("film.csv", b"\0\0\0\x18ftypmp42" + bytes(50), "is a recording"),
        ("report.docx", zipped("word/document.xml"), "is a Word document"),
        ("things.zip", zipped("notes.txt"), "is a ZIP archive"),
        ("random.csv", random.Random(3).randbytes(4000), "UTF-8"),
        ("note.txt", b"The patrol heard two bursts near the bridge and went back.\n", "text in words and no table"),
        (
            "note.csv",
            b"On Monday, near the bridge, shots were heard.\nNobody was hurt.\n",
            "text in words and no table",
        ),
        ("data.json", b'{"results": [1, 2]}', "is JSON and no GeoJSON"),
    ],
)
def test_what_is_no_table_is_told_so_in_one_sentence_and_nothing_waits(
    aside: Console, name: str, content: bytes, sentence: str
) -> None:
    client = client_of(aside)
    before = inbox_of(aside)
    answer = bring(client, content, name)
    assert answer.headers["location"] == "/sources"
    toast = said(client, answer)
    assert toast.startswith(f"{name}: ")
    assert sentence in toast
    assert toast.endswith(". Nothing was kept.")
    assert inbox_of(aside) == before
    assert not list((aside.folder / ".trucewatch" / "private" / "pending").glob("*"))


@pytest.mark.slow
def test_a_workbook_that_would_grow_beyond_measure_is_refused(aside: Console) -> None:
    client = client_of(aside)
    assert "the workbook would grow from" in said(client, bring(client, bomb(), "table.xlsx"))


def test_an_empty_file_and_no_file_are_told_so(aside: Console) -> None:
    client = client_of(aside)
    assert "is empty; nothing was kept" in said(client, bring(client, b"", "empty.csv"))
    assert "No file was chosen" in said(client, client.post("/sources/drop", data={"source": ""}))


def test_a_file_that_announces_five_gigabytes_is_refused_unread(valleys: Console) -> None:
    answer = client_of(valleys).post("/sources/drop", headers={"content-length": str(5 * 10**9)})
    assert answer.status_code == 413
    assert "inbox folder" in answer.text


def test_a_workbook_is_mapped_like_a_list(fresh: Fresh) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    book = openpyxl.Workbook()
    for row in (("Date", "Event", "Latitude", "Longitude"), ("2031-05-02T10:00:00Z", "взрыв", -34.99, -24.95)):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    here = bring(client, out.getvalue(), "Книга.xlsx").headers["location"]
    page = client.get(here).text
    assert "1 row would be taken, 0 refused" in page
    assert "-24.9500, -34.9900" in page
    assert "1 row taken" in said(client, client.post(f"{here}/accept", data=fields(page) | ANSWERS))


def test_refused_rows_stand_with_line_and_reason_and_can_be_taken_away(fresh: Fresh) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    here = bring(client, LIST, "list.csv").headers["location"]
    client.post(f"{here}/accept", data=fields(client.get(here).text) | ANSWERS)
    page = unbroken(client.get("/sources/rejected?source=list").text)
    assert "1 to 2 of 2" in page
    assert 'data-label="Line">4<' in page
    assert "is not mapped" in page
    table = client.get("/sources/rejected.csv?source=list").text
    assert table.startswith("\ufeffsource,file,row,reason")
    assert "list,inbox/list.csv,3," in table
    assert "No row was refused" in client.get("/sources/rejected?source=fires").text
    assert client.get("/sources/rejected?page=99999").status_code == 200


def test_nothing_is_taken_in_during_a_replay(fresh: Fresh) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    here = bring(client, LIST, "list.csv").headers["location"]
    form = fields(client.get(here).text)
    client, _ = replaying(console)
    assert "During a replay nothing is taken in" in client.get("/sources").text
    assert "Nothing is taken in during a replay" in said(client, bring(client, LIST, "other.csv"))
    assert "Nothing is taken in during a replay" in said(client, client.post(f"{here}/accept", data=form))
    assert "list.csv" not in inbox_of(console)


def test_what_waits_is_removed_on_request_and_after_an_hour(fresh: Fresh) -> None:
    from datetime import timedelta

    console = fresh("two-valleys")
    client = client_of(console)
    here = bring(client, LIST, "list.csv").headers["location"]
    assert "list.csv" in client.get("/sources").text
    client.post(f"{here}/cancel")
    assert not list((console.folder / ".trucewatch" / "private" / "pending").iterdir())
    here = bring(client, LIST, "list.csv").headers["location"]
    later = console.now() + timedelta(minutes=61)
    console.now = lambda: later
    client.get("/sources")
    assert client.get(here).status_code == 303
    assert not list((console.folder / ".trucewatch" / "private" / "pending").iterdir())


@pytest.mark.parametrize("token", ["x", "%2e%2e%2fchoices", "A" * 16, "a" * 5000])
def test_an_address_of_no_file_leads_back(valleys: Console, token: str) -> None:
    answer = client_of(valleys).get(f"/sources/pending/{token}")
    assert answer.status_code in (303, 404)
    assert COOKIE in answer.cookies or answer.status_code == 404


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\u202eabc", "😀" * 300, '"quoted\\'])
def test_any_text_in_a_form_is_shown_as_text(fresh: Fresh, text: str) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    here = bring(client, LIST, "list.csv", "new").headers["location"]
    form = fields(client.get(here).text) | ANSWERS | {"title": text, "organisation": text, "claimed_by": text}
    assert client.post(f"{here}/look", data=form).status_code == 303
    page = client.get(here).text
    assert "<script>alert" not in page
    answer = client.post(f"{here}/accept", data=fields(page))
    assert answer.status_code == 303
    assert client.get("/sources").status_code == 200
    assert check_watch(console.folder).errors == 0


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\Мой файл.csv", "file.csv"),
        ("", "file"),
        ("a b.CSV", "a-b.CSV"),
        ("...", "file"),
    ],
)
def test_a_name_from_elsewhere_becomes_a_plain_one(given: str, kept: str) -> None:
    assert plain_name(given) == kept
    assert Path(kept).name == kept


def test_a_file_that_takes_its_reader_long_holds_no_page(aside: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    client, go_on, looks = client_of(aside), threading.Event(), []
    here = bring(client, LIST, "My list.csv").headers["location"]
    look_at = pages.look_at

    def slow(*args: Any) -> dict[str, Any]:
        looks.append(1)
        assert go_on.wait(60)
        return look_at(*args)

    monkeypatch.setattr(pages, "look_at", slow)
    monkeypatch.setattr(pages, "LONGEST_LOOK_S", 0.05, raising=False)
    with ThreadPoolExecutor(1) as pool:
        page = pool.submit(client.get, here, headers={"accept": "text/html"})
        try:
            answer = page.result(20)
        finally:
            go_on.set()
    assert answer.status_code == 503
    assert "This file is being read" in answer.text
    assert answer.headers["refresh"] == answer.headers["retry-after"]
    for _ in range(400):
        answer = client.get(here)
        if answer.status_code != 503:
            break
        time.sleep(0.05)
    assert "1 row would be taken, 2 refused" in answer.text
    assert looks == [1]
    readings = aside.part(pages.readings)
    token = here.rpartition("/")[2]
    assert token in {key[0] for key in readings._works}
    assert client.post(f"{here}/cancel").headers["location"] == "/sources"
    assert token not in {key[0] for key in readings._works}, "nothing of a removed file is held in memory either"


SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.mark.parametrize(
    ("sample", "adapter"),
    [
        ("mail/good.eml", "mail"),
        ("mail/date_missing.eml", "mail"),
        ("telegram/good.json", "telegram"),
        ("telegram/message_damaged.json", "telegram"),
        ("telegram/messages_before_the_id.json", "telegram"),
        ("archived_media/good.csv", "archived_media"),
    ],
)
def test_mail_and_exports_of_messages_are_known_by_what_they_hold(aside: Console, sample: str, adapter: str) -> None:
    client = client_of(aside)
    path = client.post(
        "/sources/drop", data={"source": "new"}, files={"file": ("brought", (SAMPLES / sample).read_bytes())}
    ).headers["location"]
    page = client.get(path).text
    assert fields(page)["adapter"] == adapter
    assert "planted" not in page.casefold()


def test_a_mail_is_a_partys_claim_where_its_address_is_named(fresh: Fresh) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    letter = "From: press@valley.example\nDate: Fri, 02 May 2031 21:30:00 -0200\nSubject: Shelling\n\nFour shells.\n"
    here = bring(client, letter, "letter.eml").headers["location"]
    form = fields(client.get(here).text) | ANSWERS | {"words": "claim:UV"}
    client.post(f"{here}/look", data=form)
    unnamed = client.get(here).text
    assert "claimed_by would make every sender" in unnamed
    client.post(f"{here}/look", data=fields(unnamed) | {"channels": "valley.example, other.example"})
    named = client.get(here).text
    assert "1 row would be taken, 0 refused" in named
    assert "by nobody whom channels names" not in named
    assert "letter.eml: 1 row taken" in said(client, client.post(f"{here}/accept", data=fields(named)))
    setting = next(each for each in load_watch(console.folder).settings.source if each.id == "letter")
    assert setting.channels == {"valley.example": "UV", "other.example": "UV"}
    assert (setting.claimed_by, setting.of) == ("", "")
